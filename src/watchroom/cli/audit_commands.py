"""Commands about the audit log."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import click

from watchroom.audit.ranges import IndexRange, ranges_of
from watchroom.audit.subject import Draft, NotReleased
from watchroom.audit.subject_rules import Ground, Verdict
from watchroom.audit.verdicts import Decided
from watchroom.audit.verify import Fault
from watchroom.cli.answers import Instant, answer, answering, counted, existing_node, say, table
from watchroom.cli.arguments import AS_USER, JSON, NODE, PERSON, PURPOSE
from watchroom.cli.erase_commands import YES, be_sure
from watchroom.cli.sign_in import asker_of
from watchroom.cli.written import require_place, write_text
from watchroom.gate.door import Refused
from watchroom.kernel.clock import in_zone
from watchroom.node.audit_desk import (
    Officer,
    decide_line,
    erase_entries,
    export_log,
    released_answer,
    subject_draft,
)
from watchroom.node.node import Node
from watchroom.node.spooling import spool_fault

T = TypeVar("T")
ERASING = "governance.audit"


@click.group("audit")
def audit_group() -> None:
    """The tamper-evident log of who saw or changed what, and why."""


@audit_group.command("verify")
@NODE
@JSON
@answering
def verify_command(folder: Path, *, as_json: bool) -> None:  # noqa: ARG001  one document either way
    """Hash every entry again and compare with every signed checkpoint; exit 1 names the first entry at fault."""
    with Node.open(existing_node(folder)) as node:
        found = node.verify_audit()
        # Said before the node is closed: a log at fault may not let itself be closed without an error of its own.
        answer(found.as_json())
        if isinstance(found, Fault):
            say(f"the audit log is not what was signed: entry {found.index}: {found.reason}")
            sys.exit(1)
        if (spooled := spool_fault(node.spool)) is not None:
            say(spooled)
            sys.exit(1)


@audit_group.command("rotate-key")
@NODE
@answering
def rotate_command(folder: Path) -> None:
    """Sign with a fresh key from now on; checkpoints of the old key keep verifying."""
    with Node.open(existing_node(folder)) as node:
        fresh = node.rotate_signing_key()
    say(f"checkpoints are signed with a fresh key; its public side, for your partners and your records: {fresh}")


@audit_group.command("export")
@NODE
@click.option(
    "--from", "since", type=Instant(), required=True, help="First instant of the period, by the node's clock."
)
@click.option("--to", "until", type=Instant(), required=True, help="Its end, which is not part of it.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The zip that is written.")
@AS_USER
@PURPOSE
@JSON
@answering
def export_command(
    folder: Path, *, since: datetime, until: datetime, out: Path, user: str, purpose: str, as_json: bool
) -> None:
    """Write the entries of a period, with proofs, keys and a verifier that needs python3 alone, to one file."""
    require_place(out)
    with Node.open(existing_node(folder)) as node:
        zone = node.jurisdiction.zone
        officer = Officer(asker=asker_of(node, user), purpose=purpose)
        made = _allowed(node, export_log(node, officer, out, since=in_zone(since, zone), until=in_zone(until, zone)))
        key = node.keys.signer().verifier.text()
    if as_json:
        answer(made.as_json())
    found = made.period.entries
    say(f"entries {found.first} to {found.last} written to {out}, {made.erased} of them with an erased body")
    say(f"whoever receives it checks it with: python3 -I -S verify.py {out.name} --key '{key}'")
    say("tell them the key by another way than the file")


@audit_group.command("subject")
@NODE
@PERSON
@AS_USER
@PURPOSE
@click.option("--upto", type=click.IntRange(min=0), help="Only entries below this index.")
@JSON
@answering
def subject_command(folder: Path, person: str, *, user: str, purpose: str, upto: int | None, as_json: bool) -> None:
    """Draft, for an officer, what PERSON may be told of who has looked at them; it releases nothing.

    PERSON is an id, a prison number, or another number with its kind, such as PNC:2003/1234567X.
    """
    with Node.open(existing_node(folder)) as node:
        officer = Officer(asker=asker_of(node, user), purpose=purpose)
        draft: Draft = _allowed(node, subject_draft(node, officer, person, upto=upto))
        restricted = node.record_restrictions.about(draft.person_id)
        document = draft.as_json(node.words) | {"kept_and_not_used": [one.as_json() for one in restricted]}
        lines = [line.as_json(node.words) for line in draft.lines]
        notices = [str(document[name]) for name in ("notice", "erased") if document[name] is not None]
    if as_json:
        answer(document)
    else:
        table(lines)
    for notice in notices:
        say(notice)
    if restricted:
        say(f"{counted(len(restricted), 'record')} about them kept and not used: see `watchroom restrict records`")
    say(f"entries below {draft.upto} were looked through; {len(draft.undecided)} of {len(lines)} wait for a verdict")
    if draft.awaiting_second:
        say(f"{len(draft.awaiting_second)} wait for the same verdict of a second officer")


@audit_group.command("verdict")
@NODE
@PERSON
@click.option("--entry", "index", type=click.IntRange(min=0), required=True, help="Which entry of the draft.")
@click.option("--verdict", type=click.Choice([one.value for one in Verdict]), required=True, help="What becomes of it.")
@click.option("--ground", type=click.Choice([one.value for one in Ground]), help="Why it is held back: s.45(4).")
@click.option("--reason", metavar="TEXT", required=True, help="The officer's reason; it is recorded, never released.")
@AS_USER
@PURPOSE
@answering
def verdict_command(
    folder: Path,
    person: str,
    *,
    index: int,
    verdict: str,
    ground: str | None,
    reason: str,
    user: str,
    purpose: str,
) -> None:
    """Record an officer's verdict on one entry of the draft about PERSON; the latest one holds."""
    decided = Decided(
        entry_index=index, verdict=Verdict(verdict), ground=None if ground is None else Ground(ground), reason=reason
    )
    with Node.open(existing_node(folder)) as node:
        officer = Officer(asker=asker_of(node, user), purpose=purpose)
        _allowed(node, decide_line(node, officer, person, decided=decided))
    say(f"entry {index}: {verdict}")


@audit_group.command("release")
@NODE
@PERSON
@click.option("--upto", type=click.IntRange(min=0), required=True, help="As the draft said it.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="A file instead of stdout.")
@AS_USER
@PURPOSE
@answering
def release_command(folder: Path, person: str, *, upto: int, out: Path | None, user: str, purpose: str) -> None:
    """Write the answer to PERSON, made from recorded verdicts alone; refused while an entry waits for one."""
    if out is not None:
        require_place(out)
    with Node.open(existing_node(folder)) as node:
        officer = Officer(asker=asker_of(node, user), purpose=purpose)
        found = _allowed(node, released_answer(node, officer, person, upto=upto))
        if isinstance(found, NotReleased):
            say(f"{node.words.say(found.reason)} The first is {found.waiting[0]}.")
            sys.exit(1)
        text = json.dumps(found.as_released(node.words), ensure_ascii=False, indent=2)
    write_text(text, out)


@audit_group.command("erase")
@NODE
@click.option("--from", "first", type=click.IntRange(min=0), help="Index of the first entry of a range.")
@click.option("--to", "last", type=click.IntRange(min=0), help="Index of its last entry, included.")
@click.option(
    "--entry", "single", type=click.IntRange(min=0), multiple=True, help="Index of one entry; may be given more often."
)
@click.option("--reason", metavar="TEXT", required=True, help="The rule or request; kept for ever, so it names nobody.")
@AS_USER
@click.option("--purpose", metavar="PURPOSE", default=ERASING, show_default=True, help="What it is for.")
@YES
@answering
def erase_command(
    folder: Path,
    *,
    first: int | None,
    last: int | None,
    single: tuple[int, ...],
    reason: str,
    user: str,
    purpose: str,
    is_sure: bool,
) -> None:
    """Erase whom entries were about, and what was typed there; the entries stay, the tree stays valid, the log says so.

    Name a range with --from and --to, or single entries, such as those that `watchroom erase person` names.
    """
    what = _ranges(first, last, single)
    with Node.open(existing_node(folder)) as node:
        officer = Officer(asker=asker_of(node, user), purpose=purpose)
        told = ", ".join(str(one) for one in what)
        be_sure(f"what entries {told} of the log say goes for good", is_sure=is_sure)
        erased = _allowed(node, erase_entries(node, officer, what=what, reason=reason))
    say(f"{counted(erased, 'body', 'bodies')} of entries {told} erased; those of erasures and key rotations stay")


def _ranges(first: int | None, last: int | None, single: tuple[int, ...]) -> tuple[IndexRange, ...]:
    if (first is None) != (last is None) or (first is None) == (not single):
        raise click.UsageError("name a range with --from and --to, or each entry with --entry")
    if first is not None and last is not None:
        return (IndexRange(first=first, last=last),)
    return ranges_of(single)


@audit_group.command("retain")
@NODE
@answering
def retain_command(folder: Path) -> None:
    """Delete cases of looks, shifts, marks and verdicts that are older than [retention] in watchroom.toml says.

    A running node does so by itself. What has no days there is kept. The log says how many of each went.
    """
    with Node.open(existing_node(folder)) as node:
        gone = node.retain()
    answer({"deleted": dict(gone)})


def _allowed(node: Node, found: T | Refused) -> T:
    if isinstance(found, Refused):
        say(f"refused: {node.words.say(found.reason)}")
        sys.exit(1)
    return found
