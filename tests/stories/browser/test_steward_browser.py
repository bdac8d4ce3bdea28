"""Held rows, codes, lineage and mapping again in a browser: by keyboard, and nothing that axe-core finds."""

from collections.abc import Generator

import pytest
from desk import Desk, Site, served
from steward_node import SENTENCE, Stewarded, stewarded_at

from watchroom.gate.door import Refused
from watchroom.node.beside import rerun_work
from watchroom.store.roles import Principal

GROUP = "/quarantine/rows?source=nomis&table=OFFENDER_ALERTS&code=reference_missing"
SIZES = """() => [...document.querySelectorAll('main :is(a, button, input, select, summary, textarea)')].filter(one => {
    if (one.type === 'hidden' || one.type === 'radio' || one.closest('[hidden]')) return false;
    const box = one.getBoundingClientRect();
    return box.height > 0 && box.height < 24;
}).map(one => one.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Generator[Stewarded]:
    with stewarded_at(tmp_path_factory.mktemp("steward")) as made:
        yield made


@pytest.fixture(scope="module")
def site(kept: Stewarded) -> Generator[Site]:
    with served(kept.seat, password="unused") as found:
        yield found


def paths(kept: Stewarded) -> list[str]:
    """The pages, with that of each value that waits."""
    values = [f"/codes/{one.id}" for one in kept.node.codes.waiting()]
    return ["/quarantine", "/quarantine?table=NONE", GROUP, "/codes", *values, "/sources/nomis/rerun"]


def lineage_of_an_alert(kept: Stewarded, desk: Desk) -> str:
    """The page of where an alert came from, by the way that the page of its person shows."""
    with kept.node.database.connection(Principal.LOADER) as connection:
        row = connection.execute("select person_id from record.alert order by source_key limit 1").fetchone()
    assert row is not None
    desk.open(f"/people/{row[0]}")
    return desk.page.locator("main a[href^='/lineage/alert/']").first.get_attribute("href") or ""


@pytest.mark.parametrize(("width", "scheme"), [(1366, "light"), (820, "dark")])
def test_axe_finds_nothing_nothing_is_too_small_and_no_width_makes_them_scroll_sideways(
    kept: Stewarded, desk: Desk, width: int, scheme: str
) -> None:
    desk.page.set_viewport_size({"width": width, "height": 900})
    desk.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    found: dict[str, list[str]] = {}

    def look(path: str) -> None:
        desk.open(path)
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert desk.page.evaluate(SIZES) == [], path
        assert SENTENCE not in desk.page.title()
        found[path] = desk.violations()

    desk.sit_down("engineer")
    for path in paths(kept):
        look(path)
    desk.sit_down("governor")
    way = lineage_of_an_alert(kept, desk)
    look(way)
    look(way.replace("?", "/kind_code?"))
    assert found == {path: [] for path in found}
    assert desk.said == []


def test_by_keyboard_alone_a_list_is_narrowed_a_group_is_waived_and_opened_again(desk: Desk) -> None:
    desk.sit_down("engineer")
    desk.open("/quarantine")
    press = desk.page.keyboard.press
    desk.page.focus("#table")
    desk.page.keyboard.type("OFFENDER_A")
    desk.page.focus("main form.wr-search button")
    press("Enter")
    desk.page.wait_for_url("**/quarantine?*table=OFFENDER_ALERTS*")
    desk.page.locator("#h-held ~ table a, section[aria-labelledby=h-held] table a").first.focus()
    press("Enter")
    desk.page.wait_for_url("**/quarantine/rows?*")
    desk.page.focus("#reason")
    press("Tab")
    assert desk.page.evaluate("document.activeElement.id") == "until"
    desk.page.focus("section[aria-labelledby=h-waive] button")
    press("Enter")
    desk.page.wait_for_selector("#reason-error")
    assert desk.page.evaluate("document.activeElement.hasAttribute('data-error-summary')"), "it is read out"
    desk.page.focus("#reason")
    desk.page.keyboard.type("the bookings come in May")
    desk.page.focus("section[aria-labelledby=h-waive] button")
    press("Enter")
    desk.page.wait_for_url("**done=waived")
    desk.page.focus("section[aria-labelledby=decided] button")
    press("Enter")
    desk.page.wait_for_url("**done=lifted")


def test_by_keyboard_alone_a_value_is_decided_of_and_the_decision_is_taken_back(kept: Stewarded, desk: Desk) -> None:
    desk.sit_down("engineer")
    seen = kept.node.codes.revealed(kept.seat.accounts.asker("engineer"))
    assert not isinstance(seen, Refused)
    (one,) = [value for value in seen if value.value == "NEWTWO"]
    press = desk.page.keyboard.press
    for radio, done, more in (("#what-to", "own", ("ArrowDown",)), ("#what-to", "open", ("ArrowDown",) * 3)):
        desk.open(f"/codes/{one.id}")
        desk.page.focus(radio)
        for key in ("Space", *more):
            press(key)
        desk.page.focus("main form button.govuk-button:not([name])")
        press("Enter")
        desk.page.wait_for_url(f"**/codes?done={done}")
    desk.open(f"/codes/{one.id}")
    assert "What was decided was taken back." in desk.page.locator("section[aria-labelledby=h-where]").inner_text()


def test_by_keyboard_alone_it_is_seen_what_a_mended_mapping_changes(kept: Stewarded, desk: Desk) -> None:
    desk.sit_down("engineer")
    desk.open(GROUP)
    desk.page.locator("a[href='/sources/nomis/rerun']").focus()
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**/sources/nomis/rerun")
    desk.page.focus("section[aria-labelledby=h-outcome] button")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**done=begun")
    for _ in range(600):
        if kept.seat.beside.all()[rerun_work("nomis")].is_over:
            break
        desk.page.wait_for_timeout(50)
    desk.open("/sources/nomis/rerun")
    assert "Nothing changes." in desk.page.locator("main").inner_text()
