"""When planned events happen that repeat: by the clock of their zone, with what is taken out, moved and taken back."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from watchroom.picture.rows import EventRow
from watchroom.picture.series import Happening, happenings

LONDON = ZoneInfo("Europe/London")
NUMBERS = {"market": 1, "moved": 2, "other": 3}


def event(name: str, starts: datetime, *, hours: float = 6, **more: object) -> EventRow:
    usual: dict[str, object] = {
        **dict.fromkeys(EventRow._fields),
        "id": UUID(int=NUMBERS.get(name, 9)),
        "source_system": "events",
        "realness": "actual",
        "recorded_from": starts,
        "reference": "market@example.org",
        "name": name,
        "starts_at": starts.astimezone(UTC),
        "ends_at": (starts + timedelta(hours=hours)).astimezone(UTC),
        "is_all_day": False,
        "total": 1,
    }
    return EventRow(**(usual | more))  # type: ignore[arg-type]


def market(**more: object) -> EventRow:
    """Every Saturday at eight in London, since October."""
    rule = {"recurrence_text": "FREQ=WEEKLY;BYDAY=SA", "recurrence_zone": "Europe/London"}
    return event("market", datetime(2026, 10, 3, 8, tzinfo=LONDON), **(rule | more))


def moved(starts: datetime, *, instead: datetime, **more: object) -> EventRow:
    return event("moved", starts, recurs_instead_at=instead.astimezone(UTC), **more)


def on(*rows: EventRow, start: datetime, days: int = 14) -> list[Happening]:
    found = happenings(rows, start=start, end=start + timedelta(days=days))
    assert not found.unclear
    return list(found.times)


def starts(found: list[Happening]) -> list[datetime | None]:
    return [one.starts_at for one in found]


def test_a_series_happens_at_the_same_time_of_its_clock_before_and_after_the_clock_changes() -> None:
    around_october = on(market(), start=datetime(2026, 10, 20, tzinfo=UTC))
    # The clocks go back on 25 October: seven in UTC before, eight after, and six hours each.
    assert starts(around_october) == [datetime(2026, 10, 24, 7, tzinfo=UTC), datetime(2026, 10, 31, 8, tzinfo=UTC)]
    assert [one.ends_at for one in around_october] == [
        datetime(2026, 10, 24, 13, tzinfo=UTC),
        datetime(2026, 10, 31, 14, tzinfo=UTC),
    ]


def test_a_series_goes_on_however_long_ago_it_was_delivered() -> None:
    assert starts(on(market(), start=datetime(2031, 7, 1, tzinfo=UTC), days=7)) == [datetime(2031, 7, 5, 7, tzinfo=UTC)]


def test_a_series_that_has_ended_happens_no_more_and_its_last_day_counts() -> None:
    until = market(recurrence_text="FREQ=WEEKLY;BYDAY=SA;UNTIL=20261031T080000Z")
    assert starts(on(until, start=datetime(2026, 10, 30, tzinfo=UTC))) == [datetime(2026, 10, 31, 8, tzinfo=UTC)]
    three = market(recurrence_text="FREQ=WEEKLY;BYDAY=SA;COUNT=3")
    assert starts(on(three, start=datetime(2026, 10, 1, tzinfo=UTC), days=90)) == [
        datetime(2026, 10, day, 7, tzinfo=UTC) for day in (3, 10, 17)
    ]


def test_times_that_are_taken_out_do_not_happen_and_times_beside_the_rule_do() -> None:
    row = market(
        recurrence_except='[["2026-12-05T08:00:00", "zoned", "Europe/London"], ["2026-12-19", "day", null]]',
        recurrence_also='[["2026-12-08T20:00:00", "zoned", "Europe/London"]]',
    )
    assert starts(on(row, start=datetime(2026, 12, 1, tzinfo=UTC), days=21)) == [
        datetime(2026, 12, 8, 20, tzinfo=UTC),
        datetime(2026, 12, 12, 8, tzinfo=UTC),
    ]


def test_a_changed_time_stands_in_the_place_of_its_own_and_of_no_other() -> None:
    change = moved(datetime(2026, 12, 27, 10, tzinfo=LONDON), instead=datetime(2026, 12, 26, 8, tzinfo=LONDON), hours=4)
    found = on(market(), change, start=datetime(2026, 12, 19, tzinfo=UTC), days=15)
    assert [(one.event.name, one.starts_at) for one in found] == [
        ("market", datetime(2026, 12, 19, 8, tzinfo=UTC)),
        ("moved", datetime(2026, 12, 27, 10, tzinfo=UTC)),
        ("market", datetime(2027, 1, 2, 8, tzinfo=UTC)),
    ]
    assert all(one.is_of_series for one in found)


def test_a_changed_time_of_another_calendar_takes_nothing_out() -> None:
    change = moved(
        datetime(2026, 12, 27, 10, tzinfo=LONDON),
        instead=datetime(2026, 12, 26, 8, tzinfo=LONDON),
        source_system="others",
    )
    found = on(market(), change, start=datetime(2026, 12, 25, tzinfo=UTC), days=7)
    assert [one.event.name for one in found] == ["market", "moved"]


def test_a_changed_time_without_its_series_stands_by_itself() -> None:
    change = moved(datetime(2026, 12, 27, 10, tzinfo=LONDON), instead=datetime(2026, 12, 26, 8, tzinfo=LONDON))
    assert [one.event.name for one in on(change, start=datetime(2026, 12, 25, tzinfo=UTC))] == ["moved"]


def test_a_time_that_is_taken_back_before_its_time_was_told_stands_where_its_series_had_it() -> None:
    instead = datetime(2026, 12, 26, 8, tzinfo=LONDON)
    gone = moved(instead, instead=instead, starts_at=None, ends_at=None, status_code="CANCELLED")
    (found,) = on(market(), gone, start=datetime(2026, 12, 25, tzinfo=UTC), days=3)
    assert (found.event.status_code, found.starts_at, found.ends_at) == ("CANCELLED", instead.astimezone(UTC), None)


def test_days_of_a_series_are_whole_days_of_its_clock_also_when_the_clock_changes() -> None:
    first = datetime(2026, 10, 4, tzinfo=LONDON)
    row = event(
        "market", first, hours=24, is_all_day=True, recurrence_text="FREQ=WEEKLY", recurrence_zone="Europe/London"
    )
    found = on(row, start=datetime(2026, 10, 24, tzinfo=UTC), days=3)
    # 25 October has 25 hours.
    assert [(one.starts_at, one.ends_at) for one in found] == [
        (datetime(2026, 10, 24, 23, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC))
    ]


def test_what_goes_on_at_the_beginning_counts_and_what_ended_then_does_not() -> None:
    eight = datetime(2026, 12, 5, 8, tzinfo=LONDON)
    assert len(on(market(), start=eight + timedelta(hours=5), days=1)) == 1
    assert on(market(), start=eight + timedelta(hours=6), days=1) == []
    single = event("other", eight, reference="other@example.org")
    assert len(on(single, start=eight + timedelta(hours=5), days=1)) == 1
    assert on(single, start=eight + timedelta(hours=6), days=1) == []


def test_an_event_whose_time_nobody_has_told_stands_last() -> None:
    unknown = event("other", datetime(2026, 12, 1, tzinfo=UTC), starts_at=None, ends_at=None)
    found = on(unknown, market(), start=datetime(2026, 12, 4, tzinfo=UTC), days=2)
    assert [one.event.name for one in found] == ["market", "other"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"recurrence_text": "FREQ=SECONDLY"},
        {"recurrence_text": "every other Saturday"},
        {"recurrence_zone": "Europe/Exampleton"},
        {"recurrence_except": "not a list"},
        {"recurrence_except": '["2026-12-05"]'},
        {"recurrence_also": '[["2026-12-05", "day", "Europe/Exampleton"]]'},
        {"starts_at": None},
        {"recurrence_zone": None},
    ],
    ids=str,
)
def test_a_series_whose_times_cannot_be_worked_out_is_told_and_hides_no_other(wrong: dict[str, object]) -> None:
    other = event("other", datetime(2026, 12, 5, 9, tzinfo=UTC), reference="other@example.org")
    change = moved(datetime(2026, 12, 6, 10, tzinfo=UTC), instead=datetime(2026, 12, 5, 8, tzinfo=UTC))
    found = happenings(
        [market(**wrong), change, other], start=datetime(2026, 12, 4, tzinfo=UTC), end=datetime(2026, 12, 9, tzinfo=UTC)
    )
    assert len(found.unclear) == 1
    assert [one.event.name for one in found.times] == ["other", "moved"]


def test_a_series_that_happens_all_the_time_keeps_no_other_out_and_is_told_as_not_whole() -> None:
    often = market(id=UUID(int=7), reference="often", recurrence_text="FREQ=MINUTELY")
    start = datetime(2026, 10, 20, tzinfo=UTC)
    found = happenings([often, market()], start=start, end=start + timedelta(days=60))
    assert sum(one.event.reference == "market@example.org" for one in found.times) == 8
    assert [row.reference for row in found.unclear] == ["often"]


def test_of_two_rules_under_one_reference_one_is_followed_and_the_other_is_told() -> None:
    other = market(id=UUID(int=8), recurrence_zone="Nowhere/Zone")
    start = datetime(2026, 10, 20, tzinfo=UTC)
    for rows in ([market(), other], [other, market()]):
        found = happenings(rows, start=start, end=start + timedelta(days=14))
        assert len(found.times) == 2
        assert [row.id for row in found.unclear] == [other.id]


def test_a_changed_time_that_carries_its_rule_along_is_one_time() -> None:
    rule = {"recurrence_text": "FREQ=WEEKLY;BYDAY=SA", "recurrence_zone": "Europe/London"}
    instead = datetime(2026, 10, 24, 8, tzinfo=LONDON)
    late = datetime(2026, 10, 24, 12, tzinfo=LONDON)
    found = on(market(), moved(late, instead=instead, **rule), start=datetime(2026, 10, 20, tzinfo=UTC))
    assert starts(found) == [datetime(2026, 10, 24, 11, tzinfo=UTC), datetime(2026, 10, 31, 8, tzinfo=UTC)]
