"""Reading a condition: SQL's notation, held to an allow-list, so that nothing but a condition can be said.

Allowed: comparison with a constant or with the node's time, AND, OR, NOT, IN with constants, IN with a fact
about the asker, BETWEEN, IS [NOT] NULL, a column of truth values. Everything else is refused by name.
"""

import logging
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from watchroom.policy.conditions import (
    FACTS,
    FACTS_OF_PEOPLE,
    FACTS_WITHOUT_RECORD,
    All,
    Between,
    Comparator,
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
from watchroom.policy.errors import ConditionError

# It repeats what it falls back on for in a warning: the author's text, which may say anything.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

_COMPARATORS: Final[Mapping[type[exp.Expr], Comparator]] = {
    exp.EQ: Comparator.EQUAL,
    exp.NEQ: Comparator.UNEQUAL,
    exp.LT: Comparator.LESS,
    exp.LTE: Comparator.LESS_OR_EQUAL,
    exp.GT: Comparator.GREATER,
    exp.GTE: Comparator.GREATER_OR_EQUAL,
}
_ORDERED: Final = frozenset({"bigint", "date", "timestamptz"})
_SPAN: Final = re.compile(r"^(?P<number>[0-9]{1,5}) ?(?P<unit>[A-Za-z]*)$")
_HOURS: Final[Mapping[str, int]] = {"hour": 1, "day": 24, "week": 168}


def read_condition(text: str, *, columns: Mapping[str, str]) -> Condition:
    """The condition that `text` says.

    Args:
        text: in SQL's notation.
        columns: the columns of the entity with their PostgreSQL types.

    Raises:
        ConditionError: it is no condition, names an unknown column or fact, or says what is not allowed.
    """
    try:
        statements = sqlglot.parse(text, dialect="postgres")
    except SqlglotError:
        raise ConditionError("it cannot be read as a condition; write for example `unit_code in my_units`") from None
    if len(statements) != 1 or statements[0] is None:
        raise ConditionError("it must be one condition, without `;`")
    return _Reader(columns).condition(statements[0])


class _Reader:
    """Turns parsed expressions into conditions on the columns of one entity."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        self._columns = columns

    def condition(self, node: exp.Expr) -> Condition:
        match node:
            case exp.Paren():
                return self.condition(_child(node, "this"))
            case exp.And() | exp.Or():
                return self._joined(node)
            case exp.Not():
                return Not(part=self.condition(_child(node, "this")))
            case exp.Column():
                return self._holds(node)
            case exp.Is():
                return self._is_null(node)
            case exp.In():
                return self._membership(node)
            case exp.Between():
                return self._between(node)
            case _ if type(node) in _COMPARATORS:
                return self._comparison(node)
            case _:
                raise _refused(node)

    def _joined(self, node: exp.Expr) -> Condition:
        parts = (self.condition(_child(node, "this")), self.condition(_child(node, "expression")))
        return All(parts=parts) if isinstance(node, exp.And) else Some(parts=parts)

    def _holds(self, node: exp.Expr) -> Condition:
        name, kind = self._column(node)
        if kind != "boolean":
            raise ConditionError(f"column `{name}` is no truth value; compare it with something")
        return Holds(column=name)

    def _is_null(self, node: exp.Expr) -> Condition:
        name, _ = self._column(_child(node, "this"))
        if not isinstance(node.args.get("expression"), exp.Null):
            raise ConditionError(f"`is` takes only `null` or `not null`, at column `{name}`")
        null = IsNull(column=name)
        return Not(part=null) if node.args.get("negate") else null

    def _membership(self, node: exp.Expr) -> Condition:
        name, kind = self._column(_child(node, "this"))
        listed: list[exp.Expr] = node.args.get("expressions") or []
        fact = node.args.get("field")
        if fact is not None and not listed and not node.args.get("query"):
            return self._fact(name, kind, fact)
        if not listed:
            raise ConditionError(f"`in` at column `{name}` takes a list of constants or a fact about the asker")
        return OneOf(column=name, values=tuple(_constant(value, name, kind) for value in listed))

    def _fact(self, name: str, kind: str, fact: exp.Expr) -> Condition:
        named = fact.name if isinstance(fact, exp.Column) and not fact.table else ""
        if named in FACTS_WITHOUT_RECORD:
            why = FACTS_WITHOUT_RECORD[named]
            raise ConditionError(f"`{named}` would hold nobody: {why}; there are {', '.join(sorted(FACTS))}")
        if named not in FACTS:
            raise ConditionError(f"`{named}` is no fact about the asker; there are {', '.join(sorted(FACTS))}")
        held = "uuid" if named in FACTS_OF_PEOPLE else "text"
        if kind != held:
            holds = "people" if named in FACTS_OF_PEOPLE else "codes"
            raise ConditionError(f"column `{name}` cannot be compared with `{named}`, which holds {holds}")
        return InFact(column=name, fact=named)

    def _between(self, node: exp.Expr) -> Condition:
        name, kind = self._ordered_column(node, node)
        if node.args.get("symmetric"):
            raise _refused(node)
        low, high = _child(node, "low"), _child(node, "high")
        return Between(column=name, low=_operand(low, name, kind), high=_operand(high, name, kind))

    def _comparison(self, node: exp.Expr) -> Condition:
        comparator = _COMPARATORS[type(node)]
        ordering = comparator not in (Comparator.EQUAL, Comparator.UNEQUAL)
        name, kind = self._ordered_column(node, node) if ordering else self._column(_child(node, "this"))
        operand = _operand(_child(node, "expression"), name, kind)
        return Compare(column=name, comparator=comparator, operand=operand)

    def _ordered_column(self, node: exp.Expr, refused: exp.Expr) -> tuple[str, str]:
        name, kind = self._column(_child(node, "this"))
        if kind not in _ORDERED:
            raise ConditionError(f"column `{name}` has no order; use `=`, `<>` or `in` ({refused.key})")
        return name, kind

    def _column(self, node: exp.Expr) -> tuple[str, str]:
        if not isinstance(node, exp.Column) or node.args.get("table") is not None:
            raise ConditionError(f"the left side must be a column of the entity, not `{node.key}`")
        try:
            return node.name, self._columns[node.name]
        except KeyError:
            raise ConditionError(f"the entity has no column `{node.name}`") from None


def _child(node: exp.Expr, name: str) -> exp.Expr:
    # INVARIANT: the parser gives no node without the parts that it must have.
    return node.args[name]


def _refused(node: exp.Expr) -> ConditionError:
    return ConditionError(f"`{node.key}` is not part of the condition language")


def _operand(node: exp.Expr, column: str, kind: str) -> Operand:
    if isinstance(node, exp.Paren):
        return _operand(_child(node, "this"), column, kind)
    if isinstance(node, exp.Sub):
        start = _operand(_child(node, "this"), column, kind)
        if not isinstance(start, Now) or start.ago:
            raise _refused(node)
        return Now(is_day=start.is_day, ago=_span(_child(node, "expression"), whole_days=start.is_day))
    if isinstance(node, exp.CurrentTimestamp | exp.CurrentDate):
        is_day = isinstance(node, exp.CurrentDate)
        if kind != ("date" if is_day else "timestamptz"):
            raise ConditionError(f"column `{column}` holds {kind}: use `current_date` for dates, `now()` for instants")
        return Now(is_day=is_day)
    return _constant(node, column, kind)


def _span(node: exp.Expr, *, whole_days: bool) -> timedelta:
    if not isinstance(node, exp.Interval):
        raise _refused(node)
    number = node.args.get("this")
    unit = node.args.get("unit")
    if unit is not None and not isinstance(unit, exp.Var):
        # As `hour to minute`, by which PostgreSQL means minutes.
        raise _refused(unit)
    text = f"{number.name if isinstance(number, exp.Literal) else ''} {unit.name if unit is not None else ''}".strip()
    found = _SPAN.match(text)
    hours = _HOURS.get(found["unit"].lower().removesuffix("s")) if found else None
    if found is None or hours is None or (whole_days and hours < 24):
        raise ConditionError("an interval is a number of hours, days or weeks; before `current_date`, whole days")
    return timedelta(hours=int(found["number"]) * hours)


def _constant(node: exp.Expr, column: str, kind: str) -> Constant:
    """The constant that `node` writes, in the type of the column."""
    try:
        reader = _CONSTANTS[kind]
    except KeyError:
        raise ConditionError(f"column `{column}` ({kind}) cannot stand in a condition") from None
    constant = reader(node)
    if constant is None:
        raise ConditionError(f"column `{column}` holds {kind}; `{node.key}` is no constant of that type")
    return constant


def _text(node: exp.Expr) -> str | None:
    return node.name if isinstance(node, exp.Literal) and node.is_string else None


def _whole_number(node: exp.Expr) -> int | None:
    if isinstance(node, exp.Neg):
        number = _whole_number(_child(node, "this"))
        return None if number is None else -number
    if isinstance(node, exp.Literal) and not node.is_string and node.name.isascii() and node.name.isdigit():
        number = int(node.name)
        return number if number < 2**63 else None
    return None


def _truth(node: exp.Expr) -> bool | None:
    return bool(node.args["this"]) if isinstance(node, exp.Boolean) else None


def _date(node: exp.Expr) -> date | None:
    text = _text(node)
    try:
        return None if text is None or len(text) != 10 else date.fromisoformat(text)
    except ValueError:
        return None


def _instant(node: exp.Expr) -> datetime | None:
    try:
        instant = datetime.fromisoformat(_text(node) or "")
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None


_CONSTANTS: Final[Mapping[str, Callable[[exp.Expr], Constant | None]]] = {
    "text": _text,
    "bigint": _whole_number,
    "boolean": _truth,
    "date": _date,
    "timestamptz": _instant,
}
