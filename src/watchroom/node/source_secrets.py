"""What opens the sources of a node: each secret in a file of the key folder, and nowhere else."""

import hashlib
from pathlib import Path

from watchroom.kernel.errors import UsageError
from watchroom.kernel.secrets import Secret
from watchroom.node.database_access import KEY_FOLDER
from watchroom.node.keys import KeyFolder

_LONGEST = 1 << 16


def read_secret(path: Path) -> Secret[str]:
    """The secret that a file holds, without the line end that editors add.

    Raises:
        UsageError: it holds none, or no text.
    """
    held = path.read_bytes()
    try:
        text = held.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        text = ""
    if not text or len(held) > _LONGEST or not text.isprintable():
        raise UsageError(f"the file `{path}` holds no secret of one line of text; write it there and nothing else")
    return Secret(text)


def keep_source_secret(folder: Path, source: str, secret: Secret[str]) -> None:
    """Keep what opens a source in the keys of the node in `folder`, readable by its user only."""
    KeyFolder(folder / KEY_FOLDER).write(_file_of(source), Secret(secret.reveal().encode()))


def forget_source_secret(folder: Path, source: str) -> None:
    """Delete what opens a source from the keys of the node in `folder`, where it was told."""
    (folder / KEY_FOLDER / _file_of(source)).unlink(missing_ok=True)


def source_secret(folder: Path, source: str) -> Secret[str] | None:
    """What opens a source; None: nothing was told.

    Raises:
        KeyFolderError: others may read it.
    """
    keys = KeyFolder(folder / KEY_FOLDER)
    if not (keys.folder / _file_of(source)).exists():
        return None
    return Secret(keys.read(_file_of(source)).reveal().decode())


def _file_of(source: str) -> str:
    # The name of a source may hold what no file's may.
    return f"source-{hashlib.sha256(source.encode()).hexdigest()[:32]}.secret"
