"""Small files of every format that is read, all fictional and made here."""

import gzip
import io
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

PEOPLE_JSON = b"""[
  {"id": "A1234AA", "height": 1.80, "active": true, "note": null, "location": {"site": "LEI", "unit": "A-1"},
   "alerts": [{"code": "XA", "on": "2026-07-01"}, {"code": "HA", "on": "2026-07-02"}], "languages": ["en", "cy"]},
  {"id": "A1234AB", "height": 1.7, "active": false, "location": {"site": "LEI", "unit": "\\u00c4-2"}, "alerts": []}
]
"""
PEOPLE_NDJSON = b'{"id":"A1234AA","height":1.80}\n{"id":"A1234AB","visits":[{"on":"2026-07-01"}]}\n\n{"late":"x"}\n'
ROLL_CSV = b'ID,NAME,NOTE\n1,"Example, One","said ""no"""\n2,Two,\n'
ROLL_TSV = b'ID\tNAME\tNOTE\n1\t"Example\tOne"\tx\n2\tTwo\t\n'


def parquet(table: pa.Table | None = None, *, group: int = 2) -> bytes:
    """A Parquet file; by default one with a column of each type."""
    given = (
        table
        if table is not None
        else pa.table(
            {
                "whole": pa.array([1, None, 3], pa.int64()),
                "ratio": pa.array([0.1, 1e20, None], pa.float64()),
                "money": pa.array([Decimal("0.10"), None, Decimal("-3.25")], pa.decimal128(20, 2)),
                "day": pa.array([date(2026, 7, 1), None, date(2026, 7, 2)]),
                "at": pa.array([datetime(2026, 7, 1, 9, tzinfo=UTC), None, None], pa.timestamp("us", "Europe/London")),
                "name": ["One", "Two", ""],
                "place": [{"site": "LEI", "cell": 1}, None, {"site": "LEI", "cell": 2}],
                "codes": [["XA", "HA"], [], None],
            }
        )
    )
    target = io.BytesIO()
    pq.write_table(given, target, row_group_size=group)
    return target.getvalue()


def workbook(sheets: Mapping[str, list[list[object]]] | None = None) -> bytes:
    """A workbook with these sheets."""
    given = sheets or {
        "Alerts": [
            ["id", "code", "on", "at"],
            [1, "XA", date(2026, 7, 1), datetime.fromisoformat("2026-07-01T09:30")],
            [2.5, "HA", None, True],
        ],
        "Bookings": [["id", "site"], ["1", "LEI"]],
    }
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in given.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return saved(book)


def shared_workbook(strings: str, cells: str) -> bytes:
    """A workbook whose sheet `T` points to texts that its cells share, as Excel itself writes it.

    Args:
        strings: the elements `si`.
        cells: the elements `row`.
    """
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="a" Type="{types}/officeDocument"'
        ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{types}"><sheets><sheet name="T" sheetId="1" r:id="b"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}">'
        f'<Relationship Id="b" Type="{types}/worksheet" Target="/xl/worksheets/sheet1.xml"/>'
        f'<Relationship Id="c" Type="{types}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    return archive({name: text.encode() for name, text in parts.items()})


SHARED_STRINGS = (
    "<si><t>id</t></si><si><r><t>wh</t></r><r><t>en</t></r><rPh><t>not this</t></rPh></si><si><t>Text</t></si>"
)
SHARED_ROWS = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c t="s"><v>2</v></c></row>'
)


def saved(book: openpyxl.Workbook) -> bytes:
    """The bytes of a workbook."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def archive(members: Mapping[str, bytes] | None = None) -> bytes:
    """An archive of files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in (members or {"ROLL.csv": ROLL_CSV, "PEOPLE.json": PEOPLE_JSON}).items():
            packed.writestr(name, content)
    return target.getvalue()


def samples() -> dict[str, bytes]:
    """One file of each format, by a name that says which."""
    return {
        "ROLL.csv": ROLL_CSV,
        "ROLL.tsv": ROLL_TSV,
        "PEOPLE.json": PEOPLE_JSON,
        "PEOPLE.ndjson": PEOPLE_NDJSON,
        "STAYS.parquet": parquet(),
        "night.xlsx": workbook(),
        "shared.xlsx": shared_workbook(SHARED_STRINGS, SHARED_ROWS),
        "night.zip": archive(),
        "PEOPLE.json.gz": gzip.compress(PEOPLE_JSON),
        "ROLL.csv.gz": gzip.compress(ROLL_CSV),
        "STAYS.parquet.gz": gzip.compress(parquet()),
    }
