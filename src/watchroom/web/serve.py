"""Runs the pages until it is told to stop."""

import gc
import signal
from collections.abc import Callable
from socket import socket
from types import FrameType

import uvicorn

from watchroom.node.listening import Door, Listening
from watchroom.web.app import LOCAL, create_app
from watchroom.web.ports import NodeLike
from watchroom.web.pulse import Pulse

GRACE_SECONDS = 5
# Some megabytes at most, until a ring of garbage is looked for.
_OBJECTS_BETWEEN_LOOKS = 20_000


class PageServer(uvicorn.Server):
    """A server that says when it listens, and that leaves signals alone once it has stopped.

    Uvicorn raises a signal again after it has shut down; for SIGTERM that would end the process before the
    node is closed, and its database server would stay behind.
    """

    def __init__(self, config: uvicorn.Config, pulse: Pulse, on_ready: Callable[[], None] | None = None) -> None:
        super().__init__(config)
        self._pulse = pulse
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets=sockets)
        if self.started and self._on_ready is not None:
            self._on_ready()

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Let go the pages that wait, then stop: they would hold it up for as long as they may wait."""
        self._pulse.close()
        await super().shutdown(sockets=sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Stop gracefully; a second Ctrl-C does not wait for open answers."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def settle() -> None:
    """Set aside what a started process keeps for good, and look for rings of garbage less often.

    Looked through by the collector again and again, it costs 65 ms each time in the midst of a page (benchmark
    `brief`). What a page leaves is given back at once, for it holds no rings: looked for at each 700 objects, they took
    a twelfth of a handover, up to 3 ms at a time, and none was found.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS)


def server_for(node: NodeLike, listening: Listening, on_ready: Callable[[], None] | None = None) -> PageServer:
    """A server for the pages of a node, not yet running.

    Args:
        node: open, and still the caller's to close.
        listening: where; with a certificate the pages are served over TLS.
        on_ready: called once it listens.

    Raises:
        ListeningError: the certificate or its key will not do.
    """
    proxy, context = node.pages.trusted_proxy, listening.tls()
    pulse = Pulse(node.gate.marks.of_everybody)
    app = create_app(
        node,
        # A proxy that is declared speaks TLS with the browsers.
        tls=context is not None or proxy is not None,
        hosts=LOCAL | {listening.address, *node.pages.names},
        pulse=pulse,
    )
    config = uvicorn.Config(
        app,
        host=listening.address,
        port=listening.port,
        ssl_context_factory=None if context is None else lambda _config, _usual: context,
        # INVARIANT: only the declared proxy is believed about who asks; left alone, uvicorn would believe this machine.
        proxy_headers=proxy is not None,
        forwarded_allow_ips=proxy or [],
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        lifespan="on",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return PageServer(config, pulse, on_ready)


def serve(node: NodeLike, door: Door, on_ready: Callable[[], None] | None = None) -> None:
    """Serve the pages of a node until Ctrl-C or SIGTERM; prints nothing itself.

    Args:
        node: open, and still the caller's to close.
        door: the port, taken by the caller.
        on_ready: called once it listens.

    Raises:
        ListeningError: the certificate or its key will not do.
    """
    server = server_for(node, door.listening, on_ready)
    settle()
    try:
        server.run(sockets=[door.socket])
    finally:
        # At its end the process lets go of everything in order; DuckDB's library says so loudly of what is left.
        gc.unfreeze()
