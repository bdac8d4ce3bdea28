"""One read: its instants, its limits, and what it tells of a failure."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from psycopg import sql
from test_gate import WINGS

from gate_world import (
    OFFICER,
    START,
    charter,
    gate_of,
    look,
    person,
    place,
    query,
    write,
)
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate import answers
from watchroom.gate.door import Act, Asked, Refused, Seen
from watchroom.gate.errors import QuestionError, QuestionFailedError, TooMuchError
from watchroom.gate.reading import Limits
from watchroom.model.catalogue import catalogue
from watchroom.store.database import Database, Principal


def test_a_view_at_another_instant_is_of_the_same_read(database: Database) -> None:
    write(database, WINGS)
    write(database, {**WINGS, "person": [*WINGS["person"], person("9")]}, hour=4)
    audit = MemoryAuditLog()
    gate = gate_of(database, audit=audit)
    asked = query("select prison_number, id from person order by 1")

    def both(view):  # type: ignore[no-untyped-def]
        earlier = view.at(START + timedelta(hours=1))
        return len(view.records(asked)), len(earlier.records(asked)), len(view.records(asked)), earlier.moment.sequence

    seen = gate.read(OFFICER, asked=Asked(purpose="custody.care", act=Act.BRIEF, what="see"), look=both)
    assert isinstance(seen, Seen)
    assert seen.value == (3, 2, 3, 1)
    assert seen.as_of.sequence == 2
    assert len(audit.entries) == 1


def test_a_read_sees_one_state_even_while_a_batch_is_sealed(database: Database) -> None:
    write(database, WINGS)
    gate = gate_of(database)
    asked = query("select prison_number, id from person order by 1")

    def twice(view):  # type: ignore[no-untyped-def]
        first = view.records(asked)
        write(database, {**WINGS, "person": []}, hour=3)
        return first == view.records(asked), view.moment.sequence

    seen = gate.read(OFFICER, asked=Asked(purpose="custody.care", act=Act.LIST, what="see"), look=twice)
    assert isinstance(seen, Seen)
    assert seen.value == (True, 1)
    assert look(gate, OFFICER, "select * from person") == []


def test_what_was_planned_for_one_read_serves_the_next(database: Database) -> None:
    write(database, WINGS)
    gate = gate_of(database)
    asked = query("select prison_number, id from person order by 1")
    planned: list[set[object]] = []

    def plans(view):  # type: ignore[no-untyped-def]
        view.records(asked)
        # What the driver holds of this connection: neither an audience nor the login of reads may ask the catalogue.
        connection = view._reading._connection
        planned.append({(connection.info.backend_pid, name) for name in connection._prepared._names.values()})

    for _ in range(2):
        gate.read(OFFICER, asked=Asked(purpose="custody.care", act=Act.LIST, what="see"), look=plans)
    assert planned[0]
    assert planned[0] == planned[1]


def test_too_many_rows_are_refused_and_not_cut(database: Database) -> None:
    write(database, WINGS)
    gate = gate_of(database)
    gate._limits = Limits(rows=1)  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(TooMuchError):
        look(gate, OFFICER, "select * from person")


def test_a_slow_question_is_stopped(database: Database) -> None:
    write(database, WINGS)
    gate = gate_of(database)
    gate._limits = Limits(statement=1)  # pyright: ignore[reportPrivateUsage]
    slow = "select count(*) as n from generate_series(1, 100000000) as a (b)"
    with pytest.raises(TooMuchError):
        look(gate, OFFICER, slow)


def test_what_the_database_says_of_a_failure_is_not_passed_on(database: Database) -> None:
    write(database, WINGS)
    with pytest.raises(QuestionFailedError) as caught:
        look(gate_of(database), OFFICER, "select cast(family_name as integer) as n from person")
    assert "FAMILY" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


class _Number(NamedTuple):
    n: int


def test_an_answer_of_another_shape_than_the_record_is_a_fault(database: Database) -> None:
    asked = query("select person.id, person.family_name from person")
    with pytest.raises(QuestionError, match="make them equal"):
        gate_of(database).read(
            OFFICER,
            asked=Asked(purpose="custody.care", act=Act.LIST, what="see"),
            look=lambda view: view.rows(asked, _Number),
        )


def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="time zone"):
        look(gate_of(database), OFFICER, "select 1 as n", as_of=datetime(2026, 7, 24))  # noqa: DTZ001


def test_may_see_says_what_a_page_may_promise(database: Database) -> None:
    write(database, WINGS)
    seen = gate_of(database).read(
        OFFICER,
        asked=Asked(purpose="custody.care", act=Act.LIST, what="see"),
        look=lambda view: [
            view.may_see("person"),
            view.may_see("person", "ethnicity_code"),
            view.may_see("address"),
            view.may_see("care_need", "description"),
            view.may_see("care_need", "instruction_code"),
        ],
    )
    assert isinstance(seen, Seen)
    assert seen.value == [True, False, False, False, True]


def test_the_charter_of_another_organisation_gives_nothing(database: Database) -> None:
    other = replace(charter(), recipients=())
    gate = gate_of(database, other)
    assert isinstance(
        gate.read(OFFICER, asked=Asked(purpose="custody.care", act=Act.LIST, what="see"), look=lambda v: v), Refused
    )
    assert set(catalogue().entities) >= {"person"}
    assert place("LEI-A", "WING")["unit_code"] == "LEI-A"


def test_no_more_rows_leave_the_database_than_one_read_may_take(database: Database) -> None:
    """The limit is in the statement: else all of them would stand in memory before it is seen that they are too many.

    A statement that makes fifty million rows would take far longer than it may; cut off, it is refused for its rows.
    """
    write(database, WINGS)
    gate = gate_of(database)
    look(gate, OFFICER, "select id from person")
    gate._limits = Limits(rows=10, statement=3_000)  # pyright: ignore[reportPrivateUsage]
    for text in (
        "select id, generate_series(1, 50000000) as a from location",
        "select id, 1 as a from location union all select id, generate_series(1, 50000000) as a from location -- all",
    ):
        with pytest.raises(TooMuchError, match="more than 10 rows"):
            look(gate, OFFICER, text)


def test_a_limit_of_the_question_itself_stays(database: Database) -> None:
    write(database, WINGS)
    rows = look(
        gate_of(database), OFFICER, "select distinct generate_series(1, 9) as a from location order by a limit 2"
    )
    assert [row["a"] for row in rows] == [1, 2]


class _Person(NamedTuple):
    family_name: str
    prison_number: str


def test_a_record_takes_its_columns_by_name_whatever_their_order(database: Database) -> None:
    write(database, WINGS)
    asked = query("select person.prison_number, person.family_name from person order by person.prison_number asc")
    seen = gate_of(database).read(
        OFFICER,
        asked=Asked(purpose="custody.care", act=Act.LIST, what="see"),
        look=lambda view: view.rows(asked, _Person),
    )
    assert isinstance(seen, Seen)
    assert seen.value[0] == _Person(family_name="FAMILY1", prison_number="A1")


def test_what_is_remembered_of_answers_is_bounded_and_forgetting_it_changes_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(database, WINGS)
    gate = gate_of(database)
    monkeypatch.setattr(answers, "_MOST", 1)
    monkeypatch.setattr(answers, "_KNOWN", {})
    texts = [f"select person.prison_number as n{number} from person" for number in range(5)]
    told = [[len(look(gate, OFFICER, text)) for text in texts] for _ in range(2)]
    assert told[0] == told[1]
    assert len(set(told[0])) == 1
    assert len(vars(answers)["_KNOWN"]) <= 2


def test_a_read_does_not_wait_for_ever_for_a_table_that_is_being_changed(database: Database) -> None:
    write(database, WINGS)
    gate = gate_of(database)
    asked = "select person.prison_number from person"
    assert look(gate, OFFICER, asked), "the views are made"
    gate._limits = Limits(lock=50)  # pyright: ignore[reportPrivateUsage]
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(database.roles.owner)))
        connection.execute("lock table record.person in access exclusive mode")
        with pytest.raises(QuestionFailedError, match="waited in vain for a delivery that is being entered; ask again"):
            look(gate, OFFICER, asked)
    assert look(gate, OFFICER, asked)
