"""Laws of codecs: whatever bytes come, objects or faults with a place come out; what is written is read as it was."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from codec_samples import example, tool
from watchroom.sources.codecs.contract import LIMITS, Object
from watchroom.sources.codecs.json_text import as_json, parsed
from watchroom.sources.codecs.keys import key_of
from watchroom.sources.codecs.registry import CODECS
from watchroom.sources.codecs.rules import Rule, RuleError, Steps

# What any of the formats can carry.
WORDS = (
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool)
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(WORDS, below, max_size=3),
    max_leaves=8,
)


def test_damaged_messages_end_in_objects_or_in_faults_with_a_place() -> None:
    counts = tool("fuzz_codecs").fuzz(seed=20261128, rounds=1500)
    assert counts.wrong == []
    assert counts.outcomes.total() == 1500
    assert {outcome for _, outcome in counts.outcomes} == {"sound", "with faults", "refused"}


@settings(max_examples=300)
@given(st.sampled_from(sorted(CODECS)), st.binary(max_size=200))
def test_no_bytes_make_a_codec_raise(name: str, content: bytes) -> None:
    codec = CODECS[name]
    assert codec.decode(content, file="message").faults or not content.strip() or name in CODECS


@settings(max_examples=200)
@given(st.data())
def test_whatever_is_cut_off_an_example_the_rest_is_refused_or_loses_nothing(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(CODECS)))
    whole = example(name)
    end = data.draw(st.integers(1, len(whole.rstrip()) - 1))
    assert CODECS[name].decode(whole[:end], file="message").is_refused


@given(JSON)
def test_json_is_kept_as_it_was_meant(value: object) -> None:
    text = as_json(value)
    assert as_json(parsed(text.encode(), LIMITS)) == text


@given(st.lists(WORDS | st.none(), max_size=3), st.lists(WORDS | st.none(), max_size=3))
def test_keys_of_different_values_are_different(left: list[str | None], right: list[str | None]) -> None:
    assert (key_of(*left) == key_of(*right)) == (left == right)


EVENTS = st.lists(
    st.fixed_dictionaries(
        {"ID": WORDS, "SOURCE": WORDS, "TYPE": WORDS},
        optional={"SUBJECT": WORDS, "DATASCHEMA": WORDS, "DATA": JSON.filter(lambda one: one is not None).map(as_json)},
    ),
    max_size=4,
    unique_by=lambda one: (one["SOURCE"], one["ID"]),
)


@given(EVENTS)
def test_cloudevents_that_are_written_are_read_as_they_were(events: list[dict[str, str]]) -> None:
    given = [
        Object(
            table="EVENT",
            key=key_of(one["SOURCE"], one["ID"]),
            place="",
            values={**one, "SPECVERSION": "1.0", **({"DATA_KIND": "json"} if "DATA" in one else {})},
        )
        for one in events
    ]
    codec = CODECS["cloudevents"]
    again = codec.decode(codec.writes(given), file="message")  # type: ignore[misc]
    assert again.faults == ()
    assert [(one.key, _said(one)) for one in again.objects] == [(one.key, _said(one)) for one in given]


def _said(one: Object) -> dict[str, str]:
    return {name: value for name, value in one.values.items() if value is not None}


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]) | st.just("\n"), min_size=1)


@given(summary=TEXTS, categories=st.lists(WORDS, min_size=1, max_size=3), name=WORDS)
def test_texts_of_a_calendar_survive_its_escapes_and_folds(summary: str, categories: list[str], name: str) -> None:
    assume('"' not in name and "^" not in name and "\\" not in name)
    codec = CODECS["icalendar"]
    event = Object(
        table="CALENDAR_EVENT",
        key=key_of("a", None),
        place="",
        values={"UID": "a", "SUMMARY": summary, "CATEGORIES": as_json(categories), "STARTS": "2026-01-01"}
        | {"STARTS_KIND": "day"},
    )
    again = codec.decode(codec.writes([event]), file="message").of("CALENDAR_EVENT")[0]  # type: ignore[misc]
    assert (again.values["SUMMARY"], again.values["CATEGORIES"]) == (summary, as_json(categories))


def _list(low: int, high: int, *, negative: bool = True) -> st.SearchStrategy[str]:
    numbers = st.integers(low, high)
    if negative:
        numbers |= st.integers(-high, -low)
    return st.lists(numbers, min_size=1, max_size=3, unique=True).map(lambda some: ",".join(map(str, some)))


DAYS = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=3, unique=True)
PLAIN_DAYS = DAYS.map(",".join)
NTH_DAYS = st.builds(lambda days, nth: ",".join(f"{nth}{day}" for day in days), DAYS, st.sampled_from(["", 1, 2, -1]))
COMMON = {"INTERVAL": st.integers(1, 5).map(str), "BYMONTH": _list(1, 12, negative=False), "COUNT": st.just("7")}
RULES = st.one_of(
    st.fixed_dictionaries(
        {"FREQ": st.just("DAILY")}, optional={**COMMON, "BYDAY": PLAIN_DAYS, "BYMONTHDAY": _list(1, 31)}
    ),
    st.fixed_dictionaries(
        {"FREQ": st.just("WEEKLY")},
        optional={**COMMON, "BYDAY": PLAIN_DAYS, "WKST": st.sampled_from(["MO", "SU", "WE"])},
    ),
    st.fixed_dictionaries(
        {"FREQ": st.just("MONTHLY")},
        optional={**COMMON, "BYDAY": NTH_DAYS, "BYMONTHDAY": _list(1, 31), "BYHOUR": _list(0, 23, negative=False)},
    ),
    st.fixed_dictionaries(
        {"FREQ": st.just("MONTHLY"), "BYDAY": NTH_DAYS, "BYSETPOS": _list(1, 4)},
        optional={"INTERVAL": COMMON["INTERVAL"]},
    ),
    st.fixed_dictionaries(
        {"FREQ": st.just("YEARLY")},
        optional={**COMMON, "BYDAY": NTH_DAYS, "BYMONTHDAY": _list(1, 31), "BYYEARDAY": _list(1, 366)},
    ),
    st.fixed_dictionaries({"FREQ": st.just("YEARLY"), "BYWEEKNO": _list(1, 53), "BYDAY": PLAIN_DAYS}),
)

STARTS = st.datetimes(datetime(2023, 1, 1), datetime(2026, 12, 31))  # noqa: DTZ001  what a clock shows


@settings(max_examples=150)
@given(parts=RULES, first=STARTS)
def test_rules_are_followed_as_the_usual_library_follows_them(parts: dict[str, str], first: datetime) -> None:
    first = first.replace(microsecond=0)
    last = first.replace(year=first.year + 3, day=min(first.day, 28))
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    try:
        ours = set(Rule(text, first, zone=ZoneInfo("Europe/London")).walls(last, Steps()))
    except RuleError:
        assume(False)
        return
    # Days of next year's first week that lie in this one the library finds only where the week is asked for as 1.
    assume(not {"-52", "-53"} & set(parts.get("BYWEEKNO", "").split(",")))
    # The library walks to the year 9999 for a rule that fits no day.
    assume(len(ours) > 3)
    theirs = {one for one in rrulestr(text, dtstart=first, ignoretz=True).between(first, last, inc=True) if one < last}
    assert ours == theirs | {first}
