"""Workbooks: each sheet a table, dates as ISO 8601, and what cannot be trusted in a cell sets its row aside."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest

from format_samples import SHARED_ROWS, SHARED_STRINGS, archive, saved, shared_workbook, workbook
from watchroom.sources.arrow import ArrowTable
from watchroom.sources.files import read_content
from watchroom.sources.source_file import Contents
from watchroom.sources.xlsx_dates import Shown, as_written, shown_as

Rows = dict[str, list[dict[str, object]]]


def read(content: bytes) -> tuple[Contents, Rows]:
    rows: Rows = {}

    def take(table: str, part: ArrowTable) -> None:
        rows.setdefault(table, []).extend(part.to_pylist())

    return read_content("night.xlsx", content, take=take), rows


def faults(found: Contents) -> list[tuple[str, str, int | None, str | None]]:
    every = [*found.faults, *(fault for file in found.files for fault in file.faults)]
    return [(fault.file, fault.code.value, fault.row, fault.field) for fault in every]


def one_sheet(change: Callable[[openpyxl.Workbook], None]) -> bytes:
    """A workbook with a sheet `T` of columns A and B and two rows, changed."""
    book = openpyxl.Workbook()
    book.active.title = "T"
    for row in (["A", "B"], [1, "x"], [2, "y"]):
        book.active.append(row)
    change(book)
    return saved(book)


def edited(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A workbook in one part of which some bytes are others."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    assert old in members[part]
    members[part] = members[part].replace(old, new)
    return archive(members)


def test_every_sheet_is_a_table_and_its_first_row_with_a_value_names_the_columns():
    content = workbook(
        {"Alerts": [[], [None, "id", "on"], [None, 7, date(2026, 7, 1)], [], [None, 8]], "Keys": [["k"], ["v"]]}
    )
    found, rows = read(content)
    assert [(file.name, file.table_name, file.header) for file in found.files] == [
        ("night.xlsx/Alerts", "ALERTS", ("id", "on")),
        ("night.xlsx/Keys", "KEYS", ("k",)),
    ]
    assert rows["ALERTS"] == [
        {"id": "7", "on": "2026-07-01", "source_row": 3},
        {"id": "8", "on": None, "source_row": 5},
    ]
    assert len({file.sha256 for file in found.files}) == 2


def test_values_are_what_the_cell_holds_and_dates_are_iso():
    row = [
        1.5,
        True,
        date(2026, 7, 1),
        datetime.fromisoformat("2026-07-01T09:30:15"),
        time(9, 30),
        timedelta(hours=26),
        "007",
    ]
    content = workbook({"T": [[f"c{number}" for number in range(len(row))], row]})
    found, rows = read(content)
    assert not faults(found)
    assert list(rows["T"][0].values())[:-1] == [
        "1.5", "true", "2026-07-01", "2026-07-01T09:30:15", "09:30:00", "26:00:00", "007",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("number", "code", "shown"),
    [
        (0, None, Shown.NUMBER), (14, None, Shown.DAY), (22, None, Shown.INSTANT), (46, None, Shown.ELAPSED),
        (164, "General", Shown.NUMBER), (164, '0.00" days"', Shown.NUMBER), (164, "[Red]0", Shown.NUMBER),
        (164, "dd/mm/yyyy;@", Shown.DAY), (164, "[$-809]d mmmm yyyy", Shown.DAY), (164, "mmm", Shown.DAY),
        (164, "hh:mm", Shown.TIME), (164, "[h]:mm", Shown.ELAPSED), (164, "yyyy-mm-dd hh:mm", Shown.INSTANT),
        (164, r"0\d", Shown.NUMBER),
    ],
)  # fmt: skip
def test_a_number_is_a_date_because_it_is_shown_as_one(number: int, code: str | None, shown: Shown):
    assert shown_as(number, code) is shown


@pytest.mark.parametrize(
    ("raw", "shown", "is_1904", "text"),
    [
        ("1", Shown.DAY, False, "1900-01-01"), ("59", Shown.DAY, False, "1900-02-28"), ("60", Shown.DAY, False, None),
        ("61", Shown.DAY, False, "1900-03-01"), ("46204", Shown.DAY, False, "2026-07-01"),
        ("0", Shown.DAY, True, "1904-01-01"),
        ("46204.5", Shown.DAY, False, "2026-07-01T12:00:00"), ("46204", Shown.INSTANT, False, "2026-07-01T00:00:00"),
        ("0.39583333333333331", Shown.TIME, False, "09:30:00"),
        ("1.0833333333333333", Shown.ELAPSED, False, "26:00:00"),
        ("46204.999999999", Shown.INSTANT, False, "2026-07-02T00:00:00"), ("-1", Shown.DAY, False, None),
        ("1e9", Shown.DAY, False, None), ("x", Shown.DAY, False, None), ("NaN", Shown.DAY, False, None),
        ("0.1", Shown.NUMBER, False, "0.1"),
    ],
)  # fmt: skip
def test_days_are_counted_as_the_workbook_counts_them(raw: str, shown: Shown, is_1904: bool, text: str | None):
    assert as_written(raw, shown, is_1904=is_1904) == text


def test_dates_are_read_as_another_reader_reads_them():
    days = [date(1900, 1, 1) + timedelta(days=number * 997) for number in range(80) if number != 59]
    content = workbook({"T": [["on"], *([day] for day in days)]})
    _, rows = read(content)
    other = openpyxl.load_workbook(io.BytesIO(content))["T"]
    expected = [cell.value.date().isoformat() for (cell,) in other.iter_rows(min_row=2)]
    assert [row["on"] for row in rows["T"]] == expected


def test_an_error_in_a_cell_sets_its_row_aside():
    found, rows = read(one_sheet(lambda book: book.active.__setitem__("B3", "#N/A")))
    assert faults(found) == [("night.xlsx/T", "error_cell", 3, "B")]
    assert [row["source_row"] for row in rows["T"]] == [2]


def test_a_formula_that_was_never_worked_out_is_no_empty_cell():
    found, _ = read(one_sheet(lambda book: book.active.__setitem__("B2", "=A2+1")))
    assert faults(found) == [("night.xlsx/T", "formula_without_value", 2, "B")]


def test_a_formula_is_read_by_the_value_that_it_was_saved_with():
    header = '<row><c t="str"><v>A</v></c><c t="str"><v>B</v></c></row>'
    # The text that the first one made is empty, which is a value.
    worked_out = '<row><c t="str"><f>1</f><v></v></c><c><f>A1</f><v>2</v></c></row>'
    found, rows = read(shared_workbook("", header + worked_out))
    assert not faults(found)
    assert (rows["T"][0]["A"], rows["T"][0]["B"]) == (None, "2")


def test_a_value_beside_the_named_columns_sets_its_row_aside():
    found, _ = read(one_sheet(lambda book: book.active.__setitem__("D3", "lost")))
    assert faults(found) == [("night.xlsx/T", "value_outside_columns", 3, None)]


def test_what_is_merged_or_hidden_is_read_and_said():
    def change(book: openpyxl.Workbook) -> None:
        book.active.merge_cells("A2:A3")
        book.active.row_dimensions[3].hidden = True
        book.active.column_dimensions["B"].hidden = True
        book.create_sheet("Seen").append(["A"])
        book.active.sheet_state = "hidden"
        book.active = 1

    found, rows = read(one_sheet(change))
    assert faults(found) == [("night.xlsx/T", "merged_cells", None, None), ("night.xlsx/T", "hidden_cells", None, None)]
    assert len(rows["T"]) == 2
    assert "1 rows, columns, the sheet itself" in found.files[0].faults[1].message


def test_two_sheets_of_one_name_are_not_mixed():
    content = edited(workbook(), "xl/workbook.xml", b'name="Bookings"', b'name="alerts"')
    found, rows = read(content)
    assert faults(found) == [("night.xlsx/alerts", "duplicate_file", None, None)]
    assert len(rows["ALERTS"]) == 2


def test_an_empty_sheet_is_an_empty_table():
    found, _ = read(one_sheet(lambda book: book.create_sheet("Sheet2")))
    assert faults(found) == [("night.xlsx/Sheet2", "empty_file", None, None)]


def test_headers_that_are_the_same_or_an_error_refuse_the_sheet():
    assert faults(read(workbook({"T": [["A", "a"], [1, 2]]}))[0]) == [("night.xlsx/T", "bad_header", 1, None)]
    assert faults(read(workbook({"T": [["A", "#REF!"], [1, 2]]}))[0]) == [("night.xlsx/T", "bad_header", 1, None)]


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/styles.xml", b"<styleSheet", b'<!DOCTYPE a [<!ENTITY b "c">]><styleSheet'),
        ("xl/workbook.xml", b"<workbook", b'<!DOCTYPE a SYSTEM "other.dtd"><workbook'),
        ("xl/workbook.xml", b"</sheets>", b""),
    ],
)
def test_a_workbook_that_is_damaged_or_declares_entities_is_refused(part: str, old: bytes, new: bytes):
    found, rows = read(edited(workbook(), part, old, new))
    assert [(file, code) for file, code, _, _ in faults(found)] == [("night.xlsx", "unreadable_file")]
    assert found.faults[0].holds_any
    assert not rows


def test_a_sheet_that_is_damaged_is_refused_and_the_others_are_read():
    found, rows = read(edited(workbook(), "xl/worksheets/sheet1.xml", b"</sheetData>", b""))
    assert [(file.name, file.is_refused) for file in found.files] == [
        ("night.xlsx/Alerts", True),
        ("night.xlsx/Bookings", False),
    ]
    assert len(rows["BOOKINGS"]) == 1


def test_shared_texts_are_read_without_how_they_sound():
    found, rows = read(shared_workbook(SHARED_STRINGS, SHARED_ROWS))
    assert found.files[0].header == ("id", "when")
    assert rows["T"] == [{"id": "Text", "when": None, "source_row": 2}]


def test_shared_texts_beyond_what_memory_holds_are_read_as_they_were(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("watchroom.sources.xlsx_xml._TEXT_HELD", 200)
    texts = ["note", *(f"text é {number}" for number in range(200))]
    cells = "".join(f'<row><c t="s"><v>{number}</v></c></row>' for number in range(len(texts)))
    _, rows = read(shared_workbook("".join(f"<si><t>{text}</t></si>" for text in texts), cells))
    assert [row["note"] for row in rows["T"]] == texts[1:]


@pytest.mark.parametrize("number", ["3", "-1", "x", "99999999999", ""])
def test_a_cell_that_points_to_no_text_refuses_the_sheet(number: str):
    broken = SHARED_ROWS.replace("<v>2</v>", f"<v>{number}</v>")
    found, rows = read(shared_workbook(SHARED_STRINGS, broken))
    assert found.files[0].is_refused or (number == "" and rows["T"] == [])


def test_what_xml_cannot_hold_is_unescaped_and_a_nul_sets_its_row_aside():
    found, rows = read(workbook({"T": [["note"], ["a_x000D_b"], ["a_x0000_b"], ["a_x005F_x000D_b"]]}))
    assert faults(found) == [("night.xlsx/T", "bad_text", 3, "note")]
    assert [row["note"] for row in rows["T"]] == ["a\rb", "a_x000D_b"]


def test_a_sheet_that_is_nested_deeper_than_any_is_refused():
    found, _ = read(shared_workbook("", "<row>" + "<c>" * 100_000))
    assert faults(found) == [("night.xlsx/T", "unreadable_file", None, None)]
    assert "nested" in found.files[0].faults[0].message
