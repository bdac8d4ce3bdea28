"""Takes the pictures of `docs/images`: the pages of the example node, with our patch and without it.

`make pictures`. Needs a Chromium (`tools/browser.py` says how to get one). The pages show fictional people.
"""

import contextlib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from browser import browser
from playwright.sync_api import Browser, Page, sync_playwright

from watchroom.demo.night import made_example, restart_clock
from watchroom.node.create import remove_node

HANDOVER = "/handover/LEI-A"
IMAGES = Path(__file__).parent.parent / "docs" / "images"
_UP_TO_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One page as one person sees it."""

    name: str
    account: str
    path: str
    width: int
    height: int = 768
    is_dark: bool = False
    follows: str | None = None


PICTURES = (
    Picture(name="handover-1366", account="officer.a", path=HANDOVER, width=1366),
    Picture(name="handover-820", account="officer.a", path=HANDOVER, width=820, height=1180),
    Picture(name="handover-1920-dark", account="officer.a", path=HANDOVER, width=1920, height=1080, is_dark=True),
    Picture(name="person-1366", account="officer.a", path=HANDOVER, width=1366, follows="a[href^='/people/']"),
    Picture(name="board-member-1366", account="board", path="/board", width=1366),
)
WITHOUT_PATCH = (
    Picture(name="handover-without-patch-1366", account="officer.a", path=HANDOVER, width=1366),
    Picture(name="handover-without-patch-820", account="officer.a", path=HANDOVER, width=820, height=1180),
    Picture(name="board-member-without-patch-1366", account="board", path="/board", width=1366),
)


def main() -> int:
    """Take all pictures."""
    chromium = browser()
    if chromium is None:
        print("no Chromium here; tools/browser.py says how to get one", file=sys.stderr)
        return 1
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for pictures, with_patch in ((PICTURES, True), (WITHOUT_PATCH, False)):
            with served(with_patch=with_patch) as (address, password):
                for picture in pictures:
                    take(opened, picture, address=address, password=password)
        opened.close()
    return 0


@contextlib.contextmanager
def served(*, with_patch: bool) -> Generator[tuple[str, str]]:
    """The address of a running example node, and the password of its identities."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "node"
        password = made_example(folder, with_patch=with_patch, told=lambda line: print(line, file=sys.stderr))
        restart_clock(folder)
        port = free_port()
        command = [sys.executable, "-m", "watchroom", "serve", str(folder), "--port", str(port)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}", password
        finally:
            server.terminate()
            server.wait(timeout=30)
            remove_node(folder)


def take(opened: Browser, picture: Picture, *, address: str, password: str) -> None:
    """Sign in, open the page, and keep the whole of it."""
    context = opened.new_context(
        viewport={"width": picture.width, "height": picture.height},
        locale="en-GB",
        timezone_id="Europe/London",
        reduced_motion="reduce",
        color_scheme="dark" if picture.is_dark else "light",
    )
    page = context.new_page()
    sign_in(page, picture.account, address=address, password=password)
    page.goto(address + picture.path)
    if picture.follows is not None:
        page.click(f"main {picture.follows} >> nth=0")
    page.wait_for_load_state()
    page.screenshot(path=IMAGES / f"{picture.name}.png", full_page=True)
    context.close()
    print(f"docs/images/{picture.name}.png", file=sys.stderr)


def sign_in(page: Page, account: str, *, address: str, password: str) -> None:
    """Sign in by the form."""
    page.goto(f"{address}/sign-in")
    page.fill("#account", account)
    page.fill("#password", password)
    page.press("#password", "Enter")
    page.wait_for_load_state()


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def wait_for(port: int) -> None:
    """Until somebody listens."""
    until = time.monotonic() + _UP_TO_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise TimeoutError(f"nobody listens on port {port}; run `watchroom serve` by hand to see why")


if __name__ == "__main__":
    raise SystemExit(main())
