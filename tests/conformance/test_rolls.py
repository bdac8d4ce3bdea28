"""A source of rolls: who stands in it today, who came, who is no longer reported, and which rolls are not believed."""

import gzip
import shutil
from datetime import date, timedelta
from pathlib import Path
from zipfile import ZipFile

from batches import select
from custody_rolls import HEADER, Person, day, person, roll_intake, roll_name, write_roll
from watchroom.ingest.registry import Source, let_shrink
from watchroom.ingest.report import BatchReport, Verdict
from watchroom.ingest.run import Intake
from watchroom.store.database import Database, Principal

EPISODES = """
    select p.source_key, extract(day from e.valid_from at time zone 'America/New_York')::int,
        extract(day from e.valid_to at time zone 'America/New_York')::int, e.status_code, e.is_active
    from record.custody_episode as e inner join record.person as p on e.person_id = p.id
    order by 1, 2
"""
MANY = [person(f"{number}") for number in range(100)]
AS_OF = "select max(b.as_at) from ingest.sealed as s inner join ingest.batch as b on s.batch_id = b.id"


class Feed:
    """Rolls that are taken one after the other."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.intake, self.source = roll_intake(database, folder)

    def take(self, of: date, people: list[Person], **given: tuple[str, ...]) -> BatchReport:
        return self.intake.ingest(self.source, [write_roll(self.folder, of, people, **given)]).batches[0]

    def accepting(self, reason: str) -> Intake:
        return Intake(database=self.database, clock=self.intake.clock, accepted=reason)


def codes(report: BatchReport) -> set[str]:
    return {issue.code for issue in report.issues}


def verdict(report: BatchReport) -> Verdict | None:
    return None if report.roll is None else report.roll.verdict


def test_who_is_not_in_a_roll_is_no_longer_reported_and_a_second_one_confirms_it(database: Database, tmp_path: Path):
    feed = Feed(database, tmp_path)
    feed.take(day(1), [person("A"), *MANY])
    feed.take(day(2), MANY)
    gone = [row for row in select(database, EPISODES) if row[0] == "A"]
    assert gone == [("A", 1, 1, "NOT REPORTED", False)]
    feed.take(day(3), [*MANY[1:], person("B")])
    gone = [row for row in select(database, EPISODES) if row[0] in ("A", "0")]
    assert gone == [("0", 1, 2, "NOT REPORTED", False), ("A", 1, 1, "NOT REPORTED TWICE", False)]
    # Nobody says when, and nobody says that they were released.
    assert select(database, "select count(*) from record.custody_episode where ended_at is not null") == [(0,)]
    assert select(database, "select distinct kind_code from record.movement") == [("ADM",)]


def test_who_comes_back_is_the_same_person_with_a_new_time_in_custody(database: Database, tmp_path: Path):
    feed = Feed(database, tmp_path)
    feed.take(day(1), [person("A"), *MANY])
    feed.take(day(2), MANY)
    back = feed.take(day(3), [person("A"), *MANY[1:]])
    assert "came_back" in codes(back)
    mine = [row for row in select(database, EPISODES) if row[0] == "A"]
    assert mine == [("A", 1, 1, "NOT REPORTED", False), ("A", 3, None, "ACTIVE IN", True)]
    assert select(database, "select count(*) from record.person where source_key = 'A'") == [(1,)]
    # The admission is the one that is known already.
    assert select(database, "select count(*) from record.movement as m inner join record.person as p"
                  " on m.person_id = p.id where p.source_key = 'A'") == [(1,)]  # fmt: skip


def test_a_later_admission_between_two_rolls_is_a_new_time_in_custody_and_an_earlier_one_a_correction(
    database: Database, tmp_path: Path
):
    feed = Feed(database, tmp_path)
    feed.take(day(2), [person("A"), person("B"), *MANY])
    feed.take(day(3), [person("A", "2026-06-02T20:00:00.000"), person("B", "2026-04-01T10:00:00.000"), *MANY])
    mine = [row for row in select(database, EPISODES) if row[0] in ("A", "B")]
    assert mine == [
        ("A", 2, 2, "NOT REPORTED TWICE", False),
        ("A", 3, None, "ACTIVE IN", True),
        ("B", 2, None, "ACTIVE IN", True),
    ]


def test_a_roll_with_the_rows_of_the_last_one_is_stale_and_refreshes_nothing(database: Database, tmp_path: Path):
    feed = Feed(database, tmp_path)
    feed.take(day(1), [person("A"), *MANY])
    before, seen = select(database, EPISODES), select(database, AS_OF)
    columns = tuple(reversed(HEADER))
    same = [tuple(reversed(row)) for row in reversed([*MANY, person("A", age="30.0")])]
    for report in (feed.take(day(2), [person("A"), *MANY]), feed.take(day(3), same, header=columns)):
        assert verdict(report) is Verdict.STALE
        assert codes(report) >= {"roll_stale"}
    assert (select(database, EPISODES), select(database, AS_OF)) == (before, seen)
    assert verdict(feed.take(day(4), [*MANY])) is Verdict.TAKEN
    assert [row for row in select(database, EPISODES) if row[0] == "A"] == [("A", 1, 1, "NOT REPORTED", False)]


def test_a_shrunken_an_empty_and_a_repeated_roll_are_held_until_somebody_accepts(database: Database, tmp_path: Path):
    feed = Feed(database, tmp_path)
    feed.take(day(1), MANY)
    feed.take(day(2), [*MANY, person("A")])
    before = select(database, EPISODES)
    for people, code in ((MANY[:90], "roll_shrunk"), ([], "roll_shrunk"), (MANY, "roll_repeated")):
        report = feed.take(day(3), people)
        assert verdict(report) is Verdict.HELD
        assert code in codes(report)
        assert select(database, EPISODES) == before
    assert feed.take(day(3), [*MANY[:91], person("B")]).seq is not None
    held = write_roll(tmp_path, day(4), [])
    assert feed.intake.ingest(feed.source, [held]).batches[0].is_refused
    taken = feed.accepting("the jail was moved").ingest(feed.source, [held]).batches[0]
    assert taken.roll is not None
    assert taken.roll.accepted == "the jail was moved"
    assert codes(taken) >= {"roll_accepted"}
    assert select(database, "select count(*) from record.custody_episode where is_active") == [(0,)]


def test_how_much_a_roll_may_shrink_is_a_setting_of_its_source(database: Database, tmp_path: Path):
    feed = Feed(database, tmp_path)
    feed.take(day(1), MANY)
    with database.connection(Principal.LOADER) as connection:
        let_shrink(connection, "roll", percent=50)
    wide = Source(**{name: getattr(feed.source, name) for name in feed.source.__slots__} | {"shrinks_percent": 50})
    held = feed.intake.ingest(wide, [write_roll(tmp_path, day(2), MANY[:49])])
    assert held.is_refused
    assert not feed.intake.ingest(wide, [write_roll(tmp_path, day(2), MANY[:50])]).is_refused
    assert select(database, "select shrinks_percent from ingest.source") == [(50,)]


def test_an_older_roll_is_refused_and_missing_days_are_named(database: Database, tmp_path: Path):
    feed = Feed(database, tmp_path)
    feed.take(day(5), MANY)
    assert "out_of_order" in codes(feed.take(day(4), [*MANY, person("A")]))
    feed.take(day(6), MANY)
    report = feed.take(day(9), [*MANY, person("A")])
    (missing,) = (issue for issue in report.issues if issue.code == "days_missing")
    assert "2026-06-07, 2026-06-08" in missing.message
    assert "2 days" in missing.message


def test_a_roll_that_tells_no_day_or_one_to_come_is_refused(database: Database, tmp_path: Path):
    feed = Feed(database, tmp_path)
    assert "roll_undated" in codes(feed.take(date(2027, 1, 1), MANY))
    place = write_roll(tmp_path, day(1), MANY)
    (place / roll_name(day(1))).rename(place / "roll_of_today.csv")
    assert "roll_undated" in codes(feed.intake.ingest(feed.source, [place]).batches[0])


def test_a_file_of_several_tables_is_no_roll_and_no_row_of_it_is_taken_or_lost(database: Database, tmp_path: Path):
    feed = Feed(database, tmp_path)
    feed.take(day(1), MANY)
    place = write_roll(tmp_path, day(2), MANY[1:])
    table = place / roll_name(day(2))
    with ZipFile(place / f"{table.stem}.zip", "w") as archive:
        archive.write(table, table.name)
        archive.writestr("OTHERS.csv", table.read_text("utf-8"))
    table.unlink()
    report = feed.intake.ingest(feed.source, [place]).batches[0]
    assert report.is_refused
    assert "duplicate_file" in codes(report)
    assert select(database, "select count(*) from record.custody_episode where is_active") == [(100,)]


def test_a_layout_that_changes_is_read_by_name_and_told(database: Database, tmp_path: Path):
    feed = Feed(database, tmp_path)
    feed.take(day(1), [person("A", level="MAX"), *MANY])
    without = ("admitted_dt", "gender", "age", "inmate_status_code", "inmateid", "wing")
    rows = [(row[1], row[3], row[4], row[5], row[0], "W") for row in [person("A"), person("B"), *MANY]]
    report = feed.take(day(2), rows, header=without)
    assert codes(report) >= {"layout_changed", "missing_column", "extra_column"}
    levels = "select e.category_source_value from record.custody_episode as e inner join record.person as p"
    assert select(database, f"{levels} on e.person_id = p.id where p.source_key in ('A', 'B') order by 1") == [
        ("MAX",),
        (None,),
    ]


def test_a_person_twice_an_age_that_jumps_and_an_admission_to_come_are_found(database: Database, tmp_path: Path):
    feed = Feed(database, tmp_path)
    feed.take(day(1), [person("A"), *MANY])
    tomorrow = f"{day(2) + timedelta(days=1)}T01:00:00.000"
    report = feed.take(day(2), [person("A", age="41"), person("A"), person("B", tomorrow), *MANY])
    found = {(issue.code, issue.row) for issue in report.issues if issue.row is not None}
    assert {("value_jumped", 2), ("duplicate_key", 3), ("after_roll_day", 4)} <= found
    assert select(database, "select count(*) from record.custody_episode where is_active") == [(102,)]


def test_a_roll_with_a_row_that_names_nobody_ends_nobody(database: Database, tmp_path: Path):
    feed = Feed(database, tmp_path)
    feed.take(day(1), [person("A"), *MANY])
    report = feed.take(day(2), [person(""), *MANY])
    assert codes(report) >= {"value_missing", "nothing_ended"}
    assert [row for row in select(database, EPISODES) if row[0] == "A"] == [("A", 1, None, "ACTIVE IN", True)]


def test_a_folder_of_rolls_is_taken_day_by_day_past_the_stale_ones(database: Database, tmp_path: Path):
    rolls = {3: [*MANY, person("A")], 1: MANY, 2: MANY}
    together = tmp_path / "together"
    together.mkdir()
    for number, people in rolls.items():
        place = write_roll(tmp_path, day(number), people) / roll_name(day(number))
        with gzip.open(together / f"{place.name}.gz", "wb") as into:
            into.write(place.read_bytes())
    intake, source = roll_intake(database, together)
    verdicts = [verdict(batch) for batch in intake.ingest(source).batches]
    assert verdicts == [Verdict.TAKEN, Verdict.STALE, Verdict.TAKEN]
    # Given again, it is taken up after the last one that was dealt with.
    again = intake.ingest(source)
    assert (again.batches, len(again.taken_already)) == ((), 3)
    shutil.rmtree(together)
    assert intake.ingest(source).is_refused


def test_history_is_kept_only_of_what_changed(database: Database, tmp_path: Path):
    feed = Feed(database, tmp_path)
    feed.take(day(1), MANY)
    report = feed.take(day(2), [person("0", level="MAX"), *MANY[1:], person("A")])
    assert report.counts.as_json() == {"new": 3, "changed": 1, "unchanged": 199, "ended": 0}
    assert select(database, "select count(*) from record.custody_episode_history") == [(1,)]
    changed = "select changed_fields from ingest.change where op = 'changed'"
    assert sorted(select(database, changed)[0][0]) == ["category_code", "category_source_value"]
