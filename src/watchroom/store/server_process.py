"""Which processes are a cluster's, and whether they live.

A process is known as ours by its user and by the cluster's mark, which PostgreSQL shows in the command line of
the server and in the title of each of its children. (The working folder would say it too, but root in a container
may not read that of another user's process.)
"""

import os
import signal
from pathlib import Path
from time import monotonic, sleep

from watchroom.store.programs import run_program

_PROC = Path("/proc")
_HAS_PROC = (_PROC / "self" / "stat").exists()


def is_alive(pid: int) -> bool:
    """Whether a process runs. One that has ended and that nobody has collected (a zombie) does not."""
    if _HAS_PROC:
        try:
            # The name in brackets may itself hold a bracket; what follows the last one is the state.
            state = (_PROC / str(pid) / "stat").read_bytes().rpartition(b")")[2].split()[0]
        except (OSError, IndexError):
            return False
        return state not in {b"Z", b"X"}
    stat = _ps("-o", "stat=", "-p", str(pid)).strip()
    return bool(stat) and not stat.startswith("Z")


def is_marked(pid: int, *, mark: str, uid: int) -> bool:
    """Whether a living process is this user's and carries the mark of the cluster."""
    return is_alive(pid) and mark in _title(pid) and _uid(pid) == uid


def marked(*, mark: str, uid: int) -> list[int]:
    """Every living process of this user that carries the mark: the server and its children."""
    return [pid for pid in _pids() if is_marked(pid, mark=mark, uid=uid)]


def wait_until_ended(pid: int, *, seconds: float) -> bool:
    """Whether the process ended within that time."""
    limit = monotonic() + seconds
    pause = 0.002
    while is_alive(pid):
        if monotonic() > limit:
            return False
        sleep(pause)
        pause = min(pause * 1.5, 0.05)
    return True


def tell(pid: int, wanted: signal.Signals) -> None:
    """Sends a signal; a process that has just ended is no error."""
    try:
        os.kill(pid, wanted)
    except ProcessLookupError:
        return


def _pids() -> list[int]:
    if _HAS_PROC:
        return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()]
    return [int(pid) for pid in _ps("-axo", "pid=").split()]


def _title(pid: int) -> str:
    if _HAS_PROC:
        try:
            return (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    return _ps("-o", "command=", "-p", str(pid))


def _uid(pid: int) -> int | None:
    if _HAS_PROC:
        try:
            return (_PROC / str(pid)).stat().st_uid
        except OSError:
            return None
    said = _ps("-o", "uid=", "-p", str(pid)).strip()
    return int(said) if said else None


def _ps(*arguments: str) -> str:
    return run_program(["/bin/ps", *arguments]).stdout
