"""One encrypted file holds a node, and makes it again."""

import shutil
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from servers import TestServer
from watchroom.audit.entries import AuditUnavailableError
from watchroom.audit.verify import Fault, Verified
from watchroom.gate.door import Refused, Seen
from watchroom.gate.see import see
from watchroom.kernel.errors import UsageError, WatchroomError
from watchroom.node.backup import back_up, restore
from watchroom.node.backup_file import BackupFileError
from watchroom.node.create import NewNode, create_node, remove_node
from watchroom.node.keys import KeyFolder
from watchroom.node.known_erasures import AskedList
from watchroom.node.node import Node
from watchroom.node.restore import BackedUpFaultError, Restored, RestoreError
from watchroom.node.settings import ClockSettings, read_settings
from watchroom.store.dump import LEFT_BEHIND, LoadError, loading, snapshot
from watchroom.store.roles import Principal, Roles, prefix_of

EXTRACT = Path(str(files("watchroom.demo").joinpath("nomis_extract")))
NOON = datetime(2026, 7, 24, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A node, its backup, and what its database held when it was made."""

    node: Path
    file: Path
    rows: dict[str, list[bytes]]

    key: Path


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Generator[Kept]:
    place = tmp_path_factory.mktemp("backup")
    folder, file = place / "node", place / "node.backup"
    stands = ClockSettings(recorded_start=NOON, machine_start=NOON, speed=0.0)
    create_node(folder, NewNode(agency="HMPPS", name="Prison Service", clock=stands))
    try:
        with Node.open(folder) as node:
            asker = node.accounts.new_asker("a.officer", roles=["wing_officer"], sites=["LEI"], units=["LEI-A"])
            node.accounts.add(asker, password="a long enough password")
            node.sources.add("nomis", kind="files", at=str(EXTRACT), mapping="nomis")
            node.sources.ingest("nomis")
            seen(node)
            made = back_up(node, file)
            assert made.left_out == ()
            assert isinstance(made.audit, Verified)
            assert made.key_file == folder / "keys" / "backup.key"
            rows = contents(node)
        key = Path(shutil.copy(made.key_file, place / "copy.key"))
        yield Kept(node=folder, file=file, rows=rows, key=key)
    finally:
        remove_node(folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """The node that was restored, and what its database held at that moment."""

    node: Path
    result: Restored
    rows: dict[str, list[bytes]]


@pytest.fixture(scope="module")
def again(kept: Kept, tmp_path_factory: pytest.TempPathFactory) -> Generator[Again]:
    folder = tmp_path_factory.mktemp("again") / "node"
    try:
        result = restore(folder, kept.file)
        with Node.open(folder) as node:
            yield Again(node=folder, result=result, rows=contents(node))
    finally:
        remove_node(folder)


@pytest.fixture
def folder(tmp_path: Path) -> Generator[Path]:
    yield tmp_path / "restored"
    remove_node(tmp_path / "restored")


def contents(node: Node) -> dict[str, list[bytes]]:
    with snapshot(node.database) as taken:
        return {table.name: sorted(b"".join(taken.rows(table)).splitlines()) for table in taken.tables}


def seen(node: Node) -> object:
    asker = node.accounts.asker("a.officer")
    answer = see(node.gate, asker, purpose="custody.care", entity="person")
    assert isinstance(answer, Seen)
    assert answer.value.rows
    return answer.value.rows


def test_a_restored_node_gives_the_same_answers(kept: Kept, again: Again):
    with Node.open(kept.node) as before, Node.open(again.node) as after:
        assert seen(before) == seen(after)


def test_every_row_is_restored(kept: Kept, again: Again):
    audit = {"audit.entry", "audit.body", "audit.frontier"}
    assert again.rows.keys() == kept.rows.keys()
    assert {name for name in kept.rows if again.rows[name] != kept.rows[name]} == audit
    for grown in ("audit.entry", "audit.body"):
        assert set(kept.rows[grown]) < set(again.rows[grown])
    assert LEFT_BEHIND.isdisjoint(again.rows)
    assert again.result.rows == sum(len(rows) for rows in kept.rows.values())


def test_the_restored_audit_log_is_one_valid_tree_that_tells_of_the_restore(again: Again):
    headers = [line for line in again.rows["audit.entry"] if b'"act":"restore"' in line.replace(b"\\", b"")]
    assert len(headers) == 1
    assert headers[0].startswith(str(again.result.entries).encode())
    with Node.open(again.node) as node:
        assert isinstance(node.verify_audit(), Verified)


def test_a_restore_changes_the_epoch_and_nothing_else_of_the_settings(kept: Kept, again: Again):
    was, became = read_settings(kept.node), read_settings(again.node)
    assert again.result.epoch == became.epoch != was.epoch
    assert (was.node_id, was.agency, was.name, was.clock) == (became.node_id, became.agency, became.name, became.clock)


def test_a_restored_node_goes_on_an_ingest_of_the_same_changes_nothing(again: Again):
    with Node.open(again.node) as node:
        report = node.sources.ingest("nomis").as_json()
    totals = report["totals"]
    assert isinstance(totals, dict)
    assert (totals["new"], totals["changed"], totals["ended"]) == (0, 0, 0)


def test_keys_are_restored_but_no_password_of_the_database_and_no_open_session(kept: Kept, again: Again):
    was, became = KeyFolder(kept.node / "keys"), KeyFolder(again.node / "keys")
    assert was.signer().verifier == became.signer().verifier
    assert became.backup_key() in was.backup_keys()
    assert was.read("database.json") != became.read("database.json")


def test_the_file_shows_nothing_of_what_is_in_it(kept: Kept):
    content, keys = kept.file.read_bytes(), KeyFolder(kept.node / "keys").backup_keys()
    assert kept.file.stat().st_mode & 0o777 == 0o600
    for secret in (b"HMPPS", b"LEI-A", b"OFFENDER", b"a.officer", *(k.reveal() for k in keys)):
        assert secret not in content


def test_two_backups_of_the_same_are_two_different_files(kept: Kept, tmp_path: Path):
    with Node.open(kept.node) as node:
        back_up(node, tmp_path / "one")
        back_up(node, tmp_path / "two")
    assert (tmp_path / "one").read_bytes()[300:400] != (tmp_path / "two").read_bytes()[300:400]


def altered(kept: Kept, place: str) -> bytes:
    content = bytearray(kept.file.read_bytes())
    body = content.index(b"\n", content.index(b"\n") + 1) + 1
    at = {"magic": 3, "salt": content.index(b"salt") + 12, "first": body, "middle": (body + len(content)) // 2}
    if place == "cut":
        return bytes(content[: len(content) // 2])
    if place == "cut by one":
        return bytes(content[:-1])
    if place == "cut to the head":
        return bytes(content[:body])
    if place == "longer":
        return bytes(content) + b"\0"
    content[at.get(place, len(content) - 1)] ^= 1
    return bytes(content)


@pytest.mark.parametrize(
    "place", ["magic", "salt", "first", "middle", "last", "cut", "cut by one", "cut to the head", "longer"]
)
def test_an_altered_or_truncated_file_is_refused_before_anything_is_written(
    kept: Kept, folder: Path, tmp_path: Path, place: str
):
    (tmp_path / "altered").write_bytes(altered(kept, place))
    with pytest.raises(WatchroomError):
        restore(folder, tmp_path / "altered", key_file=kept.key)
    assert not folder.exists()


def test_another_key_is_refused(kept: Kept, folder: Path, tmp_path: Path):
    (tmp_path / "other.key").write_bytes(b"k" * 32)
    with pytest.raises(BackupFileError, match="does not open"):
        restore(folder, kept.file, key_file=tmp_path / "other.key")
    (tmp_path / "short.key").write_bytes(b"k")
    with pytest.raises(BackupFileError, match="32 bytes"):
        restore(folder, kept.file, key_file=tmp_path / "short.key")
    assert not folder.exists()


def test_on_another_machine_the_copied_key_opens_the_file_and_without_it_nothing_does(kept: Kept, folder: Path):
    away = kept.node.rename(kept.node.with_suffix(".away"))
    try:
        with pytest.raises(BackupFileError, match="--key"):
            restore(folder, kept.file)
        assert not folder.exists()
        restore(folder, kept.file, key_file=kept.key, erasures=AskedList(may_lack=True))
    finally:
        away.rename(kept.node)


def test_an_old_backup_opens_after_the_backup_key_was_renewed(kept: Kept, folder: Path):
    KeyFolder(kept.node / "keys").renew_backup_key(at=NOON)
    assert restore(folder, kept.file).rows


def test_a_folder_that_holds_something_is_left_alone(kept: Kept, folder: Path):
    folder.mkdir()
    (folder / "mine").write_text("mine")
    with pytest.raises(UsageError, match="is not empty"):
        restore(folder, kept.file)
    assert [path.name for path in folder.iterdir()] == ["mine"]


def test_a_file_that_is_no_backup_is_never_overwritten(kept: Kept, tmp_path: Path):
    (tmp_path / "letter").write_text("dear")
    with Node.open(kept.node) as node, pytest.raises(UsageError, match="not a backup"):
        back_up(node, tmp_path / "letter")
    assert (tmp_path / "letter").read_text() == "dear"


def test_an_earlier_backup_is_replaced_only_by_a_complete_one(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = Path(shutil.copy(kept.file, tmp_path / "nightly"))
    before = file.read_bytes()
    with Node.open(kept.node) as node:
        with monkeypatch.context() as patch:
            patch.setattr("watchroom.store.dump.Snapshot.rows", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
            with pytest.raises(OSError, match="disk full"):
                back_up(node, file, overwrite=True)
        assert file.read_bytes() == before
        assert [path.name for path in tmp_path.iterdir()] == ["nightly"]
        back_up(node, file, overwrite=True)
    assert file.read_bytes() != before


def test_a_restore_that_fails_halfway_leaves_nothing(kept: Kept, folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("watchroom.store.dump.Loading.counter", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        restore(folder, kept.file)
    assert not folder.exists()


def test_a_backup_of_another_schema_is_refused_before_anything_is_written(
    kept: Kept, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("watchroom.node.restore.migrations", tuple)
    with pytest.raises(RestoreError, match="restore it with that version"):
        restore(folder, kept.file)
    assert not folder.exists()


def test_a_node_that_is_backed_up_in_its_first_seconds_is_restored_and_verifies(folder: Path, tmp_path: Path):
    fresh = tmp_path / "fresh"
    create_node(fresh, NewNode(agency="HMPPS", name="Prison Service"))
    try:
        with Node.open(fresh) as node:
            assert isinstance(node.verify_audit(), Verified)
            back_up(node, tmp_path / "fresh.backup")
        restore(folder, tmp_path / "fresh.backup")
        with Node.open(folder) as node:
            found = node.verify_audit()
        assert isinstance(found, Verified)
        assert found.checkpoints > 1
    finally:
        remove_node(fresh)


def test_a_node_whose_checkpoints_were_taken_away_in_its_first_seconds_does_not_verify(tmp_path: Path):
    fresh = tmp_path / "fresh"
    create_node(fresh, NewNode(agency="HMPPS", name="Prison Service"))
    try:
        shutil.rmtree(fresh / "checkpoints")
        found = []
        for _ in range(2):
            with pytest.raises(AuditUnavailableError), Node.open(fresh) as node:
                found.append(node.verify_audit())
        assert all(isinstance(one, Fault) for one in found)
    finally:
        remove_node(fresh)


def test_what_was_suspended_is_so_in_the_restored_node(kept: Kept, folder: Path, tmp_path: Path):
    restore(tmp_path / "first", kept.file)
    try:
        with Node.open(tmp_path / "first") as node:
            node.gate.suspend(node.accounts.asker("a.officer"), purpose="custody.care", by="i.gov")
            back_up(node, tmp_path / "suspended.backup")
        restore(folder, tmp_path / "suspended.backup", key_file=kept.key)
        with Node.open(folder) as node:
            answer = see(node.gate, node.accounts.asker("a.officer"), purpose="custody.care", entity="person")
        assert isinstance(answer, Refused)
        assert answer.code == "suspended"
    finally:
        remove_node(tmp_path / "first")


def test_a_fault_that_was_backed_up_is_told_and_the_node_is_there(kept: Kept, folder: Path, tmp_path: Path):
    restore(tmp_path / "tampered", kept.file)
    try:
        with Node.open(tmp_path / "tampered") as node:
            with node.database.connection(Principal.MIGRATOR) as connection:
                connection.execute(f'set role "{node.database.roles.owner}"')  # type: ignore[arg-type]
                connection.execute("update audit.entry set header = replace(header, 'a.officer', 'b.officer')")
            made = back_up(node, tmp_path / "tampered.backup")
        assert isinstance(made.audit, Fault)
        with pytest.raises(BackedUpFaultError, match="at fault when it was backed up"):
            restore(folder, tmp_path / "tampered.backup")
        with Node.open(folder) as node:
            assert seen(node)
    finally:
        remove_node(tmp_path / "tampered")


def test_a_server_where_the_node_lives_already_is_refused(kept: Kept, folder: Path):
    with Node.open(kept.node) as node:
        dsn = node.database.conninfo(Principal.MIGRATOR)
        with pytest.raises(LoadError, match="already"):
            restore(folder, kept.file, dsn=dsn)
    assert not folder.exists()


def test_a_node_is_restored_onto_a_server_of_the_agencys_own_and_backed_up_there(
    kept: Kept, folder: Path, tmp_path: Path, server: TestServer
):
    name = f"restored_{uuid4().hex[:8]}"
    server.run("create database {} template template0", name)
    roles = Roles(prefix=prefix_of(read_settings(kept.node).node_id))
    try:
        restore(folder, kept.file, dsn=server.dsn(name))
        with Node.open(kept.node) as before, Node.open(folder) as after:
            assert seen(before) == seen(after)
            assert back_up(after, tmp_path / "again").rows > 0
        assert not (folder / "database").exists()
        with pytest.raises(LoadError, match="already"):
            restore(tmp_path / "second", kept.file, dsn=server.dsn(name))
        assert not (tmp_path / "second").exists()
    finally:
        server.drop(name)
        drop_roles(server, roles)


def drop_roles(server: TestServer, roles: Roles) -> None:
    with psycopg.connect(server.admin_dsn, autocommit=True) as connection:
        found = connection.execute(
            "select rolname from pg_roles where starts_with(rolname, %s) order by rolname like '%%_migrator'",
            (f"{roles.prefix}_",),
        )
        for (role,) in found.fetchall():
            server.run("drop role {}", role)


def test_a_refused_row_is_told_without_its_values(kept: Kept):
    with Node.open(kept.node) as node:
        with snapshot(node.database) as taken:
            table = next(table for table in taken.tables if table.name == "gate.account")
            row = b"".join(taken.rows(table))
        with pytest.raises(LoadError, match=r"gate\.account") as told, loading(node.database, model=node.model) as rows:
            rows.rows(table, [row + row])
        assert "a.officer" not in str(told.value)
        with node.database.connection(Principal.APP) as connection:
            assert connection.execute("select count(*) from gate.account").fetchone() == (1,)


def test_a_numbered_column_goes_on_where_it_was(again: Again):
    question = "select max(id) from ingest.issue"
    with Node.open(again.node) as node, node.database.connection(Principal.LOADER) as connection:
        (highest,) = connection.execute(question).fetchone() or (0,)
        batch = connection.execute("select id from ingest.batch limit 1").fetchone()
        assert batch is not None
        (following,) = connection.execute(
            "insert into ingest.issue (batch_id, source_system, code, severity, message)"
            " values (%s, 'nomis', 'bad_date', 'fatal', 'a test') returning id",
            batch,
        ).fetchone() or (0,)
        connection.rollback()
    assert following > highest


def test_the_database_is_reached_by_nobody_with_the_old_passwords(kept: Kept, again: Again):
    with Node.open(kept.node) as before, Node.open(again.node) as after:
        mixed = psycopg.conninfo.conninfo_to_dict(before.database.conninfo(Principal.APP))
        mixed |= {"host": psycopg.conninfo.conninfo_to_dict(after.database.conninfo(Principal.APP))["host"]}
        with pytest.raises(psycopg.OperationalError, match="authentication failed"):
            psycopg.connect(psycopg.conninfo.make_conninfo("", **mixed))
