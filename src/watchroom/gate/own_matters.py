"""Whom somebody may not meet where the log is read and not the record: their own person, kin, restricted people.

The views of an audience leave them out by themselves (ADR 14). What is read beside them, as the log, asks here.
"""

from uuid import UUID

from watchroom.gate.askers import Asker
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Database, Principal

_QUERIES = load_queries("watchroom.gate", "own_matters.sql")


def hidden_from(database: Database, asker: Asker) -> frozenset[UUID]:
    """Somebody's own person and kin, and restricted people who do not admit them. To compare with, never to show."""
    return _ids(database, asker, "own_people", "restricted_from")


def own_people(database: Database, asker: Asker) -> frozenset[UUID]:
    """Somebody's own person and kin: whatever their duty, they change nothing about these. To compare with."""
    return _ids(database, asker, "own_people")


def records_hidden_from(database: Database, asker: Asker) -> frozenset[UUID]:
    """The records that are kept and not used and do not admit them. To compare with, never to show."""
    return _ids(database, asker, "records_hidden_from")


def all_hidden_from(database: Database, asker: Asker) -> frozenset[UUID]:
    """Both: `hidden_from` and `records_hidden_from`, in one look."""
    return _ids(database, asker, "own_people", "restricted_from", "records_hidden_from")


def _ids(database: Database, asker: Asker, *queries: str) -> frozenset[UUID]:
    # One question: each of them gives one column of ids.
    text = "\nunion all\n".join(_QUERIES[query].text for query in queries)
    facts = {"account": asker.name, "organisation": asker.organisation}
    with database.glance(Principal.APP) as connection:
        return frozenset(row[0] for row in connection.execute(text, facts, prepare=True))
