"""When an answer is due. Pure."""

from calendar import monthrange
from datetime import date
from enum import StrEnum

# From so many days before it is due, a request is said to be due soon.
SOON_DAYS = 7


class Due(StrEnum):
    """How a request stands against its day."""

    ANSWERED = "answered"
    IN_TIME = "in_time"
    SOON = "soon"
    LATE = "late"


def due_on(received_on: date) -> date:
    """The day by which a request has to be answered: the same day of the next month, or the last one that it has.

    Data Protection Act 2018, s.54: one month from the day of receipt. The day is not moved when it is no working day,
    so an agency answers rather too early.
    """
    year, month = divmod(received_on.year * 12 + received_on.month, 12)
    return date(year, month + 1, min(received_on.day, monthrange(year, month + 1)[1]))


def due_state(received_on: date, *, today: date, is_answered: bool) -> Due:
    """How a request stands on a day."""
    left = (due_on(received_on) - today).days
    if is_answered:
        return Due.ANSWERED
    if left < 0:
        return Due.LATE
    return Due.SOON if left <= SOON_DAYS else Due.IN_TIME
