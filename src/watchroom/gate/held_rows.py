"""Rows of a delivery that were held back, for whoever keeps the data: where they stand and why (ADR 37)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from watchroom.audit.entries import Act
from watchroom.gate.askers import Asker
from watchroom.gate.door import Asked, Gate, Refused, Seen
from watchroom.policy.clauses import Duty


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow:
    """One row of which no record came.

    Attributes:
        batch: that delivered it.
        file, row: where it stands.
        table: of the source, as its mapping names it; None: the file is kept no more, or was never kept.
        entities: what was to be made of it, as far as it is known.
        reasons: code and column of each issue for which it is held.
        columns: of the file.
        values: in the order of `columns`; None: they are not shown, or not kept.
    """

    batch: UUID
    file: str
    row: int
    table: str | None
    entities: tuple[str, ...]
    reasons: tuple[tuple[str, str | None], ...]
    columns: tuple[str, ...]
    values: tuple[str | None, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRows:
    """Some of the rows that the last delivery of a source has held back, and whether there are more."""

    rows: tuple[HeldRow, ...]
    is_more: bool


def held_rows(gate: Gate, asker: Asker, *, source: str, purpose: str, most: int = 500) -> Seen[HeldRows] | Refused:
    """The rows that the last delivery of a source has held back, by file and row; recorded as any read.

    Args:
        gate: the door.
        asker: who asks; the duty to keep the data is asked for.
        source: name of it.
        purpose: dotted name.
        most: so many at most.
    """
    refused = gate.not_on_duty(asker, purpose=purpose, duty=Duty.QUALITY_COUNTS, what="quarantine")
    if refused is not None:
        return refused
    return gate.read(
        asker,
        asked=Asked(purpose=purpose, act=Act.LIST, what="quarantine", detail={"source": source}),
        look=lambda view: _told(view.held(source, most=most + 1), most=most),
    )


def _told(found: list[dict[str, Any]], *, most: int) -> HeldRows:
    return HeldRows(rows=tuple(_row(one) for one in found[:most]), is_more=len(found) > most)


def _row(found: Mapping[str, Any]) -> HeldRow:
    values = found["values"]
    return HeldRow(
        batch=found["batch_id"],
        file=found["file"],
        row=found["row"],
        table=found["table_name"],
        entities=tuple(name for name in found["entities"] if name),
        reasons=tuple(zip(found["codes"], found["fields"], strict=True)),
        columns=tuple(found["columns"] or ()),
        values=None if values is None else tuple(values),
    )
