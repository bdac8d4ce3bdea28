"""A browser, and the pages of the example node served to it. Without a Chromium these tests are skipped by name."""

import shutil
from collections.abc import Generator

import pytest
from desk import Desk, Site, served
from example_node import Example
from playwright.sync_api import Browser, sync_playwright
from web_seat import seat_at

from watchroom.node.node import Node

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium() -> Generator[Browser]:
    path = next((found for found in map(shutil.which, CHROMIUMS) if found), None)
    if path is None:
        pytest.skip("no Chromium here; tools/browser.py says how to get one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(node: Node, example: Example) -> Generator[Site]:
    with served(seat_at(node), password=example.password) as found:
        yield found


@pytest.fixture
def desk(chromium: Browser, site: Site) -> Generator[Desk]:
    context = chromium.new_context(
        viewport={"width": 1366, "height": 768}, locale="en-GB", timezone_id="Europe/London", reduced_motion="reduce"
    )
    page = context.new_page()
    desk = Desk(page=page, site=site, fetched=[], said=[])
    page.on("request", lambda request: desk.fetched.append(request.url))
    page.on("console", lambda message: desk.said.append(message.text))
    page.on("pageerror", lambda error: desk.said.append(str(error)))
    yield desk
    context.close()
