"""Rules of repetition (RFC 5545, 3.3.10) followed on a wall clock, by days, weeks, months and years.

The usual library walks on to the year 9999 where a rule fits no day, by seconds if it has to, and stumbles over some.
Here a rule costs the days between its start and the end that was asked for, and all rules of a calendar share one
bound; tests hold the times against those of the library.
"""

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_RANGES = {
    "BYMONTH": (1, 12, False),
    "BYMONTHDAY": (1, 31, True),
    "BYYEARDAY": (1, 366, True),
    "BYWEEKNO": (1, 53, True),
    "BYSETPOS": (1, 366, True),
    "BYHOUR": (0, 23, False),
    "BYMINUTE": (0, 59, False),
    "BYSECOND": (0, 59, False),
}
# What makes sense with which frequency only.
_NOT_WITH = {"BYYEARDAY": _FREQUENCIES[:3], "BYWEEKNO": _FREQUENCIES[:3], "BYMONTHDAY": ("WEEKLY",)}
_WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_LONGEST = 1000
_YEARS_AT_MOST = 200
_TIMES_OF_A_DAY_AT_MOST = 1440


class RuleError(ValueError):
    """A rule that cannot be followed; the text says why and repeats nothing of it."""


@dataclass(slots=True)
class Steps:
    """How many days and times may still be looked at."""

    left: int = 1_000_000

    def take(self, number: int) -> None:
        """Count them.

        Raises:
            RuleError: there are no more.
        """
        self.left -= number
        if self.left < 0:
            raise RuleError("the rules of the calendar have too many times to follow")


class Rule:
    """A rule that can be followed."""

    def __init__(self, text: str, first: datetime, *, zone: ZoneInfo) -> None:
        """Read it.

        Args:
            text: the value of an RRULE.
            first: the start of the event, on the clock of its zone.
            zone: of that clock.

        Raises:
            RuleError: it cannot be read, or repeats by less than days.
        """
        parts = _parts(text)
        self._first = first
        self._frequency = parts["FREQ"]
        self._interval = int(parts.get("INTERVAL", "1"))
        self._count = int(parts["COUNT"]) if "COUNT" in parts else None
        self._until = _until(parts.get("UNTIL"), zone)
        self._week_start = _DAYS.index(parts.get("WKST", "MO"))
        self._by = {name: _numbers(name, parts[name]) for name in _RANGES if name in parts}
        self._weekdays = _weekdays(parts.get("BYDAY"), is_ordinal_known=self._frequency in ("MONTHLY", "YEARLY"))
        self._check()
        self._fill_in()
        self._times = self._clock_times()

    def _check(self) -> None:
        for name in self._by:
            if self._frequency in _NOT_WITH.get(name, ()):
                raise RuleError("the rule has a part that does not go with what it repeats by")
        if "BYWEEKNO" in self._by and (self._week_start or any(ordinal for ordinal, _ in self._weekdays)):
            raise RuleError("the rule numbers weeks in a way that is not followed")
        if "BYSETPOS" in self._by and not (self._weekdays or len(self._by) > 1):
            raise RuleError("the rule picks from times that it does not name")

    def _fill_in(self) -> None:
        """What the start says where the rule does not."""
        says_day = self._weekdays or self._by.keys() & {"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"}
        if self._frequency == "WEEKLY" or ("BYWEEKNO" in self._by and self._frequency == "YEARLY"):
            if not (self._weekdays or self._by.keys() & {"BYMONTHDAY", "BYYEARDAY"}):
                self._weekdays = ((0, self._first.weekday()),)
        elif self._frequency in ("MONTHLY", "YEARLY") and not says_day:
            self._by["BYMONTHDAY"] = frozenset({self._first.day})
            if self._frequency == "YEARLY":
                self._by.setdefault("BYMONTH", frozenset({self._first.month}))

    def _clock_times(self) -> list[time]:
        hours, minutes, seconds = (
            sorted(self._by.get(name, {default}))
            for name, default in (
                ("BYHOUR", self._first.hour),
                ("BYMINUTE", self._first.minute),
                ("BYSECOND", self._first.second),
            )
        )
        if len(hours) * len(minutes) * len(seconds) > _TIMES_OF_A_DAY_AT_MOST:
            raise RuleError("the rule has more times in a day than minutes")
        return [time(*one) for one in product(hours, minutes, seconds)]

    def walls(self, last: datetime, steps: Steps) -> Iterator[datetime]:
        """What the clock shows at its times before `last`; the start is one whether or not the rule fits it.

        Raises:
            RuleError: they are too many, or it began centuries before.
        """
        if last.year - self._first.year > _YEARS_AT_MOST:
            raise RuleError(f"the event began more than {_YEARS_AT_MOST} years before")
        if self._first < last:
            yield self._first
        number = 0
        for days in self._periods(last.date()):
            found = sorted(datetime.combine(day, one) for day in days if self._fits(day) for one in self._times)
            steps.take(len(days) + len(found))
            for wall in self._picked(found):
                if wall < self._first:
                    continue
                number += 1
                is_over = self._count is not None and number > self._count
                if wall >= last or is_over or (self._until is not None and wall > self._until):
                    return
                if wall != self._first:
                    yield wall

    def _periods(self, last: date) -> Iterator[list[date]]:
        """The days of each day, week, month or year that counts, up to the one of `last`."""
        first = self._first.date()
        if self._frequency == "DAILY":
            while first <= last:
                yield [first]
                first = _later(first, self._interval)
        elif self._frequency == "WEEKLY":
            first -= timedelta(days=(first.weekday() - self._week_start) % 7)
            while first <= last:
                yield [_later(first, number) for number in range(7)]
                first = _later(first, 7 * self._interval)
        else:
            months = 12 if self._frequency == "YEARLY" else 1
            number = (first.year * 12 + first.month - 1) // months
            while number * months <= last.year * 12 + last.month - 1:
                yield [day for month in range(months) for day in _month(number * months + month)]
                number += self._interval

    def _fits(self, day: date) -> bool:
        by = self._by
        length = calendar.monthrange(day.year, day.month)[1]
        if "BYMONTH" in by and day.month not in by["BYMONTH"]:
            return False
        if "BYMONTHDAY" in by and not by["BYMONTHDAY"] & {day.day, day.day - length - 1}:
            return False
        if "BYYEARDAY" in by:
            number, days = day.timetuple().tm_yday, 366 if calendar.isleap(day.year) else 365
            if not by["BYYEARDAY"] & {number, number - days - 1}:
                return False
        if "BYWEEKNO" in by:
            year, week, _ = day.isocalendar()
            weeks = date(year, 12, 28).isocalendar()[1]
            if not by["BYWEEKNO"] & {week, week - weeks - 1}:
                return False
        return not self._weekdays or self._is_weekday(day, length)

    def _is_weekday(self, day: date, length: int) -> bool:
        number, days = day.day, length
        if self._frequency == "YEARLY" and "BYMONTH" not in self._by:
            number, days = day.timetuple().tm_yday, 366 if calendar.isleap(day.year) else 365
        ordinals = {0, (number + 6) // 7, -((days - number) // 7 + 1)}
        return any(weekday == day.weekday() and ordinal in ordinals for ordinal, weekday in self._weekdays)

    def _picked(self, found: list[datetime]) -> list[datetime]:
        if "BYSETPOS" not in self._by:
            return found
        places = {place - 1 if place > 0 else len(found) + place for place in self._by["BYSETPOS"]}
        return [found[place] for place in sorted(places) if 0 <= place < len(found)]


def _later(day: date, number: int) -> date:
    """The day so many days later; the last day of the calendar where there is none."""
    return date.fromordinal(min(day.toordinal() + number, date.max.toordinal()))


def _month(number: int) -> list[date]:
    """The days of the month of that number, counted from the year 0."""
    year, month = divmod(number, 12)
    return [date(year, month + 1, day) for day in range(1, calendar.monthrange(year, month + 1)[1] + 1)]


def _parts(text: str) -> Mapping[str, str]:
    if len(text) > _LONGEST:
        raise RuleError("the rule is too long")
    parts: dict[str, str] = {}
    for one in text.upper().replace(" ", "").strip(";").split(";"):
        name, _, value = one.partition("=")
        if name in parts or not value or name not in {"FREQ", "UNTIL", "COUNT", "INTERVAL", "WKST", "BYDAY", *_RANGES}:
            raise RuleError("the rule has a part that is not known, is empty, or comes twice")
        parts[name] = value
    if parts.get("FREQ") not in _FREQUENCIES:
        raise RuleError("the rule repeats by less than days, or does not say by what")
    if parts.get("WKST", "MO") not in _DAYS or {"UNTIL", "COUNT"} <= parts.keys():
        raise RuleError("the rule ends twice, or begins its weeks on no day")
    if not all(re.fullmatch(r"[1-9]\d{0,5}", parts[name], re.ASCII) for name in ("COUNT", "INTERVAL") if name in parts):
        raise RuleError("the rule has a number that is none")
    return parts


def _numbers(name: str, text: str) -> frozenset[int]:
    low, high, may_be_negative = _RANGES[name]
    numbers: set[int] = set()
    for one in text.split(","):
        if not re.fullmatch(r"[+-]?\d{1,3}", one, re.ASCII):
            raise RuleError("the rule has a number that is none")
        number = int(one)
        if not low <= (abs(number) if may_be_negative else number) <= high:
            raise RuleError("the rule has a number that is none")
        numbers.add(number)
    return frozenset(numbers)


def _weekdays(text: str | None, *, is_ordinal_known: bool) -> tuple[tuple[int, int], ...]:
    """Which one of the period (0: every) and day of the week, Monday 0."""
    found: list[tuple[int, int]] = []
    for one in text.split(",") if text else ():
        read = _WEEKDAY.fullmatch(one)
        ordinal = int(read.group(1) or 0) if read else 0
        if read is None or (ordinal and not is_ordinal_known) or (read.group(1) and not 1 <= abs(ordinal) <= 53):
            raise RuleError("the rule names a day of the week that is none")
        found.append((ordinal, _DAYS.index(read.group(2))))
    return tuple(found)


def _until(text: str | None, zone: ZoneInfo) -> datetime | None:
    """On the clock of the zone; a day means all of it."""
    if text is None:
        return None
    try:
        if len(text) == 8:
            return datetime.combine(datetime.strptime(text, "%Y%m%d").date(), time.max)  # noqa: DTZ007  a wall clock
        read = datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007  a wall clock
        return read.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) if text.endswith("Z") else read
    except (ValueError, OverflowError) as error:
        raise RuleError("the end of the rule cannot be read") from error
