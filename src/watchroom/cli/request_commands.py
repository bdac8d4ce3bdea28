"""Commands by which somebody asks to be shown something for a time, and by which it is decided."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import click

from watchroom.cli.answers import Interval, answer, answering, existing_node, refused, say, say_left_off, table
from watchroom.cli.arguments import AS_USER, JSON, LIMIT, NODE, PURPOSE
from watchroom.cli.sign_in import asker_of
from watchroom.gate.askers import Asker
from watchroom.gate.door import Refused
from watchroom.gate.openings import Times
from watchroom.gate.request_records import Ask, AskReason, Request, Verdict
from watchroom.governance.requests.build import build_requests, kept_for
from watchroom.governance.requests.rules import Inbox
from watchroom.node.node import Node

REQUEST = click.argument("request_id", metavar="REQUEST_ID", type=click.UUID)
WORDS = click.option("--words", default="", help="In words, for whoever reads it.")


@click.group("request")
def request_group() -> None:
    """What somebody asks to be shown of one person for a time, and what is decided."""


@request_group.command("ask")
@NODE
@click.argument("person_id", metavar="PERSON_ID", type=click.UUID)
@click.argument("name")
@click.option("--reason", type=click.Choice([one.value for one in AskReason]), required=True, help="Why.")
@WORDS
@AS_USER
@PURPOSE
@answering
def ask_command(folder: Path, person_id: UUID, name: str, *, reason: str, words: str, user: str, purpose: str) -> None:
    """Ask to be shown NAME, such as medical-alert, of one person. Hidden and absent give the same answer."""
    with Node.open(existing_node(folder)) as node:
        asker = asker_of(node, user)
        meant = [
            one.name for one in node.requests.askable(asker, purpose=purpose) if name in (one.name, one.asked.name)
        ]
        ask = Ask(
            name=meant[0] if len(meant) == 1 else name,
            person_id=person_id,
            purpose=purpose,
            reason=AskReason(reason),
            words=words,
        )
        request = _done(node, node.requests.ask(asker, ask))
        click.echo(request.id)
        say(f"asked; it waits for an answer until {node.words.instant(request.answer_by)}")


@request_group.command("list")
@NODE
@AS_USER
@PURPOSE
@LIMIT
@JSON
@answering
def list_command(folder: Path, *, user: str, purpose: str, most: int, as_json: bool) -> None:
    """What USER has asked for and what waits for them, about whom they may know of: so many of each."""
    with Node.open(existing_node(folder)) as node:
        asker, at = asker_of(node, user), node.requests.now()
        kept = partial(kept_for, node.requests, asker, most=most)
        seen = build_requests(node.gate, asker, purpose=purpose, kept=kept, at=at.node)
        if isinstance(seen, Refused):
            refused(node.words.say(seen.reason))
        more = seen.value.more
        rows = [
            {"list": name, **_row(one, seen.value, at)}
            for name, requests in (
                ("waiting", seen.value.waiting),
                ("open", seen.value.open),
                ("mine", seen.value.mine),
            )
            for one in requests
        ]
    if as_json:
        answer({"requests": rows, "left_off": [name for name in ("waiting", "open", "mine") if getattr(more, name)]})
    else:
        table(rows)
    say(f"{len(rows)} requests")
    for name, words in (("waiting", "that wait"), ("open", "that are open"), ("mine", "of your own")):
        say_left_off(is_more=getattr(more, name) is not None, of=f"requests {words}")


@request_group.command("decide")
@NODE
@REQUEST
@click.option("--give", "lasts", type=Interval(), help="Give it for so long, such as 12h or 1d.")
@click.option("--refuse", is_flag=True, help="Refuse it; then --words must say why.")
@WORDS
@AS_USER
@PURPOSE
@answering
def decide_command(
    folder: Path, request_id: UUID, *, lasts: timedelta | None, refuse: bool, words: str, user: str, purpose: str
) -> None:
    """Give what was asked for, or refuse it; once, at the site of the person, and never one's own."""
    if (lasts is None) is not refuse:
        raise click.UsageError("say one of `--give` with a time, and `--refuse`")
    verdict = Verdict(purpose=purpose, lasts=lasts, words=words)
    with Node.open(existing_node(folder)) as node:
        _done(node, node.requests.decide(asker_of(node, user), request_id, verdict))
    say("refused, and they can read why" if refuse else "given; it ends by itself, and can be ended early")


@request_group.command("withdraw")
@NODE
@REQUEST
@AS_USER
@PURPOSE
@answering
def withdraw_command(folder: Path, request_id: UUID, *, user: str, purpose: str) -> None:
    """Take back what USER has asked for, before it is decided."""
    _closed(folder, user, lambda node, asker: node.requests.withdraw(asker, request_id, purpose=purpose))
    say("withdrawn")


@request_group.command("end")
@NODE
@REQUEST
@AS_USER
@PURPOSE
@answering
def end_command(folder: Path, request_id: UUID, *, user: str, purpose: str) -> None:
    """End early what was given: by whoever asked, or whoever decides on it."""
    _closed(folder, user, lambda node, asker: node.requests.end(asker, request_id, purpose=purpose))
    say("ended; it shows nothing from now on")


def _closed(folder: Path, user: str, close: Callable[[Node, Asker], Request | Refused]) -> None:
    with Node.open(existing_node(folder)) as node:
        _done(node, close(node, asker_of(node, user)))


def _done(node: Node, found: Request | Refused) -> Request:
    """The request; a refusal ends the command with status 1."""
    if isinstance(found, Refused):
        refused(node.words.say(found.reason))
    return found


def _row(request: Request, inbox: Inbox, at: Times) -> dict[str, object]:
    """One request, without names and without words; the person only where the reader may know of them."""
    return {
        "id": request.id,
        "state": request.state(at).value,
        "name": request.name,
        "person_id": request.person_id if request.person_id in inbox.people else None,
        "asked_by": request.asked_by,
        "asked_at": request.asked_at,
        "answer_by": request.answer_by,
        "decided_by": request.decided_by,
        "until": request.closes_at,
    }
