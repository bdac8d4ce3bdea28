"""The page of access: for each role what it may see of each field, made from the charter itself."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import assert_never

from watchroom.model.catalogue import Catalogue, Entity
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
    Some,
)

_HEAD = """# Who may see what

Made by `python tools/write_reference.py` from the charter that the package ships. A node has a copy of its own,
`charter.yaml`: what stands there counts. A cell holds the rows of which a role sees the field; empty: the role never
sees it, and `withheld` names it on every row that it does see. A mask stands in brackets.

Rows of restricted people are shown to none of these roles. They are counted in every roll all the same. Which row a
role sees also depends on the purpose: the last section names the purposes of each clause. `count` is numbers only,
with nothing under ten.
"""


def as_markdown(agreement: Agreement, model: Catalogue) -> str:
    """The page `docs/reference/access.md`."""
    roles = [role for recipient in agreement.recipients for role in recipient.roles]
    parts = [_HEAD, f"Charter: {agreement.name}, version {agreement.version}, until {agreement.valid_to.isoformat()}."]
    parts += [_table(entity, roles, agreement.clauses) for entity in model.entities.values()]
    parts.append(_clauses(agreement.clauses))
    return "\n\n".join(parts) + "\n"


def _table(entity: Entity, roles: Sequence[str], clauses: Iterable[Clause]) -> str:
    own = [clause for clause in clauses if clause.entity == entity.name]
    lines = [
        f"## {entity.name}",
        "",
        entity.description,
        "",
        f"| field | {' | '.join(roles)} |",
        f"|---|{'---|' * len(roles)}",
    ]
    for field in entity.fields:
        cells = [_cell(field.name, [clause for clause in own if role in clause.roles]) for role in roles]
        lines.append(f"| `{field.name}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(field: str, clauses: Iterable[Clause]) -> str:
    told: list[str] = []
    for clause in clauses:
        if field not in clause.fields:
            continue
        mask = clause.masks.get(field)
        rows = "count" if clause.is_count_only else str(clause.name)
        told.append(rows if mask is None else f"{rows} ({mask.value})")
    return ", ".join(told)


def _clauses(clauses: Iterable[Clause]) -> str:
    lines = ["## Clauses", "", "| clause | entity | rows | purposes |", "|---|---|---|---|"]
    lines += [
        f"| {clause.name} | {clause.entity} | {_rows(clause.condition)} | {', '.join(clause.purposes)} |"
        for clause in clauses
    ]
    return "\n".join(lines)


def _rows(condition: Condition) -> str:
    """Which rows, in the words of the charter."""
    match condition:
        case All(parts=()):
            return "every row"
        case Some(parts=()):
            return "no row"
        case All(parts=parts):
            return " and ".join(_rows(part) for part in parts)
        case Some(parts=parts):
            return f"({' or '.join(_rows(part) for part in parts)})"
        case Not(part=part):
            return f"not ({_rows(part)})"
        case InFact(column=column, fact=fact):
            return f"`{column}` in {fact}"
        case OneOf(column=column, values=values):
            return f"`{column}` in ({', '.join(map(str, values))})"
        case Compare(column=column, comparator=comparator, operand=operand):
            return f"`{column}` {comparator.value} {_operand(operand)}"
        case Between(column=column, low=low, high=high):
            return f"`{column}` between {_operand(low)} and {_operand(high)}"
        case IsNull(column=column):
            return f"`{column}` is empty"
        case Holds(column=column):
            return f"`{column}`"
        case _:
            assert_never(condition)


def _operand(operand: object) -> str:
    if isinstance(operand, Now):
        what = "today" if operand.is_day else "now"
        return f"{what} - {_span(operand.ago)}" if operand.ago else what
    return str(operand)


def _span(ago: timedelta) -> str:
    """In whole days or, where it is none, in hours: conditions know nothing smaller."""
    hours = ago // timedelta(hours=1)
    return f"{hours} hours" if hours % 24 else f"{ago.days} days"
