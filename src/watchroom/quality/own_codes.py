"""Codes that somebody has said to be a source's own: no list of ours holds them, and they are not foreign for that."""

from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection

OwnCodes = frozenset[tuple[str, str, str]]
"""Source, code list and code of each."""
_QUERIES = load_queries("watchroom.quality", "own_codes.sql")


def own_codes(connection: Connection) -> OwnCodes:
    """Source, code list and code of each of them, as loader."""
    return frozenset(connection.execute(_QUERIES["own_codes"].text).fetchall())
