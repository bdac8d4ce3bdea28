"""A DuckDB for few rows takes shorter ways to the same: what a mapping sees, what is kept, what it makes."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from watchroom.ingest.mapper import Mapped
from watchroom.ingest.mapping import OURS
from watchroom.ingest.ready import Ready, Room
from watchroom.model.catalogue import catalogue
from watchroom.sources.arrow import ArrowTable, pa, row_numbers
from watchroom.sources.codecs.tables import MESSAGE_COLUMN, OBJECT_COLUMNS
from watchroom.sources.files import ROW_COLUMN, SourceFile

MAPPING = OURS.load("hmpps_event")
TABLE = "DOMAIN_EVENT_DETAIL"
assert MAPPING.messages is not None
COLUMNS = (*OBJECT_COLUMNS, *MAPPING.messages.codec.tables[TABLE].columns, MESSAGE_COLUMN)
VALUES = st.none() | st.sampled_from(["", " ", "\xa0 ", " a\xa0", "a\tb\\", "\n", "é"]) | st.text(max_size=5)
ROWS = st.lists(st.tuples(*(VALUES for _ in COLUMNS)), min_size=1, max_size=60)


def arrow_of(rows: Sequence[tuple[str | None, ...]]) -> ArrowTable:
    columns = zip(COLUMNS, zip(*rows, strict=True), strict=True)
    table: ArrowTable = pa.table({name: pa.array(values, pa.string()) for name, values in columns})
    return table.append_column(ROW_COLUMN, row_numbers(first=2, count=len(rows)))


def seen(table: ArrowTable, *, is_small: bool) -> tuple[list[tuple[object, ...]], list[dict[str, object]]]:
    """What the mapping's SQL sees of a table, and what is kept of it as it was given."""
    room = Room(overflow=None, memory=1 << 28, is_small=is_small)
    with Ready(MAPPING, zone="Europe/London", room=room) as ready:
        delivered = ready.mapper.delivered
        delivered.receive(TABLE, table)
        delivered.arrange([SourceFile(name=TABLE, table_name=TABLE, rows_read=table.num_rows)])
        kept = [row for part in delivered.raw(ready.duck, TABLE) for row in part.to_pylist()]
        return ready.duck.rows(f"select * from {TABLE} order by source_row"), kept


@given(ROWS)
def test_few_rows_are_seen_and_kept_as_many_are(rows: list[tuple[str | None, ...]]) -> None:
    table = arrow_of(rows)
    few, many = seen(table, is_small=True), seen(table, is_small=False)
    assert few == many
    assert few[1] == table.to_pylist()


def test_lines_for_the_store_are_the_same_by_either_way_and_every_time() -> None:
    mapped = Mapped(entity=catalogue().entity("alert"), rows=3)
    found: list[bytes] = []
    for is_small in (True, False, True):
        with Ready(MAPPING, zone="Europe/London", room=Room(overflow=None, memory=1 << 28, is_small=is_small)) as ready:
            ready.duck.run(f"create table {mapped.table} (line varchar, is_lost boolean)")
            ready.duck.run(f"insert into {mapped.table} values ('a\té\n', false), ('b\n', true), ('c\n', false)")
            found.append(b"".join(ready.mapper.blocks(ready.duck, mapped)))
    assert found == ["a\té\nc\n".encode()] * 3
