"""What deleted nodes leave behind: nothing that might belong to a node is ever removed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from watchroom.cli.clean_commands import clean_command
from watchroom.store.server_cluster import ServerError
from watchroom.store.server_files import ServerHome, State
from watchroom.store.server_left import LeftCluster, left_clusters, remove_left

MARK = "wr-0123456789ab"


@pytest.fixture
def services(tmp_path: Path) -> Path:
    made = tmp_path / "services"
    made.mkdir()
    return made


def cluster(services: Path, *, node: Path, mark: str = MARK) -> Path:
    """A cluster as root makes it, without a server."""
    folder = services / mark
    (folder / "cluster" / "global").mkdir(parents=True)
    (folder / "cluster" / "global" / "pg_control").write_bytes(b"x" * 8192)
    (folder / "node").write_text(f"{node / 'database'}\n", encoding="utf-8")
    return folder


def only(services: Path) -> LeftCluster:
    (left,) = left_clusters(services)
    return left


def refused(services: Path) -> str:
    left = only(services)
    with pytest.raises(ServerError) as told:
        remove_left(left, service_folder=services)
    assert left.folder.exists()
    assert left.kept_because is not None
    return str(told.value)


def test_the_cluster_of_a_node_that_is_gone_is_removed_whole(services: Path, tmp_path: Path) -> None:
    folder = cluster(services, node=tmp_path / "gone")
    left = only(services)
    assert (left.node, left.kept_because, left.doubt, left.size) == (tmp_path / "gone", None, None, left.size)
    assert left.size > 8192
    remove_left(left, service_folder=services)
    assert not folder.exists()
    assert list(services.iterdir()) == []


def test_a_cluster_that_a_node_names_is_not_listed_and_not_removed(services: Path, tmp_path: Path) -> None:
    folder = cluster(services, node=tmp_path / "gone")
    left = only(services)
    home = ServerHome(tmp_path / "gone" / "database")
    home.make()
    home.write_state(State(mark=MARK, home=str(home.folder), service_folder=str(folder)))
    assert left_clusters(services) == ()
    with pytest.raises(ServerError, match="in use"):
        remove_left(left, service_folder=services)
    assert folder.exists()


def test_a_node_folder_that_is_there_keeps_the_cluster_whatever_is_in_it(services: Path, tmp_path: Path) -> None:
    cluster(services, node=tmp_path / "n")
    (tmp_path / "n").mkdir()
    assert "is there" in refused(services)
    home = ServerHome(tmp_path / "n" / "database")
    home.make()
    home.write_state(State(mark="wr-ffffffffffff", home=str(home.folder)))
    assert "another database" in refused(services)


def test_a_link_to_nowhere_in_place_of_the_node_keeps_the_cluster(services: Path, tmp_path: Path) -> None:
    cluster(services, node=tmp_path / "n")
    (tmp_path / "n").symlink_to(tmp_path / "not mounted today")
    assert "is there" in refused(services)


def test_a_state_that_cannot_be_read_keeps_the_cluster(services: Path, tmp_path: Path) -> None:
    cluster(services, node=tmp_path / "n")
    (tmp_path / "n" / "database").mkdir(parents=True)
    (tmp_path / "n" / "database" / "server.json").write_text("garbage", encoding="utf-8")
    assert left_clusters(services) == ()


@pytest.mark.parametrize("pointer", [None, "", "relative/database", "/database", "/a\n/b", "/"])
def test_a_cluster_whose_node_cannot_be_read_is_kept(services: Path, tmp_path: Path, pointer: str | None) -> None:
    folder = cluster(services, node=tmp_path / "gone")
    if pointer is None:
        (folder / "node").unlink()
    else:
        (folder / "node").write_text(pointer, encoding="utf-8")
    assert "cannot be read" in refused(services)


def test_what_is_not_named_as_a_cluster_is_kept(services: Path, tmp_path: Path) -> None:
    cluster(services, node=tmp_path / "gone", mark="wr-something")
    assert "cannot be read" in refused(services)


def test_a_cluster_whose_server_runs_is_kept(services: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster(services, node=tmp_path / "gone")
    monkeypatch.setattr("watchroom.store.server_left.marked", lambda **_: [1])
    assert "running" in refused(services)


def clean(*words: str) -> Result:
    return CliRunner().invoke(clean_command, words)


@pytest.fixture
def here(services: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("watchroom.node.leftovers.SERVICE_FOLDER", services)
    return services


def test_clean_lists_and_removes_only_when_told(here: Path, tmp_path: Path) -> None:
    folder = cluster(here, node=tmp_path / "gone")
    listed = clean()
    assert MARK in listed.stdout
    assert "--yes" in listed.stderr
    assert folder.exists()
    removed = json.loads(clean("--yes", "--json").stdout)["leftovers"]
    assert [(row["mark"], row["state"]) for row in removed] == [(MARK, "removed")]
    assert not folder.exists()
    assert "nothing is left" in clean("--yes").stderr


def test_clean_keeps_what_may_lie_on_a_disk_that_is_not_mounted_unless_it_is_named(here: Path, tmp_path: Path) -> None:
    folder = cluster(here, node=tmp_path / "not mounted" / "gone")
    kept = clean("--yes")
    assert "not mounted" in kept.stdout
    assert folder.exists()
    assert clean(MARK, "--yes").exit_code == 0
    assert not folder.exists()


def test_clean_of_a_kept_or_unknown_mark_fails_and_removes_nothing(here: Path, tmp_path: Path) -> None:
    other = cluster(here, node=tmp_path / "gone", mark="wr-ffffffffffff")
    kept = cluster(here, node=tmp_path / "n")
    (tmp_path / "n").mkdir()
    assert clean(MARK, "--yes").exit_code == 1
    unknown = clean("wr-000000000000", "--yes")
    assert (unknown.exit_code, "clean" in unknown.stderr) == (2, True)
    assert kept.exists()
    assert other.exists()
