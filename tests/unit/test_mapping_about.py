"""A mapping says whose its rows are by columns that its tables have."""

import pytest

from watchroom.ingest.mapping import load_mapping, mapping_names

# Of a message only the whole can be erased: its bytes are kept, and a part of them cannot be taken out.
TABLES = [name for name in mapping_names() if load_mapping(name).messages is None]


@pytest.mark.parametrize("name", TABLES)
def test_every_mapping_of_tables_says_whose_its_rows_are(name: str) -> None:
    """Without it all raw rows of a source go with the first person who is erased."""
    mapping = load_mapping(name)
    assert mapping.about is not None
    assert any(one.kind == "person" for one in mapping.about.columns)


@pytest.mark.parametrize("name", TABLES)
def test_what_says_so_are_columns_of_its_tables(name: str) -> None:
    mapping = load_mapping(name)
    about = mapping.about
    assert about is not None
    known = {(rule.name, column) for rule in mapping.tables.values() for column in (*rule.columns, *rule.left_out)}
    anywhere = {column for _, column in known}
    assert about.passes <= known
    for one in about.columns:
        assert one.column in anywhere if one.table is None else (one.table, one.column) in known
        assert one.when is None or (one.table, one.when[0]) in known


def test_a_row_that_names_two_people_passes_on_neither() -> None:
    """A pair who are kept apart is about both, and erasing one must not lead to all rows of the other."""
    about = load_mapping("nomis").about
    assert about is not None
    assert not any(table in ("OFFENDER_NON_ASSOCIATIONS", "OFFENDER_NA_DETAILS") for table, _ in about.passes)
