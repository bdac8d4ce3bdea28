"""Commands that end a source, take it up again, or remove one that never gave anything."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from watchroom.cli.answers import answering, existing_node, refused, say, table
from watchroom.cli.arguments import NODE
from watchroom.ingest.registry import PUSH
from watchroom.node.ending_desk import EndingDesk
from watchroom.node.node import Node
from watchroom.sources.connectors.registry import KINDS

if TYPE_CHECKING:
    from watchroom.ingest.ending import Stock

YES = click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")


@click.command("end")
@NODE
@click.argument("name")
@YES
@answering
def end_command(folder: Path, name: str, *, is_sure: bool) -> None:
    """End the source NAME of the node in DIR: what it gave moves to history, and nothing more is taken from it.

    What stands of it is shown first. Its name stays its own, and `watchroom source resume` takes it up again.
    """
    with Node.open(existing_node(folder)) as node:
        desk = EndingDesk(sources=node.sources)
        stock = desk.stock(name)
        records = sum(stock.records.values())
        if stock.source.ended_at is None:
            _show(stock)
            _be_sure(f"{records} records of `{name}` end, and nothing more is taken from it", is_sure=is_sure)
        ended = desk.end(name)
    say(
        f"source `{name}` has ended; {sum(ended.records.values())} records of it stand in the history only, with where"
        " they came from"
    )


@click.command("resume")
@NODE
@click.argument("name")
@answering
def resume_command(folder: Path, name: str) -> None:
    """Take up the source NAME of the node in DIR again that had ended; what it gave stands with its next delivery."""
    with Node.open(existing_node(folder)) as node:
        source = EndingDesk(sources=node.sources).resume(name)
    say(f"source `{name}` is taken from again; what had ended stands again once it delivers it")
    if source.kind == PUSH:
        say(f"it needs a fresh secret: watchroom source secret {folder} {name}")
        again = f"watchroom mapping rerun {folder} {name} --also-before-it-ended --apply"
        say(f"what it pushed before stands again with: {again}")
    elif source.kind in KINDS:
        say(f"if it is opened with a secret: watchroom source set {folder} {name} --secret-file FILE")


@click.command("remove")
@NODE
@click.argument("name")
@YES
@answering
def remove_command(folder: Path, name: str, *, is_sure: bool) -> None:
    """Remove the source NAME of the node in DIR, from which nothing was ever taken, as one that was added by mistake.

    What there is of it is shown first. One that has delivered can only be ended: what it gave stays readable.
    """
    with Node.open(existing_node(folder)) as node:
        desk = EndingDesk(sources=node.sources)
        stock = desk.stock(name)
        _show(stock)
        if not stock.has_given:
            _be_sure(f"`{name}` goes, with what was tried and refused of it", is_sure=is_sure)
        desk.remove(name)
    say(f"source `{name}` is removed; its name is free")


def _show(stock: "Stock") -> None:
    """What there is of a source, as lines of what and how many: stdout."""
    beside = stock.beside
    rows = [
        *(("records", entity, count) for entity, count in stock.records.items()),
        ("people", "whom no other source has", stock.only_here),
        ("deliveries", "taken", beside.taken),
        ("deliveries", "refused", beside.refused),
        ("rows", "as it gave them", beside.raw_rows),
        ("messages", "as they came", beside.messages),
        ("codes", "that wait for a decision", beside.open_codes),
        ("codes", "of which somebody decided", beside.decided_codes),
        ("waivers", "of rows that are held back", beside.waivers),
        ("accounts", "that it names by its own reference", beside.accounts),
    ]
    table([{"what": what, "which": which, "number": number} for what, which, number in rows])


def _be_sure(what: str, *, is_sure: bool) -> None:
    if not is_sure and not click.confirm(f"{what}; are you sure?", err=True):
        refused("nothing was done")
