"""Times of iCalendar: days, instants of UTC, times of a named zone, and those of whoever reads them (floating)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(r"(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(Z?)")
_DURATION = re.compile(r"([+-]?)P(?:(\d{1,5})W|(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?)")
_UTC = ZoneInfo("UTC")
_ZONE = re.compile(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+){0,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time as it was written.

    Attributes:
        text: ISO 8601: `2026-03-29`, `2026-03-29T09:00:00`, and with `Z` if it is of UTC.
        kind: `day`, `utc`, `zoned` or `floating`.
        zone: name of the IANA zone of a `zoned` one.
    """

    text: str
    kind: str
    zone: str | None = None

    @property
    def wall(self) -> datetime:
        """What clocks show there then; midnight of a day."""
        return datetime.fromisoformat(self.text.removesuffix("Z"))

    def instant(self, zone: ZoneInfo) -> datetime:
        """In UTC; a day begins, and a floating time is, in the zone that is given."""
        return at(self.wall, self.zone_of(zone))

    def zone_of(self, zone: ZoneInfo) -> ZoneInfo:
        """Its own zone, or the one that is given where it has none."""
        return ZoneInfo("UTC") if self.kind == "utc" else ZoneInfo(self.zone) if self.zone else zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A duration: days are days of the clock, whatever their hours; the rest is exact (RFC 5545, 3.3.6)."""

    days: int
    rest: timedelta


def as_read(first: Moment) -> str:
    """When it is: in UTC where that is known, else what clocks show where it is read."""
    return first.text if first.kind in ("day", "floating") else _utc(first.instant(_UTC))


def end_as_read(first: Moment, last: Moment | None, length: Span | None) -> str | None:
    """When what begins then ends, as `as_read` says it; None: it has no length.

    Args:
        first: its beginning.
        last: its end, where one is given.
        length: its duration, where one is given instead.
    """
    if last is not None:
        return as_read(last)
    if length is None:
        return (first.wall + timedelta(days=1)).date().isoformat() if first.kind == "day" else None
    later = first.wall + timedelta(days=min(length.days, 100_000))
    if first.kind in ("day", "floating"):
        return (later + length.rest).isoformat()
    return _utc(at(later, first.zone_of(_UTC)) + length.rest)


def _utc(instant: datetime) -> str:
    return f"{instant.replace(tzinfo=None).isoformat()}Z"


def at(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant in UTC; of an hour that comes twice the first, one that the clock skips by the offset before."""
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def moment(value: str, *, zone: str | None) -> Moment | None:
    """The time; None: it cannot be read. A zone has no meaning for a day or a time of UTC."""
    value = value.strip()
    if found := _DAY.fullmatch(value):
        read = _date(*found.groups())
        return Moment(text=read.isoformat(), kind="day") if read else None
    if found := _TIME.fullmatch(value):
        day = _date(*found.groups()[:3])
        hour, minute, second = (int(one) for one in found.groups()[3:6])
        if day is None or hour > 23 or minute > 59 or second > 60:
            return None
        text = f"{day.isoformat()}T{hour:02}:{minute:02}:{min(second, 59):02}"
        if found.group(7):
            return Moment(text=f"{text}Z", kind="utc")
        return Moment(text=text, kind="zoned", zone=zone) if zone else Moment(text=text, kind="floating")
    return None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        read = date(int(year), int(month), int(day))
    except ValueError:
        return None
    # Within a day of the first and last year, zones would lead out of the calendar.
    return read if 1 < read.year < 9999 else None


def span(value: str) -> Span | None:
    """The duration; None: it cannot be read, is empty, or goes back in time."""
    found = _DURATION.fullmatch(value.strip().upper())
    if found is None or found.group(1) == "-" or not any(found.groups()[1:]):
        return None
    weeks, days, hours, minutes, seconds = (int(one or 0) for one in found.groups()[1:])
    try:
        rest = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        return None
    return Span(days=weeks * 7 + days, rest=rest) if weeks * 7 + days < 100_000 else None


def known_zone(name: str) -> str | None:
    """The IANA zone of that name, of the name that Windows has for it, or of a path that ends in it; None: none."""
    name = name.strip().strip('"')
    name = WINDOWS_TO_OLSON.get(name, name)
    candidates = [name, *("/".join(name.split("/")[-count:]) for count in (3, 2) if name.count("/") >= count)]
    for one in candidates:
        if _ZONE.fullmatch(one):
            try:
                return ZoneInfo(one).key
            except (ZoneInfoNotFoundError, ValueError, OSError):
                continue
    return None


def as_ical(iso: str) -> str:
    """A time of ours as iCalendar writes it."""
    return iso.replace("-", "").replace(":", "")
