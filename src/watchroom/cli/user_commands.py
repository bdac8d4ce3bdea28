"""Commands about the people who sign in."""

import secrets
import sys
from pathlib import Path

import click

from watchroom.cli.answers import answer, answering, existing_node, say, table
from watchroom.cli.arguments import JSON, NODE
from watchroom.cli.staff_commands import marks_command, rota_command
from watchroom.node.account_desk import add_account, disable_account, know_staff, list_accounts
from watchroom.node.node import Node


@click.group("user")
def user_group() -> None:
    """Accounts of the node."""


@user_group.command("add")
@NODE
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, help="May be given more than once.")
@click.option("--site", "sites", multiple=True, help="Establishment, such as LEI; may be given more than once.")
@click.option("--unit", "units", multiple=True, help="Wing, such as LEI-A; may be given more than once.")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from stdin; otherwise one is made and shown once."
)
@answering
def add_user(
    folder: Path,
    name: str,
    *,
    roles: tuple[str, ...],
    sites: tuple[str, ...],
    units: tuple[str, ...],
    password_stdin: bool,
) -> None:
    """Add the account NAME to the node in DIR."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else secrets.token_urlsafe(12)
    with Node.open(existing_node(folder)) as node:
        asker = node.accounts.new_asker(name, roles=roles, sites=sites, units=units)
        unseen = add_account(node, asker, password=password)
    say(f"account `{name}` added")
    if unseen:
        say(f"nothing was delivered yet, so it is not known whether `{'`, `'.join(unseen)}` exists; look again then")
    if not password_stdin:
        click.echo(f"password\t{password}")
        say("this password is shown once")


@user_group.command("list")
@NODE
@JSON
@answering
def list_users(folder: Path, *, as_json: bool) -> None:
    """List the accounts of the node in DIR."""
    with Node.open(existing_node(folder)) as node:
        rows = list_accounts(node)
    if as_json:
        answer({"accounts": rows})
    else:
        table(rows)


@user_group.command("known-as")
@NODE
@click.argument("name")
@click.argument("source")
@click.argument("reference")
@answering
def known_as_command(folder: Path, name: str, *, source: str, reference: str) -> None:
    """Say how SOURCE names the holder of the account NAME: whose key worker they are follows from it."""
    with Node.open(existing_node(folder)) as node:
        know_staff(node, name, source=source, reference=reference)
    say(f"account `{name}` is known to `{source}`")


@user_group.command("disable")
@NODE
@click.argument("name")
@answering
def disable_user(folder: Path, name: str) -> None:
    """Disable the account NAME: its sessions end now, it cannot sign in again."""
    with Node.open(existing_node(folder)) as node:
        disable_account(node, name)
    say(f"account `{name}` disabled")


user_group.add_command(rota_command)
user_group.add_command(marks_command)
