"""The example of the documentation gives what the documentation says."""

import re

from source_tree import ROOT
from watchroom.sources.files import read_folder

DELIVERY = ROOT / "docs" / "examples" / "delivery"


def test_the_example_is_read_as_its_page_says():
    page = (ROOT / "docs" / "explanation" / "formats.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| (\d+) \| (\d+) \|(.*)\|$", page, re.MULTILINE)
    found = read_folder(DELIVERY)
    assert [
        (name, table, int(rows), int(aside), re.findall(r"`(\w+)`", said)) for name, table, rows, aside, said in told
    ] == [
        (file.name, file.table_name, file.rows_read, file.bad_rows, [fault.code.value for fault in file.faults])
        for file in found.files
    ]
    assert [(fault.file, fault.code.value) for fault in found.faults] == [("night.zip/readme.txt", "not_a_table")]
