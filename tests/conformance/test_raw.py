"""Raw rows come back as they were stored, once per content, until they are erased."""

from datetime import UTC, datetime
from uuid import UUID

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchroom.kernel.errors import NotFoundError
from watchroom.store.database import Database, Principal
from watchroom.store.raw import ROW_COLUMN, GivenFile, RawFile, erase_raw, raw_table, store_raw

AT = datetime(2026, 7, 24, 7, 0, tzinfo=UTC)
NASTY = ['"', "\\", '\\"', "a\nb", "\r\n", "\t", "", None, "NULL", "null", "{}", ",", "\\N", "ĉŵ ✓", "'", " ", "\\\\n"]


def table(*columns: list[str | None], first: int = 2) -> pa.Table:
    rows = len(columns[0]) if columns else 0
    values = {f"COLUMN_{number}": pa.array(column, pa.string()) for number, column in enumerate(columns)}
    return pa.table(values | {ROW_COLUMN: pa.array(range(first, first + rows), pa.int64())})


def batch(database: Database, source: str = "nomis") -> UUID:
    with database.connection(Principal.LOADER) as connection:
        row = connection.execute(
            "insert into ingest.batch (source_system, agency_code, as_at, started_at)"
            " values (%s, 'HMPPS', %s, %s) returning id",
            (source, AT, AT),
        ).fetchone()
    assert row
    return row[0]


def given_file(name: str, sha256: str, rows: pa.Table) -> GivenFile:
    """The file, its rows given in two parts."""
    half = rows.num_rows // 2
    return GivenFile(
        name=name,
        sha256=sha256,
        header=tuple(column for column in rows.column_names if column != ROW_COLUMN),
        rows=rows.num_rows,
        parts=lambda: [rows.slice(0, half), rows.slice(half)],
    )


def keep(database: Database, batch_id: UUID, rows: pa.Table, *, name: str = "A.csv", sha256: str = "00") -> RawFile:
    with database.connection(Principal.LOADER) as connection:
        given = given_file(name, sha256, rows)
        (kept,) = store_raw(connection, batch_id=batch_id, files=[given])
        return kept


def test_the_rows_of_several_files_are_kept_apart(database: Database):
    first = batch(database)
    tables = {"A.csv": table(NASTY), "B.csv": table([]), "C.csv": table(NASTY, NASTY[::-1])}
    given = [given_file(name, name, rows) for name, rows in tables.items()]
    with database.connection(Principal.LOADER) as connection:
        kept = store_raw(connection, batch_id=first, files=given)
    assert [file.rows for file in kept] == [len(NASTY), 0, len(NASTY)]
    for name, rows in tables.items():
        assert back(database, first, name).equals(rows)


def back(database: Database, batch_id: UUID, name: str = "A.csv") -> pa.Table:
    with database.connection(Principal.LOADER) as connection:
        return raw_table(connection, batch_id=batch_id, name=name)


@pytest.mark.parametrize(
    "rows",
    [
        table(NASTY),
        table(NASTY, NASTY[::-1], [None] * len(NASTY)),
        table([None, "", None]),
        table([], []),
        table(["x"] * 150_000, [str(number) for number in range(150_000)]),
    ],
    ids=["one column", "three columns", "nulls and empties", "no rows", "many rows"],
)
def test_rows_come_back_equal_to_what_was_stored(database: Database, rows: pa.Table) -> None:
    batch_id = batch(database)
    assert keep(database, batch_id, rows).rows == rows.num_rows
    assert back(database, batch_id).equals(rows)


def test_any_text_comes_back_equal(database: Database) -> None:
    texts = st.one_of(st.none(), st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
    batch_id = batch(database)
    names = iter(range(10_000))

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.tuples(texts, texts), max_size=8))
    def check(pairs: list[tuple[str | None, str | None]]) -> None:
        rows = table([left for left, _ in pairs], [right for _, right in pairs])
        number = next(names)
        keep(database, batch_id, rows, name=str(number), sha256=str(number))
        assert back(database, batch_id, str(number)).equals(rows)

    check()


def test_the_same_bytes_of_the_same_source_are_kept_once(database: Database) -> None:
    first, second, other = batch(database), batch(database), batch(database, source="delius")
    rows = table(["a", "b"])
    assert not keep(database, first, rows, sha256="aa").is_repeated
    assert keep(database, second, rows, sha256="aa").is_repeated
    assert not keep(database, other, rows, sha256="aa").is_repeated
    assert back(database, second).equals(rows)
    with database.connection(Principal.LOADER) as connection:
        assert connection.execute("select count(*) from ingest.raw_row").fetchone() == (4,)


def test_erased_rows_are_gone_with_their_later_copies_and_the_file_says_so(database: Database) -> None:
    first, second = batch(database), batch(database)
    rows = table(["a", "b"])
    keep(database, first, rows, sha256="aa")
    keep(database, second, rows, sha256="aa")
    with database.connection(Principal.LOADER) as connection:
        assert erase_raw(connection, batch_id=first, machine_at=AT) == 2
    for batch_id in (first, second):
        with pytest.raises(NotFoundError, match="were erased at"):
            back(database, batch_id)
    third = batch(database)
    assert not keep(database, third, rows, sha256="aa").is_repeated, "what was erased is not there to repeat"


def test_a_file_that_a_batch_does_not_have_is_not_found(database: Database) -> None:
    with pytest.raises(NotFoundError, match=r"no file `B\.csv`"):
        back(database, batch(database), "B.csv")
