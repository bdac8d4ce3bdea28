"""What conformance tests share: a database in which the real extract stands."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from deliveries import intake_of
from servers import TestServer, drop_database, run_as
from watchroom.ingest.report import IngestReport
from watchroom.store.creation import grant_database
from watchroom.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The extract after its first ingest; only for reading, many tests share it."""

    database: Database
    report: IngestReport


@pytest.fixture(scope="session")
def loaded(server: TestServer, nomis: Path) -> Generator[Loaded]:
    """The real extract in a database that no test may change."""
    name = f"loaded_{uuid4().hex[:12]}"
    run_as(server.admin_dsn, "create database {} template {} strategy file_copy", name, server.template)
    with psycopg.connect(server.dsn(name)) as admin:
        grant_database(admin, server.credentials.roles)
    opened = server.open(name)
    try:
        intake, source = intake_of(opened, nomis)
        yield Loaded(database=opened, report=intake.ingest(source))
    finally:
        opened.close()
        drop_database(server.admin_dsn, name)
