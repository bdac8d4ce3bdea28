"""Fields that an agreement gives and nobody reads: told only where the log can tell of the whole time."""

from collections.abc import Generator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from psycopg import sql

from gate_world import GOVERNANCE, NURSE, START, charter, episode, gate_of, look, person, write
from look_seats import DirectLog
from watchroom.kernel.clock import SteppedClock
from watchroom.model.catalogue import catalogue
from watchroom.model.jurisdiction import pack
from watchroom.node.agreement_desk import AgreementDesk
from watchroom.node.agreement_measures import unused_document, unused_fields
from watchroom.policy.clauses import ALWAYS_SHOWN
from watchroom.policy.lint import Measured, lint
from watchroom.store.database import Database, Principal

READ = "select person.id, person.family_name, person.birth_date from person order by person.id asc"


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(START)


@pytest.fixture
def log(database: Database, clock: SteppedClock) -> Generator[DirectLog]:
    log = DirectLog(database, clock=clock)
    try:
        yield log
    finally:
        log.close()


def desk(database: Database, log: DirectLog, clock: SteppedClock) -> AgreementDesk:
    """A desk at a node, as far as it is asked."""
    node = SimpleNamespace(
        database=database,
        audit=log,
        machine_clock=clock,
        clock=clock,
        jurisdiction=pack("england_and_wales"),
        agreements=SimpleNamespace(settle=lambda: (charter(),)),
    )
    return AgreementDesk(node=cast(Any, node), asker=GOVERNANCE)


def read_by_nurse(database: Database, log: DirectLog, clock: SteppedClock) -> None:
    write(database, {"person": [person("1")], "custody_episode": [episode("1")]})
    gate = gate_of(database, audit=cast(Any, log), clock=clock)
    assert look(gate, NURSE, READ)


def test_a_field_that_was_read_is_not_called_unused_and_the_others_are(
    database: Database, log: DirectLog, clock: SteppedClock
) -> None:
    read_by_nurse(database, log, clock)
    clock.move(timedelta(days=95))
    read_by_nurse(database, log, clock)
    found = unused_fields(desk(database, log, clock))
    assert found[0].unknown is None
    clause = next(one for one in charter().clauses if one.name == "nurse-person")
    unused = found[0].fields["nurse-person"]
    assert unused == set(clause.fields) - {"family_name", "birth_date"} - ALWAYS_SHOWN
    other = next(one for one in charter().clauses if one.name == "governor-person")
    assert found[0].fields["governor-person"] == set(other.fields) - ALWAYS_SHOWN
    document = unused_document(found, said={})
    (told,) = cast(list[dict[str, Any]], document["agreements"])
    assert {one["clause"] for one in told["unused"] if one["is_whole_clause"]} >= {"governor-person"}
    findings = lint(charter(), model=catalogue(), measured=Measured(unused=found[0].fields))
    proposed = [one for one in findings if one.text.id == "lint.unused_field" and one.clause == clause.name]
    assert {one.text.params["field"] for one in proposed} == unused


def test_what_was_read_longer_ago_is_unused(database: Database, log: DirectLog, clock: SteppedClock) -> None:
    read_by_nurse(database, log, clock)
    clock.move(timedelta(days=91))
    found = unused_fields(desk(database, log, clock))
    assert "family_name" in found[0].fields["nurse-person"]


def test_a_log_that_is_younger_than_the_time_calls_nothing_unused(
    database: Database, log: DirectLog, clock: SteppedClock
) -> None:
    read_by_nurse(database, log, clock)
    clock.move(timedelta(days=89))
    (found,) = unused_fields(desk(database, log, clock))
    assert (found.unknown, dict(found.fields)) == ("unused.log_too_short", {})


def test_where_bodies_were_erased_nothing_is_called_unused(
    database: Database, log: DirectLog, clock: SteppedClock
) -> None:
    read_by_nurse(database, log, clock)
    clock.move(timedelta(days=95))
    read_by_nurse(database, log, clock)
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(database.roles.owner)))
        connection.execute("delete from audit.body where index = 1")
    (found,) = unused_fields(desk(database, log, clock))
    assert (found.unknown, dict(found.fields)) == ("unused.erased", {})
