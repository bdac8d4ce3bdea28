"""Hostile SQL inside a question: an expression or a sub-select that somebody got into what a page asks.

Such an attacker gets nothing at all: the server itself refuses what the look at the question should have refused
before. What an audience can call, read and use is a closed list, asked of the catalogues.
"""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from test_gate_attacks import SECRETS, as_audience, attempt

from gate_world import OFFICER, gate_of, look, query, write
from servers import TestServer, is_superuser
from watchroom.gate.door import Gate
from watchroom.gate.errors import QuestionError
from watchroom.gate.questions import FUNCTIONS, question
from watchroom.store.database import Connection, Database, Principal, create_database


@pytest.fixture
def gate(database: Database) -> Gate:
    write(database, SECRETS)
    return gate_of(database)


@pytest.fixture
def closed(server: TestServer) -> None:
    """The catalogues are closed by a superuser; where the node was made without one the look is all there is."""
    if not is_superuser(server.admin_dsn):
        pytest.skip("this server's administrator is no superuser, so the catalogues stay open to every role")


INSIDE_A_SELECT = """
    set_config('role', 'none', true)
    set_config('session_authorization', 'default', true)
    set_config('search_path', 'record', true)
    set_config('statement_timeout', '0', true)
    set_config('work_mem', '2GB', false)
    set_config('watchroom.backend', '1', true)
    pg_sleep(1)
    pg_sleep_for('1 second')
    pg_sleep_until('tomorrow')
    pg_read_file('/etc/passwd')
    pg_read_binary_file('/etc/passwd')
    pg_stat_file('/etc/passwd')
    pg_ls_dir('.')
    pg_ls_logdir()
    pg_ls_waldir()
    pg_ls_tmpdir()
    pg_current_logfile()
    lo_import('/etc/passwd')
    lo_export(1, '/dev/null')
    lo_create(0)
    lo_creat(-1)
    lo_from_bytea(0, 'x')
    lo_get(1)
    lo_open(1, 131072)
    lo_put(1, 0, 'x')
    lo_unlink(1)
    query_to_xml('select * from record.person', true, true, '')
    query_to_xmlschema('select * from person', true, true, '')
    query_to_xml_and_xmlschema('select 1', true, true, '')
    cursor_to_xml('x', 1, true, true, '')
    table_to_xml('person', true, true, '')
    database_to_xml(true, true, '')
    ts_stat('select to_tsvector(family_name) from person')
    ts_rewrite('a'::tsquery, 'select * from record.person')
    pg_export_snapshot()
    pg_notify('x', 'y')
    pg_notification_queue_usage()
    pg_listening_channels()
    pg_logical_emit_message(false, 'a', 'b')
    pg_logical_slot_get_changes('x', null, null)
    pg_create_logical_replication_slot('x', 'pgoutput')
    pg_create_physical_replication_slot('x')
    pg_drop_replication_slot('x')
    pg_replication_origin_create('x')
    pg_current_wal_lsn()
    pg_switch_wal()
    pg_terminate_backend(pg_backend_pid())
    pg_cancel_backend(1)
    pg_reload_conf()
    pg_rotate_logfile()
    pg_promote()
    pg_backend_pid()
    pg_stat_get_activity(null)
    pg_stat_get_backend_activity(1)
    pg_stat_get_live_tuples(1259)
    pg_stat_get_tuples_inserted(1259)
    pg_stat_get_xact_tuples_fetched(1259)
    pg_stat_get_numscans(1259)
    pg_stat_reset()
    pg_stat_force_next_flush()
    pg_relation_size(1259)
    pg_total_relation_size(1259)
    pg_table_size(1259)
    pg_indexes_size(1259)
    pg_database_size('postgres')
    pg_relation_filepath(1259)
    pg_restore_relation_stats('schemaname', 'record', 'relname', 'person')
    pg_clear_relation_stats('record', 'person')
    pg_get_viewdef(1)
    pg_get_functiondef(1)
    pg_get_serial_sequence('person', 'id')
    pg_get_sequence_data(1)
    pg_sequence_last_value(1)
    pg_describe_object(1259, 1259, 0)
    pg_identify_object(1259, 1259, 0)
    pg_get_userbyid(10)
    pg_has_role('postgres', 'member')
    has_table_privilege('person', 'select')
    to_regclass('record.person')
    row_security_active('person')
    pg_column_size(1)
    pg_column_compression(1)
    pg_xact_status('3')
    pg_current_xact_id()
    txid_current()
    pg_blocking_pids(1)
    pg_lock_status()
    pg_advisory_lock(8607046710044420468)
    pg_advisory_lock_shared(8607046710044420468)
    pg_advisory_xact_lock(8607046710044420468)
    pg_advisory_xact_lock_shared(8607046710044420468)
    pg_try_advisory_lock(8607046710044420468)
    pg_try_advisory_xact_lock(8607046710044420468)
    pg_advisory_lock(20260724)
    pg_advisory_xact_lock(20260725)
    pg_advisory_unlock_all()
    nextval(1259)
    currval(1259)
    setval(1259, 1)
    lastval()
    brin_summarize_new_values(1259)
    gin_clean_pending_list(1259)
    pg_show_all_settings()
    pg_prepared_statement()
    pg_cursor()
    pg_get_keywords()
    pg_postmaster_start_time()
    inet_server_addr()
    inet_client_addr()
    current_database()
    version()
    random()
    setseed(0.5)
    clock_timestamp()
    current_query()
"""
CALLS = [line.strip() for line in INSIDE_A_SELECT.splitlines() if line.strip()]

CATALOGUES = """
    pg_class pg_attribute pg_stats pg_stats_ext pg_statistic pg_statistic_ext pg_statistic_ext_data pg_views
    pg_rewrite pg_proc pg_roles pg_authid pg_auth_members pg_user pg_settings pg_file_settings pg_hba_file_rules
    pg_stat_activity pg_stat_user_tables pg_stat_all_tables pg_statio_user_tables pg_stat_user_indexes
    pg_stat_database pg_locks pg_sequences pg_sequence pg_prepared_statements pg_prepared_xacts pg_cursors
    pg_largeobject pg_largeobject_metadata pg_constraint pg_index pg_indexes pg_tables pg_namespace
    pg_description pg_depend pg_shdepend pg_default_acl pg_db_role_setting pg_policies pg_rules pg_trigger
    pg_subscription pg_replication_slots pg_backend_memory_contexts pg_shmem_allocations pg_stat_io
    pg_stat_progress_copy pg_timezone_names pg_available_extensions information_schema.tables
    information_schema.columns information_schema.views information_schema.applicable_roles
""".split()  # noqa: SIM905  sixty lines otherwise


@pytest.mark.usefixtures("closed")
def test_a_call_inside_a_question_is_refused_by_the_server_too(gate: Gate) -> None:
    """By the server itself, and before any argument is looked at: the error is about the right, not about the value."""
    told = as_audience(gate, OFFICER, lambda connection: {call: refusal_of(connection, call) for call in CALLS})
    right = re.compile("permission denied for (function|schema)")
    assert {call: why for call, why in told.items() if why is None or not right.match(why)} == {}


def refusal_of(connection: Connection, call: str) -> str | None:
    try:
        with connection.transaction(force_rollback=True):
            attempt(connection, f"select {call} from person limit 1")
    except psycopg.Error as fault:
        return str(fault)
    return None


@pytest.mark.parametrize("call", CALLS)
def test_a_call_inside_a_question_is_refused_before_it_is_sent(call: str) -> None:
    with pytest.raises(QuestionError):
        question(query(f"select {call} as a from person limit 1"))


@pytest.mark.usefixtures("closed")
def test_no_catalogue_can_be_read(gate: Gate) -> None:
    def read(connection: Connection) -> list[str]:
        found: list[str] = []
        for name in CATALOGUES:
            try:
                with connection.transaction(force_rollback=True):
                    attempt(connection, f"select * from {name}")
            except psycopg.errors.InsufficientPrivilege:
                continue
            found.append(name)
        return found

    assert as_audience(gate, OFFICER, read) == []


def test_what_answers_a_question_can_be_called(gate: Gate, database: Database) -> None:
    """The closing took nothing from those who may ask: each function of the gate's list is there for an audience."""
    rows = _as_admin(gate, database, _executable)
    known = {name for name, *_ in rows}
    # Parts of the grammar, which no function of that name stands behind.
    assert FUNCTIONS - known <= {"case", "cast", "coalesce", "every", "exists", "greatest", "least", "nullif", "trim"}


# STABLE functions that stand behind no operator, no cast and no type. Each was looked at: none tells of another
# row, role, session or file, none waits, none changes anything.
STABLE = """
    age array_to_string concat concat_ws current_setting date_part date_trunc extract format generate_series
    json_agg json_build_object jsonb_agg jsonb_build_object length overlaps pg_current_snapshot timestamptz
    timezone to_char to_date to_jsonb to_timestamp
""".split()  # noqa: SIM905  sixty lines otherwise


@pytest.mark.usefixtures("closed")
def test_the_list_of_functions_that_an_audience_can_call_is_closed(gate: Gate, database: Database) -> None:
    rows = _as_admin(gate, database, _executable)
    assert len(rows) > 2_000
    assert {schema for _, schema, _, _ in rows} == {"pg_catalog"}
    assert {name for name, _, volatility, _ in rows if volatility == "v"} == set()
    assert {name for name, _, volatility, is_support in rows if volatility == "s" and not is_support} == set(STABLE)


@pytest.mark.usefixtures("closed")
def test_the_list_of_relations_that_an_audience_can_read_is_closed(gate: Gate, database: Database) -> None:
    rows = _as_admin(gate, database, _readable)
    own = {name for schema, name in rows if schema.startswith("seen_")}
    assert {(schema, name) for schema, name in rows if not schema.startswith("seen_")} == {
        ("pg_catalog", "pg_database")
    }
    assert len({schema for schema, _ in rows}) == 2
    assert own == {"person", "change"}


@pytest.mark.usefixtures("closed")
def test_an_audience_can_make_nothing_and_use_no_language(gate: Gate, database: Database) -> None:
    # The language of one expression needs a function to be written in, and nothing can be made.
    assert _as_admin(gate, database, _may) == [("language", "sql")]


@pytest.mark.usefixtures("closed")
def test_the_login_of_reads_may_become_audiences_and_nothing_else(gate: Gate, database: Database) -> None:
    look(gate, OFFICER, "select p.id from person as p, change as c")
    login = database.roles.login(Principal.READER)
    with database.connection(Principal.MIGRATOR) as connection:
        ((role,),) = connection.execute("select role_name from gate.audience").fetchall()
        functions = _executable(connection, login)
        assert {name for name, schema, _, _ in functions if schema.startswith("seen_")} == {
            "await_batch",
            "begin_reading",
            "sequence_at",
            "enter",
        }
        own = {one[:3] for one in functions if not one[1].startswith("seen_")}
        assert own == {one[:3] for one in _executable(connection, role)}
        assert _readable(connection, login) == [("pg_catalog", "pg_database")]
        name = connection.info.dbname
        assert _may(connection, login) == [("language", "sql"), ("database", name), ("member of", role)]


def _executable(admin: Connection, role: str) -> list[tuple[Any, ...]]:
    return admin.execute(
        "select p.proname, n.nspname, p.provolatile, p.oid in ("
        "   select o.oprcode::oid from pg_operator as o union select c.castfunc from pg_cast as c"
        "   union select a.amproc::oid from pg_amproc as a union select unnest("
        "     array[t.typinput, t.typoutput, t.typreceive, t.typsend, t.typmodin, t.typmodout])::oid from pg_type as t)"
        " from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace"
        " where has_schema_privilege(%(role)s, n.oid, 'usage') and has_function_privilege(%(role)s, p.oid, 'execute')",
        {"role": role},
    ).fetchall()


def _readable(admin: Connection, role: str) -> list[tuple[Any, ...]]:
    return admin.execute(
        "select n.nspname, c.relname from pg_class as c join pg_namespace as n on n.oid = c.relnamespace"
        " where c.relkind in ('r', 'v', 'm', 'f', 'p', 'S') and n.nspname not like 'pg\\_toast%%'"
        " and has_schema_privilege(%(role)s, n.oid, 'usage')"
        " and case c.relkind when 'S' then has_sequence_privilege(%(role)s, c.oid, 'usage, select, update')"
        " else has_any_column_privilege(%(role)s, c.oid, 'select, insert, update, references') end",
        {"role": role},
    ).fetchall()


def _may(admin: Connection, role: str) -> list[tuple[Any, ...]]:
    return admin.execute(
        "select 'language', lanname::text from pg_language where has_language_privilege(%(role)s, oid, 'usage')"
        " and lanpltrusted"
        " union all select 'create in', nspname from pg_namespace"
        " where has_schema_privilege(%(role)s, oid, 'create')"
        " union all select 'database', datname from pg_database where datname = current_database()"
        " and has_database_privilege(%(role)s, oid, 'create, temporary, connect')"
        " union all select 'tablespace', spcname from pg_tablespace"
        " where spcname <> 'pg_default' and has_tablespace_privilege(%(role)s, oid, 'create')"
        " union all select 'parameter', parname from pg_parameter_acl"
        " where has_parameter_privilege(%(role)s, parname, 'set, alter system')"
        " union all select 'member of', r.rolname from pg_roles as r"
        " where r.rolname <> %(role)s and pg_has_role(%(role)s, r.oid, 'member')",
        {"role": role},
    ).fetchall()


def _as_admin(gate: Gate, database: Database, asked: Callable[[Connection, str], list[tuple[Any, ...]]]) -> Any:
    """What a look into the catalogues says of the role of an audience that stands."""
    look(gate, OFFICER, "select p.id from person as p, change as c")
    with database.connection(Principal.MIGRATOR) as connection:
        ((role,),) = connection.execute("select role_name from gate.audience").fetchall()
        return asked(connection, role)


@pytest.mark.usefixtures("closed")
def test_a_second_node_in_the_same_database_has_what_was_closed_before_it_came(server: TestServer) -> None:
    """A node that is made again, or from a backup, may find the database of the one before."""
    name, ids = f"twice_{uuid4().hex[:8]}", (uuid4(), uuid4())
    try:
        made = [create_database(server.admin_dsn, node_id=one, name=name) for one in (*ids, ids[1])]
        again = Database(made[2].dsn, credentials=made[2].credentials, pool_size=1)
        try:
            with again.connection(Principal.APP) as connection:
                attempt(connection, "select set_config('watchroom.x', '1', true), pg_backend_pid()")
                attempt(connection, "select * from pg_class limit 1")
        finally:
            again.close()
    finally:
        server.drop(name)
        for roles in {one.credentials.prefix: one.credentials.roles for one in made}.values():
            for role in (*(roles.login(principal) for principal in Principal), roles.owner, roles.staff):
                server.run("drop role {}", role)
