"""A kept form that meets the end of a session once more: it is one form still, and what was typed later is not lost."""

from collections.abc import Generator
from datetime import timedelta
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from unsent_work import Page, did, room, rows, send
from web_seat import Seat, get, seat_at

from watchroom.gate.unsent import MOST_KEPT
from watchroom.node.node import Node
from watchroom.store.database import Principal

# Longer than anybody may do nothing, shorter than a form is kept.
BREAK = timedelta(minutes=3)


@pytest.fixture
def seat(node: Node) -> Generator[Seat]:
    found = seat_at(node)
    yield found
    with node.database.connection(Principal.APP) as connection:
        connection.execute("delete from gate.unsent_form")


@pytest.fixture
def client(seat: Seat) -> Generator[TestClient[Litestar]]:
    with seat.client() as client:
        yield client


def kept(client: TestClient[Litestar]) -> list[dict[str, str]]:
    """The fields of what is kept, as the page of it would send them."""
    return [fields for _, fields in Page(get(client, "/unsent").text).kept()]


def ended(seat: Seat, client: TestClient[Litestar]) -> str:
    """The token of a session of the officer that has just ended by itself."""
    token = seat.sign_in(client, "records")
    seat.machine_clock.move(BREAK)
    return token


def test_what_the_lock_kept_and_its_page_sends_too_late_is_one_form_whose_button_was_pressed(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    send(client, "/rooms", {**room(), "csrf_token": ended(seat, client)}, x_keep_unsent="1")
    seat.sign_in(client, "records")
    (again,) = kept(client)
    seat.machine_clock.move(BREAK)
    assert send(client, "/rooms", again).status_code == 401
    seat.sign_in(client, "records")
    ((form),) = kept(client)
    assert (form["case"], len(rows(seat))) == (again["case"], 1)
    assert "Its button had not been pressed" not in get(client, "/unsent").text


def test_the_lock_after_the_button_leaves_one_form_that_was_sent(seat: Seat, client: TestClient[Litestar]) -> None:
    form = {**room(), "csrf_token": ended(seat, client)}
    send(client, "/rooms", form)
    send(client, "/rooms", form, x_keep_unsent="1")
    seat.sign_in(client, "records")
    assert [one["case"] for one in kept(client)] == [form["case"]]
    assert "Its button had not been pressed" not in get(client, "/unsent").text


def test_whoever_is_told_again_that_it_is_kept_for_half_an_hour_has_half_an_hour(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    form = {**room(), "csrf_token": ended(seat, client)}
    send(client, "/rooms", form)
    seat.machine_clock.move(timedelta(minutes=29))
    before = seat.last_index()
    assert "kept for 30 minutes" in send(client, "/rooms", form).text
    assert [did(one) for one in seat.entries(before)] == ["kept longer"]
    seat.machine_clock.move(timedelta(minutes=29))
    seat.sign_in(client, "records")
    assert [one["case"] for one in kept(client)] == [form["case"]]


def test_a_form_that_was_written_on_takes_the_place_of_what_was_kept_of_it_and_of_no_other(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    token = ended(seat, client)
    forms = [room() for _ in range(MOST_KEPT)]
    for form in forms:
        seat.machine_clock.move(timedelta(seconds=1))
        send(client, "/rooms", {**form, "csrf_token": token})
    seat.sign_in(client, "records")
    again = next(one for one in kept(client) if one["case"] == forms[3]["case"])
    seat.machine_clock.move(BREAK)
    send(client, "/rooms", {**again, "case": "WRITTEN-ON-1"})
    seat.sign_in(client, "records")
    left_over = {form["case"] for form in forms} - {forms[3]["case"]}
    assert {one["case"] for one in kept(client)} == left_over | {"WRITTEN-ON-1"}
    assert len(rows(seat)) == MOST_KEPT


def test_a_form_that_may_have_arrived_stays_with_its_warning_beside_what_was_made_of_it(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    send(client, "/rooms", {**room(), "csrf_token": ended(seat, client)})
    seat.sign_in(client, "records")
    (again,) = kept(client)
    assert seat.unsent.take("records", UUID(again["unsent"]))
    seat.machine_clock.move(BREAK)
    for case in (again["case"], "WRITTEN-ON-1"):
        send(client, "/rooms", {**again, "case": case})
    seat.sign_in(client, "records")
    assert {one["case"] for one in kept(client)} == {again["case"], "WRITTEN-ON-1"}
    assert get(client, "/unsent").text.count("nobody knows whether it arrived") == 1


def test_a_form_of_another_route_is_not_taken_away_by_naming_it(seat: Seat, client: TestClient[Litestar]) -> None:
    send(client, "/rooms", {**room(), "csrf_token": ended(seat, client)})
    seat.sign_in(client, "records")
    (again,) = kept(client)
    seat.machine_clock.move(BREAK)
    reason = {"name": "X", "reason": "words", "unsent": again["unsent"], "csrf_token": again["csrf_token"]}
    send(client, "/agreements/suspend", reason)
    assert len(rows(seat)) == 2


def test_the_address_of_a_kept_form_leads_nowhere_but_to_its_route(seat: Seat, client: TestClient[Litestar]) -> None:
    send(client, "/looks/7%3Fx=1", {"note": "words", "csrf_token": ended(seat, client)})
    seat.sign_in(client, "records")
    ((action, _),) = Page(get(client, "/unsent").text).kept()
    assert action == "/looks/7%3Fx%3D1"
