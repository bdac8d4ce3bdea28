"""The council's calendar of events (iCalendar, RFC 5545): all that is planned, with series and cancellations."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from watchroom.demo.world.county_time import at as at_hour
from watchroom.demo.world.county_time import wall
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_events import (
    EventKind,
    Gathering,
    GatheringCancelled,
    GatheringChanged,
    GatheringPlanned,
)
from watchroom.demo.writers.written import Written

MEDIA_TYPE = "text/calendar"
_KINDS = {
    EventKind.FOOTBALL: "SPORT",
    EventKind.MARATHON: "SPORT",
    EventKind.PROTEST: "PROTEST",
    EventKind.PARADE: "PROCESSION",
    EventKind.FAIR: "OTHER",
    EventKind.MARKET: "OTHER",
    EventKind.FIREWORKS: "OTHER",
    EventKind.MEETING: "OTHER",
}
_ZONE = (
    *("BEGIN:VTIMEZONE", "TZID:Europe/London"),
    *("BEGIN:DAYLIGHT", "DTSTART:19810329T010000", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"),
    *("TZOFFSETFROM:+0000", "TZOFFSETTO:+0100", "TZNAME:BST", "END:DAYLIGHT"),
    *("BEGIN:STANDARD", "DTSTART:19961027T020000", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"),
    *("TZOFFSETFROM:+0100", "TZOFFSETTO:+0000", "TZNAME:GMT", "END:STANDARD"),
    "END:VTIMEZONE",
)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_KEPT = timedelta(days=14)


@dataclass(slots=True, kw_only=True)
class _Entry:
    """One event as the calendar has it."""

    gathering: Gathering
    made: datetime
    changed: datetime
    sequence: int = 0
    is_cancelled: bool = False
    left_out: list[datetime] = field(default_factory=list[datetime])


class EventCalendar:
    """The calendar of one county: it hears of events and shows what is planned."""

    def __init__(self, county: int) -> None:
        """A calendar that has nothing in it yet, of the county of that number."""
        self._county = county
        self._entries: dict[str, _Entry] = {}

    def hear(self, one: Happening) -> None:
        """Take in what happened; what is no event, or of another county, is nothing."""
        if not isinstance(one, GatheringPlanned | GatheringChanged | GatheringCancelled):
            return
        if one.gathering.county != self._county:
            return
        known = self._entries.get(one.gathering.key)
        if isinstance(one, GatheringPlanned) or known is None:
            known = _Entry(gathering=one.gathering, made=one.at, changed=one.at)
            self._entries[one.gathering.key] = known
        if isinstance(one, GatheringPlanned):
            return
        known.gathering, known.changed, known.sequence = one.gathering, one.at, known.sequence + 1
        if isinstance(one, GatheringCancelled):
            if one.on is None:
                known.is_cancelled = True
            else:
                known.left_out.append(one.on)

    def snapshot(self, at: datetime) -> Written:
        """What the address answers at an instant: what is over for two weeks is gone."""
        lines = [
            *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Orrinshire County Council (fictional)//Events//EN"),
            *("CALSCALE:GREGORIAN", "METHOD:PUBLISH", "X-WR-CALNAME:Events in Orrinshire", *_ZONE),
        ]
        for key in [key for key, one in self._entries.items() if _last(one.gathering) + _KEPT < at]:
            del self._entries[key]
        for entry in sorted(self._entries.values(), key=lambda one: (one.gathering.begins, one.gathering.key)):
            lines.extend(_event(entry))
        lines.append("END:VCALENDAR")
        content = "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))
        return Written(at=at, content=content.encode(), media_type=MEDIA_TYPE)


def _last(one: Gathering) -> datetime:
    """When it is over; a series, at the end of its last day."""
    return one.ends if one.until is None else at_hour(one.until, 24)


def _event(entry: _Entry) -> Iterator[str]:
    one = entry.gathering
    yield "BEGIN:VEVENT"
    yield f"UID:{one.key}@events.orrinshire.example"
    yield f"DTSTAMP:{_utc(entry.changed)}"
    yield f"CREATED:{_utc(entry.made)}"
    yield f"LAST-MODIFIED:{_utc(entry.changed)}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}"
    yield f"SUMMARY:{_text(one.title)}"
    yield f"DESCRIPTION:{_text(f'About {one.people} people expected.')}"
    yield f"LOCATION:{_text(f'{one.place}, {one.town}')}"
    yield f"GEO:{one.point.latitude};{one.point.longitude}"
    yield f"CATEGORIES:{_KINDS[one.kind]}"
    yield "CLASS:PUBLIC"
    yield f"DTSTART;TZID=Europe/London:{_wall(one.begins)}"
    yield f"DTEND;TZID=Europe/London:{_wall(one.ends)}"
    if one.until is not None:
        starts = wall(one.begins)
        day = _DAYS[starts.weekday()]
        rule = f"FREQ=WEEKLY;BYDAY={day}" if one.every == "week" else f"FREQ=MONTHLY;BYDAY={(starts.day + 6) // 7}{day}"
        # The end of a rule is an instant in UTC where its start has a zone.
        yield f"RRULE:{rule};UNTIL={one.until:%Y%m%d}T235959Z"
    for left_out in entry.left_out:
        yield f"EXDATE;TZID=Europe/London:{_wall(left_out)}"
    yield "END:VEVENT"


def _text(words: str) -> str:
    for sign in ("\\", ";", ","):
        words = words.replace(sign, f"\\{sign}")
    return words


def _folded(line: str) -> Iterator[str]:
    """A line in pieces of at most 75 octets; all that is written here is ASCII."""
    yield line[:75]
    for start in range(75, len(line), 74):
        yield f" {line[start : start + 74]}"


def _utc(at: datetime) -> str:
    return at.strftime("%Y%m%dT%H%M%SZ")


def _wall(at: datetime) -> str:
    return f"{wall(at):%Y%m%dT%H%M%S}"
