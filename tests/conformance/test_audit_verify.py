"""The tamper matrix: whatever is done to the log, verification finds it and names the first entry at fault."""

import json
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit_node import AT, LATE, AuditNode, audit_node, numbered
from log_reading import latest
from watchroom.audit.checkpoints import CheckpointsGoneError, begin_checkpoints, kept_notes
from watchroom.audit.entries import Act, AuditUnavailableError, Entry, canonical
from watchroom.audit.log import Pace
from watchroom.audit.merkle import Frontier, leaf_hash
from watchroom.audit.notes import Checkpoint, Ed25519Signer, NoteError, signed
from watchroom.audit.verify import Fault, Verified
from watchroom.node.rotation import rotate_signing_key
from watchroom.store.database import Database

SIZE = 40
BY_TEN = Pace(checkpoint_entries=10, checkpoint_seconds=10**6)


@pytest.fixture
def node(database: Database, server, tmp_path: Path) -> AuditNode:
    """Forty entries with checkpoints at 0, 10, 20, 30 and 40."""
    made = audit_node(database, admin_dsn=server.admin_dsn, folder=tmp_path)
    made.write(SIZE, pace=BY_TEN)
    return made


def fault_of(node: AuditNode) -> Fault:
    found = node.verify()
    assert isinstance(found, Fault), found
    return found


def rewrite_tree(node: AuditNode) -> None:
    """What a clever hand does: make leaf hashes and frontier agree with the headers again."""
    with node.as_owner() as connection:
        rows = connection.execute("select index, header from audit.entry order by index").fetchall()
        leaves = [leaf_hash(header.encode()) for _, header in rows]
        for (index, _), leaf in zip(rows, leaves, strict=True):
            connection.execute("update audit.entry set leaf_hash = %s where index = %s", (leaf, index))
        frontier = Frontier().extend(leaves)
        connection.execute("update audit.frontier set size = %s, hashes = %s", (frontier.size, list(frontier.hashes)))


def change_header(node: AuditNode, place: int, **facts: object) -> None:
    with node.as_owner() as connection:
        row = connection.execute("select header from audit.entry where index = %s", (place,)).fetchone()
        assert row is not None
        header = canonical({**json.loads(row[0]), **facts})
        connection.execute("update audit.entry set header = %s where index = %s", (header, place))


def test_an_untouched_log_verifies(node: AuditNode) -> None:
    verified = node.verify()
    assert isinstance(verified, Verified)
    assert verified.as_json() == {
        "entries": SIZE,
        "root": verified.root.hex(),
        "checkpoints": 5,
        "since_checkpoint": 0,
        "erased": 0,
    }


def test_one_byte_of_a_header_is_found(node: AuditNode) -> None:
    node.tamper("update audit.entry set header = replace(header, 'officer', 'offices') where index = 17")
    assert (fault_of(node).index, fault_of(node).last) == (17, 17)


def test_one_byte_of_a_leaf_hash_is_found(node: AuditNode) -> None:
    node.tamper(
        "update audit.entry set leaf_hash = set_byte(leaf_hash, 3, 1 + get_byte(leaf_hash, 3) % 255) where index = 17"
    )
    assert fault_of(node).index == 17


def test_one_byte_of_a_body_is_found(node: AuditNode) -> None:
    node.tamper('update audit.body set body = replace(body, \'"number":"23"\', \'"number":"24"\') where index = 23')
    found = fault_of(node)
    assert found.index == 23
    assert "body was altered" in found.reason


def test_one_byte_of_a_salt_is_found(node: AuditNode) -> None:
    node.tamper("update audit.body set salt = set_byte(salt, 0, 1 + get_byte(salt, 0) % 255) where index = 23")
    assert fault_of(node).index == 23


def test_two_swapped_bodies_are_found(node: AuditNode) -> None:
    node.tamper("update audit.body set index = -1 where index = 5")
    node.tamper("update audit.body set index = 5 where index = 6")
    node.tamper("update audit.body set index = 6 where index = -1")
    assert fault_of(node).index == 5


def test_a_dropped_entry_is_found(node: AuditNode) -> None:
    node.tamper("delete from audit.entry where index = 11")
    found = fault_of(node)
    assert (found.index, found.reason) == (11, "the entry is missing")


def test_a_dropped_first_entry_is_found(node: AuditNode) -> None:
    node.tamper("delete from audit.entry where index = 0")
    assert fault_of(node).index == 0


def test_a_dropped_entry_is_found_though_the_rest_moved_up(node: AuditNode) -> None:
    node.tamper("delete from audit.entry where index = 11")
    node.tamper("delete from audit.body where index = 11")
    for index in range(12, SIZE):
        for table in ("entry", "body"):
            node.tamper(f"update audit.{table} set index = index - 1 where index = %s", (index,))
    assert fault_of(node).index == 11


def test_two_entries_that_changed_places_are_found(node: AuditNode) -> None:
    for old, new in ((7, -7), (8, 7)):
        for table in ("entry", "body"):
            node.tamper(f"alter table audit.{table} drop constraint if exists entry_index_check")
            node.tamper(f"update audit.{table} set index = %s where index = %s", (new, old))
    for table in ("entry", "body"):
        node.tamper(f"update audit.{table} set index = 8 where index = -7")
    found = fault_of(node)
    assert found.index == 7
    assert "in the place of another" in found.reason


def test_a_cut_off_end_is_found(node: AuditNode) -> None:
    node.tamper("delete from audit.entry where index >= 30")
    node.tamper("delete from audit.body where index >= 30")
    found = fault_of(node)
    assert (found.index, found.last) == (30, 39)


def test_a_cut_off_end_is_found_though_the_frontier_was_cut_too(node: AuditNode) -> None:
    node.tamper("delete from audit.entry where index >= 30")
    node.tamper("delete from audit.body where index >= 30")
    rewrite_tree(node)
    found = fault_of(node)
    assert (found.index, found.last) == (30, 39)
    assert "signed over 40" in found.reason


def test_an_end_that_no_checkpoint_covers_is_found_by_the_frontier(node: AuditNode) -> None:
    log = node.opened(LATE)
    log.append(numbered(40))
    node.tamper("delete from audit.entry where index = 40")
    node.tamper("delete from audit.body where index = 40")
    found = fault_of(node)
    assert (found.index, found.reason) == (40, "the log ends here, but its frontier counts 41 entries")
    log.close()


def test_an_altered_header_is_found_though_its_hash_and_the_frontier_were_made_to_fit(node: AuditNode) -> None:
    change_header(node, 17, actor="somebody")
    rewrite_tree(node)
    found = fault_of(node)
    assert (found.index, found.last) == (10, 19)
    assert "root of checkpoint 3 in" in found.reason


def test_an_altered_body_is_found_though_everything_else_was_made_to_fit(node: AuditNode) -> None:
    body, salt = '{"detail":{},"fields":[],"subjects":[]}', bytes(16)
    node.tamper("update audit.body set body = %s, salt = %s where index = 33", (body, salt))
    change_header(node, 33, body=sha256(salt + body.encode()).hexdigest())
    rewrite_tree(node)
    assert (fault_of(node).index, fault_of(node).last) == (30, 39)


def test_an_entry_put_in_between_is_found_though_everything_was_made_to_fit(node: AuditNode) -> None:
    node.tamper("update audit.body set index = 40 where index = 39")
    node.tamper("update audit.entry set index = 40 where index = 39")
    change_header(node, 40, index=40)
    node.tamper(
        "insert into audit.entry select 39, replace(header, '\"index\":38', '\"index\":39'), leaf_hash"
        " from audit.entry where index = 38"
    )
    node.tamper("insert into audit.body select 39, salt, body from audit.body where index = 38")
    rewrite_tree(node)
    assert (fault_of(node).index, fault_of(node).last) == (30, 39)


def test_entries_that_somebody_added_by_hand_are_found(node: AuditNode) -> None:
    node.tamper("insert into audit.entry select 40, header, leaf_hash from audit.entry where index = 39")
    assert fault_of(node).index == 40


def test_a_well_formed_entry_beyond_the_frontier_is_found(node: AuditNode) -> None:
    header = canonical({**latest(node.database, most=1)[0].header, "index": 40})
    node.tamper("insert into audit.entry values (40, %s, %s)", (header, leaf_hash(header.encode())))
    node.tamper("insert into audit.body select 40, salt, body from audit.body where index = 39")
    found = fault_of(node)
    assert (found.index, found.reason) == (40, "the frontier counts 40 entries only")


def test_a_body_without_an_entry_is_found(node: AuditNode) -> None:
    node.tamper("insert into audit.body select 99, salt, body from audit.body where index = 39")
    assert fault_of(node).index == 99


def test_an_altered_frontier_is_found(node: AuditNode) -> None:
    node.tamper("update audit.frontier set hashes[1] = set_byte(hashes[1], 0, 1 + get_byte(hashes[1], 0) % 255)")
    assert "frontier" in fault_of(node).reason


def test_a_missing_frontier_is_found(node: AuditNode) -> None:
    node.tamper("delete from audit.frontier")
    assert fault_of(node).reason == "the frontier is missing or damaged"


def test_an_unreadable_entry_is_found(node: AuditNode) -> None:
    node.tamper("update audit.entry set header = 'no json' where index = 3")
    rewrite_tree(node)
    found = fault_of(node)
    assert (found.index, found.reason) == (3, "the entry is not readable")


def test_a_restored_older_state_is_found(node: AuditNode) -> None:
    for table in ("entry", "body", "frontier"):
        node.tamper(f"create table audit.old_{table} as table audit.{table}")
    node.write(15)
    for table in ("entry", "body", "frontier"):
        node.tamper(f"truncate audit.{table}")
        node.tamper(f"insert into audit.{table} table audit.old_{table}")
    found = fault_of(node)
    assert (found.index, found.last) == (40, 54)


def test_a_restored_older_state_that_went_on_is_found(node: AuditNode) -> None:
    for table in ("entry", "body", "frontier"):
        node.tamper(f"create table audit.old_{table} as table audit.{table}")
    node.write(15)
    for table in ("entry", "body", "frontier"):
        node.tamper(f"truncate audit.{table}")
        node.tamper(f"insert into audit.{table} table audit.old_{table}")
    node.write(20)
    found = fault_of(node)
    assert (found.index, found.last) == (40, 54)


def test_a_checkpoint_under_a_wrong_signature_is_found(node: AuditNode) -> None:
    (file,) = node.checkpoint_dir.glob("*.notes")
    file.write_text(file.read_text().replace("\n30\n", "\n29\n"))
    assert "wrong signature" in fault_of(node).reason


def test_a_checkpoint_of_a_stranger_is_found(node: AuditNode) -> None:
    stranger = Ed25519Signer("watchroom/test", Ed25519PrivateKey.generate())
    (file,) = node.checkpoint_dir.glob("*.notes")
    note = signed(Checkpoint(origin="watchroom/test", size=SIZE, root=bytes(32)), stranger)
    file.write_text(file.read_text() + note + "===\n")
    found = fault_of(node)
    assert found.index == SIZE - 1
    assert "no signature of a known key" in found.reason


def test_an_overwritten_checkpoint_file_is_found(node: AuditNode) -> None:
    (file,) = node.checkpoint_dir.glob("*.notes")
    file.write_text("nothing\n===\n")
    assert "checkpoint 1 in" in fault_of(node).reason


def test_checkpoints_before_and_after_a_rotation_verify(node: AuditNode) -> None:
    old = node.keys.signer().verifier
    with node.log(BY_TEN) as log:
        new = rotate_signing_key(node.keys, log=log, checkpoint_dir=node.checkpoint_dir, at=AT)
        for number in range(12):
            log.append(numbered(number))
    verified = node.verify()
    assert isinstance(verified, Verified)
    assert verified.entries == SIZE + 13
    assert new == node.keys.signer().verifier != old
    assert replace(old, upto=SIZE + 1) in node.keys.verifiers()


def test_a_rotation_is_an_entry_that_names_both_keys_under_a_signature_of_the_old_one(node: AuditNode) -> None:
    old = node.keys.signer().verifier
    with node.log(LATE) as log:
        new = rotate_signing_key(
            node.keys,
            log=log,
            checkpoint_dir=node.checkpoint_dir,
            at=AT,
            entry=Entry(act=Act.KEY_ROTATION, actor="operator", operator="root"),
        )
    entry = latest(node.database, most=1)[0]
    assert (entry.act, entry.actor, entry.header["operator"]) == ("key_rotation", "operator", "root")
    assert entry.body is not None
    assert entry.body["detail"] == {"old": old.text(), "new": new.text()}
    names = [note.text.splitlines()[-1].split(" ")[1] for note in kept_notes(node.checkpoint_dir)]
    assert set(names) == {"watchroom/test"}
    over_it = [note.text for note in kept_notes(node.checkpoint_dir) if "\n41\n" in note.text]
    assert len(over_it) >= 2


def test_a_retired_key_can_sign_nothing_new(node: AuditNode) -> None:
    kept = node.keys.signer()
    with node.log(LATE) as log:
        rotate_signing_key(node.keys, log=log, checkpoint_dir=node.checkpoint_dir, at=AT)
    node.write(5)
    verified = node.verify()
    assert isinstance(verified, Verified)
    (file,) = node.checkpoint_dir.glob("*.notes")
    note = signed(Checkpoint(origin="watchroom/test", size=46, root=verified.root), kept)
    file.write_text(file.read_text() + note + "===\n")
    assert "retired at 41" in fault_of(node).reason


def test_a_rotation_while_others_write_leaves_every_checkpoint_valid(node: AuditNode) -> None:
    with node.log(Pace(checkpoint_entries=2)) as busy, node.log(LATE) as log:
        for number in range(6):
            busy.append(numbered(number))
            rotate_signing_key(node.keys, log=log, checkpoint_dir=node.checkpoint_dir, at=AT)
            busy.append(numbered(number))
    assert isinstance(node.verify(), Verified)
    assert len(node.keys.verifiers()) == 7


def test_a_rotation_that_cannot_be_entered_changes_nothing(node: AuditNode) -> None:
    before = node.keys.known_keys()
    node.tamper("update audit.frontier set size = 0, hashes = '{}'")
    log = node.opened(LATE)
    with pytest.raises(Exception, match="cannot be written"):
        rotate_signing_key(node.keys, log=log, checkpoint_dir=node.checkpoint_dir, at=AT)
    log.close()
    assert node.keys.known_keys() == before


def test_a_log_whose_checkpoints_were_taken_away_does_not_verify(node: AuditNode) -> None:
    shutil.rmtree(node.checkpoint_dir)
    found = fault_of(node)
    assert found.index == 0
    assert "no signed checkpoint is kept" in found.reason


def test_a_log_without_an_entry_whose_checkpoint_was_taken_away_does_not_verify(
    database: Database, server, tmp_path: Path
) -> None:
    fresh = audit_node(database, admin_dsn=server.admin_dsn, folder=tmp_path)
    assert isinstance(fresh.verify(), Verified)
    (file,) = fresh.checkpoint_dir.glob("*.notes")
    file.unlink()
    assert "no signed checkpoint is kept" in fault_of(fresh).reason


@pytest.mark.parametrize("left", [None, "", "nothing"])
def test_checkpoints_that_were_taken_away_are_not_made_good_by_the_next_one(node: AuditNode, left: str | None) -> None:
    (file,) = node.checkpoint_dir.glob("*.notes")
    kept = file.read_bytes()
    log = node.opened(BY_TEN)
    file.unlink()
    if left is not None:
        file.write_text(left)
    for number in range(12):
        log.append(numbered(number))
    with pytest.raises(AuditUnavailableError, match="last checkpoint"):
        log.close()
    assert "no signed checkpoint is kept" in fault_of(node).reason
    with pytest.raises(AuditUnavailableError, match="last checkpoint"):
        node.write(1)
    assert "no signed checkpoint is kept" in fault_of(node).reason
    # Whoever has a copy puts it back, and the log goes on.
    file.write_bytes(kept)
    node.write(1)
    verified = node.verify()
    assert isinstance(verified, Verified)
    assert (verified.entries, verified.since_checkpoint) == (SIZE + 14, 0)


def test_no_key_is_rotated_where_the_checkpoints_were_taken_away(node: AuditNode) -> None:
    before = node.keys.known_keys()
    shutil.rmtree(node.checkpoint_dir)
    log = node.opened(LATE)
    with pytest.raises(CheckpointsGoneError, match="copy the checkpoints back"):
        rotate_signing_key(node.keys, log=log, checkpoint_dir=node.checkpoint_dir, at=AT)
    with pytest.raises(AuditUnavailableError):
        log.close()
    assert node.keys.known_keys() == before


def test_a_log_begins_once(node: AuditNode) -> None:
    with pytest.raises(NoteError, match="already"):
        begin_checkpoints(node.checkpoint_dir, keys=node.keys, day=AT.date())


def test_a_fault_is_one_document(node: AuditNode) -> None:
    node.tamper("delete from audit.entry where index = 11")
    assert fault_of(node).as_json() == {"fault": {"index": 11, "last": 11, "reason": "the entry is missing"}}
