"""The words of iCalendar: which properties are taken into which columns, and with which parameters."""

from collections.abc import Mapping

from watchroom.sources.codecs.contract import Table

CALENDAR: Mapping[str, str] = {
    "PRODID": "PRODID",
    "VERSION": "VERSION",
    "CALSCALE": "CALSCALE",
    "METHOD": "METHOD",
    "X-WR-CALNAME": "NAME",
}
# Methods of RFC 5546 that state nothing about an event.
CHANGES_NOTHING = ("REPLY", "REFRESH", "COUNTER", "DECLINECOUNTER")
TEXTS: Mapping[str, str] = {
    "UID": "UID",
    "SEQUENCE": "SEQUENCE",
    "STATUS": "STATUS",
    "CLASS": "CLASS",
    "SUMMARY": "SUMMARY",
    "DESCRIPTION": "DESCRIPTION",
    "LOCATION": "LOCATION",
    "TRANSP": "TRANSP",
    "PRIORITY": "PRIORITY",
    "URL": "URL",
}
LISTS: Mapping[str, str] = {"CATEGORIES": "CATEGORIES", "RESOURCES": "RESOURCES"}
INSTANTS: Mapping[str, str] = {"DTSTAMP": "DTSTAMP", "CREATED": "CREATED", "LAST-MODIFIED": "LAST_MODIFIED"}
ATTENDEE: Mapping[str, str] = {
    "CN": "NAME",
    "ROLE": "ROLE",
    "PARTSTAT": "PARTICIPATION",
    "CUTYPE": "KIND",
}
_OF_TIME = ("TZID", "VALUE")
UNDERSTOOD: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((*TEXTS, *LISTS, *INSTANTS, "RRULE", "DURATION", "GEO"), ()),
    **dict.fromkeys(("DTSTART", "DTEND", "EXDATE"), _OF_TIME),
    # What these add is said as a fault.
    "RECURRENCE-ID": (*_OF_TIME, "RANGE"),
    "RDATE": _OF_TIME,
    "EXRULE": (),
    **dict.fromkeys(("ORGANIZER", "ATTENDEE"), tuple(ATTENDEE)),
}


def _time(name: str, what: str) -> dict[str, str]:
    return {
        what: f"`{name}` in ISO 8601, as the clock of its zone shows it",
        f"{what}_KIND": "`day`, `utc`, `zoned` or `floating` (of whoever reads it)",
        f"{what}_ZONE": "the IANA zone of a `zoned` one",
    }


_SEVERAL = "`{}`: a JSON list of time, kind and zone"

TABLES: Mapping[str, Table] = {
    "CALENDAR": Table(row="a calendar", columns={column: f"`{name}`" for name, column in CALENDAR.items()}),
    "CALENDAR_EVENT": Table(
        row="an event, a series of events by its rule, or one changed time of a series",
        columns={
            **{column: f"`{name}`" for name, column in {**TEXTS, **INSTANTS}.items()},
            **{column: f"`{name}`, a JSON list" for name, column in LISTS.items()},
            **_time("DTSTART", "STARTS"),
            **_time("DTEND", "ENDS"),
            "DURATION": "`DURATION`, which stands in place of an end",
            "STARTS_AT": "when it starts: in UTC with `Z`, or for a day or floating time as clocks show it there",
            "ENDS_AT": "when it ends, the same way: by `DTEND`, `DURATION`, or the one day that is named",
            **_time("RECURRENCE-ID", "RECURRENCE_ID"),
            "INSTEAD_AT": "the time of a series that it takes the place of, as `STARTS_AT` says when it starts",
            "RRULE": "`RRULE` as it is",
            "RDATES": _SEVERAL.format("RDATE"),
            "EXDATES": _SEVERAL.format("EXDATE"),
            "GEOMETRY": "`GEO` as GeoJSON text, longitude first",
        },
    ),
    "CALENDAR_ATTENDEE": Table(
        row="who takes part in an event, or calls it",
        columns={
            "EVENT_KEY": "`OBJECT_KEY` of the event",
            "PART": "`organizer` or `attendee`",
            "ADDRESS": "the value, mostly a `mailto:`",
            **{column: f"`{name}`" for name, column in ATTENDEE.items()},
        },
    ),
}
