"""Whoever is restricted is named by no row of any entity: the whole model is walked, not a few entities of it."""

from datetime import UTC, datetime

import pytest

from gate_world import OFFICER, START, UUID, Rows, Seen, View, gate_of, query, write
from policy_cases import agreement_of
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.accounts import Accounts
from watchroom.gate.agreement_changes import By
from watchroom.gate.askers import Asker
from watchroom.gate.door import Act, Asked
from watchroom.gate.exclusion_sql import CASES
from watchroom.gate.restrictions import Relation, Restrictions
from watchroom.kernel.clock import SteppedClock
from watchroom.model.catalogue import Entity, Field, FieldKind, catalogue
from watchroom.policy.clauses import NAMED_BASE, Agreement, Clause, Exclusion, Right
from watchroom.policy.conditions import ALWAYS, Holds
from watchroom.store.database import Database, Principal

HIDDEN, SHOWN = "hidden", "shown"
ENTITIES = catalogue().entities
NURSE = Asker(name="n.nurse", roles=("nurse",), organisation=OFFICER.organisation, sites=("LEI",))
MADE = {FieldKind.INSTANT: datetime(2026, 7, 24, 7, 0, tzinfo=UTC), FieldKind.TEXT: "x", FieldKind.CODE: "X"}


def to_people(entity: Entity) -> list[Field]:
    return [field for field in entity.fields if field.target == "person"]


def row(entity: Entity, key: str, *, hidden: frozenset[str]) -> dict[str, object]:
    """A row in which those references to people lead to the one who is hidden, all others to who is shown."""
    made: dict[str, object] = {"source_key": key}
    for field in entity.fields:
        if field.target is not None and field.target != entity.name:
            made[field.name.removesuffix("_id") + "_key"] = HIDDEN if field.name in hidden else SHOWN
        elif field.required:
            made[field.name] = MADE[field.kind]
    if entity.name == "person":
        made["is_restricted"] = key == HIDDEN
    return made


def world() -> Rows:
    rows: Rows = {}
    for entity in ENTITIES.values():
        rows[entity.name] = [row(entity, SHOWN, hidden=frozenset())]
        if entity.name == "person":
            rows[entity.name].append(row(entity, HIDDEN, hidden=frozenset()))
        for field in to_people(entity):
            rows[entity.name].append(row(entity, f"{HIDDEN} {field.name}", hidden=frozenset({field.name})))
    return rows


def everything() -> Agreement:
    """Every row and field to everybody, but for people who are restricted."""
    clauses = [
        Clause(
            name=entity.name,
            entity=entity.name,
            roles=("nurse",),
            purposes=("custody.care",),
            allow=frozenset({Right.READ, Right.LIST}),
            fields=(*(field.name for field in entity.fields), *NAMED_BASE),
            masks={},
            condition=ALWAYS,
            regime="uk-gdpr",
        )
        for entity in ENTITIES.values()
    ]
    return agreement_of(
        clauses, exclusions=[Exclusion(conditions={"person": Holds(column="is_restricted")}, reason="x")]
    )


@pytest.fixture
def keys(database: Database) -> dict[UUID, str]:
    """The source key of each record that was written, by its id."""
    write(database, world())
    found: dict[UUID, str] = {}
    with database.connection(Principal.LOADER) as connection:
        for name in ENTITIES:
            found |= dict(connection.execute(f"select id, source_key from record.{name}".encode()).fetchall())
    return found


def shown(database: Database, keys: dict[UUID, str]) -> dict[str, set[str]]:
    """The keys of the rows of each entity that the nurse is shown."""

    def look(view: View) -> dict[str, set[str]]:
        return {
            name: {keys[UUID(str(seen["id"]))] for seen in view.records(query(f"select id from {name}", name))}
            for name in ENTITIES
        }

    seen = gate_of(database, everything()).read(
        NURSE, asked=Asked(purpose="custody.care", act=Act.LIST, what="person"), look=look
    )
    assert isinstance(seen, Seen)
    return seen.value


def test_no_row_of_any_entity_names_a_person_who_is_restricted(database: Database, keys: dict[UUID, str]) -> None:
    seen = shown(database, keys)

    assert len([name for name, entity in ENTITIES.items() if to_people(entity)]) > 60
    # Who is hidden was there to be found: each row but one in these entities names them.
    assert {key for key in keys.values() if key.startswith(HIDDEN)}
    assert {name: found for name, found in seen.items() if found != {SHOWN}} == {}


def test_nobody_sees_a_case_in_which_they_have_a_part_of_any_kind(database: Database, keys: dict[UUID, str]) -> None:
    audit, clock = MemoryAuditLog(), SteppedClock(START)
    accounts = Accounts(database=database, audit=audit, organisation="HMPPS", machine_clock=clock)
    accounts.add(NURSE, password="correct horse battery staple", is_demo=True)
    with database.connection(Principal.LOADER) as connection:
        row = connection.execute("select id from record.person where source_key = %s", (SHOWN,)).fetchone()
    assert row is not None
    restrictions = Restrictions(database=database, audit=audit, organisation="HMPPS", machine=clock)

    restrictions.link(NURSE.name, row[0], relation=Relation.SELF, by=By(actor="i.gov"))

    assert {name for name, found in shown(database, keys).items() if found and name in CASES} == set()
