"""Commands about source systems: register them, take their deliveries, look at what was wrong with them."""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from watchroom.cli.answers import Instant, Interval, answer, answering, existing_node, interval_text, say, table
from watchroom.cli.arguments import JSON, NODE
from watchroom.kernel.clock import in_zone
from watchroom.node.node import Node

if TYPE_CHECKING:
    from watchroom.ingest.report import IngestReport


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
        node.add_source(name, kind=kind, at=location, mapping=mapping, every=every)
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
            node.expect_source(name, every=every)
            say(f"source `{name}` is expected every {interval_text(int(every.total_seconds()))}")
        if shrinks is not None:
            node.let_source_shrink(name, percent=shrinks)
            say(f"a roll of source `{name}` that is more than {shrinks} % shorter than the last one is held")


@source_group.command("list")
@NODE
@JSON
@answering
def list_sources_command(folder: Path, *, as_json: bool) -> None:
    """List the sources of the node in DIR."""
    with Node.open(existing_node(folder)) as node:
        rows = [
            {
                "name": source.name,
                "kind": source.kind,
                "at": source.location,
                "map": source.mapping,
                "every": interval_text(source.expected_every_seconds),
            }
            for source in node.sources()
        ]
    if as_json:
        answer({"sources": rows})
    else:
        table(list(rows))


@click.command("ingest")
@NODE
@click.argument("source")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--as-at", type=Instant(), help="Instant of the extract; by default its own, where it shows one.")
@click.option(
    "--gone",
    multiple=True,
    metavar="TABLE[.COLUMN]",
    help="What the source no longer gives, though it did: its records or values end. May be given several times.",
)
@click.option(
    "--accept-shrunken",
    "accepted",
    metavar="REASON",
    help="Take rolls that would be held: who is not in them is no longer reported. The reason is entered in the log.",
)
@JSON
@answering
def ingest_command(
    folder: Path,
    source: str,
    paths: tuple[Path, ...],
    *,
    as_at: datetime | None,
    gone: tuple[str, ...],
    accepted: str | None,
    as_json: bool,
) -> None:
    """Take the deliveries PATHS of SOURCE (by default what stands at its own place) into the node in DIR."""
    with Node.open(existing_node(folder)) as node:
        known_at = None if as_at is None else in_zone(as_at, node.jurisdiction.zone)
        report = _taken(partial(node.ingest, source, folders=paths, as_at=known_at, gone=gone, accepted=accepted))
    if as_json:
        answer(report.as_json())
    else:
        _tell(report)
    if report.is_passed_over:
        say("some rolls were not taken, for they say nothing new or may not be whole; the issues name them")
    elif report.is_refused:
        say("refused: nothing of the last delivery was loaded; mend what the issues name and run it again")
    if report.is_refused:
        sys.exit(1)


def _taken(ingest: Callable[..., "IngestReport"]) -> "IngestReport":
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        return ingest()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:.0f}/{task.total:.0f}"))
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("read", total=1)

        def told(what: str, done: int, of: int) -> None:
            progress.update(task, description=what, completed=done, total=max(of, 1))

        return ingest(progress=told)


def _tell(report: "IngestReport") -> None:
    for batch in report.batches:
        click.echo("\t".join(f"{name} {count}" for name, count in batch.totals.items()))
        for issue in batch.issues:
            place = ":".join(str(part) for part in (issue.file, issue.row, issue.field) if part is not None)
            click.echo(f"{issue.code}\t{place}\t{issue.message}")
        aside = [left for left in batch.left_out if left.is_known]
        if aside:
            rows, files = sum(left.rows for left in aside), len({left.file for left in aside})
            say(f"left out by design: {rows} rows of {files} files; `--json` names them with the reason")


@click.command("quality")
@NODE
@click.option("--trend", "with_trend", is_flag=True, help="Show what the runs before found as well.")
@JSON
@answering
def quality_command(folder: Path, *, with_trend: bool, as_json: bool) -> None:
    """Run the quality checks over the node in DIR and keep the run; counts and advice, never a value.

    Checks that are met are listed by `--json` only. Exit status 1: a fatal one failed, or one could not be run.
    """
    with Node.open(existing_node(folder)) as node:
        found = node.check_quality(with_trend=with_trend)
    if as_json:
        answer(found)
    else:
        checks, summary = cast(list[dict[str, object]], found["checks"]), cast(dict[str, int], found["summary"])
        table([_told(check) for check in checks if not check["met"]])
        say("checks: " + ", ".join(f"{number} {status}" for status, number in summary.items()))
    if found["stops"]:
        sys.exit(1)


_TOLD = ("status", "severity", "check", "entity", "field", "bad", "of", "share", "title", "advice")


def _told(check: dict[str, object]) -> dict[str, object]:
    row = {name: check[name] for name in _TOLD}
    if "trend" in check:
        seen = cast(list[dict[str, object]], check["trend"])
        row["trend"] = " ".join(f"{one['bad']}/{one['of']}" for one in seen)
    return row
