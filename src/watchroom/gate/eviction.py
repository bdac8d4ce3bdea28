"""How audiences end: role, schema and row are dropped once nobody has used them for a while, or nobody can any more.

They are derived, so whoever needs one that was dropped makes it again. A read holds its audiences by a lock from its
beginning to its end, in whatever process it runs, and nothing is dropped that is held.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from weakref import WeakKeyDictionary

import psycopg
from psycopg import sql

from watchroom.kernel.clock import Clock
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection, Database, Principal, retire

_QUERIES = load_queries("watchroom.gate", "eviction.sql")
_LOG = logging.getLogger(__name__)

# A connection that touched this many audiences is not used again: each costs its backend some 3.6 MB of plans and
# catalogue, which PostgreSQL gives back only with the backend.
MOST_ON_ONE_CONNECTION = 24
# Milliseconds for which a drop may wait for whoever reads a view of it; then it is tried again another time.
_PATIENCE = "500ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """How long audiences are kept.

    Attributes:
        unused: one that was not used for so long is dropped.
        most: so many at most are kept, the last used ones; those that a read is in come on top.
    """

    unused: timedelta = timedelta(hours=1)
    most: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Evicted:
    """What one pass did: the names of what it dropped, and how many it left because a read was in them."""

    dropped: Sequence[str]
    held: int


def evict(
    database: Database, *, used: Sequence[str], stay: Stay, machine: Clock, forget: Callable[[str], None]
) -> Evicted:
    """Drop the audiences that nobody used, or that no read can enter any more, each in a transaction of its own.

    Args:
        database, machine: of the node.
        used: names of those that this process used within `stay.unused`, the last used first.
        stay: how long they are kept.
        forget: told the name of each that was dropped.

    Raises:
        DatabaseUnavailableError: no connection could be had.
    """
    parameters = {
        "used": list(used),
        "most": stay.most,
        "made_before": machine.now() - stay.unused,
        "app": database.roles.login(Principal.APP),
    }
    with database.connection(Principal.MIGRATOR) as connection:
        leaving = connection.execute(_QUERIES["audiences_to_leave"].text, parameters).fetchall()
    dropped: list[str] = []
    for name, role, schema, footing in leaving:
        try:
            with database.connection(Principal.MIGRATOR) as connection:
                if not _is_held(connection, name, footing=footing):
                    continue
                drop_audience(connection, name, schema=schema, role=role, owner=database.roles.owner)
        except psycopg.Error as fault:
            _LOG.warning("an audience could not be dropped and is tried again (%s)", fault.sqlstate)
            continue
        forget(name)
        dropped.append(name)
    return Evicted(dropped=dropped, held=len(leaving) - len(dropped))


def drop_audience(connection: Connection, name: str, *, schema: str, role: str, owner: str) -> None:
    """Drop the schema, the row and the role of an audience, as the migrator."""
    named = {"role": sql.Identifier(role), "owner": sql.Identifier(owner), "schema": sql.Identifier(schema)}
    connection.execute(sql.SQL("grant {role} to {owner} with inherit true").format(**named))
    # As the owner: whoever did not grant a right takes none back, and PostgreSQL only warns of it.
    connection.execute(sql.SQL("set local role {owner}").format(**named))
    connection.execute(sql.SQL("drop schema if exists {schema} cascade").format(**named))
    # A role can always have said something about itself, and is not dropped before that is gone.
    connection.execute(sql.SQL("drop owned by {role}").format(**named))
    connection.execute("reset role")
    connection.execute(sql.SQL("revoke {role} from {owner}").format(**named))
    connection.execute(_QUERIES["leave_audiences"].text, {"audience": name})
    try:
        with connection.transaction():
            connection.execute(sql.SQL("drop role {role}").format(**named))
    except psycopg.errors.DependentObjectsStillExist:
        # Roles are of the whole server. It stays for that, and has no right left that the node gave it here.
        _LOG.info("the role of a dropped audience stays: something that is not the node's uses it on this server")


def _is_held(connection: Connection, name: str, *, footing: str) -> bool:
    connection.execute(sql.SQL("set local lock_timeout = {}").format(sql.Literal(_PATIENCE)))
    row = connection.execute(_QUERIES["hold_for_the_end"].text, {"audience": name, "footing": footing}).fetchone()
    return row is not None and row[0]


# Which audiences each reading connection has touched.
_TOUCHED: WeakKeyDictionary[Connection, set[str]] = WeakKeyDictionary()


def touch(connection: Connection, audience: str) -> None:
    """A reading connection enters an audience; the pool gives it up after the read where it has touched too many."""
    touched = _TOUCHED.setdefault(connection, set())
    touched.add(audience)
    if len(touched) >= MOST_ON_ONE_CONNECTION:
        retire(connection)
