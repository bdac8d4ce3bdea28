"""What a clause gives by a relation of the asker to the subject: worked out from the record of today, for each read."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agreement_world import TRUST, TRUST_NURSE, text
from gate_world import START, about, charter, gate_of, ids, look, person, place, write
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.accounts import Accounts
from watchroom.gate.askers import Asker
from watchroom.kernel.clock import SteppedClock
from watchroom.kernel.errors import NotFoundError
from watchroom.model.catalogue import catalogue
from watchroom.policy.agreement import load_agreement
from watchroom.policy.clauses import Agreement
from watchroom.store.database import Database

CLOCK = SteppedClock(START + timedelta(days=1))
PLACES = [place("LEI-A", "WING"), place("LEI-B", "WING"), place("MDI-A", "WING")]


def episode(key: str, unit: str, **more: object) -> dict[str, object]:
    return {**about(key, key, unit), "book_number": f"B{key}", "is_active": True, "in_out_code": "IN", **more}


def worker(key: str, staff: str, **more: object) -> dict[str, object]:
    return {**about(key, key), "staff_reference": staff, "is_active": True, **more}


HERE = {
    "location": PLACES,
    "person": [person("1"), person("2", "LEI-B"), person("3", "MDI-A"), person("4", "MDI-A")],
    "custody_episode": [
        episode("1", "LEI-A"),
        episode("2", "LEI-B"),
        episode("3", "MDI-A"),
        episode("4", "LEI-A", is_active=False, ended_at=START - timedelta(days=3)),
    ],
    "key_worker": [worker("1", "77"), worker("3", "77"), worker("2", "77", is_active=False), worker("4", "88")],
}
# The second went to another establishment.
MOVED = HERE | {
    "person": [person("1"), person("2", "MDI-A"), person("3", "MDI-A"), person("4", "MDI-A")],
    "custody_episode": [
        episode("1", "LEI-A"),
        episode("2", "MDI-A"),
        episode("3", "MDI-A"),
        episode("4", "LEI-A", is_active=False, ended_at=START - timedelta(days=3)),
    ],
}


def agreed(subject: str, where: str = "") -> Agreement:
    said = f"subject: {subject}" if subject else f"where: {where}"
    return load_agreement(text().replace("subject: at_my_site", said), where="dsa.yaml", model=catalogue())


def shown(database: Database, asker: Asker, agreement: Agreement, *, days: int = 1, **more: object) -> set[object]:
    """Prison numbers of the people whom the asker is shown."""
    gate = gate_of(database, charter(), agreement, at=START + timedelta(days=days))
    asked = "select prison_number from person"
    rows = look(gate, asker, asked, purpose="care.suicide-prevention", **more)  # type: ignore[arg-type]
    return ids(rows, "prison_number")


@pytest.fixture
def world(database: Database) -> Database:
    write(database, HERE)
    accounts = Accounts(database=database, audit=MemoryAuditLog(), organisation=TRUST, machine_clock=CLOCK)
    accounts.add(TRUST_NURSE, password="correct horse battery staple", is_demo=True)
    accounts.know_staff(TRUST_NURSE.name, source_system="nomis", staff_reference="77", operator="root")
    return database


def test_nobody_is_known_to_a_source_who_has_no_account(database: Database) -> None:
    accounts = Accounts(database=database, audit=MemoryAuditLog(), organisation=TRUST, machine_clock=CLOCK)
    with pytest.raises(NotFoundError, match="user list"):
        accounts.know_staff("nobody", source_system="nomis", staff_reference="77", operator="root")


WIDE = replace(TRUST_NURSE, sites=("LEI", *(f"S{number:02}" for number in range(40))))
WAYS = pytest.mark.parametrize("asker", [TRUST_NURSE, WIDE], ids=["joined", "apart"])


@WAYS
def test_a_caseload_is_of_those_whose_key_worker_the_asker_is_now(world: Database, asker: Asker) -> None:
    assert shown(world, asker, agreed("in_my_caseload")) == {"A1", "A3"}
    other = HERE["key_worker"][1:]
    write(world, HERE | {"key_worker": [worker("1", "88"), *other]}, hour=2)
    assert shown(world, asker, agreed("in_my_caseload")) == {"A3"}


@WAYS
def test_the_relation_is_that_of_today_also_where_the_past_is_asked_for(world: Database, asker: Asker) -> None:
    write(world, HERE | {"key_worker": []}, hour=2)
    assert shown(world, asker, agreed("in_my_caseload"), as_of=START + timedelta(hours=1)) == set()


def test_nobody_is_in_the_caseload_of_somebody_whom_no_source_knows_or_of_a_namesake(world: Database) -> None:
    unknown = replace(TRUST_NURSE, name="another")
    assert shown(world, unknown, agreed("in_my_caseload")) == set()
    namesake = replace(TRUST_NURSE, organisation="HMPPS", units=("LEI-A",))
    own = replace(
        agreed("in_my_caseload"), recipients=(replace(agreed("in_my_caseload").recipients[0], organisation="HMPPS"),)
    )
    assert shown(world, namesake, own) <= {"A1", "A2", "A3", "A4"}
    bare = gate_of(world, own)
    assert look(bare, namesake, "select id from person", purpose="care.suicide-prevention") == []


@WAYS
def test_who_is_in_custody_here_is_shown_and_nobody_who_was(world: Database, asker: Asker) -> None:
    assert shown(world, asker, agreed("in_custody_at_my_site")) == {"A1", "A2"}
    write(world, MOVED, hour=2)
    assert shown(world, asker, agreed("in_custody_at_my_site")) == {"A1"}


@WAYS
def test_who_has_left_is_shown_for_fourteen_days_and_no_longer(world: Database, asker: Asker) -> None:
    write(world, MOVED, hour=2)
    lately = agreed("lately_in_custody_at_my_site")
    assert shown(world, asker, lately) == {"A1", "A2", "A4"}
    assert shown(world, asker, lately, days=12) == {"A1", "A2"}
    assert shown(world, asker, lately, days=15) == {"A1"}


@WAYS
def test_not_in_my_caseload_is_everybody_else(world: Database, asker: Asker) -> None:
    others = agreed("", where="site_code in my_sites and not (id in my_caseload)")
    assert shown(world, asker, others) == {"A2"}


def test_a_relation_needs_a_person_to_be_related_to() -> None:
    document = text().replace("entity: person", "entity: agency").replace("fields: [prison_number]", "fields: [name]")
    with pytest.raises(Exception, match="no column `person_id`"):
        load_agreement(document.replace("at_my_site", "in_my_caseload"), where="dsa.yaml", model=catalogue())
    with pytest.raises(Exception, match="holds people"):
        agreed("", where="prison_number in my_caseload")
