"""Commands of the review of looks."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import click

from watchroom.audit.look_records import Decision
from watchroom.cli.answers import Instant, answer, answering, existing_node, say, table
from watchroom.cli.arguments import AS_USER, JSON, NODE, PURPOSE
from watchroom.cli.sign_in import asker_of
from watchroom.gate.door import Refused
from watchroom.governance.look_case.show import case_document
from watchroom.governance.looks.build import Desk, decide_case, look_case, look_queue, review_looks
from watchroom.governance.looks.rules import Outcome
from watchroom.governance.looks.show import queue_document, queue_page
from watchroom.kernel.clock import in_zone
from watchroom.node.node import Node

T = TypeVar("T")
CASE = click.argument("case_id", metavar="CASE_ID", type=click.UUID)


@click.group("looks")
def looks_group() -> None:
    """Looks at people that stand out, for whoever reviews them."""


@looks_group.command("find")
@NODE
@click.option(
    "--from", "since", type=Instant(), help="Machine instant from which on; the last seven days if not given."
)
@AS_USER
@PURPOSE
@answering
def find_command(folder: Path, *, since: datetime | None, user: str, purpose: str) -> None:
    """Look through the log and put what stands out into the queue, with the reasons."""
    with _desk(folder, user, purpose) as (node, desk):
        begun = None if since is None else in_zone(since, node.jurisdiction.zone)
        found = _allowed(node, review_looks(desk, since=begun))
    # Not how many cases are new: beside `looks list` that would tell reviewers of cases about themselves.
    say(f"looked through {found.looks} looks in entries {found.entries}; `looks list` shows the cases that are yours")


@looks_group.command("list")
@NODE
@AS_USER
@PURPOSE
@JSON
@answering
def list_command(folder: Path, *, user: str, purpose: str, as_json: bool) -> None:
    """List the cases that wait for this reviewer, in the order of their reasons; none is about the reviewer."""
    with _desk(folder, user, purpose) as (node, desk):
        found = _allowed(node, look_queue(desk))
        document, page = queue_document(found, node.words), queue_page(found, node.words)
    if as_json:
        answer(document)
    else:
        table(
            [
                {
                    "case": one.id,
                    "who": one.account,
                    "at whom": one.of_whom,
                    "when": one.when,
                    "why": "; ".join(one.reasons),
                }
                for one in page.lines
            ]
        )
    for sentence in (page.reviewed, page.budget, page.own, *page.kept):
        say(sentence)


@looks_group.command("show")
@NODE
@CASE
@AS_USER
@PURPOSE
@answering
def show_command(folder: Path, case_id: UUID, *, user: str, purpose: str) -> None:
    """Show one case: why it stands out, and what was looked at by entity and field, never what it said."""
    with _desk(folder, user, purpose) as (node, desk):
        answer(case_document(_allowed(node, look_case(desk, case_id)), node.words))


@looks_group.command("decide")
@NODE
@CASE
@click.option("--outcome", type=click.Choice([one.value for one in Outcome]), required=True, help="What was found.")
@click.option("--note", metavar="TEXT", required=True, help="What was asked and answered; kept in the log.")
@click.option("--tell", is_flag=True, help="Tell the one who looked, also of what is followed up.")
@AS_USER
@PURPOSE
@answering
def decide_command(
    folder: Path, case_id: UUID, *, outcome: str, note: str, tell: bool, user: str, purpose: str
) -> None:
    """Record what the reviewer found; nobody decides of their own looks."""
    is_told = tell or outcome != Outcome.FOLLOWED_UP
    decision = Decision(outcome=outcome, is_told=is_told, note=note)
    with _desk(folder, user, purpose) as (node, desk):
        _allowed(node, decide_case(desk, case_id, decision=decision))
    say(f"case {case_id}: {outcome}; the one who looked is {'told' if is_told else 'not told yet'}")


@contextmanager
def _desk(folder: Path, user: str, purpose: str) -> Generator[tuple[Node, Desk]]:
    with Node.open(existing_node(folder)) as node:
        yield node, Desk(gate=node.gate, keeper=node.looks, asker=asker_of(node, user), purpose=purpose)


def _allowed(node: Node, found: T | Refused) -> T:
    if isinstance(found, Refused):
        say(f"refused: {node.words.say(found.reason)}")
        sys.exit(1)
    return found
