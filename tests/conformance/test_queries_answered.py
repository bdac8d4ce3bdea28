"""Every named query against the database: of the pages through the gate, of the record as whoever may run it."""

import re
from datetime import UTC, date, datetime
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from gate_world import (
    BOARD,
    CONTROL,
    ENGINEER,
    GOVERNANCE,
    GOVERNOR,
    NURSE,
    OFFICER,
    about,
    charter,
    episode,
    gate_of,
    person,
    place,
    write,
)
from named_queries import OF_A_BATCH, Wanted, named_queries
from watchroom.audit.entries import Act
from watchroom.gate.askers import Asker
from watchroom.gate.door import Asked, Gate, Seen, View
from watchroom.handover.person.build import QUERIES as OF_PERSON
from watchroom.handover.unit import QUERIES as OF_HANDOVER
from watchroom.kernel.named_sql import Query
from watchroom.store.database import Database, Principal

DAY = date(2026, 7, 24)
WING = {"site_code": "LEI", "unit_code": "LEI-A", "ids": None}
MORNING = datetime(2026, 7, 24, 7, tzinfo=UTC)
SOMEBODY = UUID("01983a2c-0000-7000-8000-000000000001")
ASKERS = (OFFICER, NURSE, GOVERNOR, CONTROL, BOARD, GOVERNANCE, ENGINEER)

# A value of the right kind for every parameter that a query of a page has.
GIVEN: dict[str, object] = {
    "after": 0,
    "at_most": 10,
    "entry_id": SOMEBODY,
    "cells": ["CELL"],
    "status_code": "WAITING",
    "system_code": "NOMIS",
    "closed": ["CLOSE"],
    "from_at": MORNING,
    "ids": [SOMEBODY],
    "incidents": [SOMEBODY],
    "last_day": DAY,
    "person_id": SOMEBODY,
    "person_ids": [SOMEBODY],
    "since": MORNING,
    "site_code": "LEI",
    "states": ["WAITING"],
    "to_at": MORNING,
    "today": DAY,
    "unit_code": "LEI-A",
    "until": MORNING,
}

# Statements for which PostgreSQL has no plan.
UNPLANNED = ("begin", "commit", "copy", "create", "lock", "set")
# They read what is there only in a read, only in a batch or only in a review; a nameless block has no plan.
NOT_ALONE = (
    *(f"gate/entrance.sql:make_{one}" for one in ("await_batch", "begin_reading", "sequence_at", "enter")),
    "gate/entrance.sql:begin_reading",
    "store/following.sql:forget_noted",
    "store/following.sql:found_forms",
    "store/writes.sql:issues",
    "store/writes.sql:held_places",
    "store/writes.sql:count_unnamed",
    "store/closing.sql:close_catalogues",
    "gate/look_tables.sql:settle_looks",
    "gate/look_facts.sql:find_stays",
    "gate/look_facts.sql:find_relations",
    "gate/look_facts.sql:find_names",
    "gate/look_facts.sql:count_looks",
    "gate/look_facts.sql:looks_with_facts",
)


def asked_of(gate: Gate, asker: Asker, query: Query, *, purpose: str, **given: object) -> list[dict[str, object]]:
    def look(view: View) -> list[dict[str, object]]:
        return view.records(query, **given)

    seen = gate.read(asker, asked=Asked(purpose=purpose, act=Act.LIST, what="person"), look=look)
    assert isinstance(seen, Seen), seen
    return seen.value


def test_every_role_of_the_charter_has_an_asker() -> None:
    (recipient,) = charter().recipients
    assert {role for asker in ASKERS for role in asker.roles} == set(recipient.roles)


@pytest.mark.parametrize("asker", ASKERS, ids=lambda asker: asker.roles[0])
def test_every_query_of_a_page_is_answered_for_every_purpose_of_every_role(database: Database, asker: Asker) -> None:
    write(database, {"location": [place("LEI-A-1")], "person": [person("1")], "custody_episode": [episode("1")]})
    gate = gate_of(database)
    assert gate.purposes(asker)
    for purpose in gate.purposes(asker):
        for asked in named_queries(asks_the_gate=True):
            asked_of(
                gate, asker, asked.query, purpose=purpose, **{name: GIVEN[name] for name in asked.query.parameters}
            )


def test_every_statement_of_the_record_can_be_planned_by_somebody(database: Database) -> None:
    tried = [(principal, False) for principal in Principal] + [(Principal.MIGRATOR, True)]
    refused: dict[str, set[str | None]] = {}
    for asked in named_queries(asks_the_gate=False):
        text = _plannable(asked)
        if not text.startswith(UNPLANNED) and asked.file not in OF_A_BATCH and str(asked) not in NOT_ALONE:
            faults = {_fault(database, principal, text, as_owner=as_owner) for principal, as_owner in tried}
            if None not in faults:
                refused[str(asked)] = faults
    assert not refused


def _plannable(asked: Wanted) -> str:
    """The statement, the last one of several, with parameters by number: PostgreSQL finds their types itself."""
    text = re.sub(r"--[^\n]*", "", asked.query.text).strip().rpartition(";")[2].strip()
    for number, name in enumerate(asked.query.parameters, start=1):
        text = text.replace(f"%({name})s", f"${number}")
    return text.replace("%%", "%")


def _fault(database: Database, principal: Principal, text: str, *, as_owner: bool) -> str | None:
    try:
        with database.connection(principal) as connection:
            if as_owner:
                connection.execute(sql.SQL("set local role {}").format(sql.Identifier(database.roles.owner)))
            connection.execute(f"explain (generic_plan) {text}")  # type: ignore[arg-type]
    except psycopg.Error as fault:
        return f"{principal}: {fault}"
    return None


def test_of_two_assessments_of_one_day_every_page_shows_the_later_in_the_sources_count(database: Database) -> None:
    def assessment(key: str, level: str) -> dict[str, object]:
        return about(key, "1", level_code=level, assessed_on=DAY, is_approved=True)

    rows = {"person": [person("1")], "cell_sharing_risk": [assessment("7/9", "HI"), assessment("7/10", "STANDARD")]}
    write(database, rows)
    gate = gate_of(database)
    wing = asked_of(gate, OFFICER, OF_HANDOVER["cell_sharing"], purpose="custody.care", **WING)
    found = wing[0]["person_id"]
    page = asked_of(gate, OFFICER, OF_PERSON["cell_sharing"], purpose="custody.care", person_id=found)
    assert [row["level_code"] for row in wing] == [row["what_code"] for row in page] == ["STANDARD", "HI"]


@pytest.mark.parametrize("asker", [OFFICER, NURSE, GOVERNOR], ids=lambda asker: asker.roles[0])
def test_what_staff_must_do_ends_after_its_last_day_on_every_page_and_for_every_role(
    database: Database, asker: Asker
) -> None:
    def need(key: str, code: str, last: date | None) -> dict[str, object]:
        return about(key, "1", instruction_code=code, ended_on=last)

    needs = [need("1", "OVER", date(2026, 7, 23)), need("2", "TODAY", DAY), need("3", "OPEN", None)]
    write(database, {"person": [person("1")], "care_need": needs})
    gate = gate_of(database)
    given = _of("site_code", "unit_code", "today")
    wing = asked_of(gate, asker, OF_HANDOVER["instructions"], purpose="custody.care", **given)
    assert {row["code"] for row in wing} == {"TODAY", "OPEN"}
    found = wing[0]["person_id"]
    page = asked_of(gate, asker, OF_PERSON["instructions"], purpose="custody.care", person_id=found, today=DAY)
    assert {row["what_code"] for row in page} == {"TODAY", "OPEN"}


def test_what_is_arranged_holds_through_its_last_day_on_every_page(database: Database) -> None:
    def arranged(key: str, code: str, last: date | None) -> dict[str, object]:
        return about(key, "1", adjustment_code=code, ended_on=last)

    rows = [arranged("1", "OVER", date(2026, 7, 23)), arranged("2", "TODAY", DAY), arranged("3", "OPEN", None)]
    write(database, {"person": [person("1")], "reasonable_adjustment": rows})
    gate = gate_of(database)
    given = _of("site_code", "unit_code", "today")
    wing = asked_of(gate, OFFICER, OF_HANDOVER["instructions"], purpose="custody.care", **given)
    found = wing[0]["person_id"]
    page = asked_of(gate, OFFICER, OF_PERSON["adjustments"], purpose="custody.care", person_id=found, today=DAY)
    assert {row["code"] for row in wing} == {row["what_code"] for row in page} == {"TODAY", "OPEN"}


def test_two_people_are_kept_apart_on_the_last_day_too(database: Database) -> None:
    apart = about("1", "1", other_person_key="2", restriction_code="CELL", is_open=True, from_on=DAY, to_on=DAY)
    write(database, {"person": [person("1"), person("2")], "non_association": [apart]})
    gate = gate_of(database)
    wing = asked_of(
        gate,
        OFFICER,
        OF_HANDOVER["non_associations"],
        purpose="custody.care",
        **_of("site_code", "unit_code"),
        ids=None,
    )
    page = asked_of(
        gate, OFFICER, OF_PERSON["non_associations"], purpose="custody.care", person_id=wing[0]["person_id"], today=DAY
    )
    assert len(wing) == len(page) == 1


def _of(*names: str) -> dict[str, object]:
    return {name: GIVEN[name] for name in names}
