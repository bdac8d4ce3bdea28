"""Principals and their grants: each may do its own work, none more, and PUBLIC nothing."""

from contextlib import ExitStack

import psycopg
import pytest
from psycopg import sql
from psycopg.pq import TransactionStatus

from servers import TestServer
from watchroom.kernel.secrets import Secret
from watchroom.store.database import Connection, Credentials, Database, DatabaseUnavailableError, Principal


def ask(database: Database, principal: Principal, text: str) -> list[tuple[object, ...]]:
    with database.connection(principal) as connection:
        return run(connection, text)


def run(connection: Connection, text: str) -> list[tuple[object, ...]]:
    cursor = connection.execute(text)  # type: ignore[arg-type]
    return cursor.fetchall() if cursor.description else []


@pytest.mark.parametrize("principal", list(Principal))
def test_every_principal_connects_in_utc_and_is_not_superuser(database: Database, principal: Principal) -> None:
    login = f"{database.prefix}_{principal}"
    assert ask(database, principal, "select current_user, current_setting('timezone')") == [(login, "UTC")]
    # The login of reads may not ask itself what it is.
    assert ask(
        database,
        Principal.MIGRATOR,
        f"select rolsuper or rolbypassrls or rolreplication or rolcreatedb from pg_roles where rolname = '{login}'",
    ) == [(False,)]


def test_a_transaction_is_kept_on_exit_and_undone_on_error(database: Database) -> None:
    text = "insert into gate.account (name, roles, organisation, password_hash, created_at, password_set_at)"
    row = " values ('%s', '{nurse}', 'HMPPS', 'x', now(), now())"
    ask(database, Principal.APP, text + row % "kept")
    with pytest.raises(psycopg.errors.DivisionByZero):
        ask(database, Principal.APP, text + row % "undone" + "; select 1 / 0")
    assert ask(database, Principal.APP, "select name from gate.account") == [("kept",)]


def test_the_connection_that_came_back_last_is_given_first(database: Database) -> None:
    with ExitStack() as stack:
        several = [stack.enter_context(database.connection(Principal.APP)) for _ in range(4)]
        assert len({one.info.backend_pid for one in several}) == 4
    first = several[0].info.backend_pid
    for _ in range(3):
        with database.connection(Principal.APP) as connection:
            assert connection.info.backend_pid == first


def test_a_glance_asks_in_transactions_of_their_own_and_leaves_none_behind(database: Database) -> None:
    with database.glance(Principal.APP) as connection:
        number = connection.execute("select pg_current_xact_id()").fetchone()
        assert connection.execute("select pg_current_xact_id()").fetchone() != number
        assert connection.info.transaction_status is TransactionStatus.IDLE
    with pytest.raises(psycopg.errors.DivisionByZero), database.glance(Principal.APP) as connection:
        connection.execute("begin; select set_config('watchroom.noted', 'yes', false); select 1 / 0")
    with database.connection(Principal.APP) as connection:
        assert not connection.autocommit
        assert connection.execute("select current_setting('watchroom.noted', true)").fetchone() != ("yes",)


@pytest.mark.parametrize("principal", list(Principal))
def test_a_connection_that_the_server_ended_is_made_anew_and_whoever_asks_hears_nothing_of_it(
    database: Database, server: TestServer, principal: Principal
) -> None:
    with database.connection(principal) as kept:
        before = kept.info.backend_pid
    with database.connection(principal) as kept:
        assert kept.info.backend_pid == before
    with psycopg.connect(server.admin_dsn, autocommit=True) as admin:
        admin.execute("select pg_terminate_backend(%s, 5000)", [before])
    with database.connection(principal) as anew:
        assert anew.info.backend_pid != before


@pytest.mark.parametrize(
    ("principal", "text"),
    [
        (Principal.APP, "select from record.person"),
        (Principal.APP, "select from ingest.change"),
        (Principal.APP, "select from ingest.raw_row"),
        (Principal.APP, "insert into ingest.sealed values (1, now(), uuidv7(), 'x', now())"),
        (Principal.APP, "insert into gate.audience values ('x', 'x', 'x', 'x', '{}', now())"),
        (Principal.APP, "create temporary table t (x int)"),
        (Principal.APP, "create table gate.t (x int)"),
        (Principal.APP, "create role intruder"),
        (Principal.LOADER, "update record.person_history set seq_to = 9"),
        (Principal.LOADER, "delete from record.person_history"),
        (Principal.LOADER, "delete from ingest.change"),
        (Principal.LOADER, "update ingest.sealed set sealed_at = now()"),
        (Principal.LOADER, "truncate record.person"),
        (Principal.LOADER, "select from gate.account"),
        (Principal.AUDIT, "select from record.person"),
        (Principal.AUDIT, "select from ingest.sealed"),
        (Principal.AUDIT, "select from gate.account"),
        (Principal.MIGRATOR, "select from record.person"),
        (Principal.MIGRATOR, "create table public.t (x int)"),
    ],
)
def test_a_principal_may_not_do_the_work_of_another(database: Database, principal: Principal, text: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(database, principal, text)


@pytest.mark.parametrize("principal", [Principal.APP, Principal.LOADER, Principal.AUDIT])
def test_only_the_migrator_becomes_the_owner(database: Database, principal: Principal) -> None:
    become = sql.SQL("set role {}").format(sql.Identifier(database.roles.owner)).as_string()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(database, principal, become)
    ask(database, Principal.MIGRATOR, become.replace("set role", "set local role"))


def test_the_app_becomes_an_audience_and_inherits_nothing_of_it(database: Database) -> None:
    seen, app = f"{database.prefix}_seen_0123456789ab", database.roles.login(Principal.APP)
    with database.connection(Principal.MIGRATOR) as connection:
        run(connection, f'create role "{seen}" nologin')
        run(connection, f'grant "{seen}" to "{app}" with set true, inherit false')
        run(connection, f'set local role "{database.roles.owner}"')
        run(connection, "create schema seen_0123456789ab")
        run(connection, "create view seen_0123456789ab.person with (security_barrier) as select id from record.person")
        run(connection, f'grant usage on schema seen_0123456789ab to "{seen}"')
        run(connection, f'grant select on seen_0123456789ab.person to "{seen}"')
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(database, Principal.APP, "select from seen_0123456789ab.person")
    with database.connection(Principal.APP) as connection:
        run(connection, f'set local role "{seen}"')
        assert run(connection, "select count(*) from seen_0123456789ab.person") == [(0,)]
    with database.connection(Principal.APP) as connection:
        run(connection, f'set local role "{seen}"')
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            run(connection, "select from gate.asking")


def test_public_may_do_nothing_with_what_is_ours(database: Database) -> None:
    granted = ask(
        database,
        Principal.MIGRATOR,
        """
        select n.nspname::text, null from pg_namespace as n, aclexplode(n.nspacl) as a
        where a.grantee = 0 and n.nspname not in ('pg_catalog', 'information_schema')
        union all
        select c.oid::regclass::text, a.privilege_type from pg_class as c, aclexplode(c.relacl) as a
        where a.grantee = 0 and c.relnamespace in (
            select oid from pg_namespace where nspname in ('record', 'ingest', 'gate', 'audit', 'store')
        )
        union all
        select d.datname::text, a.privilege_type from pg_database as d, aclexplode(d.datacl) as a
        where a.grantee = 0 and d.datname = current_database()
        """,
    )
    assert granted == []


def test_a_function_of_the_owner_is_not_for_everybody(database: Database) -> None:
    with database.connection(Principal.MIGRATOR) as connection:
        run(connection, f'set local role "{database.roles.owner}"')
        run(connection, "create function gate.secret() returns int language sql return 1")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(database, Principal.APP, "select gate.secret()")


def test_a_wrong_password_opens_nothing(database: Database) -> None:
    passwords = {principal: Secret("guessed") for principal in Principal}
    other = Database(
        database.conninfo(Principal.APP),
        credentials=Credentials(prefix=database.prefix, passwords=passwords),
        timeout=0.5,
    )
    try:
        with pytest.raises(DatabaseUnavailableError, match=r"as `app` within 0\.5 s"), other.connection(Principal.APP):
            pass
    finally:
        other.close()
