"""Whether the first row of a table is a header: what is shown as the name of a column must not be somebody's value."""

import re
from collections.abc import Sequence

from watchroom.ingest.profiling.columns import ColumnProfile

_NUMBER_OR_DAY = re.compile(r"[+-]?[\d.,]+|\d{1,4}[-/. ]\w{1,3}[-/. ]\d{1,4}([ T].*)?")


def masked_names(columns: Sequence[ColumnProfile]) -> dict[str, str] | None:
    """Names to show instead of those in the header, by those; None: it looks like a header.

    It does not where a name is a number or a day, or is written with digits just as the values of its own column are.
    """
    if not any(_is_value(column) for column in columns):
        return None
    return {column.name: f"column {column.place}" for column in columns}


def _is_value(column: ColumnProfile) -> bool:
    if _NUMBER_OR_DAY.fullmatch(column.name.strip()):
        return True
    shape = re.sub(r"[a-z]", "a", re.sub(r"[A-Z]", "A", re.sub(r"\d", "9", column.name)))
    return "9" in shape and shape in column.shapes
