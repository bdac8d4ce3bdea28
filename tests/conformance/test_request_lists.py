"""Lists of requests end, go on a page at a time, and tell nobody of more than they may be shown."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from request_charter import CARE, CHARTER, TEXT
from request_world import World, world_of

from gate_world import NURSE, OFFICER, ZONE, charter
from watchroom.gate.agreement_changes import By
from watchroom.gate.askers import Asker
from watchroom.gate.door import Gate, Seen
from watchroom.gate.request_records import Request
from watchroom.gate.restrictions import RestrictionKind
from watchroom.governance.requests.build import build_requests, kept_for
from watchroom.governance.requests.rules import Place
from watchroom.kernel.ids import uuid7
from watchroom.policy.decision import policy_hash
from watchroom.store.database import Database, Principal


@pytest.fixture
def world(database: Database) -> World:
    return world_of(database)


def much_asked(world: World, number: str, *, times: int, by: str = "o.officer") -> None:
    """What was asked for about somebody, so many times, one a second before the last."""
    ids_ = [uuid7(at=world.clock.now() - timedelta(seconds=times - one)) for one in range(times)]
    request = world.asked(number=number)
    with world.database.connection(Principal.MIGRATOR) as connection:
        connection.execute(
            """insert into gate.request (
                id, asked_by, organisation, digest, name, person_id, site_code, purpose, reason, words, asked_at,
                answer_by, machine_asked_at, machine_answer_by
            ) select
                given.id, %s, organisation, digest, name, person_id, site_code, purpose, reason, words, asked_at,
                answer_by, machine_asked_at, machine_answer_by
            from gate.request cross join unnest(%s::uuid[]) as given (id) where request.id = %s""",
            (by, ids_, request.id),
        )


def pages(world: World, asker: Asker, name: str, *, most: int = 3) -> list[list[UUID]]:
    """A list of requests as somebody is shown it, page by page."""
    found: list[list[UUID]] = []
    place = Place()
    while True:
        kept = partial(kept_for, world.requests, asker, place=place, most=most)
        seen = build_requests(world.gate, asker, purpose=CARE, kept=kept, at=world.clock.now())
        assert isinstance(seen, Seen)
        found.append([one.id for one in getattr(seen.value, name)])
        more = getattr(seen.value.more, name)
        if more is None:
            return found
        place = replace(place, **{name: more})


@pytest.mark.parametrize(("asker", "name"), [(OFFICER, "mine"), (NURSE, "waiting")], ids=["mine", "waiting"])
def test_requests_are_listed_a_page_at_a_time_each_once_and_it_is_said_that_there_are_more(
    world: World, asker: Asker, name: str
) -> None:
    much_asked(world, "A1", times=7)
    found = pages(world, asker, name)
    every = [one for page in found for one in page]
    assert [len(page) for page in found] == [3, 3, 2]
    assert every == sorted(every, reverse=name == "mine")
    assert len(set(every)) == 8


def test_nobody_is_told_of_more_requests_than_they_may_be_shown(world: World) -> None:
    """Some are about a person who is restricted: the list ends where it would end without them."""
    much_asked(world, "A1", times=1)
    much_asked(world, "A2", times=7)
    world.restrictions.restrict(world.person("A2"), kind=RestrictionKind.PROTECTED, by=By(actor="i.gov"))
    assert [len(page) for page in pages(world, NURSE, "waiting", most=2)] == [2]


def test_whoever_has_asked_for_much_in_years_asks_again_without_all_of_it_being_read(world: World) -> None:
    much_asked(world, "A1", times=7)
    world.clock.move(timedelta(hours=4))
    assert world.requests.standing(OFFICER) == ()
    assert isinstance(world.ask(), Request)
    assert len(world.requests.standing(OFFICER, person_id=world.person("A1"))) == 1
    assert world.requests.standing(OFFICER, person_id=world.person("A2")) == ()
    assert len(world.requests.mine(OFFICER, most=4)) == 4


def test_who_decides_no_more_is_shown_no_request_of_others_from_the_very_next_page_on(world: World) -> None:
    """Another process has put another policy in force, and this one has not heard of it yet."""
    request = world.asked()
    without = charter(TEXT.replace("decided_by: [nurse, wing_officer]", "decided_by: [wing_officer]"))
    held = [CHARTER]
    gate = Gate(
        database=world.database,
        audit=world.audit,
        agreements=lambda: tuple(held),
        clock=world.clock,
        zone=ZONE,
        machine=world.clock,
    )
    requests = replace(world.requests, gate=gate)

    def waiting() -> list[UUID]:
        kept = partial(kept_for, requests, NURSE)
        seen = build_requests(gate, NURSE, purpose=CARE, kept=kept, at=world.clock.now())
        assert isinstance(seen, Seen)
        return [one.id for one in seen.value.waiting]

    assert waiting() == [request.id]
    held[:] = [without]
    with world.database.connection(Principal.MIGRATOR) as connection:
        put = "insert into gate.policy (policy_hash, since) values (%s, %s)"
        connection.execute(put, (policy_hash(held), world.clock.now()))
    assert waiting() == []
