"""What is kept of the last count of each entity, so that what nothing was written of is not counted again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from psycopg import sql

from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Entity
from watchroom.quality.counting import Counts, probes_of
from watchroom.quality.probes import SOME_DAY, Around
from watchroom.store.database import Connection
from watchroom.store.tables import history_of, table_name

_QUERIES = load_queries("watchroom.quality", "kept.sql")
COUNTED_ANEW_AFTER = timedelta(days=1)
"""Older than this by the node's clock no count is taken over, be nothing written since."""

Marks = Mapping[str, int]
"""The last sequence that wrote or ended a row, by entity; one that never had a row is not in it."""
_MARK = sql.SQL(
    "select {name}, greatest((select coalesce(max(t.seq_from), 0) from {current} as t),"
    " (select coalesce(max(h.seq_to), 0) from {history} as h),"
    " (select coalesce(max(gone.seq), 0) from unnest(%(names)s::text[], %(seqs)s::bigint[]) as gone (name, seq)"
    " where gone.name = {name}))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The last count of one entity.

    Attributes:
        signature: of what was asked and of what had been written then.
        counted_at: node time at which all of it was counted.
        counts: by source.
    """

    signature: str
    counted_at: datetime
    counts: Mapping[str, Counts]

    def holds(self, signature: str, *, now: datetime) -> bool:
        """Whether it says what a count now would, but for the passing of time."""
        return self.signature == signature and timedelta() <= now - self.counted_at < COUNTED_ANEW_AFTER


def marks_of(connection: Connection, around: Around) -> Marks:
    """Up to which sequence each entity that ever had rows was written, or some of its rows were erased.

    Of erasures only those are looked at since which a count may be taken over: an older count is made anew anyway.
    """
    filled = {name for (name,) in connection.execute(_QUERIES["filled"].text)}
    entities = [one for one in around.model.entities.values() if one.name in filled or history_of(one) in filled]
    if not entities:
        return {}
    since = {"since": around.now - COUNTED_ANEW_AFTER}
    erased = connection.execute(_QUERIES["erased_since"].text, since).fetchall()
    parts = [
        _MARK.format(name=sql.Literal(one.name), current=table_name(one.name), history=table_name(history_of(one)))
        for one in entities
    ]
    given = {"names": [name for name, _ in erased], "seqs": [seq for _, seq in erased]}
    return dict(connection.execute(sql.SQL(" union all ").join(parts), given).fetchall())


def signature(entity: Entity, *, around: Around, marks: Marks) -> str:
    """What tells whether an earlier count still holds: what is asked, and up to where what it looks at was written."""
    probes = probes_of(entity, replace(around, now=SOME_DAY, doubts=True))
    looked_at = {entity.name, *(entity.field(name).target or "" for one in probes for name in one.joins)}
    told = [
        *(f"{one.check.name} {one.field} {one.text}" for one in probes),
        *(f"{name} {marks.get(name, 0)}" for name in sorted(looked_at)),
    ]
    return sha256("\n".join(told).encode()).hexdigest()


def kept_counts(connection: Connection) -> Mapping[str, Kept]:
    """What was kept, by entity."""
    return {
        entity: Kept(
            signature=sign,
            counted_at=at,
            counts={
                source: {(check, field): (bad, of) for check, field, bad, of in told} for source, told in counts.items()
            },
        )
        for entity, sign, at, counts in connection.execute(_QUERIES["kept_counts"].text)
    }


def one_run_at_a_time(connection: Connection) -> None:
    """Wait until no other run that is kept goes on; no other begins before the transaction of the connection ends."""
    connection.execute(_QUERIES["take_run_lock"].text)


def keep_counts(connection: Connection, found: Mapping[str, Kept]) -> None:
    """Keep the counts of this run in the place of those before."""
    connection.execute(_QUERIES["forget_counts"].text)
    with connection.cursor() as cursor, cursor.copy(_QUERIES["copy_counts"].text) as copy:
        for entity, kept in found.items():
            told = {
                source: [[check, field, bad, of] for (check, field), (bad, of) in counts.items()]
                for source, counts in kept.counts.items()
            }
            copy.write_row((entity, kept.signature, kept.counted_at, json.dumps(told)))
