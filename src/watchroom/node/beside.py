"""What somebody began at a page and a node does beside it: one piece of work of a name at a time."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from watchroom.kernel.clock import Clock

_LOG = logging.getLogger(__name__)
CHECKS = "checks"
"""The name of a run of the checks of quality."""


def source_work(name: str) -> str:
    """The name of taking what a source gives."""
    return f"source {name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """How one piece of work stands.

    Attributes:
        began_at: node time.
        is_over: it is not running any more.
        fault: the kind of fault that it ended in; empty: none, or it runs.
    """

    began_at: datetime
    is_over: bool = False
    fault: str = ""


class Beside:
    """The work of one process beside its pages; safe to share between threads. Nothing of it outlives the process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._works: dict[str, Working] = {}

    def all(self) -> Mapping[str, Working]:
        """What runs, and how the last of each name ended."""
        with self._lock:
            return dict(self._works)

    def start(self, name: str, work: Callable[[], object]) -> bool:
        """Begin a piece of work in a thread of its own, unless one of that name runs; whether it was begun."""
        with self._lock:
            if name in self._works and not self._works[name].is_over:
                return False
            self._works[name] = Working(began_at=self._clock.now())
        threading.Thread(target=self._run, args=(name, work), name=f"watchroom {name}", daemon=True).start()
        return True

    def _run(self, name: str, work: Callable[[], object]) -> None:
        fault = ""
        try:
            work()
        except Exception as met:  # noqa: BLE001  a thread's entrance: the page says that it did not come to its end
            # INVARIANT: what a driver says may hold a value of a row, so only the kind of the fault is told.
            fault = type(met).__name__
            _LOG.warning("work beside the pages did not come to its end: %s", fault)
        with self._lock:
            self._works[name] = replace(self._works[name], is_over=True, fault=fault)
