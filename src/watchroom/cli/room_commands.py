"""Commands for the rooms of cases: who is in one, and until when."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from watchroom.cli.answers import Instant, answering, existing_node, say
from watchroom.cli.arguments import AS_USER, NODE
from watchroom.cli.sign_in import asker_of
from watchroom.gate.case_rooms import Member
from watchroom.gate.door import Refused
from watchroom.kernel.clock import in_zone
from watchroom.node.node import Node
from watchroom.node.room_desk import RoomDesk, room_desk_of

CASE = click.argument("case")
ACCOUNT = click.argument("account")
ORGANISATION = click.option("--organisation", help="That of the account; without it, the node's own.")


@click.group("room")
def room_group() -> None:
    """Who is in the room of a case, and until when; what they are shown there, an agreement says."""


@room_group.command("open")
@NODE
@CASE
@click.option("--closes", type=Instant(), required=True, help="When it closes by itself.")
@AS_USER
@answering
def open_command(folder: Path, case: str, *, closes: datetime, user: str) -> None:
    """Open the room of CASE, for nobody yet."""
    with _keeping(folder, user) as (node, desk):
        desk.open(case, closes_at=in_zone(closes, node.jurisdiction.zone))
    say("open; nobody is in it yet")


@room_group.command("admit")
@NODE
@CASE
@ACCOUNT
@ORGANISATION
@AS_USER
@answering
def admit_command(folder: Path, case: str, account: str, *, organisation: str | None, user: str) -> None:
    """Let ACCOUNT into the room of CASE."""
    with _keeping(folder, user) as (node, desk):
        member = Member(organisation=organisation or node.settings.agency, account=account)
        desk.of_case(case).admit(case, member, by=desk.by)
    say(f"`{account}` is in the room")


@room_group.command("leave")
@NODE
@CASE
@ACCOUNT
@ORGANISATION
@AS_USER
@answering
def leave_command(folder: Path, case: str, account: str, *, organisation: str | None, user: str) -> None:
    """Take ACCOUNT out of the room of CASE, from the next read on."""
    with _keeping(folder, user) as (node, desk):
        member = Member(organisation=organisation or node.settings.agency, account=account)
        desk.of_case(case).leave(case, member, by=desk.by)
    say(f"`{account}` is not in the room any more")


@room_group.command("close")
@NODE
@CASE
@AS_USER
@answering
def close_command(folder: Path, case: str, *, user: str) -> None:
    """Close the room of CASE, from the next read on."""
    with _keeping(folder, user) as (_, desk):
        desk.of_case(case).close(case, by=desk.by)
    say("closed")


@contextmanager
def _keeping(folder: Path, user: str) -> Generator[tuple[Node, RoomDesk]]:
    with Node.open(existing_node(folder)) as node:
        desk = room_desk_of(node, asker_of(node, user))
        if isinstance(desk, Refused):
            say(f"refused: {node.words.say(desk.reason)}")
            sys.exit(1)
        yield node, desk
