"""A page that tells instants of the machine says so where the clock of the node stands elsewhere, as in an example."""

import pytest
from web_seat import get, seat_at

from watchroom.node.node import Node

SAID = "is told by the clock of the machine, which says"


@pytest.mark.parametrize(
    ("account", "path"),
    [
        ("records", "/agreements"),
        ("records", "/agreements/keys"),
        ("records", "/agreements/new"),
        ("records", "/looks"),
        ("officer.a", "/my-work"),
    ],
)
def test_a_page_says_by_which_clock_it_tells_and_only_where_there_are_two(node: Node, account: str, path: str) -> None:
    seat, example = seat_at(node), node.clock
    assert abs(example.now() - node.machine_clock.now()).days > 1, "an example plays a night that is past"
    with seat.client() as client:
        seat.sign_in(client, account)
        page = get(client, path).text
        assert SAID in page
        for clock in (example, node.machine_clock):
            assert node.words.instant(clock.now(), "day") in page
        try:
            node.clock = node.machine_clock
            seat.sign_in(client, account)
            assert SAID not in get(client, path).text
        finally:
            node.clock = example
