"""Order: each batch gets a sequence in commit order, and an instant resolves to the last one sealed by then."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from watchroom.kernel.errors import WatchroomError
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection

_QUERIES = load_queries("watchroom.store", "sealing.sql")
SUFFIX = "/end"
"""The batch that ends what stands of a source is sealed under its name with this: it is no delivery."""


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


def next_in_order(connection: Connection, *, source_system: str, at: datetime) -> Moment:
    """The sequence that this transaction will have; it holds the lock of all writers until it ends.

    Ask right before the first write, so that others wait as short as can be, and stamp with it what is written. It is
    known to nobody before `seal`; if the transaction rolls back, the sequence is free again.

    Args:
        connection: as loader.
        source_system: whose batch it is.
        at: node time, timezone-aware.

    Raises:
        OutOfOrderError: `at` lies before the last sealed instant.
        LooseIsolationError: the transaction is not READ COMMITTED.
    """
    # INVARIANT: whoever holds this lock sees all that was sealed before, so commit order = sequence order.
    connection.execute(_QUERIES["take_sealing_lock"].text)
    row = connection.execute(_QUERIES["last_sealed"].text, {"at": at}).fetchone()
    last, last_at, isolation, is_sealed = row or (0, None, "", False)
    if isolation != "read committed":
        raise LooseIsolationError(f"a write transaction must be `read committed`, this one is `{isolation}`")
    if last_at is not None and at < last_at and not is_sealed:
        raise OutOfOrderError(
            f"batch of `{source_system}` is dated {at.isoformat()}, before the last sealed instant "
            f"{last_at.isoformat()}; what was known then cannot change, so nothing is dated before that any more: if"
            " it is newer than what is loaded, leave its date out, and it is known from now"
        )
    if last_at is not None and is_sealed:
        at = last_at + timedelta(microseconds=1)
    return Moment(instant=at, sequence=last + 1)


def take_turn(connection: Connection) -> None:
    """Wait until nobody else writes; nobody does until this transaction ends. Only then tell the time of what comes."""
    connection.execute(_QUERIES["take_sealing_lock"].text)


def last_sequence(connection: Connection) -> int:
    """The last sequence that was sealed and committed; 0: nothing was."""
    row = connection.execute(_QUERIES["last_sequence"].text).fetchone()
    return int(row[0]) if row else 0


def keep_readers_waiting(connection: Connection) -> None:
    """Let nobody begin to read before this transaction has ended; end it right after, with nothing slow in between.

    INVARIANT: whoever writes takes the lock of all writers first.
    """
    connection.execute(_QUERIES["take_dating_lock"].text)


def seal(
    connection: Connection,
    *,
    batch_id: UUID,
    source_system: str,
    at: datetime | Callable[[], datetime],
    machine_at: datetime,
) -> Moment:
    """Enter the batch of this transaction in the order, from when on it is known. Commit right after.

    INVARIANT: it holds the lock that every read waits for before it looks, and tells the time while it holds it. So
    whoever asked about an instant before had read without the batch, and it is dated later; whoever asks about one
    from it on waits until it is committed. That needs a clock that does not stand still, and not an instant that
    somebody named: of a batch that is dated back, every answer says when it was loaded.

    Args:
        connection: as loader.
        batch_id: of `ingest.batch`.
        source_system: whose batch it is.
        at: node time, timezone-aware, or what tells it now. Where that very instant is sealed already, a microsecond
            is added to the last one of it, so that an instant always means one state of the record.
        machine_at: machine time, timezone-aware.

    Raises:
        OutOfOrderError: the instant lies before the last sealed one.
        LooseIsolationError: the transaction is not READ COMMITTED.
    """
    connection.execute(_QUERIES["take_sealing_lock"].text)
    keep_readers_waiting(connection)
    moment = next_in_order(connection, source_system=source_system, at=at() if callable(at) else at)
    connection.execute(
        _QUERIES["seal"].text,
        {
            "seq": moment.sequence,
            "at": moment.instant,
            "batch_id": batch_id,
            "source_system": source_system,
            "machine_at": machine_at,
        },
    )
    return moment
