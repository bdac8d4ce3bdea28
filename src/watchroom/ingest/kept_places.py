"""Where the rows of messages that are mapped again are kept: with the batch in which each message came."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from watchroom.ingest.duck import identifier
from watchroom.ingest.kept_messages import KeptPost, Rows, message_files
from watchroom.ingest.ready import Ready
from watchroom.sources.codecs.tables import MESSAGE_COLUMN
from watchroom.sources.source_file import SourceFile
from watchroom.store.beside import Place
from watchroom.store.database import Connection
from watchroom.store.writes import HeldPlace, WriteIssue

_FIRST_ROW = 2
_OfRow = TypeVar("_OfRow", WriteIssue, HeldPlace)


@dataclass(frozen=True, kw_only=True)
class KeptPlaces:
    """Where rows of a delivery are kept.

    Attributes:
        now: by the place that a row has in the delivery the one at which it is kept.
        rows: by batch and table how many rows of messages were met so far; a batch may go on in the next post.
        shifted: of which there are not as many as when they came.
    """

    now: Mapping[Place, Place] = field(default_factory=dict[Place, Place])
    rows: Mapping[Rows, int] = field(default_factory=dict[Rows, int])
    shifted: frozenset[Rows] = frozenset()

    @cached_property
    def _was(self) -> Mapping[Place, Place]:
        return {kept: given for given, kept in self.now.items()}

    def back(self, found: _OfRow) -> _OfRow:
        """What the store says of a row, of the place that it has in the delivery."""
        given = self._was.get((found.file or "", found.row or 0))
        return found if given is None else replace(found, file=given[0], row=given[1])


def own_places(
    connection: Connection, own: Ready, found: KeptPost, *, files: Sequence[SourceFile], after: KeptPlaces
) -> KeptPlaces:
    """Where the rows of a post are kept; those of a batch of which not all are as they were when they came are nowhere.

    They are found by their number among those of their batch. Of a message that is gone, or of which a newer codec
    gives more rows or fewer, nobody can say how many came before the next one: that row would be somebody else's.

    Args:
        connection: as loader.
        own: that received them.
        found: the post.
        files: that it makes.
        after: the places of the post before.
    """
    kept = message_files(connection, set(found.batches.values()))
    now: dict[Place, Place] = {}
    met = Counter(dict(after.rows))
    for file in files:
        if not own.mapper.delivered.holds(file.table_name):
            continue
        rows = own.duck.rows(
            f"select {MESSAGE_COLUMN}, source_row from {identifier(own.mapper.delivered.raw_name(file.table_name))}"
            " order by source_row"
        )
        for message, row in rows:
            batch = found.batches[message]
            number = met[batch, file.table_name]
            met[batch, file.table_name] += 1
            held = kept.get((batch, file.table_name))
            is_known = batch not in found.damaged and (batch, file.table_name) not in after.shifted
            if held is not None and is_known:
                now[file.name, row] = (held.name, _FIRST_ROW + number)
    rows_met = {place: number for place, number in met.items() if place[0] == found.last_batch}
    return replace(after, now=now, rows=rows_met)
