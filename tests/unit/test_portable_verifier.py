"""The verifier that travels with an export: its Ed25519 and its reading of the tree, against the standards."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from watchroom.audit import portable_verifier
from watchroom.audit.merkle import consistency_proof, inclusion_proof, leaf_hash, root_of
from watchroom.audit.portable_verifier import extends, includes, is_signed

PLACE = Path(portable_verifier.__file__)
ORDER = 2**252 + 27742317777372353535851937790883648493

# RFC 8032, section 7.1: public key, message, signature.
VECTORS = (
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe2465"
        "5141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb0"
        "0d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc0"
        "27beceea1ec40a",
    ),
)


def accepted_by_cryptography(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_vectors_of_the_standard_verify_and_no_changed_one_does(public: str, message: str, signature: str) -> None:
    key, text, value = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert is_signed(public=key, message=text, signature=value)
    assert not is_signed(public=key, message=text + b"x", signature=value)
    assert not is_signed(public=key, message=text, signature=bytes([value[0] ^ 1]) + value[1:])
    assert not is_signed(public=bytes([key[0] ^ 1]) + key[1:], message=text, signature=value)


@settings(max_examples=30, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_it_accepts_and_refuses_what_cryptography_does(seed: bytes, message: bytes, place: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert is_signed(public=public, message=message, signature=signature)
    turned = bytearray(signature)
    turned[place // 8] ^= 1 << place % 8
    assert not is_signed(public=public, message=message, signature=bytes(turned))
    assert not accepted_by_cryptography(public, message, bytes(turned))


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64))
def test_arbitrary_keys_and_signatures_are_told_apart_as_cryptography_does(public: bytes, signature: bytes) -> None:
    found = is_signed(public=public, message=b"m", signature=signature)
    assert found == accepted_by_cryptography(public, b"m", signature)


def test_a_signature_with_a_factor_beyond_the_order_is_refused() -> None:
    # RFC 8032, 5.1.7: otherwise one signature gives another one of the same message.
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public, signature = private.public_key().public_bytes_raw(), private.sign(b"m")
    larger = int.from_bytes(signature[32:], "little") + ORDER
    doubled = signature[:32] + larger.to_bytes(32, "little")
    assert not is_signed(public=public, message=b"m", signature=doubled)
    assert not is_signed(public=public, message=b"m", signature=signature[:63])
    assert not is_signed(public=public[:31], message=b"m", signature=signature)


def test_its_reading_of_proofs_is_that_of_the_room() -> None:
    leaves = [leaf_hash(bytes([index])) for index in range(40)]
    for size in range(1, 41):
        root = root_of(leaves[:size])
        for index in range(size):
            path = list(inclusion_proof(leaves[:size], index))
            assert includes(leaf=leaves[index], index=index, size=size, proof=path, root=root)
            assert not includes(leaf=bytes(32), index=index, size=size, proof=path, root=root)
        for old_size in range(size + 1):
            old = (old_size, root_of(leaves[:old_size]))
            path = list(consistency_proof(leaves[:size], old_size))
            assert extends(old=old, new=(size, root), proof=path)
            assert not extends(old=(old_size, bytes(32)), new=(size, root), proof=path)


def test_an_older_python_can_run_it() -> None:
    """A receiver has whatever python3 their system has; 3.9 knows no `match`, no `X | Y` at run time, no strict zip."""
    tree = ast.parse(PLACE.read_text("utf-8"), feature_version=(3, 9))
    assert any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body)
    assert not any(
        isinstance(node, ast.keyword) and node.arg in ("strict", "slots", "kw_only") for node in ast.walk(tree)
    )
    assigned = [node.value for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    assert not any(isinstance(one, ast.BinOp) and isinstance(one.op, ast.BitOr) for one in assigned)


def test_it_imports_the_standard_library_alone() -> None:
    tree = ast.parse(PLACE.read_text("utf-8"))
    named = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    named |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert named <= set(sys.stdlib_module_names)


def test_used_wrongly_it_says_how_and_a_file_that_is_no_export_is_at_fault(tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-S", str(PLACE)]
    assert subprocess.run(command, capture_output=True, cwd=tmp_path, check=False).returncode == 2
    (tmp_path / "no.zip").write_bytes(b"no zip")
    found = subprocess.run([*command, "no.zip"], capture_output=True, cwd=tmp_path, check=False, text=True)
    assert (found.returncode, found.stderr) == (1, "")
    assert found.stdout.startswith("AT FAULT: the export")


def test_a_name_or_a_key_that_was_mistyped_is_not_called_a_damaged_export(tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-S", str(PLACE)]
    (tmp_path / "no.zip").write_bytes(b"no zip")
    for typed, told in ((["none.zip"], "none.zip"), (["."], "."), (["no.zip", "--key", "w+1+x"], "key")):
        found = subprocess.run([*command, *typed], capture_output=True, cwd=tmp_path, check=False, text=True)
        assert (found.returncode, found.stdout) == (2, ""), typed
        assert told in found.stderr
        assert "Traceback" not in found.stderr
