"""Whose facts stand apart from the rows that are tested, by many units: the same days, and nothing without facts."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from psycopg import sql
from test_gate import WINGS
from test_gate_clauses import clause

from gate_world import NURSE, START, about, gate_of, look, write
from policy_cases import TODAY, agreement_of
from watchroom.gate.door import Asker
from watchroom.policy.clauses import Agreement, Clause
from watchroom.store.database import Database, Principal

MANY = replace(NURSE, units=(*NURSE.units, "LEI-A", *(f"MDI-{number}" for number in range(40))))
ALERTS = [
    about("1", "1", type_code="H", kind_code="HA", unit_code="LEI-A"),
    about("2", "2", type_code="X", kind_code="XGANG", unit_code="LEI-A"),
]
MINE = clause("mine", "alert", ("source_key", "kind_code"), "unit_code in my_units")
ALL = clause("all", "alert", ("source_key", "type_code"), "type_code = 'X'")
TEXT = "select source_key, kind_code, type_code from alert order by source_key"


@pytest.fixture
def world(database: Database) -> Database:
    write(database, {**WINGS, "alert": ALERTS})
    return database


def shown(world: Database, *agreements: Agreement, asker: Asker = MANY, at: datetime) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in look(gate_of(world, *agreements, at=at), asker, TEXT)]


@pytest.mark.parametrize("asker", [MANY, replace(NURSE, units=("LEI-A",))])
@pytest.mark.parametrize(("first", "last"), [(0, 0), (0, 1), (-1, 0), (1, 2), (-2, -1)])
def test_a_clause_gives_on_its_days_alone_whatever_a_clause_of_other_days_gives(
    world: Database, asker: Asker, first: int, last: int
) -> None:
    at = START + timedelta(days=1)
    dated = {"valid_from": TODAY + timedelta(days=first), "valid_to": TODAY + timedelta(days=last)}
    agreements = (agreement_of([MINE], name="DATED", **dated), agreement_of([ALL], name="OPEN"))
    is_in_force = first <= 0 <= last
    wanted = [("1", "HA", None)] if is_in_force else []
    assert shown(world, *agreements, asker=asker, at=at) == [*wanted, ("2", "XGANG" if is_in_force else None, "X")]


@pytest.mark.parametrize("day", [-11, 11])
def test_clauses_of_the_same_days_of_which_some_need_no_fact_give_nothing_on_other_days(
    world: Database, day: int
) -> None:
    both, at = agreement_of([MINE, ALL], name="BOTH"), START + timedelta(days=1 + day)
    open_ = {"valid_from": TODAY - timedelta(days=99), "valid_to": TODAY + timedelta(days=99)}
    still = agreement_of([clause("none", "alert", ("source_key",), "type_code = 'NONE'")], name="STILL", **open_)
    assert shown(world, both, still, at=START + timedelta(days=1)) == [("1", "HA", None), ("2", "XGANG", "X")]
    assert shown(world, both, still, at=at) == []


@pytest.mark.parametrize("clauses", [[MINE], [ALL], [MINE, ALL]])
def test_without_facts_of_this_transaction_no_clause_shows_a_row(world: Database, clauses: list[Clause]) -> None:
    """Whoever takes on the role of the audience by themselves, with no facts or those of an earlier read."""
    assert shown(world, agreement_of(clauses), at=START + timedelta(days=1))
    with world.connection(Principal.APP) as connection:
        ((role, schema),) = connection.execute("select role_name, schema_name from gate.audience").fetchall()
    with world.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(world.roles.owner)))
        kept = connection.execute("select backend_pid::text from gate.asking").fetchall()
    assert kept
    for (backend,) in [("",), *kept]:
        with world.connection(Principal.READER) as connection:
            connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
            connection.execute(sql.SQL("set local watchroom.backend = {}").format(sql.Literal(backend)))
            assert (
                connection.execute(
                    sql.SQL("select source_key from {}").format(sql.Identifier(schema, "alert"))
                ).fetchall()
                == []
            )
