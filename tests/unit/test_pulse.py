"""One watch wakes all the pages that wait, and costs one question a beat."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from watchroom.kernel.errors import WatchroomError
from watchroom.web.pulse import Pulse

T = TypeVar("T")


def run(started: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """In a thread: a browser of another test may have an event loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(started())).result(timeout=60)


def test_many_wait_at_the_cost_of_one_question_a_beat() -> None:
    asked: list[int] = []

    def look() -> str:
        asked.append(1)
        return "same"

    async def wait(pulse: Pulse) -> bool:
        async with pulse.listening() as beat:
            return await beat.comes(within=0.5)

    async def all_of_them() -> list[bool]:
        pulse = Pulse(look, every=0.1)
        return await asyncio.gather(*(wait(pulse) for _ in range(200)))

    assert run(all_of_them) == [False] * 200
    # Each of them looked once at most before the watch had begun; then it was one for all.
    assert len(asked) <= 200 + 6


def test_a_change_between_the_comparison_and_the_waiting_is_heard() -> None:
    values = iter(["before", *["after"] * 100])

    async def wait() -> bool:
        async with Pulse(lambda: next(values), every=0.05).listening() as beat:
            await asyncio.sleep(0.2)
            return await beat.comes(within=1)

    assert run(wait)


def test_when_it_cannot_be_found_out_the_pages_are_woken() -> None:
    looks = iter([True])

    def look() -> str:
        if not next(looks, False):
            raise WatchroomError("the database is gone")
        return "same"

    async def wait() -> bool:
        async with Pulse(look, every=0.05).listening() as beat:
            return await beat.comes(within=5)

    assert run(wait)


def test_a_server_that_stops_lets_everybody_go() -> None:
    async def wait() -> tuple[bool, bool]:
        pulse = Pulse(lambda: "same", every=5)
        async with pulse.listening() as beat:
            asyncio.get_running_loop().call_later(0.1, pulse.close)
            first = await beat.comes(within=20)
        async with pulse.listening() as beat:
            return first, await beat.comes(within=20)

    begun = time.monotonic()
    assert run(wait) == (True, True)
    assert time.monotonic() - begun < 5
