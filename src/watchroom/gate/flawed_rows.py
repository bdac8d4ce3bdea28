"""Which rows an asker may know to be at fault: those that they see, with everything that the fault rests on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString, NamedTuple, cast
from uuid import UUID

from psycopg import sql

from watchroom.audit.entries import Act
from watchroom.gate.askers import Asker
from watchroom.gate.door import Asked, Gate, Refused, Seen, View
from watchroom.kernel.named_sql import Query
from watchroom.model.catalogue import Entity
from watchroom.quality.naming import Fault

ROWS_AT_MOST = 1000
"""So many rows one answer names."""

BrokenLinks = Callable[[Entity, Fault], Sequence[UUID]]
"""Gives rows whose reference points to nothing, by id, at most `ROWS_AT_MOST` of them: the whole record tells them."""


class FlawedRow(NamedTuple):
    """A row that the asker may know to be at fault; `field` is None where the whole row is."""

    entity: str
    field: str | None
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Flawed:
    """Rows at fault, in the order of the faults; `is_cut`: there are more than one answer names."""

    rows: tuple[FlawedRow, ...]
    is_cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What rows are sought for.

    Attributes:
        check: its name, for the audit log.
        faults: what it asks of the rows, by entity.
        broken_links: asked of the record only where the asker may be shown rows of the entity.
    """

    check: str
    faults: Mapping[Entity, Sequence[Fault]]
    broken_links: BrokenLinks


def flawed_rows(gate: Gate, asker: Asker, *, purpose: str, sought: Sought) -> Seen[Flawed] | Refused:
    """The rows at fault that the asker may see for the purpose, recorded as any read. Of others nothing is said.

    Who may not ask is refused before anything is looked for, and what is looked at is what the asker is shown.

    INVARIANT: a row is named only where no field that the fault is told from is withheld from the asker, in the row or
    in what it refers to: so it is told from what stands, and never from a field that is empty for them.

    Args:
        gate, asker: the door, and who asks.
        purpose: dotted name.
        sought: what is sought.
    """

    def look(view: View) -> Flawed:
        rows: list[FlawedRow] = []
        for entity, faults in sought.faults.items():
            for fault in faults:
                left = ROWS_AT_MOST + 1 - len(rows)
                if left and all(view.may_see(name) for name in (entity.name, *_targets(entity, fault).values())):
                    found = view.records(_query(entity, fault, sought, at_most=left))
                    rows += [FlawedRow(entity.name, fault.field, cast(UUID, row["id"])) for row in found]
        return Flawed(rows=tuple(rows[:ROWS_AT_MOST]), is_cut=len(rows) > ROWS_AT_MOST)

    what = next(iter(sought.faults)).name if len(sought.faults) == 1 else "quality"
    asked = Asked(purpose=purpose, act=Act.LIST, what=what, detail={"check": sought.check})
    return gate.read(asker, asked=asked, look=look)


def _targets(entity: Entity, fault: Fault) -> Mapping[str, str]:
    return {name: entity.field(name).target or "" for name in fault.beside}


def _query(entity: Entity, fault: Fault, sought: Sought, *, at_most: int) -> Query:
    joins = [
        sql.SQL(" join {} as {} on t.{} = {}.id and not {}.withheld && {}::text[]").format(
            sql.Identifier(target),
            sql.Identifier(name),
            sql.Identifier(name),
            sql.Identifier(name),
            sql.Identifier(name),
            sql.Literal(list(fault.beside[name])),
        )
        for name, target in _targets(entity, fault).items()
    ]
    condition = fault.condition
    if fault.is_link:
        condition = sql.SQL("t.id = any({}::uuid[])").format(sql.Literal(list(sought.broken_links(entity, fault))))
    text = sql.SQL(
        "select t.id from {} as t{} where not t.withheld && {}::text[] and {} order by t.id limit {}"
    ).format(
        sql.Identifier(entity.name),
        sql.Composed(joins),
        sql.Literal(list(fault.rests_on)),
        condition,
        sql.Literal(at_most),
    )
    written = text.as_string()
    # Codes of a list may hold a percent sign, which the driver would take for a parameter.
    translated = cast(LiteralString, written.replace("%", "%%"))
    return Query(name=f"flawed_{entity.name}", parameters=(), text=translated, sql=written)
