"""Commands that run the web server: over a node, or over the example node."""

import sys
import webbrowser
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread
from typing import Protocol

import click

from watchroom.cli.answers import answering, existing_node, say
from watchroom.cli.arguments import NODE
from watchroom.demo.night import IDENTITIES, MORNING, made_example, restart_clock
from watchroom.demo.set_out import set_out
from watchroom.node.database_access import database_up
from watchroom.node.fetch_schedule import fetched_when_due
from watchroom.node.listening import LOOPBACK, Door, Listening, bound, require_safe
from watchroom.node.model_files import model_mark
from watchroom.node.node import Node
from watchroom.node.settings import operator, read_settings


class Serve(Protocol):
    """Runs the web server."""

    def __call__(self, node: Node, door: Door, on_ready: Callable[[], None], *, is_over: Callable[[], bool]) -> bool:
        """Serve an open node on a taken port until it is stopped or over; whether it was over.

        Calls `on_ready` when it listens.
        """
        ...


PORT = click.option("--port", type=click.IntRange(1, 65535), default=8777, show_default=True, help="Port of the pages.")
_LOOK_SECONDS = 0.2
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


def serve_command(serve: Serve) -> click.Command:
    """The command `serve`."""

    @click.command("serve")
    @NODE
    @PORT
    @click.option("--host", metavar="ADDRESS", default=LOOPBACK, show_default=True, help="Address to listen on.")
    @click.option("--certificate", type=FILE, help="Serve TLS with this certificate (PEM, with its chain).")
    @click.option("--key", type=FILE, help="The key of the certificate (PEM, without a passphrase).")
    @answering
    def command(folder: Path, *, port: int, host: str, certificate: Path | None, key: Path | None) -> None:
        """Serve the pages of the node in DIR until Ctrl-C: on this machine, or with TLS for others."""
        pages = read_settings(existing_node(folder)).pages
        listening = Listening(address=host, port=port, certificate=certificate, key=key)
        require_safe(listening, pages)
        listening.tls()
        with bound(listening) as door, database_up(folder), _Left() as left:
            is_over = _served(folder, door, serve, left=left)
            while is_over:
                say("the model was changed: the node is opened anew")
                is_over = _served(folder, door, serve, left=left)
        say("stopped")

    return command


class _Left:
    """Nodes that are served no more: what they take just now is finished beside the pages of the next one."""

    def __init__(self) -> None:
        self._is_stopped = Event()
        self._threads: list[Thread] = []

    def __enter__(self) -> "_Left":
        return self

    def __exit__(self, *_: object) -> None:
        self._is_stopped.set()
        for thread in self._threads:
            thread.join()

    def take(self, node: Node, opened: ExitStack) -> None:
        """Close all that was opened with a node as soon as nothing is done in it that somebody began at a page."""
        thread = Thread(target=self._close, args=(node, opened), name="watchroom leaving", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _close(self, node: Node, opened: ExitStack) -> None:
        with opened:
            while any(not work.is_over for work in node.beside.all().values()):
                if self._is_stopped.wait(_LOOK_SECONDS):
                    return


def _served(folder: Path, door: Door, serve: Serve, *, left: _Left) -> bool:
    """Serve the node as it is; whether its model has been changed since: it has to be opened anew.

    A node that goes by an older model would leave what an agency added out of the versions that it puts into history.
    """
    model = model_mark(folder)
    with ExitStack() as opened:
        node = opened.enter_context(Node.open(folder))
        opened.enter_context(node.upkeep.running())
        opened.enter_context(fetched_when_due(node.fetching))
        is_over = serve(node, door, lambda: _serving(folder, door, node), is_over=lambda: model_mark(folder) != model)
        if is_over:
            left.take(node, opened.pop_all())
        return is_over


def demo_command(serve: Serve) -> click.Command:
    """The command `demo`."""

    @click.command("demo")
    @click.option(
        "--dir",
        "folder",
        type=click.Path(path_type=Path),
        default=Path("demo-node"),
        show_default=True,
        help="Folder of the example node; it is made where there is none.",
    )
    @PORT
    @click.option("--no-browser", is_flag=True, help="Do not open a browser.")
    @answering
    def command(folder: Path, *, port: int, no_browser: bool) -> None:
        """The example prison node, running, on fictional case-management data."""
        with bound(Listening(port=port)) as door:
            password = made_example(folder, told=say)
            restart_clock(folder)
            with Node.open(folder) as node, node.upkeep.running():
                set_out(node, asker=IDENTITIES[0].name, morning=MORNING, by=operator())
                serve(node, door, lambda: _welcome(door, password, browser=not no_browser), is_over=lambda: False)
        say("stopped")

    return command


def _serving(folder: Path, door: Door, node: Node) -> None:
    """Where it is served and how it is protected."""
    where = door.listening
    say(f"serving {folder} at {where.url} (Ctrl-C stops it)")
    if where.certificate is not None:
        say("TLS; the sign-in cookie is `__Host-` and bound to this host")
    elif node.pages.trusted_proxy is not None:
        say(f"plain HTTP behind the TLS proxy {node.pages.trusted_proxy}, which alone is believed about who asks")
    else:
        say("plain HTTP for this machine only; the sign-in cookie cannot be `__Host-` or `Secure` without TLS")
    if not where.is_local and not node.pages.names:
        say("browsers reach it by its address only: host names go into `names` in [pages] of watchroom.toml")


def _welcome(door: Door, password: str, *, browser: bool) -> None:
    address = door.listening.url
    say(f"\nWatchroom, example data: {address}")
    say(f"password of every demo identity: {password}")
    for identity in IDENTITIES:
        say(f"  {identity.name:<12} {identity.told}")
    say("Ctrl-C stops everything.")
    if browser and sys.stderr.isatty():
        webbrowser.open(address)
