"""Commands that break the glass in an emergency, close it, and review it afterwards."""

import sys
from pathlib import Path
from uuid import UUID

import click

from watchroom.cli.answers import answer, answering, existing_node, say, say_left_off, table
from watchroom.cli.arguments import AS_USER, JSON, LIMIT, NODE
from watchroom.cli.sign_in import asker_of
from watchroom.gate.askers import Asker
from watchroom.gate.door import Refused
from watchroom.gate.glass import Said
from watchroom.gate.glass_kept import Broken, Outcome, Span
from watchroom.gate.glass_reading import glasses_for, review_glass
from watchroom.kernel.errors import UsageError
from watchroom.node.account_desk import signed_in_asker
from watchroom.node.node import Node
from watchroom.policy.openings import REASONS

OPENING = click.argument("opening", metavar="ID", type=click.UUID)
WORDS = click.option("--words", required=True, help="In your own words; kept in the audit log and nowhere else.")


@click.group("glass")
def glass_group() -> None:
    """What an agreement opens in an emergency, for a time, told of at once and reviewed afterwards."""


@glass_group.command("break")
@NODE
@click.option("--reason", type=click.Choice(REASONS), required=True, help="What the emergency is.")
@WORDS
@click.option("--incident", default="", help="Reference of the incident, where the agreement asks for it.")
@click.option("--glass", "name", help="Which one, as `AGREEMENT.VERSION#glass`; not needed where there is one.")
@click.option("--second", help="Account of a second person, who is asked for the password.")
@AS_USER
@answering
def break_command(
    folder: Path, *, reason: str, words: str, incident: str, name: str | None, second: str | None, user: str
) -> None:
    """Open what the agreement adds, from the next read on; whoever has to be told has it in their inbox at once."""
    with Node.open(existing_node(folder)) as node:
        asker = asker_of(node, user)
        said = Said(reason=reason, words=words, incident=incident, second=_second(node, second))
        broken = node.glass.break_(asker, name or _only(node, asker), said)
        answer(glass_document(broken, node))
    say(f"open until {broken.opened.closes_at.isoformat()}; told: {', '.join(broken.told) or 'nobody has the role'}")


@glass_group.command("close")
@NODE
@OPENING
@AS_USER
@answering
def close_command(folder: Path, opening: UUID, *, user: str) -> None:
    """Close one's own glass before its time; reads that are running give nothing of it any more."""
    with Node.open(existing_node(folder)) as node:
        node.glass.close(asker_of(node, user), opening)
    say("closed")


@glass_group.command("list")
@NODE
@AS_USER
@LIMIT
@JSON
@answering
def list_command(folder: Path, *, user: str, most: int, as_json: bool) -> None:
    """List the glasses that were broken, those whose review is late first: all for a reviewer, else one's own."""
    with Node.open(existing_node(folder)) as node:
        asker = asker_of(node, user)
        found = glasses_for(node.glass, asker, span=Span(most=most))
        if isinstance(found, Refused):
            say(f"refused: {node.words.say(found.reason)}")
            sys.exit(1)
        broken = [glass_document(one, node) for one in found.broken]
        offers = [offer.name for offer in node.glass.offers(asker)]
    if as_json:
        late = sum(one["is_overdue"] is True for one in broken)
        answer({"broken": broken, "may_break": offers, "overdue": late, "left_off": found.more is not None})
    else:
        table(broken)
    late = sum(one["is_overdue"] is True for one in broken)
    if late:
        say(f"review is late: {late}; see `glass review`")
    say_left_off(is_more=found.more is not None, of="broken glasses")


@glass_group.command("review")
@NODE
@OPENING
@click.option("--outcome", type=click.Choice([one.value for one in Outcome]), required=True, help="What it was.")
@WORDS
@AS_USER
@answering
def review_command(folder: Path, opening: UUID, *, outcome: str, words: str, user: str) -> None:
    """Say what a broken glass was; never one's own, and once."""
    with Node.open(existing_node(folder)) as node:
        done = review_glass(node.glass, asker_of(node, user), opening, outcome=Outcome(outcome), words=words)
        if isinstance(done, Refused):
            say(f"refused: {node.words.say(done.reason)}")
            sys.exit(1)
        answer(glass_document(done, node))


def glass_document(broken: Broken, node: Node) -> dict[str, object]:
    """One broken glass, without a word that somebody typed but the reference of the incident."""
    now, machine_now = node.clock.now(), node.machine_clock.now()
    review = broken.review
    return {
        "id": str(broken.id),
        "glass": broken.opened.name,
        "account": broken.opened.account,
        "reason": broken.reason,
        "incident": broken.incident,
        "second": broken.second,
        "opened_at": broken.opened.opened_at,
        "closes_at": broken.opened.closes_at,
        "is_open": broken.is_open(now=now, machine_now=machine_now),
        "told": ",".join(broken.told),
        "review_by": broken.review_by,
        "is_overdue": broken.is_overdue(machine_now=machine_now),
        "outcome": None if review is None else review.outcome.value,
        "reviewed_by": None if review is None else review.by,
    }


def _only(node: Node, asker: Asker) -> str:
    offers = node.glass.offers(asker)
    if len(offers) != 1:
        names = ", ".join(offer.name for offer in offers)
        raise UsageError(f"name one with `--glass`: {names}" if names else "there is no glass that you may break")
    return offers[0].name


def _second(node: Node, name: str | None) -> Asker | None:
    if name is None:
        return None
    say(f"{name} signs in as the second person")
    return signed_in_asker(node, name, click.prompt("password", hide_input=True, err=True))
