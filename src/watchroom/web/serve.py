"""Runs the pages until it is told to stop."""

import signal
from collections.abc import Callable
from socket import socket
from types import FrameType

import uvicorn

from watchroom.web.app import LOCAL, create_app
from watchroom.web.ports import NodeLike

GRACE_SECONDS = 5


class PageServer(uvicorn.Server):
    """A server that says when it listens, and that leaves signals alone once it has stopped.

    Uvicorn raises a signal again after it has shut down; for SIGTERM that would end the process before the
    node is closed, and its database server would stay behind.
    """

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None] | None = None) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets=sockets)
        if self.started and self._on_ready is not None:
            self._on_ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Stop gracefully; a second Ctrl-C does not wait for open answers."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def server_for(
    node: NodeLike, port: int, on_ready: Callable[[], None] | None = None, *, host: str = "127.0.0.1"
) -> PageServer:
    """A server for the pages of a node, not yet running; the arguments are those of `serve`."""
    config = uvicorn.Config(
        create_app(node, hosts=LOCAL | {host}),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        lifespan="on",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return PageServer(config, on_ready)


def serve(node: NodeLike, port: int, on_ready: Callable[[], None] | None = None, *, host: str = "127.0.0.1") -> None:
    """Serve the pages of a node on this machine until Ctrl-C or SIGTERM; prints nothing itself.

    Plain HTTP, so only for this machine: put a TLS proxy in front for others.

    Args:
        node: open, and still the caller's to close.
        port: to listen on.
        on_ready: called once it listens.
        host: address to listen on.

    Raises:
        SystemExit: the port is taken.
    """
    server_for(node, port, on_ready, host=host).run()
