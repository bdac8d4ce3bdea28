"""The command that takes deliveries of a source."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watchroom.cli.answers import Instant, answer, answering, existing_node, say
from watchroom.cli.arguments import JSON, NODE
from watchroom.cli.issue_lines import issue_lines
from watchroom.cli.watching import watched
from watchroom.kernel.clock import in_zone
from watchroom.node.node import Node
from watchroom.node.source_desk import Told

if TYPE_CHECKING:
    from watchroom.ingest.fetching import Fetched
    from watchroom.ingest.report import IngestReport


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
    help="Take what would be held for what it lacks: that ends, or is no longer reported. The reason is logged.",
)
@click.option(
    "--full",
    "is_whole",
    is_flag=True,
    help="Fetch everything, whatever is known: finds what went and what came late. For sources that are fetched from.",
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
    is_whole: bool,
    as_json: bool,
) -> None:
    """Take the deliveries PATHS of SOURCE into the node in DIR; without PATHS what it gives, or stands at its place."""
    with Node.open(existing_node(folder)) as node:
        known_at = None if as_at is None else in_zone(as_at, node.jurisdiction.zone)
        told = Told(as_at=known_at, gone=gone, accepted=accepted)
        report = watched(lambda step: node.fetching.ingest(source, paths, told=told, is_whole=is_whole, progress=step))
        _check(node)
    tell(report, as_json=as_json)


def tell(found: "Fetched | IngestReport", *, as_json: bool) -> None:
    """Write what came of it, and end with status 1 where something is wrong."""
    from watchroom.ingest.fetching import Fetched
    from watchroom.ingest.report import IngestReport

    if as_json:
        answer(found.as_json())
    report = found if isinstance(found, IngestReport) else found.report
    if not as_json:
        _tell(report)
    if isinstance(found, Fetched):
        last = found.tries[-1]
        if not report.batches or not last.is_success:
            say(f"{last.code}: {last.message}")
    if report.is_passed_over:
        say("some rolls were not taken, for they say nothing new or may not be whole; the issues name them")
    elif report.is_refused:
        refused = [batch.folder for batch in report.batches if batch.is_refused]
        named = ", ".join(f"`{one}`" for one in refused)
        say(f"refused: nothing of {named} was loaded; mend what the issues name and run it again")
    if found.exit_status:
        sys.exit(1)


def _check(node: Node) -> None:
    """Run the checks of quality if anything was taken; what was taken stands whatever becomes of them."""
    fault = node.quality.check_after_delivery()
    if fault is not None:
        say(f"the checks of quality could not be run ({fault}); run them with `watchroom quality`")


def _tell(report: "IngestReport") -> None:
    for taken in report.taken_already:
        say(f"taken already: {taken.delivery}")
    for batch in report.batches:
        if batch.is_refused:
            # Of what was refused every count is zero, and says nothing.
            click.echo(f"refused\t{batch.folder}")
        else:
            click.echo("\t".join(f"{name} {count}" for name, count in batch.totals.items()) + f"\t{batch.folder}")
        for line in issue_lines(batch.issues):
            click.echo(line)
        for held in batch.held:
            if held.waiver is not None:
                said = f"{held.rows} rows are held back; waived by {held.waiver.by} at {held.waiver.at.isoformat()}"
                click.echo(f"waived\t{held.table}\t{held.code}: {said}")
        aside = [left for left in batch.left_out if left.is_known]
        if aside:
            rows, files = sum(left.rows for left in aside), len({left.file for left in aside})
            say(f"left out by design: {rows} rows of {files} files; `--json` names them with the reason")
