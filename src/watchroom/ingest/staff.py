"""What staff write: rows of theirs through the one write path, sealed as any delivery is, or nothing of them.

They point at what they see, so their references are ids of the record and not keys of a source (`BatchStamp.is_typed`).
Each entry of the outbox stands beside its note and has a next version with every step, which tells two people who do
something with the same entry at once apart.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from watchroom.ingest.dating import DatedBy
from watchroom.kernel.clock import Clock
from watchroom.kernel.errors import UsageError
from watchroom.kernel.ids import uuid7
from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Catalogue
from watchroom.store.database import Connection, Database, Principal
from watchroom.store.first_rows import make_late_indexes
from watchroom.store.sealing import Moment, next_in_order, seal
from watchroom.store.writes import BatchStamp, copy_into, create_stagings, write_entity

STAFF = "staff"
"""The source of what staff write, and its kind."""
NOTE, ENTRY = "case_note", "outbox_item"

_QUERIES = load_queries("watchroom.ingest", "staff.sql")
_BATCHES = load_queries("watchroom.ingest")
_OF_NO_MAPPING = dict.fromkeys(
    ("mapping", "mapping_version", "mapping_digest", "rerun_of", "machine_started_at", "delivery", "delivery_digest")
)


class Standing(NamedTuple):
    """An entry of the outbox as it stands, as far as its next version repeats it.

    `note_key` is the key of the note among what staff wrote; None where it is taken back or is the delivered one.
    """

    id: UUID
    source_key: str
    seq_from: int
    person_key: str
    case_note_key: str | None
    note_key: str | None
    system_code: str
    status_code: str
    typed_at: datetime
    typed_by_reference: str | None
    site_code: str | None
    unit_code: str | None
    is_restricted: bool


class Whereabouts(NamedTuple):
    """Where a person is recorded to be now, as their rows have it."""

    person_key: str
    site_code: str | None
    unit_code: str | None
    is_restricted: bool


class Delivered(NamedTuple):
    """That a delivery of the legal record holds what an entry says."""

    entry_id: UUID
    delivered_id: str
    delivered_key: str


Row = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What is written in one batch.

    Attributes:
        rows: by entity, with the columns of staging; none of what was staged by a statement already.
        taken_back: keys of notes that end.
    """

    rows: Mapping[str, Sequence[Row]]
    taken_back: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What staff wrote, as it stands: its batch, when it was known, and how many rows are new, changed or ended."""

    batch_id: UUID
    moment: Moment
    changes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtaken:
    """Nothing was written: what it is about is not any more what the writer saw."""


Compose = Callable[[Connection, datetime], Writing | Overtaken]
"""Makes what is written of what stands once nobody else can write, and of the instant by the node's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffIntake:
    """What takes what staff write into a node.

    Attributes:
        database, model: of the node.
        clock, machine: of the node, and the machine's.
        agency: controller of what its staff write.
        time_zone: of the node, IANA name.
    """

    database: Database
    clock: Clock
    machine: Clock
    model: Catalogue
    agency: str
    time_zone: str
    entities: tuple[str, ...] = field(default=(NOTE, ENTRY))

    def write(self, compose: Compose, *, witness: Callable[[Sealed], None]) -> Sealed | Overtaken:
        """Write what `compose` makes, in one batch.

        Args:
            compose: called while the lock of all writers is held.
            witness: told of it before it is committed; when it raises, nothing stands. It writes the audit entry.

        Raises:
            UsageError: another source of the node has the name that is kept for this one.
            OutOfOrderError: the node's clock stands before the last sealed batch.
        """
        entities = [self.model.entity(name) for name in self.entities]
        # INVARIANT: before there is a connection: it is done beside it, by the owner.
        make_late_indexes(self.database, entities)
        batch_id, began = uuid7(at=self.machine.now()), self.clock.now()
        with self.database.connection(Principal.LOADER) as connection:
            self._open(connection, batch_id, at=began)
            create_stagings(connection, entities)
            turn = next_in_order(connection, source_system=STAFF, at=self.clock.now())
            writing = compose(connection, turn.instant)
            changes = (
                None
                if isinstance(writing, Overtaken)
                else self._written(connection, writing, batch_id=batch_id, turn=turn)
            )
            if changes is None:
                connection.rollback()
                return Overtaken()
            # Before the seal, for then readers wait.
            witness(Sealed(batch_id=batch_id, moment=turn, changes=changes))
            moment = seal(
                connection, batch_id=batch_id, source_system=STAFF, at=self.clock.now, machine_at=self.machine.now()
            )
            self._close(connection, batch_id, moment, changes=changes)
        return Sealed(batch_id=batch_id, moment=moment, changes=changes)

    def _open(self, connection: Connection, batch_id: UUID, *, at: datetime) -> None:
        added = {"name": STAFF, "agency_code": self.agency, "time_zone": self.time_zone, "added_at": at}
        connection.execute(_QUERIES["add_staff_source"].text, added)
        kind = connection.execute(_QUERIES["kind_of"].text, {"name": STAFF}).fetchone()
        if kind != (STAFF,):
            raise UsageError(
                f"a source of this node is named `{STAFF}`, a name that is kept for what staff write: nothing can be"
                " written here until that source has another name"
            )
        opened = {"id": batch_id, "source_system": STAFF, "agency_code": self.agency, "as_at": at}
        connection.execute(
            _BATCHES["open_batch"].text,
            {**opened, **_OF_NO_MAPPING, "dated_by": DatedBy.LOADED.value, "started_at": at, "is_full": False},
        )

    def _written(self, connection: Connection, writing: Writing, *, batch_id: UUID, turn: Moment) -> int | None:
        """How many rows it changed; None: one of them points at what is not there any more."""
        stamp = BatchStamp(
            batch_id=batch_id,
            seq=turn.sequence,
            recorded_at=turn.instant,
            source_system=STAFF,
            agency_code=self.agency,
            is_full=False,
            is_typed=True,
            taken_back=writing.taken_back,
        )
        changes = 0
        for name in self.entities:
            entity, rows = self.model.entity(name), writing.rows.get(name, ())
            staged = f"stage_{name}"
            columns = tuple(dict.fromkeys(column for row in rows for column in row))
            if columns:
                with connection.cursor() as cursor, cursor.copy(copy_into(staged, columns)) as copy:
                    for row in rows:
                        copy.write_row([row.get(column) for column in columns])
            written = write_entity(connection, entity, staged, batch=stamp)
            if written.held or written.issues:
                return None
            changes += written.new + written.changed + written.ended
        return changes

    @staticmethod
    def _close(connection: Connection, batch_id: UUID, moment: Moment, *, changes: int) -> None:
        connection.execute(
            _BATCHES["close_batch"].text,
            {
                "id": batch_id,
                "status": "sealed",
                "seq": moment.sequence,
                "as_at": moment.instant,
                "dated_by": DatedBy.LOADED.value,
                "finished_at": moment.instant,
                "totals": json.dumps({"rows": {"read": changes, "loaded": changes, "quarantined": 0}}),
            },
        )


def standing_entries(connection: Connection, ids: Sequence[UUID]) -> list[Standing]:
    """The entries of the outbox of those ids that stand, as loader."""
    rows = connection.execute(_QUERIES["standing_entries"].text, {"source_system": STAFF, "ids": list(ids)})
    return [Standing(*row) for row in rows]


def whereabouts(connection: Connection, person_id: UUID) -> Whereabouts | None:
    """Where a person is now, as loader; None: there is no such person."""
    row = connection.execute(_QUERIES["standing_people"].text, {"ids": [person_id]}).fetchone()
    return None if row is None else Whereabouts(*row)


def delivered(connection: Connection, *, source: str, system: str) -> list[Delivered]:
    """The entries that the deliveries of a source hold and that are not linked yet, as loader.

    Args:
        source: that delivers.
        system: the legal record whose deliveries they are.
    """
    given = {"source_system": STAFF, "delivering": source, "system_code": system}
    return [Delivered(*row) for row in connection.execute(_QUERIES["delivered_since"].text, given)]


def is_written(connection: Connection, key: str) -> bool:
    """Whether there is an entry of that key already, whatever became of it, as loader."""
    row = connection.execute(_QUERIES["is_written"].text, {"source_system": STAFF, "source_key": key}).fetchone()
    return bool(row and row[0])
