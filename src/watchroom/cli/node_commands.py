"""Commands about the node itself: make it, back it up, restore it."""

from pathlib import Path

import click

from watchroom.audit.verify import Fault
from watchroom.cli.answers import answering, counted, existing_node, say
from watchroom.cli.arguments import NODE
from watchroom.model.jurisdiction import DEFAULT_JURISDICTION, pack, pack_names
from watchroom.node.backup import back_up, restore
from watchroom.node.create import NewNode, create_node
from watchroom.node.known_erasures import AskedList
from watchroom.node.node import Node
from watchroom.node.settings import Environment


@click.command("init")
@NODE
@click.option("--agency", metavar="CODE", required=True, help="Code of the agency, such as HMPPS.")
@click.option("--name", metavar="TEXT", required=True, help="Name of the agency, as pages show it.")
@click.option("--dsn", metavar="DSN", help="An external PostgreSQL >= 18 instead of the bundled one.")
@click.option(
    "--environment",
    type=click.Choice([environment.value for environment in Environment]),
    default=Environment.TEST.value,
    show_default=True,
    help="live: no demo identities, and --as asks for that person's own sign-in.",
)
@click.option(
    "--jurisdiction",
    type=click.Choice(pack_names()),
    default=DEFAULT_JURISDICTION,
    show_default=True,
    help="Whose words, clocks and codes its rules go by.",
)
@answering
def init_command(folder: Path, *, agency: str, name: str, dsn: str | None, environment: str, jurisdiction: str) -> None:
    """Make a node in the folder DIR: settings, keys, charter and database."""
    kind = Environment(environment)
    create_node(folder, NewNode(agency=agency, name=name, dsn=dsn, environment=kind, jurisdiction=jurisdiction))
    say(f"node for {agency} made in {folder}")
    if environment != Environment.LIVE:
        say(f"this is a {environment} node: whoever may run its commands may ask in anybody's name")
        say("for real records make it with --environment live")
    unknown = pack(jurisdiction).not_known
    if unknown:
        say(f"what these are in {pack(jurisdiction).name} is not known here, and no rule judges by them:")
        say(f"      {', '.join(sorted(unknown))}")
    say(f"next: watchroom user add {folder} NAME --role wing_officer --site SITE --unit UNIT")
    say(f"      watchroom source add {folder} NAME --kind files --at PATH --map nomis")


@click.command("backup")
@NODE
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--new-key", is_flag=True, help="Encrypt with a fresh key from now on; older backups keep theirs.")
@click.option("--overwrite", is_flag=True, help="Replace an earlier backup that FILE holds.")
@answering
def backup_command(folder: Path, file: Path, *, new_key: bool, overwrite: bool) -> None:
    """Write an encrypted backup of the node in DIR to FILE; the audit log is verified first."""
    with Node.open(existing_node(folder)) as node:
        made = back_up(node, file, with_new_key=new_key, overwrite=overwrite)
    found = made.audit
    if isinstance(found, Fault):
        click.echo(f"audit\tat fault\tentry {found.index}\t{found.reason}")
        say(f"WARNING: the audit log is not what was signed: entry {found.index}: {found.reason}")
        say(f"WARNING: {file} holds the log as it is, as evidence: keep every earlier backup, and have it looked into")
    else:
        click.echo(f"audit\tverified\t{found.entries} entries")
    say(f"backup written to {file}: {counted(made.rows, 'row')}, {_entries(made.entries)}")
    if made.left_out:
        say(f"not part of a node and not in the backup: {', '.join(made.left_out)}")
    say(f"keep {made.key_file} somewhere else: without it the backup cannot be read")


@click.command("restore")
@NODE
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--key", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The backup key of that node."
)
@click.option("--dsn", metavar="DSN", help="An external PostgreSQL >= 18 instead of the bundled one.")
@click.option(
    "--erasures",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Copy of `checkpoints/erasures.jsonl` of that node: what was erased since, and what is held.",
)
@click.option(
    "--erasures-unknown", "may_lack", is_flag=True, help="Go on without that list, though what was erased stands again."
)
@answering
def restore_command(
    folder: Path, file: Path, *, key: Path | None, dsn: str | None, erasures: Path | None, may_lack: bool
) -> None:
    """Make the node that FILE holds again, in the empty folder DIR.

    Refused where nobody can tell what was erased or held since: the list beside the checkpoints is not there.
    """
    asked = AskedList(file=erasures, may_lack=may_lack)
    restored = restore(folder, file, key_file=key, dsn=dsn, erasures=asked)
    say(f"restored into {folder}: {counted(restored.rows, 'row')}, {_entries(restored.entries)}, audit tree verified")
    if restored.erased:
        say(f"erased again, as since the backup: {counted(restored.erased, 'body', 'bodies')} of audit entries")
    if restored.records:
        say(f"erased again, as since the backup: {counted(restored.records, 'record')}")
    if restored.held:
        say(f"{counted(restored.held, 'erasure')} not done again: a legal hold covers it; see `watchroom hold list`")
    if not restored.knows_erasures:
        say(
            f"WARNING: what was erased or held after {restored.made_at} is not known here: people, records and words of"
            " the log that were erased since stand again, and holds that were placed or lifted since stand as they were"
            " then; the log says so. Erase and hold anew, or restore once more with the list (`--erasures`)"
        )


def _entries(number: int) -> str:
    return counted(number, "audit entry", "audit entries")
