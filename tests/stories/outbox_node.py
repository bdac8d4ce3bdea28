"""A node of three people on one wing, on machine time, with officers at its pages, for what staff write."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from click.testing import CliRunner, Result
from litestar import Litestar
from litestar.testing import TestClient
from standing import standing_node
from web_seat import Seat, get, seat_at

from deliveries import edit, small_extract
from watchroom.entrances import commands
from watchroom.node.node import Node
from watchroom.store.database import Principal

CARE = "purpose=custody.care"
NOT_YET = "Not yet in NOMIS."
COMMANDS = commands()
_ANOTHER_WING = {"INTERNAL_LOCATION_ID": "-9", "INTERNAL_LOCATION_CODE": "B", "DESCRIPTION": "LEI-B"}
PLACES = {"officer.a": ("LEI", "LEI-A"), "officer.b": ("LEI", "LEI-A"), "officer.x": ("LEI", "LEI-B")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wing:
    """The node, its people in order of their numbers, and the folder of its deliveries."""

    node: Node
    folder: Path
    delivery: Path
    people: tuple[UUID, ...]

    def rows(self, text: Any, *given: object) -> list[tuple[Any, ...]]:
        with self.node.database.connection(Principal.LOADER) as connection:
            return connection.execute(text, given).fetchall()

    def delivers(self, **note: str) -> None:
        """Take the delivery of NOMIS once more, with another note in it."""

        def more(rows: list[dict[str, str]]) -> None:
            rows.append(dict.fromkeys(rows[0], "") | note)

        edit(self.delivery, "OFFENDER_CASE_NOTES", more)
        done = run("ingest", self.folder, "nomis", "--json")
        assert done.exit_code == 0, done.output


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
        form = self.page(f"/people/{who}/note?{CARE}")
        typed = {"kind": "OBSERVE/OBS_GEN", "occurred": field(form, "occurred"), "system": "NOMIS", "words": words}
        return self.post(f"/people/{who}/note", **{**typed, "entry": field(form, "entry"), **more})

    def entry(self, words: str) -> tuple[str, str]:
        """Id and version of the entry with these words."""
        text = self.page(f"/outbox?{CARE}").partition(words)[2]
        found = re.search(r'action="/outbox/([0-9a-f-]+)".*?name="version" value="(\d+)"', text, re.DOTALL)
        assert found is not None
        return found[1], found[2]

    def says(self, words: str, state: str, **more: str) -> str:
        """What becomes of saying how far an entry has come: the last part of where the page leads."""
        entry, version = self.entry(words)
        sent = self.post(f"/outbox/{entry}", state=state, **{"version": version, **more})
        assert sent.status_code == 303, sent.text
        return sent.headers["location"].rpartition("=")[2]


def field(page: str, name: str) -> str:
    """The value of an input of that name."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    assert found is not None, page
    return found[1]


def run(*words: object) -> Result:
    """A command at the terminal."""
    return CliRunner().invoke(COMMANDS, [str(word) for word in words], catch_exceptions=False)


@contextmanager
def wing_at(folder: Path) -> Generator[Wing]:
    """The node in a folder, with its first delivery taken."""
    delivery = small_extract(folder.parent / "delivery")
    header = "CASE_NOTE_ID,OFFENDER_BOOK_ID,CASE_NOTE_TEXT,CONTACT_TIME,CASE_NOTE_TYPE,CASE_NOTE_SUB_TYPE\n"
    (delivery / "OFFENDER_CASE_NOTES.csv").write_text(f"{header}1,-1,Fictional,,,\n", encoding="utf-8")
    edit(delivery, "AGENCY_INTERNAL_LOCATIONS", lambda rows: rows.append({**rows[0], **_ANOTHER_WING}))
    with standing_node(folder, "--agency", "HMPPS", "--name", "Prison Service"):
        run("source", "add", folder, "nomis", "--kind", "files", "--at", delivery, "--map", "nomis", "--every", "12h")
        # Known for some days, so that a note is news.
        known = datetime.now(UTC) - timedelta(days=3)  # noqa: TID251  a node on machine time
        assert run("ingest", folder, "nomis", "--as-at", known.isoformat()).exit_code == 0
        for name, (site, unit) in PLACES.items():
            run("user", "add", folder, name, "--role", "wing_officer", "--site", site, "--unit", unit)
        run("user", "add", folder, "governor", "--role", "duty_governor", "--site", "LEI")
        run("user", "add", folder, "nurse", "--role", "nurse", "--site", "LEI")
        with Node.open(folder) as node:
            wing = Wing(node=node, folder=folder, delivery=delivery, people=())
            found = wing.rows("select id from record.person order by prison_number")
            yield Wing(node=node, folder=folder, delivery=delivery, people=tuple(row[0] for row in found))


@contextmanager
def desks_at(node: Node, *names: str) -> Generator[dict[str, Desk]]:
    """Each of these accounts at a browser of its own, at one seat."""
    seat = seat_at(node)
    clients = [seat.client() for _ in names]
    yield {name: Desk(seat, one, seat.sign_in(one, name)) for name, one in zip(names, clients, strict=True)}
