"""What the checks found is shown by the gate only: to whom, as known when, and which rows may be named."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from gate_world import BOARD, ENGINEER, NURSE, OFFICER, START, Rows, episode, gate_of, look, person, place, write
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.askers import Asker
from watchroom.gate.door import Refused, Seen
from watchroom.gate.flawed_rows import ROWS_AT_MOST, Sought, flawed_rows
from watchroom.handover.quality import TOLD, Flaw, SourceQuality, quality_of
from watchroom.handover.rows import QualityRow
from watchroom.kernel.errors import UsageError
from watchroom.model.catalogue import Entity, catalogue
from watchroom.quality.naming import Fault, broken_links, faults_of
from watchroom.quality.run import measure, quality
from watchroom.store.database import Database, Principal

LATE = date(1980, 1, 1)
WORLD: Rows = {
    "location": [place("LEI-A", "WING"), place("LEI-A-1", parent="LEI-A"), place("LEI-B", "WING")],
    "person": [person("1"), person("2", "LEI-B")],
    "custody_episode": [episode("1", cell="LEI-A-1"), episode("2", "LEI-B")],
    "alert": [
        {
            "source_key": key,
            "person_key": key,
            "kind_code": "XA",
            "is_active": True,
            "active_from": LATE,
            "site_code": "LEI",
            "unit_code": unit,
        }
        for key, unit in (("1", "LEI-A"), ("2", "LEI-B"))
    ],
}
ASKED = "select * from source_quality order by entity, check_name, field"


def sought(database: Database, check: str, *, entity: str | None = "alert") -> Sought:
    def links(of: Entity, fault: Fault) -> Sequence[UUID]:
        with database.connection(Principal.LOADER) as connection:
            return broken_links(connection, of, fault, model=catalogue(), at_most=ROWS_AT_MOST)

    faults = faults_of(check, entity=entity, model=catalogue(), now=START)
    return Sought(check=check, faults=faults, broken_links=links)


def named(
    database: Database, asker: Asker, purpose: str, *, check: str = "before_birth", entity: str | None = "alert"
) -> int:
    """How many rows that a check finds wrong the asker is told of."""
    seen = flawed_rows(gate_of(database), asker, purpose=purpose, sought=sought(database, check, entity=entity))
    return len(seen.value.rows) if isinstance(seen, Seen) else -1


def test_what_was_found_is_told_from_the_run_on_and_not_before(database: Database) -> None:
    write(database, WORLD)
    (never,) = look(gate_of(database), OFFICER, ASKED)
    assert (never["source_system"], never["checked_at"], never["entity"]) == ("nomis", None, None)
    ran_at = START + timedelta(hours=2)
    quality(database, now=ran_at, keeps=True)
    found = look(gate_of(database), OFFICER, ASKED)
    assert {one["checked_at"] for one in found} == {ran_at}
    assert ("alert", "before_birth", 2) in {(one["entity"], one["check_name"], one["bad"]) for one in found}
    assert all(one["is_current"] for one in found)
    (then,) = look(gate_of(database), OFFICER, ASKED, as_of=ran_at - timedelta(minutes=1))
    assert then["checked_at"] is None
    write(database, {"person": [person("1"), person("2", "LEI-B"), person("3")]}, hour=3)
    assert not any(one["is_current"] for one in look(gate_of(database), OFFICER, ASKED))
    # Who knows of no person is told when it was checked, and no small number.
    (board,) = look(gate_of(database), BOARD, ASKED, purpose="oversight.board")
    assert (board["checked_at"], board["entity"], board["bad"]) == (ran_at, None, None)


def test_a_bad_row_is_named_to_who_sees_it_and_all_that_tells_the_fault_and_to_nobody_else(database: Database) -> None:
    write(database, WORLD)
    with database.connection(Principal.LOADER) as connection:
        connection.execute("update record.person set died_on = '2020-01-01'")
    assert named(database, NURSE, "custody.care") == 2
    # The officer is shown no such alert, nor the engineer any record.
    assert named(database, OFFICER, "custody.care") == 0
    assert named(database, ENGINEER, "quality.data") == 0
    # The day of the death is withheld from the nurse, and to be named would tell it.
    assert named(database, NURSE, "custody.care", check="active_after_death") == 0
    with database.connection(Principal.LOADER) as connection:
        connection.execute("update record.alert set is_restricted = true where source_key = '1'")
    assert named(database, NURSE, "custody.care") == 1


def test_who_may_not_ask_is_refused_before_anything_is_looked_for(database: Database) -> None:
    write(database, WORLD)

    def never(_entity: Entity, _fault: Fault) -> Sequence[UUID]:
        raise AssertionError("asked of the record for somebody who may not be told")

    asking = replace(sought(database, "owner_missing"), broken_links=never)
    # No clause of the charter lets a nurse ask for such a purpose, and none shows the engineer an alert.
    assert isinstance(flawed_rows(gate_of(database), NURSE, purpose="analysis.demand", sought=asking), Refused)
    seen = flawed_rows(gate_of(database), ENGINEER, purpose="quality.data", sought=asking)
    assert not isinstance(seen, Seen) or seen.value.rows == ()


def test_a_link_to_nothing_is_told_from_the_whole_record_and_one_to_somebody_hidden_is_none(
    database: Database,
) -> None:
    write(database, WORLD)
    assert named(database, NURSE, "custody.care", check="owner_missing") == 0
    with database.connection(Principal.LOADER) as connection:
        connection.execute("update record.person set is_restricted = true where source_key = '1'")
    assert named(database, NURSE, "custody.care", check="owner_missing") == 0
    with database.connection(Principal.LOADER) as connection:
        connection.execute("update record.custody_episode set location_id = uuidv7() where source_key in ('1', '2')")
    assert named(database, NURSE, "custody.care", check="link_broken", entity="custody_episode") == 1


def test_no_more_rows_are_named_than_one_answer_holds_and_that_there_are_more_is_said(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(database, WORLD)
    whole = flawed_rows(gate_of(database), NURSE, purpose="custody.care", sought=sought(database, "value_missing"))
    assert isinstance(whole, Seen)
    assert not whole.value.is_cut
    monkeypatch.setattr("watchroom.gate.flawed_rows.ROWS_AT_MOST", 3)
    cut = flawed_rows(gate_of(database), NURSE, purpose="custody.care", sought=sought(database, "value_missing"))
    assert isinstance(cut, Seen)
    assert (cut.value.rows, cut.value.is_cut) == (whole.value.rows[:3], True)


def test_what_an_asker_is_told_of_is_what_the_check_counts_where_nothing_is_withheld(database: Database) -> None:
    write(database, WORLD)
    with database.connection(Principal.LOADER) as connection:
        counted = {(one.key, one.bad) for one in measure(connection, now=START, model=catalogue()).results if one.bad}
    for check in {name for (name, _, _), _ in counted}:
        try:
            asking = sought(database, check, entity="alert")
        except UsageError:
            continue
        seen = flawed_rows(gate_of(database), NURSE, purpose="custody.care", sought=asking)
        assert isinstance(seen, Seen)
        told = Counter((check, row.entity, row.field) for row in seen.value.rows)
        assert set(told.items()) <= counted, "none is told that is not counted, and of a field all or none"


def test_to_be_told_of_bad_rows_is_a_read_and_is_entered_with_the_check(database: Database) -> None:
    write(database, WORLD)
    audit = MemoryAuditLog()
    gate = gate_of(database, audit=audit)
    flawed_rows(gate, OFFICER, purpose="custody.care", sought=sought(database, "before_birth"))
    entry = audit.entries[-1]
    assert (entry.actor, entry.entity, entry.purpose) == ("o.officer", "alert", "custody.care")
    assert (entry.detail or {})["check"] == "before_birth"


def test_a_handover_tells_what_touches_it_and_what_its_reader_may_see() -> None:
    found = [
        QualityRow("nomis", START, True, "alert", "kind_code", "code_unmapped", "convention", 3, 9),
        QualityRow("nomis", START, True, "alert", "active_to", "code_unmapped", "convention", 4, 9),
        QualityRow("nomis", START, True, "flight", None, "owner_missing", "fatal", 1, 1),
        QualityRow("nomis", START, True, "care_need", None, "link_broken", "convention", 1, 1),
        QualityRow("nomis", START, True, "batch", None, "rows_quarantined", "convention", 5, 9),
        QualityRow("nomis", START, True, "source", None, "source_is_stale", "convention", 1, 1),
        QualityRow("other", None, None),
    ]
    flaw = Flaw(
        check="code_unmapped", severity="convention", entity="alert", fields=("kind_code", "active_to"), bad=4, of=9
    )
    held = Flaw(check="rows_quarantined", severity="convention", entity="batch", fields=(), bad=5, of=9)
    assert quality_of(found, may_see=lambda entity: entity != "care_need") == [
        SourceQuality(system="nomis", checked_at=START, is_current=True, flaws=(held, flaw)),
        SourceQuality(system="other", checked_at=None, is_current=False),
    ]
    assert catalogue().entities.keys() >= TOLD
