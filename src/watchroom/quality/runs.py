"""The runs that are kept: what each check found, and what the rows of each source fail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from watchroom.kernel.named_sql import load_queries
from watchroom.quality.kept import Kept, keep_counts
from watchroom.quality.results import Result, Status
from watchroom.store.database import Connection

_QUERIES = load_queries("watchroom.quality", "runs.sql")
RUNS_AT_MOST = 120
"""So many runs are kept, of one each day four months; each is some three thousand lines of counts."""
TREND_RUNS = 12
"""So many runs a trend shows."""

Key = tuple[str, str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the rows of one source fail."""

    source: str
    result: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one run found.

    Attributes:
        seq: the last sealed sequence that it saw.
        results: in the order of the model.
        findings: what the rows of each source fail, as far as somebody who reads them must know.
        kept: to be taken over by the next run, by entity or check.
    """

    seq: int
    results: tuple[Result, ...]
    findings: tuple[Found, ...] = ()
    kept: Mapping[str, Kept] = field(default_factory=dict[str, Kept])


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one check found in an earlier run; see `Result`."""

    ran_at: datetime
    bad: int
    of: int
    status: Status

    def as_json(self) -> dict[str, object]:
        """It for a JSON document."""
        return {"ran_at": self.ran_at.isoformat(), "bad": self.bad, "of": self.of, "status": self.status.value}


def last_run(connection: Connection) -> tuple[datetime, int] | None:
    """When the last run was, by node time, and the last sealed sequence that it saw; None: there was none."""
    row = connection.execute(_QUERIES["last_run"].text).fetchone()
    return None if row is None else (row[0], row[1])


def last_seq(connection: Connection) -> int:
    """The last sealed sequence; 0: nothing is sealed."""
    row = connection.execute(_QUERIES["last_seq"].text).fetchone()
    return row[0] if row else 0


def keep_run(connection: Connection, measured: Measured, *, ran_at: datetime) -> None:
    """Keep a run, and let go of those before the last `RUNS_AT_MOST`; a check that did not apply leaves nothing.

    Args:
        connection: as loader.
        measured: what it found.
        ran_at: node time, timezone-aware.
    """
    row = connection.execute(_QUERIES["keep_run"].text, {"ran_at": ran_at, "seq": measured.seq}).fetchone()
    run_id = row[0] if row else None
    with connection.cursor() as cursor, cursor.copy(_QUERIES["copy_results"].text) as copy:
        for one in measured.results:
            if one.status is not Status.NOT_APPLICABLE:
                copy.write_row((run_id, *one.key, one.bad, one.of, one.status.value))
    with connection.cursor() as cursor, cursor.copy(_QUERIES["copy_findings"].text) as copy:
        for found in measured.findings:
            one = found.result
            told = (one.check.name, one.check.severity, one.entity, one.field, one.bad, one.of)
            copy.write_row((run_id, found.source, *told))
    keep_counts(connection, measured.kept)
    connection.execute(_QUERIES["forget_runs"].text, {"at_most": RUNS_AT_MOST})


def trend(connection: Connection, *, runs: int = TREND_RUNS) -> Mapping[Key, Sequence[Seen]]:
    """What the last runs found, the earliest first."""
    found: dict[Key, list[Seen]] = {}
    for name, entity, about, ran_at, bad, of, status in connection.execute(_QUERIES["trend"].text, {"at_most": runs}):
        seen = Seen(ran_at=ran_at, bad=bad, of=of, status=Status(status))
        found.setdefault((name, entity, about), []).append(seen)
    return found


def last_totals(connection: Connection) -> Sequence[tuple[str, str, int]]:
    """Source, entity, and how many records the source last said that it has."""
    return [(source, entity, number) for source, entity, number in connection.execute(_QUERIES["last_totals"].text)]


def tell_total(connection: Connection, *, source: str, entity: str, number: int, at: datetime) -> None:
    """Enter how many records of an entity a source says that it has, for `total_differs`.

    Args:
        connection: as loader.
        source: name of the source.
        entity: of the model.
        number: of records that should stand.
        at: node time, timezone-aware.
    """
    told = {"source_system": source, "entity": entity, "told_at": at, "number": number}
    connection.execute(_QUERIES["tell_total"].text, told)
