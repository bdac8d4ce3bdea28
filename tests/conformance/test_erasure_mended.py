"""What a strict review found in erasure and retention, each as a requirement; see ADR 38."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from test_due import LONG_AGO, NOW, WHOLE, YEAR, database, eraser, hold_on, id_of, people, rule

from batches import START, Rows, person, select, write
from watchroom.audit.entries import AuditUnavailableError, Entry
from watchroom.audit.memory import MemoryAuditLog
from watchroom.kernel.clock import SteppedClock
from watchroom.node.erasure import Doubles, Eraser, Erasure, Held, NothingThere, as_owner
from watchroom.node.erasures import ErasuresError, note_line, read_lines
from watchroom.node.list_file import ERASURES_FILE
from watchroom.node.record_list import record_list
from watchroom.node.restored_records import erase_records_again
from watchroom.store.database import Principal
from watchroom.store.due import After, Rule
from watchroom.store.erasing import BESIDE, Selection
from watchroom.store.holds import OF_THE_RECORD, lift_hold, propose_holds
from watchroom.store.letting_back import erased_under, lift_tombstone
from watchroom.store.sealing import next_in_order
from watchroom.store.unnamed import unnamed_in_custody

__all__ = ["database", "eraser"]


def the_list(eraser: Eraser) -> Path:
    return eraser.folder / "checkpoints" / ERASURES_FILE


def hours(eraser: Eraser) -> float:
    """After whatever was before, by the clock that erasures are dated by."""
    assert isinstance(eraser.clock, SteppedClock)
    eraser.clock.move(timedelta(minutes=1))
    return (eraser.clock.now() - START) / timedelta(hours=1)


def said(eraser: Eraser) -> list[tuple[str, dict[str, object]]]:
    assert isinstance(eraser.audit, MemoryAuditLog)
    return [(one.act.value, dict(one.detail)) for one in eraser.audit.entries]


def erase(eraser: Eraser, *keys: str) -> Erasure | Held | Doubles | NothingThere:
    chosen = tuple(id_of(eraser.database, key) for key in keys)
    return eraser.erase(Selection(people=chosen), erasure=uuid4(), rule="request")


def test_a_person_is_let_back_with_all_that_is_theirs_and_nobody_elses(eraser: Eraser) -> None:
    """1 and 2 are beside each other in one record, which comes when both may."""
    rows: Rows = {"non_association": [{"source_key": "m", "person_key": "1", "other_person_key": "2"}]}
    write(eraser.database, rows, hour=hours(eraser), is_full=False)
    one, two = id_of(eraser.database, "1"), id_of(eraser.database, "2")
    assert isinstance(erase(eraser, "1", "2"), Erasure)
    with as_owner(eraser.database) as connection:
        entities = tuple(eraser.model.entities)
        assert {(found.entity, found.id) for found in erased_under(connection, " a 1", entities=entities)} == {
            ("person", one)
        }
        assert [found.entity for found in erased_under(connection, "e1", entities=entities)] == ["custody_episode"]
        assert lift_tombstone(connection, "person", one, at=NOW, by="gov") == 3, "person, episode, alert"
        assert lift_tombstone(connection, "person", one, at=NOW, by="gov") == 0
    standing = select(
        eraser.database, "select entity, person_ids from ingest.tombstone where lifted_at is null order by entity"
    )
    assert [entity for entity, _ in standing] == ["alert", "custody_episode", "non_association", "person"]
    names = select(eraser.database, "select distinct person_id from ingest.erased_name")
    assert names == [(two,)], "of whom stays erased the names stay"
    with as_owner(eraser.database) as connection:
        assert lift_tombstone(connection, "person", two, at=NOW, by="gov") == 4


def custody(eraser: Eraser) -> list[tuple[object, ...]]:
    return select(
        eraser.database,
        "select person.source_key not like 'erased %', e.source_key not like 'erased %', e.in_out_code"
        " from record.custody_episode as e inner join record.person on person.id = e.person_id"
        " where e.is_active order by e.source_key",
    )


def test_who_comes_back_after_a_rule_erased_them_has_a_record_anew_and_what_was_erased_stays_away(
    eraser: Eraser,
) -> None:
    assert isinstance(eraser.erase_due([rule()], portion=WHOLE), Erasure)
    rows: Rows = {
        "person": [person("1")],
        "custody_episode": [
            {"source_key": "e1", "person_key": "1", "is_active": False, "ended_at": LONG_AGO},
            {"source_key": "e1b", "person_key": "1", "is_active": True, "ended_at": None},
        ],
        "alert": [{"source_key": "a1", "person_key": "1"}, {"source_key": "a1b", "person_key": "1"}],
    }
    write(eraser.database, rows, hour=hours(eraser), is_full=False)
    assert "1" in people(eraser.database)
    theirs = "select source_key from record.{} where source_key like '{}1%' order by 1"
    assert select(eraser.database, theirs.format("custody_episode", "e")) == [("e1b",)]
    assert select(eraser.database, theirs.format("alert", "a")) == [("a1b",)]
    assert unnamed_in_custody(eraser.database) == 0


def test_of_whom_an_officer_erased_the_place_is_counted_until_they_leave_or_are_let_back(eraser: Eraser) -> None:
    three = id_of(eraser.database, "3")
    assert isinstance(erase(eraser, "3"), Erasure)
    here: Rows = {
        "person": [person("3", family_name="SECRET")],
        "custody_episode": [
            {"source_key": "e3", "person_key": "3", "is_active": True, "book_number": "SECRET", "in_out_code": "IN"}
        ],
    }
    write(eraser.database, here, hour=hours(eraser), is_full=False)
    assert custody(eraser) == [(False, False, "IN")]
    assert unnamed_in_custody(eraser.database) == 1
    kept = select(eraser.database, "select t::text from record.custody_episode as t where is_active")
    kept += select(eraser.database, "select t::text from record.person as t where source_key like 'erased %'")
    assert "SECRET" not in str(kept)
    left: Rows = {**here, "custody_episode": [{**here["custody_episode"][0], "is_active": False}]}
    write(eraser.database, left, hour=hours(eraser), is_full=False)
    assert custody(eraser) == [], "a message that they left is heard"
    write(eraser.database, here, hour=hours(eraser), is_full=False)
    assert custody(eraser) == [(False, False, "IN")]
    with as_owner(eraser.database) as connection:
        assert lift_tombstone(connection, "person", three, at=NOW, by="gov") > 1
    write(eraser.database, here, hour=hours(eraser), is_full=False)
    assert custody(eraser) == [(True, True, "IN")], "counted once, by name"


def test_a_retention_run_that_failed_is_neither_resumed_nor_redone_and_what_was_committed_is(eraser: Eraser) -> None:
    with as_owner(eraser.database) as connection:
        propose_holds(connection, at=NOW, by=OF_THE_RECORD)
    mute = replace(eraser, audit=_NoLog())  # type: ignore[arg-type]
    with pytest.raises(AuditUnavailableError):
        mute.erase_due([rule()], portion=WHOLE)
    (noted,) = record_list(the_list(eraser), eraser.node_id).erasures
    assert (noted.is_by_time, noted.is_done) == (True, False)
    assert erase_records_again(eraser, record_list(the_list(eraser), eraser.node_id)).records == 0
    assert len(people(eraser.database)) == 7
    assert isinstance(eraser.erase_due([rule()], portion=WHOLE), Erasure)
    assert [one.is_done for one in record_list(the_list(eraser), eraser.node_id).erasures] == [False, True]


def test_a_torn_line_takes_no_other_with_it_and_a_damaged_one_is_told_by_its_number(tmp_path: Path) -> None:
    (tmp_path / "checkpoints").mkdir()
    file = tmp_path / "checkpoints" / ERASURES_FILE
    note_line(tmp_path, {"kind": "x", "number": 1})
    with file.open("a") as stream:
        stream.write('{"kind": "x", "num')
    note_line(tmp_path, {"kind": "x", "number": 2})
    assert [line["number"] for line in read_lines(file, lambda line: line)] == [1, 2]
    file.write_text(file.read_text().replace('"number": 1', '"number": 7'))
    with pytest.raises(ErasuresError, match="line 1"):
        read_lines(file, lambda line: line)
    damaged: list[int] = []
    assert [line["number"] for line in read_lines(file, lambda line: line, damaged=damaged)] == [2]
    assert damaged == [1]


def test_a_death_is_a_hold_also_once_its_row_has_ended_and_where_only_the_incident_tells_of_it(eraser: Eraser) -> None:
    rows: Rows = {
        "incident_report": [{"source_key": "d", "occurred_at": LONG_AGO, "type_code": "DEATH_PRISONER"}],
        "incident_participant": [{"source_key": "q", "incident_key": "d", "person_key": "1"}],
    }
    write(eraser.database, rows, hour=hours(eraser), is_full=False)
    one = id_of(eraser.database, "1")
    with as_owner(eraser.database) as connection:
        sequence = select(eraser.database, "select max(seq) from ingest.sealed")[0][0]
        assert isinstance(sequence, int)
        placed = propose_holds(connection, at=NOW, by=OF_THE_RECORD, sequence=sequence)
        assert placed == [one], "of those of whom the batch tells"
        connection.rollback()
    dead = id_of(eraser.database, "7")
    # The row of the dead man ends: a full delivery has him no more.
    write(eraser.database, {"person": [person(str(key)) for key in range(1, 7)]}, hour=hours(eraser))
    for whom in (one, dead):
        made = eraser.erase(Selection(people=(whom,)), erasure=uuid4(), rule="request")
        assert isinstance(made, Held), whom
    assert ("hold", {"did": "placed by itself", "kind": "death_in_custody"}) in said(eraser)


def test_the_report_of_an_incident_of_somebody_in_custody_does_not_go_by_its_age(eraser: Eraser) -> None:
    rows: Rows = {
        "incident_report": [{"source_key": one, "occurred_at": LONG_AGO} for one in ("in", "out")],
        "incident_participant": [
            {"source_key": "p-in", "incident_key": "in", "person_key": "3"},
            {"source_key": "p-out", "incident_key": "out", "person_key": "1"},
        ],
    }
    write(eraser.database, rows, hour=hours(eraser), is_full=False)
    late = Rule(name="incident_record", after=After.LAST_CHANGE, before=NOW + YEAR)
    eraser.erase_due([late], portion=WHOLE)
    assert select(eraser.database, "select source_key from record.incident_report") == [("in",)]
    assert select(eraser.database, "select source_key from record.incident_participant") == [("p-in",)]


def test_what_a_hold_keeps_is_kept_with_what_it_is_nothing_without(eraser: Eraser) -> None:
    rows: Rows = {
        "incident_report": [{"source_key": "i", "occurred_at": LONG_AGO}],
        "incident_participant": [{"source_key": "p", "incident_key": "i", "person_key": "1"}],
    }
    write(eraser.database, rows, hour=hours(eraser), is_full=False)
    ((part,),) = select(eraser.database, "select id from record.incident_participant")
    hold_on(eraser, entity="incident_participant", record_id=part)
    late = Rule(name="incident_record", after=After.LAST_CHANGE, before=NOW + YEAR)
    assert isinstance(eraser.erase_due([late], portion=WHOLE), NothingThere)
    assert select(eraser.database, "select source_key from record.incident_report") == [("i",)]


def test_nobody_lifts_a_hold_and_erases_what_it_kept(eraser: Eraser) -> None:
    one = id_of(eraser.database, "1")
    hold = hold_on(eraser, entity="person", record_id=one)
    with as_owner(eraser.database) as connection:
        assert lift_hold(connection, hold.id, at=NOW, by="gov", reason="over")
    held = erase(eraser, "1")
    assert isinstance(held, Held)
    assert held.holds == {hold.id: 3}, "a hold on the record of a person holds all that is theirs"
    other = replace(eraser, by=replace(eraser.by, actor="other"))
    assert isinstance(erase(other, "1"), Erasure)


def test_who_tried_in_vain_is_entered(eraser: Eraser) -> None:
    hold_on(eraser, person_id=id_of(eraser.database, "1"))
    assert isinstance(erase(eraser, "1"), Held)
    assert isinstance(eraser.erase(Selection(people=(uuid4(),)), erasure=uuid4(), rule="request"), NothingThere)
    assert [detail["why"] for act, detail in said(eraser) if act == "erase"] == ["held", "nothing is there"]


def test_who_has_the_same_number_in_another_source_is_held_too_and_erased_only_by_name(eraser: Eraser) -> None:
    double = {"person": [person("x1", prison_number="a 1")]}
    write(eraser.database, double, hour=hours(eraser), is_full=False, source="other")
    twin = id_of(eraser.database, "x1")
    assert erase(eraser, "1") == Doubles(people=(twin,))
    hold = hold_on(eraser, person_id=twin)
    assert isinstance(erase(eraser, "1"), Held)
    with as_owner(eraser.database) as connection:
        assert lift_hold(connection, hold.id, at=NOW, by="holder", reason="over")
    assert isinstance(erase(eraser, "1", "x1"), Erasure)


def test_other_writers_wait_for_a_rule_only_while_something_is_deleted(eraser: Eraser) -> None:
    """Nothing is due, so the turn of all writers is never asked for: another has it meanwhile."""
    with eraser.database.connection(Principal.LOADER) as other:
        # Whoever waits for it ends it, and then it says so.
        other.execute("set local idle_in_transaction_session_timeout = '5s'")
        next_in_order(other, source_system="other", at=eraser.clock.now())
        early = replace(rule(), before=LONG_AGO - YEAR)
        assert isinstance(eraser.erase_due([early], portion=WHOLE), NothingThere)
        other.execute("select 1")


def test_every_table_that_tells_of_people_is_cleared_of_samples() -> None:
    assert {"gate.request", "gate.glass", "ingest.code_value", "ingest.hold", "audit.look_case_entry"} <= set(BESIDE)
    assert "audit.body" not in BESIDE


class _NoLog:
    def append(self, _entry: Entry) -> None:
        raise AuditUnavailableError("the disk of the log is full")
