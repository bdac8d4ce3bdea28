"""The charter of a node, as its file stands."""

from pathlib import Path

from watchroom.kernel.errors import WatchroomError
from watchroom.node.create import CHARTER_FILE


class CharterError(WatchroomError):
    """The charter of a node is missing or cannot be read."""


def charter_of(folder: Path) -> str:
    """The text of the charter of the node in a folder.

    Raises:
        CharterError: it is missing or cannot be read.
    """
    try:
        return (folder / CHARTER_FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise CharterError(
            f"`{folder / CHARTER_FILE}` is missing or cannot be read; without it nobody may see anything: put it back"
        ) from None
