"""The messages of a source as they are kept, in the order in which they came: so many at a time as memory holds."""

from collections.abc import Iterator
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


def with_messages(connection: Connection, kept: Kept, source: str, *, rules: Messages) -> Kept:
    """What is kept of a source of messages, with how many of them cannot be read again, as loader.

    Raises:
        UsageError: it gives snapshots, and one of them was erased.
    """
    erased = connection.execute(_QUERIES["count_erased"].text, {"source_system": source}).fetchone()
    if rules.reported and erased and erased[0]:
        raise UsageError(
            f"snapshots of source `{source}` were erased ({erased[0]}), and what is no longer reported is told by"
            " comparing each with those before; a changed mapping holds from the next snapshot on"
        )
    unheard = sum(post.unheard for post in kept_posts(connection, kept, source, rules=rules))
    return replace(kept, files=(), is_heard=True, unheard=unheard)


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


def count_messages(connection: Connection, source: str) -> int:
    """How many messages of a source were taken, as loader."""
    row = connection.execute(_QUERIES["count_messages"].text, {"source_system": source}).fetchone()
    return int(row[0]) if row else 0


def message_files(connection: Connection, batches: set[UUID]) -> dict[tuple[UUID, str], str]:
    """By batch of messages and table the file that keeps its rows, by its number in the node, as loader."""
    rows = connection.execute(_QUERIES["message_files"].text, {"batches": list(batches)})
    return {(batch_id, table): f"{number}/{name}" for batch_id, table, number, name in rows}
