"""What looks at a batch after it is written and before it is sealed, and may stop it.

Ingest knows no check: whoever wires the node gives one. It runs in the batch's own transaction, so it sees what would
stand, and what it refuses leaves nothing.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Protocol

from watchroom.store.database import Connection


class Finding(Protocol):
    """A reason to stop the batch."""

    @property
    def code(self) -> str:
        """What kind."""
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
    """Tells what stops a batch."""

    def __call__(
        self, connection: Connection, written: Collection[str], *, seq: int, source: str, now: datetime
    ) -> Iterable[Finding]:
        """The reasons; none: it may be sealed.

        Args:
            connection: the batch's own, with its staging tables.
            written: names of entities of which it wrote rows.
            seq: that its rows are stamped with.
            source: name of its source.
            now: node time, timezone-aware.
        """
        ...


def uninspected(
    connection: Connection, written: Collection[str], *, seq: int, source: str, now: datetime
) -> Iterable[Finding]:
    """Stops nothing."""
    del connection, written, seq, source, now
    return ()
