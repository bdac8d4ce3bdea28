"""Layouts and drifts as they are kept: what a delivery looked like, and since when a field is not as it was."""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from datetime import datetime

from watchroom.ingest.circumstances import Circumstances
from watchroom.ingest.drift import STANDING, Change, Drift, drift_issues, drifts, has_ended
from watchroom.ingest.emptied import emptied, held_for, needed_columns
from watchroom.ingest.fields_fed import fields_fed
from watchroom.ingest.issues import Issue
from watchroom.ingest.layout import ColumnLayout
from watchroom.ingest.report import BatchReport
from watchroom.kernel.named_sql import load_queries
from watchroom.sources.files import SourceFile
from watchroom.store.database import Connection

_QUERIES = load_queries("watchroom.ingest", "layouts.sql")
# So many layouts of a source are kept; a feed may deliver every few minutes.
_KEPT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingDrift:
    """That a source does not give a field as it did.

    Attributes:
        source: its name.
        table, column: of the source, in capitals.
        entity, field: of the model; None: rows are found or joined by the column.
        change: what became of the column.
        was: see `Drift`.
        since: node time of the first delivery that showed it.
    """

    source: str
    table: str
    column: str
    entity: str | None
    field: str | None
    change: Change
    was: str | None
    since: datetime


def standing_drift(connection: Connection, source: str | None = None) -> tuple[StandingDrift, ...]:
    """What stands, of one source or of all, as loader."""
    return tuple(
        StandingDrift(
            source=row[0],
            table=row[1],
            column=row[2],
            entity=row[3],
            field=row[4],
            change=Change(row[5]),
            was=row[6],
            since=row[7],
        )
        for row in connection.execute(_QUERIES["standing_drift"].text, {"source_system": source})
    )


def keep_layout(
    connection: Connection,
    around: Circumstances,
    report: BatchReport,
    *,
    files: Sequence[SourceFile],
    layout: Sequence[ColumnLayout],
) -> tuple[Issue, ...]:
    """Keep the layout of a delivery in the transaction of its batch, and what drifted since the last one.

    Returns:
        an issue for each field of every drift that is new or stands, and for each column that holds the delivery.
    """
    named = {"source_system": report.source}
    before = [
        ColumnLayout(table=row[0], column=row[1], place=row[2], rows=row[3], filled=row[4], style=row[5], shape=row[6])
        for row in connection.execute(_QUERIES["last_layout"].text, named)
    ]
    connection.execute(_QUERIES["forget_layouts"].text, {**named, "keep": _KEPT})
    connection.execute(_QUERIES["keep_layout"].text, _written(report, layout))
    at = around.clock.now()
    stood, ended = _still_standing(connection, report, layout, at=at)
    # To be written again as it was before is the end of a drift, and no other one.
    back = {(one.table, one.column, one.change) for one in ended}
    new = [drift for drift in drifts(before, layout) if (drift.table, drift.column, drift.change) not in back]
    found = [drift for drift in new if _is_told(drift, around)]
    fed = fields_fed(around.mapping, around.model)
    flagged = [drift for drift in found if drift.change in STANDING and _is_taken(drift, around)]
    _begin(connection, report, flagged, fed=fed, at=at)
    names = {file.table_name: file.name for file in files}
    percent = around.source.shrinks_percent
    gone = list(emptied(before, layout, needed=needed_columns(around), percent=percent))
    return (*held_for(gone, around, names=names), *_issues(stood, found, names=names, fed=fed))


_Fed = Dictionary[tuple[str, str], tuple[tuple[str, str], ...]]


def _is_told(drift: Drift, around: Circumstances) -> bool:
    """Whether it is about what the mapping takes, or about the columns as such."""
    if drift.change is Change.REORDERED:
        # A roll says so itself.
        return around.mapping.snapshot is None
    return _is_taken(drift, around) or drift.change in (Change.ADDED, Change.GONE, Change.RENAMED)


def _is_taken(drift: Drift, around: Circumstances) -> bool:
    """Whether the mapping takes the column, so that something is missing while it is not as it was."""
    return drift.column in around.mapping.rule(drift.table).columns


def _still_standing(
    connection: Connection, report: BatchReport, layout: Sequence[ColumnLayout], *, at: datetime
) -> tuple[dict[Drift, datetime], set[Drift]]:
    """Drifts that stood and stand, since when; and those that end, for the column is as it was."""
    stood: dict[Drift, datetime] = {}
    ended: set[Drift] = set()
    for one in standing_drift(connection, report.source):
        drift = Drift(change=one.change, table=one.table, column=one.column, was=one.was)
        if drift in stood or drift in ended:
            continue
        if has_ended(drift, layout):
            ended.add(drift)
            connection.execute(
                _QUERIES["end_drift"].text,
                {
                    "source_system": one.source,
                    "table_name": one.table,
                    "column_name": one.column,
                    "what": one.change.value,
                    "at": at,
                },
            )
        else:
            stood[drift] = one.since
    return stood, ended


def _begin(connection: Connection, report: BatchReport, found: Sequence[Drift], *, fed: _Fed, at: datetime) -> None:
    rows = [
        (drift.table, drift.column, entity, field, drift.change.value, drift.was)
        for drift in found
        for entity, field in fed.get((drift.table, drift.column), ((None, None),))
    ]
    if rows:
        names = ("tables", "columns", "entities", "fields", "what", "was")
        columns = dict(zip(names, (list(column) for column in zip(*rows, strict=True)), strict=True))
        given = {"source_system": report.source, "batch_id": report.id, "at": at, **columns}
        connection.execute(_QUERIES["begin_drift"].text, given)


def _issues(
    stood: dict[Drift, datetime], found: Sequence[Drift], *, names: dict[str, str], fed: _Fed
) -> Iterator[Issue]:
    for drift in sorted({*found, *stood}, key=lambda one: (one.table, one.column, one.change)):
        since = stood.get(drift)
        yield from drift_issues(
            drift,
            file=names.get(drift.table, f"{drift.table}.csv"),
            fields=fed.get((drift.table, drift.column), ()),
            since=None if since is None else since.date(),
        )


def _written(report: BatchReport, layout: Sequence[ColumnLayout]) -> dict[str, object]:
    return {
        "batch_id": report.id,
        "tables": [one.table for one in layout],
        "columns": [one.column for one in layout],
        "places": [one.place for one in layout],
        "rows": [one.rows for one in layout],
        "filled": [one.filled for one in layout],
        "styles": [one.style for one in layout],
        "shapes": [one.shape for one in layout],
    }
