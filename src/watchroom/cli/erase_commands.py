"""Commands that erase people and records for good, and say what was erased."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import click

from watchroom.cli.answers import answer, answering, counted, existing_node, refused, say, table
from watchroom.cli.arguments import AS_USER, JSON, NODE, PERSON
from watchroom.cli.arguments import PURPOSE as PURPOSE_OPTION
from watchroom.cli.sign_in import asker_of
from watchroom.gate.askers import Asker
from watchroom.gate.door import Refused
from watchroom.gate.mentions import MOST_PLACES, Mentions, mentions
from watchroom.kernel.ids import id_in
from watchroom.node.audit_desk import Officer, whom_they_may_answer
from watchroom.node.erasure import THING, Doubles, Erasure, Held
from watchroom.node.erasure_desk import PURPOSE, ErasureDesk, Outcome, Selection
from watchroom.node.mention_desk import mentions_before
from watchroom.node.node import Node
from watchroom.policy.clauses import Duty

RULE = click.option(
    "--rule", metavar="TEXT", required=True, help="The rule or request; kept for ever, so it names nobody."
)
YES = click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
ENTITY = click.argument("entity")
RECORD = click.argument("record", metavar="ID", type=click.UUID)


@click.group("erase")
def erase_group() -> None:
    """Erase people or records for good, from everything that the node keeps; a legal hold goes before it."""


@erase_group.command("person")
@NODE
@PERSON
@RULE
@AS_USER
@click.option("--also", "others", metavar="ID", type=click.UUID, multiple=True, help="Who has the same number.")
@YES
@JSON
@answering
def person_command(
    folder: Path, person: str, *, rule: str, user: str, others: tuple[UUID, ...], is_sure: bool, as_json: bool
) -> None:
    """Erase PERSON and every record that names them.

    PERSON is an id, a prison number, or another number with its kind, such as PNC:2003/1234567X. Whoever lifted a hold
    on any of it erases nothing of it: another account does.
    """
    with desk_in(folder, user) as (node, desk):
        who = whom_they_may_answer(node, desk.officer, person, thing=THING)
        also = [whom_they_may_answer(node, desk.officer, str(one), thing=THING) for one in others]
        say("texts about others may name them: `watchroom erase mentions` lists where, and no more once this is done")
        be_sure("everything that names that person goes for good", is_sure=is_sure)
        _tell(desk.erase(Selection(people=(who, *also)), rule=rule), as_json=as_json)


@erase_group.command("mentions")
@NODE
@PERSON
@AS_USER
@PURPOSE_OPTION
@JSON
@answering
def mentions_command(folder: Path, person: str, *, user: str, purpose: str, as_json: bool) -> None:
    """List where texts about others name PERSON. Do it before they are erased: after it nobody knows by which name to
    look. What stands there a person has to judge: nothing of it is erased.

    PERSON is an id, or a number for whoever has the duty to erase. Whoever has it is told every place, and which
    entries of the log hold words that somebody typed about them; anybody else the places that they may read.
    """
    with Node.open(existing_node(folder)) as node:
        asker = asker_of(node, user)
        if node.gate.is_on_duty(asker, purpose=PURPOSE, duty=Duty.ERASE_RECORDS):
            told = _before_erasing(node, asker, person)
        else:
            found = mentions(node.gate, asker, person=_named(node, asker, person), purpose=purpose)
            if isinstance(found, Refused):
                refused(node.words.say(found.reason))
            told = found.value
    if as_json:
        answer(told.as_json())
    else:
        table([{"entity": one.entity, "id": one.id, "fields": ", ".join(one.fields)} for one in told.places])
    if not told.names:
        say("you are shown no name or number of that person, or there is none, so nothing could be looked for")
    if told.is_more:
        say(f"of some kind of record there are more than {MOST_PLACES}")
    _tell_entries(told.entries)
    if told.unsearched:
        say(f"you are shown no free text of {', '.join(told.unsearched)}: somebody else has to look there")


@erase_group.command("record")
@NODE
@ENTITY
@RECORD
@RULE
@AS_USER
@YES
@JSON
@answering
def record_command(
    folder: Path, entity: str, record: UUID, *, rule: str, user: str, is_sure: bool, as_json: bool
) -> None:
    """Erase one record of ENTITY, with the records that cannot be without it."""
    with desk_in(folder, user) as (_, desk):
        be_sure("that record goes for good", is_sure=is_sure)
        _tell(desk.erase(Selection(records=((entity, record),)), rule=rule), as_json=as_json)


@erase_group.command("list")
@NODE
@AS_USER
@JSON
@answering
def list_command(folder: Path, *, user: str, as_json: bool) -> None:
    """List the erasures of records that were done."""
    with desk_in(folder, user) as (_, desk):
        rows = [
            {
                "erasure": one.id,
                "at": one.erased_at,
                "by": one.erased_by,
                "rule": one.rule,
                "records": one.records,
                "raw_rows": one.raw_rows,
                "may_come_back": one.lifted,
            }
            for one in desk.every()
        ]
        unfinished, damaged = len(desk.unfinished()), desk.listed().damaged
    if as_json:
        answer({"erasures": rows, "unfinished": unfinished})
    else:
        table(rows)
    if damaged:
        say(f"{counted(damaged, 'damaged line')} in the list beside the checkpoints; a restore needs your own copy")
    if unfinished:
        say(f"{counted(unfinished, 'erasure')} decided and not done: `watchroom erase resume` does what is left")


@erase_group.command("resume")
@NODE
@AS_USER
@answering
def resume_command(folder: Path, *, user: str) -> None:
    """Do the erasures that were decided and cut off, or that a hold kept when the node was restored."""
    with desk_in(folder, user) as (_, desk):
        found = desk.resume()
    say(f"{counted(found.done, 'erasure')} finished; {found.held} kept by a legal hold")


@erase_group.command("let-back")
@NODE
@ENTITY
@RECORD
@click.option("--reason", metavar="TEXT", required=True, help="Why; it names nobody.")
@AS_USER
@answering
def let_back_command(folder: Path, entity: str, record: UUID, *, reason: str, user: str) -> None:
    """Let an erased record be taken again when its source delivers it; of a person all that was theirs."""
    with desk_in(folder, user) as (_, desk):
        number = desk.let_back(entity, record, reason=reason)
    say(f"{counted(number, 'record')} may come back with the next delivery that has them")


@erase_group.command("find")
@NODE
@click.argument("number")
@AS_USER
@JSON
@answering
def find_command(folder: Path, number: str, *, user: str, as_json: bool) -> None:
    """Find what was erased under NUMBER: the key that a source gives a record, or the number of a person."""
    with desk_in(folder, user) as (_, desk):
        rows = [
            {
                "entity": one.entity,
                "id": one.id,
                "source": one.source_system,
                "erasure": one.erasure_id,
                "people": [str(person) for person in one.people],
                "may_come_back": one.is_lifted,
            }
            for one in desk.erased_under(number)
        ]
    if as_json:
        answer({"erased": rows})
    else:
        table([{name: said for name, said in row.items() if name != "people"} for row in rows])
    if not rows:
        say("nothing was erased under that number")


@contextmanager
def desk_in(folder: Path, user: str) -> Generator[tuple[Node, ErasureDesk]]:
    """The desk of a user in a node, who has the duty; else the command ends with the refusal."""
    with Node.open(existing_node(folder)) as node:
        desk = node.erasing(Officer(asker=asker_of(node, user), purpose=PURPOSE))
        if isinstance(desk, Refused):
            say(f"refused: {node.words.say(desk.reason)}")
            sys.exit(1)
        yield node, desk


def _before_erasing(node: Node, asker: Asker, person: str) -> Mentions:
    desk = node.erasing(Officer(asker=asker, purpose=PURPOSE))
    if isinstance(desk, Refused):
        refused(node.words.say(desk.reason))
    return mentions_before(desk, whom_they_may_answer(node, desk.officer, person, thing=THING))


def _named(node: Node, asker: Asker, person: str) -> UUID:
    """Whom they mean: by an id; by a number only where they answer for people, or it would tell who there is."""
    if (person_id := id_in(person)) is not None:
        return person_id
    officer = Officer(asker=asker, purpose=PURPOSE)
    if isinstance(desk := node.erasing(officer), Refused):
        refused(node.words.say(desk.reason))
    return whom_they_may_answer(node, officer, person, thing=THING)


def be_sure(what: str, *, is_sure: bool) -> None:
    """Nothing, where they are sure of it; else the command ends, and nothing was erased."""
    if not is_sure and not click.confirm(f"{what}; are you sure?", err=True):
        say("nothing was erased")
        sys.exit(1)


def _tell_held(made: Held) -> None:
    """Which holds keep what was to be erased; of those that the same account lifted, that another one has to erase."""
    standing = {hold: records for hold, records in made.holds.items() if hold not in made.lifted}
    if standing:
        number = len(standing)
        say(f"refused: {number} legal {'hold covers' if number == 1 else 'holds cover'} some of it; nothing was erased")
    else:
        say("refused: you lifted the hold on some of it yourself; another account has to erase it; nothing was erased")
    for hold, records in made.holds.items():
        why = "`watchroom hold list` says why" if hold in standing else "you lifted it, so another account must erase"
        say(f"hold {hold}: {counted(records, 'record')}; {why}")
    sys.exit(1)


def _tell_entries(entries: tuple[int, ...]) -> None:
    if entries:
        named = " ".join(f"--entry {index}" for index in entries)
        say(
            f"words that somebody typed about them stand in {counted(len(entries), 'entry', 'entries')} of the log:"
            f" `watchroom audit erase DIR {named} --reason TEXT --as USER` erases"
        )


def _tell(made: Outcome, *, as_json: bool) -> None:
    if isinstance(made, Held):
        _tell_held(made)
    if isinstance(made, Doubles):
        say("refused: other people of the record have the same number; name each with --also, or correct the source:")
        for one in made.people:
            say(f"  {one}")
        sys.exit(1)
    if not isinstance(made, Erasure):
        say("the record holds, and held, nothing of that; nothing was erased")
        sys.exit(1)
    if as_json:
        answer(made.as_json())
    else:
        table([{"entity": entity, "records": number} for entity, number in made.records.items()])
    gone, raw = counted(sum(made.records.values()), "record"), counted(made.raw_rows, "row")
    say(f"erased for good: {gone}, and {raw} as the source gave them")
    _tell_entries(made.entries)
    for source in made.whole:
        say(f"the mapping of `{source}` does not say whose its rows are, so all rows that it gave went")
    for source in made.unread:
        say(f"`{source}` set messages aside that nobody can read; they may tell of whoever went: see its quarantine")
    if not made.is_swept:
        say("its room in the files of the database could not be freed now; the next erasure tries it again")
    say(
        "not touched: what the log's own bodies say (`watchroom audit erase`), backups that were made before (a restore"
        " erases again with the list beside the checkpoints), files in the folder of the source, what others wrote of"
        " others, and old bytes in freed pages, the write-ahead log and its archives until they are written over"
    )
