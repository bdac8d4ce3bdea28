"""The pages about access with the keyboard alone, and in the dark: each control is reached, named and seen in focus."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from desk import Desk
from playwright.sync_api import expect
from subject_work import somebody
from web_seat import Seat

from watchroom.gate.case_rooms import Member
from watchroom.gate.glass import Said
from watchroom.node.room_desk import RoomDesk, room_desk_of
from watchroom.node.subject_desk import SubjectDesk, subject_desk_of

pytestmark = pytest.mark.browser

# What can be reached: one radio button of a name stands for all, and what is folded away is not there.
CONTROLS = """
() => {
  const kinds = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
  const seen = new Set();
  const found = [];
  for (const one of document.querySelectorAll(kinds)) {
    if (one.disabled || !one.checkVisibility({visibilityProperty: true})) continue;
    if (one.type === 'radio') {
      const name = (one.form ? one.form.action : '') + ' ' + one.name;
      const group = [...document.querySelectorAll('input[type=radio]')]
        .filter((other) => other.name === one.name && other.form === one.form);
      const checked = group.find((other) => other.checked);
      if (seen.has(name)) continue;
      seen.add(name);
      (checked || one).dataset.walked = 'no';
      found.push(checked || one);
    } else {
      one.dataset.walked = 'no';
      found.push(one);
    }
  }
  found.forEach((one, place) => { one.dataset.place = place; });
  return found.length;
}
"""
HERE = """
() => {
  const one = document.activeElement;
  if (!one || one === document.body || one.dataset.place === undefined) return null;
  const style = getComputedStyle(one);
  const labels = [...(one.labels || [])].map((label) => label.innerText).join(' ');
  const named = (one.getAttribute('aria-labelledby') || '').split(' ')
    .map((id) => (document.getElementById(id) || {}).innerText || '').join(' ');
  const name = [one.getAttribute('aria-label'), named, labels, one.innerText].find((text) => text && text.trim());
  const is_seen = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  const box = one.getBoundingClientRect();
  return {
    place: Number(one.dataset.place), name: (name || '').trim(), is_seen: is_seen, html: one.outerHTML.slice(0, 160),
    is_in_view: box.bottom > 0 && box.top < innerHeight && box.width > 0,
  };
}
"""


def walk(desk: Desk) -> list[str]:
    """What is wrong on the way with Tab through a page: not reached, out of order, without a name, or not seen."""
    page, wrong = desk.page, list[str]()
    count: int = page.evaluate(CONTROLS)
    places: list[int] = []
    # A field for a day takes several steps.
    for _ in range(count + 40):
        page.keyboard.press("Tab")
        here: dict[str, Any] | None = page.evaluate(HERE)
        if here is None:
            if places:
                break
            continue
        if places and here["place"] == places[-1]:
            continue
        if here["place"] in places:
            break
        places.append(here["place"])
        for fault in ("name", "is_seen", "is_in_view"):
            if not here[fault]:
                wrong.append(f"{fault}: {here['html']}")
    if places != sorted(places):
        wrong.append(f"out of order: {places}")
    missing = sorted(set(range(count)) - set(places))
    wrong += [
        page.evaluate("(place) => 'not reached: ' + document.querySelector(`[data-place='${place}']`).outerHTML", one)
        for one in missing
    ]
    return wrong


def _reviewed(seat: Seat) -> str:
    asker = seat.accounts.asker("governor")
    (offer,) = seat.glass.offers(asker)
    one = seat.glass.break_(asker, offer.name, Said(reason="medical_emergency", words="x", incident="IR-7"))
    seat.glass.close(asker, one.id)
    return f"/break-glass?review={one.id}"


def _request(seat: Seat) -> str:
    found = subject_desk_of(seat.node, seat.accounts.asker("records"))
    assert isinstance(found, SubjectDesk)
    _, number = somebody(seat.node)
    return f"/subject-access/{found.open(person=number, reference='REQ-1', received_on=found.today())}"


def _unsigned(seat: Seat) -> str:
    return next(f"/agreements/{one.agreement.digest}" for one in seat.agreements.kept() if one.unsigned)


def _room(seat: Seat) -> str:
    desk = room_desk_of(seat, seat.accounts.asker("records"))
    assert isinstance(desk, RoomDesk)
    room = desk.open(f"KEYS-{uuid4()}", closes_at=seat.clock.now() + timedelta(days=1))
    desk.admit(room, Member(organisation=desk.organisation, account="officer.a"))
    return f"/rooms/{room}"


def at(path: str) -> Callable[[Seat], str]:
    return lambda _: path


PLACES: dict[str, tuple[str, Callable[[Seat], str]]] = {
    "agreements": ("records", at("/agreements")),
    "agreement": ("records", _unsigned),
    "sign": ("records", lambda seat: f"{_unsigned(seat)}/sign"),
    "reach": ("records", lambda seat: f"{_unsigned(seat)}/reach"),
    "new": ("records", at("/agreements/new")),
    "keys": ("records", at("/agreements/keys")),
    "requests": ("officer.a", at("/requests")),
    "glass": ("governor", at("/break-glass")),
    "review": ("records", _reviewed),
    "rooms": ("records", at("/rooms")),
    "room": ("records", _room),
    "looks": ("records", at("/looks")),
    "my work": ("officer.a", at("/my-work")),
    "subject access": ("records", at("/subject-access")),
    "draft of access": ("records", _request),
    "letter": ("records", lambda seat: f"{_request(seat)}/letter"),
    "log": ("records", at("/log")),
    "waiting": ("records", at("/waiting")),
}


@pytest.mark.parametrize("name", PLACES)
def test_each_control_of_a_page_is_reached_by_tab_in_order_named_and_seen(desk: Desk, name: str) -> None:
    who, path = PLACES[name]
    desk.sit_down(who)
    desk.open(path(desk.site.seat))
    assert walk(desk) == []


@pytest.mark.parametrize("name", PLACES)
def test_a_page_can_be_read_in_the_dark(desk: Desk, name: str) -> None:
    who, path = PLACES[name]
    desk.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    desk.sit_down(who)
    desk.open(path(desk.site.seat))
    assert desk.violations() == []


@pytest.mark.parametrize("name", PLACES)
def test_paper_holds_no_button_and_no_field(desk: Desk, name: str) -> None:
    who, path = PLACES[name]
    if name == "new":
        pytest.skip("it is a form and nothing else")
    desk.sit_down(who)
    desk.open(path(desk.site.seat))
    desk.page.emulate_media(media="print")
    desk.page.set_viewport_size({"width": 703, "height": 1000})
    shown = desk.page.locator("main :is(button, input, select, textarea):visible")
    assert [one.evaluate("(one) => one.outerHTML") for one in shown.all()] == []
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 703


def test_a_glass_is_broken_and_its_errors_are_mended_with_the_keyboard_alone(desk: Desk) -> None:
    seat, page = desk.site.seat, desk.page
    desk.sit_down("governor")
    desk.open("/break-glass")
    page.locator("main form button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "reason", "its link leads to the control"
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("IR-7")
    page.keyboard.press("Tab")
    page.keyboard.type("found on the landing")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/break-glass?done=broken")
    assert page.locator("main [role=status]").count() == 1
    (mine,) = seat.glass.broken_by(seat.accounts.asker("governor"))
    seat.glass.close(seat.accounts.asker("governor"), mine.id)


def test_a_room_is_opened_filled_emptied_and_closed_with_the_keyboard_alone(desk: Desk) -> None:
    page, case = desk.page, f"KEYS-{uuid4()}"
    desk.sit_down("records")
    desk.open("/rooms")
    page.locator("main form button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "case", "its link leads to the control"
    page.keyboard.type(case)
    page.keyboard.press("Tab")
    # Browsers ask for day and month in either order, and for a clock of twelve hours or of twenty-four.
    days = (desk.site.seat.clock.now() + timedelta(days=ahead) for ahead in range(1, 60))
    soon = next(day for day in days if day.day == day.month)
    page.keyboard.type(f"{soon:%d%m%Y}")
    page.keyboard.press("Tab")
    page.keyboard.type("1000A")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rooms/*?done=opened")
    page.locator("#account").focus()
    page.keyboard.type("officer.a")
    page.keyboard.press("Tab")
    page.keyboard.type(desk.site.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/rooms/*?done=admitted")
    page.locator("td button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/rooms/*?done=left")
    page.get_by_role("button", name="Close now").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/rooms/*?done=closed")
    assert page.locator("main [role=status]").count() == 1
    assert page.locator("main form").count() == 0
