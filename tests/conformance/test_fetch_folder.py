"""A watched folder: what is whole is taken once, what is not waits, and what vanished is not empty."""

import hashlib
import shutil
from collections.abc import Callable, Generator, Sequence
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from batches import select
from custody_rolls import day, person, roll_name, write_roll
from deliveries import small_extract
from fetched_sources import Desk, codes, desk_of, last
from servers import TestServer
from watchroom.ingest.fetched_before import Held
from watchroom.ingest.fetching import AlreadyFetchingError, alone
from watchroom.ingest.report import BatchReport
from watchroom.sources.connectors.contract import Before
from watchroom.store.database import Connection, Database


@pytest.fixture(scope="module")
def database(server: TestServer) -> Generator[Database]:
    """One for all: each test has a source of its own."""
    with server.database(name="folder") as database:
        yield database


def kept(desk: Desk, table: str) -> int:
    """How many rows of the source a table of `ingest` holds."""
    named = f"select count(*) from ingest.{table} where source_system = '{desk.source.name}'"
    return int(str(select(desk.database, named)[0][0]))


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    made = tmp_path / "drop"
    made.mkdir()
    return made


def watched(database: Database, tmp_path: Path, **options: str) -> Desk:
    return desk_of(database, tmp_path / "fetched", kind="folder", at=str(tmp_path / "drop"), **options)


def test_a_delivery_is_taken_once_by_whatever_name_it_comes_and_nothing_is_deleted(
    database: Database, tmp_path: Path, drop: Path
):
    desk = watched(database, tmp_path)
    small_extract(drop / "one")
    assert codes(desk.fetch()) == ["taken", "nothing_new"]
    shutil.copytree(drop / "one", drop / "two")
    assert codes(desk.fetch()) == ["nothing_new"]
    waited = len(desk.pauses)
    # What is known is not even read again.
    assert codes(desk.fetch()) == ["nothing_new"]
    assert len(desk.pauses) == waited
    assert kept(desk, "sealed") == 1
    assert {path.name for path in drop.iterdir()} == {"one", "two"}
    assert list((tmp_path / "fetched").iterdir()) == [], "the node's own copy is gone"


def test_deliveries_that_wait_are_taken_in_the_order_of_their_names_and_moved_aside_where_that_was_said(
    database: Database, tmp_path: Path, drop: Path
):
    desk = watched(database, tmp_path, then="move")
    small_extract(drop / "1")
    shutil.copytree(drop / "1", drop / "2")
    alerts = drop / "2" / "OFFENDER_ALERTS.csv"
    alerts.write_text(alerts.read_text().replace("-3,1,X,XCU,ACTIVE,2026-07-03,,Fictional\n", ""))
    fetched = desk.fetch()
    assert codes(fetched) == ["taken", "taken", "nothing_new"]
    assert [batch.totals["ended"] for batch in fetched.report.batches] == [0, 1]
    assert {path.name for path in drop.iterdir()} == {"taken"}
    assert {path.name for path in (drop / "taken").iterdir()} == {"1", "2"}


@pytest.mark.parametrize(
    "meddle",
    [
        lambda place: (place / "OFFENDERS.csv.part").write_text("OFFEN"),
        lambda place: (place / "OFFENDERS.csv").unlink(),
        lambda place: (place / "OFFENDERS.csv").rename(place / "OFFENDERS_2.csv"),
        lambda place: (place / "OFFENDERS.csv").write_text("OFFENDER_ID,\n-9,"),
    ],
    ids=["half written", "deleted", "renamed", "grows"],
)
def test_what_changes_while_it_is_looked_at_waits(
    database: Database, tmp_path: Path, drop: Path, meddle: Callable[[Path], object]
):
    desk = watched(database, tmp_path)
    small_extract(drop / "one")
    desk.pause = lambda _seconds: meddle(drop / "one")  # type: ignore[method-assign]
    assert codes(desk.fetch()) == ["not_whole"]
    assert kept(desk, "batch") == 0


def test_a_delivery_with_a_marker_or_a_manifest_waits_for_it_and_for_all_that_it_names(
    database: Database, tmp_path: Path, drop: Path
):
    place = small_extract(drop / "one")
    within = watched(database, tmp_path, marker="_READY")
    assert codes(within.fetch()) == ["not_whole"]
    listed = desk_of(database, tmp_path / "fetched", kind="folder", at=str(drop), mapping="nomis", manifest="SUMS")
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in place.iterdir()]
    (place / "SUMS").write_text("".join(lines) + f"{'0' * 64}  LATE.csv\n")
    assert codes(listed.fetch()) == ["not_whole"]
    (place / "SUMS").write_text("".join(lines))
    assert codes(listed.fetch())[0] == "taken"
    assert listed.pauses == [], "a manifest needs no waiting"
    within.clock = listed.clock
    (place / "SUMS").unlink()
    (place / "_READY").touch()
    assert codes(within.fetch())[0] == "taken"
    beside = desk_of(database, tmp_path / "fetched", kind="folder", at=str(drop), marker=".done")
    (place / "_READY").unlink()
    assert codes(beside.fetch()) == ["not_whole"]
    (drop / "one.done").touch()
    assert codes(beside.fetch())[0] == "taken"


def test_a_folder_that_vanished_is_unreachable_and_not_empty(database: Database, tmp_path: Path, drop: Path):
    desk = watched(database, tmp_path)
    small_extract(drop / "one")
    desk.fetch()
    drop.rename(tmp_path / "unplugged")
    assert codes(desk.fetch()) == ["unreachable"]
    drop.mkdir()
    # As where a share is no longer mounted.
    found = last(desk.fetch())
    assert (found.code, found.is_confirmed) == ("unreachable", False)
    assert select(database, "select outcome, failures from ingest.fetch_try order by id desc limit 1") == [
        ("failed", 2)
    ]


def test_a_link_in_the_folder_is_followed_by_nobody(database: Database, tmp_path: Path, drop: Path):
    desk = watched(database, tmp_path)
    (drop / "one").symlink_to(small_extract(tmp_path / "elsewhere"))
    (drop / "OFFENDERS.csv").symlink_to(tmp_path / "elsewhere" / "OFFENDERS.csv")
    assert codes(desk.fetch()) == ["nothing_new"]


def test_a_kill_between_fetching_and_commit_fetches_again_and_takes_it_once(
    database: Database, tmp_path: Path, drop: Path, monkeypatch: pytest.MonkeyPatch
):
    desk = watched(database, tmp_path)
    small_extract(drop / "one")
    with monkeypatch.context() as patched:
        patched.setattr("watchroom.ingest.batch.close_batch", _cut_off)
        with pytest.raises(psycopg.OperationalError):
            desk.fetch()
    assert [kept(desk, table) for table in ("fetch_cursor", "taken_delivery", "fetch_try", "sealed")] == [0, 0, 0, 0]
    assert codes(desk.fetch()) == ["taken", "nothing_new"]
    assert kept(desk, "sealed") == 1


def _cut_off(_connection: Connection, _report: BatchReport, **_more: object) -> None:
    raise psycopg.OperationalError


def test_what_was_refused_is_not_tried_again_by_itself_until_it_is_another(
    database: Database, tmp_path: Path, drop: Path
):
    desk = watched(database, tmp_path)
    place = small_extract(drop / "one")
    whole = (place / "OFFENDERS.csv").read_bytes()
    (place / "OFFENDERS.csv").write_bytes(b"\xff\xfe")
    assert last(desk.fetch(is_asked_for=False)).outcome == "refused"
    assert codes(desk.fetch(is_asked_for=False)) == ["refused_before"]
    assert kept(desk, "batch") == 1
    assert last(desk.fetch()).code != "refused_before", "a person who asks is answered"
    (place / "OFFENDERS.csv").write_bytes(whole)
    assert codes(desk.fetch(is_asked_for=False))[0] == "taken"


def spoil(place: Path) -> Path:
    (place / "OFFENDERS.csv").write_bytes(b"\xff\xfe")
    return place


def more(place: Path, number: int) -> None:
    """The same delivery with one more alert."""
    alerts = place / "OFFENDER_ALERTS.csv"
    alerts.write_text(alerts.read_text() + f"-1,{number},X,XA,ACTIVE,2026-07-01,,Fictional\n")


def less(place: Path) -> Path:
    """The same delivery without one alert, whose record ends with it."""
    alerts = place / "OFFENDER_ALERTS.csv"
    alerts.write_text(alerts.read_text().replace("-3,1,X,XCU,ACTIVE,2026-07-03,,Fictional\n", ""))
    return place


def test_a_later_whole_delivery_takes_the_place_of_one_that_was_refused_and_says_so(
    database: Database, tmp_path: Path, drop: Path
):
    desk = watched(database, tmp_path)
    spoil(small_extract(drop / "1"))
    (refused,) = desk.fetch(is_asked_for=False).tries
    assert refused.outcome == "refused"
    assert codes(desk.fetch(is_asked_for=False)) == ["refused_before"], "nothing has come after it yet"
    small_extract(drop / "2")
    less(small_extract(drop / "3"))
    fetched = desk.fetch(is_asked_for=False)
    assert codes(fetched) == ["taken", "taken", "nothing_new"]
    assert f"takes the place of `1`, which was refused ({refused.code})" in fetched.tries[0].message
    assert [batch.totals["ended"] for batch in fetched.report.batches] == [0, 1]
    # Mended under its own name it would undo what came after it.
    (drop / "1" / "OFFENDERS.csv").write_bytes((drop / "2" / "OFFENDERS.csv").read_bytes())
    more(drop / "1", 9)
    assert codes(desk.fetch(is_asked_for=False)) == ["nothing_new"]
    assert codes(desk.fetch()) == ["nothing_new"]
    less(small_extract(drop / "4 as 3"))
    spoil(small_extract(drop / "5"))
    assert codes(desk.fetch())[-1] == refused.code
    assert [codes(desk.fetch()), codes(desk.fetch(is_asked_for=False))] == [[refused.code], ["refused_before"]]


def test_a_backlog_is_waited_for_once_and_asked_about_once(
    database: Database, tmp_path: Path, drop: Path, monkeypatch: pytest.MonkeyPatch
):
    desk = watched(database, tmp_path)
    for number in range(4):
        more(small_extract(drop / f"{number}"), 90 + number)
    asked: list[int] = []
    before = Held.before

    def noted(held: Held, marks: Sequence[str]) -> Before:
        asked.append(len(marks))
        return before(held, marks)

    monkeypatch.setattr(Held, "before", noted)
    assert codes(desk.fetch()) == ["taken"] * 4 + ["nothing_new"]
    assert desk.pauses == [10.0], "one pause for all that wait"
    desk.clock.move(timedelta(days=1))
    asked.clear()
    assert codes(desk.fetch()) == ["nothing_new"]
    assert asked == [4], "one question for all that stay"


def test_what_changes_after_the_one_pause_is_waited_for_again(database: Database, tmp_path: Path, drop: Path):
    desk = watched(database, tmp_path)
    small_extract(drop / "1")
    less(small_extract(drop / "2"))
    held = (drop / "2" / "OFFENDER_ALERTS.csv").read_text()

    def pause(seconds: float) -> None:
        desk.pauses.append(seconds)
        (drop / "2" / "OFFENDER_ALERTS.csv").write_text(held + "\n" * len(desk.pauses))

    desk.pause = pause  # type: ignore[method-assign]
    assert codes(desk.fetch()) == ["taken", "not_whole"]
    assert len(desk.pauses) == 2


def test_after_a_roll_that_is_stale_or_held_the_next_in_the_folder_is_taken(
    database: Database, tmp_path: Path, drop: Path
):
    desk = watched(database, tmp_path, mapping="custody_roll")
    many = [person(f"{number}") for number in range(20)]
    rolls = {1: many, 2: many, 3: [person("A")], 4: [*many, person("B")]}
    for number, people in rolls.items():
        made = write_roll(tmp_path / f"made{number}", day(number), people)
        shutil.copy(made / roll_name(day(number)), drop)
    assert codes(desk.fetch(is_asked_for=False)) == ["taken", "roll_stale", "roll_shrunk", "taken", "nothing_new"]
    assert codes(desk.fetch(is_asked_for=False)) == ["nothing_new"]
    # Nor by a person: it lies before one that was taken.
    assert codes(desk.fetch()) == ["nothing_new"]
    held = write_roll(tmp_path / "made5", day(5), [person("A")])
    shutil.copy(held / roll_name(day(5)), drop)
    assert [codes(desk.fetch(is_asked_for=False)) for _ in range(2)] == [["roll_shrunk"], ["refused_before"]]
    assert codes(desk.fetch(accepted="the jail was closed")) == ["taken", "nothing_new"]


def test_a_roll_that_cannot_be_taken_for_another_reason_keeps_those_after_it_waiting(
    database: Database, tmp_path: Path, drop: Path
):
    desk = watched(database, tmp_path, mapping="custody_roll")
    for number in (1, 2):
        made = write_roll(tmp_path / "made", day(number), [person(f"{number}"), person("A")])
        shutil.copy(made / roll_name(day(number)), drop)
    (drop / roll_name(day(1))).write_bytes(b"\xff\xfe")
    assert len(codes(desk.fetch(is_asked_for=False))) == 1
    assert codes(desk.fetch(is_asked_for=False)) == ["refused_before"]
    assert kept(desk, "sealed") == 0


def test_of_a_mapping_of_rolls_each_file_that_lies_loose_is_a_delivery(database: Database, tmp_path: Path, drop: Path):
    desk = watched(database, tmp_path, mapping="custody_roll")
    for number in (1, 2):
        made = write_roll(tmp_path / "made", day(number), [person(f"{number}"), person("A")])
        shutil.copy(made / roll_name(day(number)), drop)
    assert codes(desk.fetch()) == ["taken", "taken", "nothing_new"]
    (drop / f"{roll_name(day(3))}.tmp").write_text("half")
    assert codes(desk.fetch()) == ["not_whole"]


def test_a_fault_of_the_node_is_a_try_too_so_that_the_source_is_left_alone_for_a_while(
    database: Database, tmp_path: Path, drop: Path
):
    desk = watched(database, tmp_path)
    for _ in range(2):
        desk.fetching().note_fault("OSError")
    mine = f"where source_system = '{desk.source.name}'"
    waits = f"select failures, extract(epoch from next_at - ended_at)::int from ingest.fetch_try {mine} order by id"
    assert select(database, waits) == [(1, 120), (2, 240)]


def test_two_that_fetch_from_one_source_do_not_meet(database: Database, tmp_path: Path, drop: Path):
    desk = watched(database, tmp_path)
    with alone(desk.fetching().intake, desk.source), pytest.raises(AlreadyFetchingError):
        desk.fetch()
    assert codes(desk.fetch()) == ["nothing_new"]
