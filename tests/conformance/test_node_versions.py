"""A node that another version made: brought forward whole, or refused with what to do."""

import json
from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest

from watchroom.kernel.secrets import Secret
from watchroom.node.create import NewNode, create_node, digest_of_folder, digest_of_making, remove_node
from watchroom.node.database_access import KEY_FOLDER, embedded_server
from watchroom.node.keys import KeyFolder
from watchroom.node.node import Node
from watchroom.node.settings import read_settings
from watchroom.store.database import Principal
from watchroom.store.roles import prefix_of
from watchroom.store.schema import Migration, MigrationChangedError, NewerSchemaError, migrations


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    made = tmp_path_factory.mktemp("versions") / "node"
    create_node(made, NewNode(agency="HMPPS", name="Prison Service"))
    yield made
    remove_node(made)


def by_hand(folder: Path, *statements: str) -> list[tuple[object, ...]]:
    """What the last statement gives, as the superuser."""
    with embedded_server(folder) as address, psycopg.connect(address.dsn("watchroom")) as admin:
        for statement in statements:
            answer = admin.execute(statement)  # type: ignore[arg-type]
        return answer.fetchall() if answer.description else []


def test_a_node_of_an_earlier_version_is_brought_to_this_one_when_it_is_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    further = Migration(name="9000_further", text="create table store.further (id bigint)")
    with monkeypatch.context() as later:
        later.setattr("watchroom.store.schema.migrations", lambda: (*migrations(), further))
        with Node.open(folder):
            pass
        assert "9000_further" in caplog.text
        assert by_hand(folder, "select to_regclass('store.further') is not null") == [(True,)]
        caplog.clear()
        with Node.open(folder):
            pass
        assert caplog.text == ""
    by_hand(folder, "delete from store.migration where name = '9000_further'")


EARLIER = (
    "drop table gate.vouching",
    "delete from store.migration where name = '0014_reader'",
    "grant select, insert, update, delete on gate.asking to {app}",
)


def without_reader(folder: Path) -> None:
    """Make it a node of the version that had no login of its own for reads."""
    keys = KeyFolder(folder / KEY_FOLDER)
    document = json.loads(keys.read("database.json").reveal())
    del document["passwords"]["reader"]
    keys.write("database.json", Secret(json.dumps(document).encode()))
    prefix = prefix_of(read_settings(folder).node_id)
    schemas = by_hand(folder, "select schema_name from gate.audience")
    by_hand(
        folder,
        *(f"drop schema {schema} cascade" for (schema,) in schemas),
        f"drop owned by {prefix}_reader",
        f"drop role {prefix}_reader",
        *(one.format(app=f"{prefix}_app") for one in EARLIER),
    )


def test_a_node_that_had_no_login_for_reads_is_given_one(folder: Path) -> None:
    without_reader(folder)
    for _ in range(2):
        with Node.open(folder) as node, node.database.connection(Principal.READER) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("select pg_backend_pid()")
    with Node.open(folder) as node, node.database.connection(Principal.APP) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
            connection.execute("delete from gate.asking")
        assert connection.execute("select count(*) from gate.vouching").fetchone() == (1,)


def test_what_a_hostile_reader_did_to_its_own_login_is_mended_when_the_node_is_opened(folder: Path) -> None:
    with Node.open(folder) as node, node.database.connection(Principal.READER) as connection:
        connection.execute("alter role current_user password 'stolen'")
        connection.execute("alter role current_user set default_transaction_read_only = on")
        connection.execute("drop owned by current_user")
    with Node.open(folder) as node, node.database.connection(Principal.READER) as connection:
        assert connection.execute("select current_setting('default_transaction_read_only')").fetchone() == ("off",)
        assert connection.execute("select current_setting('temp_file_limit')").fetchone() == ("2GB",)


def test_a_node_of_a_later_version_is_refused_and_left_as_it_is(folder: Path) -> None:
    by_hand(folder, "insert into store.migration (name, digest) values ('9999_later', 'x')")
    try:
        with pytest.raises(NewerSchemaError, match="9999_later"), Node.open(folder):
            pass
    finally:
        by_hand(folder, "delete from store.migration where name = '9999_later'")


def test_a_node_whose_history_was_rewritten_is_refused(folder: Path) -> None:
    (row,) = by_hand(folder, "select digest from store.migration where name = '0001_ingest'")
    by_hand(folder, "update store.migration set digest = 'x' where name = '0001_ingest'")
    try:
        with pytest.raises(MigrationChangedError, match="0001_ingest"), Node.open(folder):
            pass
    finally:
        by_hand(folder, f"update store.migration set digest = '{row[0]}' where name = '0001_ingest'")


def test_the_digest_of_making_follows_the_content_of_what_a_node_is_made_with(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.csv").write_text("1", encoding="utf-8")
    first = digest_of_folder(tmp_path)
    (tmp_path / "a" / "__pycache__").mkdir()
    assert digest_of_folder(tmp_path) == first
    (tmp_path / "a" / "b.csv").write_text("2", encoding="utf-8")
    assert digest_of_folder(tmp_path) != first
    assert digest_of_making() == digest_of_making()
