"""Attacks by whoever sends whole statements through a reading connection: each way out of an audience.

They are the login of reads then. It has no right but to become an audience, in which no fact about it stands that the
node's process did not vouch for.
"""

import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import sql
from test_gate_attacks import FORBIDDEN, SECRETS, as_audience, attempt, audiences
from test_gate_attacks_statements import WHOLE_STATEMENTS, fault_of

from gate_world import BOARD, GOVERNOR, NURSE, OFFICER, START, gate_of, ids, look, query, write
from watchroom.gate.door import Act, Asked, Gate, Seen, View
from watchroom.gate.vouching import Vouching
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


@pytest.fixture
def gate(database: Database) -> Gate:
    write(database, SECRETS)
    write(database, SECRETS, hour=1)
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


# ---- What the node's process vouches for.


class Overheard:
    """Everything that was vouched for, by whoever could listen in."""

    def __init__(self, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
        self.heard: list[tuple[str, bytes]] = []
        vouching = gate._audiences.vouching
        honest = vouching.vouched

        def vouched(facts: Any) -> tuple[str, bytes]:
            self.heard.append(honest(facts))
            return self.heard[-1]

        monkeypatch.setattr(vouching, "vouched", vouched)


def entered(connection: Connection, schema: str, facts: str, voucher: bytes) -> None:
    """Say who asks, as the login of reads, and be the audience again."""
    ((role,),) = attempt(connection, "select current_user")
    connection.execute("reset role")
    call = sql.SQL("select {}.enter(%s, %s)").format(sql.Identifier(schema))
    connection.execute(call, (facts, voucher))
    connection.execute(sql.SQL("set local role {}").format(sql.Identifier(str(role))))


def schema_of(connection: Connection) -> str:
    return str(attempt(connection, "select current_setting('search_path')")[0][0]).partition(",")[0].strip('"')


@pytest.mark.parametrize(
    "forged",
    [
        {"units": ["LEI-B"]},
        {"sites": ["LEI", "MDI"]},
        {"asker": "g.governor"},
        {"organisation": "POLICE"},
        {"as_of_at": "2030-01-01T00:00:00+00:00"},
        {"today": "1999-01-01"},
        {"statement": "0"},
    ],
    ids=str,
)
def test_facts_that_were_changed_are_not_believed(
    gate: Gate, monkeypatch: pytest.MonkeyPatch, forged: dict[str, object]
) -> None:
    overheard = Overheard(gate, monkeypatch)

    def attack(connection: Connection) -> None:
        facts, voucher = overheard.heard[-1]
        changed = json.dumps({**json.loads(facts), **forged})
        for one in (voucher, bytes(32), b"", voucher[:31], voucher + b"\0"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="not vouched"), connection.transaction():
                entered(connection, schema_of(connection), changed, one)
        connection.execute("reset role")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="not vouched"), connection.transaction():
            attempt(connection, f"select {schema_of(connection)}.enter('{facts}', null)")

    as_audience(gate, OFFICER, attack)


def test_what_was_vouched_for_in_one_read_is_not_believed_in_the_next(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in another transaction of the same connection, nor for another audience in the same one."""
    overheard = Overheard(gate, monkeypatch)
    look(gate, GOVERNOR, "select id from person")
    ((facts, voucher),) = overheard.heard
    of_governor = f"seen_{json.loads(facts)['audience']}"

    def attack(connection: Connection) -> None:
        for schema in (of_governor, schema_of(connection)):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="another read"), connection.transaction():
                entered(connection, schema, facts, voucher)
        own, its_voucher = overheard.heard[-1]
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="another read"), connection.transaction():
            entered(connection, of_governor, own, its_voucher)

    as_audience(gate, OFFICER, attack)


def test_what_was_vouched_for_says_the_same_when_it_is_sent_again(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    overheard = Overheard(gate, monkeypatch)

    def attack(connection: Connection) -> list[Any]:
        entered(connection, schema_of(connection), *overheard.heard[-1])
        return attempt(connection, "select family_name from person order by 1")

    assert as_audience(gate, OFFICER, attack) == [("10",), ("20",)]


def test_the_secret_is_for_the_process_of_the_node_alone(gate: Gate, database: Database) -> None:
    for principal in set(Principal) - {Principal.APP}:
        with pytest.raises(psycopg.errors.InsufficientPrivilege), database.connection(principal) as connection:
            connection.execute("select inner_key from gate.vouching")
    text, voucher = Vouching(database).vouched({"audience": "x"})
    assert json.loads(text) == {"audience": "x"}
    assert len(voucher) == 32
    inner, outer = Vouching(database)._secret().reveal()
    assert len({inner, outer, inner[:32], inner[32:]}) == 4
    assert inner.hex() not in repr(Vouching(database).__dict__)


# ---- What is left behind in a connection.


@pytest.fixture
def alone(database: Database) -> Any:
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


# ---- While an attack goes on.


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
