"""Testing a condition on one row in plain Python: three values, as in SQL.

This is the second, independent reading of what the gate writes as SQL; the law tests hold the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import assert_never

from watchroom.policy.conditions import (
    All,
    Between,
    Comparator,
    Compare,
    Condition,
    Holds,
    InFact,
    IsNull,
    Not,
    Now,
    OneOf,
    Operand,
    Some,
)

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of the asker and of the moment.

    Attributes:
        now: node instant, UTC.
        today: day of the node, in its own zone.
        values: fact name -> its values; a fact that is absent is unknown.
        clearances: classifications that the asker is cleared for.
        secret: with which the node makes pseudonyms; None: not known, and there are none.
    """

    now: datetime
    today: date
    values: Mapping[str, tuple[str, ...]]
    clearances: tuple[str, ...]
    secret: bytes | None = None


def evaluate(condition: Condition, row: Row, facts: Facts) -> bool | None:
    """Whether `condition` holds for `row`: True, False, or None for unknown."""
    match condition:
        case All():
            return _every([evaluate(part, row, facts) for part in condition.parts])
        case Some():
            return _some([evaluate(part, row, facts) for part in condition.parts])
        case Not():
            value = evaluate(condition.part, row, facts)
            return None if value is None else not value
        case IsNull():
            return row.get(condition.column) is None
        case Holds():
            value = row.get(condition.column)
            return None if value is None else value is True
        case InFact():
            return _among(row.get(condition.column), facts.values.get(condition.fact))
        case OneOf():
            return _among(row.get(condition.column), condition.values)
        case Between():
            low = _compared(row.get(condition.column), Comparator.GREATER_OR_EQUAL, _value(condition.low, facts))
            high = _compared(row.get(condition.column), Comparator.LESS_OR_EQUAL, _value(condition.high, facts))
            return _every([low, high])
        case Compare():
            return _compared(row.get(condition.column), condition.comparator, _value(condition.operand, facts))
        case _:
            assert_never(condition)


def _every(values: list[bool | None]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def _some(values: list[bool | None]) -> bool | None:
    if True in values:
        return True
    return None if None in values else False


def _among(value: object, values: tuple[object, ...] | None) -> bool | None:
    if values is None:
        return None
    # As PostgreSQL: nothing is among no values, not even the unknown.
    if not values:
        return False
    return None if value is None else value in values


def _value(operand: Operand, facts: Facts) -> object:
    if not isinstance(operand, Now):
        return operand
    return (facts.today if operand.is_day else facts.now) - operand.ago


def _compared(value: object, comparator: Comparator, operand: object) -> bool | None:
    if value is None:
        return None
    match comparator:
        case Comparator.EQUAL:
            return value == operand
        case Comparator.UNEQUAL:
            return value != operand
        case Comparator.LESS:
            return _before(value, operand)
        case Comparator.GREATER:
            return _before(operand, value)
        case Comparator.LESS_OR_EQUAL:
            return not _before(operand, value)
        case Comparator.GREATER_OR_EQUAL:
            return not _before(value, operand)
        case _:
            assert_never(comparator)


def _before(first: object, second: object) -> bool:
    if isinstance(first, datetime) and isinstance(second, datetime):
        return first < second
    if isinstance(first, date) and isinstance(second, date):
        return first < second
    if isinstance(first, int) and isinstance(second, int):
        return first < second
    raise TypeError("only whole numbers, dates and instants have an order")
