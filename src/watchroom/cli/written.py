"""Where a document of a command goes: stdout, or a file of its own."""

import os
import sys
from pathlib import Path

import click

from watchroom.kernel.errors import UsageError


def write_text(text: str, out: Path | None) -> None:
    """Write a text to stdout, or to a file that its owner alone may read."""
    if out is None:
        click.echo(text)
    else:
        _write_private(text.encode(), out)


def write_bytes(content: bytes, out: Path | None) -> None:
    """Write bytes to stdout, or to a file that its owner alone may read."""
    if out is None:
        sys.stdout.buffer.write(content)
    else:
        _write_private(content, out)


def require_place(out: Path) -> None:
    """Before anything is read: what is not written must not be in the log as an export.

    Raises:
        UsageError: the file cannot be written there.
    """
    if not out.parent.is_dir():
        raise UsageError(f"there is no folder `{out.parent}`; make it, or name another file with `--out`")
    if out.exists() and not out.is_file():
        raise UsageError(f"`{out}` is no file that can be replaced; name another with `--out`")
    if not os.access(out.parent, os.W_OK | os.X_OK):
        raise UsageError(f"this user may not write in `{out.parent}`; name another file with `--out`")


def _write_private(content: bytes, out: Path) -> None:
    """The file, whole, readable by its owner alone: it names people."""
    fresh = out.with_name(f".{out.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600, exist_ok=False)
    try:
        fresh.write_bytes(content)
        fresh.replace(out)
    finally:
        fresh.unlink(missing_ok=True)
