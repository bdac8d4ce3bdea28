"""The spool for break-glass: kept on the disk before its receipt, replayed in order and once, refused when full."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from audit_node import AT, LATE, AuditNode, audit_node, credentials_json, numbered
from log_reading import latest
from small_disks import small_disk
from watchroom.audit import spool as room
from watchroom.audit.entries import AuditUnavailableError
from watchroom.audit.spool import Replayed, Spool, SpoolError
from watchroom.audit.verify import Verified
from watchroom.kernel.clock import SteppedClock
from watchroom.node.spooling import ReplayingTrail, replay_waiting, spool_fault
from watchroom.store.database import Database

REPLAYER = Path(__file__).parents[1] / "spool_replayer.py"


@pytest.fixture
def node(database: Database, server, tmp_path: Path) -> AuditNode:
    return audit_node(database, admin_dsn=server.admin_dsn, folder=tmp_path)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", clock=SteppedClock(AT), machine_clock=SteppedClock(AT))


def lines(tmp_path: Path) -> list[dict]:
    return [json.loads(line) for line in (tmp_path / "spool" / "spool.jsonl").read_bytes().splitlines()]


def counts(node: AuditNode) -> list[int]:
    return [entry.header["count"] for entry in reversed(latest(node.database, most=10**6))]


def test_a_spooled_entry_is_in_the_log_after_the_replay_as_it_was_when_it_happened(node: AuditNode, spool: Spool):
    node.write(2)
    for number in (2, 3, 4):
        spool.append(numbered(number))
    assert spool.waiting() == 3
    with node.log(LATE) as log:
        assert spool.replay(log) == Replayed(entries=3, written=3)
        assert spool.replay(log) == Replayed(entries=0, written=0)
    assert counts(node) == [0, 1, 2, 3, 4]
    entry = latest(node.database, most=1)[0]
    assert entry.body is not None
    assert entry.body["detail"]["number"] == "4"
    assert entry.body["detail"]["spooled"].startswith("2 ")
    assert isinstance(node.verify(), Verified)


def test_a_spool_is_used_while_the_database_is_away_and_replayed_when_it_is_back(node: AuditNode, spool: Spool):
    with node.log(LATE) as log:
        log.append(numbered(0))
        with node.cut_off(locked_out=True):
            with pytest.raises(AuditUnavailableError):
                log.append(numbered(9))
            spool.append(numbered(1))
        assert spool.replay(log).written == 1
        log.append(numbered(2))
    assert counts(node) == [0, 1, 2]


def test_a_replay_that_cannot_write_keeps_what_waits(node: AuditNode, spool: Spool):
    spool.append(numbered(0))
    log = node.opened(LATE)
    log.close()
    with pytest.raises(AuditUnavailableError):
        spool.replay(log)
    assert spool.waiting() == 1
    with node.log(LATE) as again:
        assert spool.replay(again).written == 1


def test_a_node_opens_although_its_spool_cannot_be_replayed_and_says_what_waits(node: AuditNode, spool: Spool):
    assert spool_fault(spool) is None
    spool.append(numbered(0))
    log = node.opened(LATE)
    log.close()
    assert replay_waiting(spool, log) is None
    assert spool_fault(spool) == "entries that wait in the spool and are not in the log yet: 1"
    with node.log(LATE) as again:
        assert replay_waiting(spool, again) == Replayed(entries=1, written=1)
    assert spool_fault(spool) is None


def test_each_line_holds_the_hash_of_the_one_before(spool: Spool, tmp_path: Path):
    for number in range(3):
        spool.append(numbered(number))
    found = lines(tmp_path)
    assert [one["number"] for one in found] == [0, 1, 2]
    assert found[0]["link"] == "0" * 64
    assert len({one["link"] for one in found}) == 3


@pytest.mark.parametrize("change", ["drop", "swap", "alter"])
def test_a_line_that_was_taken_out_moved_or_altered_is_named_and_stays_as_evidence(
    node: AuditNode, spool: Spool, tmp_path: Path, change: str
):
    for number in range(4):
        spool.append(numbered(number))
    file = tmp_path / "spool" / "spool.jsonl"
    kept = file.read_bytes().splitlines(keepends=True)
    changed = {
        "drop": [kept[0], kept[2], kept[3]],
        "swap": [kept[0], kept[2], kept[1], kept[3]],
        "alter": [kept[0], kept[1].replace(b"officer", b"another"), *kept[2:]],
    }[change]
    file.write_bytes(b"".join(changed))
    with node.log(LATE) as log, pytest.raises(SpoolError, match=r"line [12] "):
        spool.replay(log)
    with pytest.raises(SpoolError):
        spool.append(numbered(4))
    assert file.read_bytes() == b"".join(changed)
    assert counts(node)[0] == 0


def test_a_line_that_was_never_finished_was_never_promised(spool: Spool, tmp_path: Path):
    spool.append(numbered(0))
    file = tmp_path / "spool" / "spool.jsonl"
    whole = file.read_bytes()
    file.write_bytes(whole + whole[:40])
    assert spool.waiting() == 1
    assert spool.append(numbered(1)).index == 1
    assert [one["number"] for one in lines(tmp_path)] == [0, 1]


def test_a_crowd_of_threads_makes_one_chain(spool: Spool):
    with ThreadPoolExecutor(8) as pool:
        places = [one.index for one in pool.map(lambda number: spool.append(numbered(number)), range(40))]
    assert sorted(places) == list(range(40))
    assert spool.waiting() == 40


def test_a_disk_that_fills_up_refuses_and_keeps_what_was_promised(spool: Spool, monkeypatch: pytest.MonkeyPatch):
    spool.append(numbered(0))

    def full(descriptor: int, content: bytes, at: int) -> int:
        os.ftruncate(descriptor, at + 10)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(room.os, "pwrite", full)
    with pytest.raises(AuditUnavailableError, match="No space left"):
        spool.append(numbered(1))
    monkeypatch.undo()
    assert spool.waiting() == 1
    assert spool.append(numbered(1)).index == 1


def test_a_disk_with_too_little_room_refuses_before_it_is_full(spool: Spool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(room, "LEAST_FREE", 2**80)
    with pytest.raises(AuditUnavailableError, match="full"):
        spool.append(numbered(0))
    assert spool.waiting() == 0


def test_on_a_real_full_disk_the_spool_refuses_and_what_it_promised_stands():
    with small_disk("3m") as disk:
        spool = Spool(disk / "spool", clock=SteppedClock(AT), machine_clock=SteppedClock(AT))
        promised, is_refused = 0, False
        while not is_refused and promised < 1000:
            try:
                spool.append(replace(numbered(promised), detail={"large": "x" * 50_000}))
                promised += 1
            except AuditUnavailableError:
                is_refused = True
        assert is_refused
        assert promised > 5
        assert spool.waiting() == promised


def test_a_replay_killed_between_any_two_steps_writes_each_entry_once_and_in_order(node: AuditNode, tmp_path: Path):
    (tmp_path / "node.json").write_text(credentials_json(node))
    done = subprocess.run(
        [sys.executable, str(REPLAYER), str(tmp_path / "node.json"), str(tmp_path / "spool"), "1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rounds = int(done.stdout)
    assert rounds > 30, "the replay was killed at each of its lines"
    assert counts(node) == list(range(3 * rounds))
    assert isinstance(node.verify(), Verified)


def test_a_running_node_replays_with_the_first_entry_that_the_log_takes_again(node: AuditNode, spool: Spool):
    node.write(1)
    with node.log(LATE) as log:
        trail = ReplayingTrail(log, spool=spool)
        spool.append(numbered(2))
        spool.append(numbered(3))
        trail.append(numbered(1))
        assert not spool.has_lines
        trail.append(numbered(4))
        spool.append(numbered(6))
        trail.append(numbered(5))
    assert counts(node) == [0, 1, 2, 3, 4, 5, 6]


def test_a_running_node_goes_on_beside_a_spool_that_was_altered_and_leaves_it(
    node: AuditNode, spool: Spool, tmp_path: Path
):
    spool.append(numbered(0))
    file = tmp_path / "spool" / "spool.jsonl"
    altered = file.read_bytes().replace(b'"count":0', b'"count":9').replace(b'"number":0', b'"number":7')
    file.write_bytes(altered)
    with node.log(LATE) as log:
        trail = ReplayingTrail(log, spool=spool)
        trail.append(numbered(1))
        trail.append(numbered(2))
    assert counts(node) == [1, 2]
    assert file.read_bytes() == altered


def test_a_disk_that_fails_while_it_is_replayed_fails_no_entry_and_closes_no_node(
    node: AuditNode, spool: Spool, tmp_path: Path
):
    spool.append(numbered(9))
    # Where the state of a replay has to be written nothing can be.
    (tmp_path / "spool" / "replay.json.new").mkdir()
    with node.log(LATE) as log:
        assert replay_waiting(spool, log) is None
        trail = ReplayingTrail(log, spool=spool)
        trail.append(numbered(1))
        assert spool.waiting() == 1
        (tmp_path / "spool" / "replay.json.new").rmdir()
        trail.append(numbered(2))
        assert not spool.has_lines
    assert counts(node) == [1, 2, 9]
