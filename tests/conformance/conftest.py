"""What conformance tests share: a database in which the real extract stands, and a month of looks."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from deliveries import intake_of
from look_seats import Seats, seats_over
from look_world import MonthOfLooks, make_month
from servers import TestServer
from watchroom.ingest.report import IngestReport
from watchroom.store.database import Database, Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The extract after its first ingest; only for reading, many tests share it."""

    database: Database
    report: IngestReport


@pytest.fixture(scope="session")
def loaded(server: TestServer, nomis: Path) -> Generator[Loaded]:
    """The real extract in a database that no test may change."""
    with server.database(name="loaded") as opened:
        intake, source = intake_of(opened, nomis)
        yield Loaded(database=opened, report=intake.ingest(source))


@pytest.fixture(scope="session")
def month_of_looks(server: TestServer) -> Generator[MonthOfLooks]:
    """The month, made once: it takes two seconds."""
    with server.database(name="month") as database:
        month = make_month(database)
        name = str(conninfo_to_dict(database.conninfo(Principal.APP))["dbname"])
        database.close()
        yield MonthOfLooks(template=name, month=month)


@pytest.fixture
def seats(server: TestServer, month_of_looks: MonthOfLooks) -> Generator[Seats]:
    """Two who review the month at its end, in a copy of their own."""
    with (
        server.database(of=month_of_looks.template, name="looks") as database,
        seats_over(database, month_of_looks.month) as seats,
    ):
        yield seats
