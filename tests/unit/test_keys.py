"""The key folder: private, checked at every opening, rotated without losing the past."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from watchroom.kernel.secrets import Secret
from watchroom.node.keys import BACKUP_FILE, SIGNING_FILE, KeyFolder, KeyFolderError

AT = datetime(2026, 7, 24, 8, 0, tzinfo=UTC)
LATER = AT + timedelta(days=90)


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    return KeyFolder.create(tmp_path / "keys", name="watchroom/test", at=AT)


def test_a_new_folder_and_its_files_are_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        KeyFolder.create(tmp_path / "keys", name="watchroom/test", at=AT)
    finally:
        os.umask(before)
    folder = tmp_path / "keys"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        SIGNING_FILE: 0o600,
        BACKUP_FILE: 0o600,
    }


def test_a_second_making_is_refused(keys: KeyFolder) -> None:
    with pytest.raises(KeyFolderError, match="already"):
        KeyFolder.create(keys.folder, name="watchroom/test", at=AT)


def test_making_keys_in_a_folder_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o755)
    with pytest.raises(KeyFolderError, match="chmod 700"):
        KeyFolder.create(folder, name="watchroom/test", at=AT)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620, 0o601])
def test_a_key_file_that_others_can_reach_is_refused_with_the_remedy(keys: KeyFolder, mode: int) -> None:
    (keys.folder / SIGNING_FILE).chmod(mode)
    with pytest.raises(KeyFolderError, match=r"chmod 600 .*signing\.json"):
        keys.signer()


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o711])
def test_a_folder_that_others_can_enter_is_refused_at_every_opening(keys: KeyFolder, mode: int) -> None:
    assert keys.backup_key()
    keys.folder.chmod(mode)
    for ask in (keys.signer, keys.backup_key, keys.verifiers, lambda: keys.renew_backup_key(at=AT)):
        with pytest.raises(KeyFolderError, match="chmod 700"):
            ask()


def test_a_link_in_place_of_a_key_is_refused(keys: KeyFolder, tmp_path: Path) -> None:
    (keys.folder / BACKUP_FILE).rename(tmp_path / "elsewhere")
    (keys.folder / BACKUP_FILE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeyFolderError, match="cannot be opened"):
        keys.backup_key()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_root_may_read_the_keys_of_the_node_user_but_not_the_reverse(keys: KeyFolder) -> None:
    os.chown(keys.folder, 65534, 65534)
    assert keys.backup_key()


def test_a_missing_key_is_named(keys: KeyFolder) -> None:
    (keys.folder / BACKUP_FILE).unlink()
    with pytest.raises(KeyFolderError, match=r"backup\.key.*restore it"):
        keys.backup_key()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFolderError, match="cannot be used"):
        KeyFolder(tmp_path / "nowhere").signer()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"name": "a", "current": {"private": "AAAA"}, "retired": []}'])
def test_a_damaged_signing_file_is_named_and_not_quoted(keys: KeyFolder, text: str) -> None:
    (keys.folder / SIGNING_FILE).write_text(text)
    for ask in (keys.signer, keys.verifiers):
        with pytest.raises(KeyFolderError, match=r"signing\.json` is damaged") as refused:
            ask()
        assert "AAAA" not in str(refused.value)


def test_secrets_do_not_show_themselves(keys: KeyFolder) -> None:
    shown = repr([keys.backup_key(), keys.signer(), keys.known_keys(), keys])
    assert keys.backup_key().reveal().hex() not in shown
    assert "object at" in repr(keys.signer().private)


def test_each_node_has_a_backup_key_of_its_own(keys: KeyFolder, tmp_path: Path) -> None:
    other = KeyFolder.create(tmp_path / "other", name="watchroom/other", at=AT)
    assert len(keys.backup_key().reveal()) == 32
    assert keys.backup_key() != other.backup_key()


def test_a_key_of_an_earlier_version_that_guards_nothing_is_deleted(keys: KeyFolder) -> None:
    (keys.folder / "session.key").write_bytes(b"x" * 32)
    keys.drop_unused()
    keys.drop_unused()
    assert {path.name for path in keys.folder.iterdir()} == {SIGNING_FILE, BACKUP_FILE}
    assert keys.signer()


def test_the_retired_key_is_kept_with_its_time_and_its_reach(keys: KeyFolder) -> None:
    old = keys.signer().verifier
    keys.replace_signing_key(Ed25519PrivateKey.generate(), upto=17, at=LATER)
    present, retired = keys.known_keys()
    assert present.verifier == keys.signer().verifier != old
    assert (present.until_at, present.verifier.upto) == (None, None)
    assert (retired.verifier.public, retired.verifier.upto) == (old.public, 17)
    assert (retired.from_at, retired.until_at) == ("2026-07-24T08:00:00.000000Z", present.from_at)


def test_the_private_half_of_a_retired_key_is_gone(keys: KeyFolder) -> None:
    private = (keys.folder / SIGNING_FILE).read_text().split('"private": "')[1].split('"')[0]
    keys.replace_signing_key(Ed25519PrivateKey.generate(), upto=17, at=LATER)
    assert not [path for path in keys.folder.iterdir() if private in path.read_text(errors="replace")]


def test_another_process_sees_a_rotation_at_once(keys: KeyFolder) -> None:
    other = KeyFolder(keys.folder)
    keys.replace_signing_key(Ed25519PrivateKey.generate(), upto=0, at=LATER)
    assert other.signer().verifier == keys.signer().verifier


def test_an_old_backup_key_is_kept(keys: KeyFolder) -> None:
    first = keys.backup_key()
    keys.renew_backup_key(at=AT)
    second = keys.backup_key()
    keys.renew_backup_key(at=LATER)
    assert keys.backup_keys() == (keys.backup_key(), second, first)
    assert len(set(keys.backup_keys())) == 3


def test_other_secrets_of_the_node_find_a_place(keys: KeyFolder) -> None:
    keys.write("database.json", Secret(b"dsn"))
    assert keys.read("database.json").reveal() == b"dsn"
    assert (keys.folder / "database.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["../outside", "", "a/b", ".hidden", "UPPER"])
def test_a_name_that_leaves_the_folder_is_refused(keys: KeyFolder, name: str) -> None:
    with pytest.raises(KeyFolderError, match="cannot name"):
        keys.write(name, Secret(b""))


def test_a_write_that_fails_leaves_the_old_key(keys: KeyFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    before = keys.backup_key()

    def no_space(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("watchroom.node.keys.os.fsync", no_space)
        with pytest.raises(OSError, match="No space"):
            keys.write(BACKUP_FILE, Secret(b"another"))
    assert keys.backup_key() == before
    assert len(list(keys.folder.iterdir())) == 2
