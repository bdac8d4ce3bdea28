"""What is open for one person and for a time: named clauses, in running reads and other processes too, and no more."""

import re
from dataclasses import replace
from datetime import timedelta
from time import sleep
from uuid import UUID

import pytest

from agreement_world import BY, TRUST, TRUST_NURSE, Party, text
from gate_world import GOVERNOR, OFFICER, START, ZONE, about, charter, ids, look, person, place, query, write
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.accounts import Accounts
from watchroom.gate.askers import Asker
from watchroom.gate.door import Act, Asked, Gate, Seen, View
from watchroom.gate.openings import Opened, Times, close_opening, enter_opening, new_opening
from watchroom.kernel.clock import SteppedClock
from watchroom.policy import decision
from watchroom.policy.agreement import charter_text
from watchroom.policy.clauses import Agreement
from watchroom.policy.opened_clauses import Opening, limited_to_people, opening_name, openings_of
from watchroom.store.database import Database, Principal

GLASS = """
break_glass:
  roles: [duty_governor, wing_officer]
  purposes: [custody.care]
  adds:
    - {entity: care_need, roles: [duty_governor], fields: [person_id, description], subject: at_my_site}
    - {entity: care_need, roles: [wing_officer], fields: [person_id, description], subject: on_my_unit}
  needs: [reason, incident]
  lasts: PT4H
  review_within: PT72H
  tell: [information-governance]
"""
GLASS_TEXT = re.sub(r"\nbreak_glass:\n( .*\n|#.*\n|\n)*", "\n", charter_text()).replace(
    "\nmax_classification:", f"{GLASS}max_classification:"
)
WITH_GLASS = charter(GLASS_TEXT)
NAME = opening_name(WITH_GLASS, "glass")
ROWS = {
    "location": [place("LEI-A", "WING"), place("LEI-B", "WING"), place("MDI-A", "WING")],
    "person": [person("1"), person("2", "LEI-B"), person("3", "MDI-A"), person("4", is_restricted=True)],
    "care_need": [
        about(key, key, unit, instruction_code="X", description=f"told {key}")
        for key, unit in (("1", "LEI-A"), ("2", "LEI-B"), ("3", "MDI-A"), ("4", "LEI-A"))
    ],
}
NEEDS = "select description, person_id from care_need"


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(START + timedelta(days=1))


@pytest.fixture
def world(database: Database) -> Database:
    write(database, ROWS)
    accounts = Accounts(
        database=database, audit=MemoryAuditLog(), organisation="HMPPS", machine_clock=SteppedClock(START)
    )
    for asker in (OFFICER, GOVERNOR, replace(GOVERNOR, name="h.governor")):
        accounts.add(asker, password="correct horse battery staple", is_demo=True)
    return database


def gate(database: Database, clock: SteppedClock, *agreements: Agreement, audit: MemoryAuditLog | None = None) -> Gate:
    return Gate(
        database=database,
        audit=audit or MemoryAuditLog(clock=clock),
        agreements=agreements or (WITH_GLASS,),
        clock=clock,
        zone=ZONE,
        machine=clock,
    )


def opened(
    database: Database,
    clock: SteppedClock,
    asker: Asker = GOVERNOR,
    *,
    name: str = NAME,
    digest: str = WITH_GLASS.digest,
    person_id: UUID | None = None,
) -> Opened:
    now = clock.now()
    one = new_opening(
        asker, name=name, digest=digest, person_id=person_id, times=Times(now, now), lasts=timedelta(hours=4)
    )
    with database.connection(Principal.MIGRATOR) as connection:
        enter_opening(connection, one)
    return one


def closed(database: Database, clock: SteppedClock, one: Opened) -> bool:
    with database.connection(Principal.MIGRATOR) as connection:
        return close_opening(connection, one.id, at=clock.now(), by=one.account)


def told(door: Gate, asker: Asker = GOVERNOR, **more: object) -> set[object]:
    return ids(look(door, asker, NEEDS, **more), "description") - {None}  # type: ignore[arg-type]


def test_what_is_open_is_shown_to_that_person_and_to_nobody_else(world: Database, clock: SteppedClock) -> None:
    door = gate(world, clock)
    assert told(door) == set()
    opened(world, clock)
    assert told(door) == {"told 1", "told 2"}
    assert told(door, replace(GOVERNOR, name="h.governor")) == set()
    assert told(door, replace(GOVERNOR, sites=("MDI",))) == {"told 3"}
    assert told(door, OFFICER) == set()


def test_each_role_is_shown_its_own_rows(world: Database, clock: SteppedClock) -> None:
    opened(world, clock, OFFICER)
    assert told(gate(world, clock), OFFICER) == {"told 1"}


def test_it_is_for_its_purposes_alone_and_shows_the_named_fields_alone(world: Database, clock: SteppedClock) -> None:
    opened(world, clock)
    door = gate(world, clock)
    assert told(door, purpose="custody.safety") == set()
    rows = look(door, GOVERNOR, "select type_code, problem_code, withheld from care_need")
    assert ids(rows, "problem_code") == {None}
    assert all("problem_code" in str(row["withheld"]) for row in rows)


def test_it_closes_by_itself_in_every_process(world: Database, clock: SteppedClock) -> None:
    doors = [gate(world, clock), gate(world, clock)]
    opened(world, clock)
    clock.move(timedelta(hours=4) - timedelta(seconds=1))
    assert [told(door) for door in doors] == [{"told 1", "told 2"}] * 2
    clock.move(timedelta(seconds=1))
    assert [told(door) for door in doors] == [set(), set()]


@pytest.mark.parametrize("is_node", [True, False])
@pytest.mark.parametrize("moved", [timedelta(hours=4), -timedelta(minutes=1)], ids=["over", "set back"])
def test_it_is_over_as_soon_as_either_clock_says_so_and_a_clock_that_is_set_back_opens_nothing_again(
    world: Database, clock: SteppedClock, is_node: bool, moved: timedelta
) -> None:
    other = SteppedClock(clock.now())
    opened(world, clock)
    node, machine = (clock, other) if is_node else (other, clock)
    door = Gate(
        database=world,
        audit=MemoryAuditLog(clock=clock),
        agreements=[WITH_GLASS],
        clock=node,
        zone=ZONE,
        machine=machine,
    )
    assert told(door) == {"told 1", "told 2"}
    clock.move(moved)
    assert told(door) == set()


def test_it_may_be_closed_early_once_and_every_process_hears_of_it(world: Database, clock: SteppedClock) -> None:
    doors = [gate(world, clock), gate(world, clock)]
    one = opened(world, clock)
    assert [told(door) for door in doors] == [{"told 1", "told 2"}] * 2
    assert closed(world, clock, one)
    assert not closed(world, clock, one)
    assert [told(door) for door in doors] == [set(), set()]


@pytest.mark.parametrize("how", ["closed", "over"])
def test_a_read_that_runs_when_it_ends_gives_nothing_of_it(world: Database, clock: SteppedClock, how: str) -> None:
    door = gate(world, clock)
    one = opened(world, clock)
    seen: list[int] = []

    def slow(view: View) -> list[object]:
        found = [row["description"] for row in view.records(query(NEEDS)) if row["description"]]
        seen.append(len(found))
        if how == "closed" and len(seen) == 1:
            closed(world, clock, one)
            sleep(0.06)
        elif len(seen) == 1:
            clock.move(timedelta(hours=4))
        return found

    given = door.read(GOVERNOR, asked=Asked(purpose="custody.care", act=Act.LIST, what="care_need"), look=slow)
    assert isinstance(given, Seen)
    assert given.value == []
    assert seen == [2, 0]


def test_restricted_people_are_hidden_under_it_as_well(world: Database, clock: SteppedClock) -> None:
    opened(world, clock)
    assert "told 4" not in told(gate(world, clock))


def test_under_another_text_or_without_its_agreement_nothing_is_open(world: Database, clock: SteppedClock) -> None:
    opened(world, clock)
    assert told(gate(world, clock, replace(WITH_GLASS, title="x", digest="0" * 64))) == set()
    assert told(gate(world, clock, replace(WITH_GLASS, version=2))) == set()
    assert told(gate(world, clock, charter(), replace(WITH_GLASS, name="OTHER"))) == set()


def test_the_entry_of_every_read_names_what_was_open(world: Database, clock: SteppedClock) -> None:
    log = MemoryAuditLog(clock=clock)
    door = gate(world, clock, audit=log)
    one = opened(world, clock)
    look(door, GOVERNOR, "select id from person")
    entry = log.entries[-1]
    assert f"{NAME}" in entry.clauses
    assert entry.detail["opened"] == str(one.id)
    closed(world, clock, one)
    look(door, GOVERNOR, "select id from person")
    assert NAME not in log.entries[-1].clauses
    assert "opened" not in log.entries[-1].detail


@pytest.mark.parametrize("asker", [GOVERNOR, replace(GOVERNOR, sites=("LEI", *(f"S{n:02}" for n in range(40))))])
def test_an_opening_about_people_shows_those_people_alone(
    world: Database, clock: SteppedClock, asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = opening_name(WITH_GLASS, "request-x")

    def openings(agreement: Agreement) -> tuple[Opening, ...]:
        clauses = (limited_to_people(one, name=name) for one in openings_of(agreement)[0].clauses)
        return (Opening(name=name, clauses=tuple(clauses), is_of_people=True),)

    monkeypatch.setattr(decision, "openings_of", openings)
    door = gate(world, clock)
    people = {row["prison_number"]: row["id"] for row in look(door, asker, "select id, prison_number from person")}
    opened(world, clock, asker)
    assert told(door, asker) == set()
    for key, shown in (("A2", {"told 2"}), ("A1", {"told 1", "told 2"})):
        opened(world, clock, asker, name=name, person_id=people[key])  # type: ignore[arg-type]
        assert told(door, asker) == shown
    clock.move(timedelta(minutes=5))
    assert told(door, asker, as_of=START + timedelta(hours=1)) == {"told 1", "told 2"}


def test_a_suspended_agreement_opens_nothing_and_closes_what_was_open(database: Database) -> None:
    glass = """break_glass:
  roles: [nurse]
  adds: {entity: person, fields: [birth_date], subject: at_my_site}
  needs: [reason]
  lasts: PT4H
  review_within: PT72H
  tell: [provider-dpo]
"""
    write(database, ROWS)
    party = Party(database)
    accounts = Accounts(database=database, audit=MemoryAuditLog(), organisation=TRUST, machine_clock=party.clock)
    accounts.add(TRUST_NURSE, password="correct horse battery staple", is_demo=True)
    kept = party.agreed(text(more=glass))
    door = Gate(
        database=database,
        audit=party.log,
        agreements=party.agreements.settle,
        clock=party.clock,
        zone=ZONE,
        machine=party.clock,
    )

    def born() -> set[object]:
        asked = "select birth_date from person"
        return ids(look(door, TRUST_NURSE, asked, purpose="care.suicide-prevention"), "birth_date") - {None}

    assert born() == set()
    name = opening_name(kept.agreement, "glass")
    opened(database, party.clock, TRUST_NURSE, name=name, digest=kept.agreement.digest)
    assert born() != set()
    party.agreed(text(version=2, more=glass, first="2027-01-01"))
    assert born() != set(), "what takes its place next year changes nothing today"
    party.agreements.suspend("DSA-012", by=BY)
    refused = door.read(
        TRUST_NURSE,
        asked=Asked(purpose="care.suicide-prevention", act=Act.LIST, what="person"),
        look=lambda view: view.records(query("select birth_date from person")),
    )
    assert not isinstance(refused, Seen)
