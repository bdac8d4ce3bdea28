"""Commands about what is agreed with other organisations."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click

from watchroom.cli.answers import Instant, answer, answering, existing_node, say, say_left_off, table
from watchroom.cli.arguments import AS_USER, JSON, LIMIT, NODE
from watchroom.cli.sign_in import asker_of
from watchroom.gate.door import Refused
from watchroom.kernel.clock import in_zone
from watchroom.kernel.errors import UsageError
from watchroom.node.agreement_desk import AgreementDesk, desk_of, kept_document, key_document, signature_document
from watchroom.node.agreement_measures import measured, unused_document, unused_fields
from watchroom.node.agreement_reach import preview
from watchroom.node.model_files import model_of
from watchroom.node.node import Node
from watchroom.policy.agreement import load_agreement, slips_of
from watchroom.policy.clauses import Agreement
from watchroom.policy.form import MAX_BYTES
from watchroom.policy.lint import lint
from watchroom.policy.odrl import export_odrl, import_odrl
from watchroom.policy.sheet import as_text, sheet, with_findings

FILE = click.argument("file", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))


@click.group("agreement")
def agreement_group() -> None:
    """What is agreed with other organisations, and with whom."""


@agreement_group.command("check")
@NODE
@FILE
@click.option("--as", "user", metavar="USER", help="Measure on record and log too, in the name of this account.")
@answering
def check_command(folder: Path, file: Path, *, user: str | None) -> None:
    """Read the agreement in FILE as the node in DIR would; an error names its line, a finding what to look at twice.

    With --as it also says which clauses show a large part of all people, and which fields nobody has read.
    """
    with Node.open(existing_node(folder)) as node:
        _require_no_slips(node, file)
        agreement = _read(node, file)
        figures = None if user is None else measured(_opened(node, user), agreement)
        findings = lint(agreement, model=node.model, measured=figures)
        answer(
            {
                "agreement": agreement.name,
                "version": agreement.version,
                "digest": agreement.digest,
                "clauses": len(agreement.clauses),
                "findings": [
                    {"clause": one.clause, "line": one.line, "text": node.words.say(one.text)} for one in findings
                ],
            }
        )
    counted = "1 finding" if len(findings) == 1 else f"{len(findings) or 'no'} findings"
    say(f"it can be read; {counted}{', worth a second look' if findings else ''}")


@agreement_group.command("sheet")
@NODE
@FILE
@click.option("--as", "user", metavar="USER", help="Add what is measured on record and log, in this account's name.")
@answering
def sheet_command(folder: Path, file: Path, *, user: str | None) -> None:
    """Write the sheet that signatories read: who gives what to whom, for what, and what is never shown.

    With --as it ends with what should be meant twice: also which clauses show a large part of all people, and which
    fields nobody has read.
    """
    with Node.open(existing_node(folder)) as node:
        agreement = _read(node, file)
        page = sheet(agreement, model=node.model)
        if user is not None:
            figures = measured(_opened(node, user), agreement)
            page = with_findings(page, lint(agreement, model=node.model, measured=figures))
        click.echo(as_text(page, node.words))


@agreement_group.command("odrl")
@NODE
@FILE
@click.option("--back", "is_back", is_flag=True, help="FILE is ODRL; write the agreement that it was made from.")
@answering
def odrl_command(folder: Path, file: Path, *, is_back: bool) -> None:
    """Write the agreement in FILE as ODRL 2.2 with the Data Privacy Vocabulary, or read such a file back."""
    model = model_of(existing_node(folder))
    turned = import_odrl if is_back else export_odrl
    click.echo(turned(_document(file), where=file.name, model=model))


@agreement_group.command("preview")
@NODE
@FILE
@AS_USER
@click.option("--as-of", type=Instant(), help="On the record as known at this instant.")
@answering
def preview_command(folder: Path, file: Path, *, user: str, as_of: datetime | None) -> None:
    """Count who would see whom, and which fields, beyond what is agreed now, if FILE were in force."""
    with _desk(folder, user) as desk:
        node = desk.node
        known_at = None if as_of is None else in_zone(as_of, node.jurisdiction.zone)
        if known_at is not None and known_at > node.clock.now():
            fault = "that instant has not come, and nothing can be known as of it; name an earlier one"
            raise click.BadParameter(fault, param_hint="`--as-of`")
        found = preview(desk, _document(file), where=file.name, as_of=known_at)
        answer(found.as_json(node.words))


@agreement_group.command("sign")
@NODE
@FILE
@AS_USER
@click.option(
    "--signature",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A partner's signature under it, instead of the node's own.",
)
@answering
def sign_command(folder: Path, file: Path, *, user: str, signature: Path | None) -> None:
    """Enter the agreement in FILE and sign it for the node's organisation; the answer is for the other parties.

    It is in force once every party has signed.
    """
    with _desk(folder, user) as desk:
        document = _document(file)
        if signature is not None:
            kept = desk.countersign(document, where=file.name, signature=_document(signature))
            answer(kept_document(kept))
        else:
            kept = desk.sign(document, where=file.name)
            answer(signature_document(kept, organisation=desk.organisation))
    missing, first = ", ".join(kept.unsigned), kept.agreement.valid_from
    say(f"signed; still to sign: {missing}" if missing else f"signed by every party; it holds from {first}")


@agreement_group.command("suspend")
@NODE
@click.argument("name")
@AS_USER
@click.option("--reason", default="", help="Why, in your words; the list of agreements shows it.")
@answering
def suspend_command(folder: Path, name: str, *, user: str, reason: str) -> None:
    """Let the agreement NAME give nothing any more, at once, every version of it; reads that are running end too.

    It is opened again by a later version that every party signs.
    """
    with _desk(folder, user) as desk:
        answer(kept_document(desk.suspend(name, reason=reason)))


@agreement_group.command("list")
@NODE
@LIMIT
@JSON
@answering
def list_command(folder: Path, *, most: int, as_json: bool) -> None:
    """List the agreements of the node in DIR, versions by name, the latest first."""
    with Node.open(existing_node(folder)) as node:
        kept = node.agreements.kept()
    listed, is_more = [kept_document(one) for one in kept[:most]], len(kept) > most
    if as_json:
        answer({"agreements": listed, "left_off": len(kept) - len(listed)})
    else:
        table(listed)
    say_left_off(is_more=is_more, of="versions")


@agreement_group.command("unused")
@NODE
@AS_USER
@answering
def unused_command(folder: Path, *, user: str) -> None:
    """List the fields of the agreements in force that nobody has read for 90 days, clause by clause."""
    with _desk(folder, user) as desk:
        found = unused_fields(desk)
        said = {one.unknown: desk.node.words.phrase(one.unknown) for one in found if one.unknown is not None}
        answer(unused_document(found, said=said))
    for one in found:
        count = sum(map(len, one.fields.values()))
        say(f"{one.agreement.name}: {said[one.unknown] if one.unknown else f'{count} fields could be taken out'}")


@agreement_group.command("key")
@NODE
@answering
def key_command(folder: Path) -> None:
    """Show the public key with which the node's organisation signs, for its partners."""
    with Node.open(existing_node(folder)) as node:
        click.echo(node.agreement_key())


@agreement_group.command("trust")
@NODE
@click.argument("organisation")
@click.argument("key")
@AS_USER
@answering
def trust_command(folder: Path, organisation: str, key: str, *, user: str) -> None:
    """Take KEY as one with which ORGANISATION signs. Compare it with them on another way first."""
    with _desk(folder, user) as desk:
        key_id = desk.trust(organisation, key)
    say(f"key {key_id} may sign for {organisation} from now on")


@agreement_group.command("keys")
@NODE
@answering
def keys_command(folder: Path) -> None:
    """List the keys of partners, with what to read to them to compare each; those that were taken back too."""
    with Node.open(existing_node(folder)) as node:
        answer({"keys": [key_document(one) for one in node.agreements.party_keys()]})


@agreement_group.command("distrust")
@NODE
@click.argument("organisation")
@click.argument("key_id")
@AS_USER
@click.option("--reason", required=True, help="Why, in your words; the list of keys shows it.")
@answering
def distrust_command(folder: Path, organisation: str, key_id: str, *, user: str, reason: str) -> None:
    """Take the key KEY_ID of ORGANISATION back, at once and for ever: nothing that it signed holds any more.

    What was agreed under it gives nothing until they sign it with another key; what it excludes stays excluded.
    """
    with _desk(folder, user) as desk:
        answer(key_document(desk.distrust(organisation, key_id, reason=reason)))


def _require_no_slips(node: Node, file: Path) -> None:
    """Nothing, where the text can be read; else each slip on its line, and status 1."""
    slips = slips_of(_document(file), where=file.name, model=node.model, on=_today(node))
    for slip in slips:
        say(str(slip))
    if slips:
        say(f"it cannot be read; {len(slips)} {'slip was' if len(slips) == 1 else 'slips were'} found")
        sys.exit(1)


def _today(node: Node) -> date:
    return node.clock.now().astimezone(node.jurisdiction.zone).date()


def _read(node: Node, file: Path) -> Agreement:
    return load_agreement(_document(file), where=file.name, model=node.model, on=_today(node))


@contextmanager
def _desk(folder: Path, user: str) -> Generator[AgreementDesk]:
    with Node.open(existing_node(folder)) as node:
        yield _opened(node, user)


def _opened(node: Node, user: str) -> AgreementDesk:
    desk = desk_of(node, asker_of(node, user))
    if isinstance(desk, Refused):
        say(f"refused: {node.words.say(desk.reason)}")
        sys.exit(1)
    return desk


def _document(file: Path) -> str:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise UsageError(f"`{file}` is larger than {MAX_BYTES} bytes; an agreement is not")
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"`{file}` is not UTF-8 text; save it as such") from None
