"""Waits until others of the same database stand in line for an advisory lock: two who act at once, in a set order."""

from time import monotonic, sleep

from watchroom.store.database import Database, Principal

_WAITERS = """
select count(*)
from pg_locks
where
    locktype = 'advisory'
    and not granted
    and database = (select oid from pg_database where datname = current_database())
"""


def wait_for_waiters(database: Database, count: int, *, seconds: float = 20.0) -> None:
    """Until so many stand in line; fails after so many seconds, as where nothing holds them up."""
    until = monotonic() + seconds
    with database.connection(Principal.APP) as connection:
        while monotonic() < until:
            row = connection.execute(_WAITERS).fetchone()
            if row is not None and row[0] >= count:
                return
            sleep(0.02)
    raise AssertionError(f"nobody stands in line, of {count} who should")
