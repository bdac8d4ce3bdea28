"""The checks that follow from the model: counted of each entity, or taken from the run before where nothing moved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql

from watchroom.model.catalogue import Entity
from watchroom.quality.catalogue import check
from watchroom.quality.counting import Counts, count_again, count_entity, probes_of
from watchroom.quality.kept import Kept, Marks, signature
from watchroom.quality.probes import Around, Probe
from watchroom.quality.results import Result
from watchroom.store.database import Connection
from watchroom.store.tables import table_name

_WITHOUT = sql.SQL(
    "select count(distinct held.person_id) filter (where one.person_id is null), count(distinct held.person_id)"
    " from record.custody_episode as held"
    " left join (select distinct t.person_id from {} as t) as one on held.person_id = one.person_id"
    " where held.is_active"
)
_PEOPLE = "people_without"
_EPISODE = "custody_episode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What was counted of one entity.

    Attributes:
        entity: which.
        counts: by source; nothing where it has no rows.
        kept: to be taken from the next time; None: it cannot be read.
    """

    entity: Entity
    counts: Mapping[str, Counts]
    kept: Kept | None = None


def counted(
    connection: Connection, *, around: Around, marks: Marks, before: Mapping[str, Kept] = {}
) -> Iterator[Counted]:
    """What is counted of each entity; one that cannot be read has nothing to be kept.

    Args:
        connection: as loader.
        around: of the node.
        marks: up to which sequence each entity was written.
        before: what was kept of the run before, by entity.
    """
    for entity in around.model.entities.values():
        if entity.name not in marks:
            yield Counted(entity=entity, counts={}, kept=Kept(signature="", counted_at=around.now, counts={}))
            continue
        sign = signature(entity, around=around, marks=marks)
        earlier = before.get(entity.name)
        try:
            with connection.transaction():
                if earlier is not None and earlier.holds(sign, now=around.now):
                    counts = _moved_on(connection, entity, earlier, around=around)
                    at = earlier.counted_at
                else:
                    counts, at = count_entity(connection, entity, around), around.now
            yield Counted(entity=entity, counts=counts, kept=Kept(signature=sign, counted_at=at, counts=counts))
        except psycopg.Error:
            yield Counted(entity=entity, counts={})


def _moved_on(connection: Connection, entity: Entity, earlier: Kept, *, around: Around) -> Mapping[str, Counts]:
    """What was kept, with those counted again to which the time alone may have done something."""
    open_: list[Probe] = []
    for probe in probes_of(entity, around):
        key = probe.check.name, probe.field
        if not all(probe.is_settled(*counts[key]) for counts in earlier.counts.values()):
            open_.append(probe)
    if not open_:
        return earlier.counts
    again = count_again(connection, entity, open_, around=around, sources=earlier.counts)
    return {source: {**counts, **again[source]} for source, counts in earlier.counts.items()}


def results_of(found: Counted, around: Around) -> Iterator[Result]:
    """The results of an entity, of all sources together; of one that cannot be read errors."""
    for probe in probes_of(found.entity, around):
        key = probe.check.name, probe.field
        told = [counts[key] for counts in found.counts.values()]
        yield Result(
            check=probe.check,
            entity=found.entity.name,
            field=probe.field,
            bad=sum(bad for bad, _ in told),
            of=sum(of for _, of in told),
            is_error=found.kept is None,
        )


def people_counted(
    connection: Connection, *, around: Around, marks: Marks, before: Mapping[str, Kept]
) -> Iterator[tuple[Result, Kept | None]]:
    """How many people in custody have no row of each entity about people, and what is to be kept of it.

    Of what no source gives nobody is without.
    """
    for entity in around.model.entities.values():
        if not any(field.name == "person_id" and field.target == "person" for field in entity.fields):
            continue
        sign = f"{marks.get(entity.name, 0)} {marks.get(_EPISODE, 0)}"
        kept = before.get(f"{_PEOPLE} {entity.name}")
        try:
            if kept is None or not kept.holds(sign, now=around.now):
                bad, of = _without(connection, entity) if {entity.name, _EPISODE} <= marks.keys() else (0, 0)
                counts: dict[str, Counts] = {"": {(_PEOPLE, None): (bad, of)}}
                kept = Kept(signature=sign, counted_at=around.now, counts=counts)
        except psycopg.Error:
            yield Result(check=check(_PEOPLE), entity=entity.name, bad=0, of=0, is_error=True), None
        else:
            bad, of = kept.counts[""][_PEOPLE, None]
            yield Result(check=check(_PEOPLE), entity=entity.name, bad=bad, of=of), kept


def _without(connection: Connection, entity: Entity) -> tuple[int, int]:
    with connection.transaction():
        filled = connection.execute(
            sql.SQL("select exists (select from {})").format(table_name(entity.name))
        ).fetchone()
        if filled is None or not filled[0]:
            return 0, 0
        bad, of = connection.execute(_WITHOUT.format(table_name(entity.name))).fetchone() or (0, 0)
        return bad, of
