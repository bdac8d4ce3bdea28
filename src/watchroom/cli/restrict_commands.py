"""Commands that hide people and records from whoever is not admitted, and parties from their own matters."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

import click

from watchroom.cli.answers import answer, answering, existing_node, say, table
from watchroom.cli.arguments import AS_USER, JSON, NODE
from watchroom.cli.sign_in import asker_of
from watchroom.gate.agreement_changes import By
from watchroom.gate.door import Refused
from watchroom.gate.record_restrictions import Restricting
from watchroom.gate.restrictions import Relation, RestrictionKind
from watchroom.node.audit_desk import Officer
from watchroom.node.node import Node
from watchroom.node.record_desk import RecordDesk, record_desk_of
from watchroom.policy.clauses import Duty

PERSON = click.argument("person_id", metavar="PERSON_ID", type=click.UUID)
ACCOUNT = click.argument("account")
_PURPOSE = "governance.audit"


@click.group("restrict")
def restrict_group() -> None:
    """Whom somebody may not meet in the record although a clause would show them."""


@restrict_group.command("add")
@NODE
@PERSON
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in RestrictionKind]),
    required=True,
    help="Why the person is hidden.",
)
@click.option("--admit", "admits", multiple=True, help="Account that may know of them; may be given more than once.")
@AS_USER
@answering
def add_command(folder: Path, person_id: UUID, *, kind: str, admits: tuple[str, ...], user: str) -> None:
    """Hide a person from everybody who is not admitted: in every list, number, search and page, but not in the roll."""
    with _keeping(folder, user) as (node, by):
        node.restrictions.restrict(person_id, kind=RestrictionKind(kind), admits=admits, by=by)
        say("restricted; it holds from the next read on, for every instant that is asked about")
        _say_if_nobody_answers(node, person_id)


@restrict_group.command("admit")
@NODE
@PERSON
@ACCOUNT
@AS_USER
@answering
def admit_command(folder: Path, person_id: UUID, account: str, *, user: str) -> None:
    """Let ACCOUNT know of a restricted person, as far as a clause shows them."""
    with _keeping(folder, user) as (node, by):
        node.restrictions.admit(person_id, account, by=by)
        say(f"`{account}` is admitted")
        _say_if_nobody_answers(node, person_id)


@restrict_group.command("lift")
@NODE
@PERSON
@AS_USER
@answering
def lift_command(folder: Path, person_id: UUID, *, user: str) -> None:
    """End the restriction of a person."""
    with _keeping(folder, user) as (node, by):
        node.restrictions.lift(person_id, by=by)
    say("lifted")


@restrict_group.command("party")
@NODE
@ACCOUNT
@PERSON
@click.option(
    "--relation",
    type=click.Choice([relation.value for relation in Relation]),
    required=True,
    help="What the person is to the holder of the account.",
)
@click.option("--end", "is_over", is_flag=True, help="They are so no longer, or never were.")
@AS_USER
@answering
def party_command(folder: Path, account: str, person_id: UUID, *, relation: str, is_over: bool, user: str) -> None:
    """Say that a person of the record is the holder of ACCOUNT, or kin: then neither they nor their cases are shown."""
    with _keeping(folder, user) as (node, by):
        if is_over:
            node.restrictions.unlink(account, person_id, by=by)
        else:
            node.restrictions.link(account, person_id, relation=Relation(relation), by=by)
    say("entered; it holds from the next read on")


@restrict_group.command("record")
@NODE
@click.argument("entity")
@click.argument("record", metavar="ID", type=click.UUID)
@click.option("--reason", metavar="TEXT", required=True, help="In your words; it names nobody.")
@click.option(
    "--review-on",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    required=True,
    help="Day on which somebody looks at it again; it does not end by itself.",
)
@click.option("--admit", "admits", multiple=True, help="Account that is shown it; may be given more than once.")
@AS_USER
@answering
def record_command(
    folder: Path, entity: str, record: UUID, *, reason: str, review_on: datetime, admits: tuple[str, ...], user: str
) -> None:
    """Keep one record of ENTITY and use it no more: nobody who is not admitted is shown it, nor what names it."""
    with _desk_in(folder, user) as desk:
        given = Restricting(entity=entity, record_id=record, reason=reason, review_on=review_on.date(), admits=admits)
        restriction = desk.restrict(given)
    say(f"restriction {restriction} holds from the next read on, for every instant that is asked about")


@restrict_group.command("records")
@NODE
@AS_USER
@JSON
@answering
def records_command(folder: Path, *, user: str, as_json: bool) -> None:
    """List the records that are kept and not used, those to be looked at again first."""
    with _desk_in(folder, user) as desk:
        found = desk.listed()
        due = sum(one.review_on <= desk.today() for one in found)
    if as_json:
        answer({"restrictions": [one.as_json() for one in found]})
    else:
        shown = ("id", "entity", "record_id", "review_on", "entered_by", "admits")
        table([{name: one.as_json()[name] for name in shown} for one in found])
    if due:
        say(f"{due} of them are to be looked at again: lift the restriction, or restrict anew with a later day")


@restrict_group.command("lift-record")
@NODE
@click.argument("restriction", type=click.UUID)
@AS_USER
@answering
def lift_record_command(folder: Path, restriction: UUID, *, user: str) -> None:
    """End the restriction of a record; where its person asked for it, tell them before anybody acts on the record."""
    with _desk_in(folder, user) as desk:
        desk.lift(restriction)
    say("lifted")


@contextmanager
def _desk_in(folder: Path, user: str) -> Generator[RecordDesk]:
    with Node.open(existing_node(folder)) as node:
        desk = record_desk_of(node, Officer(asker=asker_of(node, user), purpose=_PURPOSE))
        if isinstance(desk, Refused):
            say(f"refused: {node.words.say(desk.reason)}")
            sys.exit(1)
        yield desk


@contextmanager
def _keeping(folder: Path, user: str) -> Generator[tuple[Node, By]]:
    with Node.open(existing_node(folder)) as node:
        asker = asker_of(node, user)
        refused = node.gate.not_on_duty(asker, purpose=_PURPOSE, duty=Duty.RESTRICT_PEOPLE, what="policy")
        if refused is not None:
            say(f"refused: {node.words.say(refused.reason)}")
            sys.exit(1)
        yield node, By(actor=asker.name, operator=asker.operator)


def _say_if_nobody_answers(node: Node, person_id: UUID) -> None:
    """Hidden from everybody who reads the log, a person has no answer and the looks at them no reviewer."""
    standing = {one.asker.name: one.asker for one in node.accounts.every() if not one.is_disabled}
    admitted = (standing[account] for account in node.restrictions.admitted(person_id) if account in standing)
    if not any(node.gate.is_on_duty(one, purpose=_PURPOSE, duty=Duty.READ_AUDIT) for one in admitted):
        say(
            "nobody who is admitted may read the log: until somebody is (`watchroom restrict admit`), no request of"
            " theirs for subject access is answered, and no look at them reviewed"
        )
