"""What is a cell is one thing, wherever it is asked."""

from watchroom.gate.place_views import CELL_KINDS
from watchroom.model.jurisdiction import pack


def test_the_roll_and_the_rules_take_the_same_places_for_cells():
    assert frozenset(CELL_KINDS) == pack("england_and_wales").concepts["cell"].codes
