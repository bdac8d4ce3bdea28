"""The embedded server when something is killed, left over or taken away."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import psycopg
import pytest
from server_commands import FAST, answers, begun, cluster_folder, command, main_process, processes, short_folder

from watchroom.store import server_process
from watchroom.store.server import EmbeddedServer, ServerError
from watchroom.store.server_cluster import Cluster
from watchroom.store.server_files import ServerHome
from watchroom.store.server_watch import ServerWatch


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """Of a cluster that the tests share; each leaves it stopped."""
    with short_folder() as folder:
        yield folder / "node" / "database"


@pytest.fixture
def fresh() -> Iterator[Path]:
    """Of a cluster that is yet to be made."""
    with short_folder() as folder:
        yield folder / "node" / "database"


def embedded(home: Path) -> EmbeddedServer:
    return EmbeddedServer(home, settings=FAST)


def kill_server(home: Path) -> None:
    pid = main_process(home)
    os.kill(pid, signal.SIGKILL)
    assert server_process.wait_until_ended(pid, seconds=10)


def service_leftovers(home: Path) -> list[Path]:
    state = ServerHome(home).read_state()
    return list(Path(state.service_folder or home).glob(".new-*")) if state else []


def test_a_killed_server_is_started_again_with_all_that_was_committed(home: Path):
    server = embedded(home)
    with psycopg.connect(server.acquire().dsn("postgres")) as connection:
        connection.execute("drop table if exists kept; create table kept as select generate_series(1, 10000) as number")
    kill_server(home)
    server.release()
    with embedded(home) as address, psycopg.connect(address.dsn("postgres")) as connection:
        assert connection.execute("select count(*) from kept").fetchone() == (10000,)


def test_a_server_killed_under_a_command_comes_back_at_the_same_address(home: Path):
    with embedded(home) as before, command(home) as other:
        kill_server(home)
        with command(home) as third:
            assert third.dsn == other.dsn
            assert answers(before.dsn("postgres"))
    assert processes(home) == []


def test_a_watched_server_comes_back_by_itself(home: Path):
    server = embedded(home)
    with server as address, ServerWatch(server, every=0.05):
        kill_server(home)
        limit = monotonic() + 30
        while True:
            try:
                assert answers(address.dsn("postgres"))
                break
            except psycopg.OperationalError:
                assert monotonic() < limit
                sleep(0.05)
    assert processes(home) == []


def test_children_that_outlive_a_killed_server_are_ended_before_the_next_start(home: Path):
    server = embedded(home)
    dsn = server.acquire().dsn("postgres")

    def work_long() -> None:
        with pytest.raises(psycopg.OperationalError), psycopg.connect(dsn) as connection:
            connection.execute("select count(*) from generate_series(1, 98765) as a, generate_series(1, 98765) as b")

    busy = Thread(target=work_long)
    busy.start()
    with psycopg.connect(dsn, autocommit=True) as connection:
        while connection.execute("select from pg_stat_activity where query like '%98765%'").rowcount < 2:
            sleep(0.02)
    before = processes(home)
    kill_server(home)
    assert answers(server.ensure_running().dsn("postgres"))
    busy.join(timeout=30)
    assert not set(before) & set(processes(home))
    server.release()


def test_a_killed_command_does_not_keep_the_server_running(home: Path):
    with embedded(home), command(home) as other:
        other.kill()
    assert processes(home) == []


def test_the_server_of_a_killed_command_is_taken_over_and_then_stopped(home: Path):
    with command(home) as other:
        other.kill()
    orphan = main_process(home)
    assert server_process.is_alive(orphan)
    with embedded(home) as address:
        assert address.dsn("postgres") == other.dsn
        assert main_process(home) == orphan
        assert answers(address.dsn("postgres"))
    assert processes(home) == []


def test_an_orphan_whose_socket_was_taken_away_is_stopped_and_started_anew(home: Path):
    with command(home) as other:
        other.kill()
    orphan = main_process(home)
    state = ServerHome(home).read_state()
    assert state is not None
    assert state.socket_dir is not None
    shutil.rmtree(state.socket_dir)
    with embedded(home) as address:
        assert not server_process.is_alive(orphan)
        assert answers(address.dsn("postgres"))


def test_a_socket_folder_that_others_may_enter_is_not_used(home: Path):
    with command(home) as other:
        other.kill()
    state = ServerHome(home).read_state()
    assert state is not None
    assert state.socket_dir is not None
    Path(state.socket_dir).chmod(0o755)
    try:
        with embedded(home) as address:
            assert str(address.socket_dir) != state.socket_dir
    finally:
        shutil.rmtree(state.socket_dir)


@pytest.mark.parametrize("pid", ["self", "1", "999999999", "no number", ""])
def test_a_stale_pid_file_hinders_nothing(home: Path, pid: str):
    with embedded(home):
        written = (cluster_folder(home) / "postmaster.pid").read_text().splitlines()
    stale = cluster_folder(home) / "postmaster.pid"
    stale.write_text("\n".join([str(os.getpid()) if pid == "self" else pid, *written[1:]]) + "\n")
    owner = cluster_folder(home).stat()
    os.chown(stale, owner.st_uid, owner.st_gid)
    with embedded(home) as address:
        assert answers(address.dsn("postgres"))
    assert processes(home) == []


def test_a_pid_given_to_another_process_is_never_signalled(home: Path):
    with embedded(home):
        written = (cluster_folder(home) / "postmaster.pid").read_text().splitlines()
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        (cluster_folder(home) / "postmaster.pid").write_text("\n".join([str(bystander.pid), *written[1:]]) + "\n")
        with embedded(home) as address:
            assert answers(address.dsn("postgres"))
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_killed_initdb_leaves_nothing_that_counts_as_a_cluster(fresh: Path):
    with begun(fresh) as starting:
        limit = monotonic() + 30
        while not service_leftovers(fresh):
            assert monotonic() < limit
            sleep(0.005)
        starting.kill()
    with embedded(fresh) as address:
        assert answers(address.dsn("postgres"))
    assert not service_leftovers(fresh)


def test_a_folder_deleted_under_a_command_leaves_no_server(fresh: Path):
    server = embedded(fresh)
    address = server.acquire()
    pid, cluster = main_process(fresh), cluster_folder(fresh)
    shutil.rmtree(fresh)
    server.release()
    assert not server_process.is_alive(pid)
    assert not address.socket_dir.exists()
    shutil.rmtree(cluster.parent, ignore_errors=True)


def test_a_server_that_cannot_start_says_why_and_holds_nobody(fresh: Path):
    with embedded(fresh):
        pass
    (cluster_folder(fresh) / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(ServerError, match="no_such_setting"):
        embedded(fresh).acquire()
    assert ServerHome(fresh).count_holders() == 0
    assert processes(fresh) == []


def test_a_command_that_ends_without_releasing_leaves_no_server(home: Path, tmp_path: Path):
    script = tmp_path / "careless.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\nfrom watchroom.store.server import EmbeddedServer\n"
        "EmbeddedServer(Path(sys.argv[1])).acquire()\n"
    )
    subprocess.run([sys.executable, script, home], check=True)
    assert processes(home) == []


def test_a_cluster_that_is_gone_is_named_and_not_made_anew(fresh: Path):
    with embedded(fresh):
        cluster = cluster_folder(fresh)
    away = cluster.rename(cluster.with_suffix(".away"))
    with pytest.raises(ServerError, match="the database is gone"):
        embedded(fresh).acquire()
    away.rename(cluster)
    with embedded(fresh) as address:
        assert answers(address.dsn("postgres"))


def test_a_command_interrupted_while_it_waits_leaves_no_server(home: Path, monkeypatch: pytest.MonkeyPatch):
    patient = Cluster.wait_until_ready

    def interrupted(cluster: Cluster, *given: object) -> None:
        # Other servers of this test run have watches that wait in the same place.
        if cluster.home.folder != home:
            return patient(cluster, *given)
        assert processes(home)
        raise KeyboardInterrupt

    monkeypatch.setattr(Cluster, "wait_until_ready", interrupted)
    with pytest.raises(KeyboardInterrupt):
        embedded(home).acquire()
    assert processes(home) == []
    assert ServerHome(home).count_holders() == 0
