"""One browser window at the served pages of the example node."""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page
from web_seat import Seat

from watchroom.node.listening import Listening
from watchroom.web.serve import PageServer, server_for

AXE = Path(__file__).parent / "vendor" / "axe.min.js"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The served pages, and the seat behind them."""

    address: str
    seat: Seat
    password: str


@contextmanager
def served(seat: Seat, *, password: str) -> Generator[Site]:
    """The pages of a seat, served for as long as this is open; the password is that of its accounts."""
    server = server_for(seat, Listening())
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield Site(address=f"http://127.0.0.1:{port_of(server)}", seat=seat, password=password)
    finally:
        server.should_exit = True
        thread.join(timeout=20)


def port_of(server: PageServer) -> int:
    """The port on which it listens, once it does."""
    until = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < until, "the server did not start"
        time.sleep(0.05)
    return server.servers[0].sockets[0].getsockname()[1]


@dataclass(slots=True)
class Desk:
    """One browser window; what it fetched and what its console said."""

    page: Page
    site: Site
    fetched: list[str]
    said: list[str]

    def sign_in(self, account: str) -> None:
        self.page.goto(f"{self.site.address}/sign-in")
        self.page.fill("#account", account)
        self.page.fill("#password", self.site.password)
        self.page.click("main button")
        self.page.wait_for_load_state()

    def open(self, path: str) -> None:
        try:
            self.page.goto(self.site.address + path)
        except PlaywrightError:
            # The page before it was just loading itself anew, since access had changed.
            self.page.goto(self.site.address + path)

    def sit_down(self, account: str) -> None:
        """Signed in without the form, and away from the page of whoever sat here: it would find another session."""
        self.page.goto("about:blank")
        token = self.site.seat.sessions.begin(self.site.seat.accounts.asker(account))
        self.page.context.add_cookies([{"name": "watchroom", "value": token, "url": self.site.address}])

    def violations(self) -> list[str]:
        """What axe-core finds against WCAG 2 A and AA and its best practice."""
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")
        return [
            f"{one['id']}: {node['html'][:160]} ({node.get('failureSummary', '')[:300]})"
            for one in found["violations"]
            for node in one["nodes"]
        ]
