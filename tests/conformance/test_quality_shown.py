"""What the checks found is shown by the gate only: to whom, as known when, and which rows may be named."""

from datetime import date, timedelta

from gate_world import BOARD, ENGINEER, NURSE, OFFICER, START, Rows, episode, gate_of, look, person, place, write
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.door import Seen
from watchroom.gate.flawed_rows import flawed_rows
from watchroom.handover.quality import TOLD, Flaw, SourceQuality, quality_of
from watchroom.handover.rows import QualityRow
from watchroom.model.catalogue import catalogue
from watchroom.quality.naming import bad_rows
from watchroom.quality.run import quality
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


def named(database: Database, asker: object, purpose: str, *, check: str = "before_birth") -> int:
    """How many of the two alerts that a check finds wrong the asker is told of."""
    with database.connection(Principal.LOADER) as connection:
        found = bad_rows(connection, check, entity="alert", model=catalogue(), now=START)
    assert sum(len(one.ids) for one in next(iter(found.values()))) == 2
    seen = flawed_rows(gate_of(database), asker, purpose=purpose, check=check, faults=found)  # type: ignore[arg-type]
    return sum(len(one.rows) for one in seen.value) if isinstance(seen, Seen) else -1


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


def test_to_be_told_of_bad_rows_is_a_read_and_is_entered_with_the_check(database: Database) -> None:
    write(database, WORLD)
    audit = MemoryAuditLog()
    with database.connection(Principal.LOADER) as connection:
        found = bad_rows(connection, "before_birth", entity="alert", model=catalogue(), now=START)
    gate = gate_of(database, audit=audit)
    flawed_rows(gate, OFFICER, purpose="custody.care", check="before_birth", faults=found)
    entry = audit.entries[-1]
    assert (entry.actor, entry.entity, entry.purpose) == ("o.officer", "alert", "custody.care")
    assert (entry.detail or {})["check"] == "before_birth"


def test_a_handover_tells_what_touches_it_and_what_its_reader_may_see() -> None:
    found = [
        QualityRow("nomis", START, True, "alert", "kind_code", "code_unmapped", "convention", 3, 9),
        QualityRow("nomis", START, True, "alert", "active_to", "code_unmapped", "convention", 4, 9),
        QualityRow("nomis", START, True, "flight", None, "owner_missing", "fatal", 1, 1),
        QualityRow("nomis", START, True, "care_need", None, "link_broken", "convention", 1, 1),
        QualityRow("other", None, None),
    ]
    flaw = Flaw(
        check="code_unmapped", severity="convention", entity="alert", fields=("kind_code", "active_to"), bad=4, of=9
    )
    assert quality_of(found, may_see=lambda entity: entity != "care_need") == [
        SourceQuality(system="nomis", checked_at=START, is_current=True, flaws=(flaw,)),
        SourceQuality(system="other", checked_at=None, is_current=False),
    ]
    assert catalogue().entities.keys() >= TOLD
