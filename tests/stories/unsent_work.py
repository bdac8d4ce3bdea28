"""Forms that are sent after their session has ended, as a browser without script sends them."""

import re
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from uuid import uuid4

import httpx
from example_node import Example
from litestar import Litestar
from litestar.testing import TestClient
from web_seat import Seat, get

from watchroom.audit.read import Recorded
from watchroom.store.database import Principal
from watchroom.web.cookies import form_token, visit_name

WORDS = "Zinnober: he is named only as the sender"
HALF_AN_HOUR = timedelta(minutes=30)


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
