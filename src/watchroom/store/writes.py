"""The one write path: what was staged becomes the record, its history and its change feed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import datetime
from uuid import UUID

from psycopg import sql
from psycopg.errors import CardinalityViolation, UniqueViolation

from watchroom.kernel.errors import WatchroomError
from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Entity
from watchroom.store.compare_statement import compare_statement
from watchroom.store.database import Connection
from watchroom.store.identifying import PERSON, Rules, drop_superseded, ruled
from watchroom.store.raw_erasing import refuse_erased
from watchroom.store.staging import (
    copy_into,
    create_staging,
    create_stagings,
    hold_keys,
    index_staging,
    key_name,
    references,
    staging_columns,
    staging_table,
)
from watchroom.store.tables import table_name
from watchroom.store.unnamed import ERASED_IN_CUSTODY
from watchroom.store.waiting import Waiting, forget_waiting
from watchroom.store.write_statement import Way, write_statement

__all__ = [
    "BatchStamp",
    "DuplicateKeyError",
    "HeldPlace",
    "WriteIssue",
    "Written",
    "close_staging",
    "compare_entity",
    "copy_into",
    "create_staging",
    "create_stagings",
    "forget_waiting",
    "give_room",
    "held_places",
    "hold_erased",
    "hold_keys",
    "staging_columns",
    "stands",
    "write_entity",
]

_QUERIES = load_queries("watchroom.store", "writes.sql")
_ROWS_AT_ONCE = 10_000
ERASED_BEFORE = "erased_before"
"""The code of an issue: the record of a row was erased here, or the person that it names."""
ERASED = frozenset({ERASED_BEFORE, ERASED_IN_CUSTODY})
"""The codes of issues of rows that were refused because they are of somebody, or something, that was erased."""
ISSUES_AT_MOST = 1000
"""More issues of one code, file and field than this are told by their number only."""


class DuplicateKeyError(WatchroomError):
    """A batch gives the same source key twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStamp:
    """What every version that a batch writes is stamped with.

    Attributes:
        batch_id: of `ingest.batch`.
        seq: its sealed sequence, from `sealing.seal` in the same transaction.
        recorded_at: node time, timezone-aware.
        source_system: whose keys these are.
        agency_code: which agency's record it is.
        is_full: the batch holds everything; a key of the source that it does not name has ended.
        is_typed: staff wrote it: a key points to a row of the batch's own source or, being its id, to any other.
        taken_back: keys of what is taken back; what stands under them ends, where the batch is not full.
        rules: by which its references are found beyond the source.
        is_beside: it is written beside the record (`store.beside`), where nothing waits.
    """

    batch_id: UUID
    seq: int
    recorded_at: datetime
    source_system: str
    agency_code: str
    is_full: bool
    is_typed: bool = False
    taken_back: tuple[str, ...] = ()
    rules: Rules = ()
    is_beside: bool = False

    @property
    def own(self) -> dict[str, str]:
        """Whose the rows are, as statements name it."""
        return {"source_system": self.source_system, "agency_code": self.agency_code}


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteIssue:
    """A field of a staged row that could not be given a value.

    Attributes:
        code: `reference_missing`: its key points to nothing that stands; `reference_awaited`: nor does another source
            of the agency have what it names; `reference_ambiguous`: they have several; `value_missing`: a required
            field is empty; `erased_before`: the record, or the person that it names, was erased here;
            `erased_in_custody`: the same, and only their place in custody is kept.
        file: of the source, as staged.
        row: of that file, as staged.
        field: of the entity.
        number: how many rows of the file have it; only the first `ISSUES_AT_MOST` are told.
    """

    code: str
    file: str | None
    row: int | None
    field: str
    number: int = attribute(default=1, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What became of the staged rows of one entity; without any, nothing.

    Attributes:
        new: keys that were not there.
        changed: keys with another content.
        unchanged: keys with the same content; nothing was written for them.
        ended: keys that a full batch no longer names; moved to history.
        held: rows not written because a required field has no value; what stood under their key still stands.
        erased: rows refused because their record, or their person, was erased here.
        issues: why, and which references were left empty; by file and row, the first `ISSUES_AT_MOST` of a kind.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    ended: int = 0
    held: int = 0
    erased: int = 0
    issues: tuple[WriteIssue, ...] = ()


def write_entity(
    connection: Connection, entity: Entity, staged: str, *, batch: BatchStamp, keeps: bool = False
) -> Written:
    """Write the staged rows of one entity, in the transaction that sealed the batch.

    Write entities in the catalogue's order, so that what a row points to is there before it. A key that ended
    and returns keeps its id.

    Args:
        connection: as loader, READ COMMITTED.
        entity: of the catalogue.
        staged: name that `create_staging` returned.
        batch: the stamp.
        keeps: some staged rows name columns in `kept`.

    Raises:
        DuplicateKeyError: a key stands twice in the staging table; the transaction is lost.
    """
    parameters = {
        **batch.own,
        "batch_id": batch.batch_id,
        "seq": batch.seq,
        "recorded_at": batch.recorded_at,
        "taken_back": list(batch.taken_back),
    }
    way = Way(is_full=batch.is_full, keeps=keeps, is_typed=batch.is_typed, rules=batch.rules, is_beside=batch.is_beside)
    text = write_statement(entity, staged, way)
    try:
        if batch.is_full:
            connection.execute(index_staging(staged))
        erased = hold_erased(connection, entity, staged, source_system=batch.source_system, rules=batch.rules)
        drop_superseded(connection, entity, staged, rules=batch.rules, given=batch.own)
        row = connection.execute(text, parameters).fetchone()
    except (CardinalityViolation, UniqueViolation) as fault:
        raise _key_twice(entity, batch.source_system) from fault
    count, held, new, changed, ended, noted = row or (0, 0, 0, 0, 0, 0)
    if batch.rules and not batch.is_beside:
        waiting = Waiting(batch_id=batch.batch_id, source_system=batch.source_system, rules=batch.rules)
        waiting.forget(connection, entity, staged, is_full=batch.is_full)
        if noted:
            waiting.keep(connection, entity, staged)
    return Written(
        new=new,
        changed=changed,
        unchanged=count - held - new - changed,
        ended=ended,
        held=held,
        erased=erased,
        issues=_issues(connection, entity) if noted or erased else (),
    )


def hold_erased(connection: Connection, entity: Entity, staged: str, *, source_system: str, rules: Rules = ()) -> int:
    """Hold the staged rows whose record, or whose person, was erased; how many.

    Args:
        connection: as loader, in the turn of all writers where something is written.
        entity, staged: what is staged, and where.
        source_system: whose keys these are.
        rules: of the source; a person of another one who was erased is refused by the number.
    """
    numbers = [key_name(field) for field, rule in ruled(entity, rules) if rule.target == PERSON]
    numbers += [rule.by for rule in rules if rule.target == PERSON == entity.name]
    asked = {"source_system": source_system, "entities": [entity.name, "person"], "has_numbers": bool(numbers)}
    # INVARIANT: asked in the turn of all writers, so that an erasure is before this batch or after it.
    row = connection.execute(_QUERIES["has_erased"].text, asked).fetchone()
    if not (row and row[0]):
        return 0
    people = [key_name(field) for field in references(entity) if field.target == "person"]
    statement = refuse_erased(entity.name, staging_table(staged), people, numbers=numbers)
    refused = connection.execute(statement, {"source_system": source_system}).rowcount
    row = connection.execute(_QUERIES["count_unnamed"].text, {"entity": entity.name}).fetchone()
    return refused + (int(row[0]) if row else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What a source has of one entity against the record.

    Attributes:
        in_source: keys that the source gives, with those of rows that cannot be taken.
        in_record: records of the source that stand.
        only_source: that could be taken and do not stand.
        only_record: that stand and the source does not give.
        differing: that say something else.
        fields: in how many records each field differs.
    """

    in_source: int
    in_record: int
    only_source: int
    only_record: int
    differing: int
    fields: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Giver:
    """Who gives what is compared.

    Attributes:
        source_system: whose keys these are.
        agency_code: whose records.
        is_full: it gives everything.
        rules: by which its references are found beyond the source.
    """

    source_system: str
    agency_code: str
    is_full: bool
    rules: Rules = ()


def compare_entity(connection: Connection, entity: Entity, staged: str, *, giver: Giver, keeps: bool) -> Compared:
    """Compare the staged rows of one entity with the record, as they would be written; nothing is.

    Args:
        connection: as loader.
        entity: of the catalogue.
        staged: name that `create_staging` returned.
        giver: the source.
        keeps: some staged rows name columns in `kept`.
    """
    given = {"source_system": giver.source_system, "agency_code": giver.agency_code}
    hold_erased(connection, entity, staged, source_system=giver.source_system, rules=giver.rules)
    drop_superseded(connection, entity, staged, rules=giver.rules, given=given)
    statement = compare_statement(entity, staged, is_full=giver.is_full, keeps=keeps, rules=giver.rules)
    row = connection.execute(statement, given).fetchone()
    in_source, in_record, only_source, only_record, differing, fields = row or (0, 0, 0, 0, 0, {})
    return Compared(
        in_source=in_source,
        in_record=in_record,
        only_source=only_source,
        only_record=only_record,
        differing=differing,
        fields=fields,
    )


def close_staging(connection: Connection, entity: Entity, staged: str, *, source_system: str) -> None:
    """Make the keys of a filled staging table quick to find before the batch is sealed, and others wait for it.

    Raises:
        DuplicateKeyError: a key stands twice in it; the transaction is lost.
    """
    try:
        connection.execute(index_staging(staged))
    except UniqueViolation as fault:
        raise _key_twice(entity, source_system) from fault


def stands(connection: Connection, entity: Entity, source_system: str) -> bool:
    """Whether anything of the source stands in the record of an entity."""
    query = sql.SQL("select exists (select from {} where source_system = %(source_system)s)")
    row = connection.execute(query.format(table_name(entity.name)), {"source_system": source_system}).fetchone()
    return bool(row and row[0])


def _key_twice(entity: Entity, source_system: str) -> DuplicateKeyError:
    return DuplicateKeyError(
        f"`{entity.name}` from `{source_system}` has a source key twice in one batch; "
        f"keep one row of each key when staging"
    )


def _issues(connection: Connection, entity: Entity) -> tuple[WriteIssue, ...]:
    rows = connection.execute(_QUERIES["issues"].text, {"entity": entity.name, "at_most": ISSUES_AT_MOST}).fetchall()
    return tuple(
        WriteIssue(code=code, file=file, row=row, field=field, number=number) for code, file, row, field, number in rows
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPlace:
    """A staged row that was not written for want of a value.

    Attributes:
        file, row: of the source, as staged.
        code: why; see `WriteIssue`.
        field: of the entity.
    """

    file: str
    row: int
    code: str
    field: str


def held_places(connection: Connection, entity: Entity) -> Iterator[list[HeldPlace]]:
    """Each staged row that was not written for want of a value, some at a time."""
    fields = [field.name for field in entity.fields if field.required]
    with connection.cursor("held_places") as cursor:
        cursor.execute(_QUERIES["held_places"].text, {"entity": entity.name, "fields": fields})
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            yield [HeldPlace(file=file, row=row, code=code, field=field) for file, row, code, field in rows]


def give_room(connection: Connection) -> None:
    """Let the hash tables of a large batch stay in memory until the transaction ends."""
    connection.execute(_QUERIES["give_room"].text)
