"""What the gate does at its edges: duties, relations beside the entities, parts of a question, accounts that went."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from psycopg import sql

from gate_world import (
    BOARD,
    GOVERNANCE,
    GOVERNOR,
    OFFICER,
    START,
    charter,
    episode,
    gate_of,
    look,
    person,
    place,
    query,
    write,
)
from watchroom.audit.entries import Act
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.accounts import Accounts
from watchroom.gate.door import Asked, Refused, Seen, View
from watchroom.gate.errors import QuestionError
from watchroom.gate.questions import question
from watchroom.gate.relations import BESIDE_ENTITIES
from watchroom.gate.see import rows_about, see
from watchroom.kernel.clock import SteppedClock
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.model.catalogue import catalogue
from watchroom.policy.agreement import charter_text
from watchroom.store.database import Database, Principal

WING = {
    "location": [place("LEI-A", "WING"), place("LEI-A-1", "CELL", parent="LEI-A")],
    "person": [person("1"), person("2")],
    "custody_episode": [episode("1", cell="LEI-A-1"), episode("2", cell="LEI-A-1")],
}


@pytest.mark.parametrize("relation", BESIDE_ENTITIES)
def test_what_stands_beside_the_entities_can_be_seen_and_is_recorded(database: Database, relation: str) -> None:
    write(database, WING)
    seen = see(gate_of(database), OFFICER, entity=relation, purpose="custody.care")
    assert isinstance(seen, Seen)
    assert relation == "ingest_issue_count" or seen.value.rows
    assert seen.value.is_agreed


def test_a_question_may_have_parts_of_its_own(database: Database) -> None:
    write(database, WING)
    text = "with here as (select person.id from person) select count(*) as number from here order by number"
    assert look(gate_of(database), OFFICER, text) == [{"number": 2}]


def test_a_part_of_a_question_does_not_stand_for_a_relation_elsewhere() -> None:
    with pytest.raises(QuestionError, match="no audience has"):
        question(query("with here as (select 1 as one) select there.one from there"))


def test_an_instant_can_be_asked_for_after_a_first_question(database: Database) -> None:
    write(database, {**WING, "person": [person("1")]})
    write(database, WING, hour=2)
    people = query("select person.prison_number from person order by person.id")

    def then_and_now(view: View) -> tuple[int, int, int]:
        now = len(view.records(people))
        earlier = view.at(START + timedelta(hours=1))
        return now, len(earlier.records(people)), len(view.records(people))

    seen = gate_of(database).read(
        OFFICER, asked=Asked(purpose="custody.care", act=Act.LIST, what="person"), look=then_and_now
    )
    assert isinstance(seen, Seen)
    assert seen.value == (2, 1, 2)


def test_what_is_not_an_account_cannot_be_changed_and_an_unknown_clearance_is_none(database: Database) -> None:
    clock = SteppedClock(START)
    accounts = Accounts(database=database, audit=MemoryAuditLog(clock=clock), organisation="HMPPS", machine_clock=clock)
    with pytest.raises(NotFoundError, match="watchroom user list"):
        accounts.disable("nobody")
    with pytest.raises(UsageError, match="clearance is one of"):
        accounts.add(replace(OFFICER, clearance="top"), password="a long enough password")


def test_who_has_many_units_sees_of_each_row_what_one_with_few_sees(database: Database) -> None:
    write(database, {**WING, "person": [person("1"), person("2"), person("3", "LEI-B")]})
    many = replace(OFFICER, units=("LEI-A", *(f"MDI-{number}" for number in range(40))))
    gate = gate_of(database)
    text = "select person.id, person.family_name, person.withheld from person order by person.id"
    shown = look(gate, OFFICER, text)
    assert len(shown) == 2
    assert look(gate, many, text) == shown
    assert look(gate, many, text, as_of=START + timedelta(hours=1)) == shown


def test_of_an_entity_that_no_clause_shows_nothing_is_explained(database: Database) -> None:
    seen = gate_of(database).read(
        OFFICER,
        asked=Asked(purpose="custody.care", act=Act.EXPLAIN, what="address"),
        look=lambda view: view.reasons("address", uuid4()),
    )
    assert isinstance(seen, Seen)
    assert seen.value == ()


def test_who_may_only_count_people_has_no_occupancy_agreed(database: Database) -> None:
    counted = """
  - clause: board-people
    entity: person
    roles: [board]
    purposes: [oversight.board]
    allow: [count]
    fields: [site_code]
  - clause: board-custody
"""
    gate = gate_of(database, charter(charter_text().replace("\n  - clause: board-custody\n", counted)))

    seen = see(gate, BOARD, entity="occupancy", purpose="oversight.board")

    assert isinstance(seen, Seen)
    assert (seen.value.is_agreed, seen.value.rows) == (False, [])


def test_who_is_shown_nobody_has_an_empty_roll_and_no_changes(database: Database) -> None:
    write(database, WING)
    for relation in ("roll", "change"):
        text = f"select count(*) as number from {relation} order by number"
        assert look(gate_of(database), GOVERNANCE, text, purpose="governance.audit") == [{"number": 0}]
        assert look(gate_of(database), OFFICER, text) != [{"number": 0}]


def test_the_rows_about_a_person_are_theirs_and_no_more_than_is_shown(database: Database) -> None:
    write(database, {**WING, "person": [person("1"), person("2"), person("3", "LEI-B")]})

    def about_each(view: View) -> list[tuple[str, int, int]]:
        entities = [catalogue().entity(name) for name in ("person", "custody_episode")]
        people = look(gate_of(database), GOVERNOR, "select id, prison_number from person order by prison_number")
        found = [[rows_about(view, entity, UUID(str(one["id"]))) for entity in entities] for one in people]
        numbers = [str(one["prison_number"]) for one in people]
        return [(number, len(own), len(stays)) for number, (own, stays) in zip(numbers, found, strict=True)]

    seen = gate_of(database).read(
        OFFICER, asked=Asked(purpose="custody.care", act=Act.LIST, what="person"), look=about_each
    )
    assert isinstance(seen, Seen)
    assert seen.value == [("A1", 1, 1), ("A2", 1, 1), ("A3", 0, 0)]


def test_what_is_neither_an_entity_nor_beside_them_is_refused_and_entered(database: Database) -> None:
    audit = MemoryAuditLog()
    gate = gate_of(database, audit=audit)
    refused = see(gate, OFFICER, entity="secrets", purpose="custody.care")
    assert isinstance(refused, Refused)
    assert [(entry.act, entry.detail["reason"]) for entry in audit.entries] == [(Act.REFUSE, "unknown_entity")]


def test_a_view_of_the_past_leads_back_to_the_present_of_the_same_day(database: Database) -> None:
    write(database, {**WING, "person": [person("1")]})
    write(database, WING, hour=2)
    people = query("select person.prison_number from person order by person.id")

    gate = gate_of(database)

    def back(view: View) -> tuple[int, int, bool]:
        earlier = view.at(START + timedelta(hours=1))
        now = earlier.present()
        same = now.today == view.today and now.model is gate.model
        return len(earlier.records(people)), len(now.records(people)), same

    seen = gate.read(OFFICER, asked=Asked(purpose="custody.care", act=Act.LIST, what="person"), look=back)
    assert isinstance(seen, Seen)
    assert seen.value == (1, 2, True)


def test_a_view_that_was_taken_from_an_audience_by_hand_is_given_back_by_the_next_gate(database: Database) -> None:
    write(database, WING)
    shown = look(gate_of(database), OFFICER, "select id from person order by id")
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(database.roles.owner)))
        (found,) = connection.execute(
            "select n.nspname, c.relacl::text from pg_class as c join pg_namespace as n on n.oid = c.relnamespace"
            " where c.relname = 'person' and c.relkind = 'v' and n.nspname like 'seen\\_%'"
        ).fetchall()
        role = re.findall(r"([a-z0-9_]+_seen_[0-9a-f]+)=r", found[1])[0]
        view = sql.Identifier(found[0], "person")
        connection.execute(sql.SQL("revoke select on {} from {}").format(view, sql.Identifier(role)))
    assert look(gate_of(database), OFFICER, "select id from person order by id") == shown
    assert shown
