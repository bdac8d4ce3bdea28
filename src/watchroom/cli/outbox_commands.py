"""Commands for the outbox: what staff wrote and its legal record does not hold yet."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click

from watchroom.cli.answers import answer, answering, existing_node, say, table
from watchroom.cli.arguments import AS_USER, JSON, NODE, PURPOSE
from watchroom.cli.sign_in import asker_of
from watchroom.gate.door import Refused
from watchroom.handover.outbox.build import build_outbox
from watchroom.handover.outbox.rules import EntryRow, is_late
from watchroom.node.node import Node
from watchroom.node.outbox_desk import export_waiting
from watchroom.node.staff_desk import StaffDesk, staff_desk_of

T = TypeVar("T")
_TOLD = ("entry_id", "person_id", "system_code", "status_code", "typed_at", "typed_by", "status_at", "reason_code")


@click.group("outbox")
def outbox_group() -> None:
    """What staff wrote at the pages, on its way to the legal record that it belongs in."""


@outbox_group.command("list")
@NODE
@AS_USER
@PURPOSE
@JSON
@answering
def list_command(folder: Path, *, user: str, purpose: str, as_json: bool) -> None:
    """List what has not arrived, as far as USER may see it, without its words; and what came to its end in 24 hours."""
    with _recording(folder, user, purpose=purpose) as (node, desk):
        at = node.clock.now()
        seen = build_outbox(node.gate, desk.asker, purpose=purpose, at=at)
        found = _given(node, seen).value
    rows = [_told(row) | {"is_late": is_late(row, at=at)} for row in found.rows]
    if as_json:
        answer({"entries": rows, "is_cut": found.is_cut})
    else:
        table(rows)
        say(f"entries: {len(rows)}{', and there are more' if found.is_cut else ''}")


@outbox_group.command("export")
@NODE
@click.option("--to", "to", metavar="FILE|FOLDER", required=True, type=click.Path(path_type=Path), help="Where to.")
@click.option("--system", metavar="CODE", help="The legal record; without it the usual one of the jurisdiction.")
@AS_USER
@PURPOSE
@answering
def export_command(folder: Path, *, to: Path, system: str | None, user: str, purpose: str) -> None:
    """Write what waits for a legal record to a file, one JSON document per line, and say of each that it was exported.

    The file is USER's alone to read, and holds what a clause lets USER export. What is exported counts as not yet there
    until a delivery of that record holds it, or somebody says so.
    """
    with _recording(folder, user, purpose=purpose) as (node, desk):
        done = _given(node, export_waiting(desk, system=system or desk.systems[0], to=to, at=node.clock.now()))
    if done.path is None:
        say("nothing waits that can go and that this account may export; no file was written")
    else:
        say(f"entries written to `{done.path}`: {done.entries}; next: have the legal record take them")
    if done.left:
        say(f"more wait that can go: {done.left}; run it again for the next file")
    if done.without_words:
        say(f"wait and cannot go, for their words are not there for this account: {done.without_words}")
    if done.without_number:
        say(
            "wait and cannot go, for their people have no prison number that this account sees: "
            f"{done.without_number}; they can go when the source gives it"
        )
    if done.overtaken:
        say(f"of {done.overtaken} somebody said something meanwhile: they do not count as exported; look at them again")
        sys.exit(1)


def _told(row: EntryRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in _TOLD}


@contextmanager
def _recording(folder: Path, user: str, *, purpose: str) -> Generator[tuple[Node, StaffDesk]]:
    with Node.open(existing_node(folder)) as node:
        yield node, _given(node, staff_desk_of(node, asker_of(node, user), purpose=purpose))


def _given(node: Node, found: T | Refused) -> T:
    if isinstance(found, Refused):
        say(f"refused: {node.words.say(found.reason)}")
        sys.exit(1)
    return found
