"""How a delivery looks: how many records of each entity it gives, how many have a value, how many have each code.

It is measured of what the delivery staged, before it is sealed, and kept for as many deliveries as are compared and
told. Of many rows a sample is measured, the same one again of the same rows: it costs a batch next to nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from psycopg import sql

from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Entity, FieldKind
from watchroom.store.composing import commas
from watchroom.store.database import Connection
from watchroom.store.staging import key_name, staging_of, staging_table

_QUERIES = load_queries("watchroom.quality", "profiles.sql")
SAMPLE = 20_000
"""Of more rows so many are looked at. A share of them is right within 0.7 percentage points, 19 times in 20."""
DELIVERIES_KEPT = 13
"""So many deliveries of each source are kept: twelve to tell, and the one before them."""

_LOOK = sql.SQL(
    "with looked as materialized (select {columns} from {stage} as s {sample} where not s.held)"
    " insert into ingest.delivery_profile (source_system, seq, entity, field, code, number, of)"
    " select {source}, {seq}, {entity}, told.field, told.code, told.number, told.of from ({parts}) as told"
)
_FILLED = sql.SQL(
    "select given.field, null::text as code, given.number, every.of from (select count(*) as of, {counts} from looked)"
    " as every cross join lateral (values {pairs}) as given (field, number)"
)
_CODES = sql.SQL(
    "select given.field, given.code, count(*), sum(count(*)) over (partition by given.field)::bigint from looked"
    " cross join lateral (values {pairs}) as given (field, code)"
    " where given.code is not null group by given.field, given.code"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one delivery looks.

    Attributes:
        seq: its sealed sequence.
        rows: records, by entity.
        filled: of how many records how many have a value, by entity and field: with a value, of.
        codes: how many of the records that were looked at have each code, by entity and field.
    """

    seq: int
    rows: Mapping[str, int] = field(default_factory=dict[str, int])
    filled: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict[tuple[str, str], tuple[int, int]])
    codes: Mapping[tuple[str, str], Mapping[str, int]] = field(default_factory=dict[tuple[str, str], Mapping[str, int]])


def measure_delivery(
    connection: Connection, given: Sequence[tuple[Entity, int]], *, unmoved: Sequence[str], source: str, seq: int
) -> None:
    """Keep how a delivery looks, and let go of the oldest one of its source.

    Args:
        connection: the batch's own, with its staging tables.
        given: entities that have to be looked at, each with how many records of it the delivery gives.
        unmoved: names of entities of which it gives what the one before gave.
        source: name of its source.
        seq: that its rows are stamped with.
    """
    told = {"source_system": source, "seq": seq, "at_most": DELIVERIES_KEPT}
    if unmoved:
        connection.execute(_QUERIES["take_over"].text, {**told, "entities": list(unmoved)})
    for entity, rows in given:
        connection.execute(_QUERIES["keep_rows"].text, {**told, "entity": entity.name, "rows": rows})
        connection.execute(_look(entity, rows, source=source, seq=seq))
    connection.execute(_QUERIES["forget_deliveries"].text, told)


def _look(entity: Entity, rows: int, *, source: str, seq: int) -> sql.Composed:
    columns = {one.name: key_name(one) if one.kind is FieldKind.REFERENCE else one.name for one in entity.fields}
    codes = [one.name for one in entity.fields if one.kind is FieldKind.CODE]
    parts: list[sql.Composable] = [
        _FILLED.format(
            counts=commas(
                sql.SQL("count({}) as {}").format(sql.Identifier("looked", column), sql.Identifier(f"of {name}"))
                for name, column in columns.items()
            ),
            pairs=commas(
                sql.SQL("({}, {})").format(sql.Literal(name), sql.Identifier("every", f"of {name}")) for name in columns
            ),
        )
    ]
    if codes:
        pairs = commas(sql.SQL("({}, {})").format(sql.Literal(name), sql.Identifier("looked", name)) for name in codes)
        parts.append(_CODES.format(pairs=pairs))
    sample = sql.SQL("tablesample bernoulli ({}) repeatable (1)").format(sql.Literal(100 * SAMPLE / max(rows, 1)))
    return _LOOK.format(
        columns=commas(sql.Identifier("s", column) for column in columns.values()),
        stage=staging_table(staging_of(entity)),
        sample=sample if rows > SAMPLE else sql.SQL(""),
        source=sql.Literal(source),
        seq=sql.Literal(seq),
        entity=sql.Literal(entity.name),
        parts=sql.SQL(" union all ").join(parts),
    )


def profiles_of(connection: Connection, source: str) -> Sequence[Profile]:
    """How the deliveries of a source that are kept look, the earliest first."""
    return list(_profiles(connection.execute(_QUERIES["profiles"].text, {"source_system": source}).fetchall()))


def profiled_sources(connection: Connection) -> Sequence[str]:
    """Names of the sources of which a delivery is kept."""
    return [name for (name,) in connection.execute(_QUERIES["profiled_sources"].text)]


def _profiles(lines: Sequence[tuple[int, str, str | None, str | None, int, int]]) -> Iterator[Profile]:
    for seq in sorted({line[0] for line in lines}):
        rows: dict[str, int] = {}
        filled: dict[tuple[str, str], tuple[int, int]] = {}
        codes: dict[tuple[str, str], dict[str, int]] = {}
        for own, entity, name, code, number, of in lines:
            if own != seq:
                continue
            if name is None:
                rows[entity] = number
            elif code is None:
                filled[entity, name] = number, of
            else:
                codes.setdefault((entity, name), {})[code] = number
        yield Profile(seq=seq, rows=rows, filled=filled, codes=codes)
