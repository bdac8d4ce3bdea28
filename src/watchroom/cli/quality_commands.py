"""The command that runs the checks of quality, and names rows that one of them finds wrong."""

import sys
from pathlib import Path
from typing import cast

import click

from watchroom.cli.answers import answer, answering, existing_node, say, table
from watchroom.cli.arguments import JSON, NODE
from watchroom.cli.sign_in import asker_of
from watchroom.gate.door import Refused
from watchroom.node.node import Node


@click.command("quality")
@NODE
@click.argument("check", required=False)
@click.argument("entity", required=False)
@click.option("--trend", "with_trend", is_flag=True, help="Show what the runs and deliveries before found as well.")
@click.option("--as", "user", metavar="USER", help="With CHECK: whose view of the rows: an account of the node.")
@click.option("--purpose", metavar="PURPOSE", help="With CHECK: what it is for, such as quality.data.")
@JSON
@answering
def quality_command(
    folder: Path,
    check: str | None,
    entity: str | None,
    *,
    with_trend: bool,
    user: str | None,
    purpose: str | None,
    as_json: bool,
) -> None:
    """Run the quality checks over the node in DIR and keep the run; counts and advice, never a value.

    Checks that are met are listed by `--json` only. Exit status 1: a fatal one failed, or one could not be run.

    With CHECK (and ENTITY) nothing is run: the ids of the rows that it finds wrong are listed, as far as USER may see
    them and all that tells the fault. Of rows that USER may not see nothing is said, not even whether there are any.
    """
    if check is None:
        if user is not None or purpose is not None:
            raise click.UsageError("`--as` and `--purpose` go with a CHECK whose rows are to be listed")
        _run(folder, with_trend=with_trend, as_json=as_json)
    elif user is None or purpose is None or with_trend:
        raise click.UsageError("to list the rows of a CHECK give `--as USER` and `--purpose PURPOSE`, and no `--trend`")
    else:
        _name(folder, check, entity, whose=(user, purpose), as_json=as_json)


def _run(folder: Path, *, with_trend: bool, as_json: bool) -> None:
    with Node.open(existing_node(folder)) as node:
        found = node.quality.check(with_trend=with_trend)
    if as_json:
        answer(found)
    else:
        checks, summary = cast(list[dict[str, object]], found["checks"]), cast(dict[str, int], found["summary"])
        table([_told(check) for check in checks if not check["met"]])
        if deliveries := cast(list[dict[str, object]], found.get("deliveries", [])):
            say("deliveries that differ from those before them:")
            table([_moved(line) for line in deliveries])
        say("checks: " + ", ".join(f"{number} {status}" for status, number in summary.items()))
    if found["stops"]:
        sys.exit(1)


def _name(folder: Path, check: str, entity: str | None, *, whose: tuple[str, str], as_json: bool) -> None:
    user, purpose = whose
    with Node.open(existing_node(folder)) as node:
        seen = node.quality.flawed(check, entity, asker=asker_of(node, user), purpose=purpose)
        if isinstance(seen, Refused):
            say(f"refused: {node.words.say(seen.reason)}")
            sys.exit(1)
        rows: list[dict[str, object]] = [{**one._asdict(), "id": str(one.id)} for one in seen.value.rows]
    if as_json:
        is_cut = seen.value.is_cut
        answer({"check": check, "rows": rows, "is_cut": is_cut, "as_of": seen.as_of.instant.isoformat()})
    else:
        table(rows)
        more = ", and there are more" if seen.value.is_cut else ""
        say(f"{len(rows)} rows that {user} may see{more}; `see` and `explain` show one by its id")


_TOLD = ("status", "severity", "check", "entity", "field", "bad", "of", "share", "title", "advice")


def _told(check: dict[str, object]) -> dict[str, object]:
    row = {name: check[name] for name in _TOLD}
    if "trend" in check:
        seen = cast(list[dict[str, object]], check["trend"])
        row["trend"] = " ".join(f"{one['bad']}/{one['of']}" for one in seen)
    return row


def _moved(line: dict[str, object]) -> dict[str, object]:
    seen = cast(list[dict[str, object]], line["trend"])
    steps = " ".join("-" if one["of"] is None else f"{one['bad']}/{one['of']}" for one in seen)
    return {**line, "trend": steps}
