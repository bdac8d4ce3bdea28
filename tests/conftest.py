"""What every test may ask for: a server, a database with the current schema, the real extract."""

import gc
import os
import shutil
import sys
from collections.abc import Generator
from functools import partial
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings

from servers import QUICK, TestServer, quick_place, templated_server
from watchroom.store.database import Database
from watchroom.store.server import EmbeddedServer

# Where compiled files are not to be kept, each worker and each command that a test starts compiles everything anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # noqa: TID251

# What takes longest by `tools/suite_cost.py`; a file goes to one worker whole.
_LONGEST = frozenset(
    {
        "test_abuse_absence.py",
        "test_abuse_sweep.py",
        "test_abuse_timing.py",
        "test_by_hand.py",
        "test_commands.py",
        "test_delius_extract.py",
        "test_ingest_formats.py",
        "test_killed_ingest.py",
        "test_look_load.py",
        "test_oracle.py",
        "test_restored_erasures.py",
    }
)

# Laws are no timed tests: the first example may wait for a collection of garbage, or for another process.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")

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
    parser.addoption("--delius", type=Path, help="folder of the extract of the probation system")
    parser.addoption(
        "--niem", type=Path, help="folder with the schema files of NIEM 6.0, below it niem-core.xsd and others"
    )
    parser.addoption("--dsn", help="an external PostgreSQL: a login with CREATEROLE and CREATEDB, superuser or not")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take longest begin first, in whatever order they were drawn: else one worker ends alone with them."""
    items.sort(key=lambda item: item.path.name not in _LONGEST)


def pytest_collection_finish() -> None:
    """What is loaded stays: set aside, it is not looked through again at every collection of garbage."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Let go of it: extensions count at the end what was left behind."""
    gc.unfreeze()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Generator[None]:
    """Passwords cost next to nothing: what they cost in earnest is a requirement of its own (test_accounts)."""
    with pytest.MonkeyPatch.context() as patched:
        quick = partial(PasswordHasher, time_cost=1, memory_cost=64, parallelism=1)
        patched.setattr("watchroom.gate.passwords.PasswordHasher", quick)
        yield


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Generator[TestServer]:
    dsn: str | None = request.config.getoption("--dsn")
    if dsn is not None:
        with templated_server(dsn) as server:
            yield server
        return
    place = quick_place()
    embedded = EmbeddedServer(place / "postgres", settings=QUICK, service_folder=place / "service")
    try:
        with templated_server(embedded.acquire().dsn("postgres")) as server:
            yield server
    finally:
        embedded.erase()
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def database(server: TestServer) -> Generator[Database]:
    """A fresh database with the current schema and no rows."""
    with server.database() as database:
        yield database


@pytest.fixture(scope="session")
def niem(request: pytest.FixtureRequest) -> Path:
    """The schema files of NIEM; tests that need them are skipped by name where they are absent."""
    folder: Path | None = request.config.getoption("--niem")
    if folder is None or not any(folder.rglob("niem-core.xsd")):
        pytest.skip("the schema files of NIEM are not here; name their folder with --niem")
    return folder


@pytest.fixture(scope="session")
def nomis(request: pytest.FixtureRequest) -> Path:
    """The real extract; tests that need it are skipped by name where it is absent."""
    folder: Path = request.config.getoption("--nomis")
    if not (folder / "OFFENDER_BOOKINGS.csv").exists():
        pytest.skip(f"the NOMIS-like extract is not at {folder}; name it with --nomis")
    return folder


@pytest.fixture(scope="session")
def delius(request: pytest.FixtureRequest) -> Path:
    """The real extract of the probation system; tests that need it are skipped by name where it is absent."""
    told: Path | None = request.config.getoption("--delius")
    beside = (
        above / "shared" / "data" / "nomis" / "community-api-delius" for above in Path(__file__).resolve().parents[2:]
    )
    for folder in beside if told is None else (told,):
        if (folder / "OFFENDER.csv").exists():
            return folder
    pytest.skip("the extract of the probation system is not here; name its folder with --delius")
