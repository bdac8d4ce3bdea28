"""Fetching by itself while a node is served: what is due is found by comparing with the node's clock."""

import logging
import threading
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace

import psycopg

from watchroom.ingest.registry import Source
from watchroom.kernel.errors import WatchroomError
from watchroom.node.fetch_desk import FetchDesk
from watchroom.sources.connectors.contract import FetchStoppedError

LOOK_EVERY_SECONDS = 5.0
# One source that answers slowly must not keep others waiting; each holds up to three of eight connections.
AT_ONCE = 2
_LOG = logging.getLogger(__name__)


@contextmanager
def fetched_when_due(desk: FetchDesk, *, every: float = LOOK_EVERY_SECONDS) -> Generator[None]:
    """Fetch from each source that is due while this is open; looked for first at once, then after `every` seconds.

    What is being fetched when it closes is given up and fetched again the next time: whoever waits for a source is cut
    off from it. What is being written is finished.
    """
    over = threading.Event()

    def watch(_size: int) -> None:
        if over.is_set():
            raise FetchStoppedError("the node is being stopped; what was being fetched is fetched again")

    watched = replace(desk, watch=watch, pause=over.wait)
    thread = threading.Thread(target=_run, args=(watched, over, every), name="watchroom fetching", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _run(desk: FetchDesk, over: threading.Event, every: float) -> None:
    running: dict[str, Future[None]] = {}
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="watchroom fetch") as crew:
        while not over.is_set():
            for source in _due(desk):
                if source.name not in running or running[source.name].done():
                    running[source.name] = crew.submit(_fetch, desk, source)
            over.wait(every)


def _due(desk: FetchDesk) -> tuple[Source, ...]:
    try:
        return desk.due()
    except (WatchroomError, psycopg.Error) as fault:
        _told("looking for sources that are due", fault)
        return ()


def _fetch(desk: FetchDesk, source: Source) -> None:
    try:
        desk.fetch_due(source)
    except FetchStoppedError:
        return
    except Exception as fault:  # noqa: BLE001  a thread's entrance: one source at fault must not stop the others
        _told(f"fetching from source `{source.name}`", fault)
        # Kept as a try, or it would be asked again at once, and again.
        with suppress(WatchroomError, psycopg.Error):
            desk.note_fault(source, type(fault).__name__)


def _told(what: str, fault: Exception) -> None:
    # INVARIANT: what a driver says may hold a value of a row, so only the kind of the fault is told.
    _LOG.warning("%s failed and is tried again: %s", what, type(fault).__name__)
