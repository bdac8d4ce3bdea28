"""In whose name a command asks."""

import click

from watchroom.cli.answers import say
from watchroom.gate.askers import Asker
from watchroom.node.account_desk import signed_in_asker
from watchroom.node.node import Node


def asker_of(node: Node, user: str) -> Asker:
    """The person in whose name it is asked; on a live node they sign in themselves.

    Raises:
        NotFoundError: there is no such account, or it is disabled.
        SignInRefusedError: name and password do not open one.
    """
    if not node.is_live:
        return node.asker(user)
    say(f"this node is live: {user} signs in")
    password = click.prompt("password", hide_input=True, err=True)
    return signed_in_asker(node, user, password)
