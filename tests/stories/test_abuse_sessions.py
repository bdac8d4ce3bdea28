"""A session that is stolen, forged, sent again, or kept open by a clock that jumps."""

from datetime import timedelta

import pytest
from abuse_record import CARE
from litestar import Litestar
from litestar.testing import TestClient
from web_seat import COOKIE, Seat, get


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "x" * 43,
        "x" * 5000,
        "' or true --",
        "null",
        "../../keys/session.key",
        "%00",
        "eyJhbGciOiJub25lIn0.e30.",
        "*",
    ],
)
def test_a_forged_cookie_is_nobody(seat: Seat, client: TestClient[Litestar], cookie: str) -> None:
    before = seat.last_index()
    for name in (COOKIE, f"__Host-{COOKIE}", f"{COOKIE}-visit"):
        reply = client.get("/handover/LEI-A", headers={"cookie": f"{name}={cookie}"}, follow_redirects=False)
        assert reply.status_code == 303
        assert reply.headers["location"].startswith("/sign-in")
    assert seat.entries(before) == []


def test_a_post_that_is_sent_again_does_nothing_more(seat: Seat, client: TestClient[Litestar]) -> None:
    token = seat.sign_in(client, "officer.a")
    cookie = client.cookies[COOKIE]
    before = seat.last_index()
    replies = []
    for _ in range(3):
        client.cookies.set(COOKIE, cookie)
        replies.append(client.post("/sign-out", data={"csrf_token": token}, follow_redirects=False).status_code)
    assert replies == [303, 303, 303]
    assert [entry.act for entry in seat.entries(before)] == ["sign_out"]
    client.cookies.set(COOKIE, cookie)
    assert client.post("/session", headers={"x-csrf-token": token}).status_code == 401


@pytest.mark.parametrize("hours", [-48, -1, 1, 48, 24 * 365 * 30])
def test_a_clock_that_jumps_opens_nothing(seat: Seat, client: TestClient[Litestar], hours: int) -> None:
    seat.sign_in(client, "officer.a")
    seat.machine_clock.at += timedelta(hours=hours)
    reply = get(client, f"/handover/LEI-A?purpose={CARE}")
    assert (reply.status_code, reply.content) == (303, b"")
