"""An open page hears that access has changed: by a mark that becomes another one with each kind of change."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from test_restrictions import BY, CLOCK, WING, restrictions

from agreement_world import Party, text
from gate_world import GOVERNOR, OFFICER, START, write
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.access_mark import AccessMarks
from watchroom.gate.accounts import Accounts
from watchroom.gate.case_rooms import CaseRooms, Member
from watchroom.gate.restrictions import Relation, RestrictionKind
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Database, Principal

NODE_CLOCK = SteppedClock(START)


@pytest.fixture
def party(database: Database) -> Party:
    write(database, WING)
    accounts = accounts_of(database)
    for asker in (OFFICER, GOVERNOR):
        accounts.add(asker, password="correct horse battery staple", is_demo=True)
    return Party(database)


def accounts_of(database: Database) -> Accounts:
    return Accounts(database=database, audit=MemoryAuditLog(), organisation="HMPPS", machine_clock=CLOCK)


def id_of(database: Database, key: str) -> UUID:
    with database.connection(Principal.LOADER) as connection:
        row = connection.execute("select id from record.person where source_key = %s", (key,)).fetchone()
    assert row is not None
    return row[0]


def changed(database: Database, change: Callable[[], object]) -> tuple[bool, bool, bool]:
    """Whether the mark is another one for everybody together, the officer and the governor."""
    marks = AccessMarks(database, clock=NODE_CLOCK, machine=CLOCK)
    before = (marks.of_everybody(), marks.of(OFFICER), marks.of(GOVERNOR))
    change()
    after = (marks.of_everybody(), marks.of(OFFICER), marks.of(GOVERNOR))
    return tuple(one != other for one, other in zip(before, after, strict=True))  # type: ignore[return-value]


def test_what_is_agreed_and_what_is_suspended_reaches_everybody(party: Party) -> None:
    party.agreements.settle()
    kept = party.entered(text())
    assert changed(party.database, lambda: party.agreements.sign(kept.agreement.digest, by=BY)) == (False,) * 3
    signature = party.of_trust(kept)
    countersigned = changed(
        party.database, lambda: party.agreements.countersign(kept.agreement.digest, signature=signature, by=BY)
    )
    assert countersigned == (True,) * 3
    assert changed(party.database, lambda: party.agreements.suspend(kept.agreement.name, by=BY)) == (True,) * 3


def test_access_that_is_suspended_for_some_reaches_them(party: Party) -> None:
    gate = party.gate()
    gate.purposes(OFFICER)
    assert changed(party.database, lambda: gate.suspend(OFFICER, purpose="custody.care", by="t")) == (True,) * 3


def test_a_restriction_reaches_everybody_and_an_admission_only_who_is_admitted(party: Party) -> None:
    database, kept = party.database, restrictions(party.database)
    person: UUID = id_of(database, "1")
    restricted = changed(database, lambda: kept.restrict(person, kind=RestrictionKind.PROTECTED, by=BY))
    assert restricted == (True, True, True)
    assert changed(database, lambda: kept.admit(person, OFFICER.name, by=BY)) == (True, True, False)
    assert changed(database, lambda: kept.lift(person, by=BY)) == (True, True, True)


def test_who_is_a_party_and_who_has_another_post_hears_of_it_alone(party: Party) -> None:
    database, kept = party.database, restrictions(party.database)
    person = id_of(database, "2")
    linked = changed(database, lambda: kept.link(OFFICER.name, person, relation=Relation.KIN, by=BY))
    assert linked == (True, True, False)


def test_nothing_else_is_a_change(party: Party) -> None:
    party.gate()
    assert changed(party.database, lambda: write(party.database, WING, hour=1)) == (False, False, False)
    assert changed(party.database, lambda: accounts_of(party.database).check(OFFICER.name, "wrong")) == (False,) * 3


def test_an_account_that_is_disabled_wakes_the_pages(party: Party) -> None:
    assert changed(party.database, lambda: accounts_of(party.database).disable(OFFICER.name))[0]


def test_a_room_that_ends_by_the_clock_of_the_node_reaches_its_members(party: Party) -> None:
    database, by = party.database, BY
    rooms = CaseRooms(
        database=database, audit=MemoryAuditLog(), organisation="HMPPS", clock=NODE_CLOCK, machine=SteppedClock(START)
    )
    rooms.open("CASE-1", closes_at=NODE_CLOCK.now() + timedelta(hours=1), by=by)
    rooms.admit("CASE-1", Member(organisation=OFFICER.organisation, account=OFFICER.name), by=by)
    assert changed(database, lambda: NODE_CLOCK.move(timedelta(minutes=59))) == (False, False, False)
    assert changed(database, lambda: NODE_CLOCK.move(timedelta(minutes=1))) == (True, True, False)
