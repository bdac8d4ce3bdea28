"""What an agreement opens beside its clauses, for a time: breaking the glass, and a room for one case.

Both are carried here. What a broken glass shows is made into clauses by `opened_clauses`, once the gate says that it is
broken for whoever asks. A room narrows every clause of its agreement, in each decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from watchroom.policy.conditions import All, Comparator, Compare, Condition, InFact, Now
from watchroom.policy.periods import Period

# Bounds of break-glass in the threat model (abuse 13): four hours, and a review within three days.
LONGEST_GLASS = timedelta(hours=4)
LATEST_REVIEW = timedelta(hours=72)
FURTHEST_FROM_CASE = timedelta(days=92)
# What is asked for is given for four weeks at most, and an ask that nobody answers ends after three days.
LONGEST_GIVEN = timedelta(days=28)
LATEST_ANSWER = timedelta(days=3)
# The clause of an opening that was asked for is named so, as `request-medical-alert`, and that of about whom it may be
# asked; no other clause may be.
REQUEST_PREFIX = "request-"
ASK_PREFIX = "ask-"

# The column that says to which case a row belongs, and the fact with which it is compared.
CASE = "case_reference"
MY_CASE_ROOMS = "my_case_rooms"

# Kinds of room that a recipient may have to be a member of.
ROOMS: tuple[str, ...] = ("case_room",)
# What must be given before the glass breaks. A reason is never left out.
NEEDS: tuple[str, ...] = ("reason", "incident", "second_person")
# Who can be told of it. The words of people: messages `told.*`.
TOLD: tuple[str, ...] = (
    "provider-dpo",
    "recipient-dpo",
    "caldicott-guardian",
    "duty-governor",
    "information-governance",
)

# Whose accounts that are, in the organisation that is meant. Nobody here has the office of a Caldicott guardian as a
# role of their own; whoever keeps the agreements is told in their place.
TOLD_ROLES: Mapping[str, tuple[str, ...]] = {
    "provider-dpo": ("information_governance",),
    "recipient-dpo": ("information_governance",),
    "caldicott-guardian": ("information_governance",),
    "duty-governor": ("duty_governor",),
    "information-governance": ("information_governance",),
}
# What an emergency can be. The words of people: messages `glass.reason.*`.
REASONS: tuple[str, ...] = (
    "medical_emergency",
    "self_harm",
    "fire",
    "disorder",
    "missing_person",
    "other_danger_to_life",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """Fields of one entity, of the rows for which `condition` holds, that the broken glass shows to `roles`."""

    entity: str
    roles: tuple[str, ...]
    fields: tuple[str, ...]
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakGlass:
    """Who may be shown more in an emergency.

    Attributes:
        roles: of the agreement.
        purposes: of the agreement, for which it shows anything.
        additions: all that is added; nothing else is.
        needs: what must be given first, of NEEDS.
        lasts: until it closes by itself, at most LONGEST_GLASS.
        review_within: by when it must have been looked at, at most LATEST_REVIEW.
        tell: who is told at once, of TOLD.
        basis: lawful basis of its own; None: that of the agreement.
        line: in the file, from 1; 0: not read from one.
    """

    roles: tuple[str, ...]
    purposes: tuple[str, ...]
    additions: tuple[Addition, ...]
    needs: tuple[str, ...]
    lasts: timedelta
    review_within: timedelta
    tell: tuple[str, ...]
    basis: str | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment before or after a date of the case."""

    period: Period
    is_before: bool
    date_field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """From when to when the room of a case is open; `is_day`: counted from a day, and not from an instant."""

    opens: Moment
    closes: Moment
    is_day: bool = False


def in_room(condition: Condition, room: Room | None) -> Condition:
    """`condition`, for cases of which the asker is a member, while the room of the agreement is open.

    A period that the calendar makes longer or shorter counts as whatever keeps the room closed longer.

    Args:
        condition: of a clause.
        room: None: the agreement names no time, and the room that was opened for the case has its own.
    """
    parts: list[Condition] = [condition, InFact(column=CASE, fact=MY_CASE_ROOMS)]
    if room is not None:
        opens = Now(is_day=room.is_day, ago=latest(room.opens))
        closes = Now(is_day=room.is_day, ago=earliest(room.closes))
        column = room.opens.date_field
        parts.append(Compare(column=column, comparator=Comparator.LESS_OR_EQUAL, operand=opens))
        parts.append(Compare(column=column, comparator=Comparator.GREATER, operand=closes))
    return All(parts=tuple(parts))


def latest(moment: Moment) -> timedelta:
    """The longest time after its date at which a moment can be; negative: it is before."""
    return -moment.period.at_least if moment.is_before else moment.period.at_most


def earliest(moment: Moment) -> timedelta:
    """The shortest time after its date at which a moment can be; negative: it is before."""
    return -moment.period.at_most if moment.is_before else moment.period.at_least
