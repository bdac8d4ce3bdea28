"""A question that counts is given a view of the columns that it names: the same rows, fields and barrier."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from test_gate import WINGS
from test_gate_clauses import clause

from gate_world import NURSE, START, about, gate_of, look, query, write
from policy_cases import agreement_of
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate import answers, reading
from watchroom.gate.narrow_views import Narrow, with_narrow
from watchroom.gate.questions import question
from watchroom.store.database import Database, Principal

MANY = replace(NURSE, units=(*NURSE.units, "LEI-A", *(f"MDI-{number}" for number in range(40))))
ALERTS = [
    about("1", "1", type_code="H", kind_code="1", unit_code="LEI-A"),
    about("2", "2", type_code="X", kind_code="7", unit_code="LEI-A"),
    about("3", "2", type_code="X", kind_code="SECRET", unit_code="LEI-B"),
]
MINE = clause("mine", "alert", ("source_key", "kind_code", "type_code"), "unit_code in my_units")
PEOPLE = clause("people", "person", ("source_key",), "unit_code in my_units")

COUNTS = [
    "select count(*) as n from alert",
    "select count(*) as n, max(kind_code) as most from alert as a where a.type_code = 'X'",
    "-- Who counts.\nselect type_code, count(*) as n from alert group by type_code order by type_code",
    "with x as (select kind_code from alert where type_code = 'X') select count(*) as n from x",
    "select (select count(*) from alert where type_code = 'H') as h, count(alert.id) as n from alert",
    "select count(*) as n from alert as a join alert as b on a.type_code < b.type_code",
    "select count(*) as n, string_agg(withheld::text, '') as kept from alert",
    "select count(distinct p.id) as n from person as p join alert as a on a.person_id = p.id",
    "select count(*) as n from alert where kind_code = 'with'",
    "select kind_code from alert group by kind_code having count(*) = 1 order by KIND_CODE",
]


@pytest.fixture
def world(database: Database) -> Database:
    write(database, {**WINGS, "alert": ALERTS})
    return database


@pytest.mark.parametrize("text", COUNTS)
def test_it_gives_and_enters_what_the_whole_view_gives_and_enters(
    world: Database, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trails = [MemoryAuditLog(), MemoryAuditLog()]
    agreed = agreement_of([MINE, PEOPLE])
    found = look(gate_of(world, agreed, audit=trails[0]), MANY, text)
    assert views(world), "it was asked of a view of few columns"
    monkeypatch.setattr(reading, "narrow_views", lambda *_, **__: ())
    # What an answer is made of is remembered by its text.
    assert look(gate_of(world, agreed, audit=trails[1]), MANY, f"{text}\n-- again") == found != []
    first, second = (trail.entries[-1] for trail in trails)
    assert replace(first, detail={}) == replace(second, detail={})
    assert first.fields


def test_a_view_that_another_process_made_enters_the_same_fields(
    world: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreed, found = agreement_of([MINE, PEOPLE]), list[Sequence[str]]()
    for _ in range(2):
        # What an answer is made of is remembered by its text in a process.
        monkeypatch.setattr(answers, "_KNOWN", {})
        audit = MemoryAuditLog()
        look(gate_of(world, agreed, audit=audit), MANY, COUNTS[2])
        found.append(audit.entries[-1].fields)
    assert found[0] == found[1]
    assert "alert.type_code" in found[0]


@pytest.mark.parametrize("as_of", [None, START + timedelta(hours=1)])
def test_a_row_that_is_hidden_is_met_by_nothing_that_could_tell_of_it(world: Database, as_of: object) -> None:
    gate = gate_of(world, agreement_of([MINE]))
    text = "select count(*) as n, sum(kind_code::integer) as of_all from alert where kind_code::integer > 0"
    assert look(gate, MANY, text, as_of=as_of) == [{"n": 2, "of_all": 8}]
    assert views(world)


@pytest.mark.parametrize(
    "text",
    [
        "select count(*) as n from (select * from alert) as a",
        "select count(a) as n from alert as a",
        "select count(alert) as n from alert",
        "select max(b.kind_code) as n from alert as a join alert as b using (id)",
        "select max(a.kind_code) as n from alert as a natural join alert as b",
        "select max(a.one) as n from alert as a (one)",
    ],
)
def test_a_question_that_may_take_a_column_without_naming_it_is_given_the_whole_view(text: str) -> None:
    assert question(query(text)).columns is None


@pytest.mark.parametrize("asker", [NURSE, MANY])
def test_whoever_asks_for_rows_or_sees_little_is_given_the_whole_view(world: Database, asker: object) -> None:
    texts = ["select kind_code from alert"] if asker is MANY else COUNTS
    gate = gate_of(world, agreement_of([MINE]))
    for text in texts:
        look(gate, replace(MANY, units=("LEI-A",)) if asker is NURSE else MANY, text)
    assert views(world) == []


def test_one_view_stands_for_all_questions_about_the_same_columns(world: Database) -> None:
    gate = gate_of(world, agreement_of([MINE]))
    for text in COUNTS[:1] * 2 + ["select count(id) as n from alert"]:
        look(gate, MANY, text)
    assert len(views(world)) == 1


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("select 1", "with alert as not materialized (select * from few_"),
        ("-- Why.\n  WITH x as (select 1) select 2", "-- Why.\n  WITH alert as not materialized (select * from few_"),
        ("select 'with'", "with alert as"),
    ],
)
def test_the_relation_is_put_before_the_parts_of_the_statement(text: str, begins: str) -> None:
    made = with_narrow(text, [Narrow(relation="alert", columns=("id",))])
    assert made.startswith(begins)
    assert with_narrow(text, []) == text


def views(world: Database) -> list[str]:
    """The names of the views of few columns that stand."""
    with world.connection(Principal.MIGRATOR) as connection:
        found = connection.execute(
            "select c.relname from pg_class as c where c.relkind = 'v' and c.relname like 'few\\_%' order by 1"
        )
        return [name for (name,) in found.fetchall()]
