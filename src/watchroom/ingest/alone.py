"""One at a time: whoever takes from a source, maps it again or decides of its codes does so alone.

What a batch makes of its delivery rests on what it found before: the record's rows beside its messages, the last roll,
the extract that stands, codes that were decided. Were another batch sealed in between, it would be undone in silence.
"""

from collections.abc import Generator
from contextlib import contextmanager

from psycopg import Error

from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection, Database
from watchroom.store.roles import Principal

_QUERIES = load_queries("watchroom.ingest", "alone.sql")


@contextmanager
def taking_alone(database: Database, source: str) -> Generator[Connection]:
    """A connection as loader; while it is open nobody else takes from the source of that name. Waits for whoever does.

    INVARIANT: it is held by the session and not by a transaction, so that a command of several batches, and a batch
    that is rolled back and entered as refused, are one turn. What is not committed when this ends is rolled back.
    """
    named = {"source_system": source}
    with database.connection(Principal.LOADER) as connection:
        connection.execute(_QUERIES["hold_source"].text, named)
        try:
            yield connection
        finally:
            try:
                connection.rollback()
                connection.execute(_QUERIES["let_go_of_source"].text, named)
            except Error:
                # INVARIANT: no session goes back to the others that still holds a source.
                connection.close()


def is_alone(connection: Connection, source: str) -> bool:
    """Whether nobody takes from the source, as loader; then nobody does until the transaction ends."""
    return connection.execute(_QUERIES["try_source"].text, {"source_system": source}).fetchone() == (True,)
