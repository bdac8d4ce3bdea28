"""HMPPS domain events for tests, and a node's record that they fall into."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watchroom.ingest.hearing import Post, heard_of
from watchroom.ingest.mapping import OURS
from watchroom.ingest.registry import Source, add_source
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import SteppedClock
from watchroom.sources.messages import Message
from watchroom.store.database import Database, Principal

NOW = datetime(2026, 11, 28, 7, 30, tzinfo=UTC)
CREATED, INACTIVE, DELETED = (f"person.alert.{done}" for done in ("created", "inactive", "deleted"))


def event(kind: str, at: datetime = NOW, *, number: str | None = "A0000AA", **details: object) -> bytes:
    """One event as its sender writes it."""
    body: dict[str, object] = {
        "eventType": kind,
        "version": 1,
        "description": "something happened",
        "detailUrl": "https://example.org/1",
        "occurredAt": at.isoformat(),
        "additionalInformation": details,
    }
    if number is not None:
        body["personReference"] = {"identifiers": [{"type": "NOMS", "value": number}]}
    return json.dumps(body).encode()


def alert(kind: str, minutes: int, *, key: str = "11111111-0000-4000-8000-000000000001", code: str = "HA") -> bytes:
    """An event of an alert, so many minutes before `NOW`."""
    return event(kind, NOW - timedelta(minutes=minutes), alertUuid=key, alertCode=code)


def notification(inner: bytes, *, number: int = 1) -> bytes:
    """The same as a queue delivers it."""
    body: dict[str, object] = {
        "Type": "Notification",
        "MessageId": f"0f6f2a34-1111-4a53-9b8a-{number:012}",
        "Message": inner.decode(),
        "Timestamp": NOW.isoformat(),
    }
    return json.dumps(body).encode()


def messages(bodies: Iterable[bytes]) -> list[Message]:
    return [Message(name=f"line {number}", content=body) for number, body in enumerate(bodies, start=1)]


def post_of(bodies: Iterable[bytes]) -> Post:
    """Events that came together, read as our own mapping says."""
    rules = OURS.load("hmpps_event").messages
    assert rules is not None
    return Post(name="push", rules=rules, heard=heard_of(messages(bodies), rules))


def event_intake(database: Database, folder: Path | None = None, *, kind: str = "files") -> tuple[Intake, Source]:
    """An intake on a standing clock, and the source of events registered with it."""
    location = "" if folder is None else str(folder)
    source = Source(name="events", kind=kind, location=location, mapping="hmpps_event", agency_code="HMPPS")
    with database.connection(Principal.LOADER) as connection:
        add_source(connection, source, at=NOW)
    return Intake(database=database, clock=SteppedClock(NOW)), source
