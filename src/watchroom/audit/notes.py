"""Signed notes and tree checkpoints in the forms of C2SP (signed-note, tlog-checkpoint), with Ed25519.

A checkpoint is three lines: the origin of the log, the number of its entries, the base64 of its root. The
note is that text, an empty line and one line for each signature, so partners can add theirs below ours.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from watchroom.audit.merkle import HASH_BYTES
from watchroom.kernel.errors import WatchroomError

_ED25519 = b"\x01"
_KEY_ID_BYTES = 4
_NAME = re.compile(r"[^\s+]+")
_SIGNATURE = re.compile(r"— (?P<name>[^\s+]+) (?P<value>[A-Za-z0-9+/]+={0,2})")


class NoteError(WatchroomError):
    """A note that does not follow its form, or that no known key signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """A public key under the name of the log that it speaks for.

    Attributes:
        name: key name; for our own checkpoints the origin of the log.
        public: 32 bytes.
        upto: last tree size that this key may sign; None while it is in force.
    """

    name: str
    public: bytes
    upto: int | None = None

    @property
    def key_id(self) -> bytes:
        """The four bytes that say in a signature which key made it."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_KEY_ID_BYTES]

    def text(self) -> str:
        """The key as others keep it: name, key id and public key joined by plus signs."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(_ED25519 + self.public).decode()}"

    def accepts(self, message: bytes, signature: bytes) -> bool:
        """Whether `signature` is this key's own on `message`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


class Signer(Protocol):
    """A private key that signs checkpoints, and its public side."""

    @property
    def verifier(self) -> Verifier:
        """The public side."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The signature of `message`, 64 bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """A signer that holds its private key in memory; its `repr` does not show it."""

    name: str
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        """The public side."""
        return Verifier(name=self.name, public=self.private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """The signature of `message`, 64 bytes."""
        return self.private.sign(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The state of a log: so many entries, under this root.

    Attributes:
        origin: name of the log.
        size: number of entries.
        root: 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The lines that are signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature line of a note: the signer's name, the key id and the signature's bytes."""

    name: str
    key_id: bytes
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A checkpoint with its signatures, not yet verified."""

    checkpoint: Checkpoint
    text: str
    signatures: tuple[Signature, ...]

    def signed_by(self, verifiers: Iterable[Verifier]) -> Verifier:
        """The first of `verifiers` whose signature stands on this note.

        Raises:
            NoteError: none does, a known key's signature is wrong, or the key was retired before.
        """
        known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
        found = [
            (known[signature.name, signature.key_id], signature.value)
            for signature in self.signatures
            if (signature.name, signature.key_id) in known
        ]
        if not found:
            raise NoteError(f"the checkpoint of {self.checkpoint.size} entries carries no signature of a known key")
        for verifier, value in found:
            if not verifier.accepts(self.text.encode(), value):
                raise NoteError(f"the checkpoint of {self.checkpoint.size} entries carries a wrong signature")
        verifier = found[0][0]
        if verifier.name != self.checkpoint.origin:
            raise NoteError(f"the checkpoint of {self.checkpoint.size} entries is one of another log")
        if verifier.upto is not None and self.checkpoint.size > verifier.upto:
            raise NoteError(
                f"the checkpoint of {self.checkpoint.size} entries is signed by key `{verifier.key_id.hex()}`, "
                f"which was retired at {verifier.upto}"
            )
        return verifier


def signed(checkpoint: Checkpoint, signer: Signer) -> str:
    """The note of `checkpoint` with the signature of `signer`.

    Raises:
        ValueError: the origin is not a key name (it is empty, or has a space or a plus sign).
    """
    verifier = signer.verifier
    if not _NAME.fullmatch(checkpoint.origin):
        raise ValueError(f"`{checkpoint.origin}` cannot name a log; leave out spaces and plus signs")
    value = b64encode(verifier.key_id + signer.sign(checkpoint.text().encode())).decode()
    return f"{checkpoint.text()}\n— {verifier.name} {value}\n"


def parse_note(note: str) -> Note:
    """The note in a text.

    Raises:
        NoteError: the text is not a signed checkpoint.
    """
    text, gap, tail = note.rpartition("\n\n")
    lines = tail.splitlines()
    if not gap or not lines or not tail.endswith("\n"):
        raise NoteError("a checkpoint has no signature lines; it was cut off or overwritten")
    return Note(
        checkpoint=_checkpoint(text + "\n"),
        text=text + "\n",
        signatures=tuple(_signature(line) for line in lines),
    )


def parse_verifier(text: str) -> Verifier:
    """The public key in its text form.

    Raises:
        NoteError: the text is no such key, or its key id is not the one of its key.
    """
    name, _, rest = text.strip().partition("+")
    key_id, _, value = rest.partition("+")
    key = _bytes(value)
    if not _NAME.fullmatch(name) or len(key) != 1 + HASH_BYTES or key[:1] != _ED25519:
        raise NoteError("the text is not a verifier key; it reads `name+key id+base64`")
    verifier = Verifier(name=name, public=key[1:])
    if verifier.key_id.hex() != key_id:
        raise NoteError(f"the key id `{key_id}` does not belong to the key beside it")
    return verifier


def _checkpoint(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) < 4 or not _NAME.fullmatch(lines[0]) or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]):
        raise NoteError("a checkpoint does not read origin, size, root")
    root = _bytes(lines[2])
    if len(root) != HASH_BYTES:
        raise NoteError(f"the checkpoint of {lines[1]} entries has a root of {len(root)} bytes, not 32")
    return Checkpoint(origin=lines[0], size=int(lines[1]), root=root)


def _signature(line: str) -> Signature:
    match = _SIGNATURE.fullmatch(line)
    value = _bytes(match["value"]) if match else b""
    if match is None or len(value) <= _KEY_ID_BYTES:
        raise NoteError("a line below a checkpoint is not a signature")
    return Signature(name=match["name"], key_id=value[:_KEY_ID_BYTES], value=value[_KEY_ID_BYTES:])


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (Base64Error, ValueError):
        raise NoteError("a checkpoint holds a text that is not base64") from None
