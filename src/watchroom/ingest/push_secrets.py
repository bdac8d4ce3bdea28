"""The secret with which a source pushes: made here, shown once, and kept as a digest only."""

import hashlib
import hmac
import secrets
from typing import Final

from watchroom.ingest.registry import PUSH, Source, find_source
from watchroom.kernel.errors import UsageError
from watchroom.kernel.named_sql import load_queries
from watchroom.kernel.secrets import Secret
from watchroom.store.database import Connection

_QUERIES = load_queries("watchroom.ingest", "push.sql")
_BYTES: Final = 32
_LONGEST: Final = 200
# What a secret is held against where there is no source of that name, so that it takes as long.
_NOBODY: Final = hashlib.sha256(b"").digest()


def new_secret(connection: Connection, name: str) -> Secret[str]:
    """Give a source a fresh secret, as loader; the one before opens nothing from the commit on.

    Raises:
        NotFoundError: there is no source of that name.
        UsageError: it does not push, or it has ended.
    """
    source = find_source(connection, name)
    if source.kind != PUSH:
        raise UsageError(f"source `{name}` is of kind `{source.kind}` and pushes nothing; only `push` has a secret")
    if source.ended_at is not None:
        raise UsageError(
            f"source `{name}` has ended, so nothing that it pushes is taken; `watchroom source resume DIR {name}` first"
        )
    secret = secrets.token_urlsafe(_BYTES)
    connection.execute(_QUERIES["set_secret"].text, {"name": name, "secret_hash": _digest(secret)})
    return Secret(secret)


def pushing_source(connection: Connection, name: str, given: Secret[str]) -> Source | None:
    """The source of that name, if what was given is its secret, as loader; None: whatever else."""
    row = connection.execute(_QUERIES["secret_of"].text, {"name": name}).fetchone()
    text = given.reveal()
    is_right = hmac.compare_digest(_NOBODY if row is None else bytes(row[0]), _digest(text))
    if row is None or not is_right or len(text) > _LONGEST:
        return None
    return find_source(connection, name)


def _digest(secret: str) -> bytes:
    # Of 256 random bits: nothing can be guessed, so no slow hash is needed.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
