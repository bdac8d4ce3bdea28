"""Which columns could tell the rows of a table apart, and which point to another table.

Found by what stands in them and not by names alone: a key has a value in every row, each once; whatever points to it
holds no value that the key does not have.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from watchroom.ingest.duck import identifier
from watchroom.ingest.profiling.column_words import telling, words_of
from watchroom.ingest.profiling.columns import ColumnProfile
from watchroom.ingest.profiling.tables import Laid

# What can be a key, or a part of one.
_KEYED = frozenset({"identifier", "whole number", "code", "text"})
# Pairs of columns are tried only among so many of the first ones, and only so many of them on all rows.
_PAIRED, _TRIED = 8, 5
_LOOKED_AT = 10_000
# Fewer different values than this point to any table that counts its rows.
_ENOUGH = 20
# So few may be marks, such as yes and no; a key that is called one is believed.
_FEW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumns:
    """A table with what its columns look like."""

    table: str
    rows: int
    columns: tuple[ColumnProfile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsTo:
    """Columns of one table of which every value is a key of another."""

    table: str
    column: str
    target: str
    key: str
    reason: str

    def as_json(self) -> dict[str, str]:
        """The link for a JSON document."""
        return {"column": self.column, "table": self.target, "key": self.key, "reason": self.reason}


def candidate_keys(laid: Laid, seen: TableColumns) -> tuple[tuple[str, ...], ...]:
    """Columns, or pairs where no single one does, that tell every row of a table apart; the likeliest first."""
    able = [column for column in seen.columns if column.kind in _KEYED and column.longest <= 100]
    single = [column for column in able if column.is_unique]
    if single or seen.rows < 2:
        return tuple((column.name,) for column in sorted(single, key=_likelier))
    parts = [column for column in able if column.filled == seen.rows and column.different > 1][:_PAIRED]
    found: list[tuple[str, ...]] = []
    tried = 0
    for pair in sorted(combinations(parts, 2), key=lambda pair: pair[0].place + pair[1].place):
        if pair[0].different * pair[1].different < seen.rows or not _tells_apart(laid, seen, pair, at_most=_LOOKED_AT):
            continue
        tried += 1
        if tried > _TRIED:
            break
        if seen.rows <= _LOOKED_AT or _tells_apart(laid, seen, pair, at_most=seen.rows):
            found.append((pair[0].name, pair[1].name))
    return tuple(found)


def _likelier(column: ColumnProfile) -> tuple[bool, bool, int]:
    """Identifiers and numbers first, then by place: a key mostly stands in front."""
    return column.kind not in ("identifier", "whole number"), "id" not in words_of(column.name), column.place


def _tells_apart(laid: Laid, seen: TableColumns, pair: Sequence[ColumnProfile], *, at_most: int) -> bool:
    names = ", ".join(identifier(column.name) for column in pair)
    origin = laid.names[seen.table]
    return not laid.duck.rows(
        f"select 1 from (select {names} from {origin} limit $1) group by {names} having count(*) > 1 limit 1", at_most
    )


def links(laid: Laid, tables: Sequence[TableColumns]) -> Iterator[PointsTo]:
    """What points to a single key of another table, where names or many values say that it is no chance."""
    keys = [(seen, column) for seen in tables for column in seen.columns if column.is_unique and column.kind in _KEYED]
    for seen in tables:
        for column in seen.columns:
            if column.kind not in _KEYED or not column.filled or column.longest > 100:
                continue
            for other, key in keys:
                if other.table == seen.table or column.different > key.different:
                    continue
                reason = _why(column, key, other.table)
                if reason and _is_held(laid, (seen.table, column), (other.table, key)):
                    yield PointsTo(
                        table=seen.table, column=column.name, target=other.table, key=key.name, reason=reason
                    )


def _why(column: ColumnProfile, key: ColumnProfile, target: str) -> str | None:
    """Why a column may point to a key; None: nothing but chance would say so."""
    own, theirs = telling(words_of(column.name)), telling(words_of(key.name))
    if "id" not in words_of(key.name) and min(column.different, key.different) < _FEW:
        return None
    if column.name.upper() == key.name.upper() and (theirs or column.different >= _ENOUGH):
        return "every value is a key there, and the name is the same"
    if theirs and theirs <= own:
        return "every value is a key there, and the name holds the key's"
    if not theirs and own and own <= telling(words_of(target)):
        return "every value is a key there, and the name holds the table's"
    is_odd = column.kind == key.kind == "identifier" and set(column.shapes) & set(key.shapes) - {"9", "99", "999"}
    if is_odd and column.different >= _ENOUGH:
        return "every value is a key there, and they are written alike"
    return None


def _is_held(laid: Laid, given: tuple[str, ColumnProfile], key: tuple[str, ColumnProfile]) -> bool:
    own, theirs = laid.value(given[1].name), laid.value(key[1].name)
    return not laid.duck.rows(
        f"select 1 from (select distinct {own} as value from {laid.names[given[0]]} where {own} is not null) as own"
        f" anti join (select {theirs} as value from {laid.names[key[0]]}) as theirs using (value) limit 1"
    )
