"""The quarantine of a node: rows that were held back, open, waived, or gone with a later delivery."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from watchroom.ingest.held import WAIVABLE, HeldRows, Waiver
from watchroom.kernel.errors import UsageError
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection

_QUERIES = load_queries("watchroom.ingest", "quarantine.sql")


class State(StrEnum):
    """What is to be done about rows that were held back."""

    OPEN = "open"
    """They are held back, and nobody has decided to live with it."""
    WAIVED = "waived"
    """They are held back, and somebody decided to live with it."""
    GONE = "gone"
    """A later delivery, or a re-run, has none of them any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """Rows of a source that are, or were, held back for one reason.

    Attributes:
        source: name of the source.
        held: table and reason; `rows` as many as the last batch that had any.
        state: what is to be done about them.
        batch_id: the last batch that had any.
        last_at, first_at: node time of that one and of the first one, in UTC.
    """

    source: str
    held: HeldRows
    state: State
    batch_id: UUID
    last_at: datetime
    first_at: datetime

    def as_json(self) -> dict[str, object]:
        """The rows for a JSON document."""
        return {
            "source": self.source,
            **self.held.as_json(),
            "state": self.state.value,
            "batch": str(self.batch_id),
            "first_at": self.first_at.isoformat(),
            "last_at": self.last_at.isoformat(),
        }


def enter_held(connection: Connection, held: Sequence[HeldRows], *, batch_id: UUID, source: str) -> None:
    """Enter what a batch held back, as loader."""
    with connection.cursor() as cursor, cursor.copy(_QUERIES["copy_held"].text) as copy:
        for one in held:
            copy.write_row((batch_id, source, one.table, one.code, one.field, one.entity, one.rows))


def held_of(connection: Connection, batch_id: UUID) -> tuple[HeldRows, ...]:
    """What a batch held back, by table and reason, as loader."""
    rows = connection.execute(_QUERIES["held_of"].text, {"batch_id": batch_id}).fetchall()
    return tuple(
        HeldRows(table=table, code=code, field=field, entity=entity, rows=number)
        for table, code, field, entity, number in rows
    )


def held_at_present(connection: Connection, source: str) -> tuple[HeldRows, ...]:
    """What is held back of a source by all deliveries that add to each other, by table and reason, as loader."""
    rows = connection.execute(_QUERIES["held"].text, {"source_system": source}).fetchall()
    return tuple(
        HeldRows(table=table, code=code, field=field, entity=entity, rows=now)
        for _, table, code, field, entity, now, *_ in rows
        if now
    )


def waivers_in_force(connection: Connection, source: str, *, at: datetime) -> Mapping[tuple[str, str], Waiver]:
    """What somebody decided to live with in a source, by table and code, as loader.

    Args:
        connection: as loader.
        source: name of the source.
        at: node time, timezone-aware.
    """
    rows = connection.execute(_QUERIES["waivers"].text, {"source_system": source, "at": at}).fetchall()
    return {
        (table, code): Waiver(table=table, code=code, reason=reason, by=by, at=since, until=until)
        for table, code, reason, by, since, until in rows
    }


def waive(
    connection: Connection, waiver: Waiver, *, source: str, machine_at: datetime, is_lifted: bool = False
) -> None:
    """Enter that somebody decided to live with rows that are held back, or no longer does, as loader.

    Raises:
        UsageError: a row is never held back for that reason; one that refuses a delivery cannot be waived.
    """
    if waiver.code not in WAIVABLE:
        raise UsageError(
            f"`{waiver.code}` is no reason for which rows are held back: what refuses a delivery, or only says how far"
            " it can be trusted, cannot be waived"
        )
    connection.execute(
        _QUERIES["enter_waiver"].text,
        {
            "source_system": source,
            "table_name": waiver.table,
            "code": waiver.code,
            "reason": waiver.reason,
            "waived_by": waiver.by,
            "waived_at": waiver.at,
            "machine_at": machine_at,
            "until": waiver.until,
            "is_lifted": is_lifted,
        },
    )


def quarantined(connection: Connection, source: str | None = None, *, at: datetime) -> tuple[Quarantined, ...]:
    """What is and was held back, by source, table and reason, as loader.

    Args:
        connection: as loader.
        source: name of the source; None: of all.
        at: node time, timezone-aware, at which waivers hold.
    """
    found: list[Quarantined] = []
    waivers: dict[str, Mapping[tuple[str, str], Waiver]] = {}
    rows = connection.execute(_QUERIES["held"].text, {"source_system": source}).fetchall()
    for name, table, code, field, entity, now, last, batch_id, last_at, first_at in rows:
        if name not in waivers:
            waivers[name] = waivers_in_force(connection, name, at=at)
        waiver = waivers[name].get((table, code))
        state = State.GONE if not now else State.OPEN if waiver is None else State.WAIVED
        held = HeldRows(table=table, code=code, field=field, entity=entity, rows=now or last, waiver=waiver)
        found.append(
            Quarantined(source=name, held=held, state=state, batch_id=batch_id, last_at=last_at, first_at=first_at)
        )
    return tuple(found)
