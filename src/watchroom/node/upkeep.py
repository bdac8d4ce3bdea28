"""What a running node does by itself now and then: audiences that nobody uses go, and what is past its time."""

import logging
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

import psycopg

from watchroom.kernel.errors import WatchroomError

EVERY_SECONDS = 600.0
_LOG = logging.getLogger(__name__)

Step = Callable[[], object]


@contextmanager
def kept_up(steps: Sequence[Step], *, every: float = EVERY_SECONDS) -> Generator[None]:
    """Do each step again and again in one thread while this is open, first after `every` seconds.

    A step that fails is named in the log of the machine and tried again the next time; it stops none of the others.
    """
    over = threading.Event()
    thread = threading.Thread(target=_run, args=(steps, over, every), name="watchroom upkeep", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _run(steps: Sequence[Step], over: threading.Event, every: float) -> None:
    while not over.wait(every):
        for step in steps:
            try:
                step()
            except (WatchroomError, psycopg.Error) as fault:
                # INVARIANT: what a driver says may hold a value of a row, so only the kind of the fault is told.
                _LOG.warning("a step of the upkeep failed and is tried again: %s", type(fault).__name__)
