"""Spans of time as agreements write them: ISO 8601 durations, such as `P90D`, `PT4H` or `P7Y`."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

_FORM: Final = re.compile(
    r"P(?=[0-9T])(?:(?P<years>[0-9]{1,2})Y)?(?:(?P<months>[0-9]{1,3})M)?(?:(?P<weeks>[0-9]{1,3})W)?"
    r"(?:(?P<days>[0-9]{1,4})D)?(?:T(?=[0-9])(?:(?P<hours>[0-9]{1,4})H)?(?:(?P<minutes>[0-9]{1,4})M)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A span of time.

    Attributes:
        months: whole months of the calendar, years as twelve.
        span: what is said in weeks, days, hours and minutes.
    """

    months: int = 0
    span: timedelta = timedelta(0)

    @property
    def at_most(self) -> timedelta:
        """No stretch of the calendar that the period can mean is longer."""
        years, months = divmod(self.months, 12)
        return timedelta(days=366 * years + 31 * months) + self.span

    @property
    def at_least(self) -> timedelta:
        """No stretch of the calendar that the period can mean is shorter."""
        years, months = divmod(self.months, 12)
        return timedelta(days=365 * years + 28 * months) + self.span


def period_of(text: str) -> Period | None:
    """The period that an ISO 8601 duration says; None: it says none, or one of no length."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    number = {name: int(digits or 0) for name, digits in found.groupdict().items()}
    span = timedelta(**{name: number[name] for name in ("weeks", "days", "hours", "minutes")})
    period = Period(months=12 * number["years"] + number["months"], span=span)
    return period if period != Period() else None
