"""The command that says where a value came from."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

import click

from watchroom.cli.answers import Instant, answer, answering, existing_node, say, visible
from watchroom.cli.arguments import AS_USER, JSON, NODE, PURPOSE
from watchroom.cli.reading_commands import allowed
from watchroom.cli.sign_in import asker_of
from watchroom.gate.door import Refused
from watchroom.gate.lineage import Sought, fields_of
from watchroom.gate.lineage_document import as_json as document
from watchroom.gate.lineage_document import as_lines
from watchroom.kernel.clock import in_zone
from watchroom.node.node import Node


@click.command("lineage")
@NODE
@click.argument("entity")
@click.argument("row_id", metavar="ID", type=click.UUID)
@click.argument("field", required=False)
@AS_USER
@PURPOSE
@click.option(
    "--as-of", type=Instant(), help="As known at this instant; without an offset it is the node's wall clock."
)
@JSON
@answering
def lineage_command(
    folder: Path,
    entity: str,
    row_id: UUID,
    *,
    field: str | None,
    user: str,
    purpose: str,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Where a row ID of an ENTITY, or its FIELD, came from: delivery, file, row, columns, mapping.

    The raw row is shown as far as USER may see what was made of it.
    """
    with Node.open(existing_node(folder)) as node:
        asker = asker_of(node, user)
        known_at = None if as_of is None else in_zone(as_of, node.jurisdiction.zone)
        sought = Sought(entity=entity, row_id=row_id, field=field, as_of=known_at)
        seen = node.lineage.of(asker, sought=sought, purpose=purpose)
        if isinstance(seen, Refused) and seen.code == "unknown_field":
            say(f"fields of `{entity}` are: {', '.join(fields_of(node.model.entity(entity)))}")
        told = allowed(node, seen)
    if as_json:
        answer({"entity": entity, "id": str(row_id), "field": field, **document(told, node.words)})
    else:
        click.echo(visible("\n".join(as_lines(told, node.words))))
