"""iCalendar (RFC 5545) events, in and out; what repeats is kept as its rule, and `recurrence` expands it."""

from collections.abc import Iterator, Sequence
from functools import partial

from icalendar.prop import vRecur

from watchroom.sources.codecs.answering import answer
from watchroom.sources.codecs.contract import Codec, Kind, Limits, Object, Verb
from watchroom.sources.codecs.geometry import Shapes, Unsound, number
from watchroom.sources.codecs.ical_text import Component, Property, calendars
from watchroom.sources.codecs.ical_times import Moment, as_read, end_as_read, known_zone, moment, span
from watchroom.sources.codecs.ical_words import (
    ATTENDEE,
    CALENDAR,
    CHANGES_NOTHING,
    INSTANTS,
    LISTS,
    TABLES,
    TEXTS,
    UNDERSTOOD,
)
from watchroom.sources.codecs.ical_write import write
from watchroom.sources.codecs.json_text import Members, as_json
from watchroom.sources.codecs.keys import key_of
from watchroom.sources.codecs.part import Reading, shown
from watchroom.sources.faults import FaultCode


def _read(content: bytes, limits: Limits, reading: Reading) -> None:
    shapes = Shapes(reading)
    for calendar in calendars(content, limits, reading):
        if calendar.name != "VCALENDAR":
            reading.lose(shown(calendar.name))
            continue
        _calendar(calendar, reading, shapes)


def _calendar(calendar: Component, reading: Reading, shapes: Shapes) -> None:
    values = {column: _single(calendar, name, reading) for name, column in CALENDAR.items()}
    method = (values["METHOD"] or "").upper()
    reading.add(Object(table="CALENDAR", key=key_of(calendar.place), place=calendar.place, values=values))
    for one in calendar.properties:
        if one.name not in CALENDAR:
            reading.lose(f"VCALENDAR.{shown(one.name)}")
    if method in CHANGES_NOTHING:
        message = "the message answers or asks about events and states none; it was left out"
        reading.fault(FaultCode.ELEMENT_NOT_UNDERSTOOD, message, place=f"{calendar.place}.METHOD", leaves_out=True)
        return
    events: list[_Event] = []
    for part in calendar.parts:
        if part.name == "VEVENT":
            events.append(_Event(part, calendar, reading=reading, shapes=shapes))
        elif part.name != "VTIMEZONE":
            reading.lose(f"VCALENDAR.{shown(part.name)}")
    for event in _latest_first(events):
        event.add(is_cancelled=method == "CANCEL")


def _latest_first(events: Sequence["_Event"]) -> list["_Event"]:
    """The same in their order, but of those with one key the latest version first, since the first is taken."""
    return sorted(events, key=lambda event: -event.version)


def _single(component: Component, name: str, reading: Reading) -> str | None:
    """The text of a property; one that is given more often is a fault, and the first is taken."""
    found = list(component.all(name))
    if len(found) > 1:
        message = "the property is given more than once; the first is taken"
        reading.fault(FaultCode.MEMBER_TWICE, message, place=found[1].place)
    return (found[0].text or None) if found else None


class _Event:
    """A VEVENT on its way to its rows."""

    def __init__(self, event: Component, calendar: Component, *, reading: Reading, shapes: Shapes) -> None:
        self._event, self._calendar, self._reading, self._shapes = event, calendar, reading, shapes
        self._values: dict[str, str | None] = {column: self._text(name) for name, column in TEXTS.items()}
        sequence = self._values["SEQUENCE"] or "0"
        if not (sequence.isascii() and sequence.isdecimal() and len(sequence) < 10):
            self._fault(
                FaultCode.ELEMENT_UNREADABLE, "the number is none; the event counts as its first version", "SEQUENCE"
            )
            sequence = "0"
        self.version = int(sequence)

    def add(self, *, is_cancelled: bool) -> None:
        """Its rows; of an event without a UID a fault."""
        for name, column in LISTS.items():
            several = [text for one in self._event.all(name) for text in one.texts]
            self._values[column] = as_json(several) if several else None
        for name, column in INSTANTS.items():
            self._time(name, column)
        self._times()
        self._rule()
        self._geo()
        self._name_lost()
        if self._values["UID"] is None:
            message = "an event is known by it; the event was left out"
            place = f"{self._event.place}.UID"
            self._reading.fault(FaultCode.ELEMENT_MISSING, message, place=place, leaves_out=True)
            return
        key = key_of(self._values["UID"], self._values["RECURRENCE_ID"])
        is_over = is_cancelled or (self._values["STATUS"] or "").upper() == "CANCELLED"
        found = Object(
            table="CALENDAR_EVENT",
            key=key,
            place=self._event.place,
            values=self._values,
            verb=Verb.WITHDRAW if is_over else Verb.UPSERT,
            handling=self._values["CLASS"],
        )
        if self._reading.add(found):
            self._attendees(key)

    def _text(self, name: str) -> str | None:
        return _single(self._event, name, self._reading)

    def _fault(self, code: FaultCode, message: str, name: str) -> None:
        self._reading.fault(code, message, place=f"{self._event.place}.{name}")

    def _times(self) -> None:
        for name, column in (("DTSTART", "STARTS"), ("DTEND", "ENDS"), ("RECURRENCE-ID", "RECURRENCE_ID")):
            self._time(name, column)
        for name, column in (("EXDATE", "EXDATES"), ("RDATE", "RDATES")):
            self._several(name, column)
        duration = self._text("DURATION")
        if duration is not None and span(duration) is None:
            self._fault(
                FaultCode.ELEMENT_UNREADABLE, "the duration cannot be read; it is kept as it was sent", "DURATION"
            )
        self._values["DURATION"] = duration
        self._read(duration)
        if self._values["STARTS"] is None:
            self._fault(FaultCode.ELEMENT_MISSING, "nobody can say when the event is", "DTSTART")
        if any("RANGE" in one.parameters for one in self._event.all("RECURRENCE-ID")):
            message = "a change of this and all later times is taken for this time only"
            self._fault(FaultCode.ELEMENT_NOT_UNDERSTOOD, message, "RECURRENCE-ID")

    def _read(self, duration: str | None) -> None:
        """Beginning and end as whoever reads them takes them."""
        first, last, instead = self._moment("STARTS"), self._moment("ENDS"), self._moment("RECURRENCE_ID")
        self._values |= {"STARTS_AT": None, "ENDS_AT": None, "INSTEAD_AT": as_read(instead) if instead else None}
        if first is None:
            return
        try:
            ends = end_as_read(first, last, span(duration or ""))
        except OverflowError:
            ends = None
        self._values |= {"STARTS_AT": as_read(first), "ENDS_AT": ends}

    def _moment(self, column: str) -> Moment | None:
        text, kind = self._values.get(column), self._values.get(f"{column}_KIND")
        return Moment(text=text, kind=kind, zone=self._values.get(f"{column}_ZONE")) if text and kind else None

    def _time(self, name: str, column: str) -> None:
        """The column, and those of its kind and zone."""
        self._values[column] = None
        found = next(self._event.all(name), None)
        if found is None:
            return
        read = moment(found.value, zone=self._zone(found))
        if read is None:
            self._fault(FaultCode.ELEMENT_UNREADABLE, "the time cannot be read; it was not taken", name)
            return
        self._values[column] = read.text
        if column not in INSTANTS.values():
            self._values |= {f"{column}_KIND": read.kind, f"{column}_ZONE": read.zone}

    def _zone(self, found: Property) -> str | None:
        given = found.parameters.get("TZID")
        if given is None:
            return None
        zone = known_zone(given)
        if zone is None:
            zone = next((known for known in self._said_zones(given) if known), None)
        if zone is None:
            message = "the zone is not known, so the time is taken as the clock of whoever reads it"
            self._reading.fault(FaultCode.ELEMENT_NOT_UNDERSTOOD, message, place=f"{found.place};TZID")
        return zone

    def _said_zones(self, given: str) -> Iterator[str | None]:
        """What definitions of zones of that name say about which they are."""
        for part in self._calendar.parts:
            if part.name == "VTIMEZONE" and any(one.value == given for one in part.all("TZID")):
                yield from (known_zone(one.value) for one in part.all("X-LIC-LOCATION"))

    def _several(self, name: str, column: str) -> None:
        times: list[str] = []
        for found in self._event.all(name):
            zone = self._zone(found)
            for value in found.value.split(","):
                read = moment(value.partition("/")[0], zone=zone)
                if read is None or "/" in value:
                    message = "a time cannot be read, or has an end of its own, which is not taken"
                    self._fault(FaultCode.ELEMENT_UNREADABLE, message, name)
                if read is not None:
                    times.append(as_json([read.text, read.kind, read.zone]))
        self._values[column] = f"[{','.join(times)}]" if times else None

    def _rule(self) -> None:
        rules = [one.value.strip() for one in self._event.all("RRULE")]
        for name, is_wrong in (("RRULE", len(rules) > 1), ("EXRULE", any(self._event.all("EXRULE")))):
            if is_wrong:
                message = "a second rule, or one that takes times out, is not followed; times may be wrong"
                self._fault(FaultCode.ELEMENT_NOT_UNDERSTOOD, message, name)
        self._values["RRULE"] = rules[0] if rules else None
        if rules:
            try:
                vRecur.from_ical(rules[0])
            except ValueError:
                message = "the rule cannot be read; it is kept as it was sent"
                self._fault(FaultCode.ELEMENT_UNREADABLE, message, "RRULE")

    def _geo(self) -> None:
        text = self._text("GEO")
        self._values["GEOMETRY"] = None
        if text is None:
            return
        latitude, _, longitude = text.partition(";")
        try:
            point: list[object] = [number(longitude), number(latitude)]
        except Unsound:
            point = []
        shape = Members([("type", "Point"), ("coordinates", point)])
        self._values["GEOMETRY"] = self._shapes.checked(shape, place=f"{self._event.place}.GEO")

    def _attendees(self, key: str) -> None:
        for place in ("ORGANIZER", "ATTENDEE"):
            for count, one in enumerate(self._event.all(place)):
                values = {column: one.parameters.get(name) for name, column in ATTENDEE.items()}
                values |= {"EVENT_KEY": key, "ADDRESS": one.value or None, "PART": place.lower()}
                row = key_of(key, place, one.value)
                where = f"{self._event.place}.{place}[{count}]"
                self._reading.add(Object(table="CALENDAR_ATTENDEE", key=row, place=where, values=values))

    def _name_lost(self) -> None:
        for one in self._event.properties:
            understood = UNDERSTOOD.get(one.name)
            if understood is None:
                self._reading.lose(f"VEVENT.{shown(one.name)}")
                continue
            for name in one.parameters:
                if name not in understood:
                    self._reading.lose(f"VEVENT.{one.name};{shown(name)}")
        for part in self._event.parts:
            self._reading.lose(f"VEVENT.{shown(part.name)}")


CODEC = Codec(
    name="icalendar",
    title="iCalendar (RFC 5545)",
    media_types=("text/calendar",),
    kind=Kind.SNAPSHOT,
    tables=TABLES,
    lossy=(
        ("VCALENDAR.VTIMEZONE", "zones are taken by their name, never by rules of the message"),
        ("VEVENT.RRULE", "kept as it is; `recurrence.occurrences` expands it"),
    ),
    reads=partial(answer, read=_read),
    writes=write,
)
