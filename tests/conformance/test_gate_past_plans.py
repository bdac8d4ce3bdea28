"""What a wing is told of the past is found by its place: a table of the whole prison is not read for it."""

from datetime import timedelta

from gate_world import OFFICER, START, Rows, episode, gate_of, person, place, write
from watchroom.audit.entries import Act
from watchroom.gate.door import Asked, Seen, View
from watchroom.handover import rows
from watchroom.handover.unit import QUERIES
from watchroom.store.database import Database, Principal

UNITS = [f"LEI-{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXY"]
CELLS = 60


def prison() -> Rows:
    """A prison of 1,500 people."""
    numbered = [(unit, number) for unit in UNITS for number in range(CELLS)]
    return {
        "location": [place(unit, "WING") for unit in UNITS] + [place(f"{unit}-{number}") for unit, number in numbered],
        "person": [person(f"{unit}{number}", unit) for unit, number in numbered],
        "custody_episode": [episode(f"{unit}{number}", unit, cell=f"{unit}-{number}") for unit, number in numbered],
    }


def test_a_wing_of_the_past_is_found_by_its_place(database: Database) -> None:
    write(database, prison())
    write(database, {"person": [person("one more")]}, hour=2, is_full=False)
    with database.connection(Principal.LOADER) as connection:
        for entity in ("location", "person", "custody_episode"):
            connection.execute(f"analyze record.{entity}")  # type: ignore[arg-type]
    asked = {"site_code": "LEI", "unit_code": "LEI-A", "ids": None}

    def look(view: View) -> str:
        assert len(view.rows(QUERIES["people"], rows.PersonRow, **asked)) == CELLS
        connection = view._reading._connection  # pyright: ignore[reportPrivateUsage]
        plan = connection.execute(f"explain {QUERIES['people'].text}", asked)  # type: ignore[arg-type]
        return "\n".join(str(line) for (line,) in plan.fetchall())

    seen = gate_of(database).read(
        OFFICER,
        asked=Asked(purpose="custody.care", act=Act.LIST, what="person", as_of=START + timedelta(hours=1)),
        look=look,
    )
    assert isinstance(seen, Seen)
    assert "location_history" in seen.value
    assert "seq_from on" not in seen.value
