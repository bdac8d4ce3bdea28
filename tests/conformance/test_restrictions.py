"""Who is restricted does not exist for whoever is not admitted; and nobody looks into their own matters."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from threading import Thread
from time import sleep
from uuid import UUID, uuid4

import pytest
from psycopg import sql

from agreement_world import TRUST_NURSE, text
from gate_world import GOVERNOR, OFFICER, START, about, charter, gate_of, ids, look, person, place, write
from watchroom.audit.entries import AuditUnavailableError, Entry, Receipt
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.accounts import Accounts
from watchroom.gate.agreement_changes import By
from watchroom.gate.askers import Asker
from watchroom.gate.exclusion_sql import PARTS
from watchroom.gate.restrictions import Relation, RestrictionKind, Restrictions
from watchroom.kernel.clock import SteppedClock
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.model.catalogue import catalogue
from watchroom.policy.agreement import load_agreement
from watchroom.store.database import Database, Principal

BY = By(actor="i.gov")
CLOCK = SteppedClock(START + timedelta(days=1))
WING = {
    "location": [place("LEI-A", "WING"), place("LEI-A-1", "LAND"), place("LEI-A-1-1")],
    "person": [person("1"), person("2")],
    "custody_episode": [
        {
            **about(key, key),
            "book_number": f"B{key}",
            "is_active": True,
            "in_out_code": "IN",
            "location_key": "LEI-A-1-1",
        }
        for key in ("1", "2")
    ],
    "alert": [about(key, key, type_code="X", kind_code="XGANG", is_active=True) for key in ("1", "2")],
    "non_association": [about("12", "1", other_person_key="2", is_open=True)],
    "incident_report": [
        {"source_key": key, "reference": key, "site_code": "LEI", "unit_code": "LEI-A"} for key in ("100", "200")
    ],
    "incident_participant": [
        {**about("100.1", "1"), "incident_key": "100"},
        {**about("200.2", "2"), "incident_key": "200"},
    ],
}
ABOUT = ("person", "custody_episode", "alert", "non_association", "incident_participant")


@pytest.fixture
def world(database: Database) -> Database:
    write(database, WING)
    accounts = Accounts(database=database, audit=MemoryAuditLog(), organisation="HMPPS", machine_clock=CLOCK)
    for asker in (OFFICER, GOVERNOR):
        accounts.add(asker, password="correct horse battery staple", is_demo=True)
    return database


def restrictions(database: Database, audit: MemoryAuditLog | None = None) -> Restrictions:
    return Restrictions(database=database, audit=audit or MemoryAuditLog(), organisation="HMPPS", machine=CLOCK)


def id_of(database: Database, number: str) -> UUID:
    found = look(gate_of(database), GOVERNOR, f"select id from person where prison_number = '{number}'")
    return UUID(str(found[0]["id"]))


def named(database: Database, asker: Asker, **more: object) -> dict[str, int]:
    """How many rows of each entity the asker is shown."""
    gate = gate_of(database)
    return {name: len(look(gate, asker, f"select id from {name}", **more)) for name in ABOUT}  # type: ignore[arg-type]


def incidents(database: Database, asker: Asker) -> set[object]:
    return ids(look(gate_of(database), asker, "select reference from incident_report"), "reference")


def roll(database: Database, asker: Asker) -> list[object]:
    return [row["on_roll"] for row in look(gate_of(database), asker, "select on_roll from roll where on_roll > 0")]


@pytest.mark.parametrize("kind", list(RestrictionKind))
def test_a_restricted_person_is_in_no_row_for_whoever_is_not_admitted(world: Database, kind: RestrictionKind) -> None:
    two, before = id_of(world, "A2"), roll(world, OFFICER)
    restrictions(world).restrict(two, kind=kind, admits=["g.governor"], by=BY)
    one_each = {"person": 1, "custody_episode": 1, "alert": 1, "non_association": 0, "incident_participant": 1}
    assert named(world, OFFICER) == one_each
    assert named(world, GOVERNOR)["person"] == 2
    assert roll(world, OFFICER) == before


def test_a_restriction_of_today_holds_for_the_past_and_a_lifted_one_for_no_instant(world: Database) -> None:
    two = id_of(world, "A2")
    write(world, WING | {"alert": []}, hour=2)
    restrictions(world).restrict(two, kind=RestrictionKind.PROTECTED, by=BY)
    then = START + timedelta(hours=1)
    assert named(world, OFFICER, as_of=then)["alert"] == 1
    restrictions(world).lift(two, by=BY)
    assert named(world, OFFICER, as_of=then)["alert"] == 2


def test_who_is_admitted_later_sees_what_a_clause_shows(world: Database) -> None:
    two = id_of(world, "A2")
    restrictions(world).restrict(two, kind=RestrictionKind.LIMITED_ACCESS, by=BY)
    assert named(world, OFFICER)["person"] == 1
    restrictions(world).admit(two, "o.officer", by=BY)
    assert named(world, OFFICER)["person"] == 2


@pytest.mark.parametrize("relation", list(Relation))
def test_nobody_meets_themselves_or_kin_or_a_case_of_theirs(world: Database, relation: Relation) -> None:
    one, before = id_of(world, "A1"), roll(world, OFFICER)
    assert incidents(world, OFFICER) == {"100", "200"}
    restrictions(world).link("o.officer", one, relation=relation, by=BY)
    assert named(world, OFFICER) == {
        "person": 1,
        "custody_episode": 1,
        "alert": 1,
        "non_association": 0,
        "incident_participant": 1,
    }
    assert incidents(world, OFFICER) == {"200"}
    assert incidents(world, GOVERNOR) == {"100", "200"}
    assert roll(world, OFFICER) == before
    restrictions(world).unlink("o.officer", one, by=BY)
    assert incidents(world, OFFICER) == {"100", "200"}


def test_who_has_many_units_meets_no_case_of_their_own_either(world: Database) -> None:
    """Their facts stand apart from the rows that are tested; what they hide is the same."""
    many = replace(OFFICER, units=(*OFFICER.units, *(f"MDI-{number}" for number in range(40))))
    assert incidents(world, many) == {"100", "200"}
    restrictions(world).link(many.name, id_of(world, "A1"), relation=Relation.KIN, by=BY)
    assert incidents(world, many) == {"200"}


def test_a_case_stays_closed_to_whoever_had_a_part_in_it_once(world: Database) -> None:
    restrictions(world).link("o.officer", id_of(world, "A1"), relation=Relation.SELF, by=BY)
    write(world, WING | {"incident_participant": []}, hour=2)
    assert incidents(world, OFFICER) == {"200"}


def test_who_is_called_alike_in_another_organisation_is_somebody_else(world: Database) -> None:
    two = id_of(world, "A2")
    agreed = load_agreement(text(), where="dsa.yaml", model=catalogue())
    stranger = replace(TRUST_NURSE, name="o.officer")

    def shown() -> set[object]:
        gate = gate_of(world, charter(), agreed)
        return ids(look(gate, stranger, "select id from person", purpose="care.suicide-prevention"), "id")

    assert two in shown()
    restrictions(world).restrict(two, kind=RestrictionKind.PROTECTED, admits=["o.officer"], by=BY)
    restrictions(world).link("o.officer", id_of(world, "A1"), relation=Relation.SELF, by=BY)
    assert shown() == {id_of(world, "A1")}
    assert named(world, OFFICER)["person"] == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda them, who: them.restrict(who, kind=RestrictionKind.PROTECTED, by=BY),
        lambda them, who: them.link("o.officer", who, relation=Relation.KIN, by=BY),
    ],
)
def test_a_mistyped_id_or_account_is_said_and_changes_nothing(
    world: Database, change: Callable[[Restrictions, UUID], None]
) -> None:
    with pytest.raises(NotFoundError, match="no person of that id"):
        change(restrictions(world), uuid4())
    two = id_of(world, "A2")
    them = restrictions(world)
    with pytest.raises(NotFoundError, match="no such account"):
        them.restrict(two, kind=RestrictionKind.PROTECTED, admits=["nobody"], by=BY)
    with pytest.raises(NotFoundError, match="no such account"):
        them.link("nobody", two, relation=Relation.KIN, by=BY)
    for missing in (lambda: them.lift(two, by=BY), lambda: them.unlink("o.officer", two, by=BY)):
        with pytest.raises(NotFoundError):
            missing()
    assert named(world, OFFICER)["person"] == 2


def test_a_person_is_restricted_once_at_a_time(world: Database) -> None:
    two = id_of(world, "A2")
    restrictions(world).restrict(two, kind=RestrictionKind.PROTECTED, by=BY)
    with pytest.raises(UsageError, match="already"):
        restrictions(world).restrict(two, kind=RestrictionKind.LIMITED_ACCESS, by=BY)


def test_of_two_who_restrict_at_once_one_does_and_the_other_is_told(world: Database) -> None:
    two = id_of(world, "A2")
    told: list[type[BaseException] | None] = []

    def other() -> None:
        try:
            restrictions(world, log).restrict(two, kind=RestrictionKind.LIMITED_ACCESS, by=BY)
        except Exception as fault:  # noqa: BLE001  whatever it is told is compared below
            told.append(type(fault))

    class WaitsForOther(MemoryAuditLog):
        def append(self, entry: Entry) -> Receipt:
            # Not committed yet: the other one looked and found no restriction, and waits for this one to end.
            if not thread.is_alive():
                thread.start()
                until_somebody_waits(world)
            return super().append(entry)

    thread, log = Thread(target=other), WaitsForOther()
    restrictions(world, log).restrict(two, kind=RestrictionKind.PROTECTED, by=BY)
    thread.join()
    assert told == [UsageError]
    assert [entry.detail["kind"] for entry in log.entries] == ["protected"]


def until_somebody_waits(database: Database) -> None:
    for _ in range(500):
        with database.connection(Principal.MIGRATOR) as connection:
            if connection.execute("select from pg_locks where not granted").fetchone() is not None:
                return
        sleep(0.01)
    raise AssertionError("nobody waits for a lock")


def test_without_its_entry_nothing_is_restricted_and_with_it_the_person_is_named(world: Database) -> None:
    two = id_of(world, "A2")
    broken = MemoryAuditLog()
    broken.close()
    with pytest.raises(AuditUnavailableError):
        restrictions(world, broken).restrict(two, kind=RestrictionKind.PROTECTED, by=BY)
    assert named(world, OFFICER)["person"] == 2
    audit = MemoryAuditLog()
    restrictions(world, audit).restrict(two, kind=RestrictionKind.PROTECTED, by=BY)
    assert [(entry.subjects, entry.detail["did"]) for entry in audit.entries] == [((two,), "restricted")]


def test_every_entity_that_says_who_has_a_part_in_a_case_is_looked_at() -> None:
    """A new one must be entered in `exclusion_sql.PARTS`, or its cases stay open to their own parties."""
    # To be on an activity, in a place or due in a shift is no part in a case.
    no_cases = {"activity", "location", "shift"}
    parts = {
        (field.target, entity.name, field.name)
        for entity in catalogue().entities.values()
        if any(one.target == "person" for one in entity.fields)
        for field in entity.fields
        if field.target and not catalogue().entity(field.target).about_person and field.target not in no_cases
    }
    assert parts == set(PARTS)


def test_the_views_of_who_is_hidden_tell_nothing_outside_a_read(world: Database) -> None:
    restrictions(world).link("o.officer", id_of(world, "A1"), relation=Relation.SELF, by=BY)
    incidents(world, OFFICER)
    with world.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(world.roles.owner)))
        schemas = connection.execute("select schemaname from pg_views where viewname = 'own_cases'").fetchall()
        assert schemas
        for (schema,) in schemas:
            found = connection.execute(sql.SQL("select id from {}.own_cases").format(sql.Identifier(schema)))
            assert found.fetchall() == []
