"""What is another in the layout of a delivery than in that of the last one, and which fields it is about. Pure."""

from collections.abc import Collection, Iterator, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from watchroom.ingest.issues import Issue, Severity
from watchroom.ingest.layout import ColumnLayout

# A style is judged where so many values were; how full a column is, where so many rows were.
_VALUES, _ROWS = 5, 20
# A column that was nearly empty cannot collapse.
_WAS_FULL = 0.2


class Change(StrEnum):
    """What became of a column."""

    ADDED = "column_added"
    GONE = "column_gone"
    RENAMED = "column_renamed"
    REORDERED = "columns_reordered"
    STYLE = "style_changed"
    FILL = "fill_collapsed"


STANDING = frozenset({Change.GONE, Change.RENAMED, Change.STYLE, Change.FILL})
"""What stands until the column is as it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One difference.

    Attributes:
        change: what became of it.
        table, column: in capitals; of an order of columns the column is empty.
        was: the style, or the filled share in percent, that it had; of a column that was perhaps renamed its new name.
    """

    change: Change
    table: str
    column: str
    was: str | None = None


def drifts(before: Sequence[ColumnLayout], now: Sequence[ColumnLayout]) -> Iterator[Drift]:
    """The differences between two layouts, of tables that both have with rows in them."""
    earlier, later = _by_table(before), _by_table(now)
    for table in later:
        if table in earlier:
            yield from _of_table(table, earlier[table], later[table])


def has_ended(drift: Drift, now: Sequence[ColumnLayout]) -> bool:
    """Whether the column is again as it was before the drift; a table that did not come says nothing."""
    column = next((one for one in now if (one.table, one.column) == (drift.table, drift.column)), None)
    if column is None:
        return False
    if drift.change is Change.STYLE:
        return bool(column.styles) and column.styles.get(drift.was or "", 0.0) > 0.5
    if drift.change is Change.FILL:
        return column.rows > 0 and column.fill * 200 >= float(drift.was or 0)
    return True


def drift_issues(
    drift: Drift, *, file: str, fields: Collection[tuple[str, str]], since: date | None = None
) -> Iterator[Issue]:
    """What to say of a drift, once for each field that the column goes into, so that whoever reads one of them knows.

    Args:
        drift: the difference.
        file: that has the table.
        fields: entity and field; none: the column goes into no field of its own.
        since: day on which it was first seen, where that was before.
    """
    when = "" if since is None else f", since {since.isoformat()}"
    for entity, field in sorted(fields) or [(None, None)]:
        of = "" if field is None else f"; `{entity}.{field}` is made of it"
        yield Issue(
            code=drift.change.value,
            severity=Severity.CHARACTERISATION,
            message=f"{_said(drift)}{of}{when}",
            file=file,
            row=1,
            field=drift.column or None,
            entity=entity,
        )


def _said(drift: Drift) -> str:
    match drift.change:
        case Change.ADDED:
            return f"column `{drift.column}` was not in the last delivery"
        case Change.GONE:
            return f"column `{drift.column}` is gone, though the last delivery had it; ask the source"
        case Change.RENAMED:
            return (
                f"column `{drift.column}` is gone and was perhaps renamed `{drift.was}`, which is new and alike;"
                " nothing is taken from it until the mapping says so"
            )
        case Change.REORDERED:
            return "the columns come in another order than in the last delivery; they are read by their names"
        case Change.STYLE:
            return f"column `{drift.column}` is no longer written as {_style(drift.was)}; see that it is read rightly"
        case Change.FILL:
            return f"column `{drift.column}` was filled in {drift.was} % of rows, and now in less than half of that"


def _style(name: str | None) -> str:
    return (name or "").replace("_", " ")


def _of_table(table: str, before: Dictionary[str, ColumnLayout], now: Dictionary[str, ColumnLayout]) -> Iterator[Drift]:
    gone = [column for name, column in before.items() if name not in now]
    added = [column for name, column in now.items() if name not in before]
    renamed = dict(_renamed(gone, added))
    for column in gone:
        new = renamed.get(column.column)
        change = Change.GONE if new is None else Change.RENAMED
        yield Drift(change=change, table=table, column=column.column, was=new)
    for column in added:
        yield Drift(change=Change.ADDED, table=table, column=column.column)
    if [name for name in before if name in now] != [name for name in now if name in before]:
        yield Drift(change=Change.REORDERED, table=table, column="")
    for name in before.keys() & now.keys():
        yield from _of_column(before[name], now[name])


def _of_column(before: ColumnLayout, now: ColumnLayout) -> Iterator[Drift]:
    is_judged = min(before.filled, now.filled) >= _VALUES
    # What is written in several ways already may tip over by chance, so nearly all had to be and less than half are.
    if before.style is not None and is_judged and now.styles.get(before.style, 0.0) < 0.5:
        yield Drift(change=Change.STYLE, table=now.table, column=now.column, was=before.style)
    is_counted = min(before.rows, now.rows) >= _ROWS
    if is_counted and before.fill >= _WAS_FULL and now.fill * 2 < before.fill:
        yield Drift(change=Change.FILL, table=now.table, column=now.column, was=str(round(before.fill * 100)))


def _renamed(gone: Sequence[ColumnLayout], added: Sequence[ColumnLayout]) -> Iterator[tuple[str, str]]:
    """Columns that are gone with the new one that looks the same: at the same place, or the only one so written."""
    left = list(added)
    for column in gone:
        alike = [one for one in left if (one.style, one.shape) == (column.style, column.shape)]
        same_place = [one for one in alike if one.place == column.place]
        is_telling = column.shape is not None and "9" in column.shape
        found = same_place or (alike if is_telling and len(alike) == 1 else [])
        if found:
            left.remove(found[0])
            yield column.column, found[0].column


def _by_table(layout: Sequence[ColumnLayout]) -> dict[str, dict[str, ColumnLayout]]:
    found: dict[str, dict[str, ColumnLayout]] = {}
    for column in sorted(layout, key=lambda one: (one.table, one.place)):
        if column.rows:
            found.setdefault(column.table, {})[column.column] = column
    return found
