"""Words: what people read, in their language, with the terms of their jurisdiction and the times of their zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.audit.entries import Act
from watchroom.model.catalogue import catalogue
from watchroom.model.jurisdiction import pack
from watchroom.model.message_files import MessageFileError, messages, read_messages, taken_apart
from watchroom.model.text import Coded, Param, Text
from watchroom.model.words import Words

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
MORNING = datetime(2026, 7, 24, 6, 30, tzinfo=UTC)
ENGLISH = Words()
WELSH = Words(language="cy")


@pytest.mark.parametrize("act", Act)
def test_every_act_of_the_log_has_its_words_on_the_page_and_in_an_answer(act: Act):
    assert ENGLISH.knows(f"log.act.{act}")
    assert ENGLISH.knows(f"subject.act.{act}")


def test_an_instant_is_told_by_the_clock_of_the_node():
    assert ENGLISH.instant(MORNING) == "Friday 24 July 2026, 07:30"
    assert Words(zone=ZoneInfo("UTC")).instant(MORNING) == "Friday 24 July 2026, 06:30"
    assert WELSH.instant(MORNING) == "Dydd Gwener 24 Gorffennaf 2026, 07:30"


@pytest.mark.parametrize(
    ("style", "told"),
    [("", "24 July 2026, 07:30"), ("short", "24 Jul, 07:30"), ("day", "24 July 2026"), ("time", "07:30")],
)
def test_an_instant_is_told_in_the_style_of_its_place(style: str, told: str):
    assert ENGLISH.instant(MORNING, style) == told


def test_just_after_midnight_here_is_already_tomorrow():
    assert ENGLISH.instant(datetime(2026, 7, 24, 23, 10, tzinfo=UTC)) == "Saturday 25 July 2026, 00:10"


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a time zone"):
        ENGLISH.instant(datetime(2026, 7, 24, 7, 30))  # noqa: DTZ001


def test_a_day_is_told_with_its_weekday():
    assert ENGLISH.day(date(2026, 7, 24)) == "Friday 24 July 2026"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (-1, "ahead of the clock"),
        (0, "under 1 min"),
        (59, "under 1 min"),
        (60, "1 min"),
        (11 * 60 + 59, "11 min"),
        (3 * 3600, "3 h"),
        (3 * 3600 + 1200, "3 h 20 min"),
        (27 * 3600 + 1800, "27 h"),
        (48 * 3600 - 1, "47 h"),
        (48 * 3600, "2 days"),
        (75 * 86400, "2 months"),
        (11 * 365.25 * 86400, "11 years"),
    ],
)
def test_an_age_is_told_in_the_largest_unit_that_matters_and_never_rounded_up(seconds: float, told: str):
    assert ENGLISH.age(seconds) == told


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (timedelta(seconds=-1), "under 1 min"),
        (timedelta(minutes=11, seconds=59), "11 min"),
        (timedelta(hours=47, minutes=59), "47 h"),
        (timedelta(days=3) - timedelta(seconds=2), "2 days 23 h"),
        (timedelta(days=3), "3 days"),
        (timedelta(days=20, hours=5), "20 days"),
        (timedelta(days=90), "90 days"),
    ],
)
def test_a_time_that_is_left_is_told_with_its_hours_and_never_longer_than_it_is(left: timedelta, told: str):
    assert ENGLISH.left(left) == told


def test_one_and_many_are_told_apart():
    assert [ENGLISH.phrase("age.days", count=count) for count in (0, 1, 2)] == ["0 days", "1 day", "2 days"]


def test_what_a_language_lacks_is_said_in_english():
    assert "age.now" not in messages("cy")
    assert WELSH.phrase("age.now") == "under 1 min"
    assert Words(language="fr").phrase("age.now") == "under 1 min"


def test_an_id_without_a_message_is_marked_and_kept_but_never_shown():
    words = Words()
    assert words.say(Text("no.such.message")) == "(wording missing)"
    assert words.missing == {"no.such.message"}


def test_a_parameter_that_is_not_there_is_told_as_not_recorded():
    assert ENGLISH.say(Text("value.unmapped", {"value": None})) == "not recorded (as the source has it)"
    assert ENGLISH.say(Text("value.unmapped")) == "not recorded (as the source has it)"


def test_a_parameter_is_never_read_as_a_message():
    assert ENGLISH.say(Text("value.unmapped", {"value": "{minutes}"})) == "{minutes} (as the source has it)"


def test_a_text_in_a_text_is_said_and_a_code_is_told_in_words():
    inner = Text("value.unmapped", {"value": Coded(code_list="alert_kind", code="XCU")})
    assert ENGLISH.say(Text("value.unmapped", {"value": inner})) == (
        "Controlled Unlock (as the source has it) (as the source has it)"
    )


def test_more_parameters_can_be_given_when_it_is_said():
    assert ENGLISH.say(Text("age.minutes"), {"minutes": 11}) == "11 min"


def test_an_unmapped_value_is_told_as_the_sources_own_word():
    unmapped = Coded(code_list="visit_status", code=None, source_value="CAN")
    assert ENGLISH.say(Text("value.unmapped", {"value": unmapped})).startswith("CAN (as the source has it)")


def test_a_code_that_its_list_does_not_hold_is_said_as_it_is():
    assert ENGLISH.code("alert_kind", "ZZZ") == "ZZZ"
    assert ENGLISH.code("alert_kind", None) == "not recorded"


def test_the_word_of_the_field_is_that_of_the_jurisdiction():
    assert ENGLISH.phrase("term.care_plan") == "ACCT"
    assert Words(jurisdiction=pack("northern_ireland")).phrase("term.care_plan") == "SPAR"


def test_a_word_in_the_middle_of_a_sentence_is_small_unless_it_is_an_abbreviation():
    taken = {"at": MORNING, "reference": "7", "kind": Coded(code_list="incident_type", code="ASSAULT")}
    fighter = Text("reason.recent_incident.text", taken | {"role": Coded(code_list="incident_role", code="FIGHTER")})
    assert ENGLISH.say(fighter) == "Assault, 24 Jul, 07:30, as fighter (incident 7)."
    assert "as ACCT (" in ENGLISH.say(Text("reason.recent_incident.text", taken | {"role": "ACCT"}))


def test_several_things_are_joined_into_one_sentence():
    assert [ENGLISH.listed(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_every_kind_of_news_has_a_name():
    for category in catalogue().change_categories:
        ENGLISH.phrase(f"category.{category}")
    assert ENGLISH.missing == set()


def test_an_id_that_stands_twice_in_a_file_is_refused():
    twice = HEAD + '\nmsgid "a.b"\nmsgstr "x"\n\nmsgid "a.b"\nmsgstr "y"\n'
    with pytest.raises(MessageFileError, match="stands twice in here"):
        read_messages(twice.encode(), language="en", where="here")


def test_a_message_that_is_not_yet_translated_is_left_to_english():
    assert read_messages((HEAD + '\nmsgid "a.b"\nmsgstr ""\n').encode(), language="cy", where="here") == {}


def test_a_single_brace_is_refused():
    with pytest.raises(MessageFileError, match="brace"):
        taken_apart("a } b")


PARAMS = st.one_of(
    st.none(),
    st.text(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.builds(
        Coded, code_list=st.sampled_from(["alert_kind", "sex"]), code=st.none() | st.text(), source_value=st.none()
    ),
)


@given(
    message_id=st.sampled_from(sorted(messages("en"))),
    params=st.dictionaries(st.text(max_size=5), PARAMS),
    count=PARAMS,
)
def test_every_message_can_be_said_whatever_goes_into_it(message_id: str, params: dict[str, Param], count: Param):
    names = {slot.name for slot in messages("en")[message_id].slots}
    said = WELSH.say(Text(message_id, params | {"count": count} | dict.fromkeys(names - {"count"}, count)))
    assert said.strip() or not isinstance(count, int)
    assert message_id not in said


@given(st.floats(min_value=0, max_value=4e9), st.floats(min_value=0, max_value=4e9))
def test_of_two_ages_the_greater_is_never_told_in_a_smaller_unit(one: float, other: float):
    units = ("min", "h", "day", "month", "year")
    rank = [
        next(place for place in reversed(range(5)) if units[place] in told.replace("months", "month"))
        for told in (ENGLISH.age(min(one, other)), ENGLISH.age(max(one, other)))
    ]
    assert rank == sorted(rank)
