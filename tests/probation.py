"""The extract of the probation system for tests: taken as it is, or with single changes, and read back whole."""

import json
from datetime import UTC, datetime
from pathlib import Path

from psycopg import sql
from psycopg.rows import dict_row

from watchroom.ingest.mapping import load_mapping
from watchroom.ingest.registry import Source, add_source
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import SteppedClock
from watchroom.model.catalogue import catalogue
from watchroom.store.database import Database, Principal

NOW = datetime(2026, 7, 24, 8, 30, tzinfo=UTC)
MAPPING = load_mapping("delius")
ROWS = Path(__file__).parent / "conformance" / "delius_rows.jsonl"
# What differs from run to run, or is the same for every row of the source.
_NOT_SHOWN = {"id", "agency_code", "source_system", "batch_id", "recorded_from", "seq_from"} | {
    "classification",
    "realness",
    "basis",
    "origin_file",
    "origin_row",
}


def probation_intake(database: Database, folder: Path) -> tuple[Intake, Source]:
    """An intake on a standing clock, and the source registered with it."""
    source = Source(name="delius", kind="files", location=str(folder), mapping="delius", agency_code="NPS")
    with database.connection(Principal.LOADER) as connection:
        add_source(connection, source, at=NOW)
    return Intake(database=database, clock=SteppedClock(NOW)), source


def rows_of(database: Database, entity: str) -> list[dict[str, object]]:
    """Each row of an entity with all that was loaded and is not empty; links by the key of what they lead to."""
    with database.connection(Principal.LOADER) as connection:
        cursor = connection.cursor(row_factory=dict_row)
        text = sql.SQL("select * from record.{} order by source_key").format(sql.Identifier(entity))
        found = cursor.execute(text).fetchall()
        for field in catalogue().entity(entity).fields:
            if field.target:
                keys = dict(
                    connection.execute(
                        sql.SQL("select id, source_key from record.{}").format(sql.Identifier(field.target))
                    ).fetchall()
                )
                found = [{**row, field.name: keys.get(row[field.name])} for row in found]
    return [
        {"entity": entity}
        | {name: _plain(value) for name, value in row.items() if name not in _NOT_SHOWN and value not in (None, [])}
        for row in found
    ]


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | bool) else str(value)


def known_rows() -> list[dict[str, object]]:
    """What the extract becomes, row by row; made by the mapping, and read in part against the source."""
    return [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()]
