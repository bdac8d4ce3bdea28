"""An audience that cannot be dropped stays whole and is tried again; a role that another database uses outlives it."""

import logging
from typing import LiteralString

import pytest
from psycopg import sql
from test_audience_ends import AT_ONCE, left_over, own_gate, read, standing
from test_gate import WINGS

from gate_world import NURSE, OFFICER, write
from servers import TestServer
from watchroom.gate.door import Gate
from watchroom.gate.relations import role_name, schema_name
from watchroom.store.database import Database, Principal

ROLE_STAYS = "the role of a dropped audience stays: something that is not the node's uses it on this server"


@pytest.fixture
def filled(database: Database) -> Database:
    write(database, WINGS)
    return database


@pytest.fixture
def gate(filled: Database) -> Gate:
    return own_gate(filled)


@pytest.fixture
def name(gate: Gate, filled: Database) -> str:
    """Of the one audience that stands: the officer's."""
    read(gate, OFFICER)
    (name,) = standing(filled)
    return name


def own(database: Database, role: str) -> None:
    """Give the role of an audience a table, as an operator's script may."""
    named = {"owner": sql.Identifier(database.roles.owner), "role": sql.Identifier(role)}
    with database.connection(Principal.MIGRATOR) as operator:
        operator.execute(sql.SQL("set local role {owner}").format(**named))
        operator.execute("create schema kept")
        operator.execute(sql.SQL("grant create, usage on schema kept to {role}").format(**named))
        operator.execute("reset role")
        operator.execute(sql.SQL("grant {role} to current_user with set true").format(**named))
        operator.execute(sql.SQL("set local role {role}").format(**named))
        operator.execute("create table kept.held (id integer)")


def as_owner(database: Database, text: LiteralString, *names: str) -> None:
    with database.connection(Principal.MIGRATOR) as operator:
        operator.execute(sql.SQL("set local role {}").format(sql.Identifier(database.roles.owner)))
        operator.execute(sql.SQL(text).format(*map(sql.Identifier, names)))


def test_one_that_cannot_be_dropped_stays_whole_and_stops_no_other_from_going(
    gate: Gate, filled: Database, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = read(gate, OFFICER)
    read(gate, NURSE)
    (other,) = standing(filled) - {name}
    own(filled, role_name(filled.prefix, name))
    as_owner(filled, "create view kept.upon as select held.id from kept.held")
    evicted = gate.evict(AT_ONCE)
    assert (evicted.dropped, evicted.held) == ([other], 1)
    assert caplog.messages == ["an audience could not be dropped and is tried again (2BP01)"]
    assert standing(filled) == {name}
    assert read(gate, OFFICER) == before > 0
    as_owner(filled, "drop view kept.upon")
    assert gate.evict(AT_ONCE).dropped == [name]
    assert left_over(filled, name) == 0


def test_one_that_a_session_of_the_operator_looks_at_is_waited_for_no_longer_than_a_moment(
    gate: Gate, filled: Database, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = read(gate, OFFICER)
    with filled.connection(Principal.MIGRATOR) as operator:
        operator.execute(sql.SQL("set local role {}").format(sql.Identifier(filled.roles.owner)))
        operator.execute(sql.SQL("select from {}").format(sql.Identifier(schema_name(name), "person")))
        evicted = gate.evict(AT_ONCE)
        assert (evicted.dropped, evicted.held) == ([], 1)
        assert "(55P03)" in caplog.text
        assert read(gate, OFFICER) == before > 0
    assert gate.evict(AT_ONCE).dropped == [name]


def test_a_role_that_another_database_uses_outlives_its_audience_without_a_right_and_is_taken_up_again(
    gate: Gate, filled: Database, name: str, server: TestServer, caplog: pytest.LogCaptureFixture
) -> None:
    before = read(gate, OFFICER)
    role = role_name(filled.prefix, name)
    assert rights_of(filled, role) > 0
    with server.database(name="beside", keeps_audiences=True) as beside:
        own(beside, role)
        with caplog.at_level(logging.INFO, "watchroom.gate.eviction"):
            assert gate.evict(AT_ONCE).dropped == [name]
        assert caplog.messages == [ROLE_STAYS]
        assert standing(filled) == set()
        assert rights_of(filled, role) == 0
        assert left_over(filled, name) == 1
        assert read(gate, OFFICER) == before > 0
        assert standing(filled) == {name}
    assert gate.evict(AT_ONCE).dropped == [name]
    assert left_over(filled, name) == 0


def test_what_the_node_itself_gave_a_role_elsewhere_goes_with_its_audience(
    gate: Gate, filled: Database, name: str
) -> None:
    as_owner(filled, "grant usage on schema record to {}", role_name(filled.prefix, name))
    as_owner(filled, "grant select on record.person to {}", role_name(filled.prefix, name))
    assert gate.evict(AT_ONCE).dropped == [name]
    assert left_over(filled, name) == 0


def rights_of(database: Database, role: str) -> int:
    """Of how many objects of the database a role is the owner, or was granted something."""
    with database.connection(Principal.MIGRATOR) as connection:
        row = connection.execute(
            "select count(*) from pg_shdepend as held"
            " inner join pg_database as here on held.dbid = here.oid and here.datname = current_database()"
            " inner join pg_roles as named on held.refobjid = named.oid"
            " where held.refclassid = 'pg_authid'::regclass and named.rolname = %s",
            (role,),
        ).fetchone()
    assert row is not None
    count = row[0]
    assert isinstance(count, int)
    return count
