"""The same on a server that is not ours: a login with CREATEROLE that owns the database, and no superuser."""

from collections.abc import Generator
from dataclasses import dataclass
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from servers import TestServer
from watchroom.store.creation import UnfitServerError, create_database
from watchroom.store.database import Database, Principal
from watchroom.store.logins import MissingGrantError, ensure_login
from watchroom.store.schema import migrate


@dataclass(frozen=True, slots=True, kw_only=True)
class External:
    """What an administrator of another server hands over."""

    dsn: str
    login: str


@pytest.fixture
def external(server: TestServer) -> Generator[External]:
    name, login = f"external_{uuid4().hex[:8]}", f"dba_{uuid4().hex[:8]}"
    with psycopg.connect(server.admin_dsn, autocommit=True) as admin:
        admin.execute(f"create role {login} login createrole password 'given'")  # type: ignore[arg-type]
        admin.execute(f"grant {login} to current_user")  # type: ignore[arg-type]
        admin.execute(f"create database {name} owner {login} template template0")  # type: ignore[arg-type]
    yield External(dsn=make_conninfo(server.admin_dsn, dbname=name, user=login, password="given"), login=login)
    with psycopg.connect(server.admin_dsn, autocommit=True) as admin:
        admin.execute(f"drop database {name} with (force)")  # type: ignore[arg-type]
        made = admin.execute(
            "select r.rolname from pg_auth_members as m join pg_roles as r on r.oid = m.roleid"
            " where m.member = %s::regrole and m.admin_option",
            (login,),
        ).fetchall()
    # Without superuser only the one who made a role may drop it.
    with psycopg.connect(make_conninfo(server.admin_dsn, user=login, password="given"), autocommit=True) as owner:
        for (role,) in made:
            owner.execute(f"drop role {role}")  # type: ignore[arg-type]
    with psycopg.connect(server.admin_dsn, autocommit=True) as admin:
        admin.execute(f"drop role {login}")  # type: ignore[arg-type]


def test_a_node_is_made_and_migrated_without_superuser(external: External) -> None:
    node_id = uuid4()
    made = create_database(external.dsn, node_id=node_id)
    assert "given" not in made.dsn
    assert external.login not in made.dsn
    database = Database(made.dsn, credentials=made.credentials)
    try:
        assert migrate(database).statements > 100
        for principal in Principal:
            with database.connection(principal) as connection:
                assert connection.execute("select current_setting('is_superuser')").fetchone() == ("off",)
        with database.connection(Principal.MIGRATOR) as connection:
            seen = f"{database.prefix}_seen_0123456789ab"
            connection.execute(f"create role {seen}")  # type: ignore[arg-type]
            connection.execute(
                f"grant {seen} to {database.roles.login(Principal.READER)} with set true, inherit false"  # type: ignore[arg-type]
            )
            connection.execute(f"drop role {seen}")  # type: ignore[arg-type]
    finally:
        database.close()


def test_the_administrator_keeps_no_part_in_the_owner(external: External) -> None:
    made = create_database(external.dsn, node_id=uuid4())
    with psycopg.connect(external.dsn) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"set role {made.credentials.roles.owner}")  # type: ignore[arg-type]


def test_making_it_again_sets_new_passwords_and_keeps_the_rest(external: External) -> None:
    node_id = uuid4()
    first = create_database(external.dsn, node_id=node_id)
    second = create_database(external.dsn, node_id=node_id)
    assert second.dsn == first.dsn
    old, new = (made.credentials.passwords[Principal.APP] for made in (first, second))
    assert old != new
    database = Database(second.dsn, credentials=second.credentials)
    try:
        migrate(database)
    finally:
        database.close()
    third = create_database(external.dsn, node_id=node_id, credentials=second.credentials)
    assert third.credentials == second.credentials


def test_a_login_that_may_not_make_roles_or_does_not_own_the_database_is_refused(
    external: External, server: TestServer
) -> None:
    elsewhere = make_conninfo(external.dsn, dbname="postgres")
    with pytest.raises(UnfitServerError, match="must own database `postgres`"):
        create_database(elsewhere, node_id=uuid4())
    with psycopg.connect(server.admin_dsn, autocommit=True) as admin:
        admin.execute(f"alter role {external.login} nocreaterole")  # type: ignore[arg-type]
    with pytest.raises(UnfitServerError, match="have CREATEROLE"):
        create_database(external.dsn, node_id=uuid4())


def test_without_superuser_the_login_of_reads_is_made_by_the_migrator_and_let_in_by_the_owner(
    external: External,
) -> None:
    """A node of a version that had none: what its administrator has to do is said, and done once."""
    made = create_database(external.dsn, node_id=uuid4())
    database = Database(made.dsn, credentials=made.credentials)
    login = made.credentials.roles.login(Principal.READER)
    with psycopg.connect(external.dsn) as owner:
        name = owner.info.dbname
        owner.execute(f"revoke all on database {name} from {login}")  # type: ignore[arg-type]
        owner.execute(f"drop role {login}")  # type: ignore[arg-type]
    try:
        migrate(database)
        with pytest.raises(MissingGrantError) as refused:
            ensure_login(database, Principal.READER)
        told = str(refused.value)
        with psycopg.connect(external.dsn) as owner:
            owner.execute(told[told.index("`grant") + 1 : told.rindex("`")])  # type: ignore[arg-type]
        ensure_login(database, Principal.READER)
        with database.connection(Principal.READER) as connection:
            assert connection.execute("select current_user").fetchone() == (login,)
    finally:
        database.close()
        with psycopg.connect(external.dsn) as owner:
            owner.execute(f"revoke all on database {name} from {login}")  # type: ignore[arg-type]
        with psycopg.connect(database.conninfo(Principal.MIGRATOR)) as migrator:
            migrator.execute(f"drop role {login}")  # type: ignore[arg-type]
