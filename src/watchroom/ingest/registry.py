"""The sources that a node takes from."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from watchroom.ingest.mapping import OURS, Mappings, MappingVersion
from watchroom.ingest.mapping import Mapping as SourceMapping
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.kernel.named_sql import load_queries
from watchroom.sources.connectors.registry import KINDS
from watchroom.store.database import Connection

_QUERIES = load_queries("watchroom.ingest")
_KINDS = ("files", "push", *KINDS)
# Of what stood in a feed so much, in percent, may be gone at once before somebody has to look.
_FEED_SHRINKS = 50
PUSH = "push"
"""The kind of a source that sends by itself, to the address of the node's pages."""
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source system.

    Attributes:
        name: that this node gives it.
        kind: how it is reached: `files` is a folder of files, each in one of the formats of ADR 28 or a message of the
            standard that its mapping names; `push` sends messages by itself (ADR 33);
            from all others the node fetches (ADR 34). Of `files` somebody says when it is taken.
        location: where it is.
        mapping: name of the mapping that reads it.
        agency_code: controller of its records.
        time_zone: IANA name; its times without an offset are read in it.
        expected_every_seconds: a delivery is late after this; None: no expectation.
        is_full: a delivery holds everything: a key that it does not name has ended.
        shrinks_percent: a roll, or a table of a whole extract, that lacks more of the last one than this share is held;
            of a snapshot that lacks more of what is reported nothing is taken for gone.
        options: how it is asked, by the names that its kind declares; never a secret.
        poll_seconds: it is asked by itself so often (node time); None: as often as its kind is.
        added_at: when it was registered (node time); None: it is not.
        ended_at: since when it has ended and nothing is taken from it (node time); None: it has not.
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
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    poll_seconds: int | None = None
    added_at: datetime | None = None
    ended_at: datetime | None = None


# From the others everything is read, be it all that is known with what changed laid over it.
_IN_PARTS = ("files", "folder")


def add_source(connection: Connection, source: Source, *, at: datetime, mappings: Mappings = OURS) -> None:
    """Register a source, as loader.

    Args:
        connection: as loader.
        source: to be registered.
        at: node time, timezone-aware.
        mappings: that the node may use.

    Raises:
        UsageError: the name is taken, nothing can read its kind, or nothing can be fetched as it is said.
        NotFoundError: there is no such mapping.
        MappingError: it contradicts itself.
    """
    if source.name == "staff":
        raise UsageError("the name `staff` is kept for what staff write here; give another name")
    # It stands in addresses, in names of files and in every record; what it is about is no place for a person's name.
    if not _NAME.fullmatch(source.name):
        raise UsageError(
            "the name of a source is of up to 40 small letters, digits, `-` and `_`, a letter first; give another one"
        )
    if source.kind not in _KINDS:
        raise UsageError(f"sources of kind `{source.kind}` cannot be read; kinds: {', '.join(_KINDS)}")
    mapping = mappings.load(source.mapping)
    _require_fitting(source, mapping)
    kind = KINDS.get(source.kind)
    if kind is None and (source.options or source.poll_seconds):
        raise UsageError(f"sources of kind `{source.kind}` are not fetched from, so nothing can be said of how")
    if kind is not None:
        kind.require(source.location)
        kind.whole(source.options)
    row = connection.execute(
        _QUERIES["add_source"].text,
        {
            "name": source.name,
            "kind": source.kind,
            "location": _location(source),
            "mapping": source.mapping,
            "agency_code": source.agency_code,
            "time_zone": source.time_zone,
            "expected_every_seconds": source.expected_every_seconds,
            "added_at": at,
            "options": json.dumps(source.options),
            "poll_seconds": source.poll_seconds,
            "shrinks_percent": _shrinks(source, mapping),
            "is_full": source.is_full,
        },
    ).fetchone()
    if row is None:
        raise _name_taken(find_source(connection, source.name))


def _name_taken(by: Source) -> UsageError:
    if by.ended_at is None:
        return UsageError(f"there is a source `{by.name}` already; give another name")
    return UsageError(
        f"there was a source `{by.name}`, and what it gave is told by that name for ever; take it up again with"
        f" `watchroom source resume DIR {by.name}`, or give another name"
    )


def _require_fitting(source: Source, mapping: SourceMapping) -> None:
    """Refuse a source of a kind that does not give what its mapping reads.

    Raises:
        UsageError: it does not.
    """
    kind = KINDS.get(source.kind)
    if mapping.messages is None and source.kind == PUSH:
        raise UsageError(
            f"mapping `{source.mapping}` names no codec, so nothing that is pushed can be read by it; give `--map` one"
            " that does"
        )
    if kind is not None and mapping.messages is not None and not kind.gives_messages:
        raise UsageError(
            f"sources of kind `{source.kind}` give tables, and mapping `{source.mapping}` reads messages; give `--map`"
            " one that takes tables"
        )
    if not source.is_full and (mapping.is_partial or source.kind not in _IN_PARTS):
        raise UsageError(
            f"what comes in parts of tables is files of a folder; a source of kind `{source.kind}` with mapping"
            f" `{source.mapping}` is none: leave out --parts"
        )


def _shrinks(source: Source, mapping: SourceMapping) -> int:
    kind = KINDS.get(source.kind)
    if mapping.messages is not None and mapping.messages.reported:
        return _FEED_SHRINKS
    return source.shrinks_percent if kind is None else kind.may_shrink or source.shrinks_percent


def _location(source: Source) -> str:
    if source.kind == PUSH or "://" in source.location:
        return source.location
    # A relative path would mean another folder the next time.
    return str(Path(source.location).resolve())


def expect_every(connection: Connection, name: str, *, seconds: int) -> None:
    """Have the source of that name expected to deliver every so many seconds, as loader.

    Raises:
        NotFoundError: there is none.
    """
    given = {"name": name, "expected_every_seconds": seconds}
    if connection.execute(_QUERIES["expect_every"].text, given).fetchone() is None:
        find_source(connection, name)


def zone_of(mapping: str, *, mappings: Mappings = OURS) -> str | None:
    """The time zone in which every source of that mapping writes; None: it is that of the node.

    A roll is of one place, and its days and admissions are told by the clock there.

    Raises:
        NotFoundError: there is no such mapping.
    """
    made = mappings.load(mapping)
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
            options=row[9],
            poll_seconds=row[10],
            added_at=row[11],
            ended_at=row[12],
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


def mappings_that_made(connection: Connection) -> Mapping[str, MappingVersion]:
    """The mapping that made what stands of each source, as loader; where that was not kept, nothing is said."""
    return {
        row[0]: MappingVersion(name=row[1], version=row[2], digest=row[3])
        for row in connection.execute(_QUERIES["mappings_that_made"].text)
    }
