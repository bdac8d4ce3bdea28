"""Events of calendars: times of zones, series and their changes, what is taken back, what is kept from others."""

from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeds import Feed, codes_of, worked
from servers import TestServer
from watchroom.store.database import Database

EVENTS = worked("events.ics")


@pytest.fixture(scope="module")
def database(server: TestServer) -> Generator[Database]:
    with server.database(name="calendars") as database:
        yield database


@pytest.fixture
def calendar(database: Database, tmp_path: Path) -> Feed:
    return Feed(database, tmp_path, "ical_events")


def only(uid: str, *, method: str = "PUBLISH", add: str = "") -> bytes:
    """The calendar with the first event of that uid only, and more lines in it."""
    head, *events = EVENTS.decode().split("BEGIN:VEVENT\r\n")
    event = next(one for one in events if f"UID:{uid}@" in one).split("END:VEVENT")[0]
    text = f"{head}BEGIN:VEVENT\r\n{event}{add}END:VEVENT\r\nEND:VCALENDAR\r\n"
    return text.replace("METHOD:PUBLISH", f"METHOD:{method}").encode()


def test_events_are_taken_with_the_times_of_their_zone_and_what_no_list_holds_is_told(calendar: Feed):
    report = calendar.take(EVENTS)
    assert not report.is_refused, report.issues
    assert codes_of(report) == ["unmapped_code"]
    said = ("name", "starts_at", "ends_at", "is_all_day", "recurrence_text", "status_code", "kind_code")
    assert calendar.rows("planned_event", *said, order="starts_at") == [
        (
            "Saturday market (fictional)",
            # Summer time, in which the first one is.
            datetime(2026, 10, 3, 7, tzinfo=UTC),
            datetime(2026, 10, 3, 13, tzinfo=UTC),
            False,
            "FREQ=WEEKLY;BYDAY=SA",
            None,
            None,
        ),
        (
            "Lantern walk (fictional)",
            datetime(2026, 12, 5, 17, tzinfo=UTC),
            datetime(2026, 12, 5, 20, tzinfo=UTC),
            False,
            None,
            "PROPOSED",
            "PROCESSION",
        ),
        (
            "Road race (fictional)",
            datetime(2026, 12, 12, tzinfo=UTC),
            datetime(2026, 12, 13, tzinfo=UTC),
            True,
            None,
            "CANCELLED",
            "SPORT",
        ),
        (
            "Saturday market, moved to Sunday (fictional)",
            datetime(2026, 12, 27, 10, tzinfo=UTC),
            datetime(2026, 12, 27, 14, tzinfo=UTC),
            False,
            None,
            None,
            None,
        ),
    ]


def test_a_changed_time_of_a_series_that_is_kept_from_others_is_kept_from_them_too(calendar: Feed):
    calendar.take(EVENTS)
    hidden = "select name from record.planned_event where source_system = %s and is_restricted order by name"
    both = [("Saturday market (fictional)",), ("Saturday market, moved to Sunday (fictional)",)]
    assert calendar.ask(hidden) == both
    # Later the change comes alone, and says nothing of it.
    head, *_, changed, _ = EVENTS.decode().split("BEGIN:VEVENT\r\n")
    calendar.take(f"{head}BEGIN:VEVENT\r\n{changed}END:VCALENDAR\r\n".replace("PUBLISH", "REQUEST").encode())
    assert calendar.ask(hidden) == both


def test_what_is_taken_back_stays_as_cancelled_with_all_that_was_known_of_it(calendar: Feed):
    calendar.take(EVENTS)
    cancelled = (
        "BEGIN:VCALENDAR\r\nPRODID:x\r\nVERSION:2.0\r\nMETHOD:CANCEL\r\nBEGIN:VEVENT\r\n"
        "UID:lantern-walk@example.org\r\nSEQUENCE:2\r\nDTSTAMP:20261120T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    report = calendar.take(cancelled.encode())
    assert not report.is_refused, report.issues
    said = "select name, status_code, starts_at, place_text from record.planned_event where source_system = %s"
    assert (
        "Lantern walk (fictional)",
        "CANCELLED",
        datetime(2026, 12, 5, 17, tzinfo=UTC),
        "Market Square, Exampleton",
    ) in calendar.ask(said)
    assert "snapshot_in_part" in codes_of(report), "a message that changes one event says nothing of the others"
    gone = "select count(*) from record.planned_event where source_system = %s and no_longer_reported_at is not null"
    assert calendar.ask(gone) == [(0,)]


def test_an_older_version_of_an_event_undoes_nothing(calendar: Feed):
    calendar.take(only("lantern-walk").replace(b"DTSTAMP:20261101", b"DTSTAMP:20261110").replace(b"Lantern", b"Later"))
    calendar.take(only("lantern-walk"))
    assert calendar.rows("planned_event", "name") == [("Later walk (fictional)",)]


def test_what_a_published_calendar_no_longer_holds_is_no_longer_reported(calendar: Feed):
    calendar.take(EVENTS)
    calendar.take(only("lantern-walk"), only("market"))
    gone = "select name from record.planned_event where source_system = %s and no_longer_reported_at is not null"
    assert {row[0] for row in calendar.ask(gone)} == {
        "Road race (fictional)",
        "Saturday market, moved to Sunday (fictional)",
    }


def test_a_time_that_a_zone_skips_or_shows_twice_is_one_instant(calendar: Feed):
    for wall, instant in (
        ("20270328T013000", datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        ("20261025T013000", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ):
        calendar.take(only("lantern-walk").replace(b"20261205T170000", wall.encode()))
        assert calendar.rows("planned_event", "starts_at") == [(instant,)]


def test_a_series_keeps_its_clock_and_what_is_taken_out_and_a_changed_time_says_whose_place_it_takes(calendar: Feed):
    out = b"EXDATE;TZID=Europe/London:20261205T080000\r\nRDATE;TZID=Europe/London:20261208T200000\r\nCLASS:PRIVATE"
    report = calendar.take(EVENTS.replace(b"CLASS:PRIVATE", out))
    assert not report.is_refused, report.issues
    said = ("recurrence_zone", "recurrence_except", "recurrence_also", "recurs_instead_at")
    rows = calendar.rows("planned_event", "recurrence_text is not null", *said, order="starts_at")
    assert rows == [
        (
            True,
            "Europe/London",
            '[["2026-12-05T08:00:00","zoned","Europe/London"]]',
            '[["2026-12-08T20:00:00","zoned","Europe/London"]]',
            None,
        ),
        (False, None, None, None, None),
        (False, None, None, None, None),
        (False, None, None, None, datetime(2026, 12, 26, 8, tzinfo=UTC)),
    ]


@pytest.mark.parametrize(
    ("starts", "zone"),
    [
        (b"DTSTART:20261003T070000Z", "UTC"),
        (b"DTSTART:20261003T080000", "Europe/London"),
        (b"DTSTART;VALUE=DATE:20261003", "Europe/London"),
        (b"DTSTART;TZID=America/New_York:20261003T080000", "America/New_York"),
    ],
    ids=("utc", "floating", "day", "another zone"),
)
def test_a_series_goes_by_the_clock_that_it_names_and_else_by_that_of_the_source(
    calendar: Feed, starts: bytes, zone: str
):
    series = only("market").replace(b"DTSTART;TZID=Europe/London:20261003T080000", starts)
    calendar.take(series.replace(b"DTEND;TZID=Europe/London:20261003T140000\r\n", b""))
    assert calendar.rows("planned_event", "recurrence_zone") == [(zone,)]
