"""Agreements as Cedar policies: a second reading of who may see what, which shares no code with `policy` or `gate`.

Only the records that an agreement is read into are used, nothing that decides. Cedar has two truth values and SQL has
three, so each condition is written twice: where it is known to hold, and where it is known not to hold. What is NULL is
an attribute that the entity lacks, and each attribute is asked for with `has` first.

INVARIANT: no policy errs. Cedar skips a `forbid` that errs and then permits; so any error of any policy fails the test.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from cedarpy import Decision, Entities, PolicySet, is_authorized_batch

from policy_cases import SECRET, Asking
from watchroom.model.catalogue import Entity
from watchroom.policy.clauses import Agreement, Clause
from watchroom.policy.conditions import (
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

Row = Mapping[str, object]

# What becomes of a cell, the most first: where clauses differ, the one that shows most counts.
WHOLE, WITHHELD, ABSENT = "whole", "withheld", "absent"
LEVELS = (WHOLE, "day", "month", "year", "area", "pseudonym", "redact", "null")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OPEN, _ROW = "open", "row"
_WHO = {"type": "Asker", "id": "asker"}


class Cedar:
    """The decisions of Cedar under some agreements."""

    def __init__(self, agreements: Sequence[Agreement], asking: Asking) -> None:
        self._policies = PolicySet.from_str("\n".join(_policies(agreements, asking.organisation)))
        self._levels = _levels_of(agreements, asking.organisation)
        self._asker = {
            "uid": _WHO,
            "attrs": {
                "organisation": asking.organisation,
                "roles": list(asking.roles),
                "clearances": list(asking.facts.clearances),
                "opened": sorted(asking.opened),
                **{name: list(values) for name, values in _facts_of(asking).items()},
            },
            "parents": [],
        }
        self._context = {
            "purpose": asking.purpose,
            "right": str(asking.right),
            "now": _number(asking.facts.now),
            "today": _number(asking.facts.today),
        }

    def is_open(self, entity: Entity, rows: Sequence[Row]) -> list[bool]:
        """For each row, whether no exclusion is of it as it stands there."""
        entities = self._entities(entity, rows, closed=[False] * len(rows))
        return self._ask(entity, [(number, _OPEN) for number in range(len(rows))], entities)

    def cells(
        self, entity: Entity, rows: Sequence[Row], *, names: Sequence[str], closed: Sequence[bool]
    ) -> list[dict[str, str]]:
        """For each row, what becomes of each of `names`: a level of LEVELS, WITHHELD, or ABSENT with the row.

        A pseudonym is `pseudonym:` and the label with which its words are made.

        Args:
            entity: of the rows.
            rows: column -> value.
            names: columns to decide about.
            closed: for each row, whether an exclusion hides it.
        """
        levels = {name: [WHOLE, *sorted(self._levels.get((entity.name, name), ()))] for name in names}
        asked = [(number, _ROW) for number in range(len(rows))]
        asked += [
            (number, f"{level}:{name}") for number in range(len(rows)) for name in names for level in levels[name]
        ]
        answers = dict(zip(asked, self._ask(entity, asked, self._entities(entity, rows, closed=closed)), strict=True))
        decided: list[dict[str, str]] = []
        for number in range(len(rows)):
            given = {name: [level for level in levels[name] if answers[number, f"{level}:{name}"]] for name in names}
            if not answers[number, _ROW]:
                # A cell is never shown without its row.
                assert not any(given.values())
                decided.append(dict.fromkeys(names, ABSENT))
                continue
            decided.append({name: min(found, key=_least, default=WITHHELD) for name, found in given.items()})
        return decided

    def _ask(self, entity: Entity, asked: Iterable[tuple[int, str]], entities: Entities) -> list[bool]:
        requests = [
            {
                "principal": _WHO,
                "action": {"type": "Action", "id": action},
                "resource": {"type": entity.name, "id": str(number)},
                "context": self._context,
            }
            for number, action in asked
        ]
        results = is_authorized_batch(requests, self._policies, entities) if requests else []
        for result in results:
            assert not result.diagnostics.errors, result.diagnostics.errors
        return [result.decision is Decision.Allow for result in results]

    def _entities(self, entity: Entity, rows: Sequence[Row], *, closed: Sequence[bool]) -> Entities:
        made: list[object] = [self._asker]
        for number, row in enumerate(rows):
            attrs = {name: _attribute(value) for name, value in row.items() if value is not None}
            uid = {"type": entity.name, "id": str(number)}
            made.append({"uid": uid, "attrs": {**attrs, "closed": closed[number]}, "parents": []})
        return Entities.from_json_str(json.dumps(made))


def _facts_of(asking: Asking) -> Mapping[str, Sequence[str]]:
    """What is known of the asker. A unit brings its establishment."""
    values = asking.facts.values
    sites = {*values["my_sites"], *(unit.split("-")[0] for unit in values["my_units"])}
    return {**{name: [str(one) for one in of] for name, of in values.items()}, "my_sites": sorted(sites)}


def word_of(value: object, label: str) -> object:
    """The word for a value, written down again: nothing of `policy.masks` is used."""
    inner = sha256(SECRET + label.encode() + str(value).encode()).digest()
    word = sha256(SECRET + inner).hexdigest()[:32]
    if not isinstance(value, UUID):
        return word
    number = int(word, 16) & ~(0xF << 76) & ~(0xF << 60)
    return UUID(int=number | 8 << 76 | 8 << 60)


def _least(level: str) -> tuple[int, str]:
    kind, _, label = level.partition(":")
    return LEVELS.index(kind), label


def _level(agreement: Agreement, clause: Clause, name: str, organisation: str) -> str:
    """What a clause leaves of a field."""
    mask = str(clause.masks.get(name, WHOLE))
    if mask != "pseudonym":
        return mask
    named = json.dumps([agreement.provider, organisation, agreement.name], separators=(",", ":"))
    return f"{mask}:{sha256(named.encode()).hexdigest()}"


def _policies(agreements: Sequence[Agreement], organisation: str) -> Iterable[str]:
    yield f'permit(principal, action == Action::"{_OPEN}", resource);'
    yield "forbid(principal, action, resource) when { resource.closed };"
    for agreement in agreements:
        for exclusion in agreement.exclusions:
            for entity, condition in exclusion.conditions.items():
                yield (
                    f'forbid(principal, action == Action::"{_OPEN}", resource is {entity})'
                    f" unless {{ {_fails(condition)} }};"
                )
        for clause in agreement.clauses:
            actions = [_ROW, *(f"{_level(agreement, clause, name, organisation)}:{name}" for name in clause.fields)]
            named = ", ".join(f"Action::{_text(action)}" for action in actions)
            frame = [*_frame_of(agreement, clause), *_room(agreement)]
            yield (
                f"permit(principal, action in [{named}], resource is {clause.entity})"
                f" when {{ {' && '.join([*frame, _holds(clause.condition)])} }};"
            )
        yield from _of_glass(agreement)
        yield from _of_requests(agreement, organisation)


def _of_glass(agreement: Agreement) -> Iterable[str]:
    """What a broken glass shows, written from the agreement's own words; nothing of `opened_clauses` is used."""
    glass = agreement.break_glass
    for addition in () if glass is None else glass.additions:
        actions = [_ROW, *(f"{WHOLE}:{name}" for name in addition.fields)]
        named = ", ".join(f"Action::{_text(action)}" for action in actions)
        frame = [
            f"principal.opened.contains({_text(f'{agreement.name}.{agreement.version}#glass')})",
            *_frame(agreement, roles=addition.roles, purposes=glass.purposes, rights=("read", "list")),
            *_room(agreement),
        ]
        yield (
            f"permit(principal, action in [{named}], resource is {addition.entity})"
            f" when {{ {' && '.join([*frame, _holds(addition.condition)])} }};"
        )


def _of_requests(agreement: Agreement, organisation: str) -> Iterable[str]:
    """What was asked for and given, of those people alone; nothing of `opened_clauses` is used."""
    for asked in agreement.on_request:
        clause = asked.clause
        actions = [_ROW, *(f"{_level(agreement, clause, name, organisation)}:{name}" for name in clause.fields)]
        named = ", ".join(f"Action::{_text(action)}" for action in actions)
        name = f"{agreement.name}.{agreement.version}#request-{asked.name}"
        people, person = _text(f"opened {name}"), "id" if clause.entity == "person" else "person_id"
        frame = [
            f"principal.opened.contains({_text(name)})",
            f"principal has {people} && resource has {person} && principal[{people}].contains(resource.{person})",
            *_frame(agreement, roles=clause.roles, purposes=clause.purposes, rights=("read", "list")),
            *_room(agreement),
        ]
        yield (
            f"permit(principal, action in [{named}], resource is {clause.entity})"
            f" when {{ {' && '.join([*frame, _holds(clause.condition)])} }};"
        )


def _room(agreement: Agreement) -> Iterable[str]:
    """That the row is of a case whose room the asker is in, in its time; nothing of `in_room` is used. Periods are in
    days here, so that none of them depends on the calendar."""
    if agreement.room is None and not any(recipient.member_of for recipient in agreement.recipients):
        return
    yield 'resource has "case_reference" && principal["my_case_rooms"].contains(resource["case_reference"])'
    if agreement.room is None:
        return
    for moment, word in ((agreement.room.opens, ">="), (agreement.room.closes, "<")):
        assert not moment.period.months
        away = moment.period.span // timedelta(microseconds=1) * (-1 if moment.is_before else 1)
        heard = moment.date_field
        yield f"resource has {_text(heard)} && context.now {word} ({_of(heard)} + ({away}))"


def _frame_of(agreement: Agreement, clause: Clause) -> Iterable[str]:
    """What must be so before the rows of a clause are looked at."""
    return _frame(agreement, roles=clause.roles, purposes=clause.purposes, rights=sorted(clause.allow))


def _frame(
    agreement: Agreement, *, roles: Sequence[str], purposes: Sequence[str], rights: Sequence[str]
) -> Iterable[str]:
    recipients = [
        f"(principal.organisation == {_text(recipient.organisation)}"
        f" && principal.roles.containsAny({_set(set(recipient.roles) & set(roles))}))"
        for recipient in agreement.recipients
    ]
    covered = ("official", "official_sensitive")[: 1 + (agreement.highest == "official_sensitive")]
    yield f"({' || '.join(recipients) or 'false'})"
    yield f"{_set(purposes)}.contains(context.purpose)"
    yield f"{_set(rights)}.contains(context.right)"
    yield f"context.today >= {_number(agreement.valid_from)} && context.today <= {_number(agreement.valid_to)}"
    yield f"{_set(covered)}.contains(resource.classification)"
    yield "principal.clearances.contains(resource.classification)"


def _levels_of(agreements: Sequence[Agreement], organisation: str) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for agreement in agreements:
        for clause in (*agreement.clauses, *(one.clause for one in agreement.on_request)):
            for name in clause.masks:
                found.setdefault((clause.entity, name), set()).add(_level(agreement, clause, name, organisation))
    return found


def _holds(condition: Condition) -> str:
    """Where `condition` is known to hold."""
    match condition:
        case All():
            return _joined(" && ", [_holds(part) for part in condition.parts], empty="true")
        case Some():
            return _joined(" || ", [_holds(part) for part in condition.parts], empty="false")
        case Not():
            return _fails(condition.part)
        case _:
            return _leaf(condition, wanted=True)


def _fails(condition: Condition) -> str:
    """Where `condition` is known not to hold; not the opposite of `_holds`: between them lies the unknown."""
    match condition:
        case All():
            return _joined(" || ", [_fails(part) for part in condition.parts], empty="false")
        case Some():
            return _joined(" && ", [_fails(part) for part in condition.parts], empty="true")
        case Not():
            return _holds(condition.part)
        case _:
            return _leaf(condition, wanted=False)


def _leaf(condition: Condition, *, wanted: bool) -> str:
    said = "" if wanted else "!"
    match condition:
        case IsNull():
            return f"{'!' if wanted else ''}(resource has {_text(condition.column)})"
        case Holds():
            return _known(condition.column, f"{said}{_of(condition.column)}")
        case OneOf():
            return _known(condition.column, f"{said}{_set(condition.values)}.contains({_of(condition.column)})")
        case Compare():
            return _known(condition.column, f"{said}({_compared(condition)})")
        case Between():
            value = _of(condition.column)
            within = f"{value} >= {_operand(condition.low)} && {value} <= {_operand(condition.high)}"
            return _known(condition.column, f"{said}({within})")
        case InFact():
            fact = f"principal[{_text(condition.fact)}]"
            among = _known(condition.column, f"{said}{fact}.contains({_of(condition.column)})")
            # Nothing is among no values, not even the unknown.
            either = among if wanted else f"({fact}.isEmpty() || {among})"
            return f"(principal has {_text(condition.fact)} && {either})"
        case _:
            raise TypeError(f"a {type(condition).__name__} is no leaf of a condition that Cedar can be told")


def _compared(condition: Compare) -> str:
    word = {"=": "==", "<>": "!="}.get(condition.comparator.value, condition.comparator.value)
    return f"{_of(condition.column)} {word} {_operand(condition.operand)}"


def _known(column: str, text: str) -> str:
    return f"(resource has {_text(column)} && {text})"


def _of(column: str) -> str:
    return f"resource[{_text(column)}]"


def _joined(joint: str, parts: list[str], *, empty: str) -> str:
    return f"({joint.join(parts)})" if parts else empty


def _operand(operand: Operand) -> str:
    if not isinstance(operand, Now):
        return _literal(operand)
    if operand.is_day:
        return f"(context.today - {operand.ago.days})"
    return f"(context.now - {operand.ago // timedelta(microseconds=1)})"


def _literal(value: object) -> str:
    attribute = _attribute(value)
    match attribute:
        case bool():
            return str(attribute).lower()
        case int():
            return f"({attribute})"
        case _:
            return _text(str(attribute))


def _set(values: Iterable[object]) -> str:
    return f"[{', '.join(_literal(value) for value in values)}]"


def _text(text: str) -> str:
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "_-:.") else f"\\u{{{ord(c):x}}}" for c in text)
    return f'"{plain}"'


def _attribute(value: object) -> object:
    """A value as Cedar has it: days and instants as numbers, what has no order as text."""
    match value:
        case bool() | int():
            return value
        case date():
            return _number(value)
        case UUID():
            return str(value)
        case list() | tuple():
            return [str(part) for part in value]
        case _:
            return str(value)


def _number(moment: date) -> int:
    if isinstance(moment, datetime):
        return (moment - _EPOCH) // timedelta(microseconds=1)
    return moment.toordinal()
