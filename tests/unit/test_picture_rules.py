"""What stands on the page of what is around: in which order, in which words, and never as nothing there."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import pytest

from watchroom.model.words import Words
from watchroom.picture import rules
from watchroom.picture.rows import AreaRow, EventRow, GoneRow, IncidentRow, RoadRow, WarningRow, WorksRow
from watchroom.picture.rules import Around, Item, Part, Weight
from watchroom.picture.series import Happening, Happenings
from watchroom.picture.show import AroundPage, Line, around_page
from watchroom.priority.freshness import SourceAge

AT = datetime(2026, 7, 24, 7, tzinfo=UTC)
R = TypeVar("R", bound=NamedTuple)


def row(kind: type[R], number: int = 1, **more: object) -> R:
    """A row of that query in which nothing is said but what is named."""
    usual: dict[str, Any] = {
        **dict.fromkeys(kind._fields),
        "id": UUID(int=number),
        "source_system": "feed",
        "realness": "actual",
        "recorded_from": AT - timedelta(hours=1),
        "total": 1,
    }
    return kind(**(usual | more))


def warning(number: int = 1, **more: object) -> Item:
    return rules.warning_item(row(WarningRow, number, **more), {})


def page(*items: Item, key: str = "warnings", **more: Any) -> AroundPage:
    words = Words()
    part = Part(key=key, **({"is_shown": True, "items": items, "told_by": ["feed"]} | more))
    around = Around(at=AT, parts=[part], later=(), later_left_off=0, unclear=0, sources=())
    made = around_page(around, words)
    assert not words.missing
    return made


def line(item: Item) -> Line:
    return page(item).sections[0].lines[0]


def age(system: str, state: str, as_of: datetime | None = AT) -> SourceAge:
    return SourceAge(system=system, as_of=as_of, age_seconds=9, state=state)


def test_what_is_worse_stands_first_and_what_is_not_real_last_however_bad() -> None:
    items = rules.in_order(
        [
            warning(1, severity_code="Minor"),
            warning(2, severity_code="Extreme", realness="exercise"),
            warning(3, severity_code="Moderate"),
            warning(4, severity_code="Severe"),
        ]
    )
    assert [item.row_id.int for item in items] == [4, 3, 1, 2]


@pytest.mark.parametrize("code", [None, "Unknown"])
def test_a_warning_that_does_not_say_how_severe_it_is_counts_as_moderate(code: str | None) -> None:
    assert warning(severity_code=code).weight == warning(severity_code="Moderate").weight


@pytest.mark.parametrize(
    ("realness", "mark"),
    [("exercise", "Exercise"), ("test", "Test"), ("draft", "Draft"), ("system", "Between systems")],
)
def test_what_is_not_real_says_so_first_and_looks_plain(realness: str, mark: str) -> None:
    told = line(warning(severity_code="Extreme", realness=realness, sharing_restriction="staff only"))
    assert told.marks == (mark, "Restricted: staff only")
    assert told.tone == "plain"


def test_what_is_not_real_is_no_number_and_the_figure_says_that_it_is_left_out() -> None:
    (figure,) = page(warning(1), warning(2, realness="test")).figures
    assert (figure.value, figure.note) == ("1", "listed, as FEED says; one more is no real one")


def test_of_a_warning_in_two_languages_that_of_the_page_is_told() -> None:
    both = [row(WarningRow, 1, identifier="a", language="en-GB"), row(WarningRow, 2, identifier="a", language="cy-GB")]
    assert [one.id.int for one in rules.in_one_language(both, language="cy")] == [2]
    assert [one.id.int for one in rules.in_one_language(both, language="en")] == [1]
    assert len(rules.in_one_language(both, language="fr")) == 2, "rather twice than not at all"


def test_blocks_that_may_be_hazards_are_all_told() -> None:
    three = [
        row(WarningRow, 1, identifier="a", language="en-GB"),
        row(WarningRow, 2, identifier="a", language="cy-GB"),
        row(WarningRow, 3, identifier="a", language="cy-GB"),
    ]
    assert len(rules.in_one_language(three, language="en")) == 3
    hazards = [row(WarningRow, number, identifier="a") for number in (1, 2)]
    assert len(rules.in_one_language(hazards, language="en")) == 2


def test_areas_of_a_warning_stand_once_each_and_one_without_words_by_its_code() -> None:
    areas = {
        UUID(int=1): [
            AreaRow(warning_id=UUID(int=1), description=words, geocode=code)
            for words, code in (("Marsh Lane", "1"), ("Marsh Lane", "2"), (None, "E09"))
        ]
    }
    assert rules.warning_item(row(WarningRow), areas).where == "Marsh Lane, E09"


@pytest.mark.parametrize(
    ("starts", "ends", "told"),
    [
        (None, None, "not told"),
        (None, 3, "until 24 Jul, 11:00"),
        (-2, None, "since 24 Jul, 06:00, no end is told"),
        (-2, 3, "now, since 24 Jul, 06:00, until 24 Jul, 11:00"),
        (2, 3, "24 Jul, 10:00 to 11:00"),
        (2, 30, "from 24 Jul, 10:00 until 25 Jul, 14:00"),
        (2, None, "from 24 Jul, 10:00"),
        (-9, -1, "since 23 Jul, 23:00; it was to end 24 Jul, 07:00, and its source still names it"),
        (-24 * 300, None, "since 27 September 2025, 08:00, no end is told"),
    ],
)
def test_from_when_until_when_is_told_as_far_as_it_is_known(
    starts: float | None, ends: float | None, told: str
) -> None:
    at = {
        name: None if hours is None else AT + timedelta(hours=hours)
        for name, hours in (("starts_at", starts), ("expires_at", ends))
    }
    assert line(warning(**at)).when == told


def test_days_are_told_as_days_of_the_zone_and_the_last_one_counts() -> None:
    midnight = datetime(2026, 7, 24, 23, tzinfo=UTC)

    def told(days: int) -> str:
        event = row(EventRow, is_all_day=True)
        one = Happening(event=event, starts_at=midnight, ends_at=midnight + timedelta(days=days))
        return line(rules.event_item(one)).when

    assert told(1) == "25 July 2026, all day"
    assert told(3) == "25 July 2026 to 27 July 2026, all day"


def test_how_old_what_is_said_is_stands_with_who_says_it_and_a_time_ahead_of_the_clock_is_told_as_that() -> None:
    told = line(warning(sent_at=AT - timedelta(minutes=25)))
    assert (told.source, told.said) == ("FEED", "said 24 Jul, 07:35, 25 min old")
    ahead = line(warning(sent_at=AT + timedelta(days=1)))
    assert ahead.said == "said 25 Jul, 08:00, which is ahead of the clock here"


def test_what_a_late_source_says_is_marked_and_an_empty_list_of_its_reassures_nobody() -> None:
    behind = [age("feed", "late")]
    made = page(warning(), behind=behind)
    assert made.sections[0].lines[0].source_state == "late"
    assert made.behind[0].startswith("FEED is late: it was last heard of as it was on 24 July 2026, 08:00.")
    empty = page(behind=behind)
    assert "not everything has been heard of FEED" in empty.sections[0].none_listed
    never = page(behind=[age("feed", "silent", None)])
    assert never.behind == ("FEED has not delivered anything yet.",)


def test_nobody_told_not_shown_and_none_listed_are_three_different_things() -> None:
    texts = {
        page(told_by=[]).sections[0].none_listed,
        page(is_shown=False).sections[0].none_listed,
        page().sections[0].none_listed,
    }
    assert len(texts) == 3
    assert page(told_by=[]).figures[0].value == page(is_shown=False).figures[0].value == "not known"
    assert page().figures[0].value == "0"


def test_what_is_no_longer_named_is_told_as_not_over_with_when_and_by_whom() -> None:
    gone = GoneRow(part="warnings", source_system="feed", title="Fire", no_longer_reported_at=AT, total=7)
    told = page(gone=[gone], gone_total=7).sections[0].gone
    assert told is not None
    assert told.title.endswith("nobody has said that they are over")
    assert told.lines == ("Fire: not named by FEED since 24 Jul, 08:00",)


def test_how_many_more_there_are_is_said_and_counted() -> None:
    items, left_off = rules.listed([row(IncidentRow, total=205)], rules.incident_item)
    made = page(*items, left_off=left_off)
    assert made.sections[0].notes == ("204 more are not listed.",)
    assert made.figures[0].value == "205"
    assert rules.listed([], rules.incident_item) == ([], 0)


def test_a_closed_street_weighs_more_than_its_severity() -> None:
    closed = rules.road_item(row(RoadRow, severity_code="MINIMAL", has_closures=True))
    assert closed.weight < rules.road_item(row(RoadRow, severity_code="MODERATE")).weight
    assert "A street is fully closed" in line(closed).facts


def test_works_tell_what_is_open_and_no_direction_where_there_is_none() -> None:
    told = rules.works_item(
        row(WorksRow, road_names="A52", direction="undefined", lanes_total=2, lanes_open=1, event_type_code="detour")
    )
    assert (line(told).title, line(told).where, line(told).facts) == ("Diversion", "A52", ("1 of 2 lanes open",))
    all_closed = rules.works_item(row(WorksRow, vehicle_impact_code="all-lanes-closed"))
    assert all_closed.weight is Weight.SOON
    assert rules.works_item(row(WorksRow, vehicle_impact_code="all-lanes-open")).weight is Weight.PLAIN


def test_an_incident_of_which_the_reader_may_not_know_the_kind_says_that_it_is_not_told() -> None:
    untold = rules.incident_item(row(IncidentRow, reference="9"))
    assert line(untold).title == "An incident, what kind is not told"


def test_exercises_that_are_left_off_are_no_number() -> None:
    real, unreal = warning(1), warning(2, realness="exercise")
    assert page(real, left_off=7).figures[0].value == "8"
    assert page(real, unreal, left_off=7).figures[0].value == "1"


def test_a_major_incident_stands_before_others_and_says_so() -> None:
    major = rules.incident_item(row(IncidentRow, is_major=True, family_code="FIRE"))
    assert major.weight < rules.incident_item(row(IncidentRow)).weight
    assert (line(major).marks, line(major).title) == (("Major incident",), "Fire")


def times(event: EventRow, *days: float) -> list[Happening]:
    return [Happening(event=event, starts_at=AT + timedelta(days=day), ends_at=None) for day in days]


def test_what_begins_within_a_day_and_what_comes_later_are_apart() -> None:
    found = Happenings(times=times(row(EventRow), -1, 0.99, 1), unclear=())
    assert len(rules.next_day(found, at=AT)) == 2
    assert len(rules.later(found, at=AT)[0]) == 1


def test_a_cancelled_event_says_so_within_a_day_and_is_not_told_later() -> None:
    found = Happenings(times=times(row(EventRow, status_code="CANCELLED"), 0.5, 5), unclear=())
    (told,) = rules.next_day(found, at=AT)
    assert line(told).marks == ("Cancelled",)
    assert rules.later(found, at=AT) == ([], 0)


def test_of_a_series_the_next_times_are_told_and_of_all_events_so_many() -> None:
    series = row(EventRow, 1, recurrence_zone="Europe/London")
    told, more = rules.later(Happenings(times=times(series, *range(1, 30)), unclear=()), at=AT)
    assert (len(told), more) == (rules.TIMES_OF_SERIES, 0)
    single = [one for number in range(50) for one in times(row(EventRow, number), 2)]
    told, more = rules.later(Happenings(times=single, unclear=()), at=AT)
    assert (len(told), more) == (rules.LATER_AT_MOST, 50 - rules.LATER_AT_MOST)


def test_series_that_cannot_be_worked_out_are_counted_on_the_page() -> None:
    part = Part(key="events", is_shown=True, told_by=["feed"])
    around = Around(at=AT, parts=[part], later=(), later_left_off=0, unclear=2, sources=())
    later = around_page(around, Words()).sections[-1]
    assert later.notes[0].startswith("The times of 2 events that repeat cannot be worked out")
