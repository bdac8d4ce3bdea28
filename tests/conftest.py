"""What every test may ask for: a server, a database with the current schema, the real extract."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from watchroom.store.creation import Credentials, create_database, grant_database
from watchroom.store.database import Database
from watchroom.store.schema import migrate
from watchroom.store.server import EmbeddedServer

_TEMPLATE = "watchroom_template"
_NODE_ID = UUID("019f0000-0000-7000-8000-0000c0ffee00")
# A crash of the machine may cost a test run its databases; durability is tested where it is the subject.
_QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_wal_size": "2GB"}


def pytest_addoption(parser: pytest.Parser) -> None:
    sibling = Path(__file__).parents[1].parent / "shared" / "data" / "nomis" / "prison-api"
    parser.addoption("--nomis", type=Path, default=sibling, help="folder of the NOMIS-like extract")


@dataclass(frozen=True, slots=True, kw_only=True)
class TestServer:
    """A running server that the tests of one worker share.

    Attributes:
        admin_dsn: of a superuser, to database `postgres`.
        credentials: of the node whose template it holds.
    """

    __test__ = False

    admin_dsn: str
    credentials: Credentials

    def dsn(self, name: str) -> str:
        """The superuser's way to another database."""
        return psycopg.conninfo.make_conninfo(self.admin_dsn, dbname=name)


@pytest.fixture(scope="session")
def server() -> Iterator[TestServer]:
    place = _quick_place()
    embedded = EmbeddedServer(place / "postgres", settings=_QUICK, service_folder=place / "service")
    try:
        admin_dsn = embedded.acquire().dsn("postgres")
        made = create_database(admin_dsn, node_id=_NODE_ID, name=_TEMPLATE)
        template = Database(made.dsn, credentials=made.credentials)
        try:
            migrate(template)
        finally:
            template.close()
        yield TestServer(admin_dsn=admin_dsn, credentials=made.credentials)
    finally:
        embedded.erase()
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def database(server: TestServer) -> Iterator[Database]:
    """A fresh database with the current schema and no rows."""
    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(server.admin_dsn, autocommit=True) as admin:
        admin.execute(
            sql.SQL("create database {} template {} strategy file_copy").format(
                sql.Identifier(name), sql.Identifier(_TEMPLATE)
            )
        )
    with psycopg.connect(server.dsn(name)) as admin:
        grant_database(admin, server.credentials.roles)
    parts = psycopg.conninfo.conninfo_to_dict(server.dsn(name))
    parts.pop("user"), parts.pop("password")
    opened = Database(psycopg.conninfo.make_conninfo("", **parts), credentials=server.credentials, pool_size=4)
    try:
        yield opened
    finally:
        opened.close()
        _drop(server, name)


@pytest.fixture(scope="session")
def nomis(request: pytest.FixtureRequest) -> Path:
    """The real extract; tests that need it are skipped by name where it is absent."""
    folder: Path = request.config.getoption("--nomis")
    if not (folder / "OFFENDER_BOOKINGS.csv").exists():
        pytest.skip(f"the NOMIS-like extract is not at {folder}; name it with --nomis")
    return folder


def _quick_place() -> Path:
    """A folder in memory where there is one: a database is some five hundred files, and each test has its own."""
    memory = Path("/dev/shm")  # noqa: S108  asked whether it is there
    fits = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30
    place = Path(tempfile.mkdtemp(prefix="watchroom-tests-", dir=memory if fits else None))
    # As root the server runs as another user, who has to pass through.
    place.chmod(0o755)
    return place


def _drop(server: TestServer, name: str) -> None:
    with psycopg.connect(server.admin_dsn, autocommit=True) as admin:
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        # Audience roles belong to the server, not to the database that went.
        pattern = f"{server.credentials.prefix}\\_seen\\_%"
        for (role,) in admin.execute("select rolname from pg_roles where rolname like %s", (pattern,)).fetchall():
            admin.execute(sql.SQL("drop role {}").format(sql.Identifier(role)))
