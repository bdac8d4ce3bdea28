"""Serving over TLS, behind a proxy, and on this machine: over a real socket."""

import ssl
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from web_seat import Seat

from certificates import self_signed
from watchroom.node.listening import Listening, bound
from watchroom.node.settings import PageSettings
from watchroom.web.cookies import form_token, visit_name
from watchroom.web.serve import server_for


@contextmanager
def served(seat: Seat, listening: Listening) -> Generator[str]:
    """The address at which the seat is served."""
    with bound(listening) as door:
        server = server_for(seat, door.listening)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door.socket]})
        thread.start()
        try:
            until = time.monotonic() + 30
            while not server.started and time.monotonic() < until:
                time.sleep(0.02)
            yield door.listening.url.rstrip("/")
        finally:
            server.should_exit = True
            thread.join(timeout=20)


def test_over_tls_the_cookie_is_bound_to_the_host_and_plain_http_is_not_spoken(seat: Seat, tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    listening = Listening(certificate=certificate, key=key)
    trusting = ssl.create_default_context(cafile=str(certificate))
    with served(seat, listening) as address, httpx.Client(verify=trusting, base_url=address) as client:
        assert address.startswith("https://localhost:")
        reply = client.get("/sign-in")
        assert reply.status_code == 200
        assert "max-age" in reply.headers["strict-transport-security"]
        (cookie,) = reply.headers.get_list("set-cookie")
        assert cookie.startswith(f"{visit_name(tls=True)}=")
        assert "Secure" in cookie
        with pytest.raises(httpx.HTTPError):
            httpx.get(address.replace("https", "http") + "/sign-in")


def test_whoever_says_that_they_ask_for_another_address_is_not_believed(seat: Seat) -> None:
    seat.page_settings = PageSettings(sign_ins_per_address=3)
    with served(seat, Listening()) as address, httpx.Client(base_url=address) as client:
        assert _tries(client, secure=False) == [403, 403, 403, 429, 429]
        reply = client.get("/health", headers={"x-forwarded-proto": "https"})
        assert "strict-transport-security" not in reply.headers


def test_the_declared_proxy_is_believed_about_who_asks_and_how(seat: Seat) -> None:
    seat.page_settings = PageSettings(sign_ins_per_address=3, trusted_proxy="127.0.0.1")
    with served(seat, Listening()) as address, httpx.Client(base_url=address) as client:
        assert _tries(client, secure=True) == [403] * 5
        reply = client.get("/sign-in", headers={"x-forwarded-proto": "https"})
        assert "max-age" in reply.headers["strict-transport-security"]


def test_another_than_the_declared_proxy_is_not_believed(seat: Seat) -> None:
    seat.page_settings = PageSettings(sign_ins_per_address=3, trusted_proxy="192.0.2.1")
    with served(seat, Listening()) as address, httpx.Client(base_url=address) as client:
        assert _tries(client, secure=True) == [403, 403, 403, 429, 429]


def test_the_names_of_the_settings_are_answered_and_no_other(seat: Seat) -> None:
    seat.page_settings = PageSettings(names=("watchroom.prison.example",))
    with served(seat, Listening()) as address:
        for host, status in (("watchroom.prison.example", 200), ("elsewhere.example", 400)):
            assert httpx.get(f"{address}/sign-in", headers={"host": host}).status_code == status


def _tries(client: httpx.Client, *, secure: bool) -> list[int]:
    """The answers to five tries to sign in, each said to be for another address, each with another name."""
    page = client.get("/sign-in", headers={"x-forwarded-proto": "https"})
    name, _, value = page.headers["set-cookie"].partition(";")[0].partition("=")
    assert name == visit_name(tls=secure)
    found: list[int] = []
    for number in range(5):
        form = {"account": f"try.{number}", "password": "x", "csrf_token": form_token(value)}
        headers = {"x-forwarded-for": f"198.51.100.{number}", "cookie": f"{name}={value}"}
        found.append(client.post("/sign-in", data=form, headers=headers).status_code)
    return found
