"""All checks over what the node knows now."""

from collections.abc import Iterator
from datetime import datetime
from typing import LiteralString

import psycopg

from watchroom.kernel.named_sql import Query, load_queries
from watchroom.model.catalogue import Catalogue, catalogue
from watchroom.quality.catalogue import PACKAGE, Check, checks
from watchroom.quality.derived import derived_results
from watchroom.quality.drift import code_shares, drift_results, total_results
from watchroom.quality.probes import Around, standing_part
from watchroom.quality.results import Result
from watchroom.quality.runs import Measured, keep_run, last_seq
from watchroom.quality.standing import missing_columns, standing_results
from watchroom.store.database import Connection, Database, Principal
from watchroom.store.schema import standing_tables

_COUNT: LiteralString = "select count(*) from ("
# To compile a count of sixty fields takes longer than to run it.
_PLAIN: LiteralString = "set local jit = off"


def quality(
    database: Database, *, now: datetime, model: Catalogue | None = None, keeps: bool = False
) -> tuple[Result, ...]:
    """The results of all checks, those not met first; counts only, no row and no value.

    Args:
        database: of the node.
        now: node time, timezone-aware.
        model: of the node; None: ours without what an agency adds.
        keeps: the run is kept, so that later ones are compared with it.
    """
    with database.connection(Principal.LOADER) as connection:
        measured = measure(connection, now=now, model=model or catalogue())
        if keeps:
            keep_run(connection, measured, ran_at=now)
    return tuple(sorted(measured.results, key=_worst_first))


def measure(connection: Connection, *, now: datetime, model: Catalogue) -> Measured:
    """Run all checks in the transaction of the connection, as loader; one that cannot be run is an error of its own."""
    connection.execute(_PLAIN)
    seq = last_seq(connection)
    standing = standing_tables(connection)
    missing = missing_columns(model, standing)
    there = standing_part(model, missing=missing, tables=frozenset(standing))
    shares = code_shares(connection, there)
    counted = tuple(derived_results(connection, around=Around.of(there, now)))
    results = (
        *_declared(connection, now),
        *standing_results(model, standing),
        *counted,
        *drift_results(connection, seq=seq, shares=shares, results=counted),
        *total_results(connection, there),
    )
    return Measured(seq=seq, results=results, shares=shares)


def _declared(connection: Connection, now: datetime) -> Iterator[Result]:
    for check in checks().values():
        if check.entity is not None:
            try:
                with connection.transaction():
                    yield _result(connection, check, now=now)
            except psycopg.Error:
                yield Result(check=check, entity=check.entity, bad=0, of=0, is_error=True)


def _result(connection: Connection, check: Check, *, now: datetime) -> Result:
    queries = load_queries(PACKAGE, f"{check.name}.sql")
    bad, of = (_count(connection, queries[name], now) for name in ("bad", "counted"))
    return Result(check=check, entity=check.entity, bad=bad, of=of)


def _count(connection: Connection, query: Query, now: datetime) -> int:
    parameters = {"now": now} if "now" in query.parameters else {}
    row = connection.execute(_COUNT + query.text + ") as found", parameters).fetchone()
    return row[0] if row else 0


def _worst_first(result: Result) -> tuple[bool, bool, float, str, str, str]:
    failed = not result.is_met
    return (
        not failed,
        not (failed and result.check.is_fatal),
        -result.share,
        result.check.name,
        result.entity or "",
        result.field or "",
    )
