"""A record of three deliveries for tests of where its values came from, with rows of which no record could come."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deliveries import copy_of, edit, intake_of, small_extract
from gate_world import Gate, gate_of, person, write
from servers import TestServer
from watchroom.audit.memory import MemoryAuditLog
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Database

FIRST = datetime(2026, 7, 24, 8, 30, tzinfo=UTC)
ALERTS = "OFFENDER_ALERTS.csv"
MORE = {
    "OFFENDER_HEALTH_PROBLEMS": """
OFFENDER_HEALTH_PROBLEM_ID,OFFENDER_BOOK_ID,PROBLEM_TYPE,PROBLEM_CODE,PROBLEM_STATUS,START_DATE,END_DATE,DESCRIPTION,CASELOAD_TYPE
-1,-1,PSYCH,EPI,ON,2026-07-01,,Told in confidence,INST
""",
    "OFFENDER_SENT_CALCULATIONS": """
OFFENDER_SENT_CALCULATION_ID,OFFENDER_BOOK_ID,CALCULATION_DATE,CRD_CALCULATED_DATE,CRD_OVERRIDED_DATE
-1,-1,2026-07-01,2027-01-01,
-2,-1,2026-07-02,2027-02-01,2027-03-01
""",
    "OFFENDER_RELEASE_DETAILS": """
OFFENDER_BOOK_ID,RELEASE_DATE
-1,2027-03-02
""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Three deliveries, a day apart: the second with a date that cannot be read, the third without an alert.

    In the second the alert in row 2 has another kind, and an end that was there and cannot be read any more. In the
    third the one in row 3 is gone, and the comment of row 4 names the second person by number.
    """

    database: Database
    gate: Gate
    audit: MemoryAuditLog


@contextmanager
def world_at(server: TestServer, beside: Path) -> Generator[World]:
    """The world, in a database of its own; what is delivered stands in a folder."""
    folder = small_extract(beside / "0")
    for table, text in MORE.items():
        (folder / f"{table}.csv").write_text(text.lstrip(), encoding="utf-8", newline="")
    edit(folder, "OFFENDER_ALERTS", lambda rows: rows[0].update(EXPIRY_DATE="2026-12-01"))
    second, third = (copy_of(folder, folder.parent / name) for name in ("1", "2"))
    for later in (second, third):
        edit(later, "OFFENDER_ALERTS", lambda rows: rows[0].update(ALERT_CODE="XC", EXPIRY_DATE="soon"))
    edit(third, "OFFENDER_ALERTS", lambda rows: rows[2].update(COMMENT_TEXT="Not with a1234ab"))
    edit(third, "OFFENDER_ALERTS", lambda rows: rows.pop(1))
    # Two rows of which no record can come: a place without a path, and an alert of a booking that is not there.
    nowhere = {"INTERNAL_LOCATION_ID": "-9", "DESCRIPTION": ""}
    edit(third, "AGENCY_INTERNAL_LOCATIONS", lambda rows: rows.append(rows[-1] | nowhere))
    edit(third, "OFFENDER_ALERTS", lambda rows: rows.append({**rows[0], "OFFENDER_BOOK_ID": "-77"}))
    with server.database() as database:
        intake, source = intake_of(database, folder, at=FIRST)
        for day, delivery in enumerate((folder, second, third)):
            at = replace(intake, clock=SteppedClock(FIRST + timedelta(days=day)))
            assert not at.ingest(source, [delivery]).is_refused
        write(database, {"person": [person("T1")]}, hour=80, source="typed", is_full=False)
        audit = MemoryAuditLog()
        yield World(database=database, gate=gate_of(database, audit=audit, at=FIRST + timedelta(days=5)), audit=audit)
