"""A delivery never needs memory in proportion to its size."""

import sys
from pathlib import Path

import pytest

from deliveries import NOW, small_extract, source_at
from resident import forget_the_peak, resident
from watchroom.ingest.registry import add_source
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Database, Principal

MEMORY = 64 << 20
NOTE = "A note that is as long as notes are when somebody has taken the time to write down what was said. " * 16


def with_notes(folder: Path, number: int) -> int:
    """A delivery with that many case notes; bytes of the file that holds them."""
    small_extract(folder)
    path = folder / "OFFENDER_CASE_NOTES.csv"
    with path.open("w", encoding="utf-8") as stream:
        stream.write("CASE_NOTE_ID,OFFENDER_BOOK_ID,CASE_NOTE_TEXT\n")
        stream.writelines(f"{note},-{note % 3 + 1},{NOTE}{note}\n" for note in range(number))
    return path.stat().st_size


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the largest size of a process since an instant")
def test_a_file_of_a_hundred_megabytes_takes_no_more_memory_than_one_of_ten(database: Database, tmp_path: Path):
    few, many = tmp_path / "few", tmp_path / "many"
    with_notes(few, 6_000)
    size = with_notes(many, 72_000)
    assert size > 100 << 20
    source = source_at(few)
    with database.connection(Principal.LOADER) as connection:
        add_source(connection, source, at=NOW)
    intake = Intake(database=database, clock=SteppedClock(NOW), memory=MEMORY, overflow=tmp_path / "overflow")
    assert intake.ingest(source, [few]).as_json()["totals"]["new"] > 6_000
    before = resident("VmRSS")
    forget_the_peak()
    assert intake.ingest(source, [many]).as_json()["totals"]["new"] == 66_000
    grown = resident("VmHWM") - before
    # What DuckDB may hold, and twice as much for the pieces on their way; the file whole would take several times that.
    assert grown < 3 * MEMORY, f"{grown >> 20} MiB more for a file of {size >> 20} MiB"
    assert list((tmp_path / "overflow").iterdir()) == []
