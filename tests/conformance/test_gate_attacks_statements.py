"""Hostile SQL as statements of its own, and questions that would fail on a hidden row.

What makes, locks or changes something is refused by the server. Whoever can send whole statements is, after
`reset role`, the login of reads again: `test_gate_attacks_reader.py` plays that.
"""

from pathlib import Path

import psycopg
import pytest
from test_gate_attacks import SECRETS, as_audience, attempt

from audit_node import LATE, audit_node, numbered
from gate_world import BOARD, GOVERNOR, OFFICER, START, Asker, gate_of, ids, look, person, query, write
from servers import TestServer, is_superuser
from watchroom.audit.entries import Act
from watchroom.gate.door import Asked, Gate, Seen, View
from watchroom.gate.errors import QuestionError
from watchroom.gate.questions import question
from watchroom.store.database import Connection, Database, Principal


@pytest.fixture
def gate(database: Database) -> Gate:
    write(database, SECRETS)
    return gate_of(database)


@pytest.fixture
def closed(server: TestServer) -> None:
    if not is_superuser(server.admin_dsn):
        pytest.skip("this server's administrator is no superuser, so the catalogues stay open to every role")


WHOLE_STATEMENTS = [
    "set session authorization postgres",
    "set role postgres",
    "set session_replication_role = replica",
    "set log_statement = 'all'",
    "set log_min_messages = debug5",
    "set temp_file_limit = -1",
    "alter system set work_mem = '1GB'",
    "alter database current set work_mem = '1GB'",
    "lock table person in access exclusive mode",
    "lock table person in share row exclusive mode",
    "lock table person in share mode",
    "lock table record.person in access share mode",
    "lock table ingest.dating in access exclusive mode",
    "lock table audit.frontier in row share mode",
    "select id from person for update",
    "select id from person for no key update",
    "select id from person for share",
    "select id from person for key share",
    "select nextval('ingest.file_id_seq')",
    "create table seen_x.stolen (a text)",
    "create temporary sequence stolen",
    "create temporary view stolen as select 1",
    "create function pg_temp.leak() returns int language sql as 'select 1'",
    "create operator public.=== (leftarg = text, rightarg = text, procedure = texteq)",
    "create type stolen as (a int)",
    "create domain stolen as text",
    "create aggregate stolen (text) (sfunc = textcat, stype = text)",
    "create cast (text as integer) with inout",
    "create extension dblink",
    "create extension file_fdw",
    "create server stolen foreign data wrapper postgres_fdw",
    "create publication stolen for all tables",
    "create subscription stolen connection 'host=x' publication x",
    "create event trigger stolen on ddl_command_start execute function x()",
    "create trigger stolen before insert on person for each row execute function x()",
    "create rule stolen as on select to person do instead select 1",
    "create policy stolen on person using (true)",
    "create statistics stolen on id, seq from person",
    "create role stolen",
    "create database stolen",
    "create tablespace stolen location '/tmp'",
    "drop schema record cascade",
    "reassign owned by current_user to postgres",
    "grant pg_read_all_data to current_user",
    "comment on view person is 'x'",
    "security label on view person is 'x'",
    "refresh materialized view person",
    "reindex table record.person",
    "cluster record.person",
    "checkpoint",
    "vacuum",
    "copy (select 1) to '/tmp/stolen'",
    "copy (select 1) to program 'cat'",
    "prepare transaction 'x'",
    "import foreign schema x from server y into public",
    "call x()",
]


def test_a_statement_that_makes_locks_or_changes_something_is_refused(gate: Gate) -> None:
    told = as_audience(gate, OFFICER, lambda connection: {one: fault_of(connection, one) for one in WHOLE_STATEMENTS})
    assert [statement for statement, fault in told.items() if fault is None] == []
    assert "SECRET" not in str(told)


def fault_of(connection: Connection, statement: str) -> str | None:
    """What the server says of a statement of the audience; None: it did it."""
    try:
        with connection.transaction(force_rollback=True):
            attempt(connection, statement)
    except psycopg.errors.LockNotAvailable:
        return None
    except psycopg.Error as fault:
        return str(fault)
    return None


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("body", ["perform 1", "execute 'reset role'", "perform pg_sleep(60)"])
def test_a_nameless_block_is_not_run(gate: Gate, body: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied for language"):
        as_audience(gate, OFFICER, lambda connection: attempt(connection, f"do $$ begin {body}; end $$"))


PROBES = [
    "select family_name from person where prison_number::numeric > 0",
    "select family_name from person where to_date(prison_number, 'DD') is not null and prison_number::int > 0",
    "select family_name from person where ('{' || family_name || '}')::int[] is not null",
    "select family_name from person where ('[' || family_name || ',]')::int4range is not null",
    "select family_name from person where family_name::json is not null",
    "select family_name from person where family_name::jsonb @> '1'",
    "select family_name from person where family_name ~ ('(' || prison_number || ')') or family_name::int > 0",
    "select family_name from person where family_name ilike '%secret%' or prison_number::int > 0",
    "select family_name from person where exists (select 1 where person.prison_number::int > 0)",
    "select family_name from person where (select prison_number::int) > 0",
    "select family_name from person group by family_name having max(prison_number::int) > 0",
    "select sum(prison_number::int) over (order by family_name::int) from person",
    "select count(*) filter (where prison_number::int > 0) from person",
    "select family_name from person union select prison_number::int::text from person",
    "select p.family_name from person as p full join person as q on p.prison_number::int = q.prison_number::int",
    "select p.family_name from person as p join (values (1)) as v (n) on p.prison_number::int = v.n",
    "select family_name from person where width_bucket(prison_number::int, array[1, 2]) > 0",
    "select family_name from person where substring(family_name from '(?i)secret') is null and family_name::int > 0",
    "select family_name from person order by 1 / (length(prison_number) - length('SECRET-B'))",
    "select distinct on (prison_number::int) family_name from person order by prison_number::int",
    "select a.comment from alert as a, person as p where a.comment::int + p.prison_number::int > 0",
    "with recursive r as (select family_name, prison_number::int as n from person union"
    " select family_name, n from r where n < 0) select family_name from r",
]


@pytest.mark.parametrize("asker", [OFFICER, GOVERNOR, BOARD], ids=lambda asker: asker.roles[0])
def test_no_error_tells_of_a_row_that_is_not_shown(gate: Gate, asker: Asker) -> None:
    """The governor sees one SECRET, which fails a cast; of the other, and for the others, nothing may fail."""
    purpose = "oversight.board" if asker is BOARD else "custody.care"
    told = as_audience(
        gate, asker, lambda connection: {one: told_by(connection, one) for one in PROBES}, purpose=purpose
    )
    hidden = "SECRET-M" if asker is GOVERNOR else "SECRET"
    assert {one: what for one, (what, _) in told.items() if hidden in what} == {}
    assert asker is GOVERNOR or [one for one, (_, is_fault) in told.items() if is_fault] == []


def test_no_error_tells_of_a_row_of_the_past_that_is_not_shown(gate: Gate, database: Database) -> None:
    write(database, SECRETS | {"person": [*SECRETS["person"], person("9", prison_number="9", family_name="9")]}, hour=1)

    def run(view: View) -> dict[str, tuple[str, bool]]:
        view.at(START).records(query("select count(*) as n from person, alert"))
        return probed(view._reading._connection)

    seen = gate.read(OFFICER, asked=Asked(purpose="custody.care", act=Act.LIST, what="person"), look=run)
    assert isinstance(seen, Seen)
    assert [one for one, (what, is_fault) in seen.value.items() if is_fault or "SECRET" in what] == []


def probed(connection: Connection) -> dict[str, tuple[str, bool]]:
    return {one: told_by(connection, one) for one in PROBES}


def told_by(connection: Connection, statement: str) -> tuple[str, bool]:
    """Rows or fault of a question as text, and whether it is a fault."""
    try:
        with connection.transaction(force_rollback=True):
            return str(attempt(connection, statement)), False
    except psycopg.Error as fault:
        return str(fault), True


def test_plans_of_one_audience_are_not_run_for_another(database: Database) -> None:
    """One connection, so that whoever comes second meets what was prepared for the first."""
    write(database, SECRETS)
    own = Database(
        database.conninfo(Principal.APP),
        credentials=database._credentials,  # pyright: ignore[reportPrivateUsage]
        pool_size=1,
    )
    try:
        gate = gate_of(own)
        found = [
            ids(look(gate, asker, "select prison_number, id from person", purpose=purpose), "prison_number")
            for _ in range(4)
            for asker, purpose in ((OFFICER, "custody.care"), (GOVERNOR, "custody.safety"), (BOARD, "oversight.board"))
        ]
    finally:
        own.close()
    assert found == [{"1", "2"}, {"1", "2", "SECRET-B"}, set()] * 4


@pytest.mark.usefixtures("closed")
def test_while_an_attack_holds_its_transaction_the_node_goes_on(
    gate: Gate, database: Database, server: TestServer, tmp_path: Path
) -> None:
    """It reads all that it can and holds on to it: log, deliveries, new audiences and other reads do not wait."""
    node = audit_node(database, admin_dsn=server.admin_dsn, folder=tmp_path)
    later = SECRETS | {"person": [*SECRETS["person"], person("9", prison_number="9")]}

    def attack(connection: Connection) -> tuple[int, int, set[object]]:
        attempt(connection, "select * from person, alert, change, custody_episode")
        for lock in (20260724, 20260725):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                attempt(connection, f"select pg_advisory_xact_lock({lock})")
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
            attempt(connection, "select from audit.frontier for update")
        with node.log(LATE) as log:
            receipt = log.append(numbered(1))
        sequence = write(database, later, hour=1)
        others = ids(look(gate, GOVERNOR, "select prison_number, id from person"), "prison_number")
        return receipt.index, sequence, others

    index, sequence, others = as_audience(gate, OFFICER, attack)
    assert (index, sequence) == (0, 2)
    assert others == {"1", "2", "9", "SECRET-B"}


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("with recursive r as (select 1 as a union all select a + 1 from r) select count(*) from r", "QueryCanceled"),
        ("select count(distinct a) from generate_series(1, 1000000000) as a", "QueryCanceled"),
        ("select count(*) from person as a, generate_series(1, 1000000000) as b", "QueryCanceled"),
        ("select lpad('', 2000000000)", "ProgramLimitExceeded"),
    ],
)
def test_a_question_without_end_is_ended(gate: Gate, statement: str, fault: str) -> None:
    def run(connection: Connection) -> None:
        # The same limit as of a page, shorter, so that the test does not take as long as it.
        connection.execute("set local statement_timeout = 300")
        attempt(connection, statement)

    with pytest.raises(psycopg.Error) as caught:
        as_audience(gate, OFFICER, run)
    assert type(caught.value).__name__ == fault


def test_a_page_has_a_limit_of_time_locks_and_idleness(gate: Gate) -> None:
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    limits = as_audience(
        gate,
        OFFICER,
        lambda connection: [attempt(connection, f"select current_setting('{name}')")[0][0] for name in names],
    )
    assert limits == ["15s", "2s", "1min"]


@pytest.mark.usefixtures("closed")
def test_what_a_question_writes_to_the_disk_has_a_limit(gate: Gate) -> None:
    ((limit,),) = as_audience(gate, OFFICER, lambda connection: attempt(connection, "show temp_file_limit"))
    assert limit == "2GB"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_audience(gate, OFFICER, lambda connection: attempt(connection, "set temp_file_limit = -1"))


# What no right can keep a role from: PostgreSQL asks none for these. Nothing that is sent for a page is one of them.
BEYOND_RIGHTS = [
    "reset role",
    "set role none",
    "set local role none",
    "reset all",
    "discard plans",
    "set session authorization default",
    "set statement_timeout = 0",
    "set work_mem = '2GB'",
    "set search_path = record",
    "commit",
    "rollback",
    "begin",
    "savepoint x",
    "listen x",
    "notify x",
    "unlisten *",
    "prepare p as select * from person",
    "execute _pg3_0",
    "deallocate all",
    "declare c cursor with hold for select * from person",
    "fetch all from c",
    "close all",
    "explain select * from person",
    "explain (analyze) select * from person where id is null",
    "show all",
    "analyze person",
    "table person; reset role",
    "select 1 as a; reset role",
    "select 1 as a; commit; begin",
    "lock table person in access share mode",
]


@pytest.mark.parametrize("statement", [*BEYOND_RIGHTS, *WHOLE_STATEMENTS])
def test_the_look_at_a_question_lets_no_other_statement_through(statement: str) -> None:
    with pytest.raises(QuestionError):
        question(query(statement))


def test_two_statements_are_never_sent_as_one(gate: Gate) -> None:
    """A question is sent as a prepared statement, of which the server takes one at a time."""

    def two(connection: Connection) -> None:
        connection.execute("select 1; reset role", prepare=True)

    with pytest.raises(psycopg.errors.SyntaxError, match="multiple commands"):
        as_audience(gate, OFFICER, two)
