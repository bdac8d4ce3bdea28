"""The key folder of a node: what signs checkpoints and what opens backups.

The folder is 0700 and each file 0600, which is looked at every time that one is opened. Nothing in here is
ever logged, and nothing in here shows itself in a `repr`.
"""

import json
import os
import re
import secrets
import stat
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from watchroom.audit.entries import instant_text
from watchroom.audit.notes import Ed25519Signer, Verifier
from watchroom.kernel.errors import WatchroomError
from watchroom.kernel.secrets import Secret

SIGNING_FILE = "signing.json"
BACKUP_FILE = "backup.key"
# Opens the forms that a session ended before; in no backup, for neither are they.
UNSENT_FILE = "unsent.key"
SECRET_BYTES = 32
# Keys of earlier versions that nothing uses; a secret that guards nothing only misleads whoever finds it.
_UNUSED = ("session.key",)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class KeyFolderError(WatchroomError):
    """A key is missing, unreadable, or within the reach of somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    """A signing key of this node, past or present, as far as others may know it.

    Attributes:
        verifier: its public side; `upto` is the last tree size that it may sign.
        from_at: machine instant from which it signed, as text in UTC.
        until_at: machine instant at which it was retired; None while it is in force.
    """

    verifier: Verifier
    from_at: str
    until_at: str | None


class KeyFolder:
    """The keys of one node. Every access reads the disk, so that a rotation by another process is seen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def create(cls, folder: Path, *, name: str, at: datetime) -> "KeyFolder":
        """A new folder with fresh keys.

        Args:
            folder: made with mode 0700; its parent exists.
            name: of the node's log in its checkpoints, without spaces and plus signs: `watchroom/<node id>`.
            at: machine instant.

        Raises:
            KeyFolderError: there are keys already.
        """
        folder.mkdir(mode=0o700, exist_ok=True)
        keys = cls(folder)
        keys._require_private(folder)
        if (folder / SIGNING_FILE).exists():
            raise KeyFolderError(f"there are keys in `{folder}` already; rotate them instead of making new ones")
        private = Ed25519PrivateKey.generate()
        keys._write_ring({"name": name, "current": _current(private, at=at), "retired": []})
        keys.write(BACKUP_FILE, Secret(secrets.token_bytes(SECRET_BYTES)))
        return keys

    def signer(self) -> Ed25519Signer:
        """The key that signs checkpoints now.

        Raises:
            KeyFolderError: it is missing, damaged, or others may read it.
        """
        ring = self._ring()
        try:
            private = Ed25519PrivateKey.from_private_bytes(b64decode(ring["current"]["private"], validate=True))
            return Ed25519Signer(str(ring["name"]), private)
        except (KeyError, TypeError, ValueError):
            raise self._damaged(SIGNING_FILE) from None

    def known_keys(self) -> tuple[KnownKey, ...]:
        """Every signing key that this node ever had, the present one first, then the latest retired.

        Raises:
            KeyFolderError: the key file is missing, damaged, or others may read it.
        """
        ring = self._ring()
        try:
            present = KnownKey(verifier=self.signer().verifier, from_at=str(ring["current"]["from"]), until_at=None)
            return (present, *(_retired(str(ring["name"]), key) for key in reversed(ring["retired"])))
        except (KeyError, TypeError, ValueError):
            raise self._damaged(SIGNING_FILE) from None

    def verifiers(self) -> tuple[Verifier, ...]:
        """The public sides of all signing keys: what verification needs."""
        return tuple(key.verifier for key in self.known_keys())

    def replace_signing_key(self, fresh: Ed25519PrivateKey, *, upto: int, at: datetime) -> None:
        """Retire the present signing key in favour of a fresh one; one file changes, at once.

        Use `rotation.rotate_signing_key`, which keeps the order that verification relies on.

        Args:
            fresh: signs from now on.
            upto: last tree size that the present key may have signed.
            at: machine instant.
        """
        ring, retiring = self._ring(), self.signer().verifier
        retired = {
            "public": b64encode(retiring.public).decode(),
            "from": ring["current"]["from"],
            "until": instant_text(at),
            "upto": upto,
        }
        self._write_ring({**ring, "current": _current(fresh, at=at), "retired": [*ring["retired"], retired]})

    def drop_unused(self) -> None:
        """Delete keys that an earlier version made and that guard nothing: sessions are the database's."""
        for name in _UNUSED:
            (self.folder / name).unlink(missing_ok=True)

    def backup_key(self) -> Secret[bytes]:
        """What backups are encrypted with now, 32 bytes."""
        return self.read(BACKUP_FILE)

    def backup_keys(self) -> tuple[Secret[bytes], ...]:
        """The present backup key, then the retired ones, the latest first: an old backup opens with an old key."""
        retired = sorted(self.folder.glob("backup-*.key"), reverse=True)
        return (self.backup_key(), *(self.read(path.name) for path in retired))

    def renew_backup_key(self, *, at: datetime) -> None:
        """A fresh backup key; the present one is kept, as older backups need it.

        Args:
            at: machine instant; names the kept file.
        """
        kept = re.sub(r"[^0-9]", "", instant_text(at))
        self.write(f"backup-{kept}.key", self.backup_key())
        self.write(BACKUP_FILE, Secret(secrets.token_bytes(SECRET_BYTES)))

    def secret(self, name: str) -> Secret[bytes]:
        """The 32 random bytes under `name`, made when they are first asked for; two that ask at once get the same.

        Raises:
            KeyFolderError: others may read it or the folder.
        """
        path = self._path(name)
        if not path.exists():
            self._require_private(self.folder)
            fresh = f"{name}.{secrets.token_hex(4)}.first"
            self.write(fresh, Secret(secrets.token_bytes(SECRET_BYTES)))
            # A link never takes the place of what is there: of two, one wins, and both read what won.
            with suppress(FileExistsError):
                os.link(self._path(fresh), path)
            self._path(fresh).unlink()
        return self.read(name)

    def read(self, name: str) -> Secret[bytes]:
        """What the file `name` in this folder holds.

        Raises:
            KeyFolderError: it is missing, or others may read it or the folder.
        """
        path = self._path(name)
        self._require_private(self.folder)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError as fault:
            raise KeyFolderError(
                f"key file `{path}` cannot be opened ({fault.strerror}); restore it from a backup"
            ) from None
        with os.fdopen(descriptor, "rb") as file:
            _require_private(path, os.fstat(file.fileno()), mode="600")
            return Secret(file.read())

    def write(self, name: str, value: Secret[bytes]) -> None:
        """Keep `value` under `name`: the old one or the new one is there, never half of either."""
        path = self._path(name)
        self._require_private(self.folder)
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(value.reveal())
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise KeyFolderError(f"`{name}` cannot name a key file; use small letters, digits, dots and dashes")
        return self.folder / name

    def _ring(self) -> dict[str, Any]:
        try:
            ring = json.loads(self.read(SIGNING_FILE).reveal())
        except ValueError:
            raise self._damaged(SIGNING_FILE) from None
        if not isinstance(ring, dict):
            raise self._damaged(SIGNING_FILE)
        return cast(dict[str, Any], ring)

    def _write_ring(self, ring: dict[str, Any]) -> None:
        self.write(SIGNING_FILE, Secret(json.dumps(ring, indent=1).encode()))

    def _damaged(self, name: str) -> KeyFolderError:
        return KeyFolderError(f"key file `{self.folder / name}` is damaged; restore it from a backup")

    def _require_private(self, folder: Path) -> None:
        try:
            found = folder.lstat()
        except OSError as fault:
            raise KeyFolderError(f"key folder `{folder}` cannot be used: {fault.strerror}") from None
        if not stat.S_ISDIR(found.st_mode):
            raise KeyFolderError(f"key folder `{folder}` is not a folder")
        _require_private(folder, found, mode="700")


def _require_private(path: Path, found: os.stat_result, *, mode: str) -> None:
    if found.st_mode & _OTHERS:
        present = stat.S_IMODE(found.st_mode)
        raise KeyFolderError(
            f"`{path}` is within reach of other users (mode {present:o}); run `chmod {mode} {path}`, and renew its "
            f"keys if others had access"
        )
    if found.st_uid != os.geteuid() and os.geteuid() != 0:
        raise KeyFolderError(f"`{path}` belongs to user id {found.st_uid}, not to {os.geteuid()}; run as that user")


def _current(private: Ed25519PrivateKey, *, at: datetime) -> dict[str, str]:
    return {"private": b64encode(private.private_bytes_raw()).decode(), "from": instant_text(at)}


def _retired(name: str, key: dict[str, Any]) -> KnownKey:
    verifier = Verifier(name=name, public=b64decode(key["public"], validate=True), upto=int(key["upto"]))
    return KnownKey(verifier=verifier, from_at=str(key["from"]), until_at=str(key["until"]))
