"""A day of three control rooms' messages, pushed to a real node: taken whole, the same in whatever order they come."""

import json
import random
import threading
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

import httpx
import pytest

from county_days import four_days
from watchroom.demo.world.happenings_streets import Agency
from watchroom.demo.writers.cad import Cads
from watchroom.demo.writers.written import Written
from watchroom.node.create import NewNode, create_node, remove_node
from watchroom.node.listening import Listening, bound
from watchroom.node.node import Node
from watchroom.store.roles import Principal
from watchroom.web.serve import server_for

AT_ONCE = 250


@dataclass(frozen=True, kw_only=True)
class Site:
    node: Node
    address: str

    def source(self, name: str) -> str:
        """The secret of a new source of that name."""
        self.node.sources.add(name, kind="push", at="", mapping="cad_incident")
        return self.node.pushes.new_secret(name).reveal()

    def send(self, name: str, secret: str, messages: Sequence[Written]) -> list[dict[str, Any]]:
        """What is answered to those messages, which are sent in order, some at once."""
        answers: list[dict[str, Any]] = []
        for first in range(0, len(messages), AT_ONCE):
            body = b"\n".join(one.content for one in messages[first : first + AT_ONCE])
            headers = {"content-type": "application/x-ndjson", "authorization": f"Bearer {secret}"}
            reply = httpx.post(f"{self.address}/in/{name}", content=body, headers=headers, timeout=120)
            assert reply.status_code == 200, reply.text
            answers.append(reply.json())
        return answers

    def rows(self, query: LiteralString, name: str) -> list[tuple[Any, ...]]:
        with self.node.database.connection(Principal.LOADER) as connection:
            return connection.execute(query, [name]).fetchall()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    folder = tmp_path_factory.mktemp("rooms") / "n"
    create_node(folder, NewNode(agency="ORRIN", name="Orrinshire partnership"))
    try:
        with Node.open(folder) as node, bound(Listening()) as door:
            server = server_for(node, door.listening)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [door.socket]})
            thread.start()
            yield Site(node=node, address=door.listening.url.rstrip("/").replace("localhost", "127.0.0.1"))
            server.should_exit = True
            thread.join(timeout=20)
    finally:
        remove_node(folder)


def messages(agency: Agency) -> list[Written]:
    cads = Cads()
    return [one for room, one in cads.of_day(four_days()[0].happenings) if room.agency is agency]


def last_words(sent: Sequence[Written]) -> dict[str, dict[str, Any]]:
    """The newest message of each incident."""
    found: dict[str, dict[str, Any]] = {}
    for one in sent:
        told = json.loads(one.content)
        known = found.get(told["incident"]["urn"])
        if known is None or known["header"]["sequence"] < told["header"]["sequence"]:
            found[told["incident"]["urn"]] = told
    return found


@pytest.mark.parametrize("agency", list(Agency))
def test_a_day_of_a_control_room_is_taken_without_an_issue(site: Site, agency: Agency) -> None:
    name, sent = f"cad-{agency.value}", messages(agency)
    answers = site.send(name, site.source(name), sent)
    assert [issue for one in answers for issue in one["issues"]] == []
    assert sum(one["taken"] for one in answers) == len(sent) > 40
    told = last_words(sent)
    rows = site.rows(
        "select reference, status_text, closed_at is not null, family_code is not null, priority_code is not null,"
        " disposition_code is not null from record.incident where source_system = %s",
        name,
    )
    assert {row[0]: row[1] for row in rows} == {urn: one["incident"]["status"] for urn, one in told.items()}
    assert all(row[2] == (row[1] == "CLOSED") == row[5] for row in rows)
    assert all(row[3] and row[4] for row in rows)
    (lines,) = site.rows("select count(*) from record.incident_note where source_system = %s", name)
    assert lines[0] == sum(len(json.loads(one.content)["incident"]["log"]) for one in sent)
    (units,) = site.rows("select count(*) from record.assignment where source_system = %s", name)
    assert units[0] == sum(len(one["incident"]["resources"]) for one in told.values())
    (states,) = site.rows("select count(*) from record.resource where source_system = %s and kind_code is null", name)
    assert states[0] == 0


RECORD: dict[str, LiteralString] = {
    "incident": "select source_key, status_text, priority_code, closed_at, updated_at from record.incident"
    " where source_system = %s order by 1",
    "line": "select source_key, text from record.incident_note where source_system = %s order by 1",
    "unit": "select source_key, state_code, ordered_at, arrived_at, cleared_at from record.assignment"
    " where source_system = %s order by 1",
    "agency": "select source_key, own_reference, role_code from record.incident_agency where source_system = %s"
    " order by 1",
}


def test_the_same_record_stands_whether_messages_come_in_order_or_late_and_twice(site: Site) -> None:
    sent = messages(Agency.POLICE)[:400]
    mixed = [*sent, *sent[::7]]
    random.Random(9).shuffle(mixed)  # noqa: S311  no secret: the same order each time
    site.send("in-order", site.source("in-order"), sent)
    answers = site.send("mixed", site.source("mixed"), mixed)
    assert {issue["code"] for one in answers for issue in one["issues"]} <= {"message_repeated"}
    for query in RECORD.values():
        assert site.rows(query, "in-order") == site.rows(query, "mixed") != []
