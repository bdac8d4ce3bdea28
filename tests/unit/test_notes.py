"""Checkpoints as signed notes, and the files they are kept in."""

from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from watchroom.audit.checkpoints import (
    CheckpointsGoneError,
    begin_checkpoints,
    kept_notes,
    write_checkpoint,
)
from watchroom.audit.merkle import root_of
from watchroom.audit.notes import Checkpoint, Ed25519Signer, NoteError, Verifier, parse_note, parse_verifier, signed

NAME = "watchroom/018f"
DAY = date(2026, 7, 24)
ROOT = root_of([])
CHECKPOINT = Checkpoint(origin=NAME, size=12, root=ROOT)


def signer_of(seed: int, name: str = NAME) -> Ed25519Signer:
    return Ed25519Signer(name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


class OneKey:
    def __init__(self, signer: Ed25519Signer) -> None:
        self._signer = signer

    def signer(self) -> Ed25519Signer:
        return self._signer


def test_a_checkpoint_reads_origin_size_root() -> None:
    assert CHECKPOINT.text() == f"{NAME}\n12\n{b64encode(ROOT).decode()}\n"


def test_a_note_comes_back_as_it_was_signed() -> None:
    signer = signer_of(1)
    note = parse_note(signed(CHECKPOINT, signer))
    assert note.checkpoint == CHECKPOINT
    assert note.signed_by([signer.verifier]) == signer.verifier


def test_the_published_example_of_the_standard_verifies() -> None:
    verifier = parse_verifier("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = b"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    value = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    raw = b64decode(value)
    assert raw[:4] == verifier.key_id
    assert verifier.accepts(text, raw[4:])


def test_a_key_comes_back_from_its_text() -> None:
    verifier = signer_of(1).verifier
    assert parse_verifier(verifier.text()) == verifier


@pytest.mark.parametrize("text", ["", "name", "name+00000000+AAAA", "a b+00000000+" + "A" * 44])
def test_a_text_that_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        parse_verifier(text)


def test_a_key_under_the_id_of_another_is_refused() -> None:
    verifier = signer_of(1).verifier
    text = verifier.text().replace(verifier.key_id.hex(), signer_of(2).verifier.key_id.hex())
    with pytest.raises(NoteError, match="does not belong"):
        parse_verifier(text)


def test_a_wrong_signature_is_refused() -> None:
    signer = signer_of(1)
    note = parse_note(signed(CHECKPOINT, signer).replace("\n12\n", "\n13\n"))
    with pytest.raises(NoteError, match="wrong signature"):
        note.signed_by([signer.verifier])


def test_a_note_of_an_unknown_key_is_refused() -> None:
    with pytest.raises(NoteError, match="no signature of a known key"):
        parse_note(signed(CHECKPOINT, signer_of(1))).signed_by([signer_of(2).verifier])


def test_a_checkpoint_of_another_log_is_refused_even_under_a_known_key() -> None:
    signer = signer_of(1)
    note = parse_note(signed(replace(CHECKPOINT, origin="elsewhere"), signer))
    with pytest.raises(NoteError, match="another log"):
        note.signed_by([signer.verifier])


def test_a_retired_key_vouches_for_its_own_time_only() -> None:
    signer = signer_of(1)
    note = parse_note(signed(CHECKPOINT, signer))
    note.signed_by([replace(signer.verifier, upto=12)])
    with pytest.raises(NoteError, match="was retired at 11"):
        note.signed_by([replace(signer.verifier, upto=11)])


def test_a_signature_of_a_partner_beside_ours_does_no_harm() -> None:
    ours, theirs = signer_of(1), signer_of(2, "partner")
    line = signed(CHECKPOINT, theirs).splitlines()[-1]
    note = parse_note(signed(CHECKPOINT, ours) + line + "\n")
    assert note.signed_by([ours.verifier]) == ours.verifier


@pytest.mark.parametrize(
    "note",
    [
        "",
        "a\n1\nAAAA\n",
        "a\n1\nAAAA\n\n— a AAAAAAAA\n",
        f"a\n01\n{'A' * 43}=\n\n— a AAAAAAAA\n",
        f"a\n1\n{'A' * 43}=\n\nnot a signature\n",
        f"a\n1\n{'A' * 43}=\n\n— a AAAA\n",
        f"a\n1\n{'A' * 43}=\n\n— a AAAAAAAA",
        f"a\n1\n{'!' * 43}=\n\n— a AAAAAAAA\n",
        f"a b\n1\n{'A' * 43}=\n\n— a AAAAAAAA\n",
    ],
)
def test_a_text_that_is_no_signed_checkpoint_is_refused(note: str) -> None:
    with pytest.raises(NoteError):
        parse_note(note)


def test_a_log_needs_a_name_without_spaces() -> None:
    with pytest.raises(ValueError, match="cannot name a log"):
        signed(replace(CHECKPOINT, origin="two words"), signer_of(1))


def test_the_key_is_not_shown_by_its_signer() -> None:
    private = signer_of(1)
    assert private.private.private_bytes_raw().hex() not in repr(private)


def test_checkpoints_are_kept_in_the_order_they_came(tmp_path: Path) -> None:
    keys = OneKey(signer_of(1))
    begin_checkpoints(tmp_path, keys=keys, day=DAY)
    for size in (3, 7):
        write_checkpoint(tmp_path, size=size, root=ROOT, keys=keys, day=DAY)
    write_checkpoint(tmp_path, size=9, root=ROOT, keys=keys, day=date(2026, 7, 25))
    notes = list(kept_notes(tmp_path))
    assert [(note.file, note.number) for note in notes] == [
        ("2026-07-24.notes", 1),
        ("2026-07-24.notes", 2),
        ("2026-07-24.notes", 3),
        ("2026-07-25.notes", 1),
    ]
    assert [parse_note(note.text).checkpoint.size for note in notes] == [0, 3, 7, 9]


def test_a_record_that_a_power_failure_cut_off_is_dropped_and_the_next_one_is_whole(tmp_path: Path) -> None:
    keys = OneKey(signer_of(1))
    begin_checkpoints(tmp_path, keys=keys, day=DAY)
    file = tmp_path / "2026-07-24.notes"
    whole = file.read_bytes()
    for cut in range(1, len(whole) - 1):
        file.write_bytes(whole + whole[:cut])
        assert len(list(kept_notes(tmp_path))) == 1
        write_checkpoint(tmp_path, size=7, root=ROOT, keys=keys, day=DAY)
        assert [parse_note(note.text).checkpoint.size for note in kept_notes(tmp_path)] == [0, 7]


def test_a_first_record_of_a_day_that_was_cut_off_is_dropped_too(tmp_path: Path) -> None:
    keys = OneKey(signer_of(1))
    begin_checkpoints(tmp_path, keys=keys, day=date(2026, 7, 23))
    (tmp_path / "2026-07-24.notes").write_text("watchroom/018f\n3\n")
    assert len(list(kept_notes(tmp_path))) == 1
    write_checkpoint(tmp_path, size=7, root=ROOT, keys=keys, day=DAY)
    assert [note.file for note in kept_notes(tmp_path)] == ["2026-07-23.notes", "2026-07-24.notes"]


@pytest.mark.parametrize("left", [None, b"", b"watchroom/018f\n3\n"])
def test_no_checkpoint_follows_where_none_was_kept(tmp_path: Path, left: bytes | None) -> None:
    if left is not None:
        (tmp_path / "2026-07-24.notes").write_bytes(left)
    with pytest.raises(CheckpointsGoneError):
        write_checkpoint(tmp_path, size=7, root=ROOT, keys=OneKey(signer_of(1)), day=DAY)
    assert list(kept_notes(tmp_path)) == []


def test_an_overwritten_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "2026-07-24.notes").write_bytes(b"\xff\xfe\n===\n")
    with pytest.raises(NoteError, match=r"2026-07-24\.notes"):
        list(kept_notes(tmp_path))


def test_checkpoint_files_are_private(tmp_path: Path) -> None:
    begin_checkpoints(tmp_path / "checkpoints", keys=OneKey(signer_of(1)), day=DAY)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "checkpoints").iterdir()}
    assert modes == {".lock": 0o600, "2026-07-24.notes": 0o600}


def test_an_empty_folder_has_no_checkpoint(tmp_path: Path) -> None:
    assert list(kept_notes(tmp_path)) == []
    assert Verifier(name="a", public=bytes(32)).upto is None
