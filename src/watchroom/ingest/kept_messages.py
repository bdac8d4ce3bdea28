"""The messages of a source as they are kept, in the order in which they came: so many at a time as memory holds."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from watchroom.ingest.again import Kept
from watchroom.ingest.hearing import PART, POST_SIZE, Post, heard_of
from watchroom.ingest.mapping import Messages
from watchroom.kernel.errors import UsageError
from watchroom.kernel.named_sql import load_queries
from watchroom.sources.envelopes import MESSAGES_AT_MOST, reopened
from watchroom.sources.faults import FaultCode
from watchroom.store.database import Connection

_QUERIES = load_queries("watchroom.ingest", "kept_messages.sql")
# With one of these a file of a folder is no message.
_NO_MESSAGE = sorted(code.value for code in FaultCode)
Rows = tuple[UUID, str]
"""The rows of messages by their batch and table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPost:
    """Messages that are mapped again together.

    Attributes:
        post: those that can be read, by their numbers in the node: names that they came with stand many times.
        as_at: instant of the last one, or of the snapshot that they are.
        batches: by the name of a message the batch in which it came.
        damaged: batches of which not all messages can be read any more.
        is_accepted: an operator accepted the snapshot although it lacks much.
        unheard: messages that cannot be read.
    """

    post: Post
    as_at: datetime
    batches: dict[str, UUID]
    damaged: frozenset[UUID]
    is_accepted: bool = False
    unheard: int = 0

    @property
    def last_batch(self) -> UUID:
        """The batch of the last one, of which more may come in the next post."""
        return list(self.batches.values())[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsFile:
    """The file that keeps the rows of a table that came with a batch of messages.

    Attributes:
        name: by its number in the node.
        rows: how many there were when they came, whether or not they were erased since.
    """

    name: str
    rows: int


def with_messages(connection: Connection, kept: Kept, source: str, *, rules: Messages) -> Kept:
    """What is kept of a source of messages, with what cannot be had again of them, as loader.

    Raises:
        UsageError: it gives snapshots, and one of them was erased.
    """
    # INVARIANT: counted before the first of them is read, so that what is erased from then on is noticed.
    erased = count_erased(connection, source)
    if rules.reported and erased:
        raise UsageError(
            f"snapshots of source `{source}` were erased ({erased}), and what is no longer reported is told by"
            " comparing each with those before; a changed mapping holds from the next snapshot on"
        )
    unheard, shifted = _tried(connection, kept_posts(connection, kept, source, rules=rules))
    return replace(kept, files=(), is_heard=True, unheard=unheard, erased=erased, shifted=shifted)


def _tried(connection: Connection, posts: Iterable[KeptPost]) -> tuple[int, frozenset[Rows]]:
    """How many messages cannot be read, and the rows of messages that are not as many as when they came."""
    unheard, shifted, met = 0, set[Rows](), Counter[Rows]()
    for found in posts:
        unheard += found.unheard
        for one in found.post.heard:
            batch = found.batches[one.message.name]
            met.update((batch, row.table) for row in one.decoded.objects)
        # A batch may go on in the next post.
        over = {rows: number for rows, number in met.items() if rows[0] != found.last_batch}
        shifted |= _not_as_many(connection, over)
        met -= Counter(over)
    return unheard, frozenset(shifted | _not_as_many(connection, met))


def _not_as_many(connection: Connection, met: Mapping[Rows, int]) -> set[Rows]:
    kept = message_files(connection, {batch for batch, _ in met})
    return {rows for rows, number in met.items() if rows in kept and kept[rows].rows != number}


def kept_posts(connection: Connection, kept: Kept, source: str, *, rules: Messages) -> Iterator[KeptPost]:
    """The messages that were taken, as loader: each snapshot by itself, others as many as are taken at once."""
    if rules.reported:
        yield from _snapshots(connection, kept, source, rules=rules)
    else:
        yield from _posts(connection, kept, source, rules=rules, only=None)


def _snapshots(connection: Connection, kept: Kept, source: str, *, rules: Messages) -> Iterator[KeptPost]:
    after = 0
    while True:
        asked = {"source_system": source, "after": after, "part": PART, "codes": _NO_MESSAGE}
        row = connection.execute(_QUERIES["next_snapshot"].text, asked).fetchone()
        if row is None:
            return
        after, is_whole, is_accepted = row
        posts = list(_posts(connection, kept, source, rules=rules, only=after))
        for found in posts:
            # What comes in several posts is no snapshot of all that there is, as when it was taken.
            post = replace(found.post, is_part=not is_whole or len(posts) > 1 or bool(found.unheard))
            yield replace(found, post=post, is_accepted=is_accepted)


def _posts(connection: Connection, kept: Kept, source: str, *, rules: Messages, only: int | None) -> Iterator[KeptPost]:
    after = (0, 0)
    while True:
        asked = {
            "source_system": source,
            "only": only,
            "after": after[0],
            "after_id": after[1],
            "at_most": MESSAGES_AT_MOST,
            "size": POST_SIZE,
        }
        rows = connection.execute(_QUERIES["kept_post"].text, asked).fetchall()
        if not rows:
            return
        after = rows[-1][1], rows[-1][0]
        there = [(f"message {number}", content) for number, _, _, _, content in rows if content is not None]
        heard = heard_of([reopened(name, content, rules.codec) for name, content in there], rules)
        again = tuple(one for one in heard if not one.decoded.is_refused)
        batches = {f"message {number}": batch for number, _, batch, _, _ in rows}
        read = {one.message.name for one in again}
        yield KeptPost(
            post=Post(name=kept.name, rules=rules, heard=again),
            as_at=rows[-1][3],
            batches=batches,
            damaged=frozenset(batch for name, batch in batches.items() if name not in read),
            unheard=len(rows) - len(again),
        )


def count_erased(connection: Connection, source: str) -> int:
    """How many messages of a source were taken and are erased by now, as loader."""
    row = connection.execute(_QUERIES["count_erased"].text, {"source_system": source}).fetchone()
    return int(row[0]) if row else 0


def count_messages(connection: Connection, source: str) -> int:
    """How many messages of a source were taken, as loader."""
    row = connection.execute(_QUERIES["count_messages"].text, {"source_system": source}).fetchone()
    return int(row[0]) if row else 0


def message_files(connection: Connection, batches: set[UUID]) -> dict[Rows, RowsFile]:
    """The files that keep the rows of batches of messages, as loader."""
    rows = connection.execute(_QUERIES["message_files"].text, {"batches": list(batches)})
    return {(row[0], row[1]): RowsFile(name=f"{row[2]}/{row[3]}", rows=row[4]) for row in rows}
