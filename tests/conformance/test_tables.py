"""The tables follow the model."""

from watchroom.model.catalogue import HISTORY_COLUMNS, catalogue
from watchroom.store.database import Database, Principal
from watchroom.store.tables import history_of, shapes, stored_columns


def columns(database: Database, table: str) -> dict[str, tuple[str, bool]]:
    with database.connection(Principal.LOADER) as connection:
        rows = connection.execute(
            "select attname, format_type(atttypid, null), attnotnull from pg_attribute"
            " where attrelid = %s::regclass and attnum > 0 order by attnum",
            (f"record.{table}",),
        ).fetchall()
    short = {"timestamp with time zone": "timestamptz"}
    return {name: (short.get(sql_type, sql_type), not_null) for name, sql_type, not_null in rows}


def test_every_entity_has_a_current_and_a_history_table_with_its_columns(database: Database) -> None:
    for entity in catalogue().entities.values():
        own = {column.name: (column.sql_type, column.not_null) for column in stored_columns(entity)}
        past = {column.name: (column.sql_type, column.not_null) for column in HISTORY_COLUMNS}
        assert columns(database, entity.name) == own
        assert columns(database, history_of(entity)) == own | past


def test_every_column_of_a_field_says_what_it_is(database: Database) -> None:
    with database.connection(Principal.LOADER) as connection:
        row = connection.execute(
            "select obj_description('record.person_history'::regclass, 'pg_class'),"
            " col_description('record.person'::regclass, (select attnum from pg_attribute"
            " where attrelid = 'record.person'::regclass and attname = 'sex_source_value'))"
        ).fetchone()
    assert row is not None
    assert row[0].endswith("Superseded versions.")
    assert row[1].startswith("As the source says it: ")


def test_no_two_indexes_have_the_same_name_and_none_is_cut_off() -> None:
    found = [index for shape in shapes(catalogue()) for index in shape.indexes]
    assert len({index.name for index in found}) == len(found)
    assert all(index.name.endswith(index.columns[-1]) for index in found)
