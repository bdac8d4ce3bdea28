"""What staff write about a person: written at a page, seen by others at once, and followed to its legal record."""

import re
from collections.abc import Generator
from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from web_seat import Seat, get, seat_at

from watchroom.node.node import Node
from watchroom.store.database import Principal

CARE = "purpose=custody.care"
NOT_YET = "Not yet in NOMIS."
FORM = {"kind": "OBSERVE/OBS_GEN", "occurred": "2026-07-24T07:00", "system": "NOMIS", "purpose": "custody.care"}


@dataclass(slots=True)
class Desk:
    """Somebody at a browser."""

    seat: Seat
    client: TestClient[Litestar]
    token: str

    def page(self, path: str) -> str:
        return get(self.client, path).text

    def post(self, path: str, **fields: str) -> httpx.Response:
        sent = {"csrf_token": self.token, "purpose": "custody.care", **fields}
        return self.client.post(path, data=sent, follow_redirects=False)

    def writes(self, who: UUID, words: str, **more: str) -> httpx.Response:
        key = field(self.page(f"/people/{who}/note?{CARE}"), "entry")
        return self.post(f"/people/{who}/note", **{**FORM, "words": words, "entry": key, **more})

    def entry(self, words: str) -> tuple[str, str]:
        """Id and version of the entry with these words."""
        text = self.page(f"/outbox?{CARE}").partition(words)[2]
        found = re.search(r'action="/outbox/([0-9a-f-]+)".*?name="version" value="(\d+)"', text, re.DOTALL)
        assert found is not None
        return found[1], found[2]

    def says(self, words: str, state: str, **more: str) -> httpx.Response:
        entry, version = self.entry(words)
        return self.post(f"/outbox/{entry}", state=state, **{"version": version, **more})


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def people_on(node: Node, unit: str) -> list[UUID]:
    with node.database.connection(Principal.LOADER) as connection:
        rows = connection.execute(
            "select id from record.person where unit_code = %s and not is_restricted order by id", (unit,)
        ).fetchall()
    return [row[0] for row in rows]


@pytest.fixture
def desks(node: Node) -> Generator[dict[str, Desk]]:
    seat = seat_at(node)
    with seat.client() as first, seat.client() as second, seat.client() as third:
        clients = {"officer.a": first, "governor": second, "nurse": third}
        yield {name: Desk(seat, client, seat.sign_in(client, name)) for name, client in clients.items()}


def test_a_note_is_seen_by_others_at_once_with_who_and_when_and_that_nomis_has_it_not(
    node: Node, desks: dict[str, Desk]
) -> None:
    officer, governor, who = desks["officer.a"], desks["governor"], people_on(node, "LEI-A")[0]
    before = officer.seat.last_index()
    assert "Write a note" in officer.page(f"/people/{who}?{CARE}")
    sent = officer.writes(who, "Quiet at unlock, ate nothing.")
    assert sent.status_code == 303, sent.text
    assert sent.headers["location"] == "/outbox?purpose=custody.care&done=written"
    for desk in (officer, governor):
        page = desk.page(f"/people/{who}?{CARE}")
        assert "Quiet at unlock, ate nothing. (officer.a)" in page
        assert NOT_YET in page
        assert NOT_YET in desk.page(f"/outbox?{CARE}").partition("Quiet at unlock")[0]
    written = [one for one in officer.seat.entries(before) if one.act == "record"]
    assert [(one.actor, one.header["entity"], one.header["purpose"]) for one in written] == [
        ("officer.a", "case_note", "custody.care")
    ]
    assert "Quiet at unlock" not in desks["nurse"].page(f"/people/{who}?purpose=custody.care")
