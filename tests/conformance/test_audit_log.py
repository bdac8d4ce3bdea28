"""The log in PostgreSQL: order, commit before the reply, failing closed, checkpoints, and who may do what."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from audit_node import AT, DPO, LATE, AuditNode, audit_node, credentials_json, numbered
from log_reading import about, latest
from watchroom.audit import sequencer
from watchroom.audit.checkpoints import kept_notes
from watchroom.audit.entries import Act, AuditUnavailableError, Entry, prepare
from watchroom.audit.erasure import erase_bodies
from watchroom.audit.log import Pace
from watchroom.audit.notes import parse_note
from watchroom.audit.ranges import IndexRange
from watchroom.audit.verify import Fault, Verified
from watchroom.store.database import Database, Principal, create_database
from watchroom.store.schema import migrate
from watchroom.store.server import EmbeddedServer
from watchroom.store.server_process import is_alive

WRITER = Path(__file__).parents[1] / "audit_writer.py"


@pytest.fixture
def node(database: Database, server, tmp_path: Path) -> AuditNode:
    return audit_node(database, admin_dsn=server.admin_dsn, folder=tmp_path)


def test_an_entry_is_committed_before_its_receipt_is_given(node: AuditNode) -> None:
    with node.log() as log:
        receipt = log.append(numbered(0))
        assert [entry.index for entry in latest(node.database)] == [receipt.index]


def test_receipts_follow_each_other_and_name_the_leaf(node: AuditNode) -> None:
    with node.log() as log:
        receipts = [log.append(numbered(number)) for number in range(5)]
    assert [receipt.index for receipt in receipts] == [0, 1, 2, 3, 4]
    with node.database.connection(Principal.AUDIT) as connection:
        stored = connection.execute("select leaf_hash from audit.entry order by index").fetchall()
    assert [bytes(row[0]) for row in stored] == [receipt.leaf_hash for receipt in receipts]


def test_a_crowd_of_threads_makes_one_tree_without_gaps(node: AuditNode) -> None:
    with node.log() as log, ThreadPoolExecutor(16) as pool:
        receipts = list(pool.map(lambda number: log.append(numbered(number)), range(400)))
    assert sorted(receipt.index for receipt in receipts) == list(range(400))
    verified = node.verify()
    assert isinstance(verified, Verified)
    assert verified.entries == 400
    assert verified.since_checkpoint == 0


def test_each_thread_gets_the_receipt_of_its_own_entry(node: AuditNode) -> None:
    with node.log() as log, ThreadPoolExecutor(8) as pool:
        receipts = dict(pool.map(lambda number: (number, log.append(numbered(number))), range(60)))
    by_index = {entry.index: entry.header["count"] for entry in latest(node.database)}
    assert {receipt.index: number for number, receipt in receipts.items()} == by_index


def test_a_second_opening_goes_on_where_the_first_ended(node: AuditNode) -> None:
    node.write(3)
    node.write(4)
    verified = node.verify()
    assert isinstance(verified, Verified)
    assert (verified.entries, verified.checkpoints) == (7, 3)


def test_a_log_that_was_never_written_to_verifies(node: AuditNode) -> None:
    verified = node.verify()
    assert isinstance(verified, Verified)
    assert (verified.entries, verified.checkpoints) == (0, 1)


def test_a_closed_log_takes_nothing(node: AuditNode) -> None:
    log = node.opened()
    log.append(numbered(0))
    log.close()
    log.close()
    with pytest.raises(AuditUnavailableError):
        log.append(numbered(1))


def test_close_commits_what_waits(node: AuditNode) -> None:
    log = node.opened()
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(log.append, numbered(number)) for number in range(40)]
        while not log.committed().size:
            time.sleep(0.001)
        log.close()
    given = [one.result() for one in waiting if one.exception() is None]
    verified = node.verify()
    assert isinstance(verified, Verified)
    assert (verified.entries, verified.since_checkpoint) == (len(given), 0)


def test_a_lost_connection_is_opened_again_without_anybody_noticing(node: AuditNode) -> None:
    with node.log() as log:
        log.append(numbered(0))
        with node.cut_off():
            assert log.append(numbered(1)).index == 1
    assert isinstance(node.verify(), Verified)


def test_what_was_sent_to_a_server_that_ended_is_sent_again_only_where_nothing_was_committed_since(
    node: AuditNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencer, "is_heard_of", lambda _: False)
    with node.log() as log:
        log.append(numbered(0))
        with node.cut_off():
            assert log.append(numbered(1)).index == 1
        with node.cut_off():
            with node.log() as other:
                other.append(numbered(2))
            with pytest.raises(AuditUnavailableError):
                log.append(numbered(3))
        assert log.append(numbered(4)).index == 3
    assert isinstance(node.verify(), Verified)


def test_what_was_sent_before_a_look_and_comes_after_it_writes_nothing(node: AuditNode) -> None:
    first, sent, after = (prepare(numbered(number), at=AT, machine_at=AT) for number in range(3))
    late = sequencer.Sequencer(node.database.conninfo(Principal.AUDIT))
    late.commit([first])
    with node.log() as log:
        assert log.place_of(sent, since=0) is None
        assert late._at_once([sent]) is None, "it was on its way when somebody looked"
        assert log.append_prepared(sent).index == 1
    assert late.commit([after]).receipts[0].index == 2
    late.close()
    assert isinstance(node.verify(), Verified)


def test_without_the_database_nothing_is_given_and_with_it_all_goes_on(node: AuditNode) -> None:
    with node.log() as log:
        log.append(numbered(0))
        with node.cut_off(locked_out=True), pytest.raises(AuditUnavailableError) as refused:
            log.append(numbered(1))
        assert "password" not in str(refused.value)
        assert log.append(numbered(2)).index == 1
    assert isinstance(node.verify(), Verified)


def test_a_writer_that_hangs_in_its_turn_is_put_out(node: AuditNode) -> None:
    with node.log() as log:
        log.append(numbered(0))
        # A process that was stopped between taking its turn and committing: the server ends its transaction.
        stuck = psycopg.connect(node.database.conninfo(Principal.AUDIT))
        stuck.execute("select set_config('idle_in_transaction_session_timeout', '300ms', false)")
        stuck.execute("select from audit.frontier for update")
        assert log.append(numbered(1)).index == 1
        stuck.close()


def test_writers_that_overtake_each_other_make_one_tree(node: AuditNode) -> None:
    with node.log() as mine, node.log() as theirs:
        given = [
            log.append(numbered(number)).index for number, log in enumerate((mine, mine, theirs, mine, theirs) * 4)
        ]
    assert given == list(range(20))
    assert isinstance(node.verify(), Verified)


def test_one_alone_commits_in_one_journey(node: AuditNode, monkeypatch: pytest.MonkeyPatch) -> None:
    with node.log() as log:
        log.append(numbered(0))
        turnless = {name: query for name, query in sequencer._QUERIES.items() if name == "write"}
        monkeypatch.setattr(sequencer, "_QUERIES", turnless)
        assert log.append(numbered(1)).index == 1


def test_impatience_is_a_refusal_and_leaves_no_entry(node: AuditNode) -> None:
    with node.log(Pace(patience=0.2)) as log:
        log.append(numbered(0))
        with psycopg.connect(node.database.conninfo(Principal.AUDIT)) as stuck:
            stuck.execute("select from audit.frontier for update")
            with ThreadPoolExecutor(2) as pool:
                first = pool.submit(log.append, numbered(1))
                time.sleep(0.1)
                second = pool.submit(log.append, numbered(2))
                assert isinstance(first.exception(), AuditUnavailableError)
                assert isinstance(second.exception(), AuditUnavailableError)
    # The first was being written when its caller gave up; the second still waited and was left out.
    assert node.tamper("select from audit.entry where header like '%\"count\":2,%'") == 0
    assert isinstance(node.verify(), Verified)


def test_a_rolled_back_frontier_stops_the_log_instead_of_forking_it(node: AuditNode) -> None:
    node.write(5)
    node.tamper("update audit.frontier set size = 0, hashes = '{}'")
    with node.log() as log, pytest.raises(AuditUnavailableError):
        log.append(numbered(5))


def test_a_damaged_frontier_stops_the_log(node: AuditNode) -> None:
    node.write(5)
    node.tamper("delete from audit.frontier")
    with node.log() as log, pytest.raises(AuditUnavailableError):
        log.append(numbered(5))


@pytest.mark.parametrize(
    "statement",
    [
        "update audit.entry set header = ''",
        "delete from audit.entry",
        "truncate audit.entry",
        "update audit.body set body = ''",
        "delete from audit.body",
        "delete from audit.frontier",
        "insert into audit.frontier (is_only, size, hashes) values (true, 0, '{}')",
        "drop table audit.entry",
        "create table audit.other (x int)",
    ],
)
def test_the_audit_writer_can_change_nothing_that_stands(node: AuditNode, statement: str) -> None:
    node.write(1)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), node.database.connection(Principal.AUDIT) as connection:
        connection.execute(statement)


@pytest.mark.parametrize("principal", [Principal.APP, Principal.LOADER])
def test_nobody_else_reads_the_log(node: AuditNode, principal: Principal) -> None:
    for table in ("entry", "body", "frontier"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), node.database.connection(principal) as connection:
            connection.execute(f"select from audit.{table}")


def test_a_checkpoint_is_signed_after_so_many_entries(node: AuditNode) -> None:
    with node.log(Pace(checkpoint_entries=10, checkpoint_seconds=10**6)) as log:
        for number in range(25):
            log.append(numbered(number))
    assert [int(note.text.split("\n")[1]) for note in kept_notes(node.checkpoint_dir)] == [0, 10, 20, 25]


def test_a_checkpoint_is_signed_after_so_long_though_nobody_writes_any_more(node: AuditNode) -> None:
    with node.log(Pace(checkpoint_seconds=0.05)) as log:
        log.append(numbered(0))
        deadline = time.monotonic() + 10
        while not any(parse_note(note.text).checkpoint.size for note in kept_notes(node.checkpoint_dir)):
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_an_unwritable_checkpoint_is_told_and_does_not_stop_the_log(node: AuditNode, tmp_path: Path) -> None:
    away = node.checkpoint_dir.rename(tmp_path / "away")
    node.checkpoint_dir.write_text("in the way")
    log = node.opened(Pace(checkpoint_entries=1))
    log.append(numbered(0))
    assert log.append(numbered(1)).index == 1
    with pytest.raises(AuditUnavailableError, match="last checkpoint") as told:
        log.close()
    assert isinstance(told.value.__cause__, OSError)
    node.checkpoint_dir.unlink()
    away.rename(node.checkpoint_dir)
    node.write(1)
    verified = node.verify()
    assert isinstance(verified, Verified)
    assert verified.entries == 3


def test_a_process_that_only_reads_signs_nothing(node: AuditNode) -> None:
    with node.log():
        pass
    assert [note.text.split("\n")[1] for note in kept_notes(node.checkpoint_dir)] == ["0"]


def test_four_processes_and_a_kill_in_the_middle_give_one_valid_tree(node: AuditNode, tmp_path: Path) -> None:
    secret = tmp_path / "credentials.json"
    secret.write_text(credentials_json(node))
    outputs = [tmp_path / f"receipts-{number}" for number in range(4)]
    writers = []
    for number, output in enumerate(outputs):
        with output.open("w") as file:
            command = [sys.executable, str(WRITER), str(secret), f"process-{number}", "120", "3"]
            writers.append(subprocess.Popen(command, stdout=file))
    deadline = time.monotonic() + 60
    while len(outputs[1].read_text().splitlines()) < 30:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    writers[1].kill()
    for number, writer in enumerate(writers):
        assert (writer.wait(timeout=60) == 0) == (number != 1)

    verified = node.verify()
    assert isinstance(verified, Verified)
    receipts = [line.split() for output in outputs for line in output.read_text().splitlines()]
    whole = [line for line in receipts if len(line) == 2 and len(line[1]) == 64]
    assert len(whole) >= 3 * 360 + 30
    with node.database.connection(Principal.AUDIT) as connection:
        rows = connection.execute("select index, encode(leaf_hash, 'hex') from audit.entry").fetchall()
    stored = dict(rows)
    assert all(stored[int(index)] == leaf for index, leaf in whole)
    assert len({index for index, _ in whole}) == len(whole)


def test_the_log_says_who_looked_at_a_person(node: AuditNode) -> None:
    node.write(12)
    person = numbered(7).subjects[0]
    (found,) = about(node.database, person)
    assert (found.index, found.act, found.actor, found.subjects) == (7, "list", "officer", (person,))
    assert found.at.isoformat() == "2026-07-24T08:00:00+00:00"


def test_the_latest_entries_come_in_pages(node: AuditNode) -> None:
    node.write(7)
    first = latest(node.database, most=3)
    second = latest(node.database, before=first[-1].index, most=3)
    assert [entry.index for entry in (*first, *second)] == [6, 5, 4, 3, 2, 1]


def test_a_lawful_erasure_leaves_the_tree_valid_and_is_counted(node: AuditNode) -> None:
    node.write(12)
    with node.log(LATE) as log:
        erased = erase_bodies(
            node.database, log=log, what=IndexRange(first=2, last=6), by=DPO, reason="end of retention"
        )
    assert erased == 5
    verified = node.verify()
    assert isinstance(verified, Verified)
    assert (verified.entries, verified.erased) == (13, 5)
    assert about(node.database, numbered(4).subjects[0]) == ()
    assert latest(node.database, before=5, most=1)[0].body is None


def test_an_erasure_leaves_the_bodies_of_erasures(node: AuditNode) -> None:
    node.write(3)
    with node.log(LATE) as log:
        for _ in range(2):
            erase_bodies(node.database, log=log, what=IndexRange(first=0, last=99), by=DPO, reason="r")
    verified = node.verify()
    assert isinstance(verified, Verified)
    assert (verified.entries, verified.erased) == (5, 3)


def test_a_body_that_nobody_was_told_to_erase_is_a_fault(node: AuditNode) -> None:
    node.write(12)
    with node.log(LATE) as log:
        erase_bodies(node.database, log=log, what=IndexRange(first=2, last=6), by=DPO, reason="r")
    node.tamper("delete from audit.body where index in (4, 8)")
    found = node.verify()
    assert isinstance(found, Fault)
    assert found.index == 8


def test_characters_that_the_database_refuses_do_not_stop_the_log(node: AuditNode) -> None:
    person = numbered(1).subjects[0]
    with node.log() as log:
        log.append(Entry(act=Act.SIGN_IN_REFUSED, actor="a\0\ud800", subjects=(person,), detail={"x": "\0"}))
    (found,) = about(node.database, person)
    assert found.actor == "a\ufffd\ufffd"
    assert isinstance(node.verify(), Verified)


def kill_server(admin_dsn: str) -> None:
    """Kill the server, and wait for its processes: one that has not noticed yet could still keep an entry."""
    with psycopg.connect(admin_dsn) as connection:
        row = connection.execute("select pg_read_file('postmaster.pid')").fetchone()
        left = [pid for (pid,) in connection.execute("select pid from pg_stat_activity").fetchall()]
    assert row is not None
    os.kill(int(row[0].split()[0]), signal.SIGKILL)
    until = time.monotonic() + 30
    while any(is_alive(pid) for pid in left):
        assert time.monotonic() < until, "a process of the killed server lives on"
        time.sleep(0.01)


def test_when_the_server_itself_goes_away_nothing_is_given_until_it_is_back(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "postgres")
    try:
        admin_dsn = server.acquire().dsn("postgres")
        made = create_database(admin_dsn, node_id=uuid4(), name="watchroom")
        database = Database(made.dsn, credentials=made.credentials)
        migrate(database)
        node = audit_node(database, admin_dsn=admin_dsn, folder=tmp_path)
        with node.log() as log:
            log.append(numbered(0))
            kill_server(admin_dsn)
            for number in range(3):
                with pytest.raises(AuditUnavailableError):
                    log.append(numbered(number))
            server.ensure_running()
            assert log.append(numbered(1)).index == 1
        verified = node.verify()
        assert isinstance(verified, Verified)
        assert (verified.entries, verified.since_checkpoint) == (2, 0)
        database.close()
    finally:
        server.erase()
