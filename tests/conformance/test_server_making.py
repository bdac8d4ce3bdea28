"""A cluster that is being made is forced to the disk once, at its end; one that stands is never run otherwise."""

from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import psycopg
import pytest
from server_commands import processes, short_folder

from watchroom.node.create import NewNode, create_node
from watchroom.store import server_cluster
from watchroom.store.server import EmbeddedServer, ServerAddress, ServerError
from watchroom.store.server_cluster import sync_method

ASKED = "select current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit')"
FORCED = ("on", "on", "on")


@pytest.fixture
def fresh() -> Iterator[Path]:
    with short_folder() as folder:
        yield folder / "node" / "database"


@pytest.fixture
def runs(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Each program that the cluster ran: the last word of it that tells, and how many of its processes lived then."""
    seen: list[tuple[str, int]] = []
    real = server_cluster.run_program

    def run(command: list[str | Path], **how: object) -> CompletedProcess[str]:
        told = next((str(one) for one in command if str(one) in {"--sync-only", "--no-sync"}), "other")
        seen.append((told, len(processes(fresh)) if told == "--sync-only" else 0))
        return real(command, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(server_cluster, "run_program", run)
    return seen


def forced(address: ServerAddress) -> tuple[object, ...] | None:
    with psycopg.connect(address.dsn("postgres")) as connection:
        return connection.execute(ASKED).fetchone()


def test_what_is_being_made_is_forced_to_the_disk_at_the_end_with_no_server_running(
    fresh: Path, runs: list[tuple[str, int]]
) -> None:
    server = EmbeddedServer(fresh)
    with server.making() as address:
        assert forced(address) == ("off", "off", "off")
    assert [one for one in runs if one[0] != "other"] == [("--no-sync", 0), ("--sync-only", 0)]
    with server as address:
        assert forced(address) == FORCED


def test_a_cluster_that_stands_is_run_forced_also_by_whoever_would_make_it(fresh: Path) -> None:
    with EmbeddedServer(fresh) as address:
        assert forced(address) == FORCED
    with EmbeddedServer(fresh).making() as address:
        assert forced(address) == FORCED


def test_a_server_that_was_killed_while_it_was_made_comes_back_forced(fresh: Path) -> None:
    server = EmbeddedServer(fresh)
    with server.making() as address, psycopg.connect(address.dsn("postgres"), autocommit=True) as connection:
        connection.execute("create table made (x int)")
        with pytest.raises(psycopg.OperationalError):
            connection.execute("copy made from program 'kill -QUIT $(head -1 postmaster.pid)'; select pg_sleep(10)")
        assert forced(server.ensure_running()) == FORCED


def test_whoever_joined_while_it_was_made_is_not_left_with_a_server_that_forces_nothing(fresh: Path) -> None:
    joined = EmbeddedServer(fresh)
    with EmbeddedServer(fresh).making():
        assert forced(joined.acquire()) == ("off", "off", "off")
    try:
        assert processes(fresh) == []
        assert forced(joined.ensure_running()) == FORCED
    finally:
        joined.release()


def test_a_node_whose_database_cannot_be_forced_to_the_disk_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = server_cluster.run_program

    def run(command: list[str | Path], **how: object) -> CompletedProcess[str]:
        if "--sync-only" in command:
            return CompletedProcess([], 1, "", "initdb: error: could not fsync file: Input/output error\n")
        return real(command, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(server_cluster, "run_program", run)
    with pytest.raises(ServerError, match="Input/output error"):
        create_node(tmp_path / "node", NewNode(agency="HMPPS", name="Made of nothing"))
    assert not (tmp_path / "node").exists()


@pytest.mark.parametrize(
    ("system", "release", "method"),
    [
        ("Linux", "6.1.0-18-amd64", "syncfs"),
        ("Linux", "5.8", "syncfs"),
        ("Linux", "5.7.19", "fsync"),
        ("Linux", "4.18.0-553.el8", "fsync"),
        ("Linux", "unknown", "fsync"),
        ("Darwin", "23.1.0", "fsync"),
    ],
)
def test_the_whole_file_system_is_forced_only_where_its_faults_are_told(system: str, release: str, method: str) -> None:
    assert sync_method(system, release) == method
