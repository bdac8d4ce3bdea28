"""A node of its own whose one source was delivered with rows that are held back and values that no list has."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from litestar import Litestar
from litestar.testing import TestClient
from standing import standing_node
from test_commands import run
from web_seat import Seat, seat_at

from deliveries import edit, small_extract
from watchroom.node.node import Node

SENTENCE = "Ask his brother Zebedee before unlock"
PEOPLE = (
    ("engineer", "data_engineer"),
    ("engineer.b", "data_engineer"),
    ("officer", "wing_officer", "--unit", "LEI-A"),
    ("governor", "duty_governor", "--site", "LEI"),
)


@dataclass(frozen=True, slots=True)
class Sat:
    """Somebody at the pages, in a browser of their own."""

    client: TestClient[Litestar]
    token: str

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path, follow_redirects=False)

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.client.post(path, data={"csrf_token": self.token, **fields}, follow_redirects=False)


@dataclass(slots=True)
class Stewarded:
    """The node, its seat, and the folder of its source."""

    node: Node
    seat: Seat
    delivery: Path

    @contextmanager
    def sat(self, name: str) -> Generator[Sat]:
        with self.seat.client() as client:
            yield Sat(client, self.seat.sign_in(client, name))


@contextmanager
def stewarded_at(beside: Path) -> Generator[Stewarded]:
    """The node, made in a folder and removed afterwards."""
    delivery = small_extract(beside / "delivery")

    def odd(rows: list[dict[str, str]]) -> None:
        rows[0]["ALERT_CODE"], rows[1]["ALERT_CODE"] = "NEWONE", SENTENCE
        rows[2]["ALERT_CODE"] = "NEWTWO"
        # What several rows share may be shown.
        rows += [{**rows[0], "ALERT_SEQ": str(number)} for number in range(71, 75)]
        # Of a booking that is not there: no record can come of it.
        rows.append({**rows[0], "OFFENDER_BOOK_ID": "-77", "COMMENT_TEXT": SENTENCE})

    edit(delivery, "OFFENDER_ALERTS", odd)
    with standing_node(beside / "n", "--agency", "HMPPS", "--name", "Prison Service"):
        for name, role, *place in PEOPLE:
            assert run("user", "add", beside / "n", name, "--role", role, *place).exit_code == 0, name
        added = run("source", "add", beside / "n", "nomis", "--kind", "files", "--at", delivery, "--map", "nomis")
        assert added.exit_code == 0
        assert run("ingest", beside / "n", "nomis").exit_code == 0
        with Node.open(beside / "n") as node:
            yield Stewarded(node=node, seat=seat_at(node), delivery=delivery)
