"""The example node for stories: made as `watchroom demo` makes it, its clock standing at the morning."""

from collections.abc import Generator
from dataclasses import replace

import pytest
from example_node import Example
from litestar import Litestar
from litestar.testing import TestClient
from web_seat import IDLE, IN_USE, Seat, seat_at

from watchroom.demo.night import MORNING, made_example
from watchroom.kernel.clock import MachineClock
from watchroom.node.create import remove_node
from watchroom.node.node import Node
from watchroom.node.settings import ClockSettings, read_settings, write_settings


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Generator[Example]:
    folder = tmp_path_factory.mktemp("example") / "node"
    password = made_example(folder, told=lambda _: None)
    settings = read_settings(folder)
    clock = ClockSettings(recorded_start=MORNING, machine_start=MachineClock().now(), speed=0.0)
    write_settings(folder, replace(settings, clock=clock))
    try:
        yield Example(folder=folder, password=password)
    finally:
        remove_node(folder)


@pytest.fixture(scope="session")
def node(example: Example) -> Generator[Node]:
    with Node.open(example.folder) as opened:
        yield opened


@pytest.fixture
def seat(node: Node) -> Seat:
    """Where people of the example sit down; a file whose people sit elsewhere has its own."""
    return seat_at(node)


@pytest.fixture
def client(seat: Seat) -> Generator[TestClient[Litestar]]:
    """A browser that nobody has signed in with yet."""
    with seat.client() as client:
        yield client


@pytest.fixture(autouse=True)
def shells() -> Generator[None]:
    """What a test has used of the applications is free for the next one."""
    yield
    IDLE.extend(IN_USE)
    IN_USE.clear()
