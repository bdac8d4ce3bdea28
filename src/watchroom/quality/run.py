"""All checks over what the node knows now."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import LiteralString

from watchroom.model.catalogue import Catalogue, catalogue
from watchroom.quality.compared import drift_found, of_all_sources, totals_found
from watchroom.quality.declared import declared
from watchroom.quality.derived import Counted, counted, people_counted, results_of
from watchroom.quality.kept import Kept, kept_counts, marks_of
from watchroom.quality.own_codes import own_codes
from watchroom.quality.probes import Around, standing_part
from watchroom.quality.results import Result, Status
from watchroom.quality.runs import Found, Measured, keep_run, last_seq
from watchroom.quality.standing import missing_columns, standing_results
from watchroom.store.database import Connection, Database, Principal
from watchroom.store.schema import standing_tables

# What joins the largest entities must not go through files; some of these stand at once, one per joined table.
_ROOM: LiteralString = "set local work_mem = '64MB'"


def quality(
    database: Database, *, now: datetime, model: Catalogue | None = None, keeps: bool = False
) -> tuple[Result, ...]:
    """The results of all checks, those not met first; counts only, no row and no value.

    Args:
        database: of the node.
        now: node time, timezone-aware.
        model: of the node; None: ours without what an agency adds.
        keeps: the run is kept, and what nothing was written of since the last one is taken over from it.
    """
    with database.connection(Principal.LOADER) as connection:
        before = kept_counts(connection) if keeps else None
        measured = measure(connection, now=now, model=model or catalogue(), before=before)
        if keeps:
            keep_run(connection, measured, ran_at=now)
    return tuple(sorted(measured.results, key=_worst_first))


def measure(
    connection: Connection, *, now: datetime, model: Catalogue, before: Mapping[str, Kept] | None = None
) -> Measured:
    """Run all checks in the transaction of the connection, as loader; one that cannot be run is an error of its own.

    Args:
        connection: its transaction sees what is counted.
        now: node time, timezone-aware.
        model: of the node.
        before: counts to be taken over where nothing moved; None: everything is counted.
    """
    connection.execute(_ROOM)
    before, seq = before or {}, last_seq(connection)
    standing = standing_tables(connection)
    there = standing_part(model, missing=missing_columns(model, standing), tables=frozenset(standing))
    around = Around.of(there, now, own_codes(connection))
    marks = marks_of(connection, around)
    own = list(declared(connection, now=now, seq=seq, before=before))
    found = list(counted(connection, around=around, marks=marks, before=before))
    people = list(people_counted(connection, around=around, marks=marks, before=before))
    drift, totals = drift_found(connection), list(totals_found(connection, there))
    results = (
        *(result for result, _ in own),
        *standing_results(model, standing),
        *(result for one in found for result in results_of(one, around)),
        *(result for result, _ in people),
        *of_all_sources(drift),
        *of_all_sources(totals),
    )
    kept = {one.entity.name: one.kept for one in found if one.kept is not None and one.kept.counts}
    kept |= {result.check.name: told for result, told in own if told is not None}
    kept |= {f"{result.check.name} {result.entity}": told for result, told in people if told is not None}
    findings = (*_failed(found, around), *_of_givers(own, found), *(one for one in (*drift, *totals) if _fails(one)))
    return Measured(seq=seq, results=results, findings=tuple(findings), kept=kept)


def _fails(found: Found) -> bool:
    return found.result.status is Status.FAILED


def _failed(found: list[Counted], around: Around) -> Iterator[Found]:
    """What must not be, of the rows of each source: a fatal check or a convention that fails."""
    for one in found:
        for source, counts in one.counts.items():
            alone = Counted(entity=one.entity, counts={source: counts}, kept=one.kept)
            told = (Found(source=source, result=result) for result in results_of(alone, around))
            yield from (each for each in told if _fails(each) and each.result.check.severity != "characterisation")


def _of_givers(own: list[tuple[Result, Kept | None]], found: list[Counted]) -> Iterator[Found]:
    """The same of checks that count records whatever their source: told of each that gives records of the entity."""
    givers = {one.entity.name: tuple(one.counts) for one in found}
    for result, _ in own:
        if result.status is Status.FAILED and result.check.severity != "characterisation":
            for source in givers.get(result.entity or "", ()):
                yield Found(source=source, result=result)


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
