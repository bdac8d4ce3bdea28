"""One at a time: whoever takes from a source, maps it again or decides of its codes does so alone.

What a batch makes of its delivery rests on what it found before: the record's rows beside its messages, the last roll,
the extract that stands, codes that were decided. Were another batch sealed in between, it would be undone in silence.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg import Error

from watchroom.ingest.registry import Source
from watchroom.kernel.errors import WatchroomError
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection, Database
from watchroom.store.roles import Principal

_QUERIES = load_queries("watchroom.ingest", "alone.sql")


class SourceEndedError(WatchroomError):
    """Nothing is taken from the source any more: it has ended, or was removed while somebody waited for it."""


@contextmanager
def taking_alone(database: Database, source: Source) -> Generator[Connection]:
    """A connection as loader; while it is open nobody else takes from the source. Waits for whoever does.

    INVARIANT: it is held by the session and not by a transaction, so that a command of several batches, and a batch
    that is rolled back and entered as refused, are one turn. What is not committed when this ends is rolled back.

    Raises:
        SourceEndedError: it has ended, or another one is registered under its name by now.
    """
    named = {"source_system": source.name}
    with database.connection(Principal.LOADER) as connection:
        connection.execute(_QUERIES["hold_source"].text, named)
        try:
            # INVARIANT: looked at in turn, so that nobody ends or removes it between this and what is taken.
            require_taken(connection, source)
            yield connection
        finally:
            try:
                connection.rollback()
                connection.execute(_QUERIES["let_go_of_source"].text, named)
            except Error:
                # INVARIANT: no session goes back to the others that still holds a source.
                connection.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Who waits for a source.

    Attributes:
        number: how many wait until whoever takes from it, or decides of its codes, has done so.
        seconds: for which the first of them has waited.
    """

    number: int
    seconds: float

    def as_json(self) -> dict[str, object]:
        """The queue for a JSON document."""
        return {"number": self.number, "seconds": round(self.seconds, 1)}

    def __str__(self) -> str:
        return f"{self.number} for {self.seconds:.0f} s"


def queues(connection: Connection) -> Mapping[str, Queue]:
    """Who waits at present, in whatever process, by source; one for which nobody does is left out. As loader."""
    rows = connection.execute(_QUERIES["queues"].text).fetchall()
    return {name: Queue(number=number, seconds=seconds) for name, number, seconds in rows}


def is_alone(connection: Connection, source: str) -> bool:
    """Whether nobody takes from the source, as loader; then nobody does until the transaction ends."""
    return connection.execute(_QUERIES["try_source"].text, {"source_system": source}).fetchone() == (True,)


def require_taken(connection: Connection, source: Source) -> None:
    """Nothing, where the source is still registered as it was found, as loader; of one that never was nothing is asked.

    Raises:
        SourceEndedError: it has ended, or another one is registered under its name by now.
    """
    if source.added_at is None:
        return
    given = {"name": source.name, "added_at": source.added_at}
    if connection.execute(_QUERIES["still_taken"].text, given).fetchone() is None:
        raise SourceEndedError(
            f"source `{source.name}` has ended, so nothing is taken from it; take it up again with `watchroom source"
            f" resume DIR {source.name}`, or look at `watchroom source list DIR` if it was removed"
        )
