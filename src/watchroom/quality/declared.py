"""The checks that have an SQL file of their own."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import LiteralString

import psycopg

from watchroom.kernel.named_sql import Query, load_queries
from watchroom.quality.catalogue import PACKAGE, Check, checks
from watchroom.quality.kept import Kept
from watchroom.quality.results import Result
from watchroom.store.database import Connection

_COUNT: LiteralString = "select count(*) from ("
_SUM: LiteralString = "select coalesce(sum(found.number), 0)::bigint from ("


def declared(
    connection: Connection, *, now: datetime, seq: int, before: Mapping[str, Kept]
) -> Iterator[tuple[Result, Kept | None]]:
    """The results of the checks with an SQL of their own, and what is to be kept of them; errors where one cannot run.

    Args:
        connection: as loader.
        now: node time, timezone-aware.
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
                    found = tuple(_count(connection, queries, name, now=now) for name in ("bad", "counted"))
                kept = Kept(signature=sign, counted_at=now, counts={"": {(one.name, None): (found[0], found[1])}})
        except psycopg.Error:
            yield _result(one, (0, 0), is_error=True), None
        else:
            yield _result(one, kept.counts[""][one.name, None]), kept


def _result(check: Check, found: tuple[int, int], *, is_error: bool = False) -> Result:
    bad, of = found
    return Result(check=check, entity=check.entity, bad=bad, of=of, is_error=is_error)


def _goes_by_time(queries: Mapping[str, Query]) -> bool:
    return any("now" in query.parameters for query in queries.values())


def _count(connection: Connection, queries: Mapping[str, Query], name: str, *, now: datetime) -> int:
    """The rows of a query, or the sum of its numbers where it tells numbers."""
    names = set(queries)
    query, what = (queries[name], _COUNT) if name in names else (queries[f"{name}_number"], _SUM)
    parameters = {"now": now} if "now" in query.parameters else {}
    row = connection.execute(what + query.text + ") as found", parameters).fetchone()
    return row[0] if row else 0
