"""Checks an export of a Watchroom audit log: valid, or the first entry at fault.

    python3 verify.py EXPORT.zip [--key KEY]

It needs python3 (3.9 or later) and nothing else, and believes nothing that the export says of itself: each entry is
hashed again and led to a root that was signed. KEY is a public key of the log that you hold from elsewhere
(`name+id+base64`, as the agency told it to you before). Without it the export is only held against the keys that
came with it.

Forms: RFC 6962 (hashes and proofs), RFC 8032 (Ed25519), C2SP signed-note and tlog-checkpoint.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any, NamedTuple

FORMAT = 1

# ---- Ed25519, RFC 8032 section 5.1: verification only, so nothing here is secret.
_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_SQRT_M1 = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]


def _recover_x(y: int, sign: int) -> int | None:
    if y >= _P:
        return None
    squared = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    if squared == 0:
        return None if sign else 0
    x = pow(squared, (_P + 3) // 8, _P)
    if (x * x - squared) % _P:
        x = x * _SQRT_M1 % _P
    if (x * x - squared) % _P:
        return None
    return _P - x if (x & 1) != sign else x


_BASE_Y = 4 * pow(5, _P - 2, _P) % _P
_BASE_X = _recover_x(_BASE_Y, 0) or 0
_BASE: _Point = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % _P)


def _add(one: _Point, other: _Point) -> _Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _times(factor: int, point: _Point) -> _Point:
    result: _Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            result = _add(result, point)
        point = _add(point, point)
        factor >>= 1
    return result


def _point(text: bytes) -> _Point | None:
    value = int.from_bytes(text, "little")
    y = value & ((1 << 255) - 1)
    x = _recover_x(y, value >> 255)
    return None if x is None else (x, y, 1, x * y % _P)


def is_signed(*, public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` (64 bytes) is that of the key `public` (32 bytes) on `message`."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, nonce = _point(public), _point(signature[:32])
    factor = int.from_bytes(signature[32:], "little")
    if key is None or nonce is None or factor >= _L:
        return False
    challenge = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % _L
    left, right = _times(factor, _BASE), _add(nonce, _times(challenge, key))
    return (left[0] * right[2] - right[0] * left[2]) % _P == 0 and (left[1] * right[2] - right[1] * left[2]) % _P == 0


# ---- The tree, RFC 6962 section 2.1.
def _leaf(content: bytes) -> bytes:
    return sha256(b"\x00" + content).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def includes(*, leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Whether `proof` shows that the tree of `size` leaves under `root` holds `leaf` at `index`."""
    if not 0 <= index < size:
        return False
    node, last, value = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            value = _node(step, value)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            value = _node(value, step)
        node, last = node >> 1, last >> 1
    return last == 0 and value == root


def extends(*, old: tuple[int, bytes], new: tuple[int, bytes], proof: list[bytes]) -> bool:
    """Whether `proof` shows that the tree `new` (size and root) begins with the tree `old`."""
    (old_size, old_root), (size, root) = old, new
    if old_size == size or old_size == 0:
        return not proof and (old_root == root if old_size == size else old_root == sha256(b"").digest())
    steps = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if old_size > size or not steps:
        return False
    node, last = old_size - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old_value = value = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old_value, value = _node(step, old_value), _node(step, value)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            value = _node(value, step)
        node, last = node >> 1, last >> 1
    return last == 0 and old_value == old_root and value == root


# ---- Keys and checkpoints.
class Key(NamedTuple):
    """A public key: the log that it speaks for, its id, its 32 bytes, and the last tree size that it may sign."""

    name: str
    key_id: bytes
    public: bytes
    upto: int | None


class FaultError(Exception):
    """The first thing at fault: `index` of the entry, None where it is the export as a whole; the reason in words."""

    def __init__(self, index: int | None, reason: str) -> None:
        super().__init__(reason)
        self.index = index
        self.reason = reason


def key_of(text: str, upto: int | None = None) -> Key:
    """The key in its text form, `name+id+base64`; FaultError where it is none."""
    match = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})", text.strip())
    raw = _bytes(match[3]) if match else b""
    if match is None or len(raw) != 33 or raw[:1] != b"\x01":
        raise FaultError(None, "a public key cannot be read")
    key_id = sha256(match[1].encode() + b"\n" + raw).digest()[:4]
    if key_id.hex() != match[2]:
        raise FaultError(None, f"the key id {match[2]} does not belong to the key beside it")
    return Key(match[1], key_id, raw[1:], upto)


class Head(NamedTuple):
    """A signed state of the log: its size, its root, and the key that signed."""

    size: int
    root: bytes
    key: Key


def signed_head(note: str, keys: list[Key]) -> Head:
    """The state in a checkpoint that one of `keys` signed; FaultError where none did."""
    text, gap, tail = note.rpartition("\n\n")
    lines = text.split("\n")
    if not gap or len(lines) < 3 or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]):
        raise FaultError(None, "a checkpoint cannot be read")
    size, root = int(lines[1]), _bytes(lines[2])
    for line in tail.splitlines():
        match = re.fullmatch(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})", line)
        value = _bytes(match[2]) if match else b""
        for key in keys:
            if match is None or (key.name, key.key_id) != (match[1], value[:4]) or key.name != lines[0]:
                continue
            if not is_signed(public=key.public, message=(text + "\n").encode(), signature=value[4:]):
                raise FaultError(max(0, size - 1), f"the checkpoint of {size} entries carries a wrong signature")
            if key.upto is not None and size > key.upto:
                raise FaultError(
                    key.upto, f"the checkpoint of {size} entries is signed by a key that was retired at {key.upto}"
                )
            return Head(size, root, key)
    raise FaultError(max(0, size - 1), f"the checkpoint of {size} entries carries no signature of a known key")


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise FaultError(None, "a text that should be base64 is not") from None


# ---- The export.
class Rotation(NamedTuple):
    """An entry that says which key took over from which."""

    entry: int
    old: bytes
    new: bytes


class Result(NamedTuple):
    """What was found in a valid export: the entries from `first` to `last`, how many bodies were erased, the state."""

    first: int
    last: int
    erased: int
    head: Head
    keys: list[Key]


def verify(path: str, pinned: list[str]) -> Result:
    """What is in the export at `path`; FaultError with the first entry at fault.

    Args:
        path: of the zip file.
        pinned: public keys held from elsewhere, as text: what the log is signed with must be one or follow from one.
    """
    with zipfile.ZipFile(path) as export:
        manifest = _document(export, "manifest.json")
        if manifest.get("format") != FORMAT:
            raise FaultError(None, "the export has another format; use the verifier that came with it")
        keys = [key_of(one["key"], one["upto"]) for one in _document(export, "keys.json")["keys"]]
        heads = _heads(export, keys)
        erasures, rotations = _beside(export, heads[-1], manifest)
        _follow(heads, rotations, {key_of(text).public for text in pinned})
        return _range(export, manifest, head=heads[-1], erasures=erasures)._replace(keys=keys)


def _heads(export: zipfile.ZipFile, keys: list[Key]) -> list[Head]:
    """The signed states, each of which was shown to be a prefix of the next."""
    heads = [signed_head(note, keys) for note in _read(export, "checkpoints.txt").split("===\n")[:-1]]
    proofs = list(_lines(export, "consistency.jsonl"))
    if not heads or len(proofs) != len(heads) - 1:
        raise FaultError(None, "checkpoints or the proofs between them are missing")
    for old, new, proof in zip(heads, heads[1:], proofs):  # noqa: B905  `strict` is not known to 3.9
        path = [_bytes(one) for one in proof["consistency"]]
        if new.key.name != old.key.name or not extends(old=old[:2], new=new[:2], proof=path):
            raise FaultError(old.size, f"the log of {new.size} entries does not begin with the log of {old.size}")
    return heads


def _follow(heads: list[Head], rotations: list[Rotation], pinned: set[bytes]) -> None:
    """A key is trusted that was named from elsewhere, or by an entry that a trusted key signed a state over."""
    trusted = pinned or {heads[0].key.public}
    for one in rotations:
        if one.old in trusted and any(head.key.public == one.old and head.size > one.entry for head in heads):
            trusted.add(one.new)
    if heads[-1].key.public not in trusted:
        whom = "the one that you named" if pinned else "the first one"
        raise FaultError(None, f"the key {heads[-1].key.key_id.hex()} that signed last does not follow from {whom}")


def _beside(
    export: zipfile.ZipFile, head: Head, manifest: dict[str, Any]
) -> tuple[list[tuple[int, int]], list[Rotation]]:
    """Erased ranges and rotations, as proven entries say them; the export's own entry must name the same range."""
    erased: list[tuple[int, int]] = []
    rotations: list[Rotation] = []
    own: dict[str, Any] | None = None
    for one in _lines(export, "beside.jsonl"):
        header, body = _entry(one, head, must_have_body=True)
        detail = (body or {}).get("detail", {})
        if header["act"] == "erase" and header.get("entity") == "audit_body":
            # An erasure speaks of entries before it: it is no leave to delete later ones.
            named = _ranges(str(detail.get("indices", "")))
            erased += [(low, min(high, header["index"] - 1)) for low, high in named]
        elif header["act"] == "key_rotation" and header.get("entity") == "signing_key":
            rotations.append(Rotation(header["index"], key_of(detail["old"]).public, key_of(detail["new"]).public))
        elif header["act"] == "export" and header["index"] == manifest["export_index"]:
            own = detail
    said = {name: str(manifest[name]) for name in ("from", "to", "first_index", "last_index")}
    if own is None or {name: own.get(name) for name in said} != said:
        raise FaultError(None, "the log does not say that this range was exported; entries were left out or added")
    return erased, rotations


def _range(export: zipfile.ZipFile, manifest: dict[str, Any], *, head: Head, erasures: list[tuple[int, int]]) -> Result:
    expected = first = int(manifest["first_index"])
    last, erased = int(manifest["last_index"]), 0
    for one in _lines(export, "entries.jsonl"):
        if one.get("index") != expected:
            raise FaultError(expected, "the entry is missing")
        _, body = _entry(one, head, must_have_body=False)
        if body is None:
            erased += 1
            if not any(low <= expected <= high for low, high in erasures):
                raise FaultError(expected, "the body is missing, and no entry says that it was erased")
        expected += 1
    if expected != last + 1:
        raise FaultError(expected, "the entry is missing")
    return Result(first, last, erased, head, [])


def _entry(one: dict[str, Any], head: Head, *, must_have_body: bool) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Header and body of an entry that the signed tree holds; the body None where it was erased."""
    index, text = one["index"], str(one["header"])
    path = [_bytes(step) for step in one["audit_path"]]
    if not includes(leaf=_leaf(text.encode()), index=index, size=head.size, proof=path, root=head.root):
        raise FaultError(index, "the header or its proof was altered: it does not lead to the signed root")
    header = json.loads(text)
    if header.get("index") != index:
        raise FaultError(index, "the entry stands in the place of another")
    if one["body"] is None or one["salt"] is None:
        if must_have_body:
            raise FaultError(index, "the body of an erasure or of a key rotation is missing")
        return header, None
    if sha256(bytes.fromhex(one["salt"]) + str(one["body"]).encode()).hexdigest() != header.get("body"):
        raise FaultError(index, "the body was altered: it is not the one that the header commits to")
    return header, json.loads(one["body"])


def _ranges(text: str) -> list[tuple[int, int]]:
    found = (re.fullmatch(r"\s*([0-9]{1,18})(?:-([0-9]{1,18}))?\s*", part) for part in text.split(","))
    return [(int(one[1]), int(one[2] or one[1])) for one in found if one]


def _read(export: zipfile.ZipFile, name: str) -> str:
    try:
        return export.read(name).decode()
    except (KeyError, ValueError, zipfile.BadZipFile):
        raise FaultError(None, f"{name} is missing from the export or damaged") from None


def _document(export: zipfile.ZipFile, name: str) -> dict[str, Any]:
    return json.loads(_read(export, name))


def _lines(export: zipfile.ZipFile, name: str) -> Iterator[dict[str, Any]]:
    try:
        with export.open(name) as file:
            for line in file:
                yield json.loads(line)
    except (KeyError, zipfile.BadZipFile):
        raise FaultError(None, f"{name} is missing from the export or damaged") from None


def main(arguments: list[str]) -> int:
    """Say what was found; 0: valid, 1: at fault, 2: used wrongly."""
    pinned = [arguments[place + 1] for place, one in enumerate(arguments[:-1]) if one == "--key"]
    files = [one for place, one in enumerate(arguments) if one != "--key" and arguments[place - 1 : place] != ["--key"]]
    if len(files) != 1 or arguments[-1:] == ["--key"]:
        sys.stderr.write("usage: python3 verify.py EXPORT.zip [--key KEY]\n")
        return 2
    try:
        Path(files[0]).open("rb").close()
        for one in pinned:
            key_of(one)
    except OSError:
        sys.stderr.write(f"{files[0]}: there is no such file here, or it may not be read\n")
        return 2
    except FaultError:
        sys.stderr.write("what follows --key is no key; it is one line: name+id+base64\n")
        return 2
    try:
        found = verify(files[0], pinned)
    except FaultError as fault:
        where = "the export" if fault.index is None else f"entry {fault.index}"
        sys.stdout.write(f"AT FAULT: {where}: {fault.reason}\n")
        return 1
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError, AttributeError, IndexError):
        sys.stdout.write("AT FAULT: the export: it cannot be read as one; it is damaged or was altered\n")
        return 1
    sys.stdout.write(f"VALID: entries {found.first} to {found.last}, {found.erased} with an erased body\n")
    sys.stdout.write(f"signed state: {found.head.size} entries, root {found.head.root.hex()}\n")
    for key in found.keys:
        sys.stdout.write(f"key {key.key_id.hex()} of {key.name}\n")
    if not pinned:
        sys.stdout.write("These keys came with the export: compare them with the ones that you hold from elsewhere.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
