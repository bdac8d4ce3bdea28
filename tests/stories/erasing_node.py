"""A small node with two officers who erase and hold, and with somebody who stands in many places."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from test_commands import run

from erasure_world import delivery
from watchroom.node.create import remove_node

AS = ("--as", "gov")
HOLDER = ("--as", "holder")


@contextmanager
def erasing_place(place: Path) -> Generator[Path]:
    """A folder with the node `n` and the delivery `first` that it took."""
    node = place / "n"
    assert run("init", node, "--agency", "HMPPS", "--name", "Prison Service").exit_code == 0
    delivery(place / "first")
    added = run("source", "add", node, "nomis", "--kind", "files", "--at", place / "first", "--map", "nomis")
    assert added.exit_code == 0
    assert run("ingest", node, "nomis").exit_code == 0
    for name, role, *more in (
        ("gov", "information_governance"),
        ("holder", "information_governance"),
        ("officer", "wing_officer", "--unit", "LEI-A"),
    ):
        assert run("user", "add", node, name, "--role", role, *more).exit_code == 0
    try:
        yield place
    finally:
        remove_node(node)
