"""What commands do with the accounts of a node, in the name of the operating system's user."""

from dataclasses import replace

from watchroom.gate.askers import Asker
from watchroom.ingest.places import known_places
from watchroom.ingest.registry import find_source
from watchroom.kernel.errors import UsageError, WatchroomError
from watchroom.node.node import Node
from watchroom.node.settings import Environment, operator
from watchroom.store.roles import Principal


class SignInRefusedError(WatchroomError):
    """A sign-in that did not succeed; it does not say why."""


def add_account(node: Node, asker: Asker, *, password: str) -> tuple[str, ...]:
    """Add an account for somebody, as `Accounts.new_asker` makes them; one on a demo node is a demo identity.

    Returns:
        Their places, where nothing was delivered yet that could tell whether they exist.

    Raises:
        UsageError: the name is taken, or the record holds others but not these places.
    """
    with node.database.connection(Principal.LOADER) as connection:
        known = known_places(connection)
    unknown = known.unknown(asker.sites, asker.units)
    if unknown and not known.are_none:
        raise UsageError(known.without(unknown))
    is_demo = node.settings.environment is Environment.DEMO
    node.accounts.add(asker, password=password, is_demo=is_demo, operator=operator())
    return unknown


def list_accounts(node: Node) -> list[dict[str, object]]:
    """The accounts, without their passwords, by name."""
    return [
        {
            "name": account.asker.name,
            "roles": list(account.asker.roles),
            "sites": list(account.asker.sites),
            "units": list(account.asker.units),
            "is_demo": account.is_demo,
            "is_disabled": account.is_disabled,
        }
        for account in node.accounts.every()
    ]


def know_staff(node: Node, name: str, *, source: str, reference: str) -> None:
    """Enter how a source system names the holder of an account.

    Raises:
        NotFoundError: there is no such account, or no such source.
    """
    with node.database.connection(Principal.LOADER) as connection:
        find_source(connection, source)
    node.accounts.know_staff(name, source_system=source, staff_reference=reference, operator=operator())


def disable_account(node: Node, name: str) -> None:
    """Disable an account for ever; its sessions end.

    Raises:
        NotFoundError: there is none of that name.
    """
    node.accounts.disable(name, operator=operator())


def signed_in_asker(node: Node, name: str, password: str) -> Asker:
    """The person of that account, after their own sign-in, as a command in their name.

    Raises:
        SignInRefusedError: name and password do not open an account.
    """
    asker = node.accounts.check(name, password)
    if asker is None:
        raise SignInRefusedError("name and password do not open an account of this node")
    return replace(asker, operator=operator())
