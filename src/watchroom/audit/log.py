"""The audit log of a node in PostgreSQL: `append` returns only when the entry is on the disk.

One background thread per process commits what waits, so a crowd shares one commit and one alone waits for
nobody. Ids fixed, then the entry, then the reply: whoever gets no receipt gives nothing away.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Generator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from watchroom.audit.checkpoints import SigningKeys, write_checkpoint
from watchroom.audit.entries import AuditUnavailableError, Entry, Prepared, Receipt, commitment, prepare
from watchroom.audit.merkle import Frontier
from watchroom.audit.sequencer import Sequencer, read_frontier
from watchroom.kernel.clock import Clock
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection, Database, DatabaseUnavailableError, Principal

_LOG = logging.getLogger(__name__)
_QUERIES = load_queries("watchroom.audit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How the log trades waiting against work; all times in seconds.

    Attributes:
        batch: most entries in one commit.
        patience: longest wait of a caller.
        checkpoint_entries: a checkpoint is signed after so many entries,
        checkpoint_seconds: or so long after the first one that none covers yet.
    """

    batch: int = 1000
    patience: float = 15.0
    checkpoint_entries: int = 1000
    checkpoint_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class _Waiting:
    prepared: Prepared
    place: Future[Receipt]


class AuditLog:
    """The log that all processes of a node write to; safe to share between threads.

    The thread starts with the first entry. `close` commits what waits and signs a last checkpoint.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        machine_clock: Clock,
        keys: SigningKeys,
        checkpoint_dir: Path,
        pace: Pace | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._machine_clock = machine_clock
        self._keys = keys
        self._checkpoint_dir = checkpoint_dir
        self._pace = pace or Pace()
        self._queue: deque[_Waiting] = deque()
        self._changed = threading.Condition()
        self._is_closed = False
        self._thread: threading.Thread | None = None
        self._head = Frontier()
        self._unsigned = 0
        self._checkpoint_due = 0.0
        # Why the latest checkpoint could not be kept; entries are committed all the same.
        self._checkpoint_fault: Exception | None = None

    def append(self, entry: Entry) -> Receipt:
        """Commit `entry`, then return its receipt.

        Raises:
            AuditUnavailableError: it is not certain that the entry is kept; give nothing away.
        """
        return self.append_prepared(prepare(entry, at=self._clock.now(), machine_at=self._machine_clock.now()))

    def append_prepared(self, prepared: Prepared) -> Receipt:
        """Commit an entry whose salt and body are fixed already, as one that was spooled; then return its receipt.

        Raises:
            AuditUnavailableError: it is not certain that the entry is kept; give nothing away.
        """
        waiting = _Waiting(prepared, Future[Receipt]())
        with self._changed:
            if self._is_closed:
                raise AuditUnavailableError("the audit log of this process is closed; nothing may be given away")
            self._queue.append(waiting)
            self._start()
            self._changed.notify_all()
        try:
            return waiting.place.result(timeout=self._pace.patience)
        except TimeoutError:
            waiting.place.cancel()
            raise AuditUnavailableError(
                f"the audit log did not answer within {self._pace.patience:g} s; nothing is given away until it does"
            ) from None

    def committed(self) -> Frontier:
        """The frontier of everything that is committed now, by whichever process.

        Raises:
            AuditUnavailableError: it is missing or damaged.
            DatabaseUnavailableError: the database does not answer.
        """
        with self._database.connection(Principal.AUDIT) as connection:
            return read_frontier(connection)

    def size(self) -> int:
        """Number of entries that are committed, after whoever is committing now has ended.

        Raises:
            AuditUnavailableError: the frontier is missing or damaged, or the database does not answer.
        """
        with self._after_writers() as connection:
            return read_frontier(connection).size

    def place_of(self, prepared: Prepared, *, since: int) -> int | None:
        """Where the log holds this very entry at `since` or later; None where it does not, and nobody is writing it.

        Raises:
            AuditUnavailableError: the database does not answer.
        """
        sought = {"commitment": f'"body":"{commitment(prepared.salt, prepared.body)}"', "since": since}
        with self._after_writers() as connection:
            row = connection.execute(_QUERIES["place_of"].text, sought).fetchone()
        return None if row is None else int(row[0])

    @contextmanager
    def _after_writers(self) -> Generator[Connection]:
        """A connection that holds the turn: a writer that was killed has ended or is undone."""
        try:
            with self._database.connection(Principal.AUDIT) as connection:
                connection.execute(_QUERIES["await_writers"].text)
                yield connection
        except (DatabaseUnavailableError, psycopg.Error) as fault:
            raise AuditUnavailableError("the audit log cannot be read; see whether the database runs") from fault

    def close(self) -> None:
        """Commit what waits, sign a last checkpoint and end the thread; closing twice does nothing.

        Raises:
            AuditUnavailableError: the last checkpoint could not be kept.
        """
        with self._changed:
            if self._is_closed:
                return
            self._is_closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=2 * self._pace.patience)
        if self._checkpoint_fault is not None:
            raise AuditUnavailableError(
                f"the last checkpoint could not be kept in `{self._checkpoint_dir}`; see that the folder and the key "
                f"folder can be used"
            ) from self._checkpoint_fault

    def _start(self) -> None:
        if self._thread is None:
            sequencer = Sequencer(self._database.conninfo(Principal.AUDIT))
            self._thread = threading.Thread(target=self._run, args=(sequencer,), name="watchroom audit", daemon=True)
            self._thread.start()

    def _run(self, sequencer: Sequencer) -> None:
        while (batch := self._next_batch()) is not None:
            if batch:
                self._commit(sequencer, batch)
            if self._is_checkpoint_due():
                self._sign()
        sequencer.close()
        if self._unsigned:
            self._sign()

    def _next_batch(self) -> list[_Waiting] | None:
        """What waits; empty when only a checkpoint is due; None when the log is closed and nothing waits."""
        with self._changed:
            while not self._queue:
                if self._is_closed:
                    return None
                rest = self._seconds_to_checkpoint()
                if rest == 0:
                    return []
                self._changed.wait(rest)
            taken = [self._queue.popleft() for _ in range(min(len(self._queue), self._pace.batch))]
        # A caller whose patience ended was told that there is no entry: it is left out.
        return [waiting for waiting in taken if waiting.place.set_running_or_notify_cancel()]

    def _commit(self, sequencer: Sequencer, batch: list[_Waiting]) -> None:
        try:
            committed = sequencer.commit([waiting.prepared for waiting in batch])
        except Exception as fault:  # noqa: BLE001  whatever it is, nobody gets a receipt and the thread lives on
            # The kind of the fault only: a database's own words may repeat what it was given.
            kind = type(fault).__name__
            _LOG.error("audit log cannot be written: %s", kind)
            for waiting in batch:
                error = AuditUnavailableError(
                    f"the audit log cannot be written (`{kind}`); nothing is given away until it can"
                )
                error.__cause__ = fault
                waiting.place.set_exception(error)
            return
        if not self._unsigned:
            self._checkpoint_due = time.monotonic() + self._pace.checkpoint_seconds
        self._unsigned += len(batch)
        self._head = committed.frontier
        for waiting, receipt in zip(batch, committed.receipts, strict=True):
            waiting.place.set_result(receipt)

    def _is_checkpoint_due(self) -> bool:
        is_full = self._unsigned >= self._pace.checkpoint_entries and self._checkpoint_fault is None
        return is_full or self._seconds_to_checkpoint() == 0

    def _seconds_to_checkpoint(self) -> float | None:
        """How long until a checkpoint is due, never below 0; None when there is nothing to sign."""
        return max(0.0, self._checkpoint_due - time.monotonic()) if self._unsigned else None

    def _sign(self) -> None:
        try:
            write_checkpoint(
                self._checkpoint_dir,
                size=self._head.size,
                root=self._head.root(),
                keys=self._keys,
                day=self._machine_clock.now().date(),
            )
        except Exception as fault:  # noqa: BLE001  the entries stand; the fault is shown, and signing is tried again
            _LOG.error("audit checkpoint cannot be kept: %s", type(fault).__name__)
            self._checkpoint_fault = fault
            self._checkpoint_due = time.monotonic() + self._pace.checkpoint_seconds
            return
        self._checkpoint_fault = None
        self._unsigned = 0
