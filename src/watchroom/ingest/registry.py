"""The sources that a node takes from."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from watchroom.ingest.mapping import load_mapping
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection

_QUERIES = load_queries("watchroom.ingest")
_KINDS = ("files",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source system.

    Attributes:
        name: that this node gives it.
        kind: how it is reached: `files` is a folder of files, each in one of the formats of ADR 28.
        location: where it is.
        mapping: name of the mapping that reads it.
        agency_code: controller of its records.
        time_zone: IANA name; its times without an offset are read in it.
        expected_every_seconds: a delivery is late after this; None: no expectation.
        is_full: a delivery holds everything: a key that it does not name has ended.
        shrinks_percent: a roll that lacks more of the last one than this share is held.
    """

    name: str
    kind: str
    location: str
    mapping: str
    agency_code: str
    time_zone: str = "Europe/London"
    expected_every_seconds: int | None = None
    is_full: bool = True
    shrinks_percent: int = 10


def add_source(connection: Connection, source: Source, *, at: datetime) -> None:
    """Register a source, as loader.

    Raises:
        UsageError: the name is taken, or nothing can read its kind.
        NotFoundError: there is no such mapping.
    """
    if source.name == "staff":
        raise UsageError("the name `staff` is kept for what staff write here; give another name")
    if source.kind not in _KINDS:
        raise UsageError(f"sources of kind `{source.kind}` cannot be read; kinds: {', '.join(_KINDS)}")
    load_mapping(source.mapping)
    row = connection.execute(
        _QUERIES["add_source"].text,
        {
            "name": source.name,
            "kind": source.kind,
            # A relative path would mean another folder the next time.
            "location": str(Path(source.location).resolve()),
            "mapping": source.mapping,
            "agency_code": source.agency_code,
            "time_zone": source.time_zone,
            "expected_every_seconds": source.expected_every_seconds,
            "added_at": at,
        },
    ).fetchone()
    if row is None:
        raise UsageError(f"there is a source `{source.name}` already; give another name")


def expect_every(connection: Connection, name: str, *, seconds: int) -> None:
    """Have the source of that name expected to deliver every so many seconds, as loader.

    Raises:
        NotFoundError: there is none.
    """
    given = {"name": name, "expected_every_seconds": seconds}
    if connection.execute(_QUERIES["expect_every"].text, given).fetchone() is None:
        find_source(connection, name)


def zone_of(mapping: str) -> str | None:
    """The time zone in which every source of that mapping writes; None: it is that of the node.

    A roll is of one place, and its days and admissions are told by the clock there.

    Raises:
        NotFoundError: there is no such mapping.
    """
    made = load_mapping(mapping)
    return None if made.snapshot is None else made.time_zone


def let_shrink(connection: Connection, name: str, *, percent: int) -> None:
    """Have a roll of the source of that name held when it lacks more of the last one than this share, as loader.

    Raises:
        NotFoundError: there is none.
    """
    given = {"name": name, "shrinks_percent": percent}
    if connection.execute(_QUERIES["let_shrink"].text, given).fetchone() is None:
        find_source(connection, name)


def list_sources(connection: Connection) -> tuple[Source, ...]:
    """All sources, by name, as loader."""
    return tuple(
        Source(
            name=row[0],
            kind=row[1],
            location=row[2],
            mapping=row[3] or "",
            agency_code=row[4],
            time_zone=row[5],
            expected_every_seconds=row[6],
            is_full=row[7],
            shrinks_percent=row[8],
        )
        for row in connection.execute(_QUERIES["sources"].text)
    )


def find_source(connection: Connection, name: str) -> Source:
    """The source of that name, as loader.

    Raises:
        NotFoundError: there is none.
    """
    sources = list_sources(connection)
    for source in sources:
        if source.name == name:
            return source
    known = ", ".join(f"`{source.name}`" for source in sources) or "none"
    raise NotFoundError(f"there is no source `{name}`; known: {known}; add it with `watchroom source add`")
