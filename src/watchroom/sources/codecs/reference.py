"""The page of the docs that says what each codec gives."""

from collections.abc import Iterator, Mapping

from watchroom.sources.codecs.contract import LIMITS, Codec, Kind
from watchroom.sources.codecs.registry import CODECS
from watchroom.sources.codecs.tables import MESSAGE_COLUMN, OBJECT_COLUMNS
from watchroom.sources.csv_table import ROW_COLUMN

_KINDS: Mapping[Kind, str] = {
    Kind.MESSAGE: "a message: what it does not hold is not said to be over",
    Kind.SNAPSHOT: "a snapshot: what it does not hold is no longer reported, which does not mean that it is over",
}


def as_markdown() -> str:
    """The page `docs/reference/codecs.md`."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Codecs"
    yield ""
    yield (
        "Messages of open standards are read into tables of text, with the words of the standard, which a mapping's SQL"
        " turns into records as it does those of CSV files. Made from `src/watchroom/sources/codecs` by"
        " `tools/write_reference.py`; the check fails when this page differs."
    )
    yield ""
    yield (
        f"A message is refused whole when it has more than {LIMITS.size >> 20} MiB, elements that lie in each other"
        f" more than {LIMITS.depth} deep, more than {LIMITS.elements:,} elements or more than {LIMITS.objects:,} rows;"
        " when it is no well-formed text; and when it declares a document type. All else that is wrong is a fault with"
        " its place. An element that no column has room for is named as lost, by its path."
    )
    yield ""
    yield "Every table also has:"
    yield ""
    yield from _table(
        "column",
        {
            **OBJECT_COLUMNS,
            MESSAGE_COLUMN: "the message that it stands in: a file's name, or the line of what was pushed",
            ROW_COLUMN: "its number in the table, from 2 on, through all messages of a delivery",
        },
    )
    for codec in CODECS.values():
        yield from _codec(codec)


def _codec(codec: Codec) -> Iterator[str]:
    yield f"## {codec.title}"
    yield ""
    media_types = ", ".join(f"`{one}`" for one in codec.media_types)
    written = "read and written" if codec.writes else "read"
    yield f"Name `{codec.name}`; {written}; {media_types}; {_KINDS[codec.kind]}."
    yield ""
    yield "Understood and not kept:"
    yield ""
    for path, why in codec.lossy:
        yield f"- `{path}`: {why}"
    yield ""
    for name, table in codec.tables.items():
        yield f"### {codec.name}: {name}"
        yield ""
        yield f"One row is {table.row}."
        yield ""
        yield from _table("column", table.columns)


def _table(head: str, rows: Mapping[str, str]) -> Iterator[str]:
    yield f"| {head} | what |"
    yield "|---|---|"
    for name, what in rows.items():
        yield f"| `{name}` | {what.replace('|', chr(92) + '|')} |"
    yield ""
