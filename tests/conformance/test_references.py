"""Sources of one agency name each other's people by number, and what they wrote follows the person at once."""

from datetime import timedelta

from psycopg import sql

from batches import START, Rows, alert, outcome, person, select, write
from watchroom.kernel.ids import uuid7
from watchroom.model.catalogue import catalogue
from watchroom.store.database import Database, Principal
from watchroom.store.erasing import Erasing, Selection
from watchroom.store.identifying import ReferenceRule
from watchroom.store.writes import WriteIssue, Written

WAITS = (ReferenceRule(target="person", by="prison_number"),)
MAKES = (ReferenceRule(target="person", by="prison_number", makes=True),)
ALERTS = """
    select a.source_key, p.source_system, p.prison_number, a.site_code, a.unit_code, a.is_restricted
    from record.alert as a left join record.person as p on p.id = a.person_id order by 1
"""


def kitchen(database: Database, hour: int, *rows: dict[str, object]) -> Written:
    return write(database, {"alert": list(rows)}, hour=hour, source="kitchen", rules=WAITS)["alert"]


def events(database: Database, hour: int, *numbers: str, **more: object) -> None:
    """An alert about each number, and a person for it, as a source has them that knows no more of them."""
    rows: Rows = {
        "person": [{"source_key": number, "prison_number": number} for number in numbers],
        "alert": [alert(f"{row}", number, **more) for row, number in enumerate(numbers, start=1)],
    }
    write(database, rows, hour=hour, source="events", rules=MAKES, is_full=False)


def test_a_row_stands_under_the_person_of_another_source_and_where_that_one_is(database: Database) -> None:
    write(database, {"person": [person("1"), person("2", unit_code="LEI-B", is_restricted=True)]}, hour=0)
    written = kitchen(database, 1, alert("1", "A1"), alert("2", " a 2 ", site_code="XXX"), alert("3", None))
    assert outcome(written) == (2, 0, 0, 0, 1)
    assert select(database, ALERTS) == [
        ("1", "nomis", "A1", "LEI", "LEI-A", False),
        ("2", "nomis", "A2", "LEI", "LEI-B", True),
    ]
    again = kitchen(database, 2, alert("1", "A1"), alert("2", " a 2 ", site_code="XXX"), alert("3", None))
    assert outcome(again) == (0, 0, 2, 0, 1)


def test_a_number_that_nobody_has_waits_and_is_found_by_itself_when_somebody_has_it(database: Database) -> None:
    write(database, {"person": [person("1")]}, hour=0)
    written = kitchen(database, 1, alert("1", "A1"), alert("2", "A2", comment="no nuts", active_from="2026-07-24"))
    assert written.issues == (WriteIssue(code="reference_awaited", file="ALERTS", row=2, field="person_id"),)
    assert outcome(written) == (1, 0, 0, 0, 1)
    write(database, {"person": [person("1"), person("2", unit_code="LEI-B")]}, hour=2)
    assert select(database, ALERTS)[1] == ("2", "nomis", "A2", "LEI", "LEI-B", False)
    assert select(
        database,
        "select a.comment, a.active_from::text, a.source_system, a.seq_from, a.recorded_from, a.origin_row, s.seq"
        " from record.alert as a join ingest.sealed as s on s.batch_id = a.batch_id where a.source_key = '2'",
    ) == [("no nuts", "2026-07-24", "kitchen", 3, START + timedelta(hours=2), 2, 2)]
    assert select(
        database, "select op, categories, unit_code from ingest.change where seq = 3 and entity = 'alert'"
    ) == [("new", ["ALERTS"], "LEI-B")]
    assert select(database, "select count(*) from ingest.waiting") == [(0,)]


def test_what_its_source_no_longer_says_is_not_waited_for(database: Database) -> None:
    kitchen(database, 0, alert("1", "A1"), alert("2", "A2"))
    kitchen(database, 1, alert("1", "A3"))
    assert select(database, "select source_key, forms from ingest.waiting") == [("1", ["A3"])]
    write(database, {"person": [person("1"), person("2"), person("3")]}, hour=2)
    assert [row[:3] for row in select(database, ALERTS)] == [("1", "nomis", "A3")]


def test_a_number_of_two_people_is_nobodys_until_one_of_them_is_left(database: Database) -> None:
    twice = [person("1"), person("2", prison_number="a1 ", unit_code="LEI-B")]
    write(database, {"person": twice}, hour=0)
    written = kitchen(database, 1, alert("1", "A1"))
    assert written.issues == (WriteIssue(code="reference_ambiguous", file="ALERTS", row=1, field="person_id"),)
    assert select(database, ALERTS) == []
    write(database, {"person": twice[1:]}, hour=2)
    assert select(database, ALERTS) == [("1", "nomis", "a1 ", "LEI", "LEI-B", False)]


def test_people_of_another_agency_or_of_an_exercise_are_not_found(database: Database) -> None:
    write(database, {"person": [person("1")]}, hour=0, source="other", agency="NPS")
    write(database, {"person": [person("1", realness="exercise")]}, hour=1)
    assert [one.code for one in kitchen(database, 2, alert("1", "A1")).issues] == ["reference_awaited"]
    write(database, {"person": [person("1"), person("2")]}, hour=3, source="other", agency="NPS")
    assert select(database, ALERTS) == []
    assert kitchen(database, 4, alert("1", "A1", realness="exercise")).issues == ()
    assert select(database, ALERTS) == [("1", "nomis", "A1", "LEI", "LEI-A", False)]


def test_an_optional_reference_is_left_empty_and_found_later(database: Database) -> None:
    search = {"source_key": "1", "person_key": "A1", "site_code": "LEI", "file": "SEARCHES", "row": 1}
    written = write(database, {"search": [search]}, hour=0, source="kitchen", rules=WAITS)["search"]
    assert outcome(written) == (1, 0, 0, 0, 0)
    assert [one.code for one in written.issues] == ["reference_awaited"]
    write(database, {"person": [person("1")]}, hour=1)
    found = "select p.prison_number, s.unit_code from record.search as s join record.person as p on p.id = s.person_id"
    assert select(database, found) == [("A1", "LEI-A")]


def test_a_stand_in_ends_when_another_source_has_the_person_and_the_past_stays(database: Database) -> None:
    events(database, 0, "A1", "A2")
    assert [row[:3] for row in select(database, ALERTS)] == [("1", "events", "A1"), ("2", "events", "A2")]
    then = select(database, "select id, person_id, unit_code from record.alert order by source_key")
    write(database, {"person": [person("1"), person("3")]}, hour=1)
    assert select(database, ALERTS) == [
        ("1", "nomis", "A1", "LEI", "LEI-A", False),
        ("2", "events", "A2", None, None, False),
    ]
    assert select(
        database, "select source_system, prison_number, seq_from, seq_to from record.person_history order by 2"
    ) == [("events", "A1", 1, 2)]
    assert select(
        database,
        "select entity, op, changed_fields, categories, unit_code from ingest.change where seq = 2 and op <> 'new'"
        " order by 1",
    ) == [
        ("alert", "changed", ["person_id", "site_code", "unit_code"], ["ALERTS"], "LEI-A"),
        ("person", "ended", [], ["IDENTIFIERS", "PERSONAL_DETAILS", "STATUS"], None),
    ]
    past = (
        "select id, person_id, unit_code from record.alert where seq_from <= 1 union all"
        " select id, person_id, unit_code from record.alert_history where seq_from <= 1 and seq_to > 1"
    )
    assert sorted(select(database, past)) == sorted(then)
    events(database, 2, "A1", comment="again")
    assert select(database, "select count(*) from record.person where source_system = 'events'") == [(1,)]
    assert select(database, ALERTS)[0] == ("1", "nomis", "A1", "LEI", "LEI-A", False)


def test_people_who_were_two_before_are_one_with_the_first_batch_that_has_the_rule(database: Database) -> None:
    write(database, {"person": [person("1")]}, hour=0)
    doubled: Rows = {"person": [{"source_key": "A1", "prison_number": "A1"}], "alert": [alert("1", "A1")]}
    write(database, doubled, hour=1, source="events", is_full=False)
    assert [row[1] for row in select(database, ALERTS)] == ["events"]
    write(database, {"person": [], "alert": []}, hour=2, source="events", is_full=False, rules=MAKES)
    assert select(database, ALERTS) == [("1", "nomis", "A1", "LEI", "LEI-A", False)]
    assert select(database, "select source_system from record.person") == [("nomis",)]


def test_who_moves_wing_takes_along_at_once_what_every_source_wrote(database: Database) -> None:
    write(database, {"person": [person("1"), person("2")]}, hour=0)
    kitchen(database, 1, alert("1", "A1"), alert("2", "A2"))
    events(database, 2, "A1")
    write(database, {"person": [person("1", unit_code="LEI-B"), person("2")]}, hour=3)
    units = "select source_system, unit_code, seq_from from record.alert order by 1, source_key"
    assert select(database, units) == [("events", "LEI-B", 4), ("kitchen", "LEI-B", 4), ("kitchen", "LEI-A", 2)]
    assert (
        select(
            database,
            "select op, changed_fields, categories, unit_code, before from ingest.change"
            " where seq = 4 and entity = 'alert'",
        )
        == [("changed", ["unit_code"], [], "LEI-B", {"unit_code": "LEI-A"})] * 2
    )
    assert select(
        database, "select source_system, unit_code, seq_from, seq_to from record.alert_history order by 1"
    ) == [("events", "LEI-A", 3, 4), ("kitchen", "LEI-A", 2, 4)]
    again = kitchen(database, 4, alert("1", "A1"), alert("2", "A2"))
    assert outcome(again) == (0, 0, 2, 0, 0)


def test_what_is_about_somebody_who_is_gone_is_on_no_wing_until_they_return(database: Database) -> None:
    write(database, {"person": [person("1", is_restricted=True), person("2")]}, hour=0)
    kitchen(database, 1, alert("1", "A1"))
    write(database, {"person": [person("2")]}, hour=2)
    placed = "select site_code, unit_code, is_restricted from record.alert"
    assert select(database, placed) == [(None, None, True)], "and whoever was hidden stays so"
    held = kitchen(database, 3, alert("1", "A1"))
    assert [one.code for one in held.issues] == ["reference_awaited"]
    assert select(database, placed) == [(None, None, True)]
    write(database, {"person": [person("1", unit_code="LEI-B"), person("2")]}, hour=4)
    assert select(database, placed) == [("LEI", "LEI-B", False)]
    assert select(database, "select count(*) from ingest.waiting") == [(0,)]


def test_a_restriction_follows_and_never_lifts_what_its_own_source_restricts(database: Database) -> None:
    def nomis(hour: int, *, is_restricted: bool) -> None:
        write(database, {"person": [person("1", is_restricted=is_restricted)]}, hour=hour)

    nomis(0, is_restricted=False)
    kitchen(database, 1, alert("1", "A1"), alert("2", "A1", is_restricted=True))
    hidden = "select is_restricted from record.alert order by source_key"
    assert select(database, hidden) == [(False,), (True,)]
    nomis(2, is_restricted=True)
    assert select(database, hidden) == [(True,), (True,)]
    # What its source says meanwhile counts later, though nothing of it can be seen now.
    kitchen(database, 3, alert("1", "A1", is_restricted=True), alert("2", "A1"))
    assert select(database, hidden) == [(True,), (True,)]
    assert select(database, "select count(*) from ingest.change where seq = 4") == [(0,)]
    nomis(4, is_restricted=False)
    assert select(database, hidden) == [(True,), (False,)]


def test_what_stands_under_somebody_whom_an_officer_restricted_passes_to_nobody(database: Database) -> None:
    events(database, 0, "A1")
    ((stand_in,),) = select(database, "select id from record.person")
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(
            "insert into gate.restriction (id, person_id, kind, entered_at, entered_by)"
            " values (uuidv7(), %s, 'protected', now(), 'ig')",
            (stand_in,),
        )
    write(database, {"person": [person("1")]}, hour=1)
    assert [row[1] for row in select(database, ALERTS)] == ["events"]


def test_a_place_is_found_by_its_path(database: Database) -> None:
    write(database, {"location": [{"source_key": "9", "path": "LEI-A-1"}]}, hour=0)
    rule = (ReferenceRule(target="location", by="path"),)
    rows: Rows = {"location": [{"source_key": "1", "path": "LEI-A-1-OVEN", "parent_key": "lei-a-1", "row": 1}]}
    written = write(database, rows, hour=1, source="kitchen", rules=rule)["location"]
    assert (outcome(written), written.issues) == ((1, 0, 0, 0, 0), ())
    joined = "select o.source_system from record.location as l join record.location as o on l.parent_id = o.id"
    assert select(database, joined) == [("nomis",)]


def test_where_nobody_moved_nothing_is_looked_for(database: Database) -> None:
    rows: Rows = {"person": [person("1")]}
    write(database, rows, hour=0)
    kitchen(database, 1, alert("1", "A1"))
    write(database, rows, hour=2)
    assert select(database, "select count(*) from ingest.change where seq = 3") == [(0,)]
    assert select(database, "select count(*) from record.alert_history") == [(0,)]


def erase(database: Database, hour: int, number: str) -> None:
    """Erase the person of that number whom the case-management system has."""
    at = START + timedelta(hours=hour)
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(database.roles.owner)))
        named = "select id from record.person where prison_number = %s and source_system = 'nomis'"
        (found,) = connection.execute(named, (number,)).fetchall()
        erasing = Erasing(connection=connection, model=catalogue(), id=uuid7(at=at))
        moment = erasing.begin(at=at)
        erasing.write_down(Selection(people=(found[0],)))
        erasing.erase(moment)
        erasing.finish(moment, rule="a request", by="ig", machine_at=at, raw_rows=0)


def test_who_was_erased_is_named_by_no_other_source_again_and_their_stand_in_leaves_nothing(database: Database) -> None:
    events(database, 0, "A1", "A2")
    write(database, {"person": [person("1"), person("2")]}, hour=1)
    kitchen(database, 2, alert("1", "A1"), alert("2", "A2"))
    assert len(select(database, "select from record.person_history where source_system = 'events'")) == 2
    erase(database, 3, "A1")
    assert [row[2] for row in select(database, ALERTS)] == ["A2", "A2"]
    assert select(database, "select prison_number from record.person_history") == [("A2",)]
    assert select(database, "select source_key from ingest.ended_key where entity = 'person'") == [("A2",)]
    written = kitchen(database, 4, alert("1", " a1"), alert("2", "A2"))
    assert [one.code for one in written.issues] == ["erased_before"]
    events(database, 5, "A1")
    assert select(database, "select prison_number from record.person") == [("A2",)]
    assert select(database, "select count(*) from ingest.waiting") == [(0,)]


def test_rows_that_wait_for_a_number_go_when_somebody_who_has_it_is_erased(database: Database) -> None:
    write(database, {"person": [person("1"), person("2", prison_number="a 1")]}, hour=0)
    kitchen(database, 1, alert("1", "A1"), alert("3", "A3"))
    erase(database, 2, "A1")
    assert select(database, "select forms from ingest.waiting") == [(["A3"],)]
