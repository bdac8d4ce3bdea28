"""Attacks by whoever sends whole statements through a reading connection: each way out of an audience.

They are the login of reads then. It has no right but to become an audience, in which no fact about it stands that the
node's process did not vouch for.
"""

from collections.abc import Callable, Generator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from test_gate_attacks import FORBIDDEN, SECRETS, as_audience, attempt, audiences
from test_gate_attacks_statements import WHOLE_STATEMENTS, fault_of

from gate_world import BOARD, GOVERNOR, NURSE, OFFICER, START, gate_of, ids, look, query, write
from servers import TestServer
from watchroom.gate.door import Act, Asked, Gate, Seen, View
from watchroom.store.database import Connection, Database, Principal

# From inside an audience to the login of reads; each leaves a transaction that is open.
WAYS_OUT = {
    "reset": ["reset role"],
    "none": ["set local role none"],
    "authorization": ["set session authorization default"],
    "everything": ["reset all", "reset role", "discard plans"],
    "path": ["reset role", "set local search_path = record, gate, audit, ingest, pg_catalog"],
    "savepoint": ["savepoint x", "reset role"],
    "commit": ["commit", "begin"],
    "rollback": ["rollback", "begin"],
    "loose": ["commit", "begin isolation level read committed"],
    "strict": ["commit", "begin isolation level serializable"],
    "pretence": ["reset role", "set local watchroom.backend = '1'", "set local row_security = off"],
}
EVERYTHING = (
    "select format('%I.%I', n.nspname, c.relname) from pg_class as c join pg_namespace as n on n.oid = c.relnamespace"
    " where c.relkind in ('r', 'v', 'm', 'p', 'S') and (n.nspname in ('store', 'record', 'ingest', 'gate', 'audit')"
    " or n.nspname like 'seen\\_%') order by 1"
)
# What reads as a sentence about one row, whatever the table holds.
WRITES = [
    "insert into gate.asking (backend_pid, xact) values (1, '1')",
    "update gate.asking set units = array['LEI-B']",
    "delete from gate.asking",
    "update gate.vouching set inner_key = outer_key",
    "update gate.account set roles = '{duty_governor}'",
    "delete from gate.suspension",
    "delete from gate.restriction",
    "update gate.policy set policy_hash = ''",
    "insert into gate.session (token_hash) values ('x')",
    "delete from gate.agreement_signature",
    "delete from audit.entry",
    "truncate audit.entry",
    "delete from record.person",
    "delete from ingest.sealed",
    "lock table ingest.dating in row share mode",
    "lock table ingest.dating in exclusive mode",
    "lock table gate.asking in access share mode",
]
SHOWN = ("person", "alert", "change", "occupancy", "roll", "why_person")


@pytest.fixture(scope="module")
def attacked(server: TestServer) -> Generator[str]:
    """The database of which each attack has a copy: six audiences stand in it, which takes half a second."""
    with server.database(name="attacked") as database:
        write(database, SECRETS)
        write(database, SECRETS, hour=1)
        looked_at(database)
        database.close()
        yield str(conninfo_to_dict(database.conninfo(Principal.APP))["dbname"])


@pytest.fixture
def database(server: TestServer, attacked: str) -> Generator[Database]:
    with server.database(of=attacked, name="attack", keeps_audiences=True) as database:
        yield database


@pytest.fixture
def gate(database: Database) -> Gate:
    return looked_at(database)


def looked_at(database: Database) -> Gate:
    """A gate through which three have looked, at the present and at the past."""
    gate = gate_of(database)
    for asker in (GOVERNOR, NURSE, BOARD):
        purpose = "oversight.board" if asker is BOARD else "custody.care"
        for as_of in (None, START):
            look(gate, asker, "select count(*) as n from person, alert, change, roll", purpose=purpose, as_of=as_of)
    return gate


def outside(gate: Gate, way: str, attack: Callable[[Connection], Any]) -> Any:
    """What an attack makes of a reading connection that left the officer's audience."""

    def run(connection: Connection) -> Any:
        for statement in WAYS_OUT[way]:
            connection.execute(sql.SQL(statement))  # type: ignore[arg-type]
        return attack(connection)

    return as_audience(gate, OFFICER, run)


@pytest.mark.parametrize("way", WAYS_OUT)
def test_whoever_leaves_an_audience_reads_nothing_of_the_node(gate: Gate, database: Database, way: str) -> None:
    with database.connection(Principal.MIGRATOR) as connection:
        every = [name for (name,) in attempt(connection, EVERYTHING)]
    assert len(every) > 100
    given = outside(gate, way, lambda connection: [one for one in every if not is_closed(connection, one)])
    assert given == []


def is_closed(connection: Connection, relation: str) -> bool:
    try:
        with connection.transaction(force_rollback=True):
            attempt(connection, f"select * from {relation}")
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


@pytest.mark.parametrize("way", WAYS_OUT)
def test_whoever_leaves_an_audience_writes_and_locks_nothing(gate: Gate, way: str) -> None:
    def run(connection: Connection) -> dict[str, str | None]:
        return {one: fault_of(connection, one) for one in [*WRITES, *FORBIDDEN, *WHOLE_STATEMENTS]}

    told = outside(gate, way, run)
    assert [statement for statement, fault in told.items() if fault is None] == []
    assert "SECRET" not in str(told)


@pytest.mark.parametrize("way", WAYS_OUT)
def test_no_audience_shows_anything_to_whoever_left_their_own(gate: Gate, database: Database, way: str) -> None:
    """Every audience of the node, the governor's too, of the present and the past: the facts are of one alone."""
    others = audiences(database)

    def climb(connection: Connection) -> list[Any]:
        found: list[Any] = []
        for role, schema in others:
            for relation in SHOWN:
                try:
                    with connection.transaction(force_rollback=True):
                        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
                        found += attempt(connection, f"select * from {schema}.{relation}")
                except psycopg.errors.UndefinedTable:
                    continue
        return found

    assert len(others) >= 5
    rows = outside(gate, way, climb)
    # Within the transaction of the read the officer's own audience still shows the officer what it showed.
    assert "SECRET" not in str(rows)
    if way in {"commit", "rollback", "loose", "strict", "pretence"}:
        # Lines that are always the same: that of a board's numbers more is withheld.
        told = {value for row in rows for value in row if not isinstance(value, list)}
        assert told == {None, "total", "PRISON-CHARTER.1#board-open-care-plans"}


def test_who_said_that_they_are_somebody_else_is_refused(gate: Gate) -> None:
    """What the design could not keep off before: the facts about the asker, written anew and the audience again."""

    def climb(connection: Connection) -> list[tuple[object, ...]]:
        ((role,),) = attempt(connection, "select current_user")
        connection.execute("reset role")
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
            attempt(connection, "update gate.asking set units = array['LEI-B'] where backend_pid = 1")
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(str(role))))
        return attempt(connection, "select family_name from person")

    assert "SECRET" not in str(as_audience(gate, OFFICER, climb))


def schema_of(connection: Connection) -> str:
    return str(attempt(connection, "select current_setting('search_path')")[0][0]).partition(",")[0].strip('"')


def test_waiting_for_a_batch_keeps_no_lock(gate: Gate, database: Database) -> None:
    """Or whoever holds a transaction open would hold up every delivery."""

    def attack(connection: Connection) -> int:
        schema = schema_of(connection)
        connection.execute("reset role")
        for call in ("await_batch()", "sequence_at('2026-07-24')", "begin_reading()"):
            attempt(connection, f"select {schema}.{call}")
        return write(database, SECRETS, hour=2)

    assert as_audience(gate, OFFICER, attack) == 3


def test_nobody_waits_for_a_batch_without_end(gate: Gate, database: Database) -> None:
    with database.connection(Principal.LOADER) as connection:
        connection.execute("lock table ingest.dating in exclusive mode")
        seen = look_in_vain(gate)
    assert seen == "QuestionFailedError"


def look_in_vain(gate: Gate) -> str:
    try:
        look(gate, OFFICER, "select id from person")
    except Exception as fault:  # noqa: BLE001  whatever it is, its kind is compared
        return type(fault).__name__
    return "nothing"


# What no right can keep a role from: it is about the role itself. None of it gives anything to anybody.
ABOUT_ITSELF = [
    "alter role current_user set statement_timeout = 1",
    "alter role current_user set default_transaction_read_only = on",
    "alter role current_user password 'stolen'",
    "alter default privileges grant select on tables to public",
    "drop owned by current_user",
]


@pytest.mark.parametrize("statement", ABOUT_ITSELF)
def test_what_an_audience_says_of_itself_is_mended_by_the_next_read_but_one(gate: Gate, statement: str) -> None:
    def leave(connection: Connection) -> None:
        attempt(connection, statement)
        connection.commit()

    as_audience(gate, OFFICER, leave)
    assert look_in_vain(gate) in {"nothing", "QuestionFailedError"}
    assert ids(look(gate, OFFICER, "select prison_number, id from person"), "prison_number") == {"1", "2"}


def test_the_past_is_entered_by_what_is_vouched_for_as_well(gate: Gate) -> None:
    def climb(view: View) -> tuple[int, list[Any]]:
        seen = len(view.at(START).records(query("select id from person")))
        connection = view._reading._connection
        connection.execute("reset role")
        rows = [one for one in WRITES if fault_of(connection, one) is None]
        return seen, rows

    seen = gate.read(OFFICER, asked=Asked(purpose="custody.care", act=Act.LIST, what="person"), look=climb)
    assert isinstance(seen, Seen)
    assert seen.value == (2, [])
