"""The command that compares what a source has with the record."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watchroom.cli.answers import answer, answering, existing_node, say, table
from watchroom.cli.arguments import JSON, NODE
from watchroom.node.node import Node

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watchroom.ingest.reconcile import Earlier, Reconciliation


@click.command("reconcile")
@NODE
@click.argument("source")
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--repair", is_flag=True, help="Take the delivery afterwards, as every delivery is taken.")
@JSON
@answering
def reconcile_command(folder: Path, source: str, path: Path | None, *, repair: bool, as_json: bool) -> None:
    """Compare what SOURCE has at PATH (by default at its own place) with the record; exit 1 where they differ."""
    with Node.open(existing_node(folder)) as node:
        found, earlier = node.sources.reconcile(source, path)
        is_repaired = False
        if repair and not found.is_equal and not found.refused:
            report = node.sources.repair(source, path, found)
            is_repaired = not report.is_refused
            say("taken; compare again to see what is left" if is_repaired else "refused; `watchroom ingest` says why")
    if as_json:
        answer(_document(found, earlier, is_repaired=is_repaired))
    else:
        _tell(found, earlier)
    if not found.is_equal and not is_repaired:
        sys.exit(1)


def _document(found: "Reconciliation", earlier: "Sequence[Earlier]", *, is_repaired: bool) -> dict[str, object]:
    return {
        "source": found.source,
        "at": found.at,
        "equal": found.is_equal,
        "repaired": is_repaired,
        "entities": {name: asdict(one) for name, one in found.entities.items()},
        "refused": [issue.as_json() for issue in found.refused],
        "earlier": [asdict(one) for one in earlier],
    }


def _tell(found: "Reconciliation", earlier: "Sequence[Earlier]") -> None:
    for issue in found.refused:
        click.echo(f"{issue.code}\t{issue.file or ''}\t{issue.message}")
    table(
        [
            {
                "entity": name,
                "in_source": one.in_source,
                "in_record": one.in_record,
                "missed": one.only_source,
                "too_many": one.only_record,
                "differing": one.differing,
                "fields": ", ".join(f"{field} {number}" for field, number in one.fields.items()),
            }
            for name, one in found.entities.items()
        ]
    )
    if found.refused:
        say("refused: the delivery cannot be compared; mend what is named and run it again")
        return
    say("nothing was missed" if found.is_equal else "`--repair` takes the delivery")
    if not earlier:
        say("compared for the first time")
    for one in earlier:
        sums = f"{one.only_source} missed, {one.only_record} too many, {one.differing} differing"
        say(f"at {one.at.isoformat()}: {sums}{'' if one.repaired_by is None else '; then taken'}")
