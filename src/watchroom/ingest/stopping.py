"""Stopping a batch that is being taken, by whatever process of this machine asks for it: then nothing of it stands."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock, Thread

from watchroom.ingest.overflow import folders_in_use
from watchroom.ingest.progress import Step
from watchroom.ingest.running import running_in
from watchroom.kernel.errors import WatchroomError

_FILE = "stop"
# A person waits for it, and a look at a folder costs nothing.
_LOOKS_EVERY = 0.2


class StoppedError(WatchroomError):
    """Somebody stopped a batch: nothing of it stands."""

    def __init__(self, source: str) -> None:
        self.source = source
        super().__init__(f"taking from source `{source}` was stopped: nothing of it stands; begin again when it may")


class Stop:
    """Whether a batch is to be stopped, and what is broken off then; a `Progress`. Safe to share between threads."""

    def __init__(self, source: str) -> None:
        """Nobody has asked for it; `source` is the name of the source."""
        self._source = source
        self._lock = Lock()
        self._asked = Event()
        self._is_late = False
        self._breaks: list[Callable[[], None]] = []

    @property
    def is_asked(self) -> bool:
        """Whether somebody asked for it in time."""
        return self._asked.is_set()

    @contextmanager
    def breaking(self, *works: Callable[[], None]) -> Generator[None]:
        """Within it each of `works` is called, perhaps many times, to break off what runs when it is to be stopped."""
        with self._lock:
            self._breaks.extend(works)
        try:
            yield
        finally:
            # INVARIANT: what has a connection from now on is not broken off.
            with self._lock:
                self._breaks.clear()

    def ask(self) -> None:
        """Ask for it, or break off what has begun since it was asked for; after `hold_off` it does nothing."""
        with self._lock:
            if self._is_late:
                return
            self._asked.set()
            for work in self._breaks:
                work()

    def hold_off(self) -> None:
        """From here on nothing is stopped any more: it is about to stand.

        Raises:
            StoppedError: somebody had asked before.
        """
        with self._lock:
            self._is_late = not self.is_asked
        self.require_none()

    def require_none(self) -> None:
        """Nothing, unless it is to be stopped.

        Raises:
            StoppedError: somebody asked for it.
        """
        if self.is_asked:
            raise StoppedError(self._source)

    def __call__(self, _step: Step) -> None:
        """As `require_none`, at each step."""
        self.require_none()


@contextmanager
def stopped_by(folder: Path, source: str) -> Generator[Stop]:
    """What stops the batch that works in `folder`, when another process asks for it there.

    Raises:
        StoppedError: it was stopped; whatever what was broken off has raised.
    """
    stop, is_over = Stop(source), Event()

    def look() -> None:
        while not is_over.wait(_LOOKS_EVERY):
            if (folder / _FILE).exists():
                stop.ask()

    watching = Thread(target=look, name="watchroom stop", daemon=True)
    watching.start()
    try:
        yield stop
    except Exception as fault:
        if stop.is_asked and not isinstance(fault, StoppedError):
            # What a driver says of a statement that was broken off tells nobody anything.
            raise StoppedError(source) from None
        raise
    finally:
        is_over.set()
        watching.join()


def ask_to_stop(parent: Path, source: str) -> int:
    """Ask whatever takes from a source at present to stop; how many batches were asked.

    Args:
        parent: in which batches have their folders.
        source: its name.
    """
    asked = 0
    for folder in folders_in_use(parent):
        found = running_in(folder)
        if found is not None and found.source == source:
            (folder / _FILE).touch(mode=0o600)
            asked += 1
    return asked
