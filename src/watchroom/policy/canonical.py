"""The canonical form of an agreement: what is signed and hashed, whatever its layout in the file."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import cast


def digest_of(document: object) -> str:
    """SHA-256, in hexadecimal, of the canonical form of `document`."""
    return sha256(canonical(document).encode()).hexdigest()


def canonical(document: object) -> str:
    """The one JSON text of `document`: keys sorted, no spaces, ASCII, dates as ISO 8601."""
    return json.dumps(_plain(document), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def digest_of_all(digests: Iterable[str]) -> str:
    """The digest of a set of digests, in whatever order they are given."""
    return digest_of(sorted(digests))


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | float():
            return value
        case date():
            return value.isoformat()
        case str():
            return str(value)
        case Mapping():
            return {str(key): _plain(entry) for key, entry in cast(Mapping[object, object], value).items()}
        case Sequence():
            return [_plain(entry) for entry in cast(Sequence[object], value)]
        case _:
            raise TypeError(f"a {type(value).__name__} has no canonical form")
