"""A node of its own with two cases, the conference agreement signed by all, and a clock to move."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from litestar import Litestar
from litestar.testing import TestClient
from standing import standing_node
from test_commands import run
from web_seat import Seat, seat_at

from agreement_world import signer
from gate_world import about, look, person, write
from watchroom.gate.agreement_changes import By
from watchroom.gate.party_keys import Signature, statement
from watchroom.kernel.clock import SteppedClock
from watchroom.node.node import Node
from watchroom.policy.agreement import example_text
from watchroom.store.database import Principal

HEARD = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NOW = HEARD - timedelta(days=2)
PURPOSE = "safeguarding.domestic-abuse"
SEEN = "select case_contribution.case_reference, case_contribution.action_offered from case_contribution order by 2 asc"
PARTNERS = ("probation", "health-trust", "council")
# Of the two officers, who are asked for it once more where they let somebody in.
PASSWORD = "letting in is asked of nobody twice"
CASES = {"C-1": "1", "C-2": "2", "C-66-HIDDEN": "3"}


@dataclass(slots=True)
class Conference:
    """The node, a seat at its pages, and its clock."""

    node: Node
    seat: Seat
    clock: SteppedClock

    def shown(self, account: str = "member") -> list[object]:
        """What somebody is shown of what was brought to cases, through the gate."""
        rows = look(self.seat.gate, self.seat.accounts.asker(account), SEEN, purpose=PURPOSE)
        return [row["action_offered"] for row in rows]

    def person_of(self, case: str) -> UUID:
        with self.node.database.connection(Principal.LOADER) as connection:
            row = connection.execute(
                "select person_id from record.case_contribution where case_reference = %s", (case,)
            ).fetchone()
        assert row is not None
        return row[0]

    def soon(self, *, days: int = 5) -> str:
        """What somebody types for a day to come, by the clock on the wall of the node."""
        there = (self.clock.now() + timedelta(days=days)).astimezone(self.node.jurisdiction.zone)
        return f"{there:%Y-%m-%dT%H:%M}"


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody at the pages, in a browser of their own."""

    client: TestClient[Litestar]
    token: str

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path, follow_redirects=False)

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.client.post(path, data={"csrf_token": self.token, **fields}, follow_redirects=False)

    def admits(self, room: str, *, password: str = PASSWORD, **member: str) -> httpx.Response:
        """Let somebody into the room at that address, with the own password."""
        return self.post(f"{room}/admit", password=password, **member)

    def opens(self, case: str, closes: str) -> str:
        """Open a room; the address of its page."""
        reply = self.post("/rooms", case=case, closes=closes)
        assert reply.status_code == 303, reply.text
        return reply.headers["location"].partition("?")[0]


@contextmanager
def conference_at(folder: Path) -> Generator[Conference]:
    """The node, made in `folder` and removed afterwards."""
    with standing_node(folder, "--agency", "HMPPS", "--name", "Prison Service"):
        for name, role, *place in (
            ("records", "information_governance"),
            ("records.b", "information_governance"),
            ("member", "conference_member"),
            ("other", "conference_member"),
            ("governor", "duty_governor", "--site", "LEI"),
        ):
            assert run("user", "add", folder, name, "--role", role, *place).exit_code == 0, name
        with Node.open(folder) as node:
            for officer in ("records", "records.b"):
                node.accounts.set_password(officer, PASSWORD)
            node.clock = clock = SteppedClock(NOW)
            brought = [_brought(f"{case}-offer", key, case) for case, key in CASES.items()]
            write(node.database, {"person": [person(key) for key in CASES.values()], "case_contribution": brought})
            _agree(node)
            yield Conference(node=node, seat=seat_at(node), clock=clock)


def _brought(key: str, person_key: str, case: str) -> dict[str, object]:
    said: dict[str, Any] = {"case_reference": case, "conference_at": HEARD, "organisation": "health-trust"}
    told: dict[str, Any] = {
        "action_offered": key,
        "contributed_at": NOW - timedelta(days=3),
        "is_victim_contact": False,
    }
    return about(key, person_key, **said, **told)


def _agree(node: Node) -> None:
    by = By(actor="records")
    document = example_text("case_conference").replace("org: police", "org: HMPPS")
    digest = node.agreements.enter(document, where="conference.yaml", by=by).agreement.digest
    for partner in PARTNERS:
        key = signer(partner)
        node.agreements.trust(partner, key.verifier.text(), by=by)
        signature = Signature(
            organisation=partner,
            signatory="x",
            key=key.verifier,
            value=key.sign(statement(digest, partner)),
            signed_at=NOW,
        )
        node.agreements.countersign(digest, signature=signature, by=by)
    node.agreements.sign(digest, by=by)
