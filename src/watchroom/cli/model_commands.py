"""Commands about the model of a node: what the agency adds to ours."""

from pathlib import Path

import click

from watchroom.cli.answers import answer, answering, existing_node, say, table
from watchroom.cli.arguments import JSON, NODE
from watchroom.model.json_schema import as_text
from watchroom.model.reference import dictionary, entity_pictures
from watchroom.node.charter import charter_of
from watchroom.node.create import CHARTER_FILE
from watchroom.node.model_desk import ModelPlan, applied_model, planned_model, row_of, shown
from watchroom.node.model_files import model_of
from watchroom.node.node import Node
from watchroom.policy.agreement import load_agreement
from watchroom.policy.processing import record_of_processing


@click.group("model")
def model_group() -> None:
    """What the agency adds to the common model, in the folder `model` of its node."""


@model_group.command("plan")
@NODE
@JSON
@answering
def plan_command(folder: Path, *, as_json: bool) -> None:
    """Say what the files in DIR/model would add, change and drop, and how many rows and values that concerns.

    Nothing is changed. An error names file and line.
    """
    with Node.open(existing_node(folder)) as node:
        found = planned_model(node)
    _tell(found, as_json=as_json)
    if found.tables.refused:
        say("what is refused has to be mended in the files first")
    elif found.tables.destructive:
        say("what is destructive is made with `watchroom model apply --destructive` only: back the node up before")
    elif found.is_news or found.tables.changes:
        say(f"all of it is additive; next: watchroom model apply {folder}")
    else:
        say("the files say what is in force")


@model_group.command("apply")
@NODE
@click.option("--destructive", is_flag=True, help="Also drop what the files no longer name, with what stands in it.")
@JSON
@answering
def apply_command(folder: Path, *, destructive: bool, as_json: bool) -> None:
    """Let the node go by what the files in DIR/model say.

    What is added is added while others read and write. A server that runs takes it up within seconds.
    """
    with Node.open(existing_node(folder)) as node:
        made = applied_model(node, destructive=destructive)
    _tell(made, as_json=as_json)
    for one in made.tables.destructive:
        what = "values" if one.change.column else "rows"
        say(f"dropped: {one.change.table}{'.' if one.change.column else ''}{one.change.column}, {one.lost} {what} lost")
    if made.tables.destructive:
        say("the raw rows of deliveries, and backups made before, still hold what was dropped")
    say("a server that runs goes by it within seconds")


@model_group.command("docs")
@NODE
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder into which they are written; files of these names in it are written anew.",
)
@answering
def docs_command(folder: Path, *, out: Path) -> None:
    """Write the dictionary, the JSON Schema, the record of processing and the pictures of the node's own model.

    They are made of what is in force: the model that was applied, and the charter of the node.
    """
    model = model_of(existing_node(folder))
    charter = load_agreement(charter_of(folder), where=CHARTER_FILE, model=model)
    made_by = "watchroom model docs"
    pages = {
        "dictionary.md": dictionary(model, made_by=made_by),
        "record.schema.json": as_text(model),
        "record-of-processing.md": record_of_processing(charter, model, made_by=made_by),
        **entity_pictures(model),
    }
    for name, text in pages.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(text, encoding="utf-8")
    say(f"{len(pages)} files written to {out}")


def _tell(found: ModelPlan, *, as_json: bool) -> None:
    if as_json:
        answer(found.as_json())
    else:
        table([row_of(one) for one in shown(found.tables.changes)])
