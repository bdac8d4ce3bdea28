"""An audit log that lives in memory: same contract and same tree, for tests of the rooms above."""

from threading import Lock

from watchroom.audit.entries import AuditUnavailableError, Entry, Prepared, Receipt, prepare
from watchroom.audit.merkle import Frontier, leaf_hash
from watchroom.kernel.clock import Clock, MachineClock


class MemoryAuditLog:
    """A working log without a database.

    Attributes:
        entries: what was appended, in order, as the callers gave it.
        is_available: set it to False to see what a caller does when no entry can be kept.
    """

    def __init__(self, *, clock: Clock | None = None, machine_clock: Clock | None = None) -> None:
        self.entries: list[Entry] = []
        self.is_available = True
        self._clock: Clock = clock or MachineClock()
        self._machine_clock: Clock = machine_clock or MachineClock()
        self._prepared: list[Prepared] = []
        self._frontier = Frontier()
        self._lock = Lock()

    def append(self, entry: Entry) -> Receipt:
        """Keep `entry` and return its receipt.

        Raises:
            AuditUnavailableError: `is_available` is False.
        """
        prepared = prepare(entry, at=self._clock.now(), machine_at=self._machine_clock.now())
        with self._lock:
            if not self.is_available:
                raise AuditUnavailableError("the audit log cannot be written; nothing may be given away until it can")
            index = self._frontier.size
            leaf = leaf_hash(prepared.header(index).encode())
            self._frontier = self._frontier.extend([leaf])
            self._prepared.append(prepared)
            self.entries.append(entry)
        return Receipt(index=index, leaf_hash=leaf)

    def headers(self) -> list[str]:
        """The headers of all entries, in order."""
        return [prepared.header(index) for index, prepared in enumerate(self._prepared)]

    def root(self) -> bytes:
        """The root of the tree."""
        return self._frontier.root()

    def close(self) -> None:
        """Nothing more may be appended."""
        self.is_available = False
