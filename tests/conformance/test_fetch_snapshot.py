"""A feed of what is there now: unchanged is heard and fresh, shrunken is held, gone is no longer reported."""

from collections.abc import Generator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from batches import select
from custody_rolls import day, person, roll_name, write_roll
from deliveries import SMALL
from fetched_sources import Desk, codes, desk_of, last
from http_source import Answer, HttpSource, Question, http_source
from servers import TestServer
from watchroom.ingest.registry import expect_every
from watchroom.ingest.tries import source_ages_of, wait_after
from watchroom.priority.freshness import source_ages
from watchroom.store.database import Database, Principal

EXTRA = "".join(f"-1,{number},X,XA,ACTIVE,2026-07-01,,Fictional\n" for number in range(10, 22))


@pytest.fixture(scope="module")
def database(server: TestServer) -> Generator[Database]:
    with server.database(name="feeds") as database:
        yield database


@pytest.fixture
def source() -> Generator[HttpSource]:
    with http_source(lambda _: (500, {}, b"")) as source:
        yield source


def feed(alerts: str) -> bytes:
    """All tables in one archive, with those rows of alerts."""
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for table, text in SMALL.items():
            lines = text.lstrip()
            archive.writestr(f"{table}.csv", lines.split("\n")[0] + "\n" + alerts if "ALERT_SEQ" in lines else lines)
    return packed.getvalue()


def giving(body: bytes, tag: str) -> Answer:
    return 200, {"ETag": tag, "Content-Type": "application/zip"}, body


def age(desk: Desk) -> str:
    with desk.database.connection(Principal.LOADER) as connection:
        found = source_ages_of(connection)
    return {one.system: one.state for one in source_ages(found, at=desk.clock.now())}[desk.source.name]


def test_a_feed_that_has_not_changed_is_heard_and_fresh_and_makes_no_batch(
    database: Database, source: HttpSource, tmp_path: Path
):
    desk = desk_of(database, tmp_path, kind="snapshot", at=source.url + "/feed", name="feed.zip")
    with database.connection(Principal.LOADER) as connection:
        expect_every(connection, desk.source.name, seconds=600)
    body = feed(EXTRA)

    def answer(question: Question) -> Answer:
        return (304, {}, b"") if question.headers.get("if-none-match") == "a" else giving(body, "a")

    source.answer = answer
    assert codes(desk.fetch()) == ["taken"]
    desk.clock.move(timedelta(hours=1))
    assert age(desk) == "silent"
    quiet = last(desk.fetch())
    assert (quiet.code, quiet.is_confirmed, quiet.size) == ("not_modified", True, 0)
    assert age(desk) == "fresh"
    source.answer = lambda _: giving(body, "b")
    desk.clock.move(timedelta(hours=1))
    stuck = last(desk.fetch())
    assert (stuck.code, stuck.is_confirmed) == ("nothing_new", False), "the same bytes, as a stuck generator gives"
    assert "the same since 20" in stuck.message
    assert age(desk) == "silent"
    assert codes(desk.fetch(is_whole=True)) == ["taken"]


def test_a_feed_that_lacks_much_is_held_and_one_that_lacks_a_little_says_no_longer_reported(
    database: Database, source: HttpSource, tmp_path: Path
):
    desk = desk_of(database, tmp_path, kind="snapshot", at=source.url + "/feed", name="feed.zip")
    source.answer = lambda _: giving(feed(EXTRA), "a")
    desk.fetch()
    few = "\n".join(EXTRA.splitlines()[:2]) + "\n"
    shrunken = feed(few)
    source.answer = lambda _: giving(shrunken, "b")
    held = desk.fetch(is_asked_for=False)
    assert codes(held) == ["feed_shrunk"]
    assert codes(desk.fetch(is_asked_for=False)) == ["refused_before"]
    mine = f"where source_system = '{desk.source.name}'"
    assert select(database, f"select count(*) from record.alert {mine}") == [(12,)]
    source.answer = lambda _: giving(feed("\n".join(EXTRA.splitlines()[:-1]) + "\n"), "c")
    assert codes(desk.fetch(is_asked_for=False)) == ["taken"]
    # What is gone from the feed ends as a record of the source, and nobody says that it was resolved.
    gone = f"select source_key, is_active, active_to from record.alert_history {mine}"
    assert select(database, gone) == [("-1/21", True, None)]
    source.answer = lambda _: giving(feed(few), "d")
    accepted = desk.fetch(accepted="the wing was closed").report.batches[0]
    assert accepted.accepted == "the wing was closed"
    assert accepted.totals["ended"] == 9


def test_a_roll_that_is_given_again_refreshes_nothing(database: Database, source: HttpSource, tmp_path: Path):
    made = write_roll(tmp_path / "made", day(1), [person("A")]) / roll_name(day(1))
    at = f"{source.url}/{roll_name(day(1))}"
    desk = desk_of(database, tmp_path / "fetched", kind="snapshot", at=at, mapping="custody_roll")
    source.answer = lambda question: (
        (304, {}, b"") if "if-none-match" in question.headers else giving(made.read_bytes(), "a")
    )
    assert last(desk.fetch()).outcome in ("taken", "refused")
    assert last(desk.fetch()).is_confirmed is False


def test_of_which_table_a_feed_is_must_be_told(database: Database, source: HttpSource, tmp_path: Path):
    desk = desk_of(database, tmp_path, kind="snapshot", at=source.url + "/feed")
    source.answer = lambda _: (200, {"Content-Type": "application/json"}, b"[]")
    found = last(desk.fetch())
    assert (found.outcome, found.code) == ("failed", "unreadable")
    assert "option `name`" in found.message


def test_a_source_that_fails_is_asked_ever_more_seldom_and_never_less_than_once_an_hour():
    poll = timedelta(minutes=5)
    waits = [wait_after(number, poll=poll) for number in (0, 1, 2, 3, 4, 5, 10_000)]
    assert [wait.total_seconds() / 60 for wait in waits] == [5, 10, 20, 40, 60, 60, 60]
    assert wait_after(9, poll=timedelta(days=1)) == timedelta(days=1)
    assert wait_after(1, poll=poll, retry_after=7200) == timedelta(hours=2)
