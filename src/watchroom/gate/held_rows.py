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
    """Some of the rows of a source that are held back, and whether there are more after them."""

    rows: tuple[HeldRow, ...]
    is_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPlace:
    """A place among the rows of a source that are held back, in their order: file, batch, row."""

    file: str
    batch: UUID
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldSought:
    """Which rows that are held back somebody asks for.

    Attributes:
        source: name of it.
        table: of the source, and those of which the table is not known any more; None: of all.
        code: why they are held back; None: for whatever reason.
        after: the place after which they begin; None: the first ones.
        most: so many at most.
    """

    source: str
    table: str | None = None
    code: str | None = None
    after: HeldPlace | None = None
    most: int = 500


def held_rows(gate: Gate, asker: Asker, *, sought: HeldSought, purpose: str) -> Seen[HeldRows] | Refused:
    """Rows of a source that are held back, by file, batch and row; recorded as any read.

    What is held back now is what the last delivery that held everything left, and what came after it added.

    Args:
        gate: the door.
        asker: who asks; the duty to keep the data is asked for.
        sought: which rows.
        purpose: dotted name.
    """
    refused = gate.not_on_duty(asker, purpose=purpose, duty=Duty.QUALITY_COUNTS, what="quarantine")
    if refused is not None:
        return refused
    return gate.read(
        asker,
        asked=Asked(purpose=purpose, act=Act.LIST, what="quarantine", detail={"source": sought.source}),
        look=lambda view: _told(view.held(_parameters(sought)), most=sought.most),
    )


def _parameters(sought: HeldSought) -> Mapping[str, object]:
    after = sought.after
    return {
        "source": sought.source,
        "table": sought.table,
        "code": sought.code,
        "after_file": None if after is None else after.file,
        "after_batch": None if after is None else after.batch,
        "after_row": None if after is None else after.row,
        "most": sought.most + 1,
    }


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
