"""The encrypted file of a backup: written in one pass, opened only with its key, whole or not at all.

    line 1    what the file is
    line 2    JSON: salt, id of the key, and where the key lay
    then      1 MiB pieces, each sealed with AES-256-GCM

The pieces are sealed under a key of the file's own, derived (HKDF-SHA-256) from the backup key and the salt. Each
nonce holds the piece's number and whether it is the last, and the two lines are authenticated with every piece: a
piece that is altered, moved, missing, added, or taken from another file does not open.
"""

import json
import secrets
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from watchroom.kernel.errors import WatchroomError
from watchroom.kernel.secrets import Secret

MAGIC = b"watchroom backup 1\n"
KEY_BYTES = 32
_PIECE = 2**20
_TAG = 16
_LONGEST_HEAD = 8192


class BackupFileError(WatchroomError):
    """A file that is no backup, is not whole, was altered, or does not open with the given key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What can be read without the key.

    Attributes:
        salt: 32 random bytes.
        key_id: tells which key opens the file and nothing else about it.
        key_file: where that key lay when the backup was made.
    """

    salt: bytes
    key_id: str
    key_file: str

    def line(self) -> bytes:
        """As it stands in the file."""
        known = {"salt": b64encode(self.salt).decode(), "key_id": self.key_id, "key_file": self.key_file}
        return json.dumps(known).encode() + b"\n"


def key_id(key: Secret[bytes]) -> str:
    """A short name of a key, from which nothing about the key can be told.

    Raises:
        BackupFileError: a backup key has 32 bytes, and this one has not.
    """
    if len(key.reveal()) != KEY_BYTES:
        raise BackupFileError(f"a backup key has {KEY_BYTES} bytes, this one has {len(key.reveal())}")
    return _derived(key, salt=b"", use=b"watchroom backup key id").hex()[:16]


class SealedWriter:
    """Takes what is to be kept, compresses and seals it; `finish` writes the last piece."""

    def __init__(self, file: BinaryIO, *, key: Secret[bytes], key_file: Path) -> None:
        head = Head(salt=secrets.token_bytes(32), key_id=key_id(key), key_file=str(key_file))
        self._file = file
        self._seal = _Seal(key, head)
        self._packer = zlib.compressobj(level=1)
        self._waiting = bytearray()
        file.write(MAGIC + head.line())

    def write(self, content: bytes) -> None:
        """Takes all of `content`."""
        self._waiting += self._packer.compress(content)
        self._write_full_pieces()

    def finish(self) -> None:
        """Writes what waits; a file that ends without this does not open."""
        self._waiting += self._packer.flush()
        self._write_full_pieces()
        self._file.write(self._seal.close(bytes(self._waiting), is_last=True))

    def _write_full_pieces(self) -> None:
        # INVARIANT: a full piece is sealed only when more follows, so that exactly one piece is marked as the last.
        while len(self._waiting) > _PIECE:
            self._file.write(self._seal.close(bytes(self._waiting[:_PIECE]), is_last=False))
            del self._waiting[:_PIECE]


def read_head(file: BinaryIO) -> Head:
    """The two lines at the beginning; leaves the file at the first piece.

    Raises:
        BackupFileError: it is no backup, or of a later form.
    """
    try:
        if file.readline(len(MAGIC)) != MAGIC:
            raise BackupFileError("the file is not a backup of this form")
        line = file.readline(_LONGEST_HEAD)
        known = json.loads(line)
        head = Head(
            salt=b64decode(known["salt"], validate=True), key_id=str(known["key_id"]), key_file=str(known["key_file"])
        )
    except (ValueError, KeyError, TypeError):
        raise BackupFileError("the beginning of the backup is damaged") from None
    # What is authenticated is the line that we would write; another spelling of it is an alteration.
    if head.line() != line:
        raise BackupFileError("the beginning of the backup is damaged")
    return head


def opened(file: BinaryIO, *, key: Secret[bytes]) -> Iterator[bytes]:
    """What was given to the writer, in pieces of any size, each authenticated before it is handed out.

    Raises:
        BackupFileError: the key is another one, or the file is not whole and unaltered; what was handed out before
            was genuine, but the whole is not, so use none of it.
    """
    head = read_head(file)
    if key_id(key) != head.key_id:
        raise BackupFileError(f"this key does not open the backup: it needs the one with id `{head.key_id}`")
    seal = _Seal(key, head)
    unpacker = zlib.decompressobj()
    piece = file.read(_PIECE + _TAG)
    while True:
        following = file.read(_PIECE + _TAG)
        yield unpacker.decompress(seal.open(piece, is_last=not following))
        if not following:
            break
        piece = following
    if not unpacker.eof:
        raise BackupFileError("the backup is not whole")


class _Seal:
    """Seals or opens the pieces of one file, in their order."""

    def __init__(self, key: Secret[bytes], head: Head) -> None:
        self._cipher = AESGCM(_derived(key, salt=head.salt, use=b"watchroom backup pieces"))
        self._bound = MAGIC + head.line()
        self._number = 0

    def close(self, piece: bytes, *, is_last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(is_last=is_last), piece, self._bound)

    def open(self, piece: bytes, *, is_last: bool) -> bytes:
        try:
            return self._cipher.decrypt(self._nonce(is_last=is_last), piece, self._bound)
        except (InvalidTag, ValueError):
            raise BackupFileError("the backup was altered or is not whole: nothing of it is used") from None

    def _nonce(self, *, is_last: bool) -> bytes:
        number, self._number = self._number, self._number + 1
        return number.to_bytes(11, "big") + bytes([is_last])


def _derived(key: Secret[bytes], *, salt: bytes, use: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=use).derive(key.reveal())
