"""Beside the record: what would stand of a source, had its deliveries come otherwise.

The deliveries are written there one after the other by the one write statement, so what it says of references, of rows
that are held back and of fields that stay holds here by construction. It ends with the transaction. What stands there
in the end is staged as one delivery that holds everything, and the record is written once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString
from uuid import UUID

from psycopg import sql

from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Entity, FieldKind
from watchroom.store.composing import commas, of
from watchroom.store.database import Connection
from watchroom.store.identifying import Rules, rule_of
from watchroom.store.references import AMBIGUOUS, AWAITED
from watchroom.store.staging import compared, key_name, references, staging_of, staging_table
from watchroom.store.tables import standing_table, stored_columns, table_name
from watchroom.store.writes import BatchStamp, Written, write_entity

_QUERIES = load_queries("watchroom.store", "beside.sql")
# Of whoever was erased and is in custody only the place is kept, which no raw row gives.
_MAKE: LiteralString = """
create temporary table {name} (like {table}) on commit drop;
create unique index on {beside} (source_key);
create unique index on {beside} (id)
"""
_MAKE_WAITING: LiteralString = "create temporary table {waiting} (like {stage}) on commit drop"
_STANDS: LiteralString = """
insert into {beside} ({columns})
select {columns} from {table} as t
where t.source_system = %(source_system)s and (%(is_standing)s or t.source_key like 'erased %%')
"""
# A row that was not written says nothing of its key: what stood under it stands, here and in the record.
_NOT_WRITTEN: LiteralString = """
insert into pg_temp.beside_held (entity, source_key)
select {entity}, s.source_key
from {stage} as s
where not exists (select from {beside} as t where t.source_key = s.source_key)
on conflict do nothing
"""
# What was taken back is not held back.
_TAKEN_BACK: LiteralString = """
delete from pg_temp.beside_held as held where held.entity = {entity} and held.source_key = any(%(keys)s::text[])
"""
# What a delivery that holds everything does not name is neither held back nor waited for.
_NOT_NAMED: LiteralString = """
delete from pg_temp.beside_held as held
where held.entity = {entity} and not exists (select from {stage} as s where s.source_key = held.source_key);
delete from {waiting} as w where not exists (select from {stage} as s where s.source_key = w.source_key)
"""
_WAITS: LiteralString = """
delete from {waiting} where source_key in (select s.source_key from {stage} as s);
insert into {waiting}
select s.* from {stage} as s
where
    not s.held
    and s.source_key in (
        select noted.source_key from pg_temp.noted where noted.entity = {entity} and noted.code in ({codes})
    )
"""
_STAGED: LiteralString = """
insert into {stage} ({columns}, file, row)
select {values}, origin.id || '/' || origin.name, case when origin.id is not null then t.origin_row end
from {beside} as t
left join ingest.file as origin on origin.id = t.origin_file
{joins}
where not exists (select from {waiting} as w where w.source_key = t.source_key)
"""
_STAGED_BESIDE: LiteralString = """
insert into {stage} select w.* from {waiting} as w;
insert into {stage} (source_key, held)
select held.source_key, true
from pg_temp.beside_held as held
where held.entity = {entity} and not exists (select from {stage} as s where s.source_key = held.source_key)
"""
_PLACED: LiteralString = """
update {stage} as s
set file = given.file, row = given.row
from unnest(%(was_files)s::text[], %(was_rows)s::bigint[], %(files)s::text[], %(rows)s::bigint[])
    as given (was_file, was_row, file, row)
where s.file = given.was_file and s.row = given.was_row
"""
_EMPTIED: LiteralString = "truncate {stage}; delete from pg_temp.noted"


Place = tuple[str, int]
"""A file and the number of a row of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What would stand of a source, in the transaction of a batch that has its staging tables.

    Attributes:
        connection: as loader.
        entities: that its deliveries make, in the catalogue's order.
        others: that these point to and that no delivery makes: of them there is what stands.
        source_system: whose it is.
        rules: by which its references are found beyond the source.
    """

    connection: Connection
    entities: Sequence[Entity]
    others: Sequence[Entity]
    source_system: str
    rules: Rules = ()

    def begin(self, *, is_standing: bool) -> None:
        """Make the tables beside the record.

        Args:
            is_standing: they hold what stands in the record, as what is written may not be all; else they are empty.
        """
        self.connection.execute(_QUERIES["make_held"].text)
        for entity in (*self.entities, *self.others):
            asked = {"source_system": self.source_system, "is_standing": is_standing or entity in self.others}
            self._run(_MAKE, entity)
            self._run(_STANDS, entity, asked)
        for entity in self.entities:
            self._run(_MAKE_WAITING, entity)

    def place(self, entity: Entity, places: Mapping[Place, Place]) -> None:
        """Have staged rows be from other places than those that they were staged with."""
        if not places:
            return
        was, now = list(places), list(places.values())
        asked: dict[str, object] = {
            "was_files": [file for file, _ in was],
            "was_rows": [row for _, row in was],
            "files": [file for file, _ in now],
            "rows": [row for _, row in now],
        }
        self._run(_PLACED, entity, asked)

    def write(self, entity: Entity, *, batch: BatchStamp, keeps: bool) -> Written:
        """Write what is staged of an entity beside the record; see `write_entity`."""
        written = write_entity(self.connection, entity, staging_of(entity), batch=batch, keeps=keeps)
        self._run(_WAITS, entity)
        self._run(_NOT_WRITTEN, entity)
        if batch.taken_back:
            taken = {"keys": list(batch.taken_back)}
            self._run(_TAKEN_BACK, entity, taken)
        if batch.is_full:
            self._run(_NOT_NAMED, entity)
        return written

    def empty(self) -> None:
        """Make room for the next delivery."""
        for entity in self.entities:
            self._run(_EMPTIED, entity)

    def keep_files(self, batch_id: UUID, *, files: Collection[int]) -> None:
        """Enter the files that what stands here is from for the batch, and those besides; their rows are kept once.

        Args:
            batch_id: of the batch.
            files: numbers of files.
        """
        used = set(files)
        for entity in self.entities:
            query = sql.SQL("select distinct origin_file from {} where origin_file is not null")
            beside = standing_table(entity.name, is_beside=True)
            used.update(row[0] for row in self.connection.execute(query.format(beside)))
        given = {"batch_id": batch_id, "files": sorted(used)}
        self.connection.execute(_QUERIES["keep_files"].text, given)

    def stage(self, entity: Entity) -> int:
        """Stage what stands here of an entity, with what waits and keys that are only held back; how many rows."""
        statement = _staged(entity, self.rules)
        rows = self.connection.execute(statement, {"source_system": self.source_system}).rowcount
        self._run(_STAGED_BESIDE, entity)
        return rows

    def _run(self, text: LiteralString, entity: Entity, asked: Mapping[str, object] | None = None) -> None:
        statement = sql.SQL(text).format(
            entity=sql.Literal(entity.name),
            name=sql.Identifier(f"beside_{entity.name}"),
            beside=standing_table(entity.name, is_beside=True),
            table=table_name(entity.name),
            stage=staging_table(staging_of(entity)),
            waiting=sql.Identifier(f"waiting_{entity.name}"),
            columns=commas(sql.Identifier(column.name) for column in stored_columns(entity)),
            codes=commas((sql.Literal(AWAITED), sql.Literal(AMBIGUOUS))),
        )
        self.connection.execute(statement, asked)


def _staged(entity: Entity, rules: Rules) -> sql.Composed:
    """The statement that stages what stands beside the record of an entity, with keys in place of ids."""
    columns: list[sql.Composable] = [sql.Identifier("source_key")]
    values: list[sql.Composable] = [of("t", "source_key")]
    for column in compared(entity):
        if column.field is not None and column.field.kind is FieldKind.REFERENCE:
            columns.append(sql.Identifier(key_name(column.field)))
            own, rule = of(f"to_{column.name}", "source_key"), rule_of(column.field, rules)
            beyond = sql.SQL("null") if rule is None else of(f"beyond_{column.name}", rule.by)
            values.append(sql.SQL("coalesce({}, {})").format(own, beyond))
            continue
        columns.append(sql.Identifier(column.name))
        # INVARIANT: what its own source says of it; who is restricted beyond it is found again.
        is_word = column.name == "is_restricted"
        values.append(sql.SQL("coalesce(t.origin_restricted, t.is_restricted)") if is_word else of("t", column.name))
    joins: list[sql.Composable] = []
    for field in references(entity):
        own = standing_table(field.target or "", is_beside=True)
        joined = sql.SQL(
            "left join {own} as {to} on {to}.id = t.{field} and {to}.source_system = %(source_system)s"
        ).format(own=own, to=sql.Identifier(f"to_{field.name}"), field=sql.Identifier(field.name))
        joins.append(joined)
        if rule_of(field, rules) is not None:
            beyond = sql.SQL("left join {table} as {to} on {to}.id = t.{field}").format(
                table=table_name(field.target or ""),
                to=sql.Identifier(f"beyond_{field.name}"),
                field=sql.Identifier(field.name),
            )
            joins.append(beyond)
    return sql.SQL(_STAGED).format(
        stage=staging_table(staging_of(entity)),
        beside=standing_table(entity.name, is_beside=True),
        waiting=sql.Identifier(f"waiting_{entity.name}"),
        columns=commas(columns),
        values=commas(values),
        joins=sql.SQL("\n").join(joins),
    )
