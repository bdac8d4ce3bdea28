"""A request for subject access in the example node, and an officer who sends its forms as the page holds them."""

import re
from dataclasses import dataclass
from html import unescape
from uuid import UUID

import httpx
from litestar import Litestar
from litestar.testing import TestClient
from web_seat import Seat, get

from watchroom.node.node import Node
from watchroom.node.subject_desk import SubjectDesk, subject_desk_of
from watchroom.store.database import Principal

HOME = "/subject-access"


def somebody(node: Node, unit: str = "LEI-A", *, place: int = 0) -> tuple[UUID, str]:
    """Id and prison number of a person of a unit, the first one or the one at a later place."""
    with node.database.connection(Principal.LOADER) as connection:
        row = connection.execute(
            "select id, prison_number from record.person where unit_code = %s order by sort_key, id offset %s limit 1",
            (unit, place),
        ).fetchone()
    assert row is not None
    return row[0], row[1]


def unseen(node: Node) -> UUID:
    """Somebody of the record whom no entry of the log names."""
    with node.database.connection(Principal.AUDIT) as connection:
        rows = connection.execute("select body from audit.body where body like '%%subjects\":[\"%%'").fetchall()
    named = " ".join(row[0] for row in rows)
    with node.database.connection(Principal.LOADER) as connection:
        people = connection.execute("select id from record.person order by sort_key, id").fetchall()
    return next(row[0] for row in people if str(row[0]) not in named)


def opened(seat: Seat, *, person: str, reference: str = "REQ-1") -> UUID:
    """A request that the information governance officer opened."""
    desk = subject_desk_of(seat.node, seat.accounts.asker("records"))
    assert isinstance(desk, SubjectDesk)
    return desk.open(person=person, reference=reference, received_on=desk.today())


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody at the pages: looks, and sends the form of a page with what they changed in it."""

    client: TestClient[Litestar]
    token: str

    def get(self, path: str) -> str:
        reply = get(self.client, path)
        assert reply.status_code == 200, reply.status_code
        return reply.text

    def send(self, path: str, **fields: str) -> httpx.Response:
        data = {"csrf_token": self.token, **{name.replace("__", "-"): value for name, value in fields.items()}}
        return self.client.post(path, data=data, follow_redirects=False)


def form_of(html: str) -> dict[str, str]:
    """What the form of lines on a page sends when nobody changes it."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        kept = {name: unescape(value) for name, value in re.findall(r'(name|value|type)="([^"]*)"', tag)}
        if re.match(r"(seen|reason)-\d|show$|begin$", kept.get("name", "")):
            found[kept["name"]] = kept.get("value", "")
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def indices_on(html: str) -> list[int]:
    """The entries whose lines a page shows."""
    return [int(index) for index in re.findall(r'name="verdict-(\d+)"', html)]
