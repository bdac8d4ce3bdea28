"""What somebody had typed when their session ended is theirs again after they sign in, and is sent once."""

import signal
import subprocess
import sys
from collections.abc import Generator
from datetime import timedelta
from textwrap import dedent
from uuid import UUID, uuid4

import pytest
from example_node import Example
from litestar import Litestar
from litestar.testing import TestClient
from subject_work import HOME, Officer, form_of, indices_on, opened, somebody
from unsent_work import HALF_AN_HOUR, WORDS, Page, did, left, room, rows, send, signed_in_by_password
from web_seat import COOKIE, Seat, get, seat_at

from watchroom.gate.unsent import Typed
from watchroom.node.node import Node
from watchroom.store.database import Principal

# A process of its own that keeps a form and is killed before it can close anything.
KILLED = dedent("""
    import os, signal, sys
    from pathlib import Path
    from watchroom.gate.unsent import Typed
    from watchroom.node.node import Node

    with Node.open(Path(sys.argv[1])) as node:
        fields = (("case", "KILLED-1"), ("closes", ""))
        assert node.unsent.keep("records", Typed(route="/rooms", path="/rooms", fields=fields, is_finished=True))
        os.kill(os.getpid(), signal.SIGKILL)
""")


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


def test_a_form_names_whom_it_is_about_to_whoever_may_see_them_though_they_record_nothing_and_refuses_nothing(
    seat: Seat, node: Node, client: TestClient[Litestar]
) -> None:
    """A nurse asks about people and writes no notes; an address or a purpose that is none loses nothing of the rest."""
    person = somebody(node, place=3)[0]
    whole = {"purpose": "custody.care", "name": "care-need", "words": "before the escort"}
    asked = [(f"/people/{person}/ask", whole), (f"/people/{person}/ask", {**whole, "purpose": "no such"})]
    asked += [("/people/nobody/ask", whole), (f"/people/{uuid4()}/ask", whole)]
    for path, fields in asked:
        typed = Typed(route="/people/{person_id}/ask", path=path, fields=tuple(fields.items()), is_finished=True)
        assert node.unsent.keep("nurse", typed)
    seat.sign_in(client, "nurse")
    before = seat.last_index()
    page = get(client, "/unsent").text
    with node.database.connection(Principal.LOADER) as connection:
        row = connection.execute("select prison_number from record.person where id = %s", (person,)).fetchone()
    assert row is not None
    assert page.count("About ") == 4
    assert page.count(f" {row[0]}</b>") == 1
    assert page.count("About somebody who is not shown to you any more") == 3
    refused = [one for one in seat.entries(before) if one.act == "refuse"]
    assert len(refused) <= 1, "only the purpose that is none"


def test_verdicts_of_half_an_hour_are_sent_again_after_a_sign_in_and_are_decided_once(
    seat: Seat, node: Node, client: TestClient[Litestar], example: Example
) -> None:
    path = f"{HOME}/{opened(seat, person=str(somebody(node, place=11)[0]), reference=f'REQ-7{uuid4().hex[:6]}')}"
    officer = Officer(client, seat.sign_in(client, "records"))
    # The looks that the opening and the page leave are lines of it.
    send(client, f"{path}/draft", {"csrf_token": officer.token})
    page = officer.get(path)
    line = indices_on(page)[0]
    typed = {**form_of(page), f"verdict-{line}": "released", f"reason-{line}": WORDS, "csrf_token": officer.token}
    seat.machine_clock.move(HALF_AN_HOUR)
    before = seat.last_index()
    reply = send(client, path, typed)
    assert reply.status_code == 401
    assert "Your session ended before this was sent" in reply.text
    assert "kept for 30 minutes, for you only" in reply.text
    assert WORDS not in reply.text
    assert [(one.act, one.actor, did(one)) for one in seat.entries(before)] == [("unsent", "records", "kept")]

    led = signed_in_by_password(client, example, "records")
    assert led.headers["location"].startswith("/unsent?to=")
    shown = get(client, led.headers["location"])
    assert "Verdicts of a subject-access request" in shown.text
    assert WORDS in shown.text
    ((action, again),) = Page(shown.text).kept()
    assert action == path
    before = seat.last_index()
    reply = send(client, action, again)
    assert reply.headers["location"].endswith("done=kept")
    second = send(client, action, again)
    assert second.headers["location"] == "/unsent?done=gone"
    entries = seat.entries(before)
    assert [one.act for one in entries].count("decide") == 1
    assert [did(one) for one in entries if one.act == "unsent"] == ["sent again"]
    assert WORDS in get(client, f"{path}?show=all&begin={line}").text
    assert rows(seat) == []


def test_a_form_of_an_earlier_session_of_ones_own_leads_to_what_was_kept(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    mine = seat.sign_in(client, "records")
    seat.sessions.end(client.cookies[COOKIE])
    seat.sign_in(client, "records")
    reply = send(client, "/rooms", {**room(), "csrf_token": mine})
    assert (reply.status_code, reply.headers["location"]) == (303, "/unsent")
    assert "form that you had filled in was not sent" in get(client, "/my-work").text


def test_a_wrong_token_in_an_open_session_is_too_old_as_ever(seat: Seat, client: TestClient[Litestar]) -> None:
    seat.sign_in(client, "records")
    reply = send(client, "/rooms", {**room(), "csrf_token": "0" * 64})
    assert (reply.status_code, "This form was too old" in reply.text) == (403, True)
    assert rows(seat) == []


def test_it_is_gone_after_half_an_hour_and_the_upkeep_deletes_it(seat: Seat, client: TestClient[Litestar]) -> None:
    left(seat, client, room())
    seat.machine_clock.move(HALF_AN_HOUR)
    seat.sign_in(client, "records")
    assert Page(get(client, "/unsent").text).kept() == []
    seat.unsent.forget()
    assert rows(seat) == []
    assert "UnsentForms.forget" in [getattr(step, "__qualname__", "") for step in seat.node.upkeep.steps.values()]


def test_a_form_that_its_route_shows_again_is_in_the_hands_of_its_page(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    left(seat, client, {"case": "without a digit", "closes": ""})
    seat.sign_in(client, "records")
    ((action, again),) = Page(get(client, "/unsent").text).kept()
    reply = send(client, action, again)
    assert (reply.status_code, "without a digit" in reply.text) == (400, True)
    assert rows(seat) == []


def test_a_form_that_fails_on_the_way_is_put_back_and_may_be_sent_again(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    left(seat, client, {"case": f"CASE-{uuid4().hex[:8]}-1", "closes": "2026-07-25T07:00"})
    seat.sign_in(client, "records")
    ((action, again),) = Page(get(client, "/unsent").text).kept()
    seat.trail.is_broken = True
    assert send(client, action, again).status_code == 503
    seat.trail.is_broken = False
    assert len(rows(seat)) == 1
    assert send(client, action, again).status_code == 303
    assert rows(seat) == []


def test_what_is_thrown_away_is_gone_and_entered(seat: Seat, client: TestClient[Litestar]) -> None:
    left(seat, client, room())
    seat.sign_in(client, "records")
    away = next(form for form in Page(get(client, "/unsent").text).forms() if form[0] == "/unsent/throw-away")
    before = seat.last_index()
    assert "It is thrown away." in get(client, send(client, *away).headers["location"]).text
    assert [did(one) for one in seat.entries(before)] == ["thrown away", "read"]
    assert rows(seat) == []


def test_a_page_that_is_locked_has_what_was_typed_kept_and_it_never_reaches_its_route(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    token = seat.sign_in(client, "records")
    before = seat.last_index()
    open_still = send(client, "/rooms", {**room(), "csrf_token": token}, x_keep_unsent="1")
    assert (open_still.status_code, rows(seat), seat.entries(before)) == (204, [], [])
    seat.machine_clock.move(HALF_AN_HOUR)
    assert send(client, "/rooms", {**room(), "csrf_token": token}, x_keep_unsent="1").status_code == 204
    seat.sign_in(client, "records")
    assert "Its button had not been pressed" in get(client, "/unsent").text


def test_what_is_kept_outlives_a_process_that_is_killed(seat: Seat, client: TestClient[Litestar]) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, str(seat.folder)], check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    seat.sign_in(client, "records")
    ((action, again),) = Page(get(client, "/unsent").text).kept()
    assert (action, again["case"]) == ("/rooms", "KILLED-1")


def test_a_form_that_is_on_its_way_is_not_sent_beside_itself_and_afterwards_is_said_to_be_uncertain(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    left(seat, client, room())
    ((form,),) = [(one.id,) for one in seat.unsent.of("records")]
    assert isinstance(form, UUID)
    assert seat.unsent.take("records", form)
    assert not seat.unsent.take("records", form)
    seat.machine_clock.move(timedelta(minutes=2))
    seat.sign_in(client, "records")
    assert "nobody knows whether it arrived" in get(client, "/unsent").text
    assert seat.unsent.take("records", form)


def test_a_decision_without_its_button_is_asked_for_and_never_taken_for_a_refusal(
    seat: Seat, node: Node, client: TestClient[Litestar]
) -> None:
    with node.database.connection(Principal.LOADER) as connection:
        row = connection.execute(
            "select person_id from record.reasonable_adjustment where unit_code = 'LEI-A' order by id limit 1"
        ).fetchone()
    assert row is not None
    token, path = seat.sign_in(client, "officer.a"), f"/people/{row[0]}/ask"
    care = {"purpose": "custody.care", "csrf_token": token}
    asked = {"name": "PRISON-CHARTER.1#request-care-need", "reason": "care", "words": ""}
    officer = seat.accounts.asker("officer.a")
    # The node is that of other stories, too.
    others = {one.id for one in seat.requests.mine(officer, most=50)}
    assert send(client, path, {**care, **asked}).status_code == 303
    (request,) = [one for one in seat.requests.mine(officer, most=50) if one.id not in others]
    try:
        token = seat.sign_in(client, "nurse")
        seat.machine_clock.move(HALF_AN_HOUR)
        decided = {"purpose": "custody.care", "lasts": "3600", "words": WORDS, "csrf_token": token}
        # As the lock sends it: no button was pressed.
        assert send(client, f"/requests/{request.id}/decide", decided, x_keep_unsent="1").status_code == 204
        seat.sign_in(client, "nurse")
        ((action, again),) = Page(get(client, "/unsent").text).kept()
        before = seat.last_index()
        reply = send(client, action, again)
        assert "Say which: give it or refuse it." in reply.text
        assert WORDS in reply.text
        assert "answer" not in [one.act for one in seat.entries(before)]
    finally:
        seat.requests.withdraw(officer, request.id, purpose="custody.care")
