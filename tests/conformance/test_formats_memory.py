"""Reading a file of any format never needs memory in proportion to its size."""

import gzip
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from format_samples import shared_workbook
from resident import forget_the_peak, resident
from watchroom.sources.files import read_folder

NOTE = "A note that is as long as notes are when somebody has taken the time to write it. "
Write = Callable[[Path, int], None]


def record(number: int) -> str:
    return json.dumps({"id": number, "note": f"{NOTE}{number}", "at": {"site": "LEI"}, "seen": [{"on": "2026-07-01"}]})


def as_json(folder: Path, number: int) -> None:
    with (folder / "T.json").open("w", encoding="utf-8") as stream:
        stream.write("[" + record(0))
        stream.writelines(f",\n{record(at)}" for at in range(1, number))
        stream.write("]")


def as_lines(folder: Path, number: int) -> None:
    with gzip.open(folder / "T.ndjson.gz", "wt", compresslevel=1, encoding="utf-8") as stream:
        stream.writelines(f"{record(at)}\n" for at in range(number))


def as_parquet(folder: Path, number: int) -> None:
    """One row group, so that nothing of it is let go by itself."""
    table = pa.table({"id": pa.array(range(number)), "note": [f"{NOTE}{at}" for at in range(number)]})
    pq.write_table(table, folder / "T.parquet", row_group_size=number, use_dictionary=False, compression="none")


def as_workbook(folder: Path, number: int) -> None:
    """Every text is another one, and all of them are shared texts."""
    strings = "".join(f"<si><t>{NOTE}{at}</t></si>" for at in range(number))
    header = '<row><c t="str"><v>id</v></c><c t="str"><v>note</v></c></row>'
    rows = "".join(f'<row><c><v>{at}</v></c><c t="s"><v>{at}</v></c></row>' for at in range(number))
    (folder / "n.xlsx").write_bytes(shared_workbook(strings, header + rows))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the largest size of a process since an instant")
@pytest.mark.parametrize("written", [as_json, as_lines, as_parquet, as_workbook], ids=lambda written: written.__name__)
def test_a_file_of_eight_times_the_size_takes_little_more_memory(written: Write, tmp_path: Path):
    grown: list[int] = []
    for number in (25_000, 200_000):
        folder = tmp_path / str(number)
        folder.mkdir()
        written(folder, number)
        before = resident("VmRSS")
        forget_the_peak()
        assert read_folder(folder).rows_read >= number
        grown.append(resident("VmHWM") - before)
    assert grown[1] < max(grown[0], 0) + (32 << 20), f"{[size >> 20 for size in grown]} MiB"
