"""Commands about mappings: which there are, whether an agency's own may run, and what a changed one changes."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watchroom.cli.answers import answer, answering, existing_node, say, table
from watchroom.cli.arguments import JSON, NODE
from watchroom.cli.issue_lines import issue_lines
from watchroom.cli.watching import watched
from watchroom.node.node import Node

if TYPE_CHECKING:
    from watchroom.ingest.difference import Difference

APPLY = click.option("--apply", "is_applied", is_flag=True, help="Write it as a batch of the source, known from now.")


@click.group("mapping")
def mapping_group() -> None:
    """Mappings: what reads a kind of source. An agency's own stand in the folder `mappings` of its node."""


@mapping_group.command("list")
@NODE
@JSON
@answering
def list_command(folder: Path, *, as_json: bool) -> None:
    """List the mappings that the node in DIR may use, with the sources that each reads."""
    with Node.open(existing_node(folder)) as node:
        found = node.mappings.every()
    if as_json:
        answer({"mappings": [one.as_json() for one in found]})
        return
    table(
        [
            {
                "name": one.version.name,
                "version": one.version.version,
                "digest": one.version.digest[:12],
                "own": "own" if one.is_own else "ours",
                "sources": one.sources,
                "not yet applied to": one.stale,
            }
            for one in found
        ]
    )
    for one in found:
        if one.fault:
            say(f"{one.version.name}: {one.fault}")
        for source in one.stale:
            say(f"what stands of `{source}` was made otherwise; see: watchroom mapping rerun {folder} {source}")


@mapping_group.command("show")
@NODE
@click.argument("name")
@JSON
@answering
def show_command(folder: Path, name: str, *, as_json: bool) -> None:
    """Say which tables the mapping NAME takes, which entities it makes, and of which tables each is made."""
    with Node.open(existing_node(folder)) as node:
        mapping = node.mappings.find(name)
    tables = [
        {
            "table": rule.name,
            "role": rule.role.value,
            "key": list(rule.key),
            "columns": list(rule.columns),
            "makes": list(mapping.fed_by(rule.name)),
        }
        for rule in mapping.taken()
    ]
    if as_json:
        answer(
            {**mapping.version.as_json(), "own": mapping.is_own, "tables": tables, "makes": sorted(mapping.entities)}
        )
    else:
        say(f"{mapping.version}: makes {len(mapping.entities)} entities of {len(tables)} tables")
        table([{**one, "columns": len(one["columns"])} for one in tables])


@mapping_group.command("check")
@NODE
@click.argument("name")
@JSON
@answering
def check_command(folder: Path, name: str, *, as_json: bool) -> None:
    """Say whether the mapping NAME may run: what it declares, reads, makes and calls. It is run over empty tables."""
    with Node.open(existing_node(folder)) as node:
        flaws = node.mappings.check(name)
    if as_json:
        answer({"mapping": name, "sound": not flaws, "flaws": [flaw.as_json() for flaw in flaws]})
    else:
        table([{"file": flaw.file, "what": flaw.message} for flaw in flaws])
    if flaws:
        say(f"mapping `{name}` may not run until this is mended; of several kinds of flaws only the first is told")
        sys.exit(1)
    say(f"mapping `{name}` may run; next: watchroom mapping test {folder} {name}")


@mapping_group.command("test")
@NODE
@click.argument("name")
@JSON
@answering
def try_command(folder: Path, name: str, *, as_json: bool) -> None:
    """Try the own mapping NAME on the examples in its folder `tests`, without the node's database."""
    with Node.open(existing_node(folder)) as node:
        tried = node.mappings.test(name)
    if as_json:
        answer({"mapping": name, "tests": [one.as_json() for one in tried]})
    else:
        for one in tried:
            click.echo(f"{one.name}\t{'fails' if one.faults else 'holds'}")
            for fault in one.faults:
                click.echo(f"{one.name}\t{fault}")
    if not tried:
        say(f"there is no example in `{folder}/mappings/{name}/tests`; a mapping that nobody tried may lose rows")
        sys.exit(1)
    if any(one.faults for one in tried):
        sys.exit(1)


@mapping_group.command("rerun")
@NODE
@click.argument("source")
@APPLY
@click.option(
    "--also-before-it-ended",
    "is_from_the_first",
    is_flag=True,
    help="Map also what came before the source last ended: what it pushed stands again with it.",
)
@JSON
@answering
def rerun_command(folder: Path, source: str, *, is_applied: bool, is_from_the_first: bool, as_json: bool) -> None:
    """Map the kept raw rows of SOURCE with its mapping as it is now, and say what that changes of what stands.

    Of a source that had ended: what came since. Nothing of it stands without --apply. Counts and names of fields only.
    What SOURCE delivers waits until it has ended.
    """
    say_who_waits(source)
    with Node.open(existing_node(folder)) as node:
        again = partial(node.mappings.map_again, source, is_trial=not is_applied, is_from_the_first=is_from_the_first)
        found = watched(lambda told: again(progress=told))
    tell_difference(found, folder, as_json=as_json)


def say_who_waits(source: str) -> None:
    """Say, before a re-run or a trial of one begins, what cannot go on beside it."""
    say(f"deliveries of `{source}` wait until this has ended")


def tell_difference(found: "Difference", folder: Path, *, as_json: bool) -> None:
    """Say what a re-run changes, or changed; ends with exit status 1 where it is refused."""
    if as_json:
        answer(found.as_json())
    else:
        for line in found.lines():
            click.echo(line)
        if found.is_unnamed:
            say("the mapping was changed and still calls itself the same version; give it another in mapping.toml")
        was = "a mapping that was not kept" if found.was.mapping is None else found.was.mapping
        say(f"delivery `{found.was.name}` was read by {was}, and now by {found.mapping.version}")
        for name in found.new_tables:
            say(f"no rows of `{name}` are kept of that delivery, if it had any: what they give comes with the next one")
        for file, number in found.was.missing.items():
            say(f"{number} rows of `{file}` were erased since: nothing that was made of them is changed or ended")
    if found.is_refused:
        for line in issue_lines(issue for issue in found.report.issues if issue.severity == "fatal"):
            say(line)
        say("refused: nothing was changed")
        sys.exit(1)
    if not found.is_any:
        say("nothing of the record changes" if found.is_trial else "nothing of the record changed")
    elif found.is_trial:
        say(f"nothing was changed; next: watchroom mapping rerun {folder} {found.report.source} --apply")
    else:
        say("applied: known from now, what was known before stays as it was")
