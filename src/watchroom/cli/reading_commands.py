"""Commands that show rows: always as a named person, for a purpose, through the gate."""

import json
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import click

from watchroom.cli.answers import Instant, answer, answering, existing_node, say, table
from watchroom.cli.arguments import AS_USER, JSON, NODE, PURPOSE
from watchroom.cli.sign_in import asker_of
from watchroom.cli.written import require_place, write_bytes, write_text
from watchroom.gate.door import Act, Refused, Seen
from watchroom.gate.explain import explain
from watchroom.gate.explain_in_full import Question, explain_in_full
from watchroom.gate.relations import BESIDE_ENTITIES
from watchroom.gate.see import SeenRows, document, see
from watchroom.handover.build import build_briefing
from watchroom.handover.document import as_json
from watchroom.handover.page import briefing_page
from watchroom.handover.past import past_notice
from watchroom.handover.print import as_pdf
from watchroom.handover.show import BriefingPage
from watchroom.kernel.clock import in_zone
from watchroom.model.catalogue import Catalogue
from watchroom.model.words import Words
from watchroom.node.node import Node
from watchroom.policy.purposes import PURPOSES

T = TypeVar("T")

# The handover as one HTML document that needs nothing else; handed in, because pages belong to the web.
BriefingHtml = Callable[[Node, BriefingPage], str]


def brief_command(briefing_html: BriefingHtml) -> click.Command:
    """The command `brief`."""

    @click.command("brief")
    @NODE
    @click.option("--post", required=True, help="Code of the unit, such as LEI-A.")
    @click.option(
        "--at",
        type=Instant(),
        required=True,
        help="As known at this instant; without an offset it is the node's wall clock.",
    )
    @AS_USER
    @PURPOSE
    @click.option(
        "--format",
        "form",
        type=click.Choice(["json", "html", "pdf"]),
        default="json",
        show_default=True,
        help="How the handover is written.",
    )
    @click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="A file instead of stdout.")
    @answering
    def command(folder: Path, *, post: str, at: datetime, user: str, purpose: str, form: str, out: Path | None) -> None:
        """The shift handover of a post, as known at an instant, as USER may see it."""
        if out is not None:
            require_place(out)
        with Node.open(existing_node(folder)) as node:
            asker = asker_of(node, user)
            at = in_zone(at, node.jurisdiction.zone)
            act = Act.BRIEF if form == "json" and out is None else Act.EXPORT
            seen = _given(
                node,
                build_briefing(
                    node.gate, asker, purpose=purpose, post=post, at=at, jurisdiction=node.jurisdiction, act=act
                ),
            )
            page = briefing_page(seen.value, node.words)
            if form == "pdf":
                example = "" if node.is_live else node.words.phrase(f"web.example.{node.environment}")
                past = past_notice(at, now=node.clock.now(), words=node.words)
                notice = " ".join(one for one in (past, example) if one)
                reader = node.words.phrase("page.printed_for", name=asker.name)
                write_bytes(as_pdf(page, notice=notice, reader=reader), out)
            elif form == "html":
                write_text(briefing_html(node, page), out)
            elif out is None:
                answer(as_json(page))
            else:
                write_text(json.dumps(as_json(page), ensure_ascii=False, indent=2), out)

    return command


@click.command("see")
@NODE
@click.argument("entity")
@click.argument("row_id", metavar="[ID]", type=click.UUID, required=False)
@AS_USER
@PURPOSE
@click.option(
    "--as-of", type=Instant(), help="As known at this instant; without an offset it is the node's wall clock."
)
@JSON
@answering
def see_command(
    folder: Path,
    entity: str,
    row_id: UUID | None,
    *,
    user: str,
    purpose: str,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """What USER may see of an ENTITY (or of its one row ID) for a purpose."""
    with Node.open(existing_node(folder)) as node:
        asker = asker_of(node, user)
        known_at = None if as_of is None else in_zone(as_of, node.jurisdiction.zone)
        seen = _given(node, see(node.gate, asker, entity=entity, purpose=purpose, row_id=row_id, as_of=known_at))
    if as_json:
        answer(document(entity, seen))
    else:
        table(seen.value.rows)
    say(_of_rows(seen, node.words))


@click.command("explain")
@NODE
@click.argument("entity")
@click.argument("row_id", metavar="ID", type=click.UUID)
@AS_USER
@PURPOSE
@click.option("--of", "account", help="Explain to USER, who has that duty, what this account may see.")
@click.option("--for", "account_purpose", help="With --of: for which purpose that account would ask.")
@JSON
@answering
def explain_command(
    folder: Path,
    entity: str,
    row_id: UUID,
    *,
    user: str,
    purpose: str,
    account: str | None,
    account_purpose: str | None,
    as_json: bool,
) -> None:
    """Why USER may see a row of an ENTITY, by which clause, and what of it is withheld."""
    if (account is None) is not (account_purpose is None):
        raise click.UsageError("`--of` and `--for` go together: whose sight, and for which purpose")
    with Node.open(existing_node(folder)) as node:
        asker = asker_of(node, user)
        if account is None or account_purpose is None:
            told = _given(node, explain(node.gate, asker, entity=entity, row_id=row_id, purpose=purpose)).value
        else:
            whose = node.accounts.asker(account)
            question = Question(account=whose, entity=entity, row_id=row_id, purpose=account_purpose)
            told = allowed(node, explain_in_full(node.gate, asker, question=question, purpose=purpose))
    if as_json:
        answer(told.as_json(node.words))
    else:
        click.echo("\n".join(told.as_lines(node.words)))


def _names(code: str, model: Catalogue) -> Iterable[str]:
    """What could have been named, where what was named is not there; the same for everybody."""
    if code == "unknown_entity":
        return (*model.entities, *BESIDE_ENTITIES)
    return tuple(PURPOSES) if code == "unknown_purpose" else ()


def _of_rows(seen: Seen[SeenRows], words: Words) -> str:
    """How many rows there are, or that none may be seen, whatever the record holds."""
    if not seen.value.is_agreed:
        return words.phrase("gate.not_available")
    instant, count = seen.as_of.instant.isoformat(), len(seen.value.rows)
    if seen.as_of.sequence == 0:
        return words.phrase("gate.nothing_known", instant=instant)
    return (
        words.phrase("gate.rows", count=count, instant=instant)
        if count
        else words.phrase("gate.no_rows", instant=instant)
    )


def _given(node: Node, seen: Seen[T] | Refused) -> Seen[T]:
    return allowed(node, seen)


def allowed(node: Node, seen: T | Refused) -> T:
    """What was given; a refusal ends the command with status 1."""
    if isinstance(seen, Refused):
        say(f"refused: {node.words.say(seen.reason)}")
        if there_are := _names(seen.code, node.model):
            say(f"there are: {', '.join(there_are)}")
        sys.exit(1)
    return seen
