"""The queue of values that are in no code list: what a delivery adds to it, and who may read what stands in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from watchroom.ingest.lineage import source_columns
from watchroom.ingest.mapping import Mapping
from watchroom.ingest.profiling.columns import AT_LEAST
from watchroom.ingest.report import BatchReport
from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Entity, Field, FieldKind
from watchroom.store.database import Connection
from watchroom.store.recoding import unread_values

_QUERIES = load_queries("watchroom.ingest", "codes.sql")
_LONGEST_CODE = 24
# Six digits in a row, or apart by marks, may be a day of birth or a number of somebody.
_MANY_DIGITS = re.compile(r"(?:\d[-/. ]?){6}")
_PERSON_NUMBER = re.compile(r"[A-Z]\d{4}[A-Z]{2}|[A-Z]\d{6}|[A-Z]{2}\d{6}[A-Z]", re.IGNORECASE)
_OF_A_CODE = re.compile(r"[\w&'()+./:-]+")


class Shows(StrEnum):
    """Which values of the queue somebody may see."""

    NONE = "none"
    CODES = "codes"
    """Those that look like codes."""
    ALL = "all"


class CodeState(StrEnum):
    """What was decided of a value."""

    OPEN = "open"
    """Nothing: its rows have no code."""
    MAPPED = "mapped"
    """It is a code of ours."""
    OWN = "own"
    """It is a code itself, the source's own."""
    IGNORED = "ignored"
    """It means nothing that is to be kept as a code; its rows have none, and nobody is told any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeValue:
    """A value of a source that was in no code list.

    Attributes:
        id: by which it is named where the value itself is not shown.
        source, code_list: whose value, of which list.
        value: as the source gave it; None: few rows have it or it does not look like a code, and the reader may not
            see it.
        length: of the value in characters.
        fields: where it stood, as `entity.field`.
        first_seen_at, last_seen_at: node time of the deliveries.
        rows: of the delivery that had it last.
        state: what was decided.
        code: that it is, where it is one.
        reason: why it is ignored, in the words of whoever decided.
        valid_from: first day on which the decision holds.
        decided_at, decided_by: when, node time, and who.
    """

    id: int
    source: str
    code_list: str
    value: str | None
    length: int
    fields: tuple[str, ...]
    first_seen_at: datetime
    last_seen_at: datetime
    rows: int
    state: CodeState
    code: str | None
    reason: str | None
    valid_from: date | None
    decided_at: datetime | None
    decided_by: str | None

    @property
    def is_masked(self) -> bool:
        """Whether the value is held back from this reader."""
        return self.value is None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSaid:
    """One decision of a value, as somebody made it.

    Attributes:
        state, code, reason: as decided; `open`: an earlier decision was taken back.
        valid_from: first day on which it held.
        at: node time.
        by: who.
    """

    state: CodeState
    code: str | None
    reason: str | None
    valid_from: date
    at: datetime
    by: str


def code_history(connection: Connection, value_id: int) -> tuple[CodeSaid, ...]:
    """Every decision of a value, the last one first, as loader."""
    return tuple(
        CodeSaid(state=CodeState(state), code=code, reason=reason, valid_from=begins, at=at, by=by)
        for state, code, reason, begins, at, by in connection.execute(_QUERIES["decisions_of"].text, {"id": value_id})
    )


def looks_like_code(value: str, *, rows: int) -> bool:
    """Whether a value may be shown to whoever keeps code lists: one word that several rows share, of nobody.

    Two words may be a name, and what one row says may be about whoever the row is about.

    >>> looks_like_code("XOCGN", rows=5), looks_like_code("XOCGN", rows=4), looks_like_code("JOHN SMITH", rows=9)
    (True, False, False)
    >>> looks_like_code("12/03/1984", rows=9)
    False
    """
    return (
        rows >= AT_LEAST
        and 0 < len(value) <= _LONGEST_CODE
        and _OF_A_CODE.fullmatch(value) is not None
        and _MANY_DIGITS.search(value) is None
        and _PERSON_NUMBER.search(value) is None
    )


def _is_shown(value: str, *, rows: int, shows: Shows) -> bool:
    return shows is Shows.ALL or (shows is Shows.CODES and looks_like_code(value, rows=rows))


def read_fields(mapping: Mapping, entity: Entity) -> tuple[Field, ...]:
    """The coded fields of an entity whose code a mapping looks up by the very value that is kept beside it."""
    text = mapping.entities.get(entity.name)
    if text is None:
        return ()
    given = source_columns(text).keys()
    return tuple(
        field
        for field in entity.fields
        if field.kind is FieldKind.CODE
        and field.source_value_name in given
        and field.name.removesuffix("_code") + "_read_as" not in given
    )


def decided_codes(connection: Connection, source: str, *, on: date) -> tuple[tuple[str, str, str | None], ...]:
    """Code list, value and code (None: it is ignored) of every value of a source that somebody has decided of.

    Args:
        connection: as loader.
        source: name of the source.
        on: a day by the node's calendar; what holds only later is left out.
    """
    return tuple(connection.execute(_QUERIES["decided"].text, {"source_system": source, "day": on}).fetchall())


def queue_values(
    connection: Connection, report: BatchReport, entities: Sequence[tuple[Entity, Sequence[Field]]], *, at: datetime
) -> None:
    """Enter the values of staged rows that became no code, in the transaction of their batch.

    Args:
        connection: as loader, with the staging tables.
        report: of the batch.
        entities: each with the fields that `read_fields` gives.
        at: node time.
    """
    found = [row for entity, fields in entities for row in unread_values(connection, entity, fields)]
    if not found:
        return
    lists, fields, values, rows = (list(column) for column in zip(*found, strict=True))
    connection.execute(
        _QUERIES["enter_values"].text,
        {
            "source_system": report.source,
            "batch_id": report.id,
            "at": at,
            "lists": lists,
            "fields": fields,
            "values": values,
            "rows": rows,
        },
    )


def code_values(
    connection: Connection, source: str | None, *, shows: Shows, number: int | None = None
) -> tuple[CodeValue, ...]:
    """The queue, of one source or of all: open values first, those of most rows first.

    Args:
        connection: as loader.
        source: its name; None: all.
        shows: which values the reader may see.
        number: of the one that is asked for; None: all.
    """
    rows = connection.execute(_QUERIES["code_values"].text, {"source_system": source, "id": number}).fetchall()
    return tuple(
        CodeValue(
            id=row[0],
            source=row[1],
            code_list=row[2],
            value=row[3] if _is_shown(row[3], rows=row[7], shows=shows) else None,
            length=len(row[3]),
            fields=tuple(row[4]),
            first_seen_at=row[5],
            last_seen_at=row[6],
            rows=row[7],
            state=CodeState(row[8]),
            code=row[9],
            reason=row[10],
            valid_from=row[11],
            decided_at=row[12],
            decided_by=row[13],
        )
        for row in rows
    )
