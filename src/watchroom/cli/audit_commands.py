"""Commands about the audit log."""

import sys
from pathlib import Path

import click

from watchroom.audit.verify import Fault
from watchroom.cli.answers import answer, answering, existing_node, say
from watchroom.cli.arguments import JSON, NODE
from watchroom.node.node import Node


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


@audit_group.command("rotate-key")
@NODE
@answering
def rotate_command(folder: Path) -> None:
    """Sign with a fresh key from now on; checkpoints of the old key keep verifying."""
    with Node.open(existing_node(folder)) as node:
        fresh = node.rotate_signing_key()
    say(f"checkpoints are signed with a fresh key; its public side, for your partners and your records: {fresh}")
