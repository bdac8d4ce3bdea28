"""Looks at people as the log holds them: which entries are looks, and at whom."""

from collections.abc import Callable
from datetime import datetime

from watchroom.audit.entries import instant_text
from watchroom.audit.ranges import IndexRange
from watchroom.audit.witness import Witness, witnessed
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection, Database, Principal

_QUERIES = load_queries("watchroom.audit", "looks.sql")
_OF_LOG = load_queries("watchroom.audit")

# An entry that names more people, and does not say whom somebody looked up, is a list and no look.
MOST_PEOPLE = 3


def first_index_since(database: Database, since: datetime) -> int:
    """The first entry that was made at a machine instant or later; one past the last where there is none.

    Entries are in the order of the log, so it is found by halves.
    """
    sought = instant_text(since)
    with database.connection(Principal.AUDIT) as connection:
        low, high = 0, _size(connection)
        while low < high:
            middle = (low + high) // 2
            row = connection.execute(_QUERIES["machine_instant"].text, {"index": middle}).fetchone()
            if row is not None and row[0] < sought:
                low = middle + 1
            else:
                high = middle
    return low


def copy_looks(
    database: Database, *, witness: Witness, span: IndexRange, most_people: int, give: Callable[[bytes], None]
) -> None:
    """Hand the looks of a range to `give`, as PostgreSQL copies rows: see `copy_looks` in `looks.sql`.

    Raises:
        UnwitnessedError: the witness is none of this log, or was used before.
    """
    asked = {"first_index": span.first, "last_index": span.last, "most_people": most_people}
    with (
        witnessed(database, witness) as connection,
        connection.cursor() as cursor,
        cursor.copy(_QUERIES["copy_looks"].text, asked) as rows,
    ):
        for row in rows:
            give(bytes(row))


def _size(connection: Connection) -> int:
    row = connection.execute(_OF_LOG["frontier"].text).fetchone()
    return row[0] if row else 0
