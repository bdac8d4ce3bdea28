"""Taking up several deliveries where an earlier command stopped: what is in the record already is not taken twice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from watchroom.kernel.named_sql import load_queries
from watchroom.sources.caps import Digested
from watchroom.sources.faults import FileFaultError
from watchroom.sources.files import digest_of_files, entries_of, is_file
from watchroom.store.database import Connection

_QUERIES = load_queries("watchroom.ingest", "resuming.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenAlready:
    """A delivery of a command that is in the record already.

    Attributes:
        delivery: name of what was delivered, without its parents.
        batch_id: of the batch that took it.
    """

    delivery: str
    batch_id: UUID

    def as_json(self) -> dict[str, object]:
        """The delivery for a JSON document."""
        return {"delivery": self.delivery, "batch": str(self.batch_id)}


Counts = Callable[[str], bool]
"""Whether a file of a delivery is read, by its name."""


def digest_of(path: Path, counts: Counts) -> str | None:
    """The digest of a delivery as whoever reads it makes it; None: it cannot be read."""
    try:
        files = [one for one in entries_of(path) if counts(one.name) and is_file(one)] if path.is_dir() else [path]
        return digest_of_files({file.name: _digest_of(file) for file in files})
    except (OSError, FileFaultError):
        return None


def _digest_of(file: Path) -> str:
    with file.open("rb") as stream:
        return Digested(stream).sha256()


def taken_already(
    connection: Connection, source: str, deliveries: Sequence[Path], *, counts: Counts
) -> tuple[TakenAlready, ...]:
    """The first of several deliveries, as far as they are what the source delivered last, in that order; as loader.

    A single delivery is never one of them: that a source gives the same again is news of the source.

    Args:
        connection: as loader, who takes alone from the source.
        source: name of the source.
        deliveries: the earliest first.
        counts: whether a file of one is read, by its name.
    """
    if len(deliveries) == 1:
        return ()
    last = _last(connection, source, at_most=len(deliveries))
    digests = [digest_of(delivery, counts) for delivery in deliveries[: len(last)]]
    for number in range(len(last), 0, -1):
        ended = last[-number:]
        if [digest for digest, _ in ended] == digests[:number]:
            taken = zip(deliveries[:number], ended, strict=True)
            return tuple(TakenAlready(delivery=path.name, batch_id=batch_id) for path, (_, batch_id) in taken)
    return ()


def _last(connection: Connection, source: str, *, at_most: int) -> list[tuple[str, UUID]]:
    """Digest and batch of what the source delivered last, the latest at the end; of one that came again the last."""
    found: list[tuple[str, UUID]] = []
    # A roll may have been held once and accepted then, so that it stands twice.
    asked = {"source_system": source, "at_most": 2 * at_most}
    for digest, batch_id, is_held in connection.execute(_QUERIES["last_deliveries"].text, asked):
        if digest is None:
            break
        # The last roll, if it is held, is tried once more: an operator may accept it now.
        if not (found and found[-1][0] == digest) and not (is_held and not found):
            found.append((digest, batch_id))
    return list(reversed(found[:at_most]))
