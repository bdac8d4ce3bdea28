"""Jurisdiction packs: concepts lead to codes that exist, and shifts follow one another without a gap."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.model.code_lists import code_list
from watchroom.model.jurisdiction import ShiftStart, pack, pack_names

LONDON = ZoneInfo("Europe/London")
ENGLAND_AND_WALES = pack("england_and_wales")


@pytest.mark.parametrize("key", pack_names())
def test_every_code_of_a_concept_is_a_code_of_its_list(key: str):
    for name, concept in pack(key).concepts.items():
        assert concept.codes <= set(code_list(concept.code_list).codes), name


@pytest.mark.parametrize("key", pack_names())
def test_every_pack_has_the_terms_that_messages_name(key: str):
    assert set(ENGLAND_AND_WALES.terms["en"]) == set(pack(key).terms["en"])


def test_a_rule_names_the_concept_and_the_pack_the_codes():
    assert ENGLAND_AND_WALES.codes("care_plan_open") == {"HA"}
    assert pack("northern_ireland").codes("care_plan_open") == frozenset()


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
