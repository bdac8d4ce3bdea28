"""What a running node does by itself now and then: audiences that nobody uses go, and what is past its time."""

import logging
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from watchroom.governance.feeds.rules import KeptUp
from watchroom.kernel.clock import Clock

EVERY_SECONDS: Final = 600.0
_DAY: Final = timedelta(days=1)
_LOG = logging.getLogger(__name__)

Step = Callable[[], object]


class Daily:
    """A step that reads much, once a day; one that failed is tried again the next time."""

    def __init__(self, step: Step, *, clock: Clock) -> None:
        """The step; the clock is that of the machine."""
        self._step, self._clock = step, clock
        self._done_at: datetime | None = None

    def __call__(self) -> None:
        """Do it, unless that was less than a day ago."""
        now = self._clock.now()
        if self._done_at is None or now - self._done_at >= _DAY:
            self._step()
            self._done_at = now


class Upkeep:
    """The steps of one process, and how each of them stands; safe to share between threads. Made once for a node."""

    def __init__(self, steps: Mapping[str, Step], *, clock: Clock) -> None:
        """The steps by name, in their order; the clock is that of the machine."""
        self.steps = dict(steps)
        self._clock = clock
        self._lock = threading.Lock()
        self._stands = {name: KeptUp(name=name) for name in steps}

    def standing(self) -> tuple[KeptUp, ...]:
        """How each step stands, in their order."""
        with self._lock:
            return tuple(self._stands.values())

    @contextmanager
    def running(self, *, every: float = EVERY_SECONDS) -> Generator[None]:
        """Do each step again and again in one thread while this is open, first after `every` seconds.

        A step that fails is named in the log of the machine and told on the page of the sources, and is tried again
        the next time; it stops none of the others.
        """
        over = threading.Event()
        thread = threading.Thread(target=self._run, args=(over, every), name="watchroom upkeep", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _run(self, over: threading.Event, every: float) -> None:
        while not over.wait(every):
            for name, step in self.steps.items():
                self._do(name, step)

    def _do(self, name: str, step: Step) -> None:
        fault = ""
        try:
            step()
        except Exception as met:  # noqa: BLE001  a thread's entrance: it has to go on, or nothing is past its time again
            # INVARIANT: what a driver says may hold a value of a row, so only the kind of the fault is told.
            fault = type(met).__name__
            _LOG.warning("a step of the upkeep, `%s`, failed and is tried again: %s", name, fault)
        at = self._clock.now()
        with self._lock:
            stood = self._stands[name]
            self._stands[name] = (
                replace(stood, fault=fault, failed_at=at) if fault else replace(stood, fault="", done_at=at)
            )
