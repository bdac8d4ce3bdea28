"""Wakes the pages that wait to hear whether anybody's access has changed, by one question a second for all of them."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from anyio import to_thread

from watchroom.kernel.errors import WatchroomError

EVERY_SECONDS = 1.0
_LOG = logging.getLogger("watchroom.web")


class Beat:
    """What one page waits for."""

    def __init__(self) -> None:
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Let go whoever waits, now and later."""
        self._woken.set()

    async def comes(self, *, within: float) -> bool:
        """Whether something changed, or could not be found out any more, within so many seconds from now."""
        try:
            await asyncio.wait_for(self._woken.wait(), within)
        except TimeoutError:
            return False
        return True


class Pulse:
    """One watch for all the pages of this process; for use within one event loop.

    It looks only while somebody waits. Nothing is pushed but that there is something to ask about, so a page that is
    woken for nothing loses nothing.
    """

    def __init__(self, look: Callable[[], str], *, every: float = EVERY_SECONDS) -> None:
        """A watch.

        Args:
            look: gives another value when something has changed; it may take a while, and may fail.
            every: seconds between two looks.
        """
        self._look = look
        self._every = every
        self._waiting: set[Beat] = set()
        self._watch: asyncio.Task[None] | None = None
        self._is_closed = False

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator[Beat]:
        """What happens from here on wakes the beat, also before anybody waits for it."""
        beat = Beat()
        self._waiting.add(beat)
        try:
            if self._watch is None or self._watch.done():
                # INVARIANT: it was looked once before the caller compares anything, so that no change falls between.
                seen = await self._looked()
                if self._watch is None or self._watch.done():
                    self._watch = asyncio.create_task(self._watching(seen))
            if self._is_closed:
                beat.wake()
            yield beat
        finally:
            self._waiting.discard(beat)

    def close(self) -> None:
        """Wake everybody, and let nobody wait any more: the server stops."""
        self._is_closed = True
        self._wake()

    async def _watching(self, last: str | None) -> None:
        while self._waiting and not self._is_closed:
            await asyncio.sleep(self._every)
            found = await self._looked()
            if found != last:
                last = found
                self._wake()

    async def _looked(self) -> str | None:
        try:
            return await to_thread.run_sync(self._look)
        except WatchroomError as fault:
            _LOG.warning("pages cannot hear whether access has changed: %s", type(fault).__name__)
            return None

    def _wake(self) -> None:
        for beat in self._waiting:
            beat.wake()
