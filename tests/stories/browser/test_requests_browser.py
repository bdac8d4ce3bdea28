"""Asking, deciding and seeing, in a browser: how many clicks it takes, by keyboard too, at the widths of the wing."""

import time
from collections.abc import Generator
from typing import Literal

import pytest
from desk import Desk

from watchroom.store.database import Principal

pytestmark = pytest.mark.browser

WIDTHS = [(1920, 1080), (1366, 768), (820, 1180), (320, 800)]
# The way is written down with these figures in docs/explanation/requests.md.
MOST_CLICKS = 7
MOST_SECONDS = 120


@pytest.fixture(autouse=True)
def nothing_asked(desk: Desk) -> Generator[None]:
    """The example node is shared: what this file asked for is withdrawn or ended afterwards."""
    yield
    seat = desk.site.seat
    asker = seat.accounts.asker("officer.a")
    for one in seat.requests.mine(asker, most=50):
        seat.requests.withdraw(asker, one.id, purpose="custody.care")
        seat.requests.end(asker, one.id, purpose="custody.care")


def with_adjustments(desk: Desk) -> str:
    with desk.site.seat.node.database.connection(Principal.LOADER) as connection:
        row = connection.execute(
            "select person_id from record.reasonable_adjustment where unit_code = 'LEI-A' order by id limit 1"
        ).fetchone()
    assert row is not None
    return f"/people/{row[0]}"


Role = Literal["link", "radio", "button"]


class Hand:
    """Clicks, and counts them."""

    def __init__(self, desk: Desk) -> None:
        self._page = desk.page
        self.clicks = 0

    def click(self, role: Role, name: str, *, within: str = "body") -> None:
        self._page.locator(within).get_by_role(role, name=name).first.click()
        self._page.wait_for_load_state()
        self.clicks += 1


def test_the_whole_way_from_asking_to_seeing_takes_few_clicks_and_no_typing(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.sit_down("officer.a")
    desk.open(with_adjustments(desk))
    hand, begun = Hand(desk), time.monotonic()
    hand.click("link", "Ask for it", within="[aria-labelledby=h-adjustments]")
    assert desk.page.get_by_role("radio", name="What was arranged").is_checked()
    hand.click("radio", "I am preparing a review")
    hand.click("button", "Ask")
    assert desk.page.get_by_role("status").first.inner_text().strip().startswith("Asked.")

    desk.sit_down("governor")
    desk.open("/posts")
    waiting = desk.page.locator(".wr-nav a", has_text="Requests").locator(".wr-nav__count")
    assert waiting.inner_text() == "1"
    hand.click("link", "Requests")
    hand.click("button", "Give")
    assert waiting.count() == 0

    desk.sit_down("officer.a")
    desk.open(with_adjustments(desk))
    hand.click("link", "Requests")
    hand.click("link", "See what you were given")
    assert "Some Comment Text" in desk.page.content()
    seconds = time.monotonic() - begun
    with capsys.disabled():
        print(f"\nask, decide, see: {hand.clicks} clicks, {seconds:.1f} s")  # noqa: T201
    assert hand.clicks <= MOST_CLICKS
    assert seconds < MOST_SECONDS
    assert desk.said == []


def test_what_was_chosen_and_typed_is_kept_when_something_is_missing_and_the_fault_has_the_focus(desk: Desk) -> None:
    desk.sit_down("officer.a")
    desk.open(f"{with_adjustments(desk)}/ask?purpose=custody.care")
    desk.page.get_by_role("radio", name="Which need of care").check()
    desk.page.fill("#words", "for the move on Monday")
    desk.page.get_by_role("button", name="Ask").click()
    assert desk.page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    assert desk.page.get_by_role("radio", name="Which need of care").is_checked()
    assert desk.page.input_value("#words") == "for the move on Monday"
    desk.page.get_by_role("link", name="Choose why you need it.").click()
    assert desk.page.evaluate("document.activeElement.name") == "reason"


def test_it_is_asked_and_decided_by_keyboard_alone(desk: Desk) -> None:
    desk.sit_down("officer.a")
    desk.open(f"{with_adjustments(desk)}/ask?purpose=custody.care&name=PRISON-CHARTER.1%23request-care-need")
    desk.page.focus("#reason")
    desk.page.keyboard.press("Space")
    desk.page.focus("#words")
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**/requests*")
    desk.sit_down("nurse")
    desk.open("/requests")
    desk.page.focus("input[name=words]")
    desk.page.keyboard.type("Ask me on the wing.")
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Tab")
    assert desk.page.evaluate("document.activeElement.value") == "refuse"
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**/requests*done=refused")
    desk.sit_down("officer.a")
    desk.open("/requests")
    assert "Ask me on the wing." in desk.page.content()


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_the_pages_fit_every_width_and_pass_the_accessibility_rules(desk: Desk, width: int, height: int) -> None:
    desk.page.set_viewport_size({"width": width, "height": height})
    desk.sit_down("officer.a")
    form = f"{with_adjustments(desk)}/ask?purpose=custody.care&name=PRISON-CHARTER.1%23request-care-need"
    desk.open(form)
    desk.page.get_by_role("radio", name="I am caring").check()
    desk.page.get_by_role("button", name="Ask").click()
    desk.page.wait_for_url("**/requests*")
    for account, path in (("officer.a", form), ("officer.a", "/requests"), ("nurse", "/requests")):
        desk.sit_down(account)
        desk.open(path)
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width, (account, path)
        assert desk.violations() == [], (account, path)
