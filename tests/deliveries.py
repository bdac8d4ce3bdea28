"""Deliveries for tests: copies of the real extract with single changes, and a small one of our own."""

import csv
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from watchroom.ingest.registry import Source, add_source
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Database, Principal

NOW = datetime(2026, 7, 24, 8, 30, tzinfo=UTC)
Row = dict[str, str]


def source_at(folder: Path) -> Source:
    return Source(name="nomis", kind="files", location=str(folder), mapping="nomis", agency_code="HMPPS")


def intake_of(database: Database, folder: Path, *, at: datetime = NOW) -> tuple[Intake, Source]:
    """An intake on a standing clock, and the source registered with it."""
    source = source_at(folder)
    with database.connection(Principal.LOADER) as connection:
        add_source(connection, source, at=at)
    return Intake(database=database, clock=SteppedClock(at)), source


def copy_of(extract: Path, target: Path) -> Path:
    """A copy of an extract that a test may change."""
    target.mkdir(parents=True)
    for file in extract.glob("*.csv"):
        shutil.copyfile(file, target / file.name)
    return target


def edit(folder: Path, table: str, change: Callable[[list[Row]], None]) -> None:
    """Read a table, let `change` work on its rows in place, and write it back."""
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        header = list(reader.fieldnames or ())
        rows = list(reader)
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header, extrasaction="raise", restval="")
        writer.writeheader()
        writer.writerows(rows)
