"""Jurisdiction packs: concepts lead to codes that exist, and shifts follow one another without a gap."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.model.code_lists import code_list
from watchroom.model.jurisdiction import ShiftStart, pack, pack_names
from watchroom.priority.rules import RULES

LONDON = ZoneInfo("Europe/London")
ENGLAND_AND_WALES, NORTHERN_IRELAND = pack("england_and_wales"), pack("northern_ireland")


@pytest.mark.parametrize("key", pack_names())
def test_every_code_of_a_concept_is_a_code_of_its_list(key: str):
    for name, concept in pack(key).concepts.items():
        assert concept.codes <= set(code_list(concept.code_list).codes), name


@pytest.mark.parametrize("key", pack_names())
def test_every_pack_has_the_terms_that_messages_name(key: str):
    assert set(ENGLAND_AND_WALES.terms["en"]) == set(pack(key).terms["en"])


def test_a_rule_names_the_concept_and_the_pack_the_codes():
    assert ENGLAND_AND_WALES.codes("care_plan_open") == {"HA"}


@pytest.mark.parametrize("key", pack_names())
def test_a_pack_says_of_everything_that_is_asked_whether_it_knows_it(key: str):
    """What is in no list would be a silent zero; what is in both would be a contradiction."""
    every = {name for one in pack_names() for name in (*pack(one).concepts, *pack(one).clocks)}
    every |= {name for rule in RULES for name in rule.asked}
    own = pack(key)
    assert {name for name in every if own.knows(name)} | own.not_known == every
    assert not {name for name in own.not_known if own.knows(name)}
    assert all(concept.codes for concept in own.concepts.values())


def test_what_northern_ireland_calls_a_care_plan_in_its_records_is_not_known():
    assert not NORTHERN_IRELAND.knows("care_plan_open")
    with pytest.raises(NotFoundError, match="`care_plan_open`"):
        NORTHERN_IRELAND.codes("care_plan_open")
    assert not NORTHERN_IRELAND.knows("post_closure_review")


def test_the_clocks_of_police_custody_are_those_of_both_laws():
    for own in (ENGLAND_AND_WALES, NORTHERN_IRELAND):
        hours = [own.clock(f"police_{name}") / timedelta(hours=1) for name in POLICE]
        assert hours == [6, 9, 24, 36, 96]


POLICE = ("first_review", "next_review", "detention", "detention_authorised", "detention_by_warrant")


def test_northern_ireland_has_holidays_of_its_own_and_a_year_that_is_not_listed_is_not_known():
    for day in (date(2026, 3, 17), date(2026, 7, 13), date(2027, 7, 12)):
        assert NORTHERN_IRELAND.is_public_holiday(day) is True
        assert ENGLAND_AND_WALES.is_public_holiday(day) is False
    both = NORTHERN_IRELAND.public_holidays, ENGLAND_AND_WALES.public_holidays
    assert all(both[1][year] < both[0][year] for year in (2026, 2027))
    assert all(day.weekday() < 5 for holidays in both for days in holidays.values() for day in days)
    assert NORTHERN_IRELAND.is_public_holiday(date(2035, 3, 17)) is None


def test_the_word_for_a_care_plan_is_that_of_the_jurisdiction():
    assert ENGLAND_AND_WALES.terms["en"]["term.care_plan"] == "ACCT"
    assert pack("northern_ireland").terms["en"]["term.care_plan"] == "SPAR"
    assert pack("northern_ireland").terms["en"]["term.public_protection"] == "PPANI"


def test_the_clocks_are_those_of_the_pack():
    clocks = {name: ENGLAND_AND_WALES.clock(name) for name in ("first_days", "release_soon", "recent_incident")}
    assert clocks == {
        "first_days": timedelta(days=3),
        "release_soon": timedelta(days=7),
        "recent_incident": timedelta(hours=72),
    }


@pytest.mark.parametrize(
    ("at", "name", "starts", "ends", "previous"),
    [
        ("2026-07-24T08:00", "day", "2026-07-24T07:30", "2026-07-24T19:30", "2026-07-23T19:30"),
        ("2026-07-24T07:30", "day", "2026-07-24T07:30", "2026-07-24T19:30", "2026-07-23T19:30"),
        ("2026-07-24T07:29", "night", "2026-07-23T19:30", "2026-07-24T07:30", "2026-07-23T07:30"),
        ("2026-07-24T00:10", "night", "2026-07-23T19:30", "2026-07-24T07:30", "2026-07-23T07:30"),
        ("2026-07-24T23:00", "night", "2026-07-24T19:30", "2026-07-25T07:30", "2026-07-24T07:30"),
    ],
)
def test_a_shift_runs_from_its_start_up_to_the_start_of_the_next(
    at: str, name: str, starts: str, ends: str, previous: str
):
    shift = ENGLAND_AND_WALES.shift_bounds(datetime.fromisoformat(at).replace(tzinfo=LONDON))
    assert shift.name == name
    assert [
        bound.strftime("%Y-%m-%dT%H:%M") for bound in (shift.starts_at, shift.ends_at, shift.previous_starts_at)
    ] == [starts, ends, previous]


@pytest.mark.parametrize(("night", "hours"), [("2026-03-28", 11), ("2026-10-24", 13), ("2026-07-24", 12)])
def test_the_night_of_a_clock_change_is_an_hour_shorter_or_longer(night: str, hours: int):
    shift = ENGLAND_AND_WALES.shift_bounds(datetime.fromisoformat(f"{night}T23:00").replace(tzinfo=LONDON))
    assert shift.ends_at.astimezone(UTC) - shift.starts_at.astimezone(UTC) == timedelta(hours=hours)


@given(st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_instant_lies_in_its_shift_and_the_shift_before_ends_where_it_starts(instant: datetime):
    shift = ENGLAND_AND_WALES.shift_bounds(instant)
    starts, ends = shift.starts_at.astimezone(UTC), shift.ends_at.astimezone(UTC)
    assert starts <= instant < ends
    before = ENGLAND_AND_WALES.shift_bounds(starts - timedelta(microseconds=1))
    assert before.ends_at.astimezone(UTC) == starts
    assert before.starts_at.astimezone(UTC) == shift.previous_starts_at.astimezone(UTC)


def test_an_agency_may_set_its_own_shifts():
    three = ENGLAND_AND_WALES.with_shifts(
        [
            ShiftStart(name="night", starts=time(21, 0)),
            ShiftStart(name="early", starts=time(6, 30)),
            ShiftStart(name="late", starts=time(13, 30)),
        ]
    )
    shift = three.shift_bounds(datetime(2026, 7, 24, 14, 0, tzinfo=LONDON))
    assert (shift.name, shift.previous_starts_at.time()) == ("late", time(6, 30))


@pytest.mark.parametrize(
    "shifts", [[], [ShiftStart(name="day", starts=time(7)), ShiftStart(name="early", starts=time(7))]]
)
def test_a_pattern_without_shifts_or_with_two_at_once_is_refused(shifts: list[ShiftStart]):
    with pytest.raises(UsageError, match="shift pattern"):
        ENGLAND_AND_WALES.with_shifts(shifts)


def test_what_a_pack_does_not_have_is_refused_by_name():
    with pytest.raises(NotFoundError, match="`atlantis`"):
        pack("atlantis")
    with pytest.raises(NotFoundError, match="`tea_time`"):
        ENGLAND_AND_WALES.codes("tea_time")
    with pytest.raises(NotFoundError, match="`tea_time`"):
        ENGLAND_AND_WALES.clock("tea_time")
