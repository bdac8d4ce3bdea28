"""Against earlier runs and against what the source says: codes whose shares moved, fields that fell empty, totals."""

from collections.abc import Iterator, Mapping
from itertools import groupby

import psycopg
from psycopg import sql

from watchroom.model.catalogue import Catalogue, FieldKind
from watchroom.quality.catalogue import check
from watchroom.quality.limits import limits
from watchroom.quality.results import Result
from watchroom.quality.runs import Shares, filled_before, last_totals, shares_before
from watchroom.store.composing import commas
from watchroom.store.database import Connection
from watchroom.store.tables import table_name

_SHARES = sql.SQL(
    "select given.field, given.code, count(*) from {} as t cross join lateral (values {}) as given (field, code)"
    " where given.code is not null group by given.field, given.code order by given.field, given.code"
)
_COUNT = sql.SQL("select count(*) from {} as t where t.source_system = {}")


def code_shares(connection: Connection, model: Catalogue) -> Shares:
    """How many records have each code, one statement per entity; of an entity that cannot be read none."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for entity in model.entities.values():
        fields = [field.name for field in entity.fields if field.kind is FieldKind.CODE]
        if not fields:
            continue
        pairs = commas(sql.SQL("({}, {})").format(sql.Literal(name), sql.Identifier("t", name)) for name in fields)
        try:
            with connection.transaction():
                rows = connection.execute(_SHARES.format(table_name(entity.name), pairs)).fetchall()
        except psycopg.Error:
            continue
        for field, group in groupby(rows, key=lambda row: str(row[0])):
            found[entity.name, field] = {code: number for _, code, number in group}
    return found


def moved(before: Mapping[str, int], now: Mapping[str, int]) -> int:
    """How many of the records now would need another code for the shares to be what they were.

    >>> moved({"A": 50, "B": 50}, {"A": 80, "B": 20})
    30
    """
    was, have = sum(before.values()), sum(now.values())
    if not was or not have:
        return 0
    return round(sum(max(0.0, number - before.get(code, 0) * have / was) for code, number in now.items()))


def drift_results(connection: Connection, *, seq: int, shares: Shares, results: tuple[Result, ...]) -> Iterator[Result]:
    """The results of what is compared with the last run over an earlier delivery; none where there was none.

    Args:
        connection: as loader.
        seq: the last sealed sequence.
        shares: of this run.
        results: of this run, `value_missing` among them.
    """
    least = limits().rows_to_compare
    before = shares_before(connection, seq)
    for (entity, field), codes in shares.items():
        was, of = before.get((entity, field), {}), sum(codes.values())
        if min(of, sum(was.values())) >= least:
            yield Result(check=check("codes_drifted"), entity=entity, field=field, bad=moved(was, codes), of=of)
    filled = filled_before(connection, seq)
    for one in results:
        bad, rows = filled.get((one.entity or "", one.field or ""), (0, 0))
        if one.check.name == "value_missing" and min(one.of, rows) >= least:
            more = max(0, round(one.bad - bad * one.of / rows))
            yield Result(check=check("fill_dropped"), entity=one.entity, field=one.field, bad=more, of=one.of)


def total_results(connection: Connection, model: Catalogue) -> Iterator[Result]:
    """The results of comparing what sources say that they have with what stands, by entity."""
    told: dict[str, tuple[int, int]] = {}
    for source, name, number in last_totals(connection):
        if name in model.entities:
            row = connection.execute(_COUNT.format(table_name(name), sql.Literal(source))).fetchone()
            bad, of = told.get(name, (0, 0))
            told[name] = (bad + abs((row[0] if row else 0) - number), of + number)
    for name, (bad, of) in told.items():
        yield Result(check=check("total_differs"), entity=name, bad=bad, of=of)
