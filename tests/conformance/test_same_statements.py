"""To ask about somebody hidden sends the database the same statements as to ask about nobody: time tells nothing."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from request_charter import ACCOUNTS, CARE, ROWS
from test_requests import World, hidden_ways

from gate_world import NURSE, OFFICER, START, write
from statements import statements_of
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.accounts import Accounts
from watchroom.gate.agreement_changes import By
from watchroom.gate.door import Refused
from watchroom.gate.explain import explain
from watchroom.gate.request_records import Verdict
from watchroom.gate.restrictions import Relation
from watchroom.gate.see import see
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Database


@pytest.fixture
def world(database: Database) -> World:
    write(database, ROWS)
    accounts = Accounts(
        database=database, audit=MemoryAuditLog(), organisation="HMPPS", machine_clock=SteppedClock(START)
    )
    for asker in ACCOUNTS:
        accounts.add(asker, password="correct horse battery staple", is_demo=True)
    return World(database)


def ways_of(world: World) -> dict[str, Callable[[UUID], object]]:
    return {
        "ask": lambda who: world.ask(person_id=who),
        "see": lambda who: see(world.gate, OFFICER, entity="person", row_id=who, purpose=CARE),
        "explain": lambda who: explain(world.gate, OFFICER, entity="person", row_id=who, purpose=CARE),
    }


@pytest.mark.parametrize("way", ["ask", "see", "explain"])
def test_to_ask_about_anybody_hidden_sends_what_it_sends_about_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    people, ask = hidden_ways(world), ways_of(world)[way]
    for who in people.values():
        # The first read of an audience makes its views.
        ask(who)
    sent: dict[str, list[str]] = {}
    with statements_of(world.database, monkeypatch) as found:
        for why, who in people.items():
            found.clear()
            ask(who)
            sent[why] = list(found)
    assert len(sent["absent"]) > 2, "it is seen"
    assert all(one == sent["absent"] for one in sent.values())


@pytest.mark.parametrize("way", ["decide", "end"])
def test_to_work_a_request_about_somebody_hidden_sends_and_enters_what_one_that_is_not_there_does(
    world: World, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    request = world.asked() if way == "decide" else world.given()
    world.restrictions.link(NURSE.name, request.person_id, relation=Relation.KIN, by=By(actor="i.gov"))
    verdict = Verdict(purpose=CARE, lasts=None, words="no")
    ways: dict[str, Callable[[UUID], object]] = {
        "decide": lambda one: world.requests.decide(NURSE, one, verdict),
        "end": lambda one: world.requests.end(NURSE, one, purpose=CARE),
    }
    # The first read of an audience makes its views.
    ways[way](uuid4())
    sent: list[object] = []
    with statements_of(world.database, monkeypatch) as found:
        for one in (request.id, uuid4()):
            found.clear()
            before = len(world.audit.entries)
            said = ways[way](one)
            assert isinstance(said, Refused)
            (entry,) = world.audit.entries[before:]
            detail = {name: value for name, value in entry.detail.items() if name != "request"}
            sent.append((said, list(found), replace(entry, subjects=(), detail=detail)))
    assert sent[0] == sent[1]
