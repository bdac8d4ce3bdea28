"""Of an agency's own mapping only the rows of who is erased go, also when it was changed or taken away since."""

import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

from erasure_world import as_owner, delivery, desk_of, left_in_database, person_of
from watchroom.node.create import NewNode, create_node, remove_node
from watchroom.node.erasure import Erasure
from watchroom.node.erasure_desk import Selection
from watchroom.node.node import Node

DECLARED = 'kind = "leeds"\nversion = "{version}"\nextends = "nomis"\n'
# By this one no row is anybody's.
FORGETFUL = DECLARED + '\n[about]\nperson = "NOBODY_ID"\npasses = []\n\n[about.same]\n'


@pytest.fixture
def node(tmp_path: Path) -> Generator[Node]:
    folder = tmp_path / "node"
    create_node(folder, NewNode(agency="HMPPS", name="Prison Service"))
    try:
        with Node.open(folder) as node:
            asker = node.accounts.new_asker("gov", roles=["information_governance"])
            node.accounts.add(asker, password="a long enough password")
            declare(node, DECLARED, version="1")
            node.sources.add("nomis", kind="files", at=str(tmp_path / "first"), mapping="leeds")
            assert not node.sources.ingest("nomis", [delivery(tmp_path / "first")]).is_refused
            yield node
    finally:
        remove_node(folder)


def declare(node: Node, text: str, *, version: str) -> None:
    folder = node.folder / "mappings" / "leeds"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mapping.toml").write_text(text.format(version=version), encoding="utf-8")


def erase(node: Node, number: str) -> Erasure:
    made = desk_of(node).erase(Selection(people=(person_of(node, number),)), rule="request 12")
    assert isinstance(made, Erasure)
    return made


def raw_names(node: Node) -> set[str]:
    """Which of the people still stand in a raw row."""
    words = ("A1234AA", "A1234AB", "A1234AC", "A7531QZ")
    return {line.split(": ")[1] for line in left_in_database(node, words) if line.startswith("ingest.raw_row")}


def test_each_batch_keeps_whose_its_rows_are_whatever_becomes_of_the_mapping(node: Node) -> None:
    assert erase(node, "A1234AA").whole == ()
    assert raw_names(node) == {"A1234AB", "A1234AC", "A7531QZ"}
    declare(node, FORGETFUL, version="2")
    assert erase(node, "A7531QZ").whole == ()
    assert raw_names(node) == {"A1234AB", "A1234AC"}
    assert left_in_database(node, ("QUILLFEATHER", "thimble", "marigold", "glassworks")) == set()
    shutil.rmtree(node.folder / "mappings" / "leeds")
    gone = erase(node, "A1234AB")
    assert (gone.whole, raw_names(node)) == ((), {"A1234AC"})


def test_where_nobody_knows_any_more_whose_the_rows_are_all_of_them_go(node: Node) -> None:
    with as_owner(node) as connection:
        connection.execute("delete from ingest.row_naming")
    declare(node, DECLARED, version="2")
    assert erase(node, "A1234AA").whole == ("nomis",)
    assert raw_names(node) == set()
