"""When planned events happen: those of a series worked out by its rule each time that somebody asks. Pure.

A series is one row with its rule, its zone and the times that are taken out; a changed time is a row of its own that
says whose place it takes. Nothing is written out beforehand, so a calendar that has not been delivered for months still
says when its series happens next. Each time is as long as the first one.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from zoneinfo import ZoneInfo

from watchroom.picture.rows import EventRow
from watchroom.sources.codecs.contract import Object
from watchroom.sources.codecs.ical_times import known_zone
from watchroom.sources.codecs.recurrence import Occurrence, occurrences

# Once an hour for as long as is looked ahead, and more than a page could show.
_OF_ONE_AT_MOST = 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One time at which a planned event happens.

    Attributes:
        event: what is said of it: of a series, or of the changed time.
        starts_at: UTC; None: nobody has said when.
        ends_at: UTC, not part of it; None: no end is told.
    """

    event: EventRow
    starts_at: datetime | None
    ends_at: datetime | None

    @property
    def is_of_series(self) -> bool:
        """Whether it is one of several times."""
        return self.event.is_series or self.event.recurs_instead_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happenings:
    """The times by their beginning, and the series of which times may be missing, as their rule is not followed."""

    times: Sequence[Happening]
    unclear: Sequence[EventRow]


def happenings(rows: Iterable[EventRow], *, start: datetime, end: datetime) -> Happenings:
    """What happens at least in part from `start` on and before `end`, and what nobody has said the time of.

    Args:
        rows: all times that were changed beside their series, whenever they are.
        start, end: UTC.
    """
    times: list[Happening] = []
    series: dict[tuple[str, str], list[EventRow]] = {}
    for row in rows:
        if row.is_series or row.recurs_instead_at is not None:
            series.setdefault((row.source_system, row.reference or str(row.id)), []).append(row)
        else:
            times.append(Happening(event=row, starts_at=row.starts_at, ends_at=row.ends_at))
    unclear: list[EventRow] = []
    zones: dict[str, list[list[EventRow]]] = {}
    for events in series.values():
        # A changed time is one time, whatever rule it carries along; of two rules nobody knows which one holds.
        rules = [one for one in events if one.recurs_instead_at is None]
        followed = [one for one in rules if _is_readable(one)][:1]
        unclear += [one for one in rules if one not in followed]
        kept = [one for one in events if one in followed or one.recurs_instead_at is not None]
        zones.setdefault(str(followed[0].recurrence_zone) if followed else "UTC", []).append(kept)
    for zone, found in zones.items():
        expanded, failed = _expanded(found, zone=zone, window=(start, end))
        times += expanded
        unclear += failed
    far = datetime.max.replace(tzinfo=UTC)
    kept = [one for one in times if _is_within(one, start, end)]
    return Happenings(
        times=sorted(kept, key=lambda one: (one.starts_at or far, one.ends_at or far, str(one.event.id))),
        unclear=unclear,
    )


def _is_within(one: Happening, start: datetime, end: datetime) -> bool:
    if one.starts_at is None:
        return True
    last = one.ends_at or one.starts_at
    return one.starts_at < end and (last > start or one.starts_at == last == start)


def _expanded(
    series: Sequence[Sequence[EventRow]], *, zone: str, window: tuple[datetime, datetime]
) -> tuple[Iterator[Happening], Iterator[EventRow]]:
    """The times of series that go by one clock, and the series whose rule is not followed so far."""
    rows = {str(row.id): row for events in series for row in events}
    objects = [_object(row, of=str(number)) for number, events in enumerate(series) for row in events]
    start, end = window
    found = occurrences(objects, start=start, end=end, zone=ZoneInfo(zone), each=_OF_ONE_AT_MOST)
    times = (_happening(rows[one.event.key], one) for one in found.occurrences)
    return times, (rows[place] for place, _ in found.missing)


def _happening(row: EventRow, one: Occurrence) -> Happening:
    # An end that is the beginning is none that a source has told, unless it did.
    is_told = one.ends > one.starts or row.ends_at is not None
    return Happening(event=row, starts_at=one.starts, ends_at=one.ends if is_told else None)


def _object(row: EventRow, *, of: str) -> Object:
    """The row in the words of the codec; `of` tells the series apart."""
    values: dict[str, str | None] = {"UID": of}
    if row.recurrence_zone is not None and row.recurs_instead_at is None:
        zone = ZoneInfo(row.recurrence_zone)
        values |= _time("STARTS", row.starts_at, zone=zone, is_day=bool(row.is_all_day))
        values |= _time("ENDS", row.ends_at, zone=zone, is_day=bool(row.is_all_day))
        values |= {"RRULE": row.recurrence_text, "RDATES": row.recurrence_also, "EXDATES": row.recurrence_except}
    else:
        # Of one that is taken back before its time was known, the time that it had in its series is all there is.
        values |= _time("STARTS", row.starts_at or row.recurs_instead_at)
        values |= _time("ENDS", row.ends_at)
        values |= _time("RECURRENCE_ID", row.recurs_instead_at)
    return Object(table="CALENDAR_EVENT", key=str(row.id), place=str(row.id), values=values)


def _time(
    column: str, instant: datetime | None, *, zone: ZoneInfo | None = None, is_day: bool = False
) -> Mapping[str, str | None]:
    if instant is None:
        return {}
    if zone is None:
        return {column: f"{instant.astimezone(UTC).replace(tzinfo=None).isoformat()}Z", f"{column}_KIND": "utc"}
    wall = instant.astimezone(zone).replace(tzinfo=None)
    if is_day:
        return {column: wall.date().isoformat(), f"{column}_KIND": "day"}
    return {column: wall.isoformat(), f"{column}_KIND": "zoned", f"{column}_ZONE": zone.key}


def _is_readable(row: EventRow) -> bool:
    """Whether the zone and the lists of times of a series are what the codec gives; other mappings may give others."""
    zone = row.recurrence_zone
    if row.starts_at is None or zone is None or known_zone(zone) != zone:
        return False
    try:
        listed = [one for text in (row.recurrence_except, row.recurrence_also) for one in json.loads(text or "[]")]
        return all(_is_moment(cast("Sequence[object]", one)) for one in listed)
    except (ValueError, TypeError):
        return False


def _is_moment(one: Sequence[object]) -> bool:
    text, kind, zone = one
    datetime.fromisoformat(str(text).removesuffix("Z"))
    return kind in ("day", "utc", "zoned", "floating") and (zone is None or known_zone(str(zone)) == zone)
