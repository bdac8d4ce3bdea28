"""Databases of nodes that are gone, on this machine: listed, and removed when somebody says so."""

from watchroom.store.server import SERVICE_FOLDER
from watchroom.store.server_left import LeftCluster, left_clusters, remove_left

__all__ = ["LeftCluster", "leftovers", "remove_leftover"]


def leftovers() -> tuple[LeftCluster, ...]:
    """The clusters that root made here and that no node is known to use."""
    return left_clusters(SERVICE_FOLDER)


def remove_leftover(left: LeftCluster) -> None:
    """Delete one of them.

    Raises:
        ServerError: it may not be deleted now.
    """
    remove_left(left, service_folder=SERVICE_FOLDER)
