"""The server of the pages stops when it is told to, and when what it serves was overtaken; it knows which it was."""

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest
import uvicorn

from watchroom.web.pulse import Pulse
from watchroom.web.serve import PageServer


async def nothing(*_: object) -> None:
    """Answers nobody."""


@pytest.fixture
def server() -> PageServer:
    return PageServer(uvicorn.Config(nothing, log_config=None), Pulse(lambda: ""))


def tick(server: PageServer, counter: int) -> bool:
    # In a thread of its own: the browser of other tests may keep a loop running in this one.
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(lambda: asyncio.run(server.on_tick(counter))).result()


def test_it_goes_on_while_what_it_serves_is_as_it_was(server: PageServer) -> None:
    assert not any(tick(server, number) for number in range(12))


def test_it_stops_once_what_it_serves_was_overtaken_and_says_so(server: PageServer) -> None:
    server.is_over = lambda: True
    assert [tick(server, 1), tick(server, 5)] == [False, True]
    assert server.is_to_be_followed


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_who_tells_it_to_stop_while_it_makes_way_for_another_is_heard(server: PageServer, told: int) -> None:
    server.is_over = lambda: True
    assert tick(server, 5)
    server.handle_exit(told, None)
    assert not server.is_to_be_followed
