"""Batches for tests: rows by entity, written as ingest writes them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from psycopg import sql

from watchroom.model.catalogue import Catalogue, catalogue
from watchroom.store.database import Connection, Database, Principal
from watchroom.store.first_rows import make_late_indexes
from watchroom.store.following import follow, keep_rules
from watchroom.store.identifying import Rules
from watchroom.store.sealing import seal
from watchroom.store.unnamed import hide_unnamed, strip_erased
from watchroom.store.writes import BatchStamp, Written, copy_into, create_staging, write_entity

START = datetime(2026, 7, 24, 7, 0, tzinfo=UTC)
Rows = dict[str, list[dict[str, object]]]


def stage(connection: Connection, entity: str, rows: list[dict[str, object]], *, model: Catalogue | None = None) -> str:
    staged = create_staging(connection, (model or catalogue()).entity(entity))
    # What a row does not say has its default, so rows that say the same columns go together.
    for columns in dict.fromkeys(tuple(row) for row in rows):
        with connection.cursor() as cursor, cursor.copy(copy_into(staged, columns)) as copy:
            for row in rows:
                if tuple(row) == columns:
                    copy.write_row([row[name] for name in columns])
    return staged


def write(
    database: Database,
    rows: Rows,
    *,
    hour: float,
    is_full: bool = True,
    source: str = "nomis",
    model: Catalogue | None = None,
    rules: Rules = (),
    agency: str = "HMPPS",
) -> dict[str, Written]:
    """One batch: all entities named, in the catalogue's order."""
    at = START + timedelta(hours=hour)
    known = model or catalogue()
    make_late_indexes(database, [known.entity(name) for name in rows])
    with database.connection(Principal.LOADER) as connection:
        order = [name for name in known.entities if name in rows]
        staged = {name: stage(connection, name, rows[name], model=known) for name in order}
        batch_id = uuid4()
        moment = seal(connection, batch_id=batch_id, source_system=source, at=at, machine_at=at)
        stamp = BatchStamp(
            batch_id=batch_id,
            seq=moment.sequence,
            recorded_at=at,
            source_system=source,
            agency_code=agency,
            is_full=is_full,
            rules=rules,
        )
        keep_rules(connection, known, batch=stamp, entities=order)
        is_any = strip_erased(connection, staged, given=stamp)
        written = {name: write_entity(connection, known.entity(name), staged[name], batch=stamp) for name in order}
        if is_any:
            hide_unnamed(connection, staged["person"], given=stamp)
        moved = [name for name, one in written.items() if one.new or one.changed or one.ended]
        follow(connection, known, batch=stamp, moved=moved)
        return written


def select(database: Database, text: str) -> list[tuple[object, ...]]:
    with database.connection(Principal.LOADER) as connection:
        return connection.execute(sql.SQL(text)).fetchall()  # type: ignore[arg-type]


def person(key: str, **more: object) -> dict[str, object]:
    return {"source_key": key, "prison_number": f"A{key}", "site_code": "LEI", "unit_code": "LEI-A", **more}


def alert(key: str, person_key: str | None, **more: object) -> dict[str, object]:
    return {"source_key": key, "person_key": person_key, "file": "ALERTS", "row": int(key), **more}


def outcome(written: Written) -> tuple[int, int, int, int, int]:
    return written.new, written.changed, written.unchanged, written.ended, written.held
