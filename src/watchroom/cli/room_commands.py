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
from watchroom.gate.agreement_changes import By
from watchroom.gate.case_rooms import CaseRooms, Member
from watchroom.kernel.clock import in_zone
from watchroom.node.node import Node
from watchroom.policy.clauses import Duty

CASE = click.argument("case")
ACCOUNT = click.argument("account")
ORGANISATION = click.option("--organisation", help="That of the account; without it, the node's own.")
_PURPOSE = "governance.audit"


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
    with _keeping(folder, user) as (node, by):
        _rooms(node).open(case, closes_at=in_zone(closes, node.jurisdiction.zone), by=by)
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
    with _keeping(folder, user) as (node, by):
        member = Member(organisation=organisation or node.settings.agency, account=account)
        _rooms(node).admit(case, member, by=by)
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
    with _keeping(folder, user) as (node, by):
        member = Member(organisation=organisation or node.settings.agency, account=account)
        _rooms(node).leave(case, member, by=by)
    say(f"`{account}` is not in the room any more")


@room_group.command("close")
@NODE
@CASE
@AS_USER
@answering
def close_command(folder: Path, case: str, *, user: str) -> None:
    """Close the room of CASE, from the next read on."""
    with _keeping(folder, user) as (node, by):
        _rooms(node).close(case, by=by)
    say("closed")


def _rooms(node: Node) -> CaseRooms:
    return CaseRooms(
        database=node.database,
        audit=node.audit,
        organisation=node.settings.agency,
        clock=node.clock,
        machine=node.machine_clock,
    )


@contextmanager
def _keeping(folder: Path, user: str) -> Generator[tuple[Node, By]]:
    with Node.open(existing_node(folder)) as node:
        asker = asker_of(node, user)
        refused = node.gate.not_on_duty(asker, purpose=_PURPOSE, duty=Duty.AGREEMENTS, what="policy")
        if refused is not None:
            say(f"refused: {node.words.say(refused.reason)}")
            sys.exit(1)
        yield node, By(actor=asker.name, operator=asker.operator)
