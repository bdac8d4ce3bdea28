"""All checks over what the node knows now."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import LiteralString

from watchroom.model.catalogue import Catalogue, catalogue
from watchroom.quality.compared import drift_found, of_all_sources, totals_found
from watchroom.quality.declared import Declared, declared
from watchroom.quality.derived import Counted, counted, people_counted, results_of
from watchroom.quality.kept import Kept, kept_counts, marks_of, one_run_at_a_time
from watchroom.quality.own_codes import own_codes
from watchroom.quality.probes import Around, standing_part
from watchroom.quality.results import Result, Status
from watchroom.quality.runs import Found, Measured, keep_run, last_seq
from watchroom.quality.standing import missing_columns, standing_results
from watchroom.store.database import Connection, Database, Principal
from watchroom.store.schema import standing_tables

OF_DELIVERIES = frozenset({"batch", "source"})
"""What checks are about that look at how a source delivers, and at no record."""
# What joins the largest entities must not go through files; some of these stand at once, one per joined table.
_ROOM: LiteralString = "set local work_mem = '64MB'"


def quality(
    database: Database, *, now: datetime, model: Catalogue | None = None, keeps: bool = False
) -> tuple[Result, ...]:
    """The results of all checks, those not met first; counts only, no row and no value.

    Args:
        database: of the node.
        now: node time, in the zone of the node.
        model: of the node; None: ours without what an agency adds.
        keeps: the run is kept, and what nothing was written of since the last one is taken over from it. One that is
            to be kept waits until another such one is over.
    """
    with database.connection(Principal.LOADER) as connection:
        if keeps:
            one_run_at_a_time(connection)
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
        now: node time, in the zone of the node.
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
        *(one.result for one in own),
        *standing_results(model, standing),
        *(result for one in found for result in results_of(one, around)),
        *(result for result, _ in people),
        *of_all_sources(drift),
        *of_all_sources(totals),
    )
    kept = {one.entity.name: one.kept for one in found if one.kept is not None and one.kept.counts}
    kept |= {one.check.name: one.kept for one in own if one.kept is not None}
    kept |= {f"{result.check.name} {result.entity}": told for result, told in people if told is not None}
    findings = (*_failed(found, around), *_of_declared(own), *(one for one in (*drift, *totals) if _fails(one)))
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


def _of_declared(own: list[Declared]) -> Iterator[Found]:
    """The same of checks with an SQL of their own; and whatever is wrong with how a source delivers."""
    for one in own:
        if one.check.severity != "characterisation" or one.check.entity in OF_DELIVERIES:
            found = (Found(source=source, result=result) for source, result in one.of_sources())
            yield from (each for each in found if _fails(each))


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
