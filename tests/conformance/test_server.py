"""The embedded server: made, shared, stopped."""

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from server_commands import FAST, answers, begun, cluster_folder, command, main_process, processes, short_folder

from watchroom.store.server import EmbeddedServer, ServerError
from watchroom.store.server_files import ServerFilesError, ServerHome


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


def test_a_server_is_made_started_and_stopped(fresh: Path):
    with embedded(fresh) as address:
        assert answers(address.dsn("postgres"))
        assert processes(fresh)
    assert processes(fresh) == []
    assert not address.socket_dir.exists()


def test_a_second_start_keeps_what_was_written(home: Path):
    with embedded(home) as address, psycopg.connect(address.dsn("postgres")) as connection:
        connection.execute("drop table if exists kept; create table kept as select 7 as seven")
    with embedded(home) as address, psycopg.connect(address.dsn("postgres")) as connection:
        assert connection.execute("select seven from kept").fetchone() == (7,)


def test_the_cluster_is_made_as_the_design_says(home: Path):
    question = """
        select current_setting('server_version_num')::int >= 180000, current_setting('server_encoding'),
               current_setting('password_encryption'), current_setting('data_checksums'),
               current_setting('timezone'), current_setting('listen_addresses'), datlocprovider, datlocale
        from pg_database where datname = 'template1'
    """
    with embedded(home) as address, psycopg.connect(address.dsn("postgres")) as connection:
        assert connection.execute(question).fetchone() == (
            *(True, "UTF8", "scram-sha-256", "on"),
            *("UTC", "", "b", "C.UTF-8"),
        )


def test_nobody_enters_without_the_password(home: Path):
    with embedded(home) as address:
        dsn = psycopg.conninfo.make_conninfo(address.dsn("postgres"), password="guessed")
        with pytest.raises(psycopg.OperationalError, match="authentication failed"):
            psycopg.connect(dsn)


def test_the_password_is_not_shown_and_its_file_is_private(home: Path):
    with embedded(home) as address:
        assert address.password.reveal() not in repr(address)
        assert (home / "superuser.password").stat().st_mode & 0o777 == 0o600
        assert home.stat().st_mode & 0o777 == 0o700
        assert address.socket_dir.stat().st_mode & 0o777 == 0o700
        assert cluster_folder(home).stat().st_mode & 0o777 == 0o700


def test_a_password_file_that_others_can_read_is_refused(home: Path):
    with embedded(home):
        pass
    (home / "superuser.password").chmod(0o644)
    with pytest.raises(ServerFilesError, match="can be read by others"):
        embedded(home).acquire()
    (home / "superuser.password").chmod(0o600)
    assert processes(home) == []


def test_the_log_holds_nothing_of_a_row_when_a_statement_fails(home: Path):
    with embedded(home) as address, psycopg.connect(address.dsn("postgres"), autocommit=True) as connection:
        connection.execute("drop table if exists person; create table person (number text primary key)")
        connection.execute("insert into person values ('Anderson')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("insert into person values ('Anderson')")
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute("select 'Anderson'::int")
    log = (home / "server.log").read_text()
    assert "ready to accept connections" in log
    assert "Anderson" not in log


def test_the_last_of_several_commands_stops_the_server(home: Path):
    with embedded(home) as address:
        with command(home) as first, command(home) as second:
            assert answers(first.dsn)
            assert answers(second.dsn)
            first.end()
            assert answers(second.dsn)
        assert answers(address.dsn("postgres"))
    assert processes(home) == []


def test_a_command_may_acquire_twice_and_then_releases_twice(home: Path):
    server = embedded(home)
    server.acquire()
    address = server.acquire()
    server.release()
    assert answers(address.dsn("postgres"))
    server.release()
    assert processes(home) == []


def test_many_commands_that_begin_at_once_make_one_cluster_and_one_server(fresh: Path):
    with ExitStack() as stack:
        commands = [stack.enter_context(begun(fresh)) for _ in range(6)]
        addresses = {running.stdout.readline().strip() for running in commands if running.stdout}
        assert len(addresses) == 1
        assert answers(addresses.pop())
        with ThreadPoolExecutor(max_workers=6) as threads:
            list(threads.map(lambda running: running.communicate(timeout=60), commands))
        assert {running.returncode for running in commands} == {0}
    assert processes(fresh) == []


def test_threads_of_one_command_share_it(home: Path):
    server = embedded(home)
    with ThreadPoolExecutor(max_workers=8) as threads:
        addresses = list(threads.map(lambda _: server.acquire(), range(8)))
    assert len({address.socket_dir for address in addresses}) == 1
    for _ in addresses:
        server.release()
    assert processes(home) == []


def test_two_nodes_stand_side_by_side(home: Path):
    other = home.parent.parent / "other" / "database"
    with embedded(home) as one, embedded(other) as two:
        assert one.socket_dir != two.socket_dir
        with psycopg.connect(one.dsn("postgres")) as connection:
            connection.execute("create table if not exists only_here ()")
        with psycopg.connect(two.dsn("postgres")) as connection:
            assert connection.execute("select to_regclass('only_here')").fetchone() == (None,)
    assert processes(home) == processes(other) == []


def test_a_node_in_a_very_long_path_starts(fresh: Path):
    deep = fresh.parent.joinpath(*["a-folder-with-a-rather-long-name-é"] * 8, "database")
    with embedded(deep) as address:
        assert len(os.fsencode(address.socket_dir / ".s.PGSQL.5432")) < 108
        assert answers(address.dsn("postgres"))


def test_the_server_is_in_a_process_group_of_its_own(home: Path):
    with embedded(home):
        assert os.getpgid(main_process(home)) != os.getpgid(0)


def test_a_moved_node_keeps_its_database(fresh: Path):
    with embedded(fresh) as address, psycopg.connect(address.dsn("postgres")) as connection:
        connection.execute("drop table if exists kept; create table kept as select 7 as seven")
    moved = fresh.parent.parent / "moved"
    fresh.parent.rename(moved)
    with embedded(moved / "database") as address, psycopg.connect(address.dsn("postgres")) as connection:
        assert connection.execute("select seven from kept").fetchone() == (7,)


def test_a_copied_node_never_drives_the_database_of_the_original(fresh: Path):
    with embedded(fresh) as original:
        copy = fresh.parent.parent / "copy"
        subprocess.run(["cp", "-r", fresh.parent, copy], check=True)
        server = embedded(copy / "database")
        if os.geteuid() == 0:
            with pytest.raises(ServerError, match="is a copy of"):
                server.acquire()
            (copy / "database" / "server.json").unlink()
        else:
            with server as address:
                assert address.socket_dir != original.socket_dir
        assert answers(original.dsn("postgres"))


def test_a_node_is_the_same_by_whatever_way_somebody_comes_to_it(fresh: Path, monkeypatch: pytest.MonkeyPatch):
    with embedded(fresh) as address, psycopg.connect(address.dsn("postgres")) as connection:
        connection.execute("create table kept as select 7 as seven")
    link = fresh.parent.parent / "link"
    link.symlink_to(fresh.parent)
    monkeypatch.chdir(fresh.parent)
    for way in (link / "database", Path("database"), Path("../link/database")):
        with embedded(way) as address, psycopg.connect(address.dsn("postgres")) as connection:
            assert connection.execute("select seven from kept").fetchone() == (7,)


def test_erasing_leaves_nothing(fresh: Path):
    with embedded(fresh):
        cluster = cluster_folder(fresh)
    embedded(fresh).erase()
    assert not cluster.parent.exists()
    assert not fresh.exists()


def test_a_server_in_use_is_not_erased(home: Path):
    with command(home) as other:
        with pytest.raises(ServerError, match="in use by another command"):
            embedded(home).erase()
        assert answers(other.dsn)


def test_a_broken_state_file_is_named(home: Path):
    with embedded(home):
        pass
    written = (home / "server.json").read_text()
    (home / "server.json").write_text(written[:20])
    with pytest.raises(ServerFilesError, match="cannot be read"):
        embedded(home).acquire()
    (home / "server.json").write_text(written)
    assert ServerHome(home).count_holders() == 0
