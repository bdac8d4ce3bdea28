"""The command by which a source's own count of what it has is told."""

from pathlib import Path

import click

from watchroom.cli.answers import answering, existing_node, say
from watchroom.cli.arguments import NODE
from watchroom.node.node import Node


@click.command("total")
@NODE
@click.argument("name")
@click.argument("entity")
@click.argument("number", type=click.IntRange(0))
@answering
def total_command(folder: Path, name: str, entity: str, number: int) -> None:
    """Say that the source NAME counts NUMBER records of an ENTITY itself, in the delivery that it gave last.

    `watchroom quality` tells whether as many stand here (`total_differs`), until the source delivers again.
    """
    with Node.open(existing_node(folder)) as node:
        node.quality.tell_total(name, entity, number=number)
    say(f"source `{name}` counts {number} of `{entity}`; next: watchroom quality {folder}")
