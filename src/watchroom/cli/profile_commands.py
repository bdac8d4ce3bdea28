"""The command that looks at a source before it is mapped, and writes the folder of a mapping to begin with."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watchroom.cli.answers import answer, answering, existing_node, say, table
from watchroom.cli.arguments import JSON, NODE
from watchroom.kernel.errors import UsageError
from watchroom.node.node import Node

if TYPE_CHECKING:
    from watchroom.ingest.profiling.columns import ColumnProfile
    from watchroom.ingest.profiling.profile import Profile, TableProfile

# So many codes of a column are told in a line; `--json` has them all.
_CODES_TOLD = 8


@click.command("profile")
@NODE
@click.argument("name", required=False)
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--at", "at", type=click.Path(path_type=Path), help="A folder or file that is no source yet.")
@click.option(
    "--write", "into", type=click.Path(path_type=Path), metavar="FOLDER", help="Write a mapping to begin with there."
)
@JSON
@answering
def profile_command(
    folder: Path, name: str | None, path: Path | None, *, at: Path | None, into: Path | None, as_json: bool
) -> None:
    """Look at what the source NAME of the node in DIR delivers (PATH, by default its own place); nothing is loaded.

    Counts, kinds and patterns. Values are shown of columns of codes alone, and only those that several rows share.
    """
    if (name is None) is (at is None) or (at is not None and path is not None):
        raise click.UsageError("name a source, or a place with --at")
    if into is not None and into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise UsageError(f"`{into}` is there already and not an empty folder; name another one")
    with Node.open(existing_node(folder)) as node:
        place = at or path or Path(node.sources.find(name or "").location)
        found = node.profiles.of(place)
        texts = None if into is None else node.profiles.starter(found, name=into.name)
    if as_json:
        answer(found.as_json())
    else:
        _tell(found)
    if into is not None and texts is not None:
        _write(into, texts)


@click.command("drift")
@NODE
@click.argument("source", required=False)
@JSON
@answering
def drift_command(folder: Path, source: str | None, *, as_json: bool) -> None:
    """List what SOURCE (by default every source) of the node in DIR no longer gives as it did, field by field."""
    with Node.open(existing_node(folder)) as node:
        found = node.sources.drift(source)
    rows: list[dict[str, object]] = [
        {
            "source": one.source,
            "since": one.since,
            "change": one.change.value,
            "table": one.table,
            "column": one.column,
            "entity": one.entity,
            "field": one.field,
            "was": one.was,
        }
        for one in found
    ]
    if as_json:
        answer({"drift": rows})
        return
    table(rows)
    say(f"{len(rows)} fields are not given as they were" if rows else "nothing that was delivered before has drifted")


def _write(into: Path, texts: Mapping[str, str]) -> None:
    into.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        into.joinpath(name).write_text(text, encoding="utf-8")
    say(f"{len(texts)} files written to `{into}`; finish each line of them before anything is loaded")


def _tell(found: "Profile") -> None:
    table([row for one in found.tables for row in _rows(one)])
    for one in found.tables:
        if one.has_no_header:
            say(f"{one.file}: the first row looks like values, so columns are told by place; have a header delivered")
        keys = " or ".join("/".join(key) for key in one.keys[:3]) or "none found"
        say(f"{one.table}: {one.rows} rows; key: {keys}")
        for link in one.links:
            say(f"{one.table}.{link.column} points to {link.target}.{link.key}: {link.reason}")
    for fault in found.faults:
        where = ":".join(str(part) for part in (fault.file, fault.row, fault.field) if part is not None)
        say(f"{fault.code.value}\t{where}\t{fault.message}")
    if not found.tables:
        say("there is no table that can be read")


def _rows(one: "TableProfile") -> Iterator[dict[str, object]]:
    for column in one.columns:
        several = one.candidates.get(column.name, ())
        yield {
            "table": one.table,
            "column": column.name,
            "kind": column.kind,
            "filled": f"{column.filled}/{column.rows}",
            "distinct": column.different,
            "lengths": f"{column.shortest}-{column.longest}",
            "looks like": _looks(column),
            "perhaps": f"{several[0].entity}.{several[0].field}" if several else "",
            "why": several[0].reasons[0] if several else "",
        }


def _looks(column: "ColumnProfile") -> str:
    parts: list[str] = []
    if column.codes:
        parts.append(" ".join(f"{value}={rows}" for value, rows in list(column.codes.items())[:_CODES_TOLD]))
    elif column.dates is not None:
        parts.append("/".join(column.styles))
        if column.dates.first_decade is not None:
            parts.append(f"{column.dates.first_decade}s-{column.dates.last_decade}s")
        parts += [column.dates.order] if column.dates.order else []
        counted = {
            "no day": column.dates.no_day,
            "before 1900": column.dates.before_1900,
            "in future": column.dates.in_future,
        }
        parts += [f"{number} {what}" for what, number in counted.items() if number]
    else:
        parts.append(" ".join(column.patterns))
    return "; ".join(parts)
