"""A PostgreSQL server for tests: embedded or external, with a template of the current schema."""

import os
import shutil
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from watchroom.store.creation import Credentials, create_database, grant_database
from watchroom.store.database import Connection, Database, Principal
from watchroom.store.schema import migrate

# A crash of the machine may cost a test run its databases; durability is tested where it is the subject.
QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_wal_size": "2GB"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TestServer:
    """A running server with a template of the current schema, which the tests of one worker share.

    Attributes:
        admin_dsn: of a login that may make roles and databases.
        admin: its connection, kept open: to begin one costs as much as a small test.
        credentials: of the node whose template it holds.
        template: name of that database.
    """

    __test__ = False

    admin_dsn: str
    admin: Connection
    credentials: Credentials
    template: str

    def run(self, text: str, *names: str) -> None:
        """As the administrator, outside of any transaction."""
        self.admin.execute(sql.SQL(text).format(*(sql.Identifier(name) for name in names)))  # type: ignore[arg-type]

    def dsn(self, name: str) -> str:
        """The administrator's way to another database."""
        return make_conninfo(self.admin_dsn, dbname=name)

    @contextmanager
    def database(
        self, of: str | None = None, *, name: str = "test", keeps_audiences: bool = False
    ) -> Generator[Database]:
        """A database of its own, gone afterwards with the audiences that it made.

        Args:
            of: what it is a copy of, to which nobody may be connected; None: the current schema without rows.
            name: what its name begins with.
            keeps_audiences: they are those of what it is a copy of, and go with that.
        """
        named = f"{name}_{uuid4().hex[:12]}"
        self.run("create database {} template {} strategy file_copy", named, of or self.template)
        with psycopg.connect(self.dsn(named)) as admin:
            grant_database(admin, self.credentials.roles)
        opened = self.open(named)
        try:
            yield opened
        finally:
            opened.close()
            self.drop(named)
            if not keeps_audiences:
                drop_audiences(self)

    def drop(self, name: str) -> None:
        """An administrator who is no superuser may not end the sessions of others: those of a closed pool end soon."""
        until = time.monotonic() + 10
        while True:
            try:
                self.run("drop database if exists {} with (force)", name)
            except psycopg.errors.InsufficientPrivilege:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return

    def open(self, name: str) -> Database:
        """A database as the node opens it."""
        parts = conninfo_to_dict(self.dsn(name))
        parts.pop("user", None)
        parts.pop("password", None)
        return Database(make_conninfo("", **parts), credentials=self.credentials, pool_size=4)


@contextmanager
def templated_server(admin_dsn: str) -> Generator[TestServer]:
    # Ids of its own: workers and runs may share an external server.
    template = f"template_{uuid4().hex[:12]}"
    made = create_database(admin_dsn, node_id=uuid4(), name=template)
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        server = TestServer(admin_dsn=admin_dsn, admin=admin, credentials=made.credentials, template=template)
        try:
            opened = server.open(template)
            try:
                migrate(opened)
            finally:
                opened.close()
            yield server
        finally:
            roles = made.credentials.roles
            server.drop(template)
            for role in (*(roles.login(principal) for principal in Principal), roles.owner):
                server.run("drop role {}", role)
            server.run("drop role if exists {}", roles.staff)


def run_as(dsn: str, text: str, *names: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(sql.SQL(text).format(*(sql.Identifier(name) for name in names)))


def is_superuser(admin_dsn: str) -> bool:
    """Whether the administrator may close the catalogues: see `create_database`."""
    with psycopg.connect(admin_dsn) as admin:
        row = admin.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
    return row == (True,)


def drop_audiences(server: TestServer) -> None:
    """Audience roles belong to the server, not to the database that went; the migrator made them."""
    pattern = f"{server.credentials.prefix}\\_seen\\_%"
    found = server.admin.execute("select rolname from pg_roles where rolname like %s", (pattern,)).fetchall()
    if found:
        roles = sql.SQL(", ").join(sql.Identifier(str(role)) for (role,) in found)
        with psycopg.connect(server.open("postgres").conninfo(Principal.MIGRATOR), autocommit=True) as migrator:
            migrator.execute(sql.SQL("drop role {}").format(roles))


def quick_place() -> Path:
    """A folder in memory where there is one: a database is some five hundred files, and each test has its own."""
    memory = Path("/dev/shm")  # noqa: S108  asked whether it is there
    fits = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30
    place = Path(tempfile.mkdtemp(prefix="watchroom-tests-", dir=memory if fits else None))
    # As root the server runs as another user, who has to pass through.
    place.chmod(0o755)
    return place
