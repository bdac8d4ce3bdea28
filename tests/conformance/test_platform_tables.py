"""Every table of the platform is declared, column by column, with what erasure does with what tells of people."""

import pytest

from watchroom.model.catalogue import Sensitivity, catalogue
from watchroom.model.platform_tables import PlatformTable, platform_tables
from watchroom.store.database import Database, Principal

# The record itself is declared by the model, field by field; audiences are made anew and hold no rows.
COLUMNS = """
select n.nspname || '.' || c.relname, a.attname, format_type(a.atttypid, null)
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where
    c.relkind in ('r', 'p', 'f', 'm')
    and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'record')
    and n.nspname !~ '^pg_temp'
"""
# What may hold anything of anybody; numbers, days and instants tell nothing without it.
TELLING = {"text", "text[]", "jsonb", "json", "bytea", "bytea[]", "uuid", "uuid[]", "character varying"}


@pytest.fixture
def columns(database: Database) -> dict[str, dict[str, str]]:
    """The type of each column of each table."""
    found: dict[str, dict[str, str]] = {}
    with database.connection(Principal.MIGRATOR) as connection:
        for table, column, kind in connection.execute(COLUMNS):
            found.setdefault(table, {})[column] = kind
    return found


def test_no_table_and_no_column_is_forgotten(columns: dict[str, dict[str, str]]) -> None:
    declared = platform_tables()
    assert columns.keys() == declared.keys()
    for name, kinds in columns.items():
        said = [*declared[name].people, *declared[name].staff, *declared[name].others]
        assert len(said) == len(set(said)), name
        telling = {column for column, kind in kinds.items() if kind in TELLING}
        assert (name, telling - set(said), set(said) - kinds.keys()) == (name, set(), set())


@pytest.mark.parametrize("table", platform_tables().values(), ids=lambda one: one.name)
def test_what_tells_of_people_says_what_becomes_of_it(table: PlatformTable) -> None:
    assert table.what.endswith(".")
    assert bool(table.people) <= bool(table.erased)
    assert table.is_personal == bool(table.kept)


def test_the_model_and_this_say_the_same_of_what_is_kept() -> None:
    for kept in catalogue().kept.values():
        if kept.kept_in and "." in kept.kept_in:
            table = platform_tables()[kept.kept_in]
            personal = {one.name for one in kept.fields if one.sensitivity is not Sensitivity.NONE}
            assert personal <= {*table.people, *table.staff}, kept.name
