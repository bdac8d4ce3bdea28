"""Reading the log is itself an entry: who reads shows a witness, and a witness is only had by being entered.

The room's functions that give entries want a `Witness`. It is made here alone, after the reader's own entry was
committed, is good for one reading, and is looked up in the log that is read: one of another log opens nothing.
"""

from collections.abc import Generator
from contextlib import contextmanager
from uuid import UUID

from watchroom.audit.entries import AuditTrail, Entry, Receipt
from watchroom.kernel.errors import WatchroomError
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection, Database, Principal

_QUERIES = load_queries("watchroom.audit")
_ABOUT = ("audit", "looks", "my_work", "subject_access")
_MADE_HERE = object()


class UnwitnessedError(WatchroomError):
    """A reading of the log that nobody entered in it; nothing is given."""


class Witness:
    """That one reading of the log was entered, and by whom. Made by `enter_reading`; good for one reading.

    Attributes:
        entry: what was entered.
        receipt: of it.
    """

    def __init__(self, entry: Entry, receipt: Receipt, *, made_by: object) -> None:
        if made_by is not _MADE_HERE:
            raise UnwitnessedError("a witness is made by `enter_reading`, which enters the reading first")
        self.entry = entry
        self.receipt = receipt
        self._is_spent = False

    def spend(self, *, subject: UUID | None) -> None:
        """Use it up.

        Args:
            subject: whom the reading is about; None: nobody in particular.

        Raises:
            UnwitnessedError: it was used before, or its entry does not name the subject.
        """
        if self._is_spent:
            raise UnwitnessedError("this reading of the log was done already; enter another one")
        if subject is not None and subject not in self.entry.subjects:
            raise UnwitnessedError("the entry of this reading does not name the person whose entries are read")
        self._is_spent = True


def enter_reading(log: AuditTrail, entry: Entry) -> Witness:
    """Enter a reading of the log; returns what opens it once.

    Args:
        log: that is to be read.
        entry: who reads, why, and about whom; its thing is one of `_ABOUT`.

    Raises:
        AuditUnavailableError: it could not be entered; nothing is given.
        UnwitnessedError: the entry is about something else than the log.
    """
    if entry.entity not in _ABOUT:
        raise UnwitnessedError(f"the entry of a reading of the log is about one of {', '.join(_ABOUT)}")
    return Witness(entry, log.append(entry), made_by=_MADE_HERE)


@contextmanager
def witnessed(database: Database, witness: Witness, *, subject: UUID | None = None) -> Generator[Connection]:
    """A connection that may read the log, in one snapshot that holds the witness's own entry.

    Raises:
        UnwitnessedError: the log does not hold it, it was used before, or it names somebody else.
        DatabaseUnavailableError: the database does not answer.
    """
    witness.spend(subject=subject)
    with database.connection(Principal.AUDIT) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        receipt = {"index": witness.receipt.index, "leaf_hash": witness.receipt.leaf_hash}
        # INVARIANT: looked up in the very log that is read, so that a log in memory is no way round.
        if connection.execute(_QUERIES["is_entered"].text, receipt).fetchone() is None:
            raise UnwitnessedError("the log does not hold the entry of this reading; nothing is given")
        yield connection
