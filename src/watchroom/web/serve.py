"""Runs the pages until it is told to stop."""

import signal
from collections.abc import Callable
from socket import socket
from types import FrameType

import uvicorn

from watchroom.node.listening import Door, Listening
from watchroom.node.standing import settle, unsettle
from watchroom.web.app import LOCAL, create_app
from watchroom.web.ports import NodeLike
from watchroom.web.pulse import Pulse

GRACE_SECONDS = 5
# Of a tenth of a second each.
_TICKS = 5


def _never() -> bool:
    return False


class PageServer(uvicorn.Server):
    """A server that says when it listens, and that leaves signals alone once it has stopped.

    Uvicorn raises a signal again after it has shut down; for SIGTERM that would end the process before the
    node is closed, and its database server would stay behind.
    """

    def __init__(self, config: uvicorn.Config, pulse: Pulse, on_ready: Callable[[], None] | None = None) -> None:
        super().__init__(config)
        self._pulse = pulse
        self._on_ready = on_ready
        self.is_over: Callable[[], bool] = _never
        self._is_overtaken = False

    @property
    def is_to_be_followed(self) -> bool:
        """Whether it stopped since what it serves was overtaken, and nobody has told it to stop meanwhile."""
        return self._is_overtaken and not self.should_exit

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets=sockets)
        if self.started and self._on_ready is not None:
            self._on_ready()

    async def on_tick(self, counter: int) -> bool:
        """Whether to stop; twice a second it is asked whether what is served was overtaken."""
        is_to_stop = await super().on_tick(counter)
        if not is_to_stop and counter % _TICKS == 0:
            self._is_overtaken = self.is_over()
        return is_to_stop or self._is_overtaken

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Let go the pages that wait, then stop: they would hold it up for as long as they may wait."""
        self._pulse.close()
        await super().shutdown(sockets=sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Stop gracefully; a second Ctrl-C does not wait for open answers."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


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


def serve(
    node: NodeLike,
    door: Door,
    on_ready: Callable[[], None] | None = None,
    *,
    is_over: Callable[[], bool] = _never,
) -> bool:
    """Serve the pages of a node until Ctrl-C or SIGTERM; prints nothing itself.

    Args:
        node: open, and still the caller's to close.
        door: the port, taken by the caller. Who comes after it has stopped waits there for whoever serves next.
        on_ready: called once it listens.
        is_over: whether the node has become another than the one that is open: what is under way is finished.

    Returns:
        whether it stopped since it was over.

    Raises:
        ListeningError: the certificate or its key will not do.
    """
    server = server_for(node, door.listening, on_ready)
    server.is_over = is_over
    settle()
    try:
        # It closes what it listened on.
        server.run(sockets=[door.socket.dup()])
    finally:
        # At its end the process lets go of everything in order; DuckDB's library says so loudly of what is left.
        unsettle()
    return server.is_to_be_followed
