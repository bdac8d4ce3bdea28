"""After the end of a source nothing of before counts: what it gives again is new, and what it held back goes."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest

from batches import START, select, write
from batches import alert as about
from batches import person as one
from custody_rolls import NOW as ROLLS_NOW
from custody_rolls import day, person, roll_intake, roll_name, write_roll
from feeds import Feed, worked
from fetched_sources import codes, desk_of
from hmpps_events import CREATED, alert, event_intake, post_of
from parts_world import Part, lay
from parts_world import World as Parts
from watchroom.ingest.ending import TRACES, Ended, SourceEnding
from watchroom.ingest.registry import Source, add_source
from watchroom.ingest.report import BatchReport
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import SteppedClock
from watchroom.kernel.errors import UsageError
from watchroom.model.catalogue import catalogue
from watchroom.store.database import Database, Principal
from watchroom.store.identifying import ReferenceRule

ALERT = worked("warning-1-alert.xml")
ROLL = [person("A"), person("B"), person("C")]
# What refers to a batch or a source only where something was taken, and then nothing is removed.
OF_WHAT_WAS_TAKEN = {
    f"ingest.{table}" for table in ("code_decision", "drift", "file", "message", "quarantine", "taken_delivery")
}


def ending(intake: Intake) -> SourceEnding:
    clock = intake.clock
    assert isinstance(clock, SteppedClock)
    clock.move(timedelta(minutes=1))
    return SourceEnding(database=intake.database, model=catalogue(), clock=clock, machine=clock, by="op")


def end(intake: Intake, source: Source) -> Ended:
    return ending(intake).end(source.name, witness=lambda _: None)


def end_and_resume(intake: Intake, source: Source) -> Ended:
    ended = end(intake, source)
    ending(intake).resume(source.name, witness=lambda: None)
    assert isinstance(intake.clock, SteppedClock)
    intake.clock.move(timedelta(minutes=1))
    return ended


def listed(database: Database, name: str, **more: object) -> Source:
    source = Source(name=name, kind="files", location="", mapping="nomis", agency_code="HMPPS", **more)  # type: ignore[arg-type]
    with database.connection(Principal.LOADER) as connection:
        add_source(connection, source, at=ROLLS_NOW)
    return source


def test_a_row_that_waited_for_somebody_when_its_source_ended_comes_with_nobody(database: Database) -> None:
    kitchen = listed(database, "kitchen")
    rules = (ReferenceRule(target="person", by="prison_number"),)
    write(database, {"alert": [about("1", "A1")]}, hour=0, source="kitchen", rules=rules)
    assert select(database, "select count(*) from ingest.waiting") == [(1,)]
    ended = end(Intake(database=database, clock=SteppedClock(START + timedelta(hours=1))), kitchen)
    assert (ended.batch_id, ended.records) == (None, {})
    assert select(database, "select count(*) from ingest.batch where source_system like 'kitchen/%'") == [(0,)]
    write(database, {"person": [one("1")]}, hour=2)
    assert select(database, "select source_system from record.alert") == []


def test_what_came_to_stand_of_a_source_while_it_waited_to_end_ends_with_it(database: Database) -> None:
    """Another source brings the person between the look at what there is and the turn of writers."""
    kitchen = listed(database, "kitchen")
    rules = (ReferenceRule(target="person", by="prison_number"),)
    write(database, {"alert": [about("1", "A1")]}, hour=0, source="kitchen", rules=rules)
    intake = Intake(database=database, clock=SteppedClock(START + timedelta(hours=4)))
    with ThreadPoolExecutor(2) as beside, database.connection(Principal.LOADER) as turn:
        turn.execute("select pg_advisory_xact_lock(20260725)")
        brought = beside.submit(write, database, {"person": [one("1")]}, hour=2)
        await_waiters(database, 1)
        ended = beside.submit(end, intake, kitchen)
        await_waiters(database, 2)
        turn.rollback()
        brought.result()
        assert ended.result().records == {"alert": 1}
    assert select(database, "select source_system from record.alert") == []


def await_waiters(database: Database, number: int) -> None:
    """Until so many wait for the turn of writers; they get it in the order in which they came."""
    waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    for _ in range(200):
        if select(database, waiting) == [(number,)]:
            return
        sleep(0.02)
    raise AssertionError("nobody waits for the turn of writers")


def taken(intake: Intake, source: Source, folder: Path) -> BatchReport:
    (report,) = intake.ingest(source, [folder]).batches
    return report


def test_a_message_of_before_the_end_that_comes_again_stands_again(database: Database, tmp_path: Path) -> None:
    feed = Feed(database, tmp_path, "cap_warning")
    feed.take(ALERT)
    stood = feed.rows("warning", "id", "headline")
    assert {issue.code for issue in feed.take(ALERT).issues} == {"message_repeated"}
    end_and_resume(Intake(database=database, clock=feed.clock), feed.source)
    assert feed.rows("warning", "id") == []
    assert "message_repeated" not in {issue.code for issue in feed.take(ALERT).issues}
    assert feed.rows("warning", "id", "headline") == stood, "under the same ids"
    assert {issue.code for issue in feed.take(ALERT).issues} == {"message_repeated"}, "since then it is known"


def test_a_pushed_event_of_before_the_end_is_new_though_nothing_of_it_stood(database: Database) -> None:
    intake, source = event_intake(database)
    post = post_of([alert(CREATED, 9), b"nobody can read this"])
    assert intake.take_post(source, post).report is not None
    assert intake.take_post(source, post).report is None
    for _ in range(2):
        end_and_resume(intake, source)
        again = intake.take_post(source, post)
        assert again.report is not None
        assert again.fresh.repeated == {}
        assert select(database, "select count(*) from record.alert") == [(1,)]
    assert select(database, "select count(*), count(distinct sha256) from ingest.message") == [(6, 2)]


@pytest.mark.parametrize("later", [0, 1], ids=["the same day", "the next day"])
def test_a_roll_with_the_people_of_before_the_end_is_taken(database: Database, tmp_path: Path, later: int) -> None:
    intake, source = roll_intake(database, tmp_path)
    assert not taken(intake, source, write_roll(tmp_path, day(1), ROLL)).is_refused
    end_and_resume(intake, source)
    again = taken(intake, source, write_roll(tmp_path, day(1 + later), ROLL))
    assert [issue.code for issue in again.issues if issue.severity == "fatal"] == []
    assert select(database, "select count(*) from record.person") == [(3,)]
    stale = taken(intake, source, write_roll(tmp_path, day(2 + later), ROLL))
    assert [issue.code for issue in stale.issues if issue.severity == "fatal"] == ["roll_stale"]


def test_a_roll_of_an_earlier_day_than_before_the_end_is_taken_and_no_day_is_missed(
    database: Database, tmp_path: Path
) -> None:
    intake, source = roll_intake(database, tmp_path)
    taken(intake, source, write_roll(tmp_path, day(9), [*ROLL, *(person(f"{number}") for number in range(20))]))
    end_and_resume(intake, source)
    for number in (1, 2):
        again = taken(intake, source, write_roll(tmp_path, day(number), ROLL[:number]))
        assert not again.is_refused, again.issues
        assert not {"days_missing", "layout_changed"} & {issue.code for issue in again.issues}
    assert select(database, "select count(*) from record.person") == [(2,)]


def test_several_deliveries_of_before_the_end_are_taken_again_and_not_taken_for_done(
    database: Database, tmp_path: Path
) -> None:
    intake, source = roll_intake(database, tmp_path)
    rolls = [write_roll(tmp_path, day(number), ROLL[:number]) for number in (1, 2)]
    assert len(intake.ingest(source, rolls).batches) == 2
    assert len(intake.ingest(source, rolls).taken_already) == 2
    end_and_resume(intake, source)
    again = intake.ingest(source, rolls)
    assert (len(again.batches), again.taken_already) == (2, ())


def test_a_watched_folder_is_read_from_the_beginning(database: Database, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        place = write_roll(tmp_path / "made", day(number), ROLL[:number])
        (tmp_path / "drop").mkdir(exist_ok=True)
        (place / roll_name(day(number))).rename(tmp_path / "drop" / roll_name(day(number)))
    desk = desk_of(database, tmp_path / "fetched", kind="folder", at=str(tmp_path / "drop"), mapping="custody_roll")
    first = codes(desk.fetch())
    assert first.count("taken") == 3
    assert codes(desk.fetch()) == ["nothing_new"]
    end_and_resume(desk.fetching().intake, desk.source)
    assert codes(desk.fetch()) == first


def test_everything_that_names_what_goes_of_a_removed_source_goes_before_it_or_is_of_what_was_taken(
    database: Database,
) -> None:
    order = [*re.findall(r"delete from (\S+)", " ".join(trace.text for trace in TRACES)), "ingest.source"]
    # One that goes by itself with what it names is no obstacle.
    referring = select(
        database,
        "select conrelid::regclass::text, confrelid::regclass::text from pg_constraint"
        " where contype = 'f' and confdeltype <> 'c' and conrelid <> confrelid",
    )
    missing = {table for table, named in referring if named in order and table not in order}
    assert missing == OF_WHAT_WAS_TAKEN
    for table, named in referring:
        if table in order and named in order:
            assert order.index(str(table)) < order.index(str(named)), f"{table} names {named}, which has gone"


def test_a_source_whose_first_roll_was_held_is_removed(database: Database, tmp_path: Path) -> None:
    intake, source = roll_intake(database, tmp_path)
    held = taken(intake, source, write_roll(tmp_path, day(1), []))
    assert (held.is_refused, select(database, "select verdict from ingest.roll")) == (True, [("held",)])
    ending(intake).remove(source.name, witness=lambda: None)
    for table in ("source", "batch", "roll"):
        assert select(database, f"select count(*) from ingest.{table}") == [(0,)]


FIRST: Part = ({"A": "1"}, {"x": ("A", "K", "")}, None, True)
SECOND: Part = ({"B": "2"}, None, None, True)


def test_parts_of_before_the_end_are_mapped_again_only_where_that_is_asked_for(
    database: Database, tmp_path: Path
) -> None:
    world = Parts(database, tmp_path)
    source, intake = world.sources["mended"], world.intake
    world.take(lay(tmp_path / "first", FIRST))
    end_and_resume(intake, source)
    with pytest.raises(UsageError, match="also-before-it-ended"):
        intake.map_again(source, is_trial=True)
    world.take(lay(tmp_path / "second", SECOND))
    world.mend()

    def people() -> list[tuple[object, ...]]:
        named = f"select source_key, prison_number from record.person where source_system = '{source.name}' order by 1"
        return select(database, named)

    assert intake.map_again(source, is_trial=False).report.entities["person"].changed == 1
    assert people() == [("B", "J2")]
    world.clock.move(timedelta(hours=1))
    tried = intake.map_again(source, is_trial=True, is_from_the_first=True)
    assert (tried.report.entities["person"].new, people()) == (1, [("B", "J2")])
    assert not intake.map_again(source, is_trial=True).is_any, "a trial brings nothing back"
    intake.map_again(source, is_trial=False, is_from_the_first=True)
    assert people() == [("A", "J1"), ("B", "J2")]
    world.clock.move(timedelta(hours=1))
    assert not intake.map_again(source, is_trial=False).is_any, "what was brought back stays"
    assert len(people()) == 2


def test_messages_of_before_the_end_are_mapped_again_only_where_that_is_asked_for(database: Database) -> None:
    intake, source = event_intake(database)
    keys = [f"11111111-0000-4000-8000-{number:012}" for number in (1, 2)]
    intake.take_post(source, post_of([alert(CREATED, 9, key=keys[0])]))
    end_and_resume(intake, source)
    intake.take_post(source, post_of([alert(CREATED, 8, key=keys[1])]))
    standing = "select count(*) from record.alert"
    assert isinstance(intake.clock, SteppedClock)
    for is_from_the_first, stand in ((False, 1), (True, 2), (False, 2)):
        intake.clock.move(timedelta(hours=1))
        found = intake.map_again(source, is_trial=False, is_from_the_first=is_from_the_first)
        assert (found.is_refused, select(database, standing)) == (False, [(stand,)])
    again = intake.take_post(source, post_of([alert(CREATED, 9, key=keys[0])]))
    assert again.report is not None
    assert select(database, standing) == [(2,)]


def test_rolls_of_before_the_end_are_mapped_again_only_where_that_is_asked_for(
    database: Database, tmp_path: Path
) -> None:
    intake, source = roll_intake(database, tmp_path)
    taken(intake, source, write_roll(tmp_path, day(1), ROLL))
    end_and_resume(intake, source)
    taken(intake, source, write_roll(tmp_path, day(2), [*ROLL[1:], person("D")]))
    told = "select count(*), count(*) filter (where is_active) from record.custody_episode"
    assert select(database, told) == [(3, 3)]
    assert isinstance(intake.clock, SteppedClock)
    for is_from_the_first, stand in ((False, (3, 3)), (True, (4, 3)), (False, (4, 3))):
        intake.clock.move(timedelta(hours=1))
        found = intake.map_again(source, is_trial=False, is_from_the_first=is_from_the_first)
        assert (found.is_refused, select(database, told)) == (False, [stand])
