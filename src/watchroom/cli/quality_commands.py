"""The command that runs the checks of quality."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from watchroom.cli.answers import answer, answering, existing_node, say, table
from watchroom.cli.arguments import JSON, NODE
from watchroom.node.node import Node

if TYPE_CHECKING:
    pass


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
        found = node.quality.check(with_trend=with_trend)
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
