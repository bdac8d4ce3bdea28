"""iCalendar written from rows of the codec's tables."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from icalendar.parser import Contentline, Parameters

from watchroom.sources.codecs.contract import Object, Values
from watchroom.sources.codecs.ical_times import as_ical
from watchroom.sources.codecs.ical_words import ATTENDEE, CALENDAR, INSTANTS, LISTS, TEXTS

_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_HEAD = {"PRODID": "-//Watchroom//Watchroom//EN", "VERSION": "2.0"}
# Numbers, words of the standard and addresses, in which no mark is escaped.
_BARE = {"SEQUENCE", "STATUS", "CLASS", "TRANSP", "PRIORITY", "URL"}


def write(objects: Sequence[Object]) -> bytes:
    """One calendar with the events; times of a zone name it, and its rules are not written."""
    nothing: Values = {}
    calendar = next((one.values for one in objects if one.table == "CALENDAR"), nothing)
    lines = [_line("BEGIN", "VCALENDAR")]
    for name, column in CALENDAR.items():
        text = calendar.get(column) or _HEAD.get(name)
        if text:
            lines.append(_line(name, text.translate(_ESCAPES)))
    for one in objects:
        if one.table == "CALENDAR_EVENT":
            people = [row for row in objects if row.table == "CALENDAR_ATTENDEE"]
            lines += _event(one.values, [row.values for row in people if row.values.get("EVENT_KEY") == one.key])
    lines.append(_line("END", "VCALENDAR"))
    return b"".join(line + b"\r\n" for line in lines)


def _line(name: str, value: str, parameters: Mapping[str, str] | None = None) -> bytes:
    given = Parameters({key: text for key, text in (parameters or {}).items() if text})
    marks = b";" + given.to_ical(sorted=False) if given else b""
    # The library's own way to put a line together escapes the value once more.
    return Contentline(f"{name}{marks.decode()}:{value}").to_ical()


def _event(values: Values, people: Sequence[Values]) -> Iterator[bytes]:
    yield _line("BEGIN", "VEVENT")
    for name, column in TEXTS.items():
        text = values.get(column)
        if text:
            yield _line(name, text if name in _BARE else text.translate(_ESCAPES))
    for name, column in LISTS.items():
        several = cast("list[str]", json.loads(values.get(column) or "[]"))
        if several:
            yield _line(name, ",".join(text.translate(_ESCAPES) for text in several))
    for name, column in INSTANTS.items():
        if values.get(column):
            yield _line(name, as_ical(str(values[column])))
    for name, column in (("DTSTART", "STARTS"), ("DTEND", "ENDS"), ("RECURRENCE-ID", "RECURRENCE_ID")):
        if values.get(column):
            yield _time(name, str(values[column]), kind=values.get(f"{column}_KIND"), zone=values.get(f"{column}_ZONE"))
    for name in ("DURATION", "RRULE"):
        if values.get(name):
            yield _line(name, str(values[name]))
    for name, column in (("RDATE", "RDATES"), ("EXDATE", "EXDATES")):
        for text, kind, zone in cast("list[list[str | None]]", json.loads(values.get(column) or "[]")):
            yield _time(name, str(text), kind=kind, zone=zone)
    if values.get("GEOMETRY"):
        longitude, latitude = json.loads(str(values["GEOMETRY"]), parse_float=str, parse_int=str)["coordinates"]
        yield _line("GEO", f"{latitude};{longitude}")
    for row in people:
        parameters = {name: row.get(column) or "" for name, column in ATTENDEE.items()}
        yield _line(str(row["PART"]).upper(), str(row["ADDRESS"]), parameters)
    yield _line("END", "VEVENT")


def _time(name: str, text: str, *, kind: str | None, zone: str | None) -> bytes:
    parameters = {"VALUE": "DATE"} if kind == "day" else {"TZID": zone} if zone else {}
    return _line(name, as_ical(text), parameters)
