"""A fresh schema equals a migrated one; what was run is not run again; what cannot be added is refused."""

from collections.abc import Generator
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest

from servers import TestServer
from watchroom.model.catalogue import Catalogue, Entity, Field, FieldKind, catalogue
from watchroom.store.creation import create_database
from watchroom.store.database import Database, Principal
from watchroom.store.schema import Migration, MigrationChangedError, migrate, migrations
from watchroom.store.tables import SchemaDriftError

# Everything that PostgreSQL keeps about our schemas, but for numbers and the order of columns.
DESCRIPTION = """
with ours as (select oid from pg_namespace where nspname in ('record', 'ingest', 'gate', 'audit', 'store'))
select 'relation', c.oid::regclass::text, c.relkind::text, c.relpersistence::text, c.relowner::regrole::text,
    coalesce(array_to_string(array(select x::text from unnest(c.relacl) as x order by 1), ' '), ''),
    coalesce(obj_description(c.oid, 'pg_class'), '')
from pg_class as c where c.relnamespace in (select oid from ours) and c.relkind <> 'i'
union all
select 'column', a.attrelid::regclass::text, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text,
    coalesce(pg_get_expr(d.adbin, d.adrelid), '') || a.attidentity::text,
    coalesce(col_description(a.attrelid, a.attnum), '')
from pg_attribute as a
join pg_class as c on c.oid = a.attrelid
left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
where c.relnamespace in (select oid from ours) and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
union all
select 'index', i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), '', '', '', ''
from pg_index as i join pg_class as c on c.oid = i.indexrelid where c.relnamespace in (select oid from ours)
union all
select 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '', ''
from pg_constraint where connamespace in (select oid from ours)
union all
select 'schema', nspname, nspowner::regrole::text, array_to_string(array(select x::text from unnest(nspacl) as x
    order by 1), ' '), '', '', ''
from pg_namespace where oid in (select oid from ours)
"""


@pytest.fixture
def empty(server: TestServer) -> Generator[Database]:
    """A database with roles and schemas and nothing in them."""
    name = f"test_{uuid4().hex[:12]}"
    made = create_database(server.admin_dsn, node_id=uuid4(), name=name, credentials=server.credentials)
    opened = Database(made.dsn, credentials=made.credentials)
    try:
        yield opened
    finally:
        opened.close()
        server.drop(name)


def described(database: Database) -> set[tuple[object, ...]]:
    with database.connection(Principal.MIGRATOR) as connection:
        return set(connection.execute(DESCRIPTION).fetchall())


def run(database: Database, text: str) -> None:
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(f'set local role "{database.roles.owner}"')  # type: ignore[arg-type]
        connection.execute(text)  # type: ignore[arg-type]


def smaller(model: Catalogue) -> Catalogue:
    """A model as it may have been: without visits, and without some fields of all kinds."""
    gone = {"visit", "sort_key", "sex_code", "moved_at", "location_id", "is_primary", "birth_date"}
    entities = {
        name: replace(entity, fields=tuple(field for field in entity.fields if field.name not in gone))
        for name, entity in model.entities.items()
        if name not in gone
    }
    return replace(model, entities=entities)


def with_field(model: Catalogue, entity: str, field: Field) -> Catalogue:
    grown: Entity = replace(model.entity(entity), fields=(*model.entity(entity).fields, field))
    return replace(model, entities={**model.entities, entity: grown})


def test_a_fresh_schema_equals_one_that_grew(database: Database, empty: Database) -> None:
    first, *_ = migrations()
    assert migrate(empty, model=smaller(catalogue()), numbered=(first,)).statements > 100
    run(empty, "comment on table record.person is 'an older word'")
    assert described(empty) != described(database)
    grown = migrate(empty)
    assert grown.files == tuple(one.name for one in migrations()[1:])
    assert grown.statements > 0
    assert described(empty) == described(database)


def test_a_second_migration_changes_nothing(database: Database) -> None:
    before = described(database)
    again = migrate(database)
    assert (again.files, again.statements) == ((), 0)
    assert described(database) == before


def test_migrations_are_numbered_once_and_without_gaps() -> None:
    assert [one.name[:4] for one in migrations()] == [f"{number:04}" for number in range(1, len(migrations()) + 1)]


def test_a_migration_that_was_changed_after_it_ran_is_refused(database: Database) -> None:
    first, *others = migrations()
    changed = replace(first, text=first.text + "\n-- a later thought")
    with pytest.raises(MigrationChangedError, match=f"migration `{first.name}` was changed"):
        migrate(database, numbered=(changed, *others))


def test_a_migration_that_fails_leaves_nothing_behind(database: Database) -> None:
    before = described(database)
    failing = Migration(name="9999_failing", text="create table ingest.half (x int); select 1 / 0;")
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(database, numbered=(*migrations(), failing))
    assert described(database) == before


def test_a_required_field_cannot_be_added_to_a_table_with_rows(database: Database) -> None:
    field = Field(name="mark", kind=FieldKind.TEXT, description="A mark.", required=True)
    model = with_field(catalogue(), "agency", field)
    run(
        database,
        "insert into record.agency (id, agency_code, source_system, source_key, batch_id, recorded_from, seq_from,"
        " classification, realness, basis, is_restricted, unreliable_dates, code) values"
        " (uuidv7(), 'A', 's', 'k', uuidv7(), now(), 1, 'official', 'actual', 'fact', false, '{}', 'LEI')",
    )
    with pytest.raises(SchemaDriftError, match=r"`mark` of `record\.agency` is required and the table has rows"):
        migrate(database, model=model)


def test_a_field_that_left_the_model_is_not_dropped_in_silence(database: Database) -> None:
    with pytest.raises(SchemaDriftError, match="that the model does not know"):
        migrate(database, model=smaller(catalogue()))


def test_a_field_that_changed_its_type_is_refused(database: Database) -> None:
    run(database, "alter table record.person alter column birth_date type text")
    with pytest.raises(
        SchemaDriftError, match=r"`birth_date` of `record\.person` is `text` null, the model says `date`"
    ):
        migrate(database)
