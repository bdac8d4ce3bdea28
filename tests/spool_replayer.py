"""Replays a spool again and again, each time killed one line of the replay later, until one comes to its end.

Prints how often it was killed; each round spools three entries, whose counts go on from round to round.
"""

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from audit_node import AT, LATE, node_from
from watchroom.audit import spool as room
from watchroom.audit.entries import Act, Entry
from watchroom.audit.spool import Spool
from watchroom.kernel.clock import SteppedClock

EACH = 3


def spool_of(folder: Path) -> Spool:
    return Spool(folder, clock=SteppedClock(AT), machine_clock=SteppedClock(AT))


def killed_at(step: int) -> Any:
    """A trace that ends this process, as `kill -9` does, before the line `step` of the replay is run."""
    seen = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal seen
        if frame.f_code.co_filename != room.__file__:
            return None
        if event == "line":
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)
            seen += 1
        return trace

    return trace


def replay(credentials: str, folder: Path, step: int | None) -> bool:
    """In a process of its own; whether it was killed."""
    child = os.fork()
    if child == 0:
        node = node_from(credentials)
        with node.log(LATE) as log:
            if step is not None:
                sys.settrace(killed_at(step))
            spool_of(folder).replay(log)
            sys.settrace(None)
        node.database.close()
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def main() -> None:
    credentials, folder, stride = Path(sys.argv[1]).read_text(), Path(sys.argv[2]), int(sys.argv[3])
    step, rounds, was_killed = 0, 0, True
    while was_killed:
        for number in range(EACH):
            spool_of(folder).append(Entry(act=Act.CONSULT, actor="officer", count=rounds * EACH + number))
        was_killed = replay(credentials, folder, step)
        assert not replay(credentials, folder, None)
        assert spool_of(folder).waiting() == 0
        step, rounds = step + stride, rounds + 1
    sys.stdout.write(f"{rounds}\n")


if __name__ == "__main__":
    main()
