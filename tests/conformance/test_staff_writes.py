"""What staff write goes the one write path: by ids of what they see, ended by its own key, sealed like a delivery."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from batches import START, person, select, write
from watchroom.ingest.staff import ENTRY, NOTE, STAFF, Overtaken, Sealed, StaffIntake, Writing, delivered
from watchroom.kernel.clock import SteppedClock
from watchroom.kernel.errors import UsageError
from watchroom.model.catalogue import catalogue
from watchroom.store.database import Database, Principal

AT = START + timedelta(hours=5)


@pytest.fixture
def intake(database: Database) -> StaffIntake:
    write(database, {"person": [person("1"), person("2")]}, hour=0)
    clock = SteppedClock(AT)
    return StaffIntake(
        database=database, clock=clock, machine=clock, model=catalogue(), agency="HMPPS", time_zone="Europe/London"
    )


def ids(database: Database) -> list[UUID]:
    return [UUID(str(row[0])) for row in select(database, "select id from record.person order by source_key")]


def note(key: str, who: UUID, text: str, **more: object) -> Writing:
    seen = {"occurred_at": AT, "type_code": "OBSERVE", "sub_type_code": "OBS_GEN"}
    entry = {"system_code": "NOMIS", "status_code": "WAITING", "typed_at": AT, "status_at": AT, **more}
    return Writing(
        rows={
            NOTE: [{"source_key": key, "person_key": str(who), "text": text, **seen}],
            ENTRY: [{"source_key": key, "person_key": str(who), "case_note_key": key, **entry}],
        }
    )


def put(intake: StaffIntake, writing: Writing) -> Sealed | Overtaken:
    return intake.write(lambda _connection, _at: writing, witness=lambda _: None)


def test_a_row_of_staff_points_to_a_row_of_another_source_by_its_id(intake: StaffIntake) -> None:
    who = ids(intake.database)[1]
    assert isinstance(put(intake, note(str(uuid4()), who, "x")), Sealed)
    joined = (
        "select p.source_key, o.case_note_id = n.id from record.case_note as n"
        " join record.person as p on p.id = n.person_id join record.outbox_item as o on o.person_id = p.id"
    )
    assert select(intake.database, joined) == [("2", True)]
    assert select(intake.database, "select name, kind, is_full from ingest.source") == [(STAFF, STAFF, False)]


def test_a_note_about_nobody_that_stands_leaves_nothing(intake: StaffIntake) -> None:
    before = select(intake.database, "select max(seq) from ingest.sealed")
    assert isinstance(put(intake, note(str(uuid4()), uuid4(), "x")), Overtaken)
    assert select(intake.database, "select count(*) from record.case_note") == [(0,)]
    assert select(intake.database, "select max(seq) from ingest.sealed") == before
    assert select(intake.database, "select count(*) from ingest.batch where source_system = 'staff'") == [(0,)]


def test_what_is_not_entered_in_the_log_does_not_stand(intake: StaffIntake) -> None:
    def broken(_sealed: Sealed) -> None:
        raise RuntimeError

    writing = note(str(uuid4()), ids(intake.database)[0], "x")
    with pytest.raises(RuntimeError):
        intake.write(lambda _connection, _at: writing, witness=broken)
    assert select(intake.database, "select count(*) from record.case_note") == [(0,)]


def test_what_is_taken_back_ends_alone_and_stands_in_history(intake: StaffIntake) -> None:
    first, second = str(uuid4()), str(uuid4())
    who = ids(intake.database)[0]
    put(intake, note(first, who, "one"))
    put(intake, note(second, who, "two"))
    put(intake, Writing(rows={}, taken_back=(first,)))
    assert select(intake.database, "select text from record.case_note") == [("two",)]
    assert select(intake.database, "select text from record.case_note_history") == [("one",)]
    last = "select op from ingest.change where entity = 'case_note' order by seq desc limit 1"
    assert select(intake.database, last) == [("ended",)]
    # A delivery of another source neither ends what staff wrote nor is ended by what they take back.
    write(intake.database, {"case_note": [], "person": [person("1"), person("2")]}, hour=6)
    assert select(intake.database, "select text from record.case_note") == [("two",)]


def test_each_delivered_note_is_taken_for_one_entry_and_of_the_same_kind_person_minute_and_words(
    intake: StaffIntake,
) -> None:
    who, other = ids(intake.database)
    for _ in range(2):
        put(intake, note(str(uuid4()), who, "Ate  nothing."))
    same = {"person_key": "1", "text": "ate nothing.", "type_code": "OBSERVE", "sub_type_code": "OBS_GEN"}
    near = {
        "same": {**same, "occurred_at": AT + timedelta(seconds=20)},
        "minute": {**same, "occurred_at": AT + timedelta(minutes=2)},
        "kind": {**same, "occurred_at": AT, "type_code": "POS"},
        "words": {**same, "occurred_at": AT, "text": "ate everything."},
        "person": {**same, "occurred_at": AT, "person_key": "2"},
    }
    rows = [{"source_key": key, **row} for key, row in near.items()]
    write(intake.database, {"person": [person("1"), person("2")], "case_note": rows}, hour=6)
    with intake.database.connection(Principal.LOADER) as connection:
        assert [one.delivered_key for one in delivered(connection, source="nomis", system="NOMIS")] == ["same"]
        assert delivered(connection, source="nomis", system="PRISM") == []
    assert other != who


def test_a_node_with_another_source_of_that_name_is_told_and_nothing_is_written(intake: StaffIntake) -> None:
    with intake.database.connection(Principal.LOADER) as connection:
        connection.execute(
            "insert into ingest.source (name, kind, location, agency_code, added_at)"
            " values ('staff', 'files', '', '', %s)",
            (AT,),
        )
    with pytest.raises(UsageError, match="a name that is kept"):
        put(intake, note(str(uuid4()), ids(intake.database)[0], "x"))
