"""The pages for whoever looks after the data in a browser: nothing that axe-core finds, no sideways scrolling."""

import pytest
from desk import Desk

PATHS = (
    "/sources",
    "/sources/nomis",
    "/quality",
    "/dictionary",
    "/dictionary/entities/alert",
    "/dictionary/codes/alert_type",
)


@pytest.mark.parametrize(("width", "scheme"), [(1366, "light"), (820, "dark")])
def test_axe_finds_nothing_and_no_width_makes_them_scroll_sideways(desk: Desk, width: int, scheme: str) -> None:
    desk.page.set_viewport_size({"width": width, "height": 900})
    desk.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    desk.sit_down("engineer")
    found: dict[str, list[str]] = {}
    for path in PATHS:
        desk.open(path)
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= width, path
        found[path] = desk.violations()
    assert found == {path: [] for path in PATHS}
    assert desk.said == []


def test_what_can_be_touched_is_at_least_24_pixels_and_a_trend_opens_by_keyboard(desk: Desk) -> None:
    desk.page.set_viewport_size({"width": 820, "height": 900})
    desk.sit_down("engineer")
    for path in PATHS:
        desk.open(path)
        small = desk.page.evaluate(
            """() => [...document.querySelectorAll('main :is(a, button, input, select, summary)')].filter(one => {
                if (one.type === 'hidden' || one.closest('[hidden]')) return false;
                const box = one.getBoundingClientRect();
                return box.height > 0 && box.height < 24;
            }).map(one => one.outerHTML.slice(0, 80))"""
        )
        assert small == [], path
    desk.open("/quality")
    desk.page.locator("main summary").first.focus()
    desk.page.keyboard.press("Enter")
    assert desk.page.locator("main details[open] table").first.is_visible()
