"""Each try to fetch from a source: kept with its outcome, and what follows of it for the next one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from psycopg.rows import class_row

from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection

_QUERIES = load_queries("watchroom.ingest", "fetching.sql")
# Of each source; at one a minute a week of them.
TRIES_KEPT = 10_000
REFUSED_BEFORE = "refused_before"
"""Code of a try that found what was refused before."""
# However often a source fails, it is asked again after this.
_LONGEST_WAIT = timedelta(hours=1)
_DOUBLINGS_AT_MOST = 16


class Outcome(StrEnum):
    """What came of a try."""

    TAKEN = "taken"
    """What was fetched is in the record."""
    NOTHING = "nothing"
    """There was nothing to take."""
    REFUSED = "refused"
    """Something came, and was refused or held."""
    FAILED = "failed"
    """Nothing could be fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One try to fetch.

    Attributes:
        source: name of the source.
        outcome, code, message: what came of it and why, for people; never a value.
        is_confirmed: the source itself said that nothing has changed.
        size: bytes that came.
        sha256: of what was laid down; None: nothing was.
        batch_id: of the batch that took or refused it; None: there was none.
        retry_after: seconds for which the source asks to be left alone.
    """

    source: str
    outcome: Outcome
    code: str
    message: str
    is_confirmed: bool = False
    size: int = 0
    sha256: str | None = None
    batch_id: UUID | None = None
    retry_after: int = 0

    @property
    def is_success(self) -> bool:
        """Whether nothing is wrong with the source."""
        return self.outcome in (Outcome.TAKEN, Outcome.NOTHING)

    @property
    def is_known_refusal(self) -> bool:
        """Whether nothing was tried, for what is there was refused before."""
        return self.code == REFUSED_BEFORE

    def as_json(self) -> dict[str, object]:
        """The try for a JSON document."""
        return {"outcome": self.outcome.value, "code": self.code, "message": self.message, "bytes": self.size}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTried:
    """The last try of a source, as the node keeps it.

    Attributes:
        failures: tries in a row that brought nothing that could be taken.
        began_at, next_at: node instants: when it was, and before which the source is not asked by itself.
    """

    source_system: str
    outcome: str
    code: str
    message: str
    failures: int
    began_at: datetime
    next_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """How old a source is, as far as its batches and what it confirmed tell; `priority.freshness` judges it."""

    source_system: str
    last_sealed_at: datetime | None
    extract_as_at: datetime | None
    expected_every_seconds: int | None
    refused_at: datetime | None
    loaded_at: datetime | None
    dated_by: str | None
    ended_at: datetime | None
    away_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """When a try was: its beginning and end by the node's clock, its end by the machine's."""

    began_at: datetime
    ended_at: datetime
    machine_at: datetime


def last_tries(connection: Connection) -> Mapping[str, SourceTried]:
    """The last try of each source that was ever fetched from, as loader."""
    with connection.cursor(row_factory=class_row(SourceTried)) as cursor:
        return {row.source_system: row for row in cursor.execute(_QUERIES["last_tries"].text)}


def last_heard(connection: Connection) -> Mapping[str, datetime]:
    """When each source last gave or confirmed anything, node time, as loader; one that never did is not in it."""
    return dict(connection.execute(_QUERIES["last_heard"].text).fetchall())


def source_ages_of(connection: Connection) -> list[Delivered]:
    """How old each source is, by name, as loader."""
    with connection.cursor(row_factory=class_row(Delivered)) as cursor:
        return cursor.execute(_QUERIES["source_ages"].text).fetchall()


def enter_try(connection: Connection, of: Try, *, when: Moments, poll: timedelta) -> None:
    """Keep a try, as loader, and with it when the source is asked again; the oldest ones go.

    After a failure the wait is doubled each time, up to an hour. To find what was refused before is none: what may
    come after it is looked for as often as ever.
    """
    before = connection.execute(_QUERIES["last_failures"].text, {"source_system": of.source}).fetchone()
    known = 0 if before is None else int(before[0])
    failures = 0 if of.is_success else known if of.is_known_refusal else known + 1
    connection.execute(
        _QUERIES["enter_try"].text,
        {
            "source_system": of.source,
            "began_at": when.began_at,
            "ended_at": when.ended_at,
            "machine_at": when.machine_at,
            "outcome": of.outcome.value,
            "code": of.code,
            "message": of.message,
            "is_confirmed": of.is_confirmed,
            "byte_count": of.size,
            "sha256": of.sha256,
            "batch_id": of.batch_id,
            "failures": failures,
            "next_at": when.ended_at + wait_after(failures, poll=poll, retry_after=of.retry_after),
        },
    )
    connection.execute(_QUERIES["forget_tries"].text, {"source_system": of.source, "kept": TRIES_KEPT})


def wait_after(failures: int, *, poll: timedelta, retry_after: int = 0) -> timedelta:
    """How long a source is left alone after so many failures in a row.

    Args:
        failures: tries in a row that brought nothing that could be taken.
        poll: how often it is asked while nothing is wrong.
        retry_after: seconds for which it asks to be left alone.
    """
    doubled = poll * 2 ** min(max(failures, 0), _DOUBLINGS_AT_MOST)
    return max(min(doubled, max(_LONGEST_WAIT, poll)), timedelta(seconds=retry_after))


def cursor_of(connection: Connection, source: str) -> tuple[dict[str, object], UUID | None]:
    """Where the reading of a source stands, as loader, and the batch that kept it.

    Another batch of the source since then, as of files that an operator gave, makes it worth nothing: the next reading
    begins anew.
    """
    with connection.cursor() as cursor:
        row: Any = cursor.execute(_QUERIES["cursor"].text, {"source_system": source}).fetchone()
    return ({}, None) if row is None or not row[2] else (row[0], row[1])
