"""Attacks on what is kept of a form: planted, read, taken, moved, flooded, or sent twice."""

import re
from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from example_node import Example
from litestar import Litestar
from litestar.testing import TestClient
from unsent_work import HALF_AN_HOUR, Page, did, left, room, rows, send, signed_in_by_password
from web_seat import COOKIE, Seat, get, seat_at

from watchroom.gate.unsent import MOST_KEPT, Typed
from watchroom.node.node import Node
from watchroom.store.database import Principal


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


def test_the_row_holds_no_word_and_neither_does_the_log_or_an_address(seat: Seat, client: TestClient[Litestar]) -> None:
    before = seat.last_index()
    form = room()
    left(seat, client, form)
    ((account, sealed),) = rows(seat)
    assert account == "records"
    assert form["case"].encode() not in bytes(sealed)
    assert "ZINNOBER" not in str([(one.header, one.body) for one in seat.entries(before)])


def test_the_next_person_at_the_machine_is_not_told_that_there_is_anything(
    seat: Seat, client: TestClient[Litestar], example: Example
) -> None:
    left(seat, client, room())
    led = signed_in_by_password(client, example, "officer.a")
    assert led.headers["location"] == "/"
    for page in ("/unsent", "/my-work", "/posts"):
        shown = get(client, page).text
        assert "ZINNOBER" not in shown
        assert "not sent." not in shown
    assert Page(get(client, "/unsent").text).kept() == []
    assert len(rows(seat)) == 1


def test_another_account_can_neither_send_nor_throw_away_what_it_knows_the_id_of(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    left(seat, client, room())
    with seat.node.database.connection(Principal.APP) as connection:
        ((form,),) = connection.execute("select id from gate.unsent_form").fetchall()
    token = seat.sign_in(client, "officer.a")
    reply = send(client, "/rooms", {**room(), "csrf_token": token, "unsent": str(form)})
    assert reply.headers["location"] == "/unsent?done=gone"
    before = seat.last_index()
    send(client, "/unsent/throw-away", {"csrf_token": token, "id": str(form)})
    assert seat.entries(before) == []
    assert len(rows(seat)) == 1


def test_a_form_sent_while_somebody_else_is_signed_in_is_kept_and_they_are_told_what_every_stale_form_is_told(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    mine = seat.sign_in(client, "records")
    seat.sessions.end(client.cookies[COOKIE])
    seat.sign_in(client, "officer.a")
    reply = send(client, "/rooms", {**room(), "csrf_token": mine})
    forged = send(client, "/rooms", {**room(), "csrf_token": "0" * 64})
    assert (reply.status_code, forged.status_code) == (403, 403)
    hidden = re.compile(r"[0-9a-f]{64}|\d\d:\d\d")
    assert hidden.sub("", reply.text) == hidden.sub("", forged.text)
    assert [account for account, _ in rows(seat)] == ["records"]


@pytest.mark.parametrize("token", ["", "0" * 64, "x" * 5000, "' or true --", "\x00"])
def test_a_forged_token_keeps_nothing_and_says_that_nobody_is_signed_in(
    seat: Seat, client: TestClient[Litestar], token: str
) -> None:
    seat.sign_in(client, "records")
    seat.machine_clock.move(HALF_AN_HOUR)
    before = seat.last_index()
    reply = send(client, "/rooms", {**room(), "csrf_token": token})
    assert reply.status_code == 403
    assert "You are signed out" in reply.text
    assert rows(seat) == []
    assert seat.entries(before) == []


def test_the_form_of_another_site_keeps_nothing(seat: Seat, client: TestClient[Litestar]) -> None:
    token = seat.sign_in(client, "records")
    seat.machine_clock.move(HALF_AN_HOUR)
    reply = send(client, "/rooms", {**room(), "csrf_token": token}, sec_fetch_site="cross-site")
    assert reply.status_code == 403
    assert rows(seat) == []


def test_the_token_of_a_session_that_ended_days_ago_keeps_nothing(seat: Seat, client: TestClient[Litestar]) -> None:
    token = seat.sign_in(client, "records")
    seat.machine_clock.move(timedelta(days=2))
    assert send(client, "/rooms", {**room(), "csrf_token": token}).status_code in (303, 403)
    assert rows(seat) == []


def test_what_an_account_had_typed_goes_with_the_account(seat: Seat, client: TestClient[Litestar]) -> None:
    name = f"o.{uuid4().hex[:8]}"
    seat.accounts.add(
        seat.accounts.new_asker(name, roles=("information_governance",)), password="a long enough password"
    )
    token = seat.sign_in(client, name)
    seat.machine_clock.move(HALF_AN_HOUR)
    send(client, "/rooms", {**room(), "csrf_token": token})
    assert len(rows(seat)) == 1
    seat.accounts.disable(name)
    assert rows(seat) == []
    send(client, "/rooms", {**room(), "csrf_token": token})
    typed = Typed(route="/rooms", path="/rooms", fields=(("case", "A-1"),), is_finished=True)
    assert seat.sessions.ended(token) is None
    assert not seat.unsent.keep(name, typed), "also where it was disabled while the form was on its way"
    assert rows(seat) == []


def test_a_form_that_is_sent_twice_is_kept_once_and_too_many_make_room_from_the_oldest_on(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    token = seat.sign_in(client, "records")
    seat.machine_clock.move(HALF_AN_HOUR)
    forms = [{**room(), "csrf_token": token} for _ in range(MOST_KEPT + 2)]
    before = seat.last_index()
    for form in forms:
        seat.machine_clock.move(timedelta(seconds=1))
        for _ in range(2):
            assert send(client, "/rooms", form).status_code == 401
    assert [did(one) for one in seat.entries(before)].count("kept") == MOST_KEPT + 2
    seat.sign_in(client, "records")
    cases = {form["case"] for _, form in Page(get(client, "/unsent").text).kept()}
    assert cases == {form["case"] for form in forms[2:]}


def test_of_one_ended_session_not_more_is_taken_in_a_minute_than_pages_are_given(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watchroom.web.app.PAGES_A_MINUTE", 3)
    with seat.client() as client:
        token = seat.sign_in(client, "records")
        seat.machine_clock.move(HALF_AN_HOUR)
        answers = [send(client, "/rooms", {**room(), "csrf_token": token}).status_code for _ in range(5)]
    assert answers == [401, 401, 401, 429, 429]
    assert len(rows(seat)) == 3


def test_a_node_that_keeps_for_no_time_keeps_nothing(seat: Seat) -> None:
    typed = Typed(route="/rooms", path="/rooms", fields=(("case", "A-1"),), is_finished=True)
    assert not replace(seat.unsent, lasts=timedelta(0)).keep("records", typed)
    assert rows(seat) == []


def test_too_long_a_form_is_not_kept_and_that_is_said(seat: Seat, client: TestClient[Litestar]) -> None:
    typed = Typed(route="/rooms", path="/rooms", fields=(("case", "x" * 400_001),), is_finished=True)
    assert not seat.unsent.keep("records", typed)
    token = seat.sign_in(client, "records")
    seat.machine_clock.move(HALF_AN_HOUR)
    reply = send(client, "/rooms", {"case": "x" * 20_000, "csrf_token": token})
    assert reply.status_code == 413
    assert rows(seat) == []
    nothing = send(client, "/rooms", {"csrf_token": token})
    assert (nothing.status_code, "nothing of it is kept" in nothing.text) == (401, True)


def test_a_row_that_was_moved_to_another_account_or_altered_is_as_if_it_were_not_there(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    left(seat, client, room())
    with seat.node.database.connection(Principal.APP) as connection:
        connection.execute("update gate.unsent_form set account = 'officer.a'")
    assert seat.unsent.of("officer.a") == ()
    with seat.node.database.connection(Principal.APP) as connection:
        connection.execute("update gate.unsent_form set account = 'records', sealed = sealed || 'x'")
    assert seat.unsent.of("records") == ()
    with seat.node.database.connection(Principal.APP) as connection:
        connection.execute("update gate.unsent_form set sealed = 'x'")
    assert seat.unsent.of("records") == ()


def test_nothing_is_permitted_by_having_been_kept(seat: Seat, client: TestClient[Litestar]) -> None:
    """An officer of a wing opens no room of a case, now or later."""
    left(seat, client, room(), who="officer.a")
    seat.sign_in(client, "officer.a")
    ((action, again),) = Page(get(client, "/unsent").text).kept()
    assert send(client, action, again).status_code == 403
    # The refusal shows nothing of what was typed, so it is still there.
    assert len(rows(seat)) == 1
