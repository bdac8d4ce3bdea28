"""What somebody began at a page and a node does beside it: one piece of work of a name at a time."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from watchroom.kernel.clock import Clock
from watchroom.kernel.errors import WatchroomError

_LOG = logging.getLogger(__name__)
CHECKS = "checks"
"""The name of a run of the checks of quality."""


def source_work(name: str) -> str:
    """The name of taking what a source gives."""
    return f"source {name}"


def rerun_work(name: str) -> str:
    """The name of mapping what is kept of a source again."""
    return f"rerun {name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """How one piece of work stands.

    Attributes:
        began_at: node time.
        by: account of whoever began it.
        ended_at: node time; None: it runs.
        fault: the kind of fault that it ended in; empty: none, or it runs.
        said: what the fault says, where it is one of ours, which say no value.
        result: what it gave; None: nothing, or it runs.
    """

    began_at: datetime
    by: str
    ended_at: datetime | None = None
    fault: str = ""
    said: str = ""
    result: object = None

    @property
    def is_over(self) -> bool:
        """Whether it is not running any more."""
        return self.ended_at is not None


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

    def start(self, name: str, work: Callable[[], object], *, by: str, never_with: str | None = None) -> bool:
        """Begin a piece of work in a thread of its own; whether it was begun.

        Args:
            name: of the work; it is not begun while one of that name runs.
            work: that is done; what it gives is kept until the next one of that name is begun.
            by: account of whoever begins it.
            never_with: name of other work while which it is not begun.
        """
        with self._lock:
            if any(one in self._works and not self._works[one].is_over for one in (name, never_with) if one):
                return False
            self._works[name] = Working(began_at=self._clock.now(), by=by)
        threading.Thread(target=self._run, args=(name, work), name=f"watchroom {name}", daemon=True).start()
        return True

    def _run(self, name: str, work: Callable[[], object]) -> None:
        fault, said, result = "", "", None
        try:
            result = work()
        except Exception as met:  # noqa: BLE001  a thread's entrance: the page says that it did not come to its end
            # INVARIANT: what a driver says may hold a value of a row, so only the kind of the fault is told.
            fault, said = type(met).__name__, str(met) if isinstance(met, WatchroomError) else ""
            _LOG.warning("work beside the pages did not come to its end: %s", fault)
        with self._lock:
            over = replace(self._works[name], ended_at=self._clock.now(), fault=fault, said=said, result=result)
            self._works[name] = over
