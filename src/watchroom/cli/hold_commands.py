"""Commands about legal holds."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

import click

from watchroom.cli.answers import Instant, answer, answering, existing_node, say, table
from watchroom.cli.arguments import AS_USER, JSON, NODE
from watchroom.cli.sign_in import asker_of
from watchroom.gate.door import Refused
from watchroom.kernel.clock import in_zone
from watchroom.kernel.ids import uuid7
from watchroom.node.audit_desk import Officer, whom_they_may_answer
from watchroom.node.erasure_desk import PURPOSE
from watchroom.node.hold_desk import THING, Hold, HoldDesk, HoldKind
from watchroom.node.node import Node

_SHOWN = (
    *("id", "is_in_force", "kind", "person_id", "entity", "record_id", "authority", "reason", "told_by"),
    *("placed_by", "placed_at", "until_at", "lifted_by", "lifted_at", "lift_reason"),
)


@click.group("hold")
def hold_group() -> None:
    """Legal holds: what nobody and no rule may erase for as long as they stand."""


@hold_group.command("add")
@NODE
@click.option(
    "--person", help="Id, prison number, or another number as KIND:NUMBER: everything that names them is held."
)
@click.option("--entity", help="All records of it are held, or the one of --id.")
@click.option("--id", "record", type=click.UUID, help="The one record of the entity.")
@click.option("--kind", type=click.Choice([one.value for one in HoldKind]), required=True, help="Why it stands.")
@click.option(
    "--authority", required=True, metavar="TEXT", help="Who asks for it: the coroner, the court, the inquiry."
)
@click.option("--reason", required=True, metavar="TEXT", help="In your words; it names nobody.")
@click.option("--until", type=Instant(), help="When it ends; without it, it stands until somebody lifts it.")
@AS_USER
@answering
def add_command(
    folder: Path,
    *,
    person: str | None,
    entity: str | None,
    record: UUID | None,
    kind: str,
    authority: str,
    reason: str,
    until: datetime | None,
    user: str,
) -> None:
    """Place a legal hold on a person, on all records of an entity, or on one record."""
    if (person is None) == (entity is None) or (record is not None and entity is None):
        raise click.UsageError("name a --person, or an --entity with or without --id")
    with _desk_in(folder, user) as (node, desk):
        now = node.clock.now()
        hold = Hold(
            id=uuid7(at=node.machine_clock.now()),
            kind=HoldKind(kind),
            person_id=None if person is None else whom_they_may_answer(node, desk.officer, person, thing=THING),
            entity=entity,
            record_id=record,
            authority=authority,
            reason=reason,
            placed_at=now,
            placed_by=user,
            until_at=None if until is None else in_zone(until, node.jurisdiction.zone),
        )
        desk.place(hold)
    say(f"hold {hold.id} stands; it goes before every erasure and every rule of retention")


@hold_group.command("list")
@NODE
@AS_USER
@JSON
@answering
def list_command(folder: Path, *, user: str, as_json: bool) -> None:
    """List all holds, those in force first, with those that the record tells of by itself: a death in custody.

    Of such a death it says which records tell of it.
    """
    with _desk_in(folder, user) as (_, desk):
        rows = [one.as_json() for one in desk.holds()]
    if as_json:
        answer({"holds": rows})
        return
    table([{name: row[name] for name in _SHOWN} for row in rows])


@hold_group.command("lift")
@NODE
@click.argument("hold", type=click.UUID)
@click.option("--reason", required=True, metavar="TEXT", help="Why; it names nobody.")
@AS_USER
@answering
def lift_command(folder: Path, hold: UUID, *, reason: str, user: str) -> None:
    """Lift a hold; what it kept may be erased from now on, but not by the account that lifts it."""
    with _desk_in(folder, user) as (_, desk):
        desk.lift(hold, reason=reason)
    say(
        f"lifted; nobody lifts a hold and erases what it kept: another account than `{user}` may, and does what it kept"
        " after a restore with `watchroom erase resume`"
    )


@contextmanager
def _desk_in(folder: Path, user: str) -> Generator[tuple[Node, HoldDesk]]:
    """The desk of a user in a node, who has the duty; else the command ends with the refusal."""
    with Node.open(existing_node(folder)) as node:
        desk = node.holding(Officer(asker=asker_of(node, user), purpose=PURPOSE))
        if isinstance(desk, Refused):
            say(f"refused: {node.words.say(desk.reason)}")
            sys.exit(1)
        yield node, desk
