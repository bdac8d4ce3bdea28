"""The entries of a log as a test sees them: straight from its tables, so that looking on is no entry of its own."""

import json
from datetime import datetime
from uuid import UUID

from watchroom.audit.read import Recorded
from watchroom.store.database import Database, Principal

_ENTRIES = "select entry.index, entry.header, body.body from audit.entry left join audit.body using (index)"


def latest(database: Database, *, before: int | None = None, most: int = 100) -> tuple[Recorded, ...]:
    """The latest entries, the last one first."""
    with database.connection(Principal.AUDIT) as connection:
        rows = connection.execute(
            f"{_ENTRIES} where index < coalesce(%s, 9223372036854775807) order by index desc limit %s",  # type: ignore[arg-type]
            (before, most),
        ).fetchall()
    return tuple(_recorded(*row) for row in rows)


def about(database: Database, person_id: UUID) -> tuple[Recorded, ...]:
    """Every entry whose body names the person, the last one first."""
    return tuple(one for one in latest(database, most=10**9) if person_id in one.subjects)


def _recorded(index: int, header: str, body: str | None) -> Recorded:
    said = json.loads(header)
    return Recorded(
        index=index,
        at=datetime.fromisoformat(said["at"]),
        machine_at=datetime.fromisoformat(said["machine_at"]),
        act=said["act"],
        actor=said["actor"],
        header=said,
        body=None if body is None else json.loads(body),
    )
