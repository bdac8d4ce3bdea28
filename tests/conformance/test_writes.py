"""The one write path: new, changed, unchanged, ended; references; history; the change feed."""

from datetime import timedelta

import pytest

from batches import START, Rows, alert, outcome, person, select, write
from watchroom.model.catalogue import catalogue
from watchroom.store.database import Database
from watchroom.store.writes import DuplicateKeyError, WriteIssue


def test_new_rows_stand_with_their_stamp_and_are_told_as_new(database: Database) -> None:
    written = write(
        database, {"person": [person("1"), person("2")], "alert": [alert("1", "2", kind_code="HA")]}, hour=0
    )
    assert {name: outcome(one) for name, one in written.items()} == {
        "person": (2, 0, 0, 0, 0),
        "alert": (1, 0, 0, 0, 0),
    }
    assert select(
        database,
        "select a.kind_code, p.prison_number, a.seq_from, a.recorded_from, a.agency_code, a.realness"
        " from record.alert as a join record.person as p on p.id = a.person_id",
    ) == [("HA", "A2", 1, START, "HMPPS", "actual")]
    assert select(
        database,
        "select entity, op, changed_fields, categories, person_id is null, before"
        " from ingest.change where entity = 'alert'",
    ) == [("alert", "new", [], ["ALERTS"], False, None)]


def test_the_same_batch_again_changes_nothing(database: Database) -> None:
    rows: Rows = {"person": [person("1", birth_date="1980-02-01")], "alert": [alert("1", "1", unreliable_dates="{a}")]}
    write(database, rows, hour=0)
    again = write(database, rows, hour=1)
    assert [outcome(one) for one in again.values()] == [(0, 0, 1, 0, 0), (0, 0, 1, 0, 0)]
    assert select(database, "select count(*), max(seq) from ingest.change") == [(2, 1)]
    assert select(database, "select count(*) from record.person_history") == [(0,)]


def test_a_changed_row_moves_its_old_version_to_history_and_tells_what_it_was(database: Database) -> None:
    write(database, {"person": [person("1", sex_code="M", sex_source_value="M", ethnicity_code=None)]}, hour=0)
    written = write(
        database, {"person": [person("1", sex_code="F", sex_source_value="F", ethnicity_code="W1")]}, hour=1
    )
    assert outcome(written["person"]) == (0, 1, 0, 0, 0)
    assert select(database, "select sex_code, seq_from from record.person") == [("F", 2)]
    assert select(
        database, "select sex_code, seq_from, seq_to, recorded_from, recorded_to from record.person_history"
    ) == [("M", 1, 2, START, START + timedelta(hours=1))]
    assert select(database, "select op, changed_fields, before from ingest.change where seq = 2") == [
        (
            "changed",
            ["sex_code", "sex_source_value", "ethnicity_code"],
            {"sex_code": "M", "sex_source_value": "M", "ethnicity_code": None},
        )
    ]


def test_a_key_that_a_full_batch_no_longer_names_is_ended_and_a_partial_one_ends_nothing(database: Database) -> None:
    write(database, {"person": [person("1"), person("2")]}, hour=0)
    assert outcome(write(database, {"person": [person("2")]}, hour=1, is_full=False)["person"]) == (0, 0, 1, 0, 0)
    assert outcome(write(database, {"person": [person("2")]}, hour=2)["person"]) == (0, 0, 1, 1, 0)
    assert select(database, "select source_key from record.person") == [("2",)]
    assert select(database, "select source_key, seq_from, seq_to from record.person_history") == [("1", 1, 3)]
    assert select(
        database, "select op, seq, site_code, unit_code, person_id = id from ingest.change where op = 'ended'"
    ) == [("ended", 3, "LEI", "LEI-A", True)]


def test_a_full_batch_of_one_source_leaves_the_others_alone(database: Database) -> None:
    write(database, {"person": [person("1")]}, hour=0)
    write(database, {"person": [person("1")]}, hour=1, source="delius")
    assert outcome(write(database, {"person": []}, hour=2)["person"]) == (0, 0, 0, 1, 0)
    assert select(database, "select source_system from record.person") == [("delius",)]


def test_a_key_that_returns_after_it_ended_keeps_its_id(database: Database) -> None:
    write(database, {"person": [person("1")]}, hour=0)
    before = select(database, "select id from record.person")
    write(database, {"person": []}, hour=1)
    assert outcome(write(database, {"person": [person("1")]}, hour=2)["person"]) == (1, 0, 0, 0, 0)
    assert select(database, "select id from record.person") == before
    assert select(database, "select count(*) from ingest.ended_key") == [(0,)]


def test_a_key_that_returns_takes_nothing_from_another_source_that_ended_the_same_key(database: Database) -> None:
    for hour, source in enumerate(("nomis", "delius")):
        write(database, {"person": [person("1")]}, hour=hour, source=source)
    ids = dict(select(database, "select source_system, id from record.person"))
    for hour, source in enumerate(("nomis", "delius")):
        write(database, {"person": []}, hour=2 + hour, source=source)
    for hour, source in enumerate(("nomis", "delius")):
        write(database, {"person": [person("1")]}, hour=4 + hour, source=source)
    assert dict(select(database, "select source_system, id from record.person")) == ids


def test_a_reference_that_points_nowhere_is_an_issue_and_left_empty(database: Database) -> None:
    rows: Rows = {
        "person": [person("1")],
        "custody_episode": [
            {"source_key": "9", "person_key": "1", "location_key": "gone", "file": "BOOKINGS", "row": 7}
        ],
    }
    written = write(database, rows, hour=0)["custody_episode"]
    assert outcome(written) == (1, 0, 0, 0, 0)
    assert written.issues == (WriteIssue(code="reference_missing", file="BOOKINGS", row=7, field="location_id"),)
    assert select(database, "select location_id from record.custody_episode") == [(None,)]


def test_a_row_whose_required_reference_points_nowhere_is_held_and_its_record_stands(database: Database) -> None:
    write(database, {"person": [person("1")], "alert": [alert("1", "1")]}, hour=0)
    written = write(database, {"alert": [alert("1", "nobody"), alert("2", None), alert("3", "1")]}, hour=1)["alert"]
    assert outcome(written) == (1, 0, 0, 0, 2)
    assert written.issues == (
        WriteIssue(code="reference_missing", file="ALERTS", row=1, field="person_id"),
        WriteIssue(code="value_missing", file="ALERTS", row=2, field="person_id"),
    )
    assert select(database, "select source_key from record.alert order by source_key") == [("1",), ("3",)]


def test_a_row_that_ingest_marked_as_held_is_not_written_and_not_ended(database: Database) -> None:
    write(database, {"person": [person("1", sex_code="M")]}, hour=0)
    written = write(database, {"person": [person("1", sex_code="F", held=True), person("2", held=True)]}, hour=1)
    assert outcome(written["person"]) == (0, 0, 0, 0, 0)
    assert select(database, "select source_key, sex_code from record.person") == [("1", "M")]


def test_a_tree_resolves_within_its_own_batch(database: Database) -> None:
    def place(key: str, parent: str | None) -> dict[str, object]:
        return {"source_key": key, "path": f"LEI-{key}", "parent_key": parent, "file": "PLACES", "row": 1}

    tree = (
        "select c.path, p.path from record.location as c"
        " left join record.location as p on c.parent_id = p.id order by 1"
    )
    written = write(database, {"location": [place("A-1", "A"), place("A", None), place("B-1", "B")]}, hour=0)[
        "location"
    ]
    assert outcome(written) == (3, 0, 0, 0, 0)
    assert [issue.field for issue in written.issues] == ["parent_id"]
    assert select(database, tree) == [("LEI-A", None), ("LEI-A-1", "LEI-A"), ("LEI-B-1", None)]

    written = write(database, {"location": [place("A-2", "A"), place("A-1", "A")]}, hour=1, is_full=False)["location"]
    assert outcome(written) == (1, 0, 1, 0, 0)
    assert ("LEI-A-2", "LEI-A") in select(database, tree)

    written = write(database, {"location": [place("A-1", "A"), place("A-2", "A-1")]}, hour=2)["location"]
    assert outcome(written) == (0, 2, 0, 2, 0), "their parent ended, or is another one now"
    assert select(database, tree) == [("LEI-A-1", None), ("LEI-A-2", "LEI-A-1")]


def test_the_same_key_twice_in_a_batch_is_refused(database: Database) -> None:
    with pytest.raises(DuplicateKeyError, match="`person` from `nomis`"):
        write(database, {"person": [person("1"), person("1")]}, hour=0)
    write(database, {"person": [person("1")]}, hour=0)
    with pytest.raises(DuplicateKeyError):
        write(database, {"person": [person("1", sex_code="F"), person("1", sex_code="M")]}, hour=1)
    assert select(database, "select count(*) from ingest.sealed") == [(1,)], "a refused batch leaves no trace"


@pytest.mark.parametrize("is_full", [True, False])
def test_every_entity_can_be_written(database: Database, is_full: bool) -> None:
    nothing: Rows = {name: [] for name in catalogue().entities}
    written = write(database, nothing, hour=0, is_full=is_full)
    assert {outcome(one) for one in written.values()} == {(0, 0, 0, 0, 0)}


def test_a_default_date_that_moves_with_the_extract_is_no_change(database: Database) -> None:
    defaulted = {"unreliable_dates": "{active_from}"}
    write(
        database, {"person": [person("1")], "alert": [alert("1", "1", active_from="2026-07-23", **defaulted)]}, hour=0
    )
    again = write(
        database, {"person": [person("1")], "alert": [alert("1", "1", active_from="2026-07-24", **defaulted)]}, hour=1
    )
    assert outcome(again["alert"]) == (0, 0, 1, 0, 0)
    assert select(database, "select active_from::text from record.alert") == [("2026-07-23",)]


def test_a_default_date_that_becomes_a_fact_is_a_change(database: Database) -> None:
    write(
        database,
        {
            "person": [person("1")],
            "alert": [alert("1", "1", active_from="2026-07-23", unreliable_dates="{active_from}")],
        },
        hour=0,
    )
    known = write(database, {"person": [person("1")], "alert": [alert("1", "1", active_from="2026-07-20")]}, hour=1)
    assert outcome(known["alert"]) == (0, 1, 0, 0, 0)
    assert select(database, "select active_from::text from record.alert") == [("2026-07-20",)]


def test_a_fact_that_becomes_a_default_date_is_a_change(database: Database) -> None:
    true = {"active_from": "2026-01-02"}
    filled_in = {"active_from": "2026-07-24", "unreliable_dates": "{active_from}"}
    write(database, {"person": [person("1")], "alert": [alert("1", "1", **true)]}, hour=0)
    again = write(database, {"person": [person("1")], "alert": [alert("1", "1", **filled_in)]}, hour=1)
    assert outcome(again["alert"]) == (0, 1, 0, 0, 0)
    assert select(database, "select active_from::text, unreliable_dates from record.alert") == [
        ("2026-07-24", ["active_from"])
    ]
