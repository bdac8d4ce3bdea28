"""Commands about the quarantine: what is held back and why, run again, and what somebody decided to live with."""

from datetime import datetime
from pathlib import Path

import click

from watchroom.cli.answers import Instant, answer, answering, existing_node, say, table
from watchroom.cli.arguments import JSON, NODE
from watchroom.cli.mapping_commands import APPLY, say_who_waits, tell_difference
from watchroom.cli.watching import watched
from watchroom.kernel.clock import in_zone
from watchroom.node.node import Node

_REASON = click.option("--reason", required=True, metavar="TEXT", help="Why; no word about a person.")


class _Listing(click.Group):
    """A group whose command without a name is `list`: `watchroom quarantine DIR`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments, with `list` before a folder."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group("quarantine", cls=_Listing)
def quarantine_group() -> None:
    """Rows that are held back: counts and reasons, never a value. `watchroom quarantine DIR [SOURCE]` lists them."""


@quarantine_group.command("list")
@NODE
@click.argument("source", required=False)
@click.option("--all", "with_gone", is_flag=True, help="Also what a later delivery, or a re-run, has no more.")
@JSON
@answering
def list_command(folder: Path, source: str | None, *, with_gone: bool, as_json: bool) -> None:
    """List what the node in DIR holds back, of SOURCE or of all, by table and reason."""
    with Node.open(existing_node(folder)) as node:
        every = node.quarantine.every(source)
    found = [one for one in every if with_gone or one.state != "gone"]
    if as_json:
        answer({"quarantine": [one.as_json() for one in found]})
        return
    table(
        [
            {
                "source": one.source,
                "table": one.held.table,
                "reason": one.held.code,
                "field": one.held.field,
                "entity": one.held.entity,
                "rows": one.held.rows,
                "state": one.state.value,
                "since": one.first_at,
            }
            for one in found
        ]
    )
    if not found:
        say("no row is held back")


@quarantine_group.command("rerun")
@NODE
@click.argument("source")
@APPLY
@JSON
@answering
def rerun_command(folder: Path, source: str, *, is_applied: bool, as_json: bool) -> None:
    """Map the kept rows of SOURCE again, once a mapping or a code was mended, and say what that frees.

    Nothing of it stands without --apply. What SOURCE delivers waits until it has ended.
    """
    say_who_waits(source)
    with Node.open(existing_node(folder)) as node:
        found = watched(lambda told: node.quarantine.map_again(source, is_trial=not is_applied, progress=told))
    tell_difference(found, folder, as_json=as_json)


@quarantine_group.command("waive")
@NODE
@click.argument("source")
@click.argument("code")
@click.argument("table_name", metavar="TABLE")
@_REASON
@click.option(
    "--until", type=Instant(), help="Instant from which on it no longer holds; by default until it is lifted."
)
@click.option("--lift", "is_lifted", is_flag=True, help="The rows are open again.")
@answering
def waive_command(
    folder: Path,
    source: str,
    code: str,
    table_name: str,
    *,
    reason: str,
    until: datetime | None,
    is_lifted: bool,
) -> None:
    """Live with the rows of TABLE of SOURCE that are held back for CODE; who, why and when is kept and entered."""
    if is_lifted and until is not None:
        raise click.UsageError("what is lifted has no end; leave `--until` out")
    with Node.open(existing_node(folder)) as node:
        if is_lifted:
            node.quarantine.lift(source, table=table_name, code=code, reason=reason)
            say(f"rows of `{table_name.upper()}` that are held back for `{code}` are open again")
            return
        ends = None if until is None else in_zone(until, node.jurisdiction.zone)
        waiver = node.quarantine.waive(source, table=table_name, code=code, reason=reason, until=ends)
    end = "until it is lifted" if waiver.until is None else f"until {waiver.until.isoformat()}"
    say(
        f"rows of `{waiver.table}` that are held back for `{code}` are waived {end}; each delivery goes on to tell them"
    )
