"""What was typed is not lost with a page that is locked, nor with a form that is sent too late; without script too."""

from collections.abc import Generator
from datetime import timedelta
from uuid import uuid4

import pytest
from desk import Desk, Site
from playwright.sync_api import Browser, Page

from watchroom.gate.unsent import Typed
from watchroom.store.database import Principal

HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture(autouse=True)
def nothing_left(site: Site) -> Generator[None]:
    yield
    with site.seat.node.database.connection(Principal.APP) as connection:
        connection.execute("delete from gate.unsent_form")


def sign_in_again(page: Page, site: Site, account: str) -> None:
    page.fill("#account", account)
    page.fill("#password", site.password)
    page.click("main button")
    page.wait_for_load_state()


def test_what_was_typed_into_a_page_that_is_locked_is_there_after_the_next_sign_in(desk: Desk) -> None:
    page, case = desk.page, f"RH-{uuid4().hex[:8]}-1"
    page.clock.install()
    desk.sit_down("records")
    desk.open("/rooms")
    page.fill("#case", case)
    desk.site.seat.machine_clock.move(HALF_AN_HOUR)
    page.clock.run_for(40_000)
    page.wait_for_url("**/locked?to=*")
    assert case not in page.content()
    sign_in_again(page, desk.site, "records")
    assert "/unsent" in page.url
    assert page.locator("textarea[name=case]").input_value() == case
    assert "Its button had not been pressed" in page.content()


def test_a_page_into_which_nothing_was_typed_is_taken_away_and_nothing_is_kept(desk: Desk) -> None:
    page = desk.page
    page.clock.install()
    desk.sit_down("records")
    desk.open("/rooms")
    desk.site.seat.machine_clock.move(HALF_AN_HOUR)
    page.clock.run_for(40_000)
    page.wait_for_url("**/locked?to=*")
    assert desk.site.seat.unsent.count("records") == 0


def test_a_password_never_leaves_a_page_that_is_locked(desk: Desk) -> None:
    page, sent = desk.page, list[str]()
    page.on("request", lambda request: sent.append(request.post_data or ""))
    page.clock.install()
    desk.sit_down("records")
    desk.open("/agreements/keys")
    page.fill("#organisation", "Somewhere")
    for field in page.locator("[type=password]").all():
        if field.is_visible():
            field.fill("hunter2")
    desk.site.seat.machine_clock.move(HALF_AN_HOUR)
    page.clock.run_for(40_000)
    page.wait_for_url("**/locked?to=*")
    assert any("Somewhere" in one for one in sent)
    assert not any("hunter2" in one for one in sent)


@pytest.mark.parametrize("width", [1366, 820])
def test_without_script_a_form_that_is_sent_too_late_is_sent_again_by_the_keyboard(
    chromium: Browser, site: Site, width: int
) -> None:
    case = f"RH-{uuid4().hex[:8]}-1"
    context = chromium.new_context(java_script_enabled=False, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(f"{site.address}/sign-in")
    sign_in_again(page, site, "records")
    page.goto(f"{site.address}/rooms")
    page.fill("#case", case)
    page.fill("#closes", "2026-07-25T09:00")
    site.seat.machine_clock.move(HALF_AN_HOUR)
    with page.expect_navigation():
        page.click("main form.wr-form button")
    assert "kept for 30 minutes, for you only" in page.inner_text("main")
    assert page.input_value("#account") == ""
    sign_in_again(page, site, "records")
    assert "/unsent" in page.url
    page.focus("textarea[name=case]")
    for _ in range(3):
        page.keyboard.press("Tab")
        if "Send it now" in page.locator(":focus").inner_text():
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert case in page.inner_text("main")
    assert site.seat.unsent.count("records") == 0
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 820])
def test_axe_finds_nothing_on_the_page_of_what_was_not_sent(desk: Desk, scheme: str, width: int) -> None:
    desk.page.set_viewport_size({"width": width, "height": 900})
    desk.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    desk.sit_down("records")
    desk.open("/unsent")
    assert "Nothing that you typed waits" in desk.page.inner_text("main")
    assert desk.violations() == []
    lines = (
        ("verdict-17", "released"),
        ("reason-17", "Named as the sender only; nothing of it is about anybody else."),
    )
    verdicts = Typed(
        route="/subject-access/{request_id}", path=f"/subject-access/{uuid4()}", fields=lines, is_finished=True
    )
    words = (
        ("glass", "x"),
        ("reason", "fire"),
        ("words", "Smoke on the landing.\nTwo cells."),
        ("second", ""),
    )
    glass = Typed(route="/break-glass", path="/break-glass", fields=words, is_finished=False)
    for one in (verdicts, glass):
        desk.site.seat.unsent.keep("records", one)
    desk.open("/unsent")
    assert desk.page.locator("section.wr-unsent").count() == 2
    assert desk.violations() == []
    assert desk.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    desk.open("/rooms")
    assert desk.violations() == []
