"""Keeps the embedded server running for a command that lasts, such as `serve`.

PostgreSQL itself replaces a child that dies. When the server as a whole is killed, this starts it again at the same
address, so that the connection pools of all commands find it there.
"""

import logging
from threading import Event, Thread
from types import TracebackType

from watchroom.kernel.errors import WatchroomError
from watchroom.store.server import EmbeddedServer

_log = logging.getLogger(__name__)


class ServerWatch:
    """Looks after a server that this command has acquired, between `with` and its end.

    Args:
        server: acquired before, released after.
        every: seconds between two looks; one look takes about a millisecond.
    """

    def __init__(self, server: EmbeddedServer, *, every: float = 0.5) -> None:
        self._server = server
        self._every = every
        self._ended = Event()
        self._thread = Thread(target=self._watch, name="server-watch", daemon=True)

    def __enter__(self) -> "ServerWatch":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(self._every):
            try:
                self._server.ensure_running()
            except (WatchroomError, OSError) as error:
                # Tried again at the next look: a full disk may have room by then.
                _log.error("the database server cannot be started: %s", error)
