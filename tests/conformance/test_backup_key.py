"""A backup leaves earlier ones as they are: their key where it begins a new one, and their file unless it is told."""

import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

from watchroom.kernel.errors import UsageError
from watchroom.kernel.secrets import Secret
from watchroom.node.backup import back_up, restore
from watchroom.node.backup_file import BackupFileError
from watchroom.node.backup_manifest import checked
from watchroom.node.create import NewNode, create_node, remove_node
from watchroom.node.node import Node
from watchroom.store.roles import Principal


@pytest.fixture
def folder(tmp_path: Path) -> Generator[Path]:
    folder = tmp_path / "n"
    create_node(folder, NewNode(agency="HMPPS", name="Prison Service"))
    try:
        yield folder
    finally:
        remove_node(folder)


def about_keys(node: Node) -> list[str]:
    with node.database.connection(Principal.AUDIT) as connection:
        headers = "select header::jsonb as header from audit.entry order by index"
        rows = connection.execute(headers).fetchall()
    return [header["act"] for (header,) in rows if header.get("entity") == "backup_key"]


def test_a_backup_with_a_new_key_leaves_the_old_key_for_the_backups_before_it(folder: Path, tmp_path: Path) -> None:
    key, earlier, later = folder / "keys" / "backup.key", tmp_path / "earlier.backup", tmp_path / "later.backup"
    old = key.read_bytes()
    with Node.open(folder) as node:
        back_up(node, earlier)
        assert about_keys(node) == []
        back_up(node, later, with_new_key=True)
        assert about_keys(node) == ["key_rotation"]
    new = key.read_bytes()
    assert new != old
    assert [path.read_bytes() for path in key.parent.glob("backup-*.key")] == [old]
    assert checked(later, Secret(new)).entries > checked(earlier, Secret(old)).entries
    with pytest.raises(BackupFileError):
        checked(later, Secret(old))
    try:
        restore(tmp_path / "restored", later, key_file=key)
        assert (tmp_path / "restored" / "keys" / "backup.key").read_bytes() == new
    finally:
        remove_node(tmp_path / "restored")


def test_an_earlier_backup_is_not_replaced_unless_that_is_asked_for(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, letter, late = (tmp_path / name for name in ("nightly", "letter", "late"))
    letter.write_text("dear")
    with Node.open(folder) as node:
        back_up(node, file)
        before = file.read_bytes()
        with pytest.raises(UsageError, match=r"earlier backup.*--overwrite"):
            back_up(node, file)
        with pytest.raises(UsageError, match="not a backup"):
            back_up(node, letter, overwrite=True)
        # Another one that came to stand there while this one was written stays as well.
        monkeypatch.setattr("watchroom.node.backup.checked", lambda *_: shutil.copy(file, late) and None)
        monkeypatch.setattr("watchroom.node.backup._write_parts", lambda *_: None)
        with pytest.raises(UsageError, match="earlier backup"):
            back_up(node, late)
    assert file.read_bytes() == late.read_bytes() == before
