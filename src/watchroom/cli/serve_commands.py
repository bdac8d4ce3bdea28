"""Commands that run the web server: over a node, or over the example node."""

import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path

import click

from watchroom.cli.answers import answering, existing_node, say
from watchroom.cli.arguments import NODE
from watchroom.demo.night import IDENTITIES, made_example, restart_clock
from watchroom.node.node import Node

# Runs the web server over an open node on a port of this machine until it is stopped; calls back when it listens.
Serve = Callable[[Node, int, Callable[[], None]], None]


def serve_command(serve: Serve) -> click.Command:
    """The command `serve`."""

    @click.command("serve")
    @NODE
    @click.option("--port", type=click.IntRange(1, 65535), default=8777, show_default=True)
    @answering
    def command(folder: Path, *, port: int) -> None:
        """Serve the pages of the node in DIR on this machine, until Ctrl-C."""
        with Node.open(existing_node(folder)) as node:
            serve(node, port, lambda: say(f"serving {folder} at http://localhost:{port}/ (Ctrl-C stops it)"))
        say("stopped")

    return command


def demo_command(serve: Serve) -> click.Command:
    """The command `demo`."""

    @click.command("demo")
    @click.option("--dir", "folder", type=click.Path(path_type=Path), default=Path("demo-node"), show_default=True)
    @click.option("--port", type=click.IntRange(1, 65535), default=8777, show_default=True)
    @click.option("--no-browser", is_flag=True, help="Do not open a browser.")
    @answering
    def command(folder: Path, *, port: int, no_browser: bool) -> None:
        """The example prison node, running, on fictional case-management data."""
        password = made_example(folder, told=say)
        restart_clock(folder)
        with Node.open(folder) as node:
            serve(node, port, lambda: _welcome(port, password, browser=not no_browser))
        say("stopped")

    return command


def _welcome(port: int, password: str, *, browser: bool) -> None:
    address = f"http://localhost:{port}/"
    say(f"\nWatchroom, example data: {address}")
    say(f"password of every demo identity: {password}")
    for identity in IDENTITIES:
        say(f"  {identity.name:<12} {identity.told}")
    say("Ctrl-C stops everything.")
    if browser and sys.stderr.isatty():
        webbrowser.open(address)
