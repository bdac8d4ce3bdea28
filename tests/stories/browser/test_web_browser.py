"""The board as people meet it: in a browser, at the widths of the wing's PC and tablet, by keyboard, on paper."""

import re
from contextlib import suppress
from uuid import UUID

import pytest
from desk import Desk, Site
from playwright.sync_api import Browser
from playwright.sync_api import Error as PlaywrightError

from watchroom.gate.agreement_changes import By
from watchroom.gate.restrictions import RestrictionKind, Restrictions

pytestmark = pytest.mark.browser

WIDTHS = [(1920, 1080), (1366, 768), (820, 1180), (320, 800)]
NAME = re.compile(r"Smith|Thompson|Anderson", re.IGNORECASE)


def test_an_officer_signs_in_and_reads_the_board(desk: Desk) -> None:
    desk.sign_in("officer.a")
    page = desk.page
    assert page.url.endswith("/handover/LEI-A")
    assert page.locator("h1").inner_text().startswith("Handover")
    first = page.locator(".wr-list.is-now .wr-row").first
    assert first.locator(".wr-row__cell").inner_text()
    assert NAME.search(first.inner_text())
    first.locator("a").click()
    assert "/people/" in page.url
    page.get_by_role("link", name="Back to the handover").click()
    page.get_by_role("button", name="Sign out").click()
    assert page.url.endswith("/signed-out")
    # The page that is gone back to loads itself anew, which may cut the way back short.
    with suppress(PlaywrightError):
        page.go_back()
    page.wait_for_load_state()
    assert not NAME.search(page.content())


def test_a_wrong_password_is_said_and_the_message_has_the_focus(desk: Desk) -> None:
    desk.open("/sign-in?account=officer.a")
    desk.page.fill("#password", "not it")
    desk.page.click("main button")
    assert desk.page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    assert desk.page.input_value("#account") == "officer.a"
    assert desk.page.input_value("#password") == ""


@pytest.mark.parametrize(("width", "height"), WIDTHS)
@pytest.mark.parametrize("path", ["/handover/LEI-A", "/posts", "/sign-in", "/no-such-page"])
def test_no_width_makes_the_page_scroll_sideways(desk: Desk, path: str, width: int, height: int) -> None:
    desk.page.set_viewport_size({"width": width, "height": height})
    desk.sit_down("officer.a")
    desk.open(path)
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_no_width_makes_the_board_or_a_person_scroll_sideways(desk: Desk, width: int, height: int) -> None:
    desk.page.set_viewport_size({"width": width, "height": height})
    desk.sit_down("officer.a")
    desk.open("/handover/LEI-A")
    person = desk.page.locator(".wr-row__who a").first.get_attribute("href") or ""
    for account, path in (("officer.a", person), ("board", "/board")):
        desk.sit_down(account)
        desk.open(path)
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_board_reads_its_numbers_as_a_table_and_as_bars_of_the_same_numbers(desk: Desk) -> None:
    desk.sign_in("board")
    page = desk.page
    assert page.url.endswith("/board")
    assert page.get_by_role("link", name="Handover").count() == 0
    row = page.get_by_role("row").filter(has_text="Leeds")
    assert re.search(r"\d{2,}", row.inner_text())
    lengths = [box["width"] for one in row.locator("rect.wr-len__part").all() if (box := one.bounding_box())]
    assert len(lengths) == 2
    assert 0 < lengths[0] < lengths[1]
    assert not NAME.search(page.content())


def test_a_page_that_is_about_to_be_locked_says_so_and_one_key_goes_on(desk: Desk) -> None:
    page = desk.page
    page.clock.install()
    desk.sit_down("officer.a")
    desk.open("/posts")
    page.clock.run_for(80_000)
    assert not page.locator("#lock-soon").is_visible()
    page.clock.run_for(20_000)
    assert page.locator("#lock-soon").is_visible()
    with page.expect_response(lambda reply: reply.url.endswith("/session") and reply.request.method == "POST"):
        page.keyboard.press("Shift")
    assert not page.locator("#lock-soon").is_visible()
    assert page.locator("#page").is_visible()


def test_a_page_that_stays_open_says_how_old_it_is_and_can_be_loaded_again(desk: Desk) -> None:
    page = desk.page
    page.clock.install()
    desk.sit_down("officer.a")
    desk.open("/handover/LEI-A")
    for minute in range(1, 15):
        page.clock.run_for(60_000)
        page.keyboard.press("Shift")
        assert page.locator("#page-age").is_visible() is (minute >= 5)
    assert "This page was made 14 minutes ago" in page.locator("#page-age").inner_text()
    assert desk.violations() == []
    page.get_by_role("link", name="Load it again").click()
    page.wait_for_load_state()
    assert "/handover/LEI-A" in page.url
    assert not page.locator("#page-age").is_visible()
    assert desk.said == []


def test_a_page_of_the_past_does_not_age(desk: Desk) -> None:
    desk.sit_down("officer.a")
    desk.open("/handover/LEI-A?at=2026-07-24T06:00")
    assert desk.page.locator(".is-past").count() == 1
    assert desk.page.locator("#page-age").count() == 0


def test_a_second_sign_in_in_another_tab_takes_the_first_persons_page_away_and_says_why(desk: Desk) -> None:
    desk.sign_in("officer.a")
    first, second = desk.page, desk.page.context.new_page()
    assert "Smith" in first.content()
    second.goto(f"{desk.site.address}/sign-in")
    second.fill("#account", "officer.h")
    second.fill("#password", desk.site.password)
    second.click("main button")
    second.wait_for_url("**/handover/LEI-H")
    first.wait_for_url("**/signed-in-anew", timeout=5_000)
    assert "Smith" not in first.content()
    assert first.locator("h1").inner_text() == "Somebody signed in anew in this browser"
    assert desk.violations() == []
    first.get_by_role("link", name="Go on as that person").click()
    first.wait_for_url("**/handover/LEI-H")
    assert "officer.h" in second.locator(".wr-who").inner_text()
    second.reload()
    assert second.url.endswith("/handover/LEI-H"), "pages of one sign-in leave each other alone"


def test_a_sign_out_in_one_tab_empties_the_others_at_once(desk: Desk) -> None:
    desk.sign_in("officer.a")
    other = desk.page.context.new_page()
    other.goto(f"{desk.site.address}/handover/LEI-A")
    assert "Smith" in other.content()
    desk.page.get_by_role("button", name="Sign out").click()
    other.wait_for_url("**/locked?to=*", timeout=5_000)
    assert "Smith" not in other.content()


def test_after_sign_out_going_back_shows_nothing_of_anybody_and_a_second_user_sees_their_own(desk: Desk) -> None:
    desk.sign_in("officer.a")
    page = desk.page
    page.locator(".wr-row__who a").first.click()
    assert NAME.search(page.content())
    page.get_by_role("button", name="Sign out").click()
    for _ in range(2):
        page.evaluate("history.back()")
        page.wait_for_timeout(500)
        page.locator("#account").wait_for()
        assert not NAME.search(page.content())
    desk.sign_in("officer.h")
    assert page.url.endswith("/handover/LEI-H")
    assert "officer.h" in page.locator(".wr-who").inner_text()
    assert "officer.a" not in page.content()


def test_the_wing_by_cell_is_above_the_fold_at_1080_lines(desk: Desk) -> None:
    desk.page.set_viewport_size({"width": 1920, "height": 1080})
    desk.sit_down("officer.a")
    desk.open("/handover/LEI-A")
    box = desk.page.locator("section:has(#h-wing)").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 1080


@pytest.mark.parametrize("width", [1366, 820])
def test_what_can_be_touched_is_at_least_24_pixels(desk: Desk, width: int) -> None:
    desk.page.set_viewport_size({"width": width, "height": 900})
    desk.sit_down("officer.a")
    for path in ("/handover/LEI-A", "/posts"):
        desk.open(path)
        small = desk.page.evaluate(
            """() => [...document.querySelectorAll('a, button, input, select, summary')].filter(one => {
                if (one.type === 'hidden' || one.closest('[hidden]')) return false;
                if (one.closest('.govuk-skip-link, .wr-chgs, .wr-times')) return false;
                const box = one.getBoundingClientRect();
                return box.width < 24 || box.height < 24;
            }).map(one => one.outerHTML.slice(0, 120))"""
        )
        assert small == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 820])
def test_axe_finds_nothing(desk: Desk, scheme: str, width: int) -> None:
    desk.page.set_viewport_size({"width": width, "height": 900})
    desk.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    found: dict[str, list[str]] = {}
    for path in ("/sign-in", "/locked", "/no-such-page"):
        desk.open(path)
        found[path] = desk.violations()
    desk.sit_down("officer.a")
    desk.open("/handover/LEI-A")
    person = desk.page.locator(".wr-row__who a").first.get_attribute("href") or ""
    for path in ("/handover/LEI-A", person, "/posts", "/handover/LEI-A?purpose=oversight.board"):
        desk.open(path)
        found[path.partition("/people/")[1] or path] = desk.violations()
    desk.sit_down("board")
    desk.open("/board")
    found["/board"] = desk.violations()
    assert found == {path: [] for path in found}


def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(desk: Desk) -> None:
    desk.sit_down("officer.a")
    desk.open("/handover/LEI-A")
    page = desk.page
    wanted = page.evaluate(
        """() => { const known = 'a[href], button, input:not([type=hidden]), select, summary';
        const all = [...document.querySelectorAll(known)].filter(
            one => !one.closest('[hidden]') && (one.matches('summary') || !one.closest('details:not([open])')));
        all.forEach((one, place) => one.dataset.place = place); return all.length; }"""
    )
    seen: list[int] = []
    for _ in range(wanted * 3):
        page.keyboard.press("Tab")
        place, shown = page.evaluate(
            """() => { const one = document.activeElement, look = getComputedStyle(one);
            return [Number(one.dataset.place ?? -1), look.boxShadow !== 'none' || look.outlineStyle !== 'none']; }"""
        )
        if place == -1:
            break
        if not seen or seen[-1] != place:
            assert shown, place
            seen.append(place)
    assert seen == list(range(wanted))


def test_the_skip_link_leads_past_the_header(desk: Desk) -> None:
    desk.sit_down("officer.a")
    desk.open("/handover/LEI-A")
    desk.page.keyboard.press("Tab")
    assert desk.page.evaluate("document.activeElement.textContent") == "Skip to main content"
    desk.page.keyboard.press("Enter")
    desk.page.keyboard.press("Tab")
    assert desk.page.evaluate("document.activeElement.closest('main') !== null")


def test_nothing_is_fetched_from_elsewhere_and_the_policy_is_never_broken(desk: Desk, site: Site) -> None:
    desk.sign_in("officer.a")
    desk.open("/posts")
    assert desk.fetched
    assert [url for url in desk.fetched if not url.startswith(site.address)] == []
    assert desk.said == []


def test_when_the_session_is_over_the_page_takes_itself_away(desk: Desk, site: Site) -> None:
    desk.sign_in("officer.a")
    assert NAME.search(desk.page.content())
    site.seat.sessions.end(next(c["value"] for c in desk.page.context.cookies() if c["name"] == "watchroom"))
    # It may have noticed by itself before it is told to look.
    with suppress(PlaywrightError):
        desk.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    desk.page.wait_for_url("**/locked?to=*")
    assert not NAME.search(desk.page.content())
    desk.page.fill("#account", "officer.a")
    desk.page.fill("#password", site.password)
    desk.page.click("main button")
    assert desk.page.url.endswith("/handover/LEI-A")


def test_without_a_script_everything_can_be_read_and_done(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(java_script_enabled=False)
    desk = Desk(page=context.new_page(), site=site, fetched=[], said=[])
    desk.sign_in("officer.a")
    assert desk.page.url.endswith("/handover/LEI-A")
    desk.page.click("text=Sign out")
    assert desk.page.url.endswith("/signed-out")
    context.close()


def test_on_paper_the_controls_are_gone_and_the_marking_stays(desk: Desk) -> None:
    desk.sit_down("officer.a")
    desk.open("/handover/LEI-A")
    desk.page.emulate_media(media="print")
    assert not desk.page.locator(".wr-nav").is_visible()
    assert not desk.page.get_by_role("button", name="Sign out").is_visible()
    assert desk.page.get_by_text("OFFICIAL-SENSITIVE").is_visible()
    assert desk.page.pdf().startswith(b"%PDF")


def test_colour_is_never_alone(desk: Desk) -> None:
    desk.sit_down("officer.a")
    desk.open("/handover/LEI-A")
    shapes = {
        tone: desk.page.evaluate(
            """tone => { const look = getComputedStyle(document.querySelector(`.wr-key .wr-shape.is-${tone}`));
            return [look.borderRadius, look.transform, look.clipPath, look.height].join() }""",
            tone,
        )
        for tone in ("now", "soon", "watch", "out", "empty")
    }
    assert len(set(shapes.values())) == len(shapes)
    for level in ("Act now", "This shift", "Watch"):
        assert desk.page.get_by_role("heading", name=level).count() == 1


def test_who_may_not_be_known_of_any_more_leaves_an_open_page_within_seconds(desk: Desk) -> None:
    page, node = desk.page, desk.site.seat.node
    desk.sit_down("officer.a")
    desk.open("/handover/LEI-A")
    first = page.locator(".wr-list.is-now .wr-row__who a").first
    address = first.get_attribute("href") or ""
    person = UUID(address.split("/people/")[1][:36])
    kept = Restrictions(database=node.database, audit=node.audit, organisation="HMPPS", machine=node.machine_clock)
    kept.restrict(person, kind=RestrictionKind.PROTECTED, by=By(actor="records"))
    named = page.locator(f'a[href*="{person}"]').first
    try:
        named.wait_for(state="detached", timeout=5000)
        page.locator(".wr-list.is-now").first.wait_for(timeout=5000)
        assert str(person) not in page.content()
    finally:
        kept.lift(person, by=By(actor="records"))
    named.wait_for(state="attached", timeout=5000)
    assert desk.said == []
