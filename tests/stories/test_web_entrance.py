"""Coming in and going out: every route, its headers, tokens, sessions, lock and limits."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from example_node import Example
from litestar import Litestar
from litestar.testing import TestClient
from web_seat import COOKIE, Seat, get

from watchroom.node.node import Node
from watchroom.node.settings import PageSettings
from watchroom.web.cookies import cookie_name, form_token, visit_name
from watchroom.web.headers import HEADERS

OPEN = {
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/locked"),
    ("GET", "/signed-out"),
    ("GET", "/signed-in-anew"),
    ("POST", "/sign-out"),
    ("GET", "/session"),
    ("POST", "/session"),
    ("GET", "/static/{name}"),
    ("GET", "/health"),
    # Whoever pushes shows the secret of their source, and has no session.
    ("POST", "/in/{source}"),
}
BEHIND_SIGN_IN = {
    ("GET", "/"),
    ("GET", "/handover/{post}"),
    ("GET", "/handover/{post}/print.pdf"),
    ("GET", "/people/{person_id}"),
    ("GET", "/posts"),
    ("GET", "/board"),
}


def paths_of(app: Litestar) -> set[tuple[str, str]]:
    return {
        (method, route.path_format)
        for route in app.routes
        for method in getattr(route, "methods", [])
        if method != "OPTIONS"
    }


def filled_in(path: str) -> str:
    return path.format(post="LEI-A", person_id=uuid4(), name="nothing.css", source="nomis")


def visit_token(client: TestClient[Litestar]) -> str:
    client.get("/sign-in")
    return form_token(client.cookies[visit_name(tls=False)])


def test_every_route_is_open_by_name_or_behind_sign_in(seat: Seat, client: TestClient[Litestar]) -> None:
    """A new route is behind sign-in, or fails here until it is named as open."""
    paths = paths_of(seat.app())
    assert paths >= OPEN | BEHIND_SIGN_IN
    for method, path in sorted(paths - OPEN):
        address = re.sub(r"\{[a-z_]+\}", str(uuid4()), path)
        reply = client.request(method, address, follow_redirects=False)
        if method in ("GET", "HEAD"):
            assert (reply.status_code, reply.text) == (303, ""), (method, path)
            assert reply.headers["location"].startswith("/sign-in?to=%2F"), (method, path)
        else:
            assert reply.status_code == 403, (method, path)


@pytest.mark.parametrize("path", sorted(path for _, path in BEHIND_SIGN_IN))
def test_without_a_session_a_page_leads_to_sign_in_and_back(client: TestClient[Litestar], path: str) -> None:
    reply = get(client, filled_in(path) + "?purpose=custody.care")
    assert reply.status_code == 303
    assert reply.headers["location"].startswith("/sign-in?to=%2F")
    assert reply.text == ""


def test_without_a_session_a_document_is_refused_as_one(client: TestClient[Litestar]) -> None:
    reply = get(client, "/handover/LEI-A.json")
    assert (reply.status_code, reply.json()) == (401, {"error": "not_signed_in"})


@pytest.mark.parametrize(("method", "path"), sorted(OPEN | BEHIND_SIGN_IN | {("GET", "/no-such-page")}))
@pytest.mark.parametrize("who", ["", "officer.a"])
def test_every_answer_is_protected_and_none_may_be_stored(seat: Seat, method: str, path: str, who: str) -> None:
    with seat.client() as client:
        if who:
            seat.sign_in(client, who)
        reply = client.request(method, filled_in(path), follow_redirects=False)
    assert {name: reply.headers[name] for name in HEADERS} == HEADERS
    assert reply.headers["cache-control"] == "no-store"
    assert "server" not in reply.headers


def test_the_content_policy_lets_nothing_in_from_elsewhere() -> None:
    rules = dict(rule.split(" ", 1) for rule in HEADERS["content-security-policy"].split("; "))
    assert rules.pop("default-src") == "'none'"
    assert rules.pop("require-trusted-types-for") == "'script'"
    assert set(rules.values()) == {"'self'", "'none'"}


def test_an_asset_may_be_kept_for_ever_because_its_name_is_its_content(client: TestClient[Litestar]) -> None:
    page = client.get("/sign-in").text
    for name in ("govuk", "watchroom"):
        address = next(part for part in page.split('"') if part.startswith(f"/static/{name}"))
        reply = client.get(address)
        assert reply.status_code == 200
        assert "immutable" in reply.headers["cache-control"]


def test_health_says_that_the_server_answers_and_nothing_else(seat: Seat, client: TestClient[Litestar]) -> None:
    before = seat.last_index()
    assert client.get("/health").json() == {"status": "ok"}
    assert seat.entries(before) == []


@pytest.mark.parametrize("host", ["elsewhere.example", "localhost.elsewhere.example", "", "127.0.0.1.nip.example:80"])
def test_a_host_name_that_is_not_ours_is_refused(client: TestClient[Litestar], host: str) -> None:
    assert client.get("/sign-in", headers={"host": host}).status_code == 400


def test_the_right_password_opens_a_session_of_its_own(
    seat: Seat, client: TestClient[Litestar], example: Example
) -> None:
    before = seat.last_index()
    token = visit_token(client)
    form = {"account": "officer.a", "password": example.password, "csrf_token": token, "to": "/posts"}
    reply = client.post("/sign-in", data=form, follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (303, "/posts")
    cookie = next(value for value in reply.headers.get_list("set-cookie") if value.startswith(f"{COOKIE}="))
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert "max-age" not in cookie.lower()
    assert [(entry.act, entry.actor) for entry in seat.entries(before)] == [("sign_in", "officer.a")]
    assert get(client, "/posts").status_code == 200


def test_over_tls_the_cookie_is_bound_to_the_host(seat: Seat, example: Example) -> None:
    with seat.client(tls=True) as client:
        client.base_url = "https://watchroom.local"
        page = client.get("/sign-in")
        assert "max-age" in page.headers["strict-transport-security"]
        token = form_token(client.cookies[visit_name(tls=True)])
        form = {"account": "officer.a", "password": example.password, "csrf_token": token}
        reply = client.post("/sign-in", data=form, follow_redirects=False)
    cookie = next(one for one in reply.headers.get_list("set-cookie") if one.startswith(cookie_name(tls=True)))
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "domain" not in cookie.lower()


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(seat: Seat, client: TestClient[Litestar]) -> None:
    before = seat.last_index()
    token = visit_token(client)
    answers = [
        client.post("/sign-in", data={"account": account, "password": "wrong", "csrf_token": token})
        for account in ("officer.h", "nobody.x")
    ]
    assert [reply.status_code for reply in answers] == [403, 403]
    assert answers[0].text.replace('value="officer.h"', "") == answers[1].text.replace('value="nobody.x"', "")
    assert COOKIE not in client.cookies
    assert [entry.act for entry in seat.entries(before)] == ["sign_in_refused", "sign_in_refused"]
    assert "wrong" not in answers[0].text


def test_one_name_may_not_be_tried_without_end(client: TestClient[Litestar]) -> None:
    form = {"account": "nobody.x", "password": "x", "csrf_token": visit_token(client)}
    statuses = [client.post("/sign-in", data=form).status_code for _ in range(12)]
    assert statuses == [403] * 10 + [429] * 2


def test_a_whole_prison_behind_one_address_can_sign_in_in_one_minute(client: TestClient[Litestar]) -> None:
    token = visit_token(client)
    form = {"password": "x", "csrf_token": token}
    statuses = {client.post("/sign-in", data=form | {"account": f"try.{n}"}).status_code for n in range(12)}
    assert statuses == {403}


def test_one_address_may_not_try_names_without_end(seat: Seat) -> None:
    seat.page_settings = PageSettings(sign_ins_per_address=3)
    with seat.client() as client:
        form = {"password": "x", "csrf_token": visit_token(client)}
        statuses = [client.post("/sign-in", data=form | {"account": f"try.{n}"}).status_code for n in range(5)]
        assert statuses == [403] * 3 + [429] * 2
        seat.machine_clock.move(timedelta(minutes=1))
        assert client.post("/sign-in", data=form | {"account": "try.9"}).status_code == 403


def test_somebody_locked_out_is_told_so_and_no_name_is_told_more_than_another(
    seat: Seat, client: TestClient[Litestar], example: Example
) -> None:
    seat.accounts.add(seat.accounts.new_asker("locked.out", roles=["board"]), password="a password of their own")
    form = {"csrf_token": visit_token(client)}
    pages: dict[str, str] = {}
    for name in ("locked.out", "nobody.x"):
        for _ in range(5):
            client.post("/sign-in", data=form | {"account": name, "password": "wrong"})
        reply = client.post("/sign-in", data=form | {"account": name, "password": "a password of their own"})
        assert reply.status_code == 403
        pages[name] = reply.text.replace(f'value="{name}"', "")
    assert pages["locked.out"] == pages["nobody.x"]
    assert "locked for 15 minutes" in pages["nobody.x"]
    assert "locked for 15 minutes" in client.get("/sign-in").text


def test_signing_in_on_a_shared_screen_ends_the_session_that_was_there(
    seat: Seat, client: TestClient[Litestar], example: Example
) -> None:
    seat.sign_in(client, "officer.h")
    first = client.cookies[COOKIE]
    token = visit_token(client)
    form = {"account": "officer.a", "password": example.password, "csrf_token": token}
    client.post("/sign-in", data=form, follow_redirects=False)
    assert seat.sessions.resume(first, is_activity=False) is None
    assert "officer.a" in get(client, "/posts").text


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/session"])
@pytest.mark.parametrize("token", ["", "0" * 64, "of another"])
def test_a_form_without_our_token_does_nothing(seat: Seat, path: str, token: str) -> None:
    with seat.client() as client:
        seat.sign_in(client, "officer.a")
        given = form_token("another session") if token == "of another" else token
        assert client.post(path, data={"csrf_token": given}, follow_redirects=False).status_code == 403
        assert get(client, "/posts").status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_that_another_site_sends_does_nothing(seat: Seat, site: str) -> None:
    with seat.client() as client:
        token = seat.sign_in(client, "officer.a")
        reply = client.post("/sign-out", data={"csrf_token": token}, headers={"sec-fetch-site": site})
        assert reply.status_code == 403
        assert get(client, "/posts").status_code == 200


def test_after_sign_out_the_cookie_is_gone_and_worthless(seat: Seat, client: TestClient[Litestar]) -> None:
    token = seat.sign_in(client, "officer.a")
    session = client.cookies[COOKIE]
    before = seat.last_index()
    reply = client.post("/sign-out", data={"csrf_token": token}, follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (303, "/signed-out")
    assert [(entry.act, entry.actor) for entry in seat.entries(before)] == [("sign_out", "officer.a")]
    client.cookies.set(COOKIE, session)
    assert get(client, "/posts").status_code == 303


def test_a_page_left_alone_locks_although_it_keeps_asking(seat: Seat, client: TestClient[Litestar]) -> None:
    seat.sign_in(client, "officer.a")
    step = timedelta(seconds=seat.sessions.idle_seconds / 3)
    for _ in range(2):
        seat.machine_clock.move(step)
        assert client.get("/session").status_code == 204
    seat.machine_clock.move(step)
    assert client.get("/session").status_code == 401
    assert get(client, "/handover/LEI-A").status_code == 303


def test_a_page_is_locked_after_two_minutes_unless_the_node_says_otherwise(seat: Seat, node: Node) -> None:
    assert node.sessions.idle_seconds == seat.sessions.idle_seconds == PageSettings().idle_seconds == 120
    with seat.client() as client:
        seat.sign_in(client, "officer.a")
        assert 'data-idle-seconds="120"' in get(client, "/posts").text


def test_what_a_person_does_keeps_the_session_open(seat: Seat, client: TestClient[Litestar]) -> None:
    token = seat.sign_in(client, "officer.a")
    for _ in range(3):
        seat.machine_clock.move(timedelta(seconds=seat.sessions.idle_seconds * 0.9))
        assert client.post("/session", headers={"x-csrf-token": token}).status_code == 204
    assert get(client, "/posts").status_code == 200


def test_a_lock_leads_back_to_the_page_that_was_open(client: TestClient[Litestar]) -> None:
    page = client.get("/locked?to=/handover/LEI-A%3Fpurpose=custody.care")
    assert 'name="to" value="/handover/LEI-A?purpose=custody.care"' in page.text
    assert "Locked" in page.text
    elsewhere = client.get("/locked?to=//elsewhere.example")
    assert 'name="to" value="/"' in elsewhere.text


def test_one_session_may_not_read_pages_without_end(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watchroom.web.app.PAGES_A_MINUTE", 3)
    with seat.client() as client:
        seat.sign_in(client, "officer.a")
        assert [get(client, "/posts").status_code for _ in range(4)] == [200, 200, 200, 429]
        seat.machine_clock.move(timedelta(minutes=1))
        assert get(client, "/posts").status_code == 200


def test_demo_identities_are_listed_on_a_demo_node_only(seat: Seat) -> None:
    with seat.client() as client:
        page = client.get("/sign-in").text
        assert "demo identities" in page
        assert "officer.h" in page
    seat.environment = "live"
    with seat.client() as client:
        page = client.get("/sign-in").text
        assert "demo" not in page.lower()
        assert "officer.h" not in page


def test_a_large_form_is_not_read(client: TestClient[Litestar]) -> None:
    assert client.post("/sign-in", data={"account": "a" * 100_000}).status_code in (400, 413)
