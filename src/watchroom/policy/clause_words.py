"""What a clause says, in plain words: for whoever asks why they see a row."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import reduce
from typing import assert_never

from watchroom.model.catalogue import Entity
from watchroom.model.text import Coded, Param, Text
from watchroom.policy.clauses import Clause
from watchroom.policy.conditions import (
    OPENED,
    All,
    Between,
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

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def rows_in_words(clause: Clause, entity: Entity) -> Text:
    """Which rows of its entity a clause shows."""
    if clause.condition == All(parts=()):
        return Text("clause.rows.all")
    return Text("clause.rows.where", {"condition": _condition(clause.condition, entity)})


def condition_in_words(condition: Condition, entity: Entity) -> Text:
    """What a condition on rows of an entity says."""
    return _condition(condition, entity)


def regime_in_words(clause: Clause) -> Text:
    """The legal regime under which a clause gives its rows."""
    return Text(f"regime.{clause.regime}")


def _condition(condition: Condition, entity: Entity) -> Text:
    match condition:
        case All(parts=()):
            return Text("clause.always")
        case Some(parts=()):
            return Text("clause.never")
        case All(parts=parts):
            return _joined([_part(part, entity) for part in parts], _and)
        case Some(parts=parts):
            return _joined([_part(part, entity) for part in parts], _or)
        case Not(part=part):
            return Text("clause.not", {"part": _part(part, entity)})
        case _:
            return _leaf(condition, entity)


def _part(part: Condition, entity: Entity) -> Text:
    """A part of a greater condition, in brackets where several things stand in it."""
    told = _condition(part, entity)
    return Text("clause.bracketed", {"part": told}) if isinstance(part, All | Some) and len(part.parts) > 1 else told


def _leaf(leaf: Compare | Holds | OneOf | Between | IsNull | InFact, entity: Entity) -> Text:
    column = leaf.column
    match leaf:
        case InFact() if leaf.fact.startswith(OPENED):
            return Text("clause.fact.opened", {"column": column})
        case InFact():
            return Text(f"clause.fact.{leaf.fact}", {"column": column})
        case Holds():
            return Text("clause.holds", {"column": column})
        case IsNull():
            return Text("clause.is_null", {"column": column})
        case OneOf():
            values = _joined([Text("clause.value", {"value": _value(leaf, one, entity)}) for one in leaf.values], _or)
            return Text("clause.one_of", {"column": column, "values": values})
        case Compare():
            told = _value(leaf, leaf.operand, entity)
            return Text(f"clause.{leaf.comparator.name.lower()}", {"column": column, "value": told})
        case Between():
            low, high = (_value(leaf, operand, entity) for operand in (leaf.low, leaf.high))
            return Text("clause.between", {"column": column, "low": low, "high": high})
        case _:
            assert_never(leaf)


def _value(leaf: Compare | OneOf | Between, operand: Operand, entity: Entity) -> Param:
    """A constant or a time, codes as what they mean."""
    if isinstance(operand, Now):
        return _time(operand)
    lists = {field.name: field.code_list for field in entity.fields}
    code_list = lists.get(leaf.column)
    return Coded(code_list=code_list, code=operand) if code_list and isinstance(operand, str) else operand


def _time(now: Now) -> Text:
    whole = "today" if now.is_day else "now"
    if not now.ago:
        return Text(f"clause.{whole}")
    if now.ago < timedelta(0):
        ahead = -now.ago
        return Text("clause.days_ahead", {"count": ahead // _DAY}) if now.is_day else _hours(ahead)
    if now.ago % _DAY:
        return Text("clause.hours_ago", {"count": now.ago // _HOUR})
    return Text(f"clause.days_before_{whole}", {"count": now.ago // _DAY})


def _hours(ahead: timedelta) -> Text:
    return Text("clause.ahead", {"count": ahead // _HOUR})


def _joined(parts: Sequence[Text], pair: Callable[[Text, Text], Text]) -> Text:
    return reduce(pair, parts)


def _and(left: Text, right: Text) -> Text:
    return Text("clause.and", {"left": left, "right": right})


def _or(left: Text, right: Text) -> Text:
    return Text("clause.or", {"left": left, "right": right})
