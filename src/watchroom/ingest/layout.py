"""The layout of a delivery: which columns each table has, in which order, how they are written and how full they are.

Never a value. Of a large table the styles are those of rows chosen evenly; how full a column is, is counted in all.
"""

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass, field

from watchroom.ingest.delivered import Delivered
from watchroom.ingest.duck import Duck, identifier
from watchroom.kernel.named_sql import load_queries
from watchroom.sources.files import ROW_COLUMN, SourceFile

_QUERIES = load_queries("watchroom.ingest", "layout.sql")
_STYLES = load_queries("watchroom.ingest", "styles.sql")
# Of a table with at least twice as many rows only so many are looked at, and some more.
_LOOKED_AT = 250
_MOSTLY = 0.9
# A shape that fewer rows have is not kept: of a few it might tell something.
_SHAPED = 5
# How freely something is written is no style of its own.
_TEXT = frozenset({"words", "token", "long_text"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLayout:
    """One column of one table.

    Attributes:
        table, column: in capitals.
        place: in the header, from 1.
        rows: of the table.
        filled: of them with a value.
        style: of nearly all values looked at (`styles.sql`; `text` for what is written freely); None: several.
        shape: that most of them have, such as `A9999AA`; None: too few.
        styles: style -> share of the values that were looked at; not kept.
    """

    table: str
    column: str
    place: int
    rows: int
    filled: int
    style: str | None
    shape: str | None
    styles: Dictionary[str, float] = field(default_factory=dict[str, float])

    @property
    def fill(self) -> float:
        """The share of rows with a value, 0 to 1."""
        return self.filled / self.rows if self.rows else 0.0


def layout_of(duck: Duck, delivered: Delivered, files: Sequence[SourceFile]) -> tuple[ColumnLayout, ...]:
    """The layout of the tables that a mapping takes, once every row of them was read.

    Args:
        duck: a connection of the thread's own.
        delivered: that holds them.
        files: of the delivery.
    """
    taken = [file for file in files if delivered.holds(file.table_name) and not file.is_refused]
    duck.run(_STYLES["make_styles"].sql)
    duck.ask(_QUERIES["make_sampled"])
    for file in taken:
        every = max(1, file.good_rows // _LOOKED_AT)
        duck.ask(_QUERIES["sample"], table=delivered.raw_name(file.table_name), label=file.table_name, every=every)
    seen: dict[tuple[str, str], dict[str, int]] = {}
    shapes: dict[tuple[str, str], str] = {}
    for table, name, style, rows, shape in duck.ask(_QUERIES["sampled_styles"]):
        place = (table, name.upper())
        styles = seen.setdefault(place, {})
        plain = "text" if style in _TEXT else style
        styles[plain] = styles.get(plain, 0) + rows
        if shape is not None and rows >= _SHAPED:
            shapes.setdefault(place, shape)
    return tuple(
        ColumnLayout(
            table=file.table_name,
            column=column,
            place=place,
            rows=file.good_rows,
            filled=filled,
            shape=shapes.get((file.table_name, column)),
            style=next((style for style, share in styles.items() if share >= _MOSTLY), None),
            styles=styles,
        )
        for file in taken
        for place, (column, filled) in enumerate(_filled(duck, delivered, file), start=1)
        for styles in (_shares(seen.get((file.table_name, column), {})),)
    )


def _shares(styles: Dictionary[str, int]) -> dict[str, float]:
    whole = sum(styles.values())
    return {style: rows / whole for style, rows in styles.items()}


def _filled(duck: Duck, delivered: Delivered, file: SourceFile) -> Sequence[tuple[str, int]]:
    """Each column in the order of the header, in capitals, with the number of rows that have a value."""
    columns = [column for column in file.header if column != ROW_COLUMN]
    if not columns:
        return []
    counts = ", ".join(f"count(nullif({identifier(column)}, ''))" for column in columns)
    row = duck.rows(f"select {counts} from {identifier(delivered.raw_name(file.table_name))}")[0]
    return [(column.upper(), int(filled)) for column, filled in zip(columns, row, strict=True)]
