"""Laws of reading and mapping: whatever bytes come, each row ends in one place, and each fault has one."""

import csv
import io
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from deliveries import SMALL, read_content
from watchroom.ingest.accounting import Account, Accounting
from watchroom.ingest.checks import delivery_issues
from watchroom.ingest.circumstances import Before
from watchroom.ingest.duck import Duck
from watchroom.ingest.issues import Issue, Severity
from watchroom.ingest.mapper import Mapper
from watchroom.ingest.mapping import load_mapping
from watchroom.model.catalogue import catalogue
from watchroom.sources.faults import FaultCode
from watchroom.sources.files import Delivery, SourceFile
from watchroom.sources.files import read_content as read_any

NOTHING_BEFORE = Before(rows={}, columns={}, is_first=True, as_at=None)
NOMIS = load_mapping("nomis")
# The entities that the small extract fills; the others would only make the law slow to try.
MAPPED = ("agency", "location", "person", "custody_episode", "alert", "cell_sharing_risk")
WORDS = [
    b",",
    b'"',
    b"\n",
    b"\r",
    b"\0",
    b"\xff",
    b"\xc3\xa9",
    b"",
    b"-1",
    b"Y",
    b"2026-02-30",
    b"\xef\xbb\xbf",
    b"'",
    b"\\",
]
SOUND = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0\r\n"), max_size=5)

NEAR = st.text(st.sampled_from(["a", " ", "\u00a0", "\t", "\\", '"', "\n", ","]), max_size=4)


@st.composite
def mutated(draw: st.DrawFn, content: bytes) -> bytes:
    """The content with a few bytes replaced, put in, or cut off."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = draw(st.integers(start, min(len(content), start + 12)))
        content = content[:start] + draw(st.sampled_from(WORDS)) + content[end:]
    return content[: draw(st.integers(0, len(content)))] if draw(st.booleans()) else content


@st.composite
def spoiled_deliveries(draw: st.DrawFn) -> dict[str, bytes]:
    tables = {name: text.lstrip().encode() for name, text in SMALL.items()}
    table = draw(st.sampled_from(sorted(tables)))
    tables[table] = draw(mutated(tables[table]))
    return tables


def rehearse(tables: dict[str, bytes]) -> tuple[list[SourceFile], list[Issue], Account | None]:
    """Everything that ingest does before it writes; no account when the delivery is refused."""
    with tempfile.TemporaryDirectory() as folder, closing(Duck(overflow=Path(folder))) as duck:
        mapper = Mapper(duck, NOMIS, zone="Europe/London")
        files = [
            file
            for name, content in tables.items()
            for file in read_any(f"{name}.csv", content, take=mapper.delivered.receive).files
        ]
        delivery = Delivery(folder=Path("delivery"), files=tuple(files), faults=())
        issues = list(delivery_issues(delivery, NOMIS, before=NOTHING_BEFORE))
        if any(issue.severity is Severity.FATAL for issue in issues):
            return files, issues, None
        mapper.take(files)
        mapper.prepare(extract_at=datetime(2026, 7, 24, 8, 0), default_instants=[])  # noqa: DTZ001  a wall clock
        issues += mapper.findings(duck)
        for name in MAPPED:
            mapped = mapper.map(duck, catalogue().entity(name))
            issues += mapped.issues
            assert sum(bytes(block).count(b"\n") for block in mapper.blocks(duck, mapped)) <= mapped.rows
            mapper.let_go(duck, [mapped])
        return files, issues, Accounting(duck, NOMIS).account(files)


@settings(max_examples=30, deadline=None)
@given(spoiled_deliveries())
def test_whatever_happens_to_a_table_every_row_ends_in_one_place(tables: dict[str, bytes]):
    files, issues, accounted = rehearse(tables)
    if accounted is None:
        assert any(issue.severity is Severity.FATAL and issue.file and issue.message for issue in issues)
        return
    rows = accounted.rows
    assert rows.read == sum(file.rows_read for file in files)
    assert rows.read == rows.loaded + rows.reference + rows.unmapped + rows.quarantined
    told = {(issue.file, issue.row) for issue in [*issues, *accounted.issues] if issue.severity is Severity.CONVENTION}
    assert rows.quarantined <= len(told)


@settings(max_examples=400, deadline=None)
@given(mutated(SMALL["OFFENDER_ALERTS"].lstrip().encode()))
def test_a_reader_never_loses_a_row_and_never_fails_without_a_place(content: bytes):
    file = read_content("T.csv", content)
    if file.is_refused:
        assert (file.rows_read, file.good_rows) == (0, 0)
        assert file.faults[0].message
        return
    assert file.rows_read == len(file.rows) + file.bad_rows
    numbers = [row["source_row"] for row in file.rows]
    bad = [fault.row for fault in file.faults if fault.code is FaultCode.RAGGED_ROW]
    assert sorted([*numbers, *bad]) == list(range(2, file.rows_read + 2))


@settings(max_examples=400, deadline=None)
@given(mutated(b'A,B\n1,2\n"x\r\ny","a""b"\n, z\n"",\n3,"4"\n'), st.integers(1, 40))
def test_a_file_is_read_alike_in_whatever_pieces(content: bytes, piece: int):
    whole, cut = read_content("T.csv", content), read_content("T.csv", content, piece=piece)
    assert cut.is_refused == whole.is_refused
    if not whole.is_refused:
        assert cut == whole


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(NEAR, NEAR), min_size=1, max_size=4), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_a_file_is_only_said_to_hold_nothing_to_escape_or_trim_when_it_does_not(
    rows: list[tuple[str, str]], line_end: str, every: bool
):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=line_end, quoting=csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL)
    writer.writerow(("A", "B"))
    writer.writerows(rows)
    file = read_content("T.csv", text.getvalue().encode())
    values = [value for row in file.rows for value in (row["A"], row["B"]) if isinstance(value, str)]
    assert not file.is_plain or not any(mark in value for value in values for mark in "\\\t\n\r")
    assert not file.is_bare or all(value == value.strip(" \u00a0") for value in values)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(SOUND, SOUND, SOUND), max_size=6))
def test_what_another_writer_wrote_is_read_as_it_was(rows: list[tuple[str, str, str]]):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("A", "B", "C"))
    writer.writerows(rows)
    file = read_content("T.csv", text.getvalue().encode())
    assert not file.is_refused
    read = [tuple(row[name] or "" for name in "ABC") for row in file.rows]
    assert read == [row for row in rows if any(row)]
