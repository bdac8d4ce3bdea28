"""Commands about source systems: register them, change what was agreed, list them."""

from datetime import timedelta
from pathlib import Path

import click

from watchroom.cli.answers import Interval, answer, answering, existing_node, interval_text, say, table
from watchroom.cli.arguments import JSON, NODE
from watchroom.node.node import Node


@click.group("source")
def source_group() -> None:
    """Source systems of the node."""


@source_group.command("add")
@NODE
@click.argument("name")
@click.option("--kind", required=True, help="How it is reached: files, a folder of them.")
@click.option("--at", "at", required=True, metavar="PATH", help="Where it is.")
@click.option("--map", "mapping", required=True, metavar="MAPPING", help="What reads it: custody_roll, delius, nomis.")
@click.option(
    "--every",
    type=Interval(),
    help="How often it was agreed to deliver; without it nobody calls it late, and silent only after a day.",
)
@answering
def add_source_command(folder: Path, name: str, *, kind: str, at: str, mapping: str, every: timedelta | None) -> None:
    """Register the source NAME with the node in DIR."""
    location = str(Path(at).resolve()) if kind == "files" else at
    with Node.open(existing_node(folder)) as node:
        node.sources.add(name, kind=kind, at=location, mapping=mapping, every=every)
    if kind == "files" and not Path(location).is_dir():
        say(f"there is no folder `{location}` yet: until there is, every delivery from it is refused")
    say(f"source `{name}` added; next: watchroom ingest {folder} {name}")


@source_group.command("set")
@NODE
@click.argument("name")
@click.option("--every", type=Interval(), help="How often it was agreed to deliver from now on.")
@click.option(
    "--shrinks",
    type=click.IntRange(0, 100),
    metavar="PERCENT",
    help="A roll that lacks more of the last one than this share is held; 10 unless told otherwise.",
)
@answering
def set_source_command(folder: Path, name: str, *, every: timedelta | None, shrinks: int | None) -> None:
    """Change how often the source NAME of the node in DIR was agreed to deliver, or how short a roll of it may be."""
    if every is None and shrinks is None:
        raise click.UsageError("nothing to change; give --every or --shrinks")
    with Node.open(existing_node(folder)) as node:
        if every is not None:
            node.sources.expect(name, every=every)
            say(f"source `{name}` is expected every {interval_text(int(every.total_seconds()))}")
        if shrinks is not None:
            node.sources.let_shrink(name, percent=shrinks)
            say(f"a roll of source `{name}` that is more than {shrinks} % shorter than the last one is held")


@source_group.command("list")
@NODE
@JSON
@answering
def list_sources_command(folder: Path, *, as_json: bool) -> None:
    """List the sources of the node in DIR: which mapping reads each, which made what stands, and what runs."""
    with Node.open(existing_node(folder)) as node:
        rows: list[dict[str, object]] = [
            {
                "name": source.name,
                "kind": source.kind,
                "at": source.location,
                "map": source.mapping,
                "every": interval_text(source.expected_every_seconds),
            }
            for source in node.sources.every()
        ]
        made, running = node.sources.made_by(), {one.source: one for one in node.sources.running()}
    for row in rows:
        found, run = made.get(str(row["name"])), running.get(str(row["name"]))
        if as_json:
            row |= {"made_by": found and found.as_json(), "running": run and run.as_json()}
        else:
            row |= {"made_by": found, "running": run}
    if as_json:
        answer({"sources": rows})
    else:
        table(rows)
