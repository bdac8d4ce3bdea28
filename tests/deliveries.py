"""Deliveries for tests: copies of the real extract with single changes, and a small one of our own."""

import csv
import shutil
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from watchroom.ingest.registry import Source, add_source
from watchroom.ingest.report import IngestReport
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import SteppedClock
from watchroom.sources.arrow import ArrowTable
from watchroom.sources.csv_text import PIECE
from watchroom.sources.files import SourceFile
from watchroom.sources.files import read_content as read_any
from watchroom.sources.formats import How
from watchroom.store.database import Database, Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(SourceFile):
    """A file with the rows that were taken of it."""

    rows: list[dict[str, object]]


def read_content(name: str, content: bytes, *, piece: int = PIECE) -> Read:
    """The file of that name and content, read in such pieces, with the rows that stand when it is not refused."""
    rows: list[dict[str, object]] = []

    def take(_table: str, part: ArrowTable) -> None:
        rows.extend(part.to_pylist())

    (file,) = read_any(name, content, take=take, how=How(piece=piece)).files
    known = {part.name: getattr(file, part.name) for part in fields(file)}
    return Read(**known, rows=[] if file.is_refused else rows)


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


def issues_of(report: IngestReport) -> set[tuple[str | None, int | None, str | None, str]]:
    """Place and code of every issue."""
    return {(issue.file, issue.row, issue.field, issue.code) for batch in report.batches for issue in batch.issues}


def small_extract(folder: Path) -> Path:
    """A delivery of our own: three people on a wing, three alerts; only the columns that are needed."""
    folder.mkdir(parents=True)
    for table, text in SMALL.items():
        (folder / f"{table}.csv").write_text(text.lstrip(), encoding="utf-8", newline="")
    return folder


SMALL = {
    "AGENCY_LOCATIONS": """
AGY_LOC_ID,DESCRIPTION,AGENCY_LOCATION_TYPE,ACTIVE_FLAG
LEI,LEEDS,INST,Y
OUT,OUTSIDE,INST,Y
""",
    "AGENCY_INTERNAL_LOCATIONS": """
INTERNAL_LOCATION_ID,INTERNAL_LOCATION_CODE,INTERNAL_LOCATION_TYPE,AGY_LOC_ID,UNIT_TYPE,CAPACITY,OPERATION_CAPACITY,DESCRIPTION,PARENT_INTERNAL_LOCATION_ID
-1,A,WING,LEI,NA,14,13,LEI-A,
-2,1,LAND,LEI,NA,14,13,LEI-A-1,-1
-3,1,CELL,LEI,NA,2,2,LEI-A-1-1,-2
-4,2,CELL,LEI,NA,1,1,LEI-A-1-2,-2
""",
    "OFFENDERS": """
OFFENDER_ID,ROOT_OFFENDER_ID,OFFENDER_ID_DISPLAY,LAST_NAME,FIRST_NAME,BIRTH_DATE,SEX_CODE
-1001,-1001,A1234AA,EXAMPLE,ONE,1969-12-30,M
-1002,-1002,A1234AB,EXAMPLE,TWO,1998-08-28,M
-1003,-1003,A1234AC,EXAMPLE,THREE,1999-10-27,M
""",
    "OFFENDER_BOOKINGS": """
OFFENDER_BOOK_ID,BOOKING_BEGIN_DATE,BOOKING_END_DATE,BOOKING_NO,OFFENDER_ID,BOOKING_SEQ,IN_OUT_STATUS,ACTIVE_FLAG,AGY_LOC_ID,LIVING_UNIT_ID
-1,2026-07-01 10:00:00,,A1,-1001,1,IN,Y,LEI,-3
-2,2026-07-02 10:00:00,,A2,-1002,1,IN,Y,LEI,-4
-3,2026-07-03 10:00:00,,A3,-1003,1,IN,Y,LEI,-2
""",
    "OFFENDER_ALERTS": """
OFFENDER_BOOK_ID,ALERT_SEQ,ALERT_TYPE,ALERT_CODE,ALERT_STATUS,ALERT_DATE,EXPIRY_DATE,COMMENT_TEXT
-1,1,X,XA,ACTIVE,2026-07-01,,Fire raised
-2,1,H,HA,ACTIVE,2026-07-02,,Fictional
-3,1,X,XCU,ACTIVE,2026-07-03,,Fictional
""",
    "ASSESSMENTS": """
ASSESSMENT_ID,ASSESSMENT_CLASS,ASSESSMENT_CODE
-1,TYPE,CSR
""",
    "OFFENDER_ASSESSMENTS": """
OFFENDER_BOOK_ID,ASSESSMENT_SEQ,ASSESSMENT_DATE,ASSESSMENT_TYPE_ID,CALC_SUP_LEVEL_TYPE,REVIEW_SUP_LEVEL_TYPE,OVERRIDED_SUP_LEVEL_TYPE
-1,1,2026-07-01,-1,HI,,
-2,1,2026-07-02,-1,STANDARD,,
""",
    "OFFENDER_CASE_NOTES": """
CASE_NOTE_ID,OFFENDER_BOOK_ID,CASE_NOTE_TEXT
1,-1,Fictional
""",
}
