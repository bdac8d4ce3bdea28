"""How many places there are, where the record gives a cell a working capacity above its maximum."""

from watchroom.gate.door import Seen
from watchroom.handover.posts.build import build_posts
from watchroom.handover.posts.show import posts_page
from watchroom.insight.build import build_board
from watchroom.insight.show import board_page
from watchroom.node.node import Node

# Cell 1-1 of LEI-H has a working capacity of 100 and a maximum of 1.
EXCESS = 99


def test_the_places_of_a_unit_count_no_cell_above_its_maximum(node: Node) -> None:
    seen = build_posts(node.gate, node.asker("governor"), purpose="custody.care", at=node.clock.now())
    assert isinstance(seen, Seen)
    places = {row.unit_code: row.places for row in seen.value.roll}
    assert places["LEI-H"] == 110 - EXCESS
    assert any("no cell more than its maximum" in head for head in posts_page(seen.value, node.words).roll_heads)


def test_the_places_of_a_board_count_no_cell_above_its_maximum(node: Node) -> None:
    seen = build_board(node.gate, node.asker("board"), jurisdiction=node.jurisdiction, at=node.clock.now())
    assert isinstance(seen, Seen)
    places = {site.code: site.places for site in seen.value.sites}
    assert places["LEI"] == 144 - EXCESS
    assert "above its maximum, the maximum counts" in board_page(seen.value, node.words).sites.note
