"""A node that another version made: brought forward whole, or refused with what to do."""

from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest

from watchroom.node.create import NewNode, create_node, digest_of_folder, digest_of_making, remove_node
from watchroom.node.database_access import embedded_server
from watchroom.node.node import Node
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
