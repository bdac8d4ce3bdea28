"""Threads that work side by side in one DuckDB, each with a connection of its own."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import Concatenate, ParamSpec, TypeVar

from watchroom.ingest.duck import Duck

_P = ParamSpec("_P")
_R = TypeVar("_R")
_HANDS = 2


class Crew:
    """Two threads; a context that ends when all that was given to them is done.

    Planning a mapping takes one processor longer than running it on a small delivery, and it takes only one.
    """

    def __init__(self, duck: Duck) -> None:
        """A crew for that DuckDB; variables set there later than this are not theirs."""
        self._threads = ThreadPoolExecutor(_HANDS)
        self._spare: SimpleQueue[Duck] = SimpleQueue()
        for _ in range(_HANDS):
            self._spare.put(duck.beside())

    def __enter__(self) -> "Crew":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=True, cancel_futures=fault is not None)

    def submit(self, work: Callable[Concatenate[Duck, _P], _R], *arguments: _P.args, **named: _P.kwargs) -> Future[_R]:
        """Begin `work`, which is given a connection of its own first."""

        def worked() -> _R:
            duck = self._spare.get()
            try:
                return work(duck, *arguments, **named)
            finally:
                self._spare.put(duck)

        return self._threads.submit(worked)
