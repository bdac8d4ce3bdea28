"""The last run as it is kept, for whoever looks after the sources: every result, by source, and how it went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from watchroom.kernel.named_sql import load_queries
from watchroom.quality.catalogue import checks
from watchroom.quality.results import Result, Status
from watchroom.quality.runs import TREND_DAYS, Found, Key, Seen, last_run, last_seq
from watchroom.store.database import Connection

_QUERIES = load_queries("watchroom.quality", "runs.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunKept:
    """The last run.

    Attributes:
        ran_at: node time.
        is_outdated: something was delivered since.
        results: with something to look at; of checks that this version does not know any more, none.
        findings: what the rows of each source fail, as far as it is kept by source.
        trend: what the last run of each day found of each result that is not met, the earliest first.
    """

    ran_at: datetime
    is_outdated: bool
    results: tuple[Result, ...]
    findings: tuple[Found, ...]
    trend: Mapping[Key, Sequence[Seen]]


def run_kept(connection: Connection, *, zone: str, days: int = TREND_DAYS) -> RunKept | None:
    """The last run, as loader; None: there was none.

    Args:
        connection: its transaction sees what is told.
        zone: by whose calendar a trend has days (IANA name).
        days: so many a trend has.
    """
    last = last_run(connection)
    if last is None:
        return None
    ran_at, seq = last
    known = checks()
    trend: dict[Key, list[Seen]] = {}
    for name, entity, field, at, bad, of, status in connection.execute(
        _QUERIES["trend_of_unmet"].text, {"zone": zone, "at_most": days}
    ):
        trend.setdefault((name, entity, field), []).append(Seen(ran_at=at, bad=bad, of=of, status=Status(status)))
    return RunKept(
        ran_at=ran_at,
        is_outdated=last_seq(connection) > seq,
        results=tuple(
            Result(check=known[name], entity=entity, field=field, bad=bad, of=of, is_error=status == Status.ERROR)
            for name, entity, field, bad, of, status in connection.execute(_QUERIES["last_results"].text)
            if name in known
        ),
        findings=tuple(
            Found(source=source, result=Result(check=known[name], entity=entity, field=field, bad=bad, of=of))
            for source, name, entity, field, bad, of in connection.execute(_QUERIES["last_findings"].text)
            if name in known
        ),
        trend=trend,
    )
