"""A condition of an agreement as SQL on one row; `policy.evaluate` is the same in Python."""

from datetime import timedelta
from typing import LiteralString, assert_never

from psycopg import sql

from watchroom.gate.asking import Asking
from watchroom.policy.conditions import (
    All,
    Between,
    Compare,
    Condition,
    Constant,
    Holds,
    InFact,
    IsNull,
    Not,
    Now,
    OneOf,
    Operand,
    Some,
)

TRUE = sql.SQL("true")
FALSE = sql.SQL("false")


def condition_sql(condition: Condition, *, alias: str, asking: Asking) -> sql.Composable:
    """The SQL text of `condition` on the row that `alias` names; constants are quoted, names are identifiers."""

    def column(name: str) -> sql.Identifier:
        return sql.Identifier(alias, name)

    match condition:
        case All() | Some():
            parts = [condition_sql(part, alias=alias, asking=asking) for part in condition.parts]
            return every(parts) if isinstance(condition, All) else some(parts)
        case Not():
            return sql.SQL("(not {})").format(condition_sql(condition.part, alias=alias, asking=asking))
        case Holds():
            return column(condition.column)
        case IsNull():
            return sql.SQL("({} is null)").format(column(condition.column))
        case InFact():
            return asking.is_among(column(condition.column), condition.fact)
        case OneOf():
            values = sql.SQL(", ").join(_constant(value) for value in condition.values)
            return sql.SQL("({} in ({}))").format(column(condition.column), values)
        case Between():
            return sql.SQL("({} between {} and {})").format(
                column(condition.column), _operand(condition.low, asking), _operand(condition.high, asking)
            )
        case Compare():
            # The comparators are six words of our own.
            comparator: LiteralString = condition.comparator.value
            return sql.SQL("({} {} {})").format(
                column(condition.column), sql.SQL(comparator), _operand(condition.operand, asking)
            )
        case _:
            assert_never(condition)


def needs_fact(condition: Condition) -> bool:
    """Whether `condition` holds of a row only by a fact about the asker: without any facts it is never true."""
    match condition:
        case InFact():
            return True
        case All():
            return any(map(needs_fact, condition.parts))
        case Some():
            return all(map(needs_fact, condition.parts))
        case _:
            # Also what is not in a fact: where there are none, that is true.
            return False


def every(parts: list[sql.Composable]) -> sql.Composable:
    """All of `parts`; true when there is none."""
    return _joined(parts, sql.SQL(" and "), TRUE)


def some(parts: list[sql.Composable]) -> sql.Composable:
    """At least one of `parts`; false when there is none."""
    return _joined(parts, sql.SQL(" or "), FALSE)


def _joined(parts: list[sql.Composable], joint: sql.SQL, empty: sql.SQL) -> sql.Composable:
    if len(parts) == 1:
        return parts[0]
    return sql.SQL("({})").format(joint.join(parts)) if parts else empty


def _operand(operand: Operand, asking: Asking) -> sql.Composable:
    if not isinstance(operand, Now):
        return _constant(operand)
    start = asking.today if operand.is_day else asking.now
    if not operand.ago:
        return start
    if operand.is_day:
        return sql.SQL("({} - {})").format(start, sql.Literal(operand.ago.days))
    hours = operand.ago // timedelta(hours=1)
    return sql.SQL("({} - make_interval(hours => {}))").format(start, sql.Literal(hours))


def _constant(value: Constant) -> sql.Composable:
    return sql.Literal(value)
