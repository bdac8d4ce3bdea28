"""What looks at a batch after it is written and before it is sealed: it may stop it, or say how far to trust it.

Ingest knows no check: whoever wires the node gives one. It runs in the batch's own transaction, so it sees what would
stand, and what it refuses leaves nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from watchroom.store.database import Connection

Records = Mapping[str, tuple[int, int]]
"""By entity: how many records the batch gives; how many of them are new, changed or ended, or may be others than those
of the batch before where a batch does not hold everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """The batch that is looked at.

    Attributes:
        seq: that its rows are stamped with.
        source: name of its source.
        now: node time, timezone-aware.
        is_whole: it gives everything that its source has, and not what came since.
    """

    seq: int
    source: str
    now: datetime
    is_whole: bool


class Finding(Protocol):
    """What was found: a reason to stop the batch, or something to know of it."""

    @property
    def code(self) -> str:
        """What kind."""
        ...

    @property
    def severity(self) -> str:
        """`fatal` stops the batch; `characterisation` says how far it can be trusted."""
        ...

    @property
    def message(self) -> str:
        """What is wrong and what to do, without any value."""
        ...

    @property
    def entity(self) -> str:
        """Whose rows."""
        ...

    @property
    def field(self) -> str | None:
        """Of the model; None: the whole row."""
        ...

    @property
    def file(self) -> str | None:
        """Of the first such row, where it is known."""
        ...

    @property
    def row(self) -> int | None:
        """Of that file."""
        ...


class Inspect(Protocol):
    """Tells what was found of a batch."""

    def __call__(self, connection: Connection, records: Records, batch: Looked) -> Iterable[Finding]:
        """What was found; nothing fatal: it may be sealed.

        Args:
            connection: the batch's own, with its staging tables.
            records: of the batch.
            batch: which.
        """
        ...


def uninspected(connection: Connection, records: Records, batch: Looked) -> Iterable[Finding]:
    """Finds nothing."""
    del connection, records, batch
    return ()
