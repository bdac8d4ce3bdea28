"""Three deliveries with faults, and the ways to ask where something of them came from."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from psycopg import sql

from batches import select
from conftest import TestServer
from deliveries import copy_of, edit, intake_of, small_extract
from gate_world import GOVERNOR, OFFICER, Asker, Gate, gate_of, person, write
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.door import Seen
from watchroom.gate.lineage import Behind, Origin, Sought, lineage
from watchroom.gate.restrictions import By
from watchroom.gate.see import SeenRow, see
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Connection, Database, Principal

FIRST = datetime(2026, 7, 24, 8, 30, tzinfo=UTC)
BY = By(actor="i.gov")
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
def lineage_world(server: TestServer, place: Path) -> Generator[World]:
    """The three deliveries in a database of their own, and its gate."""
    folder = small_extract(place / "0")
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


def rows(world: World, asker: Asker, entity: str, *, as_of: datetime | None = None) -> list[SeenRow]:
    seen = see(world.gate, asker, entity=entity, purpose="custody.care", as_of=as_of)
    assert isinstance(seen, Seen), seen
    return seen.value.rows


def asked(
    world: World, asker: Asker, entity: str, row_id: object, *, field: str | None = None, as_of: datetime | None = None
) -> Seen[Origin | None]:
    sought = Sought(entity=entity, row_id=UUID(str(row_id)), field=field, as_of=as_of)
    seen = lineage(world.gate, asker, sought=sought, purpose="custody.care")
    assert isinstance(seen, Seen), seen
    return seen


def origin(
    world: World,
    entity: str,
    row: SeenRow,
    *,
    asker: Asker = OFFICER,
    field: str | None = None,
    as_of: datetime | None = None,
) -> Origin:
    found = asked(world, asker, entity, row["id"], field=field, as_of=as_of).value
    assert found is not None
    return found


def alert(world: World, number: int, *, asker: Asker = GOVERNOR, day: int | None = None) -> SeenRow:
    """The alert of the booking of that number, as known at the end of a day."""
    as_of = None if day is None else FIRST + timedelta(days=day, hours=1)
    keys = dict(select(world.database, "select id::text, source_key from record.alert"))
    keys |= dict(select(world.database, "select id::text, source_key from record.alert_history"))
    return next(
        row for row in rows(world, asker, "alert", as_of=as_of) if keys[str(row["id"])].startswith(f"-{number}/")
    )


def behind(found: Origin, name: str) -> Behind:
    return next(one for one in found.fields if one.field == name)


@contextmanager
def owner(world: World) -> Generator[Connection]:
    """The database as the owner of its tables."""
    with world.database.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(world.database.roles.owner)))
        yield connection


def shown(found: Origin) -> dict[str, str | None]:
    return {column.name: column.value for column in found.raw or () if column.is_shown}
