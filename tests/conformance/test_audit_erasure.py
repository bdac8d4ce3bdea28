"""Erasure in the audit log, and receipts: what is entered first, what stays, what is never given."""

from dataclasses import replace
from pathlib import Path

import pytest

from audit_node import AT, DPO, LATE, AuditNode, audit_node, numbered
from log_reading import latest
from watchroom.audit import sequencer
from watchroom.audit.entries import Act, AuditUnavailableError, Entry
from watchroom.audit.erasure import erase_bodies
from watchroom.audit.ranges import IndexRange
from watchroom.audit.verify import Fault, Verified
from watchroom.node.rotation import rotate_signing_key
from watchroom.store.database import Database


@pytest.fixture
def node(database: Database, server, tmp_path: Path) -> AuditNode:
    return audit_node(database, admin_dsn=server.admin_dsn, folder=tmp_path)


def bodies(node: AuditNode) -> list[int]:
    return sorted(entry.index for entry in latest(node.database, most=100) if entry.body is not None)


def test_the_ends_of_the_range_are_erased_and_their_neighbours_stay(node: AuditNode) -> None:
    node.write(8)
    with node.log(LATE) as log:
        erased = erase_bodies(node.database, log=log, what=IndexRange(first=2, last=5), by=DPO, reason="r")
    assert (erased, bodies(node)) == (4, [0, 1, 6, 7, 8])


def test_the_entry_of_an_erasure_says_who_what_and_why(node: AuditNode) -> None:
    node.write(4)
    with node.log(LATE) as log:
        erase_bodies(node.database, log=log, what=IndexRange(first=1, last=2), by=DPO, reason="end of retention")
    entry = latest(node.database, most=1)[0]
    assert (entry.act, entry.actor, entry.header["entity"]) == ("erase", "dpo", "audit_body")
    assert entry.body is not None
    assert entry.body["detail"] == {"indices": "1-2", "reason": "end of retention"}


def test_an_erasure_that_cannot_be_entered_erases_nothing(node: AuditNode) -> None:
    node.write(3)
    log = node.opened(LATE)
    log.close()
    with pytest.raises(AuditUnavailableError):
        erase_bodies(node.database, log=log, what=IndexRange(first=0, last=2), by=DPO, reason="r")
    assert bodies(node) == [0, 1, 2]


def test_an_erasure_leaves_the_bodies_of_key_rotations(node: AuditNode) -> None:
    node.write(2)
    with node.log(LATE) as log:
        rotate_signing_key(
            node.keys,
            log=log,
            checkpoint_dir=node.checkpoint_dir,
            at=AT,
            entry=Entry(act=Act.KEY_ROTATION, actor="operator", operator="root"),
        )
        erased = erase_bodies(node.database, log=log, what=IndexRange(first=0, last=99), by=DPO, reason="r")
    assert (erased, bodies(node)) == (2, [2, 3])
    assert isinstance(node.verify(), Verified)


def test_a_turn_that_ends_in_a_rollback_gives_no_receipt(node: AuditNode, monkeypatch: pytest.MonkeyPatch) -> None:
    # A server answers `commit` in a failed transaction with ROLLBACK, and calls that no error.
    queries = {**sequencer._QUERIES}
    failed = {**queries, "end_turn": replace(queries["end_turn"], text="rollback")}
    with node.log(LATE) as log:
        log.append(numbered(0))
        # Another process came between, so the row of the frontier is asked for first.
        node.write(1)
        monkeypatch.setattr(sequencer, "_QUERIES", failed)
        with pytest.raises(AuditUnavailableError):
            log.append(numbered(1))
        monkeypatch.setattr(sequencer, "_QUERIES", queries)
        assert log.append(numbered(2)).index == 2
    verified = node.verify()
    assert isinstance(verified, Verified)
    assert verified.entries == 3


def test_an_erasure_is_no_leave_to_delete_what_was_entered_after_it(node: AuditNode) -> None:
    node.write(3)
    with node.log(LATE) as log:
        erase_bodies(node.database, log=log, what=IndexRange(first=0, last=99), by=DPO, reason="r")
    node.write(3)
    assert isinstance(node.verify(), Verified)
    node.tamper("delete from audit.body where index = 5")
    found = node.verify()
    assert isinstance(found, Fault)
    assert found.index == 5
