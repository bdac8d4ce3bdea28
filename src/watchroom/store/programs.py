"""The one way the store runs another program: a list of arguments, never a shell line, with an environment of ours.

Nothing of the caller's environment is passed on: a `PGDATA` or `LD_PRELOAD` of the operator has no say in the server.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from watchroom.kernel.errors import WatchroomError

_ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TZ": "UTC"}


class ProgramError(WatchroomError):
    """A program is not there, or may not be run by the user it is meant for."""


class RunAs(TypedDict, total=False):
    """What a program needs to be started as somebody else; empty for oneself."""

    user: int
    group: int
    extra_groups: list[int]


def run_program(
    command: Sequence[str | Path], *, run_as: RunAs | None = None, log: int | None = None
) -> subprocess.CompletedProcess[str]:
    """The ended program with its exit status and what it said.

    It has no input, a session (hence a process group) of its own and `/` as its folder.

    Args:
        command: the program and its arguments.
        run_as: another user; for root only.
        log: a file descriptor for its standard error, which is otherwise captured.

    Raises:
        ProgramError: it cannot be run.
    """
    try:
        return subprocess.run(  # noqa: S603 - commands are made of constants and of paths of the node
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if log is None else log,
            start_new_session=True,
            text=True,
            errors="replace",
            cwd="/",
            env=_ENVIRONMENT,
            check=False,
            **(run_as or RunAs()),
        )
    except OSError as error:
        raise ProgramError(f"`{command[0]}` cannot be run: {error.strerror}") from error
