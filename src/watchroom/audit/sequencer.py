"""The one place where entries get their index: one writer at a time in the whole database."""

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow

from watchroom.audit.entries import AuditUnavailableError, Prepared, Receipt
from watchroom.audit.merkle import Frontier, leaf_hash
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import is_heard_of

_QUERIES = load_queries("watchroom.audit")
_CONNECT_SECONDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """A batch that is on the disk.

    Attributes:
        receipts: one for each entry, in the order given.
        frontier: of the tree after the batch.
    """

    receipts: tuple[Receipt, ...]
    frontier: Frontier


@dataclass(frozen=True, slots=True)
class _Standing:
    """The row of the frontier; `turn` counts how often somebody waited for all writers."""

    frontier: Frontier
    turn: int


class Sequencer:
    """Commits batches over a connection of its own, which it opens anew when it was lost.

    Not shared between threads. Whoever holds the row of the frontier writes, so all processes of a node make one tree.
    A batch is written on the frontier that the last one left, in one journey; only where another process came between
    is the row asked for first.
    """

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._connection: psycopg.Connection[TupleRow] | None = None
        # What the last batch left, as far as this process knows.
        self._left: _Standing | None = None

    def commit(self, batch: Sequence[Prepared]) -> Committed:
        """Give each entry its index and commit them all.

        A connection that turns out to be dead is opened once more, unless something was committed meanwhile: nobody
        knows then whether it was this batch, or who else's.

        Raises:
            psycopg.Error: the batch is not known to be committed.
            AuditUnavailableError: the table does not hold its one frontier, or the turn was lost.
        """
        try:
            return self._at_once(batch) or self._in_turn(batch)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the connection; the next batch opens a new one."""
        self._left = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _opened(self) -> psycopg.Connection[TupleRow]:
        if self._connection is None:
            # Each journey is a transaction by itself, unless its query begins one.
            self._connection = psycopg.connect(
                self._conninfo, autocommit=True, prepare_threshold=2, connect_timeout=_CONNECT_SECONDS
            )
            self._connection.execute(_QUERIES["settle_session"].text)
        return self._connection

    def _at_once(self, batch: Sequence[Prepared]) -> Committed | None:
        """Commit a batch on what the last one left; None: the row of the frontier has to be asked for."""
        if self._left is None or self._connection is None:
            return None
        if is_heard_of(self._connection):
            # A server that ends a connection says so on it; it says nothing else to this one.
            self.close()
            return None
        left = self._left
        try:
            return self._written(batch, left)
        except psycopg.OperationalError:
            if not self._connection.broken:
                raise
            self.close()
            return self._in_turn(batch, unless_moved_from=left)

    def _in_turn(self, batch: Sequence[Prepared], *, unless_moved_from: _Standing | None = None) -> Committed:
        """Commit a batch on whatever frontier there is, which nobody else changes meanwhile.

        Args:
            batch: the entries.
            unless_moved_from: that on which the batch was sent already: while it is the one there is, that is
                not committed, and it never will be once another one is there.
        """
        is_reused = self._connection is not None
        try:
            standing = self._take_turn()
        except psycopg.OperationalError:
            self.close()
            if not is_reused:
                raise
            standing = self._take_turn()
        connection = self._opened()
        if unless_moved_from is not None and standing != unless_moved_from:
            raise AuditUnavailableError("the connection broke, and it is not known whether the entries were committed")
        if connection.info.transaction_status is not TransactionStatus.INTRANS:
            raise AuditUnavailableError("the turn at the audit log was lost before anything was written")
        committed = self._written(batch, standing)
        ended = connection.execute(_QUERIES["end_turn"].text)
        # A server answers `commit` in a failed transaction with ROLLBACK, and calls that no error.
        if committed is None or ended.statusmessage != "COMMIT":
            raise AuditUnavailableError("the entries of a batch were not committed")
        return committed

    def _take_turn(self) -> _Standing:
        cursor = self._opened().execute(_QUERIES["take_turn"].text, prepare=False)
        while cursor.nextset():
            pass
        row = cursor.fetchone()
        return _Standing(_frontier_of(row), row[2] if row else 0)

    def _written(self, batch: Sequence[Prepared], standing: _Standing) -> Committed | None:
        """Write a batch after that frontier; None: there is another one, and nothing was written."""
        before = standing.frontier
        headers = [prepared.header(before.size + place) for place, prepared in enumerate(batch)]
        leaves = [leaf_hash(header.encode()) for header in headers]
        after = before.extend(leaves)
        facts = {
            "before_size": before.size,
            "before_hashes": list(before.hashes),
            "turn": standing.turn,
            "size": after.size,
            "hashes": list(after.hashes),
            "first_index": before.size,
            "headers": "\n".join(headers),
            "leaf_hashes": "\n".join(leaf.hex() for leaf in leaves),
            "salts": "\n".join(prepared.salt.hex() for prepared in batch),
            "bodies": "\n".join(prepared.body for prepared in batch),
        }
        if self._opened().execute(_QUERIES["write"].text, facts).fetchone() is None:
            return None
        self._left = _Standing(after, standing.turn)
        receipts = tuple(Receipt(index=before.size + place, leaf_hash=leaf) for place, leaf in enumerate(leaves))
        return Committed(receipts=receipts, frontier=after)


def read_frontier(connection: psycopg.Connection[TupleRow]) -> Frontier:
    """The frontier as it is stored.

    Raises:
        AuditUnavailableError: the table does not hold one frontier that fits its size.
    """
    return _frontier_of(connection.execute(_QUERIES["frontier"].text).fetchone())


def _frontier_of(row: TupleRow | None) -> Frontier:
    if row is None:
        raise _damaged()
    try:
        return Frontier(size=row[0], hashes=tuple(bytes(value) for value in row[1]))
    except ValueError:
        raise _damaged() from None


def _damaged() -> AuditUnavailableError:
    return AuditUnavailableError("the frontier of the audit log is missing or damaged; run `watchroom audit verify`")
