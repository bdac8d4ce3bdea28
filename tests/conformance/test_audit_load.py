"""The log under load: nothing that was promised is missing, through a kill -9 of a writer and through a full disk."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep
from uuid import UUID, uuid4

import psycopg
import pytest

from audit_node import LATE, AuditNode, audit_node, credentials_json
from small_disks import filled, small_disk
from watchroom.audit.entries import Act, AuditUnavailableError, Entry, Receipt
from watchroom.audit.log import AuditLog
from watchroom.audit.verify import Verified
from watchroom.store.database import Database, Principal, create_database
from watchroom.store.schema import migrate
from watchroom.store.server import EmbeddedServer

WRITER = Path(__file__).parents[1] / "audit_writer.py"
RATE, SECONDS = 300, 2


@pytest.fixture
def node(database: Database, server, tmp_path: Path) -> AuditNode:
    return audit_node(database, admin_dsn=server.admin_dsn, folder=tmp_path)


def stored(node: AuditNode) -> dict[int, bytes]:
    """The leaf hash of every entry."""
    with node.database.connection(Principal.AUDIT) as connection:
        return {index: bytes(leaf) for index, leaf in connection.execute("select index, leaf_hash from audit.entry")}


def test_reads_at_a_fixed_rate_are_all_logged_while_another_writer_is_killed(node: AuditNode, tmp_path: Path):
    (tmp_path / "node.json").write_text(credentials_json(node))
    command = [sys.executable, str(WRITER), str(tmp_path / "node.json"), "killed", "100000", "4"]
    said = tmp_path / "receipts"
    with said.open("w") as out, node.log(LATE) as log:
        writer = subprocess.Popen(command, stdout=out)
        while not said.stat().st_size:
            sleep(0.01)
        begun = monotonic()
        with ThreadPoolExecutor(16) as pool:
            waiting = []
            for number in range(RATE * SECONDS):
                sleep(max(0.0, begun + number / RATE - monotonic()))
                waiting.append(pool.submit(log.append, Entry(act=Act.LIST, actor="officer", count=number)))
                if number == RATE:
                    os.kill(writer.pid, signal.SIGKILL)
            receipts = [one.result() for one in waiting]
        writer.wait()
    known = stored(node)
    assert len({receipt.index for receipt in receipts}) == RATE * SECONDS
    assert all(known.get(receipt.index) == receipt.leaf_hash for receipt in receipts)
    promised = [line.split() for line in said.read_text().splitlines(keepends=True) if line.endswith("\n")]
    assert len(promised) > 10
    assert all(known.get(int(index)) == bytes.fromhex(leaf) for index, leaf in promised)
    found = node.verify()
    assert isinstance(found, Verified)
    assert found.entries == len(known)


def promised_until_refused(log: AuditLog) -> list[Receipt]:
    """The receipts of large entries until the log refuses one."""
    subjects = tuple(UUID(int=number) for number in range(2000))
    given: list[Receipt] = []
    for number in range(5000):
        try:
            given.append(log.append(Entry(act=Act.LIST, actor="o", count=number, subjects=subjects)))
        except AuditUnavailableError:
            return given
    raise AssertionError("the disk never filled up")


def wait_until_it_has_recovered(dsn: str) -> None:
    """The server starts anew by itself after it could not write; until it has read its own log it takes nobody."""
    for _ in range(300):
        try:
            psycopg.connect(dsn).close()
        except psycopg.OperationalError:
            sleep(0.1)
        else:
            return
    pytest.fail("the server did not come back within half a minute")


def test_on_a_full_disk_nothing_is_promised_and_what_was_promised_stands(tmp_path: Path):
    settings = {"min_wal_size": "32MB", "max_wal_size": "48MB"}
    with small_disk("600m") as disk:
        server = EmbeddedServer(tmp_path / "database", settings=settings, service_folder=disk)
        admin_dsn = server.acquire().dsn("postgres")
        try:
            made = create_database(admin_dsn, node_id=uuid4(), name="watchroom")
            database = Database(made.dsn, credentials=made.credentials)
            migrate(database)
            node = audit_node(database, admin_dsn=admin_dsn, folder=tmp_path)
            with node.log(LATE) as log:
                ballast = filled(disk, left=24 * 2**20)
                given = promised_until_refused(log)
                ballast.unlink()
                server.ensure_running()
                wait_until_it_has_recovered(admin_dsn)
                given.append(log.append(Entry(act=Act.COUNT, actor="o")))
            assert len(given) > 20
            known = stored(node)
            assert all(known.get(receipt.index) == receipt.leaf_hash for receipt in given)
            assert isinstance(node.verify(), Verified)
            database.close()
        finally:
            server.erase()
