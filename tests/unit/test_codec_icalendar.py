"""iCalendar: what an event says, and when it happens across changes of the clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from codec_samples import decode, example, told, written_again
from watchroom.sources.codecs.contract import Decoded, Verb
from watchroom.sources.codecs.recurrence import Expansion, occurrences
from watchroom.sources.codecs.registry import CODECS

LONDON = ZoneInfo("Europe/London")


def calendar(*lines: str, uid: str = "UID:a") -> Decoded:
    event = ["BEGIN:VEVENT", uid, *lines, "END:VEVENT"]
    return decode("icalendar", "\r\n".join(["BEGIN:VCALENDAR", *event, "END:VCALENDAR", ""]))


def in_2026(decoded: Decoded) -> Expansion:
    year = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    return occurrences(decoded.objects, start=year[0], end=year[1], zone=LONDON)


def starts(decoded: Decoded) -> list[str]:
    return [one.starts.isoformat()[:16] for one in in_2026(decoded).occurrences]


def test_what_is_written_is_read_as_it_was() -> None:
    decoded = decode("icalendar", example("icalendar"))
    assert told(decoded) == []
    assert written_again(CODECS["icalendar"], decoded) == decoded


def test_a_series_keeps_its_hour_on_the_clock_when_the_clock_changes() -> None:
    decoded = decode("icalendar", example("icalendar"))
    found = [(one.starts.isoformat()[:16], one.event.values["SUMMARY"]) for one in in_2026(decoded).occurrences]
    assert found == [
        ("2026-03-28T06:00", "Roll check, B wing"),
        ("2026-03-29T05:00", "Roll check, B wing"),  # summer time began
        ("2026-03-30T06:15", "Roll check after the fire drill"),  # moved
        ("2026-03-31T23:00", "Visitors' days"),  # of the 31st itself there is an EXDATE
        ("2026-04-01T05:00", "Roll check, B wing"),
        ("2026-04-02T05:00", "Roll check, B wing"),  # UNTIL names this very instant
    ]


def test_whole_days_end_before_the_day_that_is_named_as_the_end() -> None:
    day = in_2026(decode("icalendar", example("icalendar"))).occurrences[3]
    assert day.is_all_day
    assert (day.starts, day.ends) == (datetime(2026, 3, 31, 23, tzinfo=UTC), datetime(2026, 4, 2, 23, tzinfo=UTC))


def test_a_time_that_the_clock_skips_or_shows_twice_is_one_time() -> None:
    skipped = calendar("DTSTART;TZID=Europe/London:20260329T013000")
    twice = calendar("DTSTART;TZID=Europe/London:20261025T013000")
    assert starts(skipped) == ["2026-03-29T01:30"]
    assert starts(twice) == ["2026-10-25T00:30"]


def test_a_floating_time_is_that_of_whoever_reads_it() -> None:
    assert starts(calendar("DTSTART:20260701T090000")) == ["2026-07-01T08:00"]


def test_zones_are_known_by_windows_names_and_by_the_place_that_a_definition_names() -> None:
    assert starts(calendar("DTSTART;TZID=GMT Standard Time:20260701T090000")) == ["2026-07-01T08:00"]
    assert starts(calendar("DTSTART;TZID=/example.org/2026a/Europe/London:20260701T090000")) == ["2026-07-01T08:00"]


def test_a_zone_that_nobody_knows_is_told() -> None:
    decoded = calendar("DTSTART;TZID=Middle Earth:20260701T090000")
    assert told(decoded) == [("element_not_understood", "VCALENDAR[0].VEVENT[0].DTSTART;TZID")]
    assert decoded.of("CALENDAR_EVENT")[0].values["STARTS_KIND"] == "floating"


def test_a_definition_of_a_zone_without_end_costs_nothing() -> None:
    inner = ["BEGIN:STANDARD", "DTSTART:00010101T000000", "RRULE:FREQ=SECONDLY", "END:STANDARD"]
    zone = ["BEGIN:VTIMEZONE", "TZID:x", *inner, "END:VTIMEZONE"]
    assert decode("icalendar", "\r\n".join(["BEGIN:VCALENDAR", *zone, "END:VCALENDAR"])).faults == ()


def test_a_cancelled_event_is_withdrawn_and_a_cancelled_time_of_a_series_does_not_happen() -> None:
    assert calendar("STATUS:CANCELLED", "DTSTART:20260701T090000Z").of("CALENDAR_EVENT")[0].verb is Verb.WITHDRAW
    series = [
        *("BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:a", "DTSTART:20260701T090000Z", "RRULE:FREQ=DAILY;COUNT=3"),
        *("END:VEVENT", "BEGIN:VEVENT", "UID:a", "RECURRENCE-ID:20260702T090000Z", "STATUS:CANCELLED"),
        *("DTSTART:20260702T090000Z", "END:VEVENT", "END:VCALENDAR"),
    ]
    assert starts(decode("icalendar", "\r\n".join(series))) == ["2026-07-01T09:00", "2026-07-03T09:00"]


def test_of_two_versions_of_an_event_the_later_one_is_taken_wherever_it_stands() -> None:
    event = "BEGIN:VEVENT\r\nUID:a\r\nSEQUENCE:{}\r\nDTSTART:20260701T090000Z\r\nSUMMARY:{}\r\nEND:VEVENT\r\n"
    text = f"BEGIN:VCALENDAR\r\n{event.format(1, 'old')}{event.format(2, 'new')}END:VCALENDAR\r\n"
    decoded = decode("icalendar", text)
    assert [one.values["SUMMARY"] for one in decoded.of("CALENDAR_EVENT")] == ["new"]
    assert told(decoded) == [("object_twice", "VCALENDAR[0].VEVENT[0]")]


def test_an_end_as_a_time_is_exact_and_a_duration_in_days_follows_the_clock() -> None:
    exact = calendar("DTSTART;TZID=Europe/London:20260328T120000", "DTEND;TZID=Europe/London:20260329T120000")
    days = calendar("DTSTART;TZID=Europe/London:20260328T120000", "DURATION:P1D")
    assert [one.ends.hour for one in (*in_2026(exact).occurrences, *in_2026(days).occurrences)] == [11, 11]
    repeated = calendar(
        *("DTSTART;TZID=Europe/London:20260327T120000", "DTEND;TZID=Europe/London:20260328T120000"),
        "RRULE:FREQ=DAILY;COUNT=2",
    )
    assert [one.ends.hour for one in in_2026(repeated).occurrences] == [12, 12]


def test_extra_times_happen_and_excluded_ones_do_not_also_when_a_day_is_named() -> None:
    decoded = calendar(
        *("DTSTART:20260701T090000Z", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20260702"),
        "RDATE:20260710T100000Z,20260701T090000Z",
    )
    assert starts(decoded) == ["2026-07-01T09:00", "2026-07-03T09:00", "2026-07-10T10:00"]


@pytest.mark.parametrize(
    "rule",
    [
        *("FREQ=SECONDLY", "FREQ=HOURLY", "COUNT=3", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=2;UNTIL=20270101"),
        *("FREQ=DAILY;BYHOUR=25", "FREQ=DAILY;BYYEARDAY=1", "FREQ=WEEKLY;BYDAY=5MO", "FREQ=DAILY;BYSETPOS=5"),
        *("FREQ=YEARLY;BYWEEKNO=60", "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;X=1", "FREQ=DAILY;UNTIL=never", "nonsense"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_named_and_gives_no_wrong_time(rule: str) -> None:
    found = in_2026(calendar("DTSTART:20260701T090000Z", f"RRULE:{rule}"))
    assert [place for place, _ in found.missing] == ["VCALENDAR[0].VEVENT[0]"]
    assert len(found.occurrences) == 0


@pytest.mark.parametrize(
    "rule",
    ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1", "FREQ=MONTHLY;BYDAY=1MO;BYSETPOS=5"],
)
def test_a_rule_that_fits_no_day_ends_with_the_time_that_was_asked_for(rule: str) -> None:
    assert starts(calendar("DTSTART:20260701T090000Z", f"RRULE:{rule}")) == ["2026-07-01T09:00"]


def test_all_rules_of_a_calendar_share_one_bound() -> None:
    event = "BEGIN:VEVENT\r\nUID:{}\r\nDTSTART:18500101T000000Z\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\n"
    text = "BEGIN:VCALENDAR\r\n" + "".join(event.format(number) for number in range(100)) + "END:VCALENDAR\r\n"
    found = in_2026(decode("icalendar", text))
    # Those that are not followed any more are each named.
    assert len(found.occurrences) == 7 * 365
    assert len(found.missing) == 93


def test_a_line_that_is_none_is_one_fault_and_the_event_stays() -> None:
    decoded = calendar("nonsense", "DTSTART:20260701T090000Z", "SUMMARY:ok")
    assert told(decoded) == [("element_unreadable", "VCALENDAR[0].VEVENT[0].line 4")]
    assert decoded.of("CALENDAR_EVENT")[0].values["SUMMARY"] == "ok"


def test_alarms_tasks_and_foreign_properties_are_named_as_lost() -> None:
    decoded = calendar("DTSTART:20260701T090000Z", "X-SECRET:1", "SUMMARY;LANGUAGE=en:a", "BEGIN:VALARM", "END:VALARM")
    assert decoded.lost == ("VEVENT.SUMMARY;LANGUAGE", "VEVENT.VALARM", "VEVENT.X-SECRET")


def test_a_reply_states_no_event() -> None:
    text = example("icalendar").decode().replace("METHOD:PUBLISH", "METHOD:REPLY")
    decoded = decode("icalendar", text)
    assert decoded.of("CALENDAR_EVENT") == ()
    assert told(decoded) == [("element_not_understood", "VCALENDAR[0].METHOD")]


def test_a_calendar_that_is_cut_off_is_refused_and_no_visit_goes_missing_in_silence() -> None:
    """The story of a broken feed: half a diary would look like a quiet day."""
    content = example("icalendar")
    for end in range(200, len(content) - 20, 97):
        decoded = decode("icalendar", content[:end])
        assert decoded.is_refused
        assert decoded.objects == ()
