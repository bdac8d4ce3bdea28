"""Rolls mapped again: each is compared with the one before as it was then, and laid over what those before it said."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Final, LiteralString

from watchroom.ingest.again import Kept, KeptRoll
from watchroom.ingest.circumstances import Before, Circumstances, entities_of
from watchroom.ingest.duck import MEMORY
from watchroom.ingest.mapping import Snapshot
from watchroom.ingest.progress import Step
from watchroom.ingest.ready import Ready, Room
from watchroom.ingest.report import BatchReport
from watchroom.ingest.rolls import Earlier, RollTaking
from watchroom.ingest.writing import Writing
from watchroom.kernel.errors import UsageError
from watchroom.sources.arrow import ArrowTable, empty_table, pa
from watchroom.sources.files import ROW_COLUMN, SourceFile
from watchroom.store.database import Connection
from watchroom.store.folding import create_folds, lay_over
from watchroom.store.raw import rows_of
from watchroom.store.staging import copy_into, staging_of

# As `earlier_episodes`, of what the rolls so far say and not of what stands; its table is there for one transaction.
_EARLIER_EPISODES: Final[LiteralString] = """
    select distinct on (t.person_key)
        t.person_key,
        t.source_key,
        to_char(t.valid_from at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        to_char(t.valid_to at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        to_char(t.begun_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        t.status_source_value,
        t.legal_status_source_value,
        t.category_source_value
    from pg_temp.fold_custody_episode as t
    order by t.person_key asc, t.valid_from desc, t.source_key desc
"""
_CUSTODY: Final = "custody_episode"


def require_rolls(kept: Kept, source: str) -> Kept:
    """The same, where every roll can be compared with the one before again.

    Raises:
        UsageError: the rows of one were erased.
    """
    gone = next((roll for roll in kept.rolls if roll.is_erased), None)
    if gone is not None:
        raise UsageError(
            f"the rows of roll `{gone.file.name}` of source `{source}` were erased, and what later rolls say is told by"
            " comparing each with the one before; a changed mapping holds from the next roll on"
        )
    return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """The rolls of a source before the last one, mapped again one after the other.

    Attributes:
        around: what the batch works with.
        snapshot: what its rolls look like.
        writing: the batch; nobody else uses its connection meanwhile.
        before: what stood before the batch; what was decided of values holds for every roll.
    """

    around: Circumstances
    snapshot: Snapshot
    writing: Writing
    before: Before

    @property
    def connection(self) -> Connection:
        """Of the batch."""
        return self.writing.connection

    def earlier(self, rolls: Sequence[KeptRoll], report: BatchReport) -> Earlier:
        """What the rolls left, once all of them were laid one over the other; the last one is not among them."""
        create_folds(self.connection, entities_of(self.around))
        earlier = Earlier()
        for number, roll in enumerate(rolls):
            step = Step(what="replay", done=number, of=len(rolls) + 1, name=roll.file.name, rows=roll.file.left)
            self.around.progress(step)
            earlier = self._laid_over(roll, earlier, report)
        return earlier

    def _laid_over(self, roll: KeptRoll, earlier: Earlier, report: BatchReport) -> Earlier:
        around, file = self.around, roll.file
        room = Room(overflow=self.writing.overflow, memory=MEMORY)
        with Ready(around.mapping, zone=around.source.time_zone, room=room) as own:
            own.mapper.delivered.decided = self.before.decided
            rows = self._rows(roll)
            own.mapper.delivered.receive(self.snapshot.table, rows)
            read = SourceFile(
                name=file.name,
                table_name=self.snapshot.table,
                sha256=file.sha256,
                header=file.header,
                rows_read=file.left + file.bad_rows,
                bad_rows=file.bad_rows,
                is_plain=False,
                is_bare=False,
            )
            own.mapper.take([read])
            taking = RollTaking(around=around, snapshot=self.snapshot, duck=own.duck, mapper=own.mapper)
            taking.laid_out(read, earlier, replace(report, as_at=roll.as_at))
            self._stage(own)
        return Earlier(at=roll.as_at, episodes=self._episodes(), rows=rows)

    def _rows(self, roll: KeptRoll) -> ArrowTable:
        parts = list(rows_of(self.connection, file_id=roll.file.holder, header=roll.file.header))
        if not parts:
            return empty_table([*roll.file.header, ROW_COLUMN])
        rows: ArrowTable = pa.concat_tables(parts)
        return rows

    def _stage(self, own: Ready) -> None:
        with closing(own.duck.beside()) as reader:
            for entity in entities_of(self.around):
                mapped = own.mapper.map(own.duck, entity)
                if not mapped.rows:
                    continue
                into = copy_into(staging_of(entity), mapped.columns)
                with self.connection.cursor() as cursor, cursor.copy(into) as copy:
                    for block in own.mapper.blocks(reader, mapped):
                        copy.write(block)
                lay_over(self.connection, entity)

    def _episodes(self) -> Sequence[Sequence[str]]:
        if _CUSTODY not in self.around.mapping.entities:
            return ()
        return self.connection.execute(_EARLIER_EPISODES).fetchall()
