"""Columns that a delivery gives no values in any more, though its records cannot be made without them.

A column that is missing is refused. One that is there and empty says of everybody that they have no cell, no name, no
state of their alert: what was known would be gone, and nobody would be told. So it is held, as a table is that lost
rows.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from watchroom.ingest.circumstances import Circumstances
from watchroom.ingest.feeds import lacks_much
from watchroom.ingest.issues import Issue, Severity
from watchroom.ingest.layout import ColumnLayout

# Of a column that some rows always lacked, that it lacks them says nothing; that it has next to none does.
_FULL, _NEXT_TO_NONE = 0.95, 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Emptied:
    """A column that lost its values; `was` and `now` are the shares of rows with one, in percent."""

    table: str
    column: str
    was: int
    now: int


def emptied(
    before: Sequence[ColumnLayout], now: Sequence[ColumnLayout], *, needed: Collection[tuple[str, str]], percent: int
) -> Iterator[Emptied]:
    """The columns that a delivery needs and that have far fewer values than the last one led to expect. Pure.

    Args:
        before: layout of the last delivery.
        now: of this one.
        needed: table and column, in capitals, without which no record is made.
        percent: of the values that are expected more must be missing, and more than a few.
    """
    earlier = {(one.table, one.column): one for one in before}
    for column in now:
        was = earlier.get((column.table, column.column))
        if was is None or (column.table, column.column) not in needed:
            continue
        expected = round(was.fill * column.rows)
        is_gone = was.fill >= _FULL or column.fill < was.fill * _NEXT_TO_NONE
        if is_gone and lacks_much(expected - column.filled, of=expected, percent=percent):
            shares = {"was": round(was.fill * 100), "now": round(column.fill * 100)}
            yield Emptied(table=column.table, column=column.column, **shares)


def held_for(found: Sequence[Emptied], around: Circumstances, *, names: dict[str, str]) -> Iterator[Issue]:
    """Why a delivery is held for such columns, or was accepted although it would be; `names` of files by table."""
    for one in found:
        file = names.get(one.table, f"{one.table}.csv")
        message = f"column `{one.column}` was filled in {one.was} % of rows and is now in {one.now} %"
        if around.accepted is None:
            message += (
                "; records are made by it, so what it told of everybody would be gone: ask the source, or run with"
                " --accept-shrunken REASON"
            )
            yield Issue(
                code="column_emptied", severity=Severity.FATAL, message=message, file=file, row=1, field=one.column
            )
            continue
        message = f"accepted by the operator, though it would be held: {message}"
        # Whoever reads one of the entities that it goes into must know.
        for entity in around.mapping.fed_by(one.table) or (None,):
            yield Issue(
                code="column_accepted",
                severity=Severity.CHARACTERISATION,
                message=message,
                file=file,
                row=1,
                field=one.column,
                entity=entity,
            )


def needed_columns(around: Circumstances) -> frozenset[tuple[str, str]]:
    """Table and column of what the mapping's records are made by, where a delivery holds all there is."""
    mapping = around.mapping
    if not around.source.is_full or mapping.snapshot is not None:
        return frozenset()
    return frozenset((rule.name, column) for rule in mapping.taken() for column in rule.required)
