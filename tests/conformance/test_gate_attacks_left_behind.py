"""What a hostile read leaves behind in its connection, and whoever reads next with it."""

from collections.abc import Generator
from typing import Any

import psycopg
import pytest
from test_gate_attacks import SECRETS, as_audience, attempt
from test_gate_attacks_reader import schema_of

from gate_world import GOVERNOR, OFFICER, gate_of, ids, look, write
from watchroom.gate.door import Gate
from watchroom.store.database import Connection, Database, Principal


@pytest.fixture
def alone(database: Database) -> Generator[Gate]:
    """A gate with one reading connection, so that whoever reads next meets what was left in it."""
    write(database, SECRETS)
    own = Database(database.conninfo(Principal.APP), credentials=database.credentials, pool_size=1)
    yield gate_of(own)
    own.close()


KEPT = [
    "set timezone = 'Asia/Tokyo'",
    "set search_path = record",
    "set datestyle = 'German'",
    "set default_transaction_read_only = on",
    "set default_transaction_isolation = 'serializable'",
    "set statement_timeout = 1",
    "set watchroom.backend = '1'",
    "set client_encoding = 'LATIN1'",
    "set plan_cache_mode = force_custom_plan",
    "listen x",
    "declare kept cursor with hold for select * from person",
    "prepare kept as select * from person",
    "set session characteristics as transaction read only",
    "deallocate all",
    "set role none",
]


@pytest.mark.parametrize("statement", KEPT)
def test_the_next_read_of_a_connection_finds_nothing_of_the_one_before(alone: Gate, statement: str) -> None:
    def leave(connection: Connection) -> int:
        attempt(connection, statement)
        connection.commit()
        return connection.info.backend_pid

    def look_round(connection: Connection) -> tuple[int, list[Any]]:
        settings = ("timezone", "datestyle", "transaction_read_only", "transaction_isolation", "statement_timeout")
        found = [attempt(connection, f"select current_setting('{one}')")[0][0] for one in settings]
        with pytest.raises(psycopg.errors.InvalidCursorName), connection.transaction():
            attempt(connection, "fetch all from kept")
        return connection.info.backend_pid, found

    pid = as_audience(alone, GOVERNOR, leave)
    again, found = as_audience(alone, OFFICER, look_round)
    assert again == pid
    assert found == ["UTC", "ISO, MDY", "off", "repeatable read", "15s"]
    assert ids(look(alone, OFFICER, "select prison_number, id from person"), "prison_number") == {"1", "2"}


def test_a_plan_that_was_left_behind_shows_the_next_reader_no_more_than_their_own(alone: Gate) -> None:
    """It is planned anew for the relations of whoever runs it."""
    as_audience(
        alone, GOVERNOR, lambda connection: attempt(connection, "prepare kept as select family_name from person")
    )
    found = as_audience(alone, OFFICER, lambda connection: attempt(connection, "execute kept"))
    assert sorted(found) == [("10",), ("20",)]


def test_a_plan_that_names_another_audience_is_not_run(alone: Gate, database: Database) -> None:
    def leave(connection: Connection) -> None:
        attempt(connection, f"prepare kept as select family_name from {schema_of(connection)}.person")

    as_audience(alone, GOVERNOR, leave)

    def run(connection: Connection) -> None:
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
            attempt(connection, "execute kept")

    as_audience(alone, OFFICER, run)


def test_no_statement_can_be_put_in_the_place_of_one_that_a_page_prepared(alone: Gate) -> None:
    """The driver counts the names of what it prepares from nought; of a reading connection from where nobody knows."""

    def replace(connection: Connection) -> list[str]:
        found: list[str] = []
        for number in range(200):
            with connection.transaction(force_rollback=True):
                try:
                    with connection.transaction():
                        attempt(connection, f"deallocate _pg3_{number}")
                    found.append(str(number))
                except psycopg.errors.InvalidSqlStatementName:
                    continue
        return found

    assert as_audience(alone, GOVERNOR, replace) == []
