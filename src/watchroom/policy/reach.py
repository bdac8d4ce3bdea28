"""Whether a condition could hold for a row of which one column is known: never "no" where it could."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product

from watchroom.policy.conditions import All, Compare, Condition, Constant, Holds, IsNull, Not, Now, OneOf, Some
from watchroom.policy.evaluate import Facts, evaluate

Outcomes = frozenset[bool | None]

_ANY: Outcomes = frozenset({True, False, None})
# The leaves that are evaluated here ask neither for the moment nor for facts.
_NOBODY = Facts(now=datetime(1, 1, 1, tzinfo=UTC), today=date(1, 1, 1), values={}, clearances=())
# A value that no condition names: it stands for all of those.
_UNNAMED = "\0"


def can_hold_outside(condition: Condition, *, column: str, safe: frozenset[Constant]) -> bool:
    """Whether `condition` could hold for a row whose `column` holds something that is not among `safe`, or nothing.

    What other columns hold, who asks and when counts as unknown, so the answer errs on the side of "yes".
    """
    others: set[Constant | None] = {None, True, False}
    if not safe or not all(isinstance(value, bool) for value in safe):
        others |= {_UNNAMED, *_constants(condition, column)}
    return any(True in _outcomes(condition, column, value) for value in others - safe)


def _outcomes(condition: Condition, column: str, value: Constant | None) -> Outcomes:
    match condition:
        case All(parts=parts):
            return _joined([_outcomes(part, column, value) for part in parts], neutral=True)
        case Some(parts=parts):
            return _joined([_outcomes(part, column, value) for part in parts], neutral=False)
        case Not(part=part):
            return frozenset(None if one is None else not one for one in _outcomes(part, column, value))
        case IsNull() | Holds() | OneOf() if condition.column == column:
            return frozenset({evaluate(condition, {column: value}, _NOBODY)})
        case Compare(operand=operand, comparator=comparator) if condition.column == column:
            if isinstance(operand, Now) or comparator not in ("=", "<>"):
                return _ANY
            return frozenset({evaluate(condition, {column: value}, _NOBODY)})
        case _:
            return _ANY


def _joined(parts: list[Outcomes], *, neutral: bool) -> Outcomes:
    """The outcomes of AND (`neutral` true) or of OR."""
    found: Outcomes = frozenset({neutral})
    for part in parts:
        found = frozenset(_pair(left, right, neutral=neutral) for left, right in product(found, part))
    return found


def _pair(left: bool | None, right: bool | None, *, neutral: bool) -> bool | None:  # noqa: FBT001  three values of SQL
    if (not neutral) in (left, right):
        return not neutral
    return None if None in (left, right) else neutral


def _constants(condition: Condition, column: str) -> Iterator[Constant]:
    match condition:
        case All(parts=parts) | Some(parts=parts):
            for part in parts:
                yield from _constants(part, column)
        case Not(part=part):
            yield from _constants(part, column)
        case OneOf(values=values) if condition.column == column:
            yield from values
        case Compare(operand=operand) if condition.column == column and not isinstance(operand, Now):
            yield operand
        case _:
            pass
