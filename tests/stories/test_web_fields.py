"""What anybody may put into a field: nothing of it is a fault of the server, and no guess is made of it."""

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from web_seat import Seat, get

from watchroom.web.cookies import form_token, visit_name

NUL, SURROGATE, MEGABYTE = "a\x00b", "%ED%A0%80", "a" * 2**20
ENCODED = {"nul": "a%00b", "surrogate": SURROGATE, "invalid": "%FF%FE", "megabyte": MEGABYTE, "twice": "a&{name}=b"}


@pytest.mark.parametrize("field", ["account", "password"])
@pytest.mark.parametrize("value", [NUL, "\x00", "officer.a\x00", "officer.a\n"])
def test_a_name_or_password_that_no_account_can_have_is_an_ordinary_failed_sign_in(
    seat: Seat, client: TestClient[Litestar], field: str, value: str
) -> None:
    client.get("/sign-in")
    token = form_token(client.cookies[visit_name(tls=False)])
    before = seat.last_index()
    form = {"account": "nobody.here", "password": "wrong", "csrf_token": token, field: value}
    reply = client.post("/sign-in", data=form)
    assert reply.status_code == 403
    assert [entry.act for entry in seat.entries(before)] == ["sign_in_refused"]


@pytest.mark.parametrize("value", ["\ud800", "officer.a\ud800", NUL])
def test_what_cannot_be_written_down_opens_no_account(seat: Seat, value: str) -> None:
    assert seat.accounts.check(value, "wrong") is None
    assert seat.accounts.check("nobody.here", value) is None


@pytest.mark.parametrize("kind", ENCODED)
@pytest.mark.parametrize("field", ["account", "password", "to", "csrf_token", "other"])
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/session"])
def test_no_posted_field_makes_a_fault_of_the_server(
    seat: Seat, client: TestClient[Litestar], path: str, field: str, kind: str
) -> None:
    token = seat.sign_in(client, "officer.a")
    fields = {"account": "nobody.here", "password": "wrong", "to": "/", "csrf_token": token}
    fields[field] = ENCODED[kind].format(name=field)
    body = "&".join(f"{name}={value}" for name, value in fields.items())
    headers = {"content-type": "application/x-www-form-urlencoded"}
    reply = client.post(path, content=body, headers=headers, follow_redirects=False)
    assert reply.status_code < 500, (path, field, kind)
    files = {field: ("name", b"\x00\xff")}
    assert client.post(path, files=files, follow_redirects=False).status_code < 500


@pytest.mark.parametrize("kind", ["nul", "surrogate", "invalid", "twice"])
@pytest.mark.parametrize(
    "address",
    [
        *("/sign-in?account={}", "/sign-in?to={}", "/locked?to={}", "/?purpose={}", "/posts?purpose={}"),
        *("/handover/LEI-A?purpose={}", "/handover/LEI-A?at={}", "/handover/{}", "/handover/{}/print.pdf"),
        *("/people/{}", "/static/{}", "/handover/LEI-A.json?purpose={}"),
    ],
)
def test_no_part_of_an_address_makes_a_fault_of_the_server(
    seat: Seat, client: TestClient[Litestar], address: str, kind: str
) -> None:
    seat.sign_in(client, "officer.a")
    assert get(client, address.format(ENCODED[kind])).status_code < 500


@pytest.mark.parametrize("at", ["2025-10-26T01:30", "2026-03-29T01:30"])
@pytest.mark.parametrize("path", ["/handover/LEI-A", "/handover/LEI-A/print.pdf", "/people/{}"])
def test_an_hour_that_the_wall_shows_twice_or_never_is_not_guessed(
    seat: Seat, client: TestClient[Litestar], path: str, at: str
) -> None:
    seat.sign_in(client, "officer.a")
    reply = client.get(path.format("01900000-0000-7000-8000-000000000000"), params={"at": at})
    assert reply.status_code == 400
    assert "clocks are changed" in reply.text
    assert "+01:00" in reply.text


def test_either_of_the_two_hours_can_be_named_and_the_field_that_cannot_tell_them_apart_is_empty(
    seat: Seat, client: TestClient[Litestar]
) -> None:
    seat.sign_in(client, "officer.a")
    for offset in ("+01:00", "+00:00"):
        reply = client.get("/handover/LEI-A", params={"at": f"2025-10-26T01:30{offset}"})
        assert reply.status_code == 200
        assert 'type="datetime-local" value=""' in reply.text
