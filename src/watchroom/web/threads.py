"""Runs an ordinary function as a handler, in a thread.

Litestar's own `sync_to_thread` wraps a handler once more for each other method on its path (2.25: `/sign-in` by GET
and by POST), and the inner wrapper is then never awaited.
"""

from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from anyio import to_thread

P = ParamSpec("P")
T = TypeVar("T")


def in_thread(handler: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """The handler as a coroutine function with the same parameters."""

    @wraps(handler)
    async def threaded(*args: P.args, **kwargs: P.kwargs) -> T:
        return await to_thread.run_sync(partial(handler, *args, **kwargs))

    return threaded
