"""To ask about somebody hidden sends the database the same statements as to ask about nobody: time tells nothing."""

from collections.abc import Callable
from uuid import UUID

import pytest
from request_charter import ACCOUNTS, CARE, ROWS
from test_requests import World, hidden_ways

from gate_world import OFFICER, START, write
from statements import statements_of
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.accounts import Accounts
from watchroom.gate.explain import explain
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
