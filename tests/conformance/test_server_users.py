"""The embedded server as root and as an ordinary user."""

import os
import shutil
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from server_commands import (
    FAST,
    Ordinary,
    answers,
    begun,
    cluster_folder,
    command,
    main_process,
    ordinary_user,
    processes,
    short_folder,
)

from watchroom.store.server import EmbeddedServer
from watchroom.store.server_left import left_clusters, remove_left
from watchroom.store.server_user import SERVICE_USER

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="not root")


def owner(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


@pytest.fixture(scope="module")
def ordinary() -> Iterator[Ordinary]:
    with ordinary_user() as user:
        yield user


def test_an_ordinary_user_has_the_cluster_inside_the_node(ordinary: Ordinary):
    with short_folder(uid=ordinary.uid) as folder, command(folder / "database", user=ordinary) as other:
        assert answers(other.dsn)
        assert cluster_folder(folder / "database") == folder / "database" / "cluster"
        assert owner(main_process(folder / "database")) == ordinary.uid
        other.end()
        assert processes(folder / "database") == []


def test_an_ordinary_users_killed_server_and_killed_command_are_cleared_away(ordinary: Ordinary):
    with short_folder(uid=ordinary.uid) as folder:
        home = folder / "database"
        with command(home, user=ordinary) as other:
            other.kill()
        os.kill(main_process(home), signal.SIGKILL)
        with command(home, user=ordinary) as again:
            assert answers(again.dsn)
        assert processes(home) == []


def test_root_runs_the_node_of_an_ordinary_user_as_that_user(ordinary: Ordinary):
    with short_folder(uid=ordinary.uid) as folder:
        home = folder / "database"
        with command(home, user=ordinary) as other:
            assert answers(other.dsn)
        with EmbeddedServer(home, settings=FAST) as address:
            assert answers(address.dsn("postgres"))
            assert owner(main_process(home)) == ordinary.uid
        assert {path.lstat().st_uid for path in home.rglob("*")} == {ordinary.uid}
        with command(home, user=ordinary) as again:
            assert answers(again.dsn)


def test_an_ordinary_user_is_told_that_a_node_is_roots(ordinary: Ordinary):
    with short_folder() as folder:
        home = folder / "database"
        with EmbeddedServer(home, settings=FAST):
            pass
        folder.chmod(0o755)
        with begun(home, user=ordinary) as refused:
            _, message = refused.communicate(timeout=60)
    assert refused.returncode == 1
    assert f"uid `{ordinary.uid}` may not use" in message


def test_a_user_without_a_name_is_told_what_to_do(ordinary: Ordinary):
    uid = 54321
    with short_folder(uid=uid) as folder, begun(folder / "database", user=ordinary, uid=uid) as refused:
        _, message = refused.communicate(timeout=60)
    assert refused.returncode == 1
    assert "uid `54321` has no entry in the user database" in message


@needs_root
def test_as_root_the_server_runs_as_the_service_user_who_owns_the_cluster():
    with short_folder() as folder, EmbeddedServer(folder / "database", settings=FAST) as address:
        assert answers(address.dsn("postgres"))
        cluster = cluster_folder(folder / "database")
        assert cluster.owner() == cluster.parent.owner() == SERVICE_USER
        assert owner(main_process(folder / "database")) == cluster.stat().st_uid != 0
        assert Path(f"/proc/{main_process(folder / 'database')}/cwd").resolve() == cluster


@needs_root
def test_as_root_the_node_may_lie_in_a_folder_that_nobody_else_can_enter():
    with short_folder() as folder:
        folder.chmod(0o700)
        with EmbeddedServer(folder / "node" / "database", settings=FAST) as address:
            assert answers(address.dsn("postgres"))
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@needs_root
def test_as_root_the_programs_that_run_cannot_be_changed_by_the_service_user():
    with short_folder() as folder, EmbeddedServer(folder / "database", settings=FAST):
        program = Path(f"/proc/{main_process(folder / 'database')}/exe").resolve()
        for path in (program, *program.parents):
            assert path.stat().st_uid == 0
            assert not path.stat().st_mode & 0o022


@needs_root
def test_the_cluster_of_a_node_that_was_deleted_is_found_and_that_of_a_moved_one_is_not():
    with short_folder() as folder:
        folder.chmod(0o755)
        services, kept, deleted = folder / "services", folder / "kept", folder / "deleted"
        for node in (kept, deleted):
            with EmbeddedServer(node / "database", settings=FAST, service_folder=services):
                assert left_clusters(services) == ()
        cluster = cluster_folder(deleted / "database").parent
        shutil.rmtree(deleted)
        moved = EmbeddedServer(kept.rename(folder / "moved") / "database", settings=FAST, service_folder=services)
        with moved as address:
            (left,) = left_clusters(services)
            assert (left.folder, left.node, left.kept_because, left.doubt) == (cluster, deleted, None, None)
            assert left.used_at is not None
            remove_left(left, service_folder=services)
            assert not cluster.exists()
            assert left_clusters(services) == ()
            assert answers(address.dsn("postgres"))


@needs_root
def test_a_broken_state_file_of_one_node_does_not_hinder_the_making_of_another():
    with short_folder() as folder:
        folder.chmod(0o755)
        services, broken, new = folder / "services", folder / "broken", folder / "new"
        with EmbeddedServer(broken, settings=FAST, service_folder=services):
            pass
        state = (broken / "server.json").read_bytes()
        (broken / "server.json").write_text("x", encoding="utf-8")
        with EmbeddedServer(new, settings=FAST, service_folder=services):
            assert all(left.kept_because is not None for left in left_clusters(services))
        (broken / "server.json").write_bytes(state)
