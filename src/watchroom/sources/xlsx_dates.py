"""Dates of a workbook: a number is one because its cell is shown as one (ECMA-376, part 1, 18.8.30)."""

import re
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum

# Formats that are known by number alone; the others stand in the workbook.
_BUILT_IN = {
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 34, 35, 36, *range(50, 59)), "yyyy-mm-dd"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 45, 47), "hh:mm:ss"),
    22: "yyyy-mm-dd hh:mm",
    46: "[h]:mm:ss",
}
_NO_MARKS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]')
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]")
_DAY_SECONDS = 86400
_LAST_DAY = 2_958_466


class Shown(Enum):
    """What a number is shown as."""

    NUMBER = "number"
    DAY = "day"
    TIME = "time"
    INSTANT = "instant"
    ELAPSED = "elapsed"


def shown_as(number: int, code: str | None) -> Shown:
    """What the format of that number, and of that code where the workbook gives one, shows."""
    text = _NO_MARKS.sub("", (code or _BUILT_IN.get(number, "")).lower()).split(";")[0]
    if _ELAPSED.search(text):
        return Shown.ELAPSED
    if "general" in text:
        return Shown.NUMBER
    has_day = any(mark in text for mark in "yd")
    has_time = any(mark in text for mark in "hs")
    if has_day or ("m" in text and not has_time):
        return Shown.INSTANT if has_time else Shown.DAY
    return Shown.TIME if has_time else Shown.NUMBER


def as_written(raw: str, shown: Shown, *, is_1904: bool) -> str | None:
    """The text of a number that is shown so: ISO 8601 without zone; None: it is no such date.

    The day 60 of a workbook that counts from 1900 is the 29th of February of that year, which never was.
    """
    if shown is Shown.NUMBER:
        return raw
    try:
        days = Decimal(raw)
    except InvalidOperation:
        return None
    if not days.is_finite() or not 0 <= days < _LAST_DAY:
        return None
    # A workbook keeps 15 digits, so a time is true to a millisecond and no further.
    milliseconds = int((days * _DAY_SECONDS * 1000).to_integral_value())
    if shown is Shown.ELAPSED:
        seconds, rest = divmod(milliseconds, 1000)
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{_fraction(rest)}"
    whole, within = divmod(milliseconds, _DAY_SECONDS * 1000)
    clock = _clock(within)
    if shown is Shown.TIME and whole == 0:
        return clock
    if not is_1904 and whole in (0, 60):
        return None
    start = datetime(1904, 1, 1) if is_1904 else datetime(1899, 12, 31 if whole < 60 else 30)  # noqa: DTZ001
    try:
        day = (start + timedelta(days=whole)).date().isoformat()
    except OverflowError:
        return None
    return day if shown is Shown.DAY and within == 0 else f"{day}T{clock}"


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{_fraction(rest)}"


def _fraction(milliseconds: int) -> str:
    return f".{milliseconds:03}".rstrip("0") if milliseconds else ""
