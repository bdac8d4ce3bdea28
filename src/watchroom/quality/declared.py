"""The checks that have an SQL file of their own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

import psycopg

from watchroom.kernel.named_sql import Query, load_queries
from watchroom.quality.catalogue import PACKAGE, Check, checks
from watchroom.quality.counting import Counts
from watchroom.quality.kept import Kept
from watchroom.quality.results import Result
from watchroom.store.database import Connection

_COUNT: LiteralString = "select found.source_system, count(*) from ("
_SUM: LiteralString = "select found.source_system, coalesce(sum(found.number), 0)::bigint from ("
_BY_SOURCE: LiteralString = ") as found group by found.source_system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What one check with an SQL of its own found.

    Attributes:
        check: which.
        counts: bad rows and those that were looked at, by source.
        kept: to be taken over by the next run; None: it could not be run.
    """

    check: Check
    counts: Mapping[str, tuple[int, int]]
    kept: Kept | None

    @property
    def result(self) -> Result:
        """Of all sources together."""
        bad, of = (sum(pair[place] for pair in self.counts.values()) for place in (0, 1))
        return Result(check=self.check, entity=self.check.entity, bad=bad, of=of, is_error=self.kept is None)

    def of_sources(self) -> Iterator[tuple[str, Result]]:
        """Of each source by itself."""
        for source, (bad, of) in self.counts.items():
            yield source, Result(check=self.check, entity=self.check.entity, bad=bad, of=of)


def declared(connection: Connection, *, now: datetime, seq: int, before: Mapping[str, Kept]) -> Iterator[Declared]:
    """What the checks with an SQL of their own find, source by source.

    Args:
        connection: as loader.
        now: node time, in the zone of the node.
        seq: the last sealed sequence; a check that does not go by the time says the same until there is another.
        before: what was kept of the run before.
    """
    for one in checks().values():
        if one.entity is None:
            continue
        queries = load_queries(PACKAGE, f"{one.name}.sql")
        sign = f"{seq} {[query.text for query in queries.values()]}"
        kept = before.get(one.name)
        try:
            if kept is None or _goes_by_time(queries) or not kept.holds(sign, now=now):
                with connection.transaction():
                    bad, of = (_count(connection, queries, name, now=now) for name in ("bad", "counted"))
                by_source: dict[str, Counts] = {
                    source: {(one.name, None): (bad.get(source, 0), of.get(source, 0))} for source in {**of, **bad}
                }
                kept = Kept(signature=sign, counted_at=now, counts=by_source)
        except psycopg.Error:
            yield Declared(check=one, counts={}, kept=None)
        else:
            counts = {source: told[one.name, None] for source, told in kept.counts.items()}
            yield Declared(check=one, counts=counts, kept=kept)


def _goes_by_time(queries: Mapping[str, Query]) -> bool:
    return any({"now", "today"} & set(query.parameters) for query in queries.values())


def _count(connection: Connection, queries: Mapping[str, Query], name: str, *, now: datetime) -> dict[str, int]:
    """The rows of a query, or the sum of its numbers where it tells numbers, by source."""
    names = set(queries)
    query, what = (queries[name], _COUNT) if name in names else (queries[f"{name}_number"], _SUM)
    known = {"now": now, "today": now.date()}
    parameters = {name: known[name] for name in query.parameters}
    return dict(connection.execute(what + query.text + _BY_SOURCE, parameters).fetchall())
