"""What the node's process vouches for: facts about an asker, under a secret that no reading connection can have.

The secret stands in the database, where the owner and the login `app` may read it and neither a reader nor an audience.
So whoever sends SQL of their own through a reading connection cannot say that they are somebody else.
"""

from collections.abc import Mapping
from hashlib import sha256
from json import dumps

from watchroom.kernel.errors import WatchroomError
from watchroom.kernel.named_sql import load_queries
from watchroom.kernel.secrets import Secret
from watchroom.store.database import Database, Principal

_QUERIES = load_queries("watchroom.gate", "vouching.sql")


class NoVouchingError(WatchroomError):
    """The secret of the database is gone, so nothing can be read through the gate."""


class Vouching:
    """Vouches for facts in the name of one node; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._keys: Secret[tuple[bytes, bytes]] | None = None

    def vouched(self, facts: Mapping[str, object]) -> tuple[str, bytes]:
        """The facts as a text, and what makes the database believe it.

        HMAC-SHA-256 with two keys of one block each, both random, in place of two that are made from one.

        Raises:
            NoVouchingError: see there.
            DatabaseUnavailableError: the secret cannot be read.
        """
        text = dumps(facts, separators=(",", ":"))
        inner, outer = self._secret().reveal()
        return text, sha256(outer + sha256(inner + text.encode()).digest()).digest()

    def _secret(self) -> Secret[tuple[bytes, bytes]]:
        if self._keys is None:
            with self._database.connection(Principal.APP) as connection:
                row = connection.execute(_QUERIES["vouching"].text).fetchone()
            if row is None:
                raise NoVouchingError("`gate.vouching` is empty; restore the node from a backup")
            self._keys = Secret((bytes(row[0]), bytes(row[1])))
        return self._keys
