"""The command that removes what deleted nodes left on the machine."""

import sys

import click

from watchroom.cli.answers import answer, answering, say, table
from watchroom.cli.arguments import JSON
from watchroom.kernel.errors import UsageError
from watchroom.node.leftovers import LeftCluster, leftovers, remove_leftover


@click.command("clean")
@click.argument("marks", nargs=-1, metavar="[MARK...]")
@click.option("--yes", is_flag=True, help="Remove them; without it they are only listed.")
@JSON
@answering
def clean_command(marks: tuple[str, ...], *, yes: bool, as_json: bool) -> None:
    """List the databases that nodes deleted by hand left on this machine, and with --yes remove them.

    A node that was moved and not opened since looks like a deleted one: open it once before. What might belong to a
    node, or cannot be read, is listed as kept and not removed. MARK names single ones, and is needed where the folder
    around the node is gone too, as on a disk that is not mounted.
    """
    found = _named(leftovers(), marks)
    goes = [left for left in found if left.kept_because is None and (left.doubt is None or marks)]
    for left in goes if yes else ():
        remove_leftover(left)
    rows = [_row(left, goes=left in goes, yes=yes) for left in found]
    if as_json:
        answer({"leftovers": rows})
    else:
        table(rows)
    if not found:
        say("nothing is left of deleted nodes")
    elif not yes and goes:
        say("nothing was removed; with `--yes` what is removable is")
    if marks and len(goes) < len(found):
        sys.exit(1)


def _named(found: tuple[LeftCluster, ...], marks: tuple[str, ...]) -> tuple[LeftCluster, ...]:
    known = {left.folder.name for left in found}
    unknown = [mark for mark in marks if mark not in known]
    if unknown:
        raise UsageError(f"nothing is left under {', '.join(f'`{mark}`' for mark in unknown)}; `watchroom clean` lists")
    return tuple(left for left in found if not marks or left.folder.name in marks)


def _row(left: LeftCluster, *, goes: bool, yes: bool) -> dict[str, object]:
    state = "removed" if goes and yes else "removable" if goes else "kept"
    return {
        "mark": left.folder.name,
        "node": left.node,
        "used_at": left.used_at,
        "megabytes": left.size // 2**20,
        "state": state,
        "why": left.kept_because or left.doubt,
    }
