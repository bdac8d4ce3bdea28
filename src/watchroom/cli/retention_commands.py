"""Commands about retention by rule."""

import sys
from pathlib import Path

import click

from watchroom.cli.answers import answer, answering, counted, say, table
from watchroom.cli.arguments import AS_USER, JSON, NODE
from watchroom.cli.erase_commands import YES, desk_in
from watchroom.node.retention_desk import Planned, apply, plan


@click.group("retention")
def retention_group() -> None:
    """What `retention.yaml` in the folder of the node lets go. Without that file, and of a class that it does not name,
    nothing is deleted by time."""


@retention_group.command("plan")
@NODE
@AS_USER
@JSON
@answering
def plan_command(folder: Path, *, user: str, as_json: bool) -> None:
    """Show how many records of each class would go now, and which hold keeps how many; nothing is erased."""
    with desk_in(folder, user) as (node, desk):
        planned = plan(node.folder, node.model, desk.eraser())
    if as_json:
        answer(planned.as_json())
    else:
        table(planned.rows())
    _say(planned)


@retention_group.command("apply")
@NODE
@AS_USER
@YES
@answering
def apply_command(folder: Path, *, user: str, is_sure: bool) -> None:
    """Erase for good what the plan shows, in portions; each looks at the holds anew, and what was erased stays so."""
    with desk_in(folder, user) as (node, desk):
        planned = plan(node.folder, node.model, desk.eraser())
        _say(planned)
        going = sum(planned.due.goes.values())
        if not going:
            say("nothing goes")
            return
        if not is_sure and not click.confirm(f"{counted(going, 'record')} will go for good; are you sure?", err=True):
            say("nothing was erased")
            sys.exit(1)
        for applied in apply(node.folder, node.model, desk.eraser()):
            say(
                f"portion {applied.done} of {applied.of}: {applied.records} records and {applied.raw_rows} rows as"
                " their source gave them are erased so far"
            )


def _say(planned: Planned) -> None:
    unset = [name for name in planned.meanings if name not in planned.periods.rules]
    if unset:
        say(f"no period is set, so nothing is deleted, of: {', '.join(sorted(unset))}")
    for hold, number in planned.due.held.items():
        say(f"hold {hold} keeps {counted(number, 'record')}; `watchroom hold list` says why")
    if planned.due.named:
        say(f"{planned.due.named} people stay, for a record that stays names them")
