"""Commands about values of sources that are in no code list."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watchroom.cli.answers import answer, answering, existing_node, refused, say, table
from watchroom.cli.arguments import JSON, NODE
from watchroom.gate.door import Refused
from watchroom.node.node import Node
from watchroom.node.settings import operator

if TYPE_CHECKING:
    from watchroom.ingest.code_decisions import CodeDecision
    from watchroom.ingest.code_queue import CodeValue


@click.command("codes")
@NODE
@click.argument("source", required=False)
@click.option("--all", "every", is_flag=True, help="Also those of which something was decided.")
@click.option(
    "--as",
    "user",
    metavar="USER",
    help="Whose look: with the duty of data quality masked values are shown.",
)
@JSON
@answering
def codes_command(folder: Path, source: str | None, *, every: bool, user: str | None, as_json: bool) -> None:
    """List the values of SOURCE (by default of every source) of the node in DIR that are in no code list.

    Without --as every value is masked and has a number: somebody may have typed about a person into a field for codes.
    """
    with Node.open(existing_node(folder)) as node:
        found = node.codes.waiting(source) if user is None else node.codes.revealed(node.asker(user), source)
        if isinstance(found, Refused):
            refused(node.words.say(found.reason))
    rows = list(_rows([one for one in found if every or one.state.value == "open"]))
    if as_json:
        answer({"codes": rows})
        return
    table([row | {"value": row["value"] or f"#{row['id']} (masked, {row['length']} characters)"} for row in rows])
    say(f"{sum(one.state.value == 'open' for one in found)} values wait for a decision")


def _rows(found: "list[CodeValue]") -> Iterator[dict[str, object]]:
    for one in found:
        yield {
            "id": one.id,
            "source": one.source,
            "list": one.code_list,
            "value": one.value,
            "masked": one.is_masked,
            "length": one.length,
            "rows": one.rows,
            "fields": list(one.fields),
            "first_seen": one.first_seen_at,
            "last_seen": one.last_seen_at,
            "state": one.state.value,
            "code": one.code,
            "reason": one.reason,
            "valid_from": one.valid_from,
            "decided_at": one.decided_at,
            "decided_by": one.decided_by,
        }


@click.command("code")
@NODE
@click.argument("source")
@click.argument("code_list", metavar="LIST")
@click.argument("value")
@click.option("--to", "code", metavar="CODE", help="It is this code of the list.")
@click.option("--own", is_flag=True, help="It is a code itself, the source's own.")
@click.option("--ignore", "reason", metavar="REASON", help="It means nothing that is to be kept as a code, and why.")
@click.option("--open", "is_open", is_flag=True, help="What was decided of it is taken back: it waits again.")
@click.option(
    "--from", "begins", type=click.DateTime(["%Y-%m-%d"]), help="First day on which that holds; by default today."
)
@JSON
@answering
def code_command(
    folder: Path,
    source: str,
    code_list: str,
    value: str,
    *,
    code: str | None,
    own: bool,
    reason: str | None,
    is_open: bool,
    begins: datetime | None,
    as_json: bool,
) -> None:
    """Say what VALUE of LIST is that SOURCE of the node in DIR gave: a code of ours, its own code, or nothing.

    VALUE may be `#` and its number, as `source codes` tells it. What stands follows at once, and is told as news.
    """
    decision = _decision(code_list, value, code=code, reason=reason, is_said=(own, is_open))
    if begins is not None:
        from dataclasses import replace

        decision = replace(decision, valid_from=begins.date())
    with Node.open(existing_node(folder)) as node:
        made = node.codes.decide(source, decision)
    if as_json:
        answer(
            {
                "id": made.id,
                "state": made.state.value,
                "code": made.code,
                "valid_from": made.valid_from,
                "changed": made.changed,
                "held": made.held,
                "seq": made.seq,
            }
        )
        return
    say(f"#{made.id} is {made.state.value} from {made.valid_from.isoformat()}; rows changed: {made.changed}")
    if made.held:
        say(f"{made.held} rows could not be written, for what they need has ended; the next delivery reads them anew")


def _decision(
    code_list: str, value: str, *, code: str | None, reason: str | None, is_said: "tuple[bool, bool]"
) -> "CodeDecision":
    """What is said of a value; `is_said`: that it is the source's own, and that it waits again."""
    from watchroom.ingest.code_decisions import CodeDecision
    from watchroom.ingest.code_queue import CodeState

    is_own, is_open = is_said
    said = {
        CodeState.MAPPED: code is not None,
        CodeState.OWN: is_own,
        CodeState.IGNORED: reason is not None,
        CodeState.OPEN: is_open,
    }
    if sum(said.values()) != 1:
        raise click.UsageError("say one of --to CODE, --own, --ignore REASON, --open")
    (state,) = (one for one, is_meant in said.items() if is_meant)
    return CodeDecision(code_list=code_list, value=value, state=state, by=operator(), code=code, reason=reason)
