"""A small record for tests of the gate: written by the one write path, read by nothing but the gate."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from psycopg import sql

from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.askers import Asker
from watchroom.gate.door import Act, Asked, Gate, Refused, Seen, View
from watchroom.kernel.clock import Clock, SteppedClock
from watchroom.kernel.named_sql import Query, parse_queries
from watchroom.model.catalogue import catalogue
from watchroom.policy.agreement import charter_text, load_agreement
from watchroom.policy.clauses import Agreement
from watchroom.store.database import Database, Principal
from watchroom.store.first_rows import make_late_indexes
from watchroom.store.sealing import seal
from watchroom.store.writes import BatchStamp, copy_into, create_staging, write_entity

START = datetime(2026, 7, 24, 7, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/London")
Rows = dict[str, list[dict[str, object]]]

OFFICER = Asker(name="o.officer", roles=("wing_officer",), organisation="HMPPS", sites=("LEI",), units=("LEI-A",))
NURSE = Asker(name="n.nurse", roles=("nurse",), organisation="HMPPS", sites=("LEI",))
GOVERNOR = Asker(name="g.governor", roles=("duty_governor",), organisation="HMPPS", sites=("LEI",))
CONTROL = Asker(name="c.control", roles=("control_room",), organisation="HMPPS")
BOARD = Asker(name="b.board", roles=("board",), organisation="HMPPS")
GOVERNANCE = Asker(name="i.gov", roles=("information_governance",), organisation="HMPPS")
ENGINEER = Asker(name="d.engineer", roles=("data_engineer",), organisation="HMPPS")


@lru_cache(maxsize=32)
def charter(text: str | None = None) -> Agreement:
    """The charter of a text, or ours; what was read is never changed, so that tests may share it."""
    return load_agreement(text or charter_text(), where="charter.yaml", model=catalogue())


def gate_of(
    database: Database,
    *agreements: Agreement,
    audit: MemoryAuditLog | None = None,
    at: datetime = START + timedelta(days=1),
    clock: Clock | None = None,
) -> Gate:
    clock = clock or SteppedClock(at)
    return Gate(
        database=database,
        audit=audit or MemoryAuditLog(clock=clock),
        agreements=agreements or (charter(),),
        clock=clock,
        zone=ZONE,
    )


def write(database: Database, rows: Rows, *, hour: int = 0, is_full: bool = True, source: str = "nomis") -> int:
    """One batch, all entities named, in the catalogue's order; its sequence."""
    at = START + timedelta(hours=hour)
    make_late_indexes(database, [catalogue().entity(name) for name in rows])
    with database.connection(Principal.LOADER) as connection:
        order = [name for name in catalogue().entities if name in rows]
        for name in order:
            staged = create_staging(connection, catalogue().entity(name))
            columns = tuple(dict.fromkeys(column for row in rows[name] for column in row))
            if columns:
                with connection.cursor() as cursor, cursor.copy(copy_into(staged, columns)) as copy:
                    for row in rows[name]:
                        copy.write_row([row.get(column, _DEFAULTS.get(column)) for column in columns])
        batch_id = uuid4()
        connection.execute(
            "insert into ingest.source (name, kind, location, agency_code, expected_every_seconds, added_at)"
            " values (%s, 'files', 'x', 'HMPPS', 3600, %s) on conflict do nothing",
            (source, at),
        )
        moment = seal(connection, batch_id=batch_id, source_system=source, at=at, machine_at=at)
        connection.execute(
            "insert into ingest.batch (id, source_system, agency_code, as_at, started_at, status, seq)"
            " values (%s, %s, 'HMPPS', %s, %s, 'sealed', %s)",
            (batch_id, source, at, at, moment.sequence),
        )
        stamp = BatchStamp(
            batch_id=batch_id,
            seq=moment.sequence,
            recorded_at=at,
            source_system=source,
            agency_code="HMPPS",
            is_full=is_full,
        )
        for name in order:
            write_entity(connection, catalogue().entity(name), f"stage_{name}", batch=stamp)
    return moment.sequence


_DEFAULTS: dict[str, object] = {"is_restricted": False, "classification": "official"}


def place(path: str, kind: str = "CELL", *, parent: str | None = None, **more: object) -> dict[str, object]:
    parts = path.split("-")
    return {
        "source_key": path,
        "code": parts[-1],
        "path": path,
        "kind_code": kind,
        "parent_key": parent if parent is not None else "-".join(parts[:-1]) if len(parts) > 2 else None,
        "is_residential": True,
        "is_active": True,
        "site_code": parts[0],
        "unit_code": "-".join(parts[:2]),
        "working_capacity": 2 if kind == "CELL" else None,
        **more,
    }


def person(key: str, unit: str | None = "LEI-A", *, site: str | None = None, **more: object) -> dict[str, object]:
    return {
        "source_key": key,
        "prison_number": f"A{key}",
        "family_name": f"FAMILY{key}",
        "given_names": f"Given{key}",
        "sort_key": f"family{key}",
        "birth_date": date(1990, 5, 17),
        "ethnicity_code": "W1",
        "site_code": site or (unit or "").split("-")[0] or None,
        "unit_code": unit,
        **more,
    }


def episode(key: str, unit: str | None = "LEI-A", cell: str | None = None, **more: object) -> dict[str, object]:
    return {
        "source_key": key,
        "person_key": key,
        "book_number": f"B{key}",
        "is_active": True,
        "in_out_code": "IN",
        "location_key": cell,
        "site_code": (unit or "").split("-")[0] or None,
        "unit_code": unit,
        **more,
    }


def about(key: str, person_key: str, unit: str | None = "LEI-A", **more: object) -> dict[str, object]:
    return {
        "source_key": key,
        "person_key": person_key,
        "site_code": (unit or "").split("-")[0] or None,
        "unit_code": unit,
        **more,
    }


def query(text: str, name: str = "asked", parameters: str = "") -> Query:
    return parse_queries(f"-- name: {name}({parameters})\n{text}", where="test")[name]


def look(
    gate: Gate,
    asker: Asker,
    text: str,
    *,
    purpose: str = "custody.care",
    as_of: datetime | None = None,
    **params: object,
) -> list[dict[str, object]]:
    asked = query(text, parameters=", ".join(params))
    seen = gate.read(
        asker,
        asked=Asked(purpose=purpose, act=Act.LIST, what="person", as_of=as_of),
        look=lambda view: view.records(asked, **params),
    )
    assert isinstance(seen, Seen), seen
    return seen.value


def set_secret(database: Database, secret: bytes) -> None:
    """Let a node that has made no pseudonym yet make them with `secret`."""
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(database.roles.owner)))
        connection.execute("insert into gate.pseudonym_secret (secret, made_at) values (%s, %s)", (secret, START))


def secret_of(database: Database) -> bytes | None:
    """With what the node makes pseudonyms, read as the owner; None: no clause has needed one yet."""
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(database.roles.owner)))
        row = connection.execute("select secret from gate.pseudonym_secret").fetchone()
    return None if row is None else bytes(row[0])


def ids(rows: list[dict[str, object]], column: str) -> set[object]:
    return {row[column] for row in rows}


__all__ = ["UUID", "Refused", "View"]
