"""Which of some rows an asker may know to be at fault: those that they see, with everything that the fault rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString, cast
from uuid import UUID

from psycopg import sql

from watchroom.audit.entries import Act
from watchroom.gate.askers import Asker
from watchroom.gate.door import Asked, Gate, Refused, Seen, View
from watchroom.kernel.named_sql import Query
from watchroom.model.catalogue import Entity
from watchroom.quality.naming import BadRows


@dataclass(frozen=True, slots=True, kw_only=True)
class FlawedRows:
    """The rows of one entity that the asker may know to be at fault: field and id, in the order of the faults."""

    entity: str
    rows: tuple[tuple[str | None, UUID], ...]


def flawed_rows(
    gate: Gate, asker: Asker, *, purpose: str, check: str, faults: Mapping[Entity, Sequence[BadRows]]
) -> Seen[tuple[FlawedRows, ...]] | Refused:
    """Those of the rows that the asker may see for the purpose, recorded as any read. Of the others nothing is said.

    INVARIANT: a row is named only where no field that the fault is told from is withheld from the asker, in the row or
    in what it refers to: else to be named would tell what they may not know.

    Args:
        asker: who asks.
        purpose: dotted name.
        check: its name, for the audit log.
        faults: what is at fault, by entity.
    """

    def look(view: View) -> tuple[FlawedRows, ...]:
        return tuple(
            FlawedRows(
                entity=entity.name,
                rows=tuple((fault.field, row_id) for fault in found for row_id in _visible(view, entity, fault)),
            )
            for entity, found in faults.items()
        )

    what = next(iter(faults)).name if len(faults) == 1 else "quality"
    return gate.read(asker, asked=Asked(purpose=purpose, act=Act.LIST, what=what, detail={"check": check}), look=look)


def _visible(view: View, entity: Entity, fault: BadRows) -> Sequence[UUID]:
    targets = {name: entity.field(name).target or "" for name in fault.beside}
    if not fault.ids or not all(view.may_see(name) for name in (entity.name, *targets.values())):
        return ()
    rows = view.records(_query(entity, fault, targets), ids=list(fault.ids))
    return [cast(UUID, row["id"]) for row in rows]


def _query(entity: Entity, fault: BadRows, targets: Mapping[str, str]) -> Query:
    joins = [
        sql.SQL(" join {} as {} on t.{} = {}.id and not {}.withheld && {}::text[]").format(
            sql.Identifier(target),
            sql.Identifier(name),
            sql.Identifier(name),
            sql.Identifier(name),
            sql.Identifier(name),
            sql.Literal(list(fault.beside[name])),
        )
        for name, target in targets.items()
    ]
    text = sql.SQL(
        "select t.id from {} as t{} where t.id = any(:ids) and not t.withheld && {}::text[] order by t.id"
    ).format(sql.Identifier(entity.name), sql.Composed(joins), sql.Literal(list(fault.rests_on)))
    written = text.as_string()
    translated = cast(LiteralString, written.replace(":ids", "%(ids)s"))
    return Query(name=f"flawed_{entity.name}", parameters=("ids",), text=translated, sql=written)
