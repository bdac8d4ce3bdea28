"""Dates and times of messages: kept as they are written, checked that they can be read at all."""

import re
from datetime import date, datetime

from watchroom.sources.codecs.part import Part
from watchroom.sources.faults import FaultCode

_INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?([Zz]|[+-]\d{2}:?\d{2}(?::\d{2})?)?"
)
_PARTIAL = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?")


def instant(part: Part, name: str, *, needs_zone: bool = True) -> str | None:
    """The member as written; a fault beside it where it is no date with a time (and an offset, where it needs one)."""
    text = part.text(name)
    if text is not None and not is_instant(text, needs_zone=needs_zone):
        _unreadable(part, name)
    return text


def partial_date(part: Part, name: str) -> str | None:
    """The member as written; a fault beside it where it is no year, month, day or instant."""
    text = part.text(name)
    if text is not None and not (_PARTIAL.fullmatch(text) or _is_day(text) or is_instant(text)):
        _unreadable(part, name)
    return text


def is_instant(text: str, *, needs_zone: bool = True) -> bool:
    """Whether the text names an instant (RFC 3339, also without seconds); a leap second counts as one."""
    found = _INSTANT.fullmatch(text)
    if found is None or not _is_day(found.group(1)):
        return False
    hour, minute, second = int(found.group(2)), int(found.group(3)), int(found.group(4) or 0)
    return hour < 24 and minute < 60 and second <= 60 and (found.group(5) is not None or not needs_zone)


def order(text: str | None) -> datetime | None:
    """The instant, to compare it with others; None: it cannot be read or has no offset."""
    try:
        read = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return read if read is not None and read.tzinfo is not None else None


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and date.fromisoformat(text).year > 0
    except ValueError:
        return False


def _unreadable(part: Part, name: str) -> None:
    part.fault(FaultCode.ELEMENT_UNREADABLE, "the date or time cannot be read; it is kept as it was sent", name=name)
