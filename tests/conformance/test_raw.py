"""Raw rows come back as they were stored, once per content, until they are erased."""

import json
import random
from datetime import UTC, datetime
from html import escape
from uuid import UUID

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from format_fuzz import CAPS, badly_named, damaged, damaged_within
from format_samples import parquet, samples, shared_workbook
from watchroom.kernel.errors import NotFoundError
from watchroom.sources.arrow import ArrowTable
from watchroom.sources.caps import RECORD_AT_MOST
from watchroom.sources.faults import FaultCode
from watchroom.sources.files import SourceFile, read_content
from watchroom.sources.formats import How
from watchroom.store.database import Database, Principal
from watchroom.store.raw import ROW_COLUMN, GivenFile, RawFile, _copy_lines, erase_raw, raw_table, store_raw

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


@given(st.lists(st.none() | st.sampled_from(NASTY) | st.text(max_size=9), min_size=40, max_size=60))
def test_few_rows_are_written_as_many_are(values: list[str | None]):
    whole, header = table(values, values[::-1]), ("COLUMN_0", "COLUMN_1")
    few = [whole.slice(first, 7) for first in range(0, whole.num_rows, 7)]
    assert b"".join(line for rows in few for line in _copy_lines(rows, header, 7)) == b"".join(
        _copy_lines(whole, header, 7)
    )


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


def read(name: str, content: bytes) -> tuple[SourceFile, pa.Table]:
    """A file with one table, and its rows."""
    parts: list[pa.Table] = []
    (file,) = read_content(name, content, take=lambda _, part: parts.append(part)).files  # type: ignore[arg-type]
    columns = [*file.header, ROW_COLUMN]
    filled = [
        pa.table(
            {
                column: part.column(column) if column in part.column_names else pa.nulls(part.num_rows, pa.string())
                for column in columns
            }
        )
        for part in parts
    ]
    return file, pa.concat_tables(filled) if filled else pa.table({})


def files_of(value: str) -> dict[str, bytes]:
    """A file of each format whose second row has that value."""
    written = value.replace('"', '""')
    record = json.dumps({"ID": "2", "TEXT": value}, ensure_ascii=False)
    shared = '<si><t>ID</t></si><si><t>TEXT</t></si><si><t xml:space="preserve">{}</t></si>'
    first = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    second = (
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="3"><c r="A3"><v>2</v></c><c r="B3" t="s"><v>2</v></c></row>'
    )
    return {
        "A.csv": f'ID,TEXT\n1,\n2,"{written}"\n3,after\n'.encode(),
        "A.tsv": f'ID\tTEXT\n1\t\n2\t"{written}"\n3\tafter\n'.encode(),
        "A.json": f'[{{"ID": "1"}}, {record}, {{"ID": "3"}}]'.encode(),
        "A.ndjson": f'{{"ID": "1"}}\n{record}\n{{"ID": "3"}}\n'.encode(),
        "A.parquet": parquet(pa.table({"ID": ["1", "2", "3"], "TEXT": [None, value, "after"]})),
        "A.xlsx": shared_workbook(shared.format(escape(value)), first + second),
    }


# A text that doubles in CSV and takes two bytes for a character, as long as a record of every format may be.
_LONG = '"\u0175 \\' * (RECORD_AT_MOST // 4 // 8)


@pytest.mark.parametrize("name", files_of(""))
def test_the_longest_value_that_a_reader_takes_comes_back_and_a_longer_one_is_refused(
    database: Database, name: str
) -> None:
    # A cell holds less than a record of any other format.
    value = _LONG[: 1 << 20] if name.endswith(".xlsx") else _LONG
    file, rows = read(name, files_of(value)[name])
    assert not file.is_refused, [fault.message for fault in file.faults]
    keep(database, batch(database), rows, name=name, sha256=name)
    with database.connection(Principal.LOADER) as connection:
        row = connection.execute("select batch_id from ingest.file where name = %s", (name,)).fetchone()
    assert row
    assert back(database, row[0], name).equals(rows.combine_chunks())
    longer = read_content(name, files_of("x" * (RECORD_AT_MOST + 1))[name])
    faults = [*longer.faults, *(fault for one in longer.files for fault in one.faults)]
    assert {fault.code for fault in faults} == {FaultCode.TOO_LARGE}


def test_rows_that_were_kept_before_there_was_a_limit_come_back_as_well(database: Database) -> None:
    batch_id = batch(database)
    rows = table(["a", '"' * (18 << 20), "b"])
    keep(database, batch_id, rows)
    assert back(database, batch_id).equals(rows)


def test_many_long_rows_are_written_out_in_pieces() -> None:
    """Together they are more than one Arrow array of text can hold."""
    values = pa.chunked_array([pa.array(["y" * (560 << 10)] * 256)] * 16)
    rows = pa.table({"A": values, ROW_COLUMN: pa.array(range(4096), pa.int64())})
    assert rows.nbytes > 2 << 30
    first = next(_copy_lines(rows, ("A",), 1))
    assert 0 < len(first) <= 64 << 20


def rows_given(name: str, content: bytes) -> list[tuple[str, pa.Table]]:
    """The tables of a file of which rows can be trusted, each by its name."""
    parts: dict[str, list[pa.Table]] = {}

    def take(table: str, part: ArrowTable) -> None:
        parts.setdefault(table, []).append(part)  # type: ignore[arg-type]

    found = read_content(name, content, take=take, how=How(caps=CAPS))
    return [
        (file.name, pa.concat_tables(given).combine_chunks())
        for file in found.files
        if not file.is_refused
        and (given := [one for one in parts.get(file.table_name, ()) if set(file.header) <= set(one.column_names)])
    ]


def test_whatever_a_damaged_file_still_gives_the_database_takes_and_gives_back(database: Database) -> None:
    batch_id, kept, given = batch(database), 0, samples()
    for number in range(300):
        chance = random.Random(f"store/{number}")  # noqa: S311  damage needs no secrecy
        name = chance.choice(sorted(given))
        if name.endswith(".parquet"):
            spoiled = badly_named(chance)
        else:
            spoiled = (damaged_within if name.endswith((".xlsx", ".zip")) else damaged)(given[name], chance)
        for table, rows in rows_given(name, spoiled):
            keep(database, batch_id, rows, name=f"{number}/{table}", sha256=f"{number}/{table}")
            assert back(database, batch_id, f"{number}/{table}").equals(rows)
            kept += 1
    assert kept > 40
