"""A file system in memory that can be filled up; where none can be mounted, the test is skipped and says so."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import pytest


@contextmanager
def small_disk(size: str) -> Iterator[Path]:
    """Its folder, where the unprivileged user of a server can go too."""
    if os.geteuid() != 0:
        pytest.skip("a small file system can only be mounted by root")
    folder = Path(mkdtemp(prefix="wr-full-"))
    folder.chmod(0o755)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        folder.rmdir()
        pytest.skip("a small file system cannot be mounted here: tmpfs was refused")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()


def filled(disk: Path, *, left: int) -> Path:
    """A file that takes all of the disk but `left` bytes."""
    free = os.statvfs(disk)
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - left)
    return ballast
