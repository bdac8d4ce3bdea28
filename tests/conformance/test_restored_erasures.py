"""What was lawfully erased in the audit log after a backup is erased again by a restore from it."""

import json
import shutil
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from copy import copy
from datetime import UTC, datetime
from pathlib import Path

import pytest

from log_reading import latest
from watchroom.audit.entries import Act, Entry
from watchroom.audit.ranges import IndexRange
from watchroom.audit.verify import Verified
from watchroom.node.audit_desk import Officer, erase_entries
from watchroom.node.backup import back_up
from watchroom.node.create import NewNode, create_node, remove_node
from watchroom.node.erasures import ERASURES_FILE, ErasuresError, erasures_in
from watchroom.node.node import Node
from watchroom.node.restore import restore
from watchroom.node.settings import ClockSettings

NOON = datetime(2026, 7, 24, 12, 0, tzinfo=UTC)
MARK = "marked"


class Erased:
    """A node that was backed up, then erased some entries of its log; `key` and `lists` are copies kept elsewhere."""

    def __init__(self, place: Path) -> None:
        self.folder, self.file, self.key = place / "node", place / "node.backup", place / "copy.key"
        self.list = place / "copy.jsonl"
        stands = ClockSettings(recorded_start=NOON, machine_start=NOON, speed=0.0)
        create_node(self.folder, NewNode(agency="HMPPS", name="Prison Service", clock=stands))
        with Node.open(self.folder) as node:
            asker = node.accounts.new_asker("dpo", roles=["information_governance"])
            node.accounts.add(asker, password="a long enough password")
            self.marked = [
                node.audit.append(Entry(act=Act.LIST, actor="officer", detail={"word": MARK})).index for _ in range(4)
            ]
            made = back_up(node, self.file)
            shutil.copy(made.key_file, self.key)
            # What was entered after the backup is of this timeline alone: no index beyond the backup may be taken.
            after = node.audit.append(Entry(act=Act.LIST, actor="officer", detail={"word": MARK})).index
            officer = Officer(asker=asker, purpose="governance.audit")
            what = IndexRange(first=self.marked[1], last=self.marked[2])
            assert erase_entries(node, officer, what=what, reason="retention schedule 7") == 2
            assert erase_entries(node, officer, what=IndexRange(first=after, last=after), reason="rule 8") == 1
        shutil.copy(self.folder / "checkpoints" / ERASURES_FILE, self.list)


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Generator[Erased]:
    made = Erased(tmp_path_factory.mktemp("erased"))
    try:
        yield made
    finally:
        remove_node(made.folder)


@pytest.fixture
def erased(standing: Erased, tmp_path: Path) -> Erased:
    """The node that stands, and a copy of its list that a test may change."""
    mine = copy(standing)
    mine.list = Path(shutil.copy(standing.list, tmp_path / "copy.jsonl"))
    return mine


@pytest.fixture
def again(tmp_path: Path) -> Generator[Path]:
    """Where a test restores it to."""
    yield tmp_path / "again"
    remove_node(tmp_path / "again")


@contextmanager
def gone(erased: Erased) -> Generator[None]:
    """As if the machine of the node were lost: nothing of it lies where it was."""
    away = erased.folder.rename(erased.folder.with_name("lost"))
    try:
        yield
    finally:
        away.rename(erased.folder)


def still_marked(node: Node) -> list[int]:
    return sorted(
        one.index for one in latest(node.database) if one.body is not None and one.body["detail"].get("word") == MARK
    )


@pytest.mark.parametrize("is_named", [False, True])
def test_a_restore_from_before_an_erasure_erases_again_and_says_so_in_the_log(
    erased: Erased, again: Path, is_named: bool
) -> None:
    with gone(erased) if is_named else nullcontext():
        result = restore(again, erased.file, key_file=erased.key, erasures=erased.list if is_named else None)
    assert (result.erased, result.knows_erasures) == (2, True)
    with Node.open(again) as node:
        assert still_marked(node) == [erased.marked[0], erased.marked[3]]
        (entry,) = [one for one in latest(node.database) if one.act == "erase"]
        assert entry.body is not None
        said = {"indices": f"{erased.marked[1]}-{erased.marked[2]}", "reason": "retention schedule 7"}
        assert entry.body["detail"] == said
        assert isinstance(node.verify_audit(), Verified)
    noted = erasures_in(again / "checkpoints" / ERASURES_FILE)
    assert [(one.first, one.last) for one in noted] == [(erased.marked[1], erased.marked[2])], "it goes on being known"


def test_a_restore_that_knows_of_no_list_says_that_it_does_not(erased: Erased, again: Path) -> None:
    with gone(erased):
        result = restore(again, erased.file, key_file=erased.key)
    assert (result.erased, result.knows_erasures) == (0, False)


def test_the_list_of_another_time_of_the_node_erases_nothing(erased: Erased, again: Path) -> None:
    one = erased.list.read_text().splitlines()[0]
    (was,) = {line.epoch for line in erasures_in(erased.list)}
    other = json.loads(one.replace(was, "00000000-0000-7000-8000-000000000000"))
    # As a list of before lines had a sum.
    del other["sum"]
    erased.list.write_text(json.dumps(other) + "\n")
    result = restore(again, erased.file, key_file=erased.key, erasures=erased.list)
    assert result.erased == 0


@pytest.mark.parametrize("content", ["no json\n", "{}\n", '{"node_id": "x"}\n', "[1]\n"])
def test_a_list_that_cannot_be_read_restores_nothing(erased: Erased, again: Path, content: str) -> None:
    erased.list.write_text(content)
    with pytest.raises(ErasuresError):
        restore(again, erased.file, key_file=erased.key, erasures=erased.list)
    assert not again.exists()


def test_a_line_that_a_power_failure_cut_off_is_none(erased: Erased) -> None:
    whole = erasures_in(erased.list)
    with erased.list.open("a") as file:
        file.write('{"epoch": "0')
    assert erasures_in(erased.list) == whole
