"""The runs that are kept: what each check found, and what the rows of each source fail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from watchroom.kernel.named_sql import load_queries
from watchroom.quality.days import zone_of
from watchroom.quality.kept import Kept, keep_counts
from watchroom.quality.results import Result, Status
from watchroom.store.database import Connection

_QUERIES = load_queries("watchroom.quality", "runs.sql")
DAYS_WHOLE = 120
"""For so many days each run stays with what the rows of each source fail: who asks again what was known at an instant
is told the same again. Of the days before, the last run of each stays. The results of a run, some three thousand lines
of counts, are those of the last of its day, for as many days."""
TREND_DAYS = 12
"""So many days a trend shows, of each the last run."""

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
    """Keep a run, and let go of what `DAYS_WHOLE` lets go; a check that did not apply leaves nothing.

    Args:
        connection: as loader.
        measured: what it found.
        ran_at: node time, in the zone of the node.
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
    thinned = {"zone": zone_of(ran_at), "before": ran_at - timedelta(days=DAYS_WHOLE)}
    connection.execute(_QUERIES["forget_results"].text, {**thinned, "run_id": run_id, "ran_at": ran_at})
    connection.execute(_QUERIES["forget_runs"].text, thinned)


def trend(connection: Connection, *, zone: str, days: int = TREND_DAYS) -> Mapping[Key, Sequence[Seen]]:
    """What the last run of each day found, by the calendar of a zone (IANA name), the earliest first."""
    found: dict[Key, list[Seen]] = {}
    asked = {"zone": zone, "at_most": days}
    for name, entity, about, ran_at, bad, of, status in connection.execute(_QUERIES["trend"].text, asked):
        seen = Seen(ran_at=ran_at, bad=bad, of=of, status=Status(status))
        found.setdefault((name, entity, about), []).append(seen)
    return found


def last_totals(connection: Connection) -> Sequence[tuple[str, str, int]]:
    """Source, entity, and how many records the source said that it has, since its last delivery."""
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
    told = {"source_system": source, "entity": entity}
    connection.execute(_QUERIES["forget_total"].text, told)
    connection.execute(_QUERIES["tell_total"].text, {**told, "told_at": at, "number": number})
