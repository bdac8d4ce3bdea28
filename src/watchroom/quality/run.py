"""All checks over what the node knows now."""

from collections.abc import Iterator
from datetime import datetime
from typing import LiteralString

from watchroom.kernel.named_sql import Queries, Query, load_queries
from watchroom.model.catalogue import Catalogue, catalogue
from watchroom.quality.catalogue import PACKAGE, Check, checks
from watchroom.quality.derived import derived_results
from watchroom.quality.results import Result
from watchroom.store.database import Connection, Database, Principal

_COUNT: LiteralString = "select count(*) from ("


def quality(database: Database, *, now: datetime, model: Catalogue | None = None) -> tuple[Result, ...]:
    """The results of all checks, those not met first; counts only, no row and no value.

    Args:
        database: of the node.
        now: node time, timezone-aware.
        model: of the node; None: ours without what an agency adds.
    """
    with database.connection(Principal.LOADER) as connection:
        results = [*_declared(connection, now), *derived_results(connection, model=model or catalogue())]
    return tuple(sorted(results, key=_worst_first))


def _declared(connection: Connection, now: datetime) -> Iterator[Result]:
    for check in checks().values():
        if check.entity is not None:
            queries = load_queries(PACKAGE, f"{check.name}.sql")
            yield _result(connection, check, queries, now)


def _result(connection: Connection, check: Check, queries: Queries, now: datetime) -> Result:
    bad, of = (_count(connection, queries[name], now) for name in ("bad", "counted"))
    return Result(check=check, entity=check.entity, bad=bad, of=of)


def _count(connection: Connection, query: Query, now: datetime) -> int:
    parameters = {"now": now} if "now" in query.parameters else {}
    row = connection.execute(_COUNT + query.text + ") as found", parameters).fetchone()
    return row[0] if row else 0


def _worst_first(result: Result) -> tuple[bool, float, str, str, str]:
    return (result.is_met, -result.share, result.check.name, result.entity or "", result.field or "")
