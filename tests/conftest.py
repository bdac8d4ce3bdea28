"""What every test may ask for: a server, a database with the current schema, the real extract."""

import shutil
from collections.abc import Generator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from servers import TestServer, drop_audiences, drop_database, quick_place, run_as, templated_server
from watchroom.store.creation import grant_database
from watchroom.store.database import Database
from watchroom.store.server import EmbeddedServer

# A crash of the machine may cost a test run its databases; durability is tested where it is the subject.
_QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_wal_size": "2GB"}

# `make mutants`: the same examples in every run, so that its figure can be got again.
settings.register_profile(
    "mutants",
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)

# `make coverage`: measuring takes its time, and that a draw is slow says nothing then.
settings.register_profile("coverage", deadline=None, suppress_health_check=[HealthCheck.too_slow])


def pytest_addoption(parser: pytest.Parser) -> None:
    shipped = Path(__file__).parents[1] / "src" / "watchroom" / "demo" / "nomis_extract"
    parser.addoption("--nomis", type=Path, default=shipped, help="folder of the NOMIS-like extract")
    parser.addoption("--dsn", help="an external PostgreSQL: a login with CREATEROLE and CREATEDB, superuser or not")


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Generator[TestServer]:
    dsn: str | None = request.config.getoption("--dsn")
    if dsn is not None:
        with templated_server(dsn) as server:
            yield server
        return
    place = quick_place()
    embedded = EmbeddedServer(place / "postgres", settings=_QUICK, service_folder=place / "service")
    try:
        with templated_server(embedded.acquire().dsn("postgres")) as server:
            yield server
    finally:
        embedded.erase()
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def database(server: TestServer) -> Generator[Database]:
    """A fresh database with the current schema and no rows."""
    name = f"test_{uuid4().hex[:12]}"
    run_as(server.admin_dsn, "create database {} template {} strategy file_copy", name, server.template)
    with psycopg.connect(server.dsn(name)) as admin:
        grant_database(admin, server.credentials.roles)
    opened = server.open(name)
    try:
        yield opened
    finally:
        opened.close()
        drop_database(server.admin_dsn, name)
        drop_audiences(server)


@pytest.fixture(scope="session")
def nomis(request: pytest.FixtureRequest) -> Path:
    """The real extract; tests that need it are skipped by name where it is absent."""
    folder: Path = request.config.getoption("--nomis")
    if not (folder / "OFFENDER_BOOKINGS.csv").exists():
        pytest.skip(f"the NOMIS-like extract is not at {folder}; name it with --nomis")
    return folder
