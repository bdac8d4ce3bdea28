"""Checks that follow from the model: one statement per entity counts all its fields at once."""

from collections.abc import Iterator, Sequence

import psycopg
from psycopg import sql

from watchroom.model.catalogue import Catalogue, Entity
from watchroom.quality.catalogue import check
from watchroom.quality.probes import Around, Probe, plain_probes
from watchroom.quality.probes_of_codes import code_probes
from watchroom.quality.probes_of_times import time_probes
from watchroom.quality.results import Result
from watchroom.store.composing import commas
from watchroom.store.database import Connection
from watchroom.store.tables import table_name

_FROM = sql.SQL("from {} as t")
_JOIN = sql.SQL(" left join {} as {} on {} = {}")
_HELD = sql.SQL("select ep.person_id from record.custody_episode as ep where ep.is_active")


def probes_of(entity: Entity, around: Around) -> tuple[Probe, ...]:
    """Everything that is counted of an entity."""
    return (*plain_probes(entity, around), *code_probes(entity, around), *time_probes(entity, around))


def derived_results(connection: Connection, *, around: Around) -> Iterator[Result]:
    """The results of all checks that count rows of an entity; those of an entity that cannot be read are errors."""
    for entity in around.model.entities.values():
        probes = probes_of(entity, around)
        try:
            with connection.transaction():
                counts = connection.execute(counting(entity, probes, model=around.model)).fetchone() or ()
        except psycopg.Error:
            counts = ()
        yield from _results(entity, probes, counts)


def _results(entity: Entity, probes: Sequence[Probe], counts: Sequence[int]) -> Iterator[Result]:
    if not counts:
        for probe in probes:
            yield Result(check=probe.check, entity=entity.name, field=probe.field, bad=0, of=0, is_error=True)
        return
    rows, without, people = counts[:3]
    for probe, bad, of in zip(probes, counts[3::2], counts[4::2], strict=True):
        yield Result(check=probe.check, entity=entity.name, field=probe.field, bad=bad, of=of)
    if _is_of_people(entity):
        # Of what no source gives nobody is without.
        found = (without, people) if rows else (0, 0)
        yield Result(check=check("people_without"), entity=entity.name, bad=found[0], of=found[1])


def counting(entity: Entity, probes: Sequence[Probe], *, model: Catalogue) -> sql.Composed:
    """The one statement of an entity.

    Its one row: rows; people in custody of whom there is none, and all people in custody; then for each probe the bad
    rows and those that were looked at.
    """
    counts = [
        count
        for probe in probes
        for count in (
            sql.SQL("count(*) filter (where {} and {})").format(probe.of, probe.bad),
            sql.SQL("count(*) filter (where {})").format(probe.of),
        )
    ]
    without: list[sql.Composable] = [sql.SQL("0"), sql.SQL("0")]
    if _is_of_people(entity):
        table = table_name(entity.name)
        without = [
            sql.SQL("(select count(*) from (({}) except (select one.person_id from {} as one)) as nobody)").format(
                _HELD, table
            ),
            sql.SQL("(select count(distinct held.person_id) from ({}) as held)").format(_HELD),
        ]
    return sql.SQL("select {} {}").format(
        commas([sql.SQL("count(*)"), *without, *counts]), source_of(entity, probes, model=model)
    )


def bad_keys(entity: Entity, probe: Probe, *, model: Catalogue) -> sql.Composed:
    """The statement that gives the ids of the rows that a probe counts as bad. Nobody is shown them but by the gate."""
    return sql.SQL("select t.id as key {} where {} and {}").format(
        source_of(entity, [probe], model=model), probe.of, probe.bad
    )


def source_of(entity: Entity, probes: Sequence[Probe], *, model: Catalogue) -> sql.Composed:
    """The table, with what its references point to where a probe looks at it."""
    parts: list[sql.Composable] = [_FROM.format(table_name(entity.name))]
    for name in dict.fromkeys(name for probe in probes for name in probe.joins):
        target = model.entity(entity.field(name).target or "")
        parts.append(
            _JOIN.format(
                table_name(target.name), sql.Identifier(name), sql.Identifier("t", name), sql.Identifier(name, "id")
            )
        )
    return sql.Composed(parts)


def _is_of_people(entity: Entity) -> bool:
    return any(field.name == "person_id" and field.target == "person" for field in entity.fields)
