"""The clock of a node that jumps, back or forth: it opens no agreement, no future and no restriction."""

from datetime import timedelta

import pytest

from gate_world import OFFICER, START, about, charter, gate_of, ids, person, write
from watchroom.gate.door import Act, Asked, Refused, Seen
from watchroom.gate.see import see
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Database

ROWS = {
    "person": [person("1"), person("2", is_restricted=True)],
    "alert": [about("1", "1", kind_code="HA", type_code="H"), about("2", "2", kind_code="HA", type_code="H")],
}
CARE = "custody.care"


@pytest.mark.parametrize("side", ["before it begins", "after it has ended"])
def test_outside_the_days_of_an_agreement_there_is_no_access_wherever_the_clock_came_from(
    database: Database, side: str
) -> None:
    write(database, ROWS)
    clock, agreed = SteppedClock(START + timedelta(days=1)), charter()
    gate = gate_of(database, agreed, clock=clock)
    assert isinstance(see(gate, OFFICER, entity="person", purpose=CARE), Seen)
    day = agreed.valid_from - timedelta(days=1) if side == "before it begins" else agreed.valid_to + timedelta(days=1)
    clock.at = clock.at.replace(year=day.year, month=day.month, day=day.day)
    answer = see(gate, OFFICER, entity="person", purpose=CARE)
    assert isinstance(answer, Refused)
    assert answer.code == "expired"
    clock.at = START + timedelta(days=1)
    assert isinstance(see(gate, OFFICER, entity="person", purpose=CARE), Seen)


@pytest.mark.parametrize("hours", [-24 * 30, -1, 24 * 30])
def test_a_jump_shows_no_restricted_person(database: Database, hours: int) -> None:
    """Also where the clock stands before the delivery that restricted them, or before any at all."""
    write(database, {**ROWS, "person": [person("1"), person("2")]})
    write(database, ROWS, hour=2)
    clock = SteppedClock(START + timedelta(hours=3))
    gate = gate_of(database, clock=clock)
    clock.at += timedelta(hours=hours)
    for entity, key in (("person", "id"), ("alert", "person_id")):
        seen = see(gate, OFFICER, entity=entity, purpose=CARE)
        assert isinstance(seen, Seen)
        assert len(ids(seen.value.rows, key)) <= 1


def test_what_was_the_past_is_refused_as_the_future_once_the_clock_went_back(database: Database) -> None:
    write(database, ROWS)
    clock = SteppedClock(START + timedelta(hours=3))
    gate = gate_of(database, clock=clock)
    asked = Asked(purpose=CARE, act=Act.LIST, what="person", as_of=START + timedelta(hours=2))
    assert isinstance(gate.read(OFFICER, asked=asked, look=lambda _: 1), Seen)
    clock.at = START + timedelta(hours=1)
    refused = gate.read(OFFICER, asked=asked, look=lambda _: 1)
    assert isinstance(refused, Refused)
    assert refused.code == "not_yet"
