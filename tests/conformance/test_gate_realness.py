"""Who is only in an exercise, a test or a draft is not in the building: the roll and the cells count real people."""

import pytest

from gate_world import BOARD, OFFICER, episode, gate_of, look, person, place, write
from watchroom.store.database import Database

PLACES = [place("LEI-A", "WING"), place("LEI-A-1", "LANDING"), place("LEI-A-1-1"), place("LEI-A-1-2")]
REAL = [str(number) for number in range(1, 13)]


@pytest.mark.parametrize("realness", ["exercise", "test", "draft", "system"])
def test_the_roll_and_the_cells_count_real_people_only(database: Database, realness: str) -> None:
    write(
        database,
        {
            "agency": [{"source_key": "LEI", "code": "LEI", "name": "Leeds"}],
            "location": PLACES,
            "person": [person(key) for key in (*REAL, "90", "91", "92")],
            "custody_episode": [
                *(episode(key, cell="LEI-A-1-1", realness="actual") for key in REAL),
                episode("90", cell="LEI-A-1-1", realness=realness),
                episode("91", cell="LEI-A-1-2", realness=realness),
                episode("92", cell=None, realness=realness),
            ],
        },
    )
    gate = gate_of(database)
    roll = look(gate, OFFICER, "select sum(roll.on_roll)::int as n, sum(roll.no_cell)::int as none from roll")
    assert roll == [{"n": 12, "none": 0}]
    cells = look(gate, OFFICER, "select path, occupants, withheld_count from occupancy order by path")
    assert cells == [
        {"path": "LEI-A-1-1", "occupants": 12, "withheld_count": 0},
        {"path": "LEI-A-1-2", "occupants": 0, "withheld_count": 0},
    ]
    told = look(gate, BOARD, "select roll.on_roll from roll where roll.site_code = 'LEI'", purpose="oversight.board")
    assert told == [{"on_roll": 12}]
