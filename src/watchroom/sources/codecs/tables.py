"""Objects of a message as tables of text, which a mapping's SQL turns into entities as it does those of CSV files."""

from collections.abc import Mapping

from watchroom.sources.arrow import ArrowTable, pa, row_numbers
from watchroom.sources.codecs.contract import Codec, Decoded, Object
from watchroom.sources.codecs.json_text import as_json
from watchroom.sources.csv_table import ROW_COLUMN

OBJECT_COLUMNS: Mapping[str, str] = {
    "OBJECT_KEY": "the key of the thing in its source",
    "OBJECT_PLACE": "where it stands in the message",
    "OBJECT_VERB": "`upsert`, `withdraw` or `supersede`",
    "OBJECT_REALNESS": "`actual`, `exercise`, `test`, `draft` or `system`",
    "OBJECT_HANDLING": "what the source says about passing it on",
    "OBJECT_SUPERSEDES": "keys whose place it takes, a JSON list",
}
MESSAGE_COLUMN = "OBJECT_MESSAGE"
"""Of a row of a delivery of many messages: the name of the message that it stands in."""
# As in a file of CSV text, where the header is row 1.
_FIRST_ROW = 2


def as_tables(codec: Codec, decoded: Decoded) -> Mapping[str, ArrowTable]:
    """A table for each of the codec's, also where it has no row; all columns text, and `source_row`.

    Rows of a table are numbered from 2 on, in the order of the message; `OBJECT_PLACE` says where in it.
    """
    return {name: _table(list(table.columns), decoded.of(name)) for name, table in codec.tables.items()}


def _table(columns: list[str], objects: tuple[Object, ...]) -> ArrowTable:
    common = [_common(one) for one in objects]
    filled = {name: [row[name] for row in common] for name in OBJECT_COLUMNS}
    filled |= {name: [one.values.get(name) or None for one in objects] for name in columns}
    table: ArrowTable = pa.table({name: pa.array(values, pa.string()) for name, values in filled.items()})
    return table.append_column(ROW_COLUMN, row_numbers(first=_FIRST_ROW, count=len(objects)))


def _common(one: Object) -> dict[str, str | None]:
    return {
        "OBJECT_KEY": one.key,
        "OBJECT_PLACE": one.place,
        "OBJECT_VERB": one.verb.value,
        "OBJECT_REALNESS": one.realness.value,
        "OBJECT_HANDLING": one.handling,
        "OBJECT_SUPERSEDES": as_json(list(one.supersedes)) if one.supersedes else None,
    }
