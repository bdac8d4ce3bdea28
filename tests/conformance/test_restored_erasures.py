"""What was lawfully erased in the audit log after a backup is erased again by a restore from it."""

import json
import shutil
from collections.abc import Callable, Generator
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
from watchroom.node.erasures import ErasuresError, erasures_in, note_line
from watchroom.node.known_erasures import AskedList, ListMissingError
from watchroom.node.list_file import ERASURES_FILE
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
            assert erase_entries(node, officer, what=[what], reason="retention schedule 7") == 2
            assert erase_entries(node, officer, what=[IndexRange(first=after, last=after)], reason="rule 8") == 1
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
        result = restore(
            again, erased.file, key_file=erased.key, erasures=AskedList(file=erased.list if is_named else None)
        )
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


def missing_folder(erased: Erased) -> None:
    erased.folder.rename(erased.folder.with_name("lost"))


def missing_list(erased: Erased) -> None:
    (erased.folder / "checkpoints" / ERASURES_FILE).unlink()


def lost_line(erased: Erased) -> None:
    file = erased.folder / "checkpoints" / ERASURES_FILE
    file.write_bytes(file.read_bytes().split(b"\n")[0] + b"\n")


def begun_anew(erased: Erased) -> None:
    missing_list(erased)
    note_line(erased.folder, {"kind": "of a later day"})


def begun_anew_with_its_length(erased: Erased) -> None:
    (erased.folder / "checkpoints" / "erasures.length").unlink()
    begun_anew(erased)


LOST = (missing_folder, missing_list, lost_line, begun_anew, begun_anew_with_its_length)


@contextmanager
def put_back(erased: Erased) -> Generator[None]:
    """Whatever a test does to the folder of the node, it is there again afterwards."""
    kept = erased.folder.with_name("kept")
    shutil.copytree(erased.folder / "checkpoints", kept)
    try:
        yield
    finally:
        lost = erased.folder.with_name("lost")
        if lost.exists():
            lost.rename(erased.folder)
        shutil.rmtree(erased.folder / "checkpoints")
        kept.rename(erased.folder / "checkpoints")


@pytest.mark.parametrize("lose", LOST, ids=lambda one: one.__name__)
def test_a_restore_that_cannot_tell_what_was_erased_since_refuses_and_writes_nothing(
    erased: Erased, again: Path, lose: Callable[[Erased], None]
) -> None:
    with put_back(erased):
        lose(erased)
        with pytest.raises(ListMissingError, match="--erasures-unknown"):
            restore(again, erased.file, key_file=erased.key)
        assert not again.exists()


def test_a_list_that_is_older_than_the_backup_is_not_taken_for_what_was_erased_since(
    erased: Erased, again: Path, tmp_path: Path
) -> None:
    later = tmp_path / "later.backup"
    with Node.open(erased.folder) as node:
        back_up(node, later)
    erased.list.write_bytes(b"")
    with pytest.raises(ListMissingError, match="older than the backup"):
        restore(again, later, erasures=AskedList(file=erased.list))


def test_who_goes_on_without_the_list_is_told_so_and_the_log_says_it(erased: Erased, again: Path) -> None:
    with gone(erased):
        result = restore(again, erased.file, key_file=erased.key, erasures=AskedList(may_lack=True))
    assert (result.erased, result.knows_erasures) == (0, False)
    with Node.open(again) as node:
        (entry,) = [one for one in latest(node.database) if one.act == "restore"]
    assert entry.body is not None
    assert entry.body["detail"]["erasures_since"] == "not known"


def test_what_is_left_of_a_list_is_done_where_the_rest_may_be_missing(erased: Erased, again: Path) -> None:
    with put_back(erased):
        lost_line(erased)
        result = restore(again, erased.file, key_file=erased.key, erasures=AskedList(may_lack=True))
    assert (result.erased, result.knows_erasures) == (2, False)


def test_a_node_in_which_nothing_was_erased_is_restored_without_a_word(erased: Erased, again: Path) -> None:
    with gone(erased):
        restore(again, erased.file, key_file=erased.key, erasures=AskedList(may_lack=True))
    with Node.open(again) as node:
        made = back_up(node, again.with_name("fresh.backup"))
    other = again.with_name("other")
    try:
        assert restore(other, again.with_name("fresh.backup"), key_file=made.key_file).knows_erasures
    finally:
        remove_node(other)


def test_a_node_of_before_every_node_had_a_list_gets_one_unless_something_was_erased(
    erased: Erased, again: Path
) -> None:
    with gone(erased):
        restore(again, erased.file, key_file=erased.key, erasures=AskedList(may_lack=True))
    for folder, is_begun in ((again, True), (erased.folder, False)):
        with put_back(erased):
            for file in (folder / "checkpoints").glob("erasures.*"):
                file.unlink()
            with Node.open(folder):
                pass
            assert (folder / "checkpoints" / ERASURES_FILE).is_file() is is_begun


def test_the_list_of_another_time_of_the_node_erases_nothing(erased: Erased, again: Path) -> None:
    one = erased.list.read_text().splitlines()[0]
    (was,) = {line.epoch for line in erasures_in(erased.list)}
    other = json.loads(one.replace(was, "00000000-0000-7000-8000-000000000000"))
    # As a list of before lines had a sum.
    del other["sum"]
    erased.list.write_text(json.dumps(other) + "\n")
    result = restore(again, erased.file, key_file=erased.key, erasures=AskedList(file=erased.list))
    assert result.erased == 0


@pytest.mark.parametrize("content", ["no json\n", "{}\n", '{"node_id": "x"}\n', "[1]\n"])
def test_a_list_that_cannot_be_read_restores_nothing(erased: Erased, again: Path, content: str) -> None:
    erased.list.write_text(content)
    with pytest.raises(ErasuresError):
        restore(again, erased.file, key_file=erased.key, erasures=AskedList(file=erased.list))
    assert not again.exists()


def test_a_line_that_a_power_failure_cut_off_is_none(erased: Erased) -> None:
    whole = erasures_in(erased.list)
    with erased.list.open("a") as file:
        file.write('{"epoch": "0')
    assert erasures_in(erased.list) == whole
