"""A fetch that can be ended from outside: when the node stops, or when it takes longer than was agreed.

What waits for a source waits in a driver, where nobody looks whether it is to go on. So another thread looks, and cuts
the line.
"""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from watchroom.kernel.errors import WatchroomError
from watchroom.sources.connectors.contract import Asked, FailureCode, FetchError

_LOOK_EVERY_SECONDS = 0.2


class Guard:
    """Watches over one fetch while it is open; whatever fails once the line was cut is told by why it was."""

    def __init__(self, asked: Asked) -> None:
        """Over a fetch of which the option `deadline` tells how long it may take."""
        self._asked = asked
        self._began = asked.elapsed()
        self._why: WatchroomError | None = None
        self._cut: Callable[[], None] | None = None
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="watchroom fetch guard", daemon=True)

    def __enter__(self) -> Self:
        """Begin to watch."""
        self._thread.start()
        return self

    def __exit__(self, _kind: object, fault: BaseException | None, _trace: TracebackType | None) -> None:
        """End it.

        Raises:
            FetchError: it took too long, so the line was cut, and the fetch failed by that; what `watch` raises: the
                same, because somebody stopped it.
        """
        self._over.set()
        self._thread.join()
        if isinstance(fault, Exception) and self._why is not None:
            raise self._why from None

    def cuts(self, how: Callable[[], None] | None) -> None:
        """Have the line cut by `how` from now on, which is called in another thread and may be called again.

        None: there is no line any more.
        """
        with self._lock:
            self._cut = how

    def require(self) -> None:
        """Nothing, unless it is to end.

        Raises:
            FetchError: it takes too long; what `watch` raises: it is being stopped.
        """
        self._asked.watch(0)
        if self._asked.elapsed() - self._began > self._asked.number("deadline"):
            message = (
                f"it was not done after {self._asked.options['deadline']} seconds; see what holds the source up, or"
            )
            raise FetchError(FailureCode.TOO_SLOW, f"{message} raise the option `deadline`")

    def _look(self) -> None:
        while not self._over.wait(_LOOK_EVERY_SECONDS):
            try:
                if self._why is None:
                    self.require()
            except WatchroomError as why:
                self._why = why
            if self._why is not None:
                with self._lock:
                    if self._cut is not None:
                        self._cut()
