"""Commands that hide people and records from whoever is not admitted, and parties from their own matters."""

import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

import click

from watchroom.audit.entries import Act
from watchroom.cli.answers import answer, answering, existing_node, refused, say, table
from watchroom.cli.arguments import AS_USER, JSON, NODE, PERSON
from watchroom.cli.erase_commands import YES
from watchroom.cli.sign_in import asker_of
from watchroom.gate.agreement_changes import By
from watchroom.gate.door import Refused
from watchroom.gate.known_people import people_meant, person_meant
from watchroom.gate.record_restrictions import Restricting
from watchroom.gate.restrictions import Relation, RestrictionKind
from watchroom.kernel.errors import NotFoundError
from watchroom.kernel.ids import id_in
from watchroom.node.audit_desk import Officer
from watchroom.node.node import Node
from watchroom.node.record_desk import RecordDesk, record_desk_of
from watchroom.policy.clauses import Duty

ACCOUNT = click.argument("account")
_PURPOSE = "governance.audit"
# What somebody has to be admitted for, by the duty that it takes.
_LOCKS = {
    Duty.READ_AUDIT: "read the log: no request of theirs for subject access is answered, and no look at them reviewed",
    Duty.LEGAL_HOLDS: "place or lift a legal hold on them, or is shown one",
    Duty.ERASE_RECORDS: "erase them, whoever asks for it",
}

_NOT_RESTRICTED = "nobody of that number is restricted, or several people have it; look at it again, or name the id"


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
@YES
@answering
def add_command(folder: Path, person: str, *, kind: str, admits: tuple[str, ...], user: str, is_sure: bool) -> None:
    """Hide PERSON from everybody who is not admitted: in every list, number, search and page, but not in the roll.

    PERSON is an id, a prison number, or another number with its kind, such as PNC:2003/1234567X.
    Where nobody who is admitted may hold, erase or answer for them, that is said first, and asked.
    """
    with _keeping(folder, user) as (node, officer, by):
        node.restrictions.require_accounts(admits)
        person_id = _whom(node, officer, person, word="add")
        is_locked = _tell_locked(node, person_id, admits=admits)
        if is_locked and not is_sure and not click.confirm("hide them all the same?", err=True):
            refused("nobody was hidden; name with `--admit` who has those duties")
        node.restrictions.restrict(person_id, kind=RestrictionKind(kind), admits=admits, by=by)
    say("restricted; it holds from the next read on, for every instant that is asked about")


@restrict_group.command("admit")
@NODE
@PERSON
@ACCOUNT
@AS_USER
@answering
def admit_command(folder: Path, person: str, account: str, *, user: str) -> None:
    """Let ACCOUNT know of PERSON, who is restricted, as far as a clause shows them.

    PERSON is an id, or a number that one person alone has.
    """
    with _keeping(folder, user) as (node, officer, by):
        node.restrictions.require_accounts([account])
        person_id = _whom_restricted(node, officer, person, word="admit")
        node.restrictions.admit(person_id, account, by=by)
        say(f"`{account}` is admitted to {person_id}")
        _tell_locked(node, person_id, admits=node.restrictions.admitted(person_id))


@restrict_group.command("lift")
@NODE
@PERSON
@AS_USER
@answering
def lift_command(folder: Path, person: str, *, user: str) -> None:
    """End the restriction of PERSON: an id, or a number that one person alone has."""
    with _keeping(folder, user) as (node, officer, by):
        person_id = _whom_restricted(node, officer, person, word="lift")
        node.restrictions.lift(person_id, by=by)
    say(f"lifted: {person_id} is hidden no more")


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
def party_command(folder: Path, account: str, person: str, *, relation: str, is_over: bool, user: str) -> None:
    """Say that PERSON is the holder of ACCOUNT, or kin: then neither they nor their cases are shown to it."""
    with _keeping(folder, user) as (node, officer, by):
        node.restrictions.require_accounts([account])
        person_id = _whom(node, officer, person, word="party")
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
@YES
@answering
def record_command(
    folder: Path,
    entity: str,
    record: UUID,
    *,
    reason: str,
    review_on: datetime,
    admits: tuple[str, ...],
    user: str,
    is_sure: bool,
) -> None:
    """Keep one record of ENTITY and use it no more: nobody who is not admitted is shown it, nor what names it.

    Where a handover tells of it today, that is said first, and asked.
    """
    with _desk_in(folder, user) as desk:
        told_on = desk.handovers_telling(entity, record)
        if told_on:
            say(
                f"handovers of {', '.join(told_on)} tell of it today, or of what happens to it: it will be missing"
                " there and on every page of the person, also where it puts them first, and nothing says so; tell the"
                " wing what it has to know by another way"
            )
        if told_on and not is_sure and not click.confirm("restrict it all the same?", err=True):
            refused("nothing was restricted")
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
        shown = ("id", "entity", "record_id", "numbers", "review_on", "entered_by", "admits")
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
def _keeping(folder: Path, user: str) -> Generator[tuple[Node, Officer, By]]:
    with Node.open(existing_node(folder)) as node:
        asker = asker_of(node, user)
        not_theirs = node.gate.not_on_duty(asker, purpose=_PURPOSE, duty=Duty.RESTRICT_PEOPLE, what="policy")
        if not_theirs is not None:
            refused(node.words.say(not_theirs.reason))
        yield (
            node,
            Officer(asker=asker, purpose=_PURPOSE),
            By(actor=asker.name, operator=asker.operator, role=asker.role),
        )


def _whom(node: Node, officer: Officer, named: str, *, word: str) -> UUID:
    """Whom an officer means: by an id that they know, or by a number of one person who is not hidden from them."""
    _enter_look(node, officer, word=word)
    if (person_id := id_in(named)) is not None:
        return _not_own(node, officer, person_id)
    return person_meant(node.database, named, hidden=node.gate.hidden_from(officer.asker))


def _whom_restricted(node: Node, officer: Officer, named: str, *, word: str) -> UUID:
    """Which hidden person is meant: by an id, or by a number of nobody else; all others are answered alike.

    Whoever has the duty need not be admitted, or nobody would undo what hides somebody from all: so no id is told.
    """
    _enter_look(node, officer, word=word)
    if (person_id := id_in(named)) is not None:
        return _not_own(node, officer, person_id)
    meant = [*people_meant(node.database, named)]
    if len(meant) != 1 or not node.restrictions.is_restricted(meant[0]):
        raise NotFoundError(_NOT_RESTRICTED)
    return _not_own(node, officer, meant[0])


def _not_own(node: Node, officer: Officer, person_id: UUID) -> UUID:
    """The person, unless it is the officer's own or kin: what hides these from them, somebody else undoes.

    Raises:
        NotFoundError: it is; the words are those of a number that nobody restricted has.
    """
    if person_id in node.gate.own_people(officer.asker):
        raise NotFoundError(_NOT_RESTRICTED)
    return person_id


def _enter_look(node: Node, officer: Officer, *, word: str) -> None:
    # INVARIANT: entered before anybody is looked up. What comes of it tells of somebody, also where nothing is changed.
    said = {"did": "looked up", "for": word}
    node.audit.append(replace(officer.entry(Act.CONSULT, "policy"), detail=said))


def _tell_locked(node: Node, person_id: UUID, *, admits: Iterable[str]) -> bool:
    """Say what nobody who is admitted may do for a hidden person, and who undoes that; whether there is anything.

    Hidden from everybody with a duty, a person cannot be held, erased or answered, and nobody would come upon it. Whose
    own person or kin it is meets them no more for being admitted.
    """
    standing = {one.asker.name: one.asker for one in node.accounts.every() if not one.is_disabled}

    def on_duty(duty: Duty, names: Iterable[str]) -> list[str]:
        return [
            name
            for name in names
            if name in standing and node.gate.is_on_duty(standing[name], purpose=_PURPOSE, duty=duty)
        ]

    # Asked of a person who is not hidden yet, or of whoever is admitted: then only their own matters hide them.
    admitted = [name for name in admits if name in standing and person_id not in node.gate.hidden_from(standing[name])]
    locked = [duty for duty in _LOCKS if not on_duty(duty, admitted)]
    for duty in locked:
        say(f"nobody who is admitted may {_LOCKS[duty]}")
    if locked:
        who = ", ".join(f"`{name}`" for name in on_duty(Duty.RESTRICT_PEOPLE, sorted(standing))) or "nobody"
        say(
            "retention by rule and holds of deaths go on by themselves; it stays so until an account with that duty"
            f" is admitted (`watchroom restrict admit`) or it is lifted (`watchroom restrict lift`); who may do"
            f" that: {who}"
        )
    return bool(locked)
