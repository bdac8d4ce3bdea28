"""What somebody had typed when their session ended is theirs again after they sign in, and nobody else's ever."""

import re
from collections.abc import Generator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from uuid import UUID, uuid4

import httpx
import pytest
from example_node import Example
from litestar import Litestar
from litestar.testing import TestClient
from subject_work import HOME, Officer, form_of, indices_on, opened, somebody
from web_seat import COOKIE, Seat, get, seat_at

from watchroom.audit.read import Recorded
from watchroom.gate.unsent import MOST_KEPT, Typed
from watchroom.node.node import Node
from watchroom.store.database import Principal
from watchroom.web.cookies import form_token, visit_name

WORDS = "Zinnober: he is named only as the sender"
HALF_AN_HOUR = timedelta(minutes=30)


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


@dataclass(frozen=True, slots=True)
class Page:
    """The forms of a page, as a browser without script would send them."""

    html: str

    def forms(self) -> list[tuple[str, dict[str, str]]]:
        found: list[tuple[str, dict[str, str]]] = []
        for action, inside in re.findall(r'<form[^>]*action="([^"]+)"[^>]*>(.*?)</form>', self.html, re.DOTALL):
            fields: dict[str, str] = {}
            for tag in re.findall(r"<input[^>]*>", inside):
                kept = {name: unescape(value) for name, value in re.findall(r'(name|value)="([^"]*)"', tag)}
                fields[kept["name"]] = kept.get("value", "")
            for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', inside, re.DOTALL):
                fields[name] = unescape(text)
            found.append((unescape(action), fields))
        return found

    def kept(self) -> list[tuple[str, dict[str, str]]]:
        return [form for form in self.forms() if "unsent" in form[1]]


def send(client: TestClient[Litestar], path: str, data: dict[str, str], **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(path, data=data, headers=named, follow_redirects=False)


def signed_in_by_password(client: TestClient[Litestar], example: Example, who: str) -> httpx.Response:
    """Sign in at the page that stands there; the redirect."""
    get(client, "/sign-in")
    token = form_token(client.cookies[visit_name(tls=False)])
    form = {"account": who, "password": example.password, "csrf_token": token, "to": "/"}
    return send(client, "/sign-in", form)


def did(one: Recorded) -> str:
    return str((one.body or {}).get("detail", {}).get("did", ""))


def rows(seat: Seat) -> list[tuple[str, bytes]]:
    with seat.node.database.connection(Principal.APP) as connection:
        return connection.execute("select account, sealed from gate.unsent_form").fetchall()


def room(words: str = "") -> dict[str, str]:
    """The form with which the officer opens the room of a case; the case is another one each time."""
    return {"case": f"{words or 'ZINNOBER'}-{uuid4().hex[:8]}-1", "closes": ""}


def left(seat: Seat, client: TestClient[Litestar], form: dict[str, str], *, who: str = "records") -> httpx.Response:
    """Send a form after its session has ended by itself."""
    token = seat.sign_in(client, who)
    seat.machine_clock.move(HALF_AN_HOUR)
    return send(client, "/rooms", {**form, "csrf_token": token})


def test_verdicts_of_half_an_hour_are_sent_again_after_a_sign_in_and_are_decided_once(
    seat: Seat, node: Node, client: TestClient[Litestar], example: Example
) -> None:
    path = f"{HOME}/{opened(seat, person=str(somebody(node)[0]), reference=f'REQ-{uuid4().hex[:6]}')}"
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
    assert send(client, action, again).headers["location"].endswith("done=kept")
    second = send(client, action, again)
    assert second.headers["location"] == "/unsent?done=gone"
    entries = seat.entries(before)
    assert [one.act for one in entries].count("decide") == 1
    assert [did(one) for one in entries if one.act == "unsent"] == ["sent again"]
    assert WORDS in Officer(client, again["csrf_token"]).get(path)
    assert rows(seat) == []


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


def test_a_form_of_an_earlier_session_of_ones_own_leads_to_what_was_kept(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    mine = seat.sign_in(client, "records")
    seat.sessions.end(client.cookies[COOKIE])
    seat.sign_in(client, "records")
    reply = send(client, "/rooms", {**room(), "csrf_token": mine})
    assert (reply.status_code, reply.headers["location"]) == (303, "/unsent")
    assert "form that you had filled in was not sent" in get(client, "/my-work").text


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


def test_a_wrong_token_in_an_open_session_is_too_old_as_ever(seat: Seat, client: TestClient[Litestar]) -> None:
    seat.sign_in(client, "records")
    reply = send(client, "/rooms", {**room(), "csrf_token": "0" * 64})
    assert (reply.status_code, "This form was too old" in reply.text) == (403, True)
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


def test_it_is_gone_after_half_an_hour_and_the_upkeep_deletes_it(seat: Seat, client: TestClient[Litestar]) -> None:
    left(seat, client, room())
    seat.machine_clock.move(HALF_AN_HOUR)
    seat.sign_in(client, "records")
    assert Page(get(client, "/unsent").text).kept() == []
    seat.unsent.forget()
    assert rows(seat) == []
    assert seat.node.unsent.forget in seat.node.upkeep


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


def test_nothing_is_permitted_by_having_been_kept(seat: Seat, client: TestClient[Litestar]) -> None:
    """An officer of a wing opens no room of a case, now or later."""
    left(seat, client, room(), who="officer.a")
    seat.sign_in(client, "officer.a")
    ((action, again),) = Page(get(client, "/unsent").text).kept()
    assert send(client, action, again).status_code == 403
    # The refusal shows nothing of what was typed, so it is still there.
    assert len(rows(seat)) == 1


def test_what_is_thrown_away_is_gone_and_entered(seat: Seat, client: TestClient[Litestar]) -> None:
    left(seat, client, room())
    seat.sign_in(client, "records")
    away = next(form for form in Page(get(client, "/unsent").text).forms() if form[0] == "/unsent/throw-away")
    before = seat.last_index()
    assert "It is thrown away." in get(client, send(client, *away).headers["location"]).text
    assert [did(one) for one in seat.entries(before)] == ["thrown away", "read"]
    assert rows(seat) == []


def test_the_password_of_the_second_person_is_not_kept_and_the_rest_comes_back_in_its_form(
    seat: Seat, client: TestClient[Litestar], example: Example
) -> None:
    token = seat.sign_in(client, "officer.a")
    glass = re.search(r'name="glass" value="([^"]+)"', get(client, "/break-glass").text)
    assert glass is not None
    seat.machine_clock.move(HALF_AN_HOUR)
    typed = {"glass": glass[1], "reason": "fire", "words": WORDS, "second": "officer.h"}
    reply = send(client, "/break-glass", {**typed, "second_password": example.password, "csrf_token": token})
    assert reply.status_code == 401
    seat.sign_in(client, "officer.a")
    shown = get(client, "/unsent").text
    assert example.password not in shown
    assert "second_password" not in shown
    ((action, again),) = Page(shown).kept()
    before = seat.last_index()
    back = send(client, action, again)
    if back.status_code == 400:
        assert WORDS in back.text
        assert "sign_in_refused" not in [one.act for one in seat.entries(before)]
    else:
        assert "second" not in get(client, "/break-glass").text


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


def test_what_is_kept_outlives_a_process_that_is_killed(seat: Seat, node: Node, client: TestClient[Litestar]) -> None:
    """Nothing of it is in the memory of a process: a second node over the same folder shows it."""
    left(seat, client, room())
    fresh = seat_at(node)
    fresh.machine_clock.at = seat.machine_clock.at
    with fresh.client() as another:
        fresh.sign_in(another, "records")
        assert len(Page(get(another, "/unsent").text).kept()) == 1


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
