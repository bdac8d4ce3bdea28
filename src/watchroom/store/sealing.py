"""Order: each batch gets a sequence in commit order, and an instant resolves to the last one sealed by then."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from watchroom.kernel.errors import WatchroomError
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection

_QUERIES = load_queries("watchroom.store", "sealing.sql")


class OutOfOrderError(WatchroomError):
    """A batch is dated before one that is already sealed; it would change what was known then."""


class LooseIsolationError(WatchroomError):
    """A write transaction that would not see what was sealed while it waited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A point in what this node knows.

    Attributes:
        instant: node time that was asked for, in UTC.
        sequence: the last one sealed at or before it; 0: nothing was known.
    """

    instant: datetime
    sequence: int


def sequence_at(connection: Connection, instant: datetime) -> Moment:
    """The point in what this node knows at an instant of node time, timezone-aware."""
    row = connection.execute(_QUERIES["sequence_at"].text, {"instant": instant}).fetchone()
    return Moment(instant=instant, sequence=row[0] if row else 0)


def seal(
    connection: Connection,
    *,
    batch_id: UUID,
    source_system: str,
    at: datetime | Callable[[], datetime],
    machine_at: datetime,
) -> Moment:
    """Take the next sequence for this transaction; it holds the lock of all writers until it ends.

    Ask right before the first write, so that others wait as short as can be. What the transaction writes is
    known from its commit on; if it rolls back, the sequence is free again.

    Args:
        connection: as loader.
        batch_id: of `ingest.batch`.
        source_system: whose batch it is.
        at: node time, timezone-aware, or what tells it once nobody else writes. Where that very instant is sealed
            already, a microsecond is added to the last one of it, so that an instant always means one state of the
            record.
        machine_at: machine time, timezone-aware.

    Raises:
        OutOfOrderError: `at` lies before the last sealed instant.
        LooseIsolationError: the transaction is not READ COMMITTED.
    """
    # INVARIANT: whoever holds this lock sees all that was sealed before, so commit order = sequence order.
    connection.execute(_QUERIES["take_sealing_lock"].text)
    at = at() if callable(at) else at
    row = connection.execute(_QUERIES["last_sealed"].text, {"at": at}).fetchone()
    last, last_at, isolation, is_sealed = row or (0, None, "", False)
    if isolation != "read committed":
        raise LooseIsolationError(f"a write transaction must be `read committed`, this one is `{isolation}`")
    if last_at is not None and at < last_at and not is_sealed:
        raise OutOfOrderError(
            f"batch of `{source_system}` is dated {at.isoformat()}, before the last sealed instant "
            f"{last_at.isoformat()}; what was known then cannot change, so nothing older than that is loaded any more"
        )
    sealed_at = last_at + timedelta(microseconds=1) if is_sealed and last_at is not None else at
    moment = Moment(instant=sealed_at, sequence=last + 1)
    connection.execute(
        _QUERIES["seal"].text,
        {
            "seq": moment.sequence,
            "at": sealed_at,
            "batch_id": batch_id,
            "source_system": source_system,
            "machine_at": machine_at,
        },
    )
    return moment
