"""Threads that work side by side in one DuckDB, each with a connection of its own; for few rows there is one alone."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import Concatenate, ParamSpec, TypeVar

from watchroom.ingest.duck import Duck

_P = ParamSpec("_P")
_R = TypeVar("_R")
_HANDS = 2


class AtOnce(Executor):
    """Does what it is given before it returns, in the thread that gives it."""

    def submit(self, fn: Callable[_P, _R], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_R]:
        """Do it; what it raises is raised here."""
        done = Future[_R]()
        done.set_result(fn(*args, **kwargs))
        return done


def clerk_beside(duck: Duck) -> Executor:
    """One thread for the database, while another maps in `duck`; of few rows there is too little for two."""
    return AtOnce() if duck.is_small else ThreadPoolExecutor(1)


class Crew:
    """Two threads; a context that ends when all that was given to them is done.

    Planning a mapping takes one processor longer than running it on a small delivery, and it takes only one. In a
    DuckDB for few rows everything is done at once: two plans made side by side take as long as one after the other, and
    longer where the two processors are one core's.
    """

    def __init__(self, duck: Duck) -> None:
        """A crew for that DuckDB; variables set there later than this are not theirs."""
        self._threads: Executor = AtOnce() if duck.is_small else ThreadPoolExecutor(_HANDS)
        self._spare: SimpleQueue[Duck] = SimpleQueue()
        for _ in range(1 if duck.is_small else _HANDS):
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
