"""The one place where entries get their index: one writer at a time in the whole database."""

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow

from watchroom.audit.entries import AuditUnavailableError, Prepared, Receipt
from watchroom.audit.merkle import Frontier, leaf_hash
from watchroom.kernel.named_sql import load_queries

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


class Sequencer:
    """Commits batches over a connection of its own, which it opens anew when it was lost.

    Not shared between threads. The lock is the database's, so all processes of a node make one tree.
    """

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._connection: psycopg.Connection[TupleRow] | None = None

    def commit(self, batch: Sequence[Prepared]) -> Committed:
        """Give each entry its index and commit them all.

        A connection that turns out to be dead before anything was sent to be committed is opened once more.
        One that dies during the commit is not: nobody knows then whether the entries stand.

        Raises:
            psycopg.Error: the batch is not known to be committed.
            AuditUnavailableError: the table does not hold its one frontier, or the turn was lost.
        """
        is_reused = self._connection is not None
        try:
            frontier = self._take_turn()
        except psycopg.OperationalError:
            self.close()
            if not is_reused:
                raise
            frontier = self._take_turn()
        try:
            return self._write(batch, frontier)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the connection; the next batch opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _opened(self) -> psycopg.Connection[TupleRow]:
        if self._connection is None:
            # Transactions begin and end in the queries themselves, so that each takes one journey.
            self._connection = psycopg.connect(
                self._conninfo, autocommit=True, prepare_threshold=2, connect_timeout=_CONNECT_SECONDS
            )
            self._connection.execute(_QUERIES["settle_session"].text)
        return self._connection

    def _take_turn(self) -> Frontier:
        try:
            cursor = self._opened().execute(_QUERIES["take_turn"].text, prepare=False)
            while cursor.nextset():
                pass
            return _frontier_in(cursor)
        except BaseException:
            self.close()
            raise

    def _write(self, batch: Sequence[Prepared], before: Frontier) -> Committed:
        connection = self._opened()
        if connection.info.transaction_status is not TransactionStatus.INTRANS:
            raise AuditUnavailableError("the turn at the audit log was lost before anything was written")
        headers = [prepared.header(before.size + place) for place, prepared in enumerate(batch)]
        leaves = [leaf_hash(header.encode()) for header in headers]
        after = before.extend(leaves)
        facts = {
            "size": after.size,
            "hashes": list(after.hashes),
            "first_index": before.size,
            "headers": "\n".join(headers),
            "leaf_hashes": "\n".join(leaf.hex() for leaf in leaves),
            "salts": "\n".join(prepared.salt.hex() for prepared in batch),
            "bodies": "\n".join(prepared.body for prepared in batch),
        }
        with connection.pipeline():
            connection.execute(_QUERIES["write"].text, facts)
            ended = connection.execute(_QUERIES["end_turn"].text)
        # A server answers `commit` in a failed transaction with ROLLBACK, and calls that no error.
        if ended.statusmessage != "COMMIT":
            raise AuditUnavailableError("the entries of a batch were not committed")
        receipts = tuple(Receipt(index=before.size + place, leaf_hash=leaf) for place, leaf in enumerate(leaves))
        return Committed(receipts=receipts, frontier=after)


def read_frontier(connection: psycopg.Connection[TupleRow]) -> Frontier:
    """The frontier as it is stored.

    Raises:
        AuditUnavailableError: the table does not hold one frontier that fits its size.
    """
    return _frontier_in(connection.execute(_QUERIES["frontier"].text))


def _frontier_in(cursor: psycopg.Cursor[TupleRow]) -> Frontier:
    row = cursor.fetchone()
    if row is None:
        raise _damaged()
    try:
        return Frontier(size=row[0], hashes=tuple(bytes(value) for value in row[1]))
    except ValueError:
        raise _damaged() from None


def _damaged() -> AuditUnavailableError:
    return AuditUnavailableError("the frontier of the audit log is missing or damaged; run `watchroom audit verify`")
