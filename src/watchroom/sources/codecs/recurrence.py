"""When events of a calendar happen: rules expanded by the clock of the event's zone, across changes of the clock.

A time that a clock shows twice is the first of the two; one that it skips is as long after midnight as the clock said
before (RFC 5545, 3.3.5). Days and floating times are those of the zone of whoever reads them. An end given as a time
makes every repetition exactly as long; a duration in days follows the clock.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from watchroom.sources.codecs.contract import Object, Values, Verb
from watchroom.sources.codecs.ical_times import Moment, at, span
from watchroom.sources.codecs.rules import Rule, RuleError, Steps

OCCURRENCES_AT_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One time at which an event happens.

    Attributes:
        event: what is said of this time: the series, or the change of this one.
        starts: in UTC.
        ends: in UTC; not part of it. Equal to `starts`: the event has no length.
        is_all_day: days were named, no times.
    """

    event: Object
    starts: datetime
    ends: datetime
    is_all_day: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """The occurrences by their beginning, and places of events of which some may be missing, each with the reason."""

    occurrences: tuple[Occurrence, ...]
    missing: tuple[tuple[str, str], ...]


def occurrences(
    objects: Iterable[Object], *, start: datetime, end: datetime, zone: ZoneInfo, each: int = OCCURRENCES_AT_MOST
) -> Expansion:
    """What happens at least in part from `start` on and before `end`.

    Args:
        objects: rows of the codec; those of other tables than `CALENDAR_EVENT` are not looked at.
        start: UTC.
        end: UTC.
        zone: of whoever reads the calendar.
        each: times of one series at most, so that none keeps the others out.
    """
    series: dict[str, list[Object]] = {}
    for one in objects:
        if one.table == "CALENDAR_EVENT":
            series.setdefault(str(one.values.get("UID")), []).append(one)
    found: list[Occurrence] = []
    missing: list[tuple[str, str]] = []
    steps = Steps()
    for events in series.values():
        one_series, before = _Series(events, zone, steps), len(found)
        most = min(each, OCCURRENCES_AT_MOST - before)
        try:
            for occurrence in one_series.between(start, end):
                is_within = occurrence.ends > start or occurrence.starts == occurrence.ends == start
                if occurrence.starts < end and is_within:
                    if len(found) - before >= most:
                        missing.append((events[0].place, f"only {most} of its times are given"))
                        break
                    found.append(occurrence)
        except RuleError as error:
            missing.append((events[0].place, str(error)))
    found.sort(key=lambda one: (one.starts, one.ends, one.event.key))
    return Expansion(occurrences=tuple(found), missing=tuple(missing))


class _Series:
    """The events of one UID: one that may repeat, and changes of single times."""

    def __init__(self, events: Sequence[Object], zone: ZoneInfo, steps: Steps) -> None:
        self._zone, self._steps = zone, steps
        self._master = next((one for one in events if not one.values.get("RECURRENCE_ID")), None)
        self._changes = [one for one in events if one.values.get("RECURRENCE_ID")]

    def between(self, start: datetime, end: datetime) -> Iterator[Occurrence]:
        """Its occurrences that may lie there, in no order.

        Raises:
            RuleError: its rule cannot be followed so far.
        """
        changed = {
            instant
            for one in self._changes
            if (instant := _instant(one.values, "RECURRENCE_ID", self._zone)) is not None
        }
        for one in self._changes:
            yield from self._single(one)
        if self._master is None or self._master.verb is Verb.WITHDRAW:
            return
        if not (self._master.values.get("RRULE") or self._master.values.get("RDATES")):
            if _instant(self._master.values, "STARTS", self._zone) not in changed:
                yield from self._single(self._master)
            return
        yield from self._repeated(self._master, (start, end), changed)

    def _single(self, event: Object) -> Iterator[Occurrence]:
        first = _moment(event.values, "STARTS")
        if first is not None and event.verb is not Verb.WITHDRAW:
            yield self._occurrence(event, first, first.wall)

    def _repeated(
        self, event: Object, window: tuple[datetime, datetime], changed: set[datetime]
    ) -> Iterator[Occurrence]:
        start, end = window
        first = _moment(event.values, "STARTS")
        if first is None:
            return
        zone = first.zone_of(self._zone)
        out = {one.instant(self._zone) for one in _several(event.values, "EXDATES")}
        out_days = {one.wall.date() for one in _several(event.values, "EXDATES") if one.kind == "day"}
        last = end.astimezone(zone).replace(tzinfo=None)
        rule = event.values.get("RRULE")
        times = Rule(rule, first.wall, zone=zone).walls(last, self._steps) if rule else iter([first.wall])
        # What ended well before is passed over without a look at clocks.
        whole = self._end(event.values, first.wall, zone) - at(first.wall, zone) + timedelta(days=2)
        early = start.astimezone(zone).replace(tzinfo=None) - whole
        told = out | changed
        for wall in times:
            if wall < early or wall.date() in out_days or (instant := at(wall, zone)) in told:
                continue
            told.add(instant)
            yield self._occurrence(event, first, wall)
        for extra in _several(event.values, "RDATES"):
            if (instant := extra.instant(self._zone)) not in told:
                told.add(instant)
                yield self._occurrence(event, extra, extra.wall)

    def _occurrence(self, event: Object, first: Moment, wall: datetime) -> Occurrence:
        zone = first.zone_of(self._zone)
        starts = at(wall, zone)
        return Occurrence(
            event=event, starts=starts, ends=self._end(event.values, wall, zone), is_all_day=first.kind == "day"
        )

    def _end(self, values: Values, wall: datetime, zone: ZoneInfo) -> datetime:
        starts = at(wall, zone)
        first, last = _moment(values, "STARTS"), _moment(values, "ENDS")
        if first is not None and last is not None:
            if first.kind == last.kind == "day":
                return max(at(wall + (last.wall - first.wall), zone), starts)
            return max(starts + (last.instant(self._zone) - first.instant(self._zone)), starts)
        length = span(values.get("DURATION") or "")
        if length is not None:
            return at(_later(wall, length.days), zone) + length.rest
        return at(_later(wall, 1), zone) if first is not None and first.kind == "day" else starts


def _later(wall: datetime, days: int) -> datetime:
    # Beyond the last year there is nothing to plan.
    return wall + timedelta(days=min(days, (datetime(9998, 12, 31) - wall).days))  # noqa: DTZ001  a wall clock


def _moment(values: Values, column: str) -> Moment | None:
    text, kind = values.get(column), values.get(f"{column}_KIND")
    return Moment(text=text, kind=kind, zone=values.get(f"{column}_ZONE")) if text and kind else None


def _instant(values: Values, column: str, zone: ZoneInfo) -> datetime | None:
    found = _moment(values, column)
    return found.instant(zone) if found else None


def _several(values: Values, column: str) -> list[Moment]:
    rows = cast("list[tuple[str, str, str | None]]", json.loads(values.get(column) or "[]"))
    return [Moment(text=text, kind=kind, zone=zone) for text, kind, zone in rows]
