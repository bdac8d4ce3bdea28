"""The change feed asked of what changed only: the same rows and the same entry, whatever way a change came."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from test_gate import WINGS
from test_staff_writes import ids, note, put

from batches import START, person, select
from batches import write as write_batch
from erasure_world import desk_of, made, person_of
from gate_world import NURSE, OFFICER, about, gate_of, write
from narrow_feed import asked_both_ways, asked_narrow, everything_to_nurses
from watchroom.audit.entries import Entry
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate import answers, changed
from watchroom.gate.askers import Asker
from watchroom.gate.changed import Sought
from watchroom.ingest.staff import StaffIntake, Writing
from watchroom.kernel.clock import SteppedClock
from watchroom.model.catalogue import catalogue
from watchroom.node.erasure_desk import Selection
from watchroom.node.node import Node
from watchroom.store.database import Database, Principal

WING_A = Sought(after=1, unit_code="LEI-A", site_code="LEI", of_site=("incident_report",))
MORNING = {**WINGS, "alert": [{**WINGS["alert"][0], "is_active": False}, *WINGS["alert"][1:]]}


@pytest.fixture
def world(database: Database) -> Database:
    """A night in which one alert on the wing ended, and a note was written on another wing."""
    write(database, WINGS)
    write(database, {**MORNING, "case_note": [about("9", "3", "LEI-B", type_code="OBSERVE")]}, hour=1)
    return database


def test_only_what_changed_there_is_asked_of(world: Database) -> None:
    asked = asked_both_ways(gate_of(world), OFFICER, WING_A)
    assert asked.among == {"alert"}
    assert [(one.entity, one.op) for one in asked.narrow] == [("alert", "changed")]
    assert asked.narrow == asked.whole
    assert views(world) == 1


def test_where_nothing_changed_nothing_is_told(world: Database) -> None:
    asked = asked_both_ways(gate_of(world), OFFICER, replace(WING_A, after=2))
    assert (asked.among, asked.narrow, asked.whole) == (frozenset(), [], [])


def test_a_record_that_left_the_place_is_among_what_changed_there(database: Database) -> None:
    write(database, WINGS)
    moved = {**WINGS["alert"][0], "unit_code": "LEI-B"}
    write(database, {**WINGS, "alert": [moved, *WINGS["alert"][1:]]}, hour=1)
    asked = asked_both_ways(gate_of(database), OFFICER, WING_A)
    assert asked.among == {"alert"}
    assert [one.entity for one in asked.narrow] == ["alert"]
    assert asked.narrow == asked.whole


def test_the_entry_of_the_log_is_that_of_the_whole_feed(world: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = list[Entry]()
    for most in (8, 0):
        monkeypatch.setattr(changed, "_MOST_VIEWS", most)
        monkeypatch.setattr(answers, "_KNOWN", {})
        audit = MemoryAuditLog(clock=SteppedClock(START + timedelta(days=1)))
        assert asked_narrow(gate_of(world, audit=audit), OFFICER, WING_A)
        entries += audit.entries
    narrow, whole = entries
    assert narrow == whole
    assert "alert.is_active" in narrow.fields


def test_what_another_process_made_gives_and_enters_the_same(world: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its views stand, and this one has made none."""
    entries = list[Entry]()
    for _ in range(2):
        audit = MemoryAuditLog(clock=SteppedClock(START + timedelta(days=1)))
        assert asked_narrow(gate_of(world, audit=audit), OFFICER, WING_A)
        entries += audit.entries
        # What an answer is made of is remembered by its text in a process.
        monkeypatch.setattr(answers, "_KNOWN", {})
    assert entries[0] == entries[1]


def test_there_are_few_views_of_the_feed_however_many_nights_there_are(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changed, "_MOST_VIEWS", 2)
    monkeypatch.setattr(changed, "_SPARE", 0)
    write(database, WINGS)
    nights = [
        {"alert": [about("21", "1", type_code="H", is_active=True)]},
        {"case_note": [about("22", "1", type_code="OBSERVE", is_sensitive=False)]},
        {"visit": [about("23", "1")]},
    ]
    gate = gate_of(database)
    for hour, night in enumerate(nights, start=1):
        after = write(database, night, hour=hour, is_full=False) - 1
        asked = asked_both_ways(gate, OFFICER, replace(WING_A, after=after))
        assert asked.among == night.keys()
        assert asked.narrow == asked.whole != []
    assert views(database) == 2


def test_what_staff_write_and_take_back_is_told(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    write_batch(database, {"person": [person("1"), person("2")]}, hour=0)
    clock = SteppedClock(START + timedelta(hours=5))
    intake = StaffIntake(
        database=database, clock=clock, machine=clock, model=catalogue(), agency="HMPPS", time_zone="Europe/London"
    )
    key, who = str(uuid4()), ids(database)[0]
    typed = note(key, who, "x")
    for row in (row for rows in typed.rows.values() for row in rows):
        row |= {"site_code": "LEI", "unit_code": "LEI-A"}
    put(intake, typed)
    put(intake, Writing(rows={}, taken_back=(key,)))
    monkeypatch.setattr(changed, "_SPARE", 0)
    gate = gate_of(database, everything_to_nurses("person", "case_note", "outbox_item"))
    for after, ops in ((1, ["new", "ended"]), (2, ["ended"])):
        asked = asked_both_ways(gate, NURSE, replace(WING_A, after=after))
        assert [one.op for one in asked.narrow if one.entity == "case_note"] == ops
        assert asked.narrow == asked.whole


def test_what_is_left_after_an_erasure_is_told_and_no_more(tmp_path: Path) -> None:
    with Node.open(made(tmp_path)) as node:
        erased = person_of(node)
        before = list(everywhere(node))
        desk_of(node).erase(Selection(people=(erased,)), rule="request 12")
        after = list(everywhere(node))
    assert erased in {person for told in before for person in told}
    assert erased not in {person for told in after for person in told}


def everywhere(node: Node) -> Iterator[set[UUID | None]]:
    """Whom the changes on each unit are about since each sequence, asked both ways."""
    places = select(
        node.database, "select distinct unit_code, site_code from ingest.change where unit_code is not null"
    )
    ((last,),) = select(node.database, "select max(seq) from ingest.sealed")
    for unit, site in places:
        asker = Asker(name="o", roles=("wing_officer",), organisation="HMPPS", sites=(str(site),), units=(str(unit),))
        for after in range(int(str(last)) + 1):
            sought = Sought(after=after, unit_code=str(unit), site_code=str(site), of_site=("incident_report",))
            asked = asked_both_ways(node.gate, asker, sought)
            assert asked.narrow == asked.whole
            yield {one.person_id for one in asked.whole}


def views(world: Database) -> int:
    """How many views of few entities stand."""
    with world.connection(Principal.MIGRATOR) as connection:
        row = connection.execute(
            "select count(*) from pg_class as c where c.relkind = 'v' and c.relname like 'few\\_%'"
        ).fetchone()
    return row[0] if row else 0
