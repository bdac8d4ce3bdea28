"""Who is erased is gone from everything that is kept, stays away, and is erased again by a restore."""

import shutil
import subprocess
import sys
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from time import sleep
from uuid import uuid4

import pytest

from deliveries import Row, edit
from erasure_world import (
    NUMBER,
    WORDS,
    as_owner,
    changed,
    delivery,
    desk_of,
    hold_of,
    holds_of,
    left_in_backup,
    left_in_database,
    left_in_folder,
    made,
    one_of,
    person_of,
    told,
)
from watchroom.audit.verify import Verified
from watchroom.gate.agreement_changes import By
from watchroom.gate.restrictions import RestrictionKind
from watchroom.kernel.errors import NotFoundError
from watchroom.model.platform_tables import platform_tables
from watchroom.node.backup import back_up
from watchroom.node.create import remove_node
from watchroom.node.erasure import Erasure, Held, NothingThere
from watchroom.node.erasure_desk import Selection
from watchroom.node.hold_desk import Hold
from watchroom.node.node import Node
from watchroom.node.restore import restore
from watchroom.store.database import Principal

RULE = "request 12"
OTHER = "A1234AA"
KILLED = """
import os, signal, sys
from pathlib import Path
from uuid import UUID
from erasure_world import desk_of
from watchroom.node.node import Node
from watchroom.store.erasing import Erasing, Selection

Erasing.finish = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
with Node.open(Path(sys.argv[1])) as node:
    desk_of(node).erase(Selection(people=(UUID(sys.argv[2]),)), rule="request 12")
"""


class Story:
    """What was found at each stage of one person's story, told once for the whole file."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.folder = made(place)
        with Node.open(self.folder) as node:
            self._before(node)
            self.person = person_of(node)
        run = subprocess.run(
            [sys.executable, "-c", KILLED, str(self.folder), str(self.person)],
            env={"PYTHONPATH": str(Path(__file__).parents[1])},
            check=False,
        )
        assert run.returncode == -9
        with Node.open(self.folder) as node:
            self.after_kill = (person_of(node), count(node, "select count(*) from ingest.tombstone"))
            self.resumed = desk_of(node).resume()
            self.swept = swept(node)
            self.left = left_in_database(node) | left_in_folder(self.folder)
            made_after = back_up(node, self.place / "after.backup")
            self.left_in_backups = [
                left_in_backup(file, made_after.key_file) for file in (self.backup, self.place / "after.backup")
            ]
            self.forms = count(node, "select count(*) from gate.unsent_form")
            self.told = list(told(node))
            self._again(node)
            self._let_back(node)
            self.verified = node.verify_audit()
            hold_on(node, OTHER)

    def _before(self, node: Node) -> None:
        with as_owner(node) as connection:
            connection.execute("analyze")
        found = left_in_database(node)
        self.searched = {line.rpartition(" ")[2] for line in found}
        self.tables = {line.partition(":")[0] for line in found}
        self.searched_files = {line.rpartition(" ")[2] for line in left_in_folder(self.folder)}
        self._hidden(node)
        hold = hold_on(node, OTHER)
        before = left_in_database(node)
        self.held = desk_of(node).erase(Selection(people=(person_of(node),)), rule=RULE)
        self.expected_hold = Held(holds={hold.id: 2})
        self.changed_by_hold = before ^ left_in_database(node)
        holds_of(node).lift(hold.id, reason="over")
        self.backup = self.place / "before.backup"
        self.key = shutil.copy(back_up(node, self.backup).key_file, self.place / "copy.key")

    def _hidden(self, node: Node) -> None:
        """What somebody is told who may not know of the person, and of somebody who is not there."""
        person, nobody = person_of(node), uuid4()
        node.restrictions.restrict(person, kind=RestrictionKind.PROTECTED, by=By(actor="gov"))
        asked = [("alert", one_of(node, "alert", person)), ("person", person), ("alert", nobody), ("person", nobody)]
        self.told_of_hidden = [desk_of(node).erase(Selection(records=(one,)), rule=RULE) for one in asked]
        self.held_of_hidden = list[str]()
        for entity, record in asked:
            hold = replace(hold_of(node, person), person_id=None, entity=entity, record_id=record)
            with pytest.raises(NotFoundError) as told:
                holds_of(node).place(hold)
            self.held_of_hidden.append(str(told.value))
        node.restrictions.lift(person, by=By(actor="gov"))

    def _again(self, node: Node) -> None:
        def more(rows: list[Row]) -> None:
            rows.append({**rows[-1], "ALERT_SEQ": "3", "COMMENT_TEXT": "kestrel"})

        edit(changed(self.place / "third"), "OFFENDER_ALERTS", more)
        (self.again,) = node.sources.ingest("nomis", [self.place / "third"]).batches
        self.left_again = left_in_database(node)
        self.in_custody = (
            count(node, "select count(*) from record.custody_episode where is_active"),
            count(node, "select count(*) from ingest.unnamed"),
        )
        self.others = (
            count(node, "select count(*) from record.person where source_key not like 'erased %'"),
            count(node, "select count(*) from record.alert"),
            count(node, "select count(*) from record.address"),
            count(node, "select count(distinct fields) from ingest.raw_row where fields && array['other', 'Court']"),
        )

    def _let_back(self, node: Node) -> None:
        self.found = desk_of(node).erased_under(NUMBER)
        desk_of(node).let_back("person", self.person, reason="erased in error")
        assert not node.sources.ingest("nomis", [delivery(self.place / "fourth")]).is_refused
        self.came_back = person_of(node)
        self.came_with = (
            count(node, "select count(*) from record.custody_episode where is_active"),
            count(node, f"select count(*) from record.alert where person_id = '{self.came_back}'"),
        )
        self.once_more = desk_of(node).erase(Selection(people=(self.came_back,)), rule=RULE)
        self.left_at_last = left_in_database(node)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Generator[Story]:
    place = tmp_path_factory.mktemp("erasure")
    try:
        yield Story(place)
    finally:
        remove_node(place / "node")


def count(node: Node, text: str) -> int:
    with node.database.connection(Principal.LOADER) as connection, as_owner(node) as owner:
        row = (owner if "gate." in text else connection).execute(text).fetchone()  # type: ignore[call-overload]
    assert row is not None
    return int(row[0])


def swept(node: Node) -> set[str]:
    """Of some tables those that were swept since the node was made."""
    names = ["record.person", "record.alert", "ingest.raw_row", "ingest.change", "gate.glass"]
    found: set[str] = set()
    # What a session did is counted by the server a moment after it ended.
    for _ in range(100):
        with as_owner(node) as connection:
            rows = connection.execute(
                "select schemaname || '.' || relname from pg_stat_all_tables"
                " where schemaname || '.' || relname = any(%s) and vacuum_count > 0",
                (names,),
            )
            found = {row[0] for row in rows}
        if found == set(names):
            break
        sleep(0.05)
    return found


def hold_on(node: Node, number: str) -> Hold:
    return holds_of(node).place(hold_of(node, person_of(node, number)))


def test_the_person_stands_in_all_that_is_searched(story: Story) -> None:
    """A word that stood nowhere would prove nothing; what was typed stands encrypted."""
    assert story.searched == set(WORDS) - {"TYPED-FORM"}
    assert story.searched_files == set(WORDS)


# Of a table that tells of people of the record, why no word of a person can be looked for in it.
NO_WORD_IN = {
    "audit.body": "ids, and words of officers that name nobody; erased as such",
    "gate.asking": "ids, of a read and gone with it",
    "gate.unsent_form": "it is encrypted; how many are left is counted",
    "ingest.erased_name": "digests of what was erased",
    "ingest.tombstone": "digests of what was erased",
    **dict.fromkeys(
        (
            "audit.look_case",
            "audit.subject_request",
            "audit.subject_verdict",
            "gate.account_person",
            "gate.opening",
            "gate.restriction",
        ),
        "an id of the record and nothing else of theirs",
    ),
}


def test_a_word_of_the_person_stood_in_every_table_that_tells_of_people(story: Story) -> None:
    """So that what is erased is looked for in each of them: one that is added later is tried as well."""
    personal = {name for name, table in platform_tables().items() if table.people}
    assert personal - story.tables == NO_WORD_IN.keys()


def test_a_hold_on_somebody_whom_a_record_names_keeps_all_of_it(story: Story) -> None:
    assert story.held == story.expected_hold, "both directions of the one non-association"
    assert story.changed_by_hold == set()


def test_who_does_not_exist_for_an_officer_is_neither_erased_nor_held_nor_told_of(story: Story) -> None:
    assert [type(one) for one in story.told_of_hidden] == [NothingThere] * 4
    assert story.held_of_hidden[:2] == story.held_of_hidden[2:]


def test_sources_that_set_aside_what_nobody_can_read_are_named(story: Story) -> None:
    assert isinstance(story.once_more, Erasure)
    assert story.once_more.unread == ("other",)


def test_killed_in_the_middle_nothing_is_erased_and_the_next_run_finishes_it(story: Story) -> None:
    assert story.after_kill == (story.person, 0)
    assert (story.resumed.done, story.resumed.held) == (1, 0)


def test_what_was_deleted_is_swept_from_the_files_of_the_database(story: Story) -> None:
    assert story.swept == {"record.person", "record.alert", "ingest.raw_row", "ingest.change", "gate.glass"}


def test_no_word_of_the_person_is_left_in_database_or_folder(story: Story) -> None:
    assert story.left == set()


def test_a_backup_that_is_made_after_holds_no_word_of_the_person_and_one_from_before_does(story: Story) -> None:
    before, after = story.left_in_backups
    assert {line.rpartition(" ")[2] for line in before} >= set(WORDS) - {"TYPED-FORM"}
    assert after == set()


def test_a_kept_form_that_names_them_goes_and_another_stays(story: Story) -> None:
    assert story.forms == 1


def test_the_change_feed_tells_each_record_that_is_erased(story: Story) -> None:
    entities = {entity for entity, _ in story.told}
    assert {"person", "person_name", "alert", "case_note", "non_association", "custody_episode"} <= entities
    assert ("person", story.person) in story.told


def test_delivered_again_they_are_refused_and_told_and_not_kept_raw(story: Story) -> None:
    assert not story.again.is_refused
    refused = [issue for issue in story.again.issues if issue.code == "erased_before"]
    assert {issue.entity for issue in refused} >= {"person", "alert", "case_note", "non_association"}
    assert len([one for one in refused if one.entity == "alert"]) == 2, "also one that is new, of an erased person"
    assert story.again.rows.quarantined >= len({(one.file, one.row) for one in refused})
    assert story.left_again == set()


def test_somebody_who_was_erased_and_is_in_custody_is_counted_and_known_to_nobody(story: Story) -> None:
    """A roll that is one short lets somebody burn."""
    assert story.in_custody == (4, 1), "three others and them"
    (told,) = [issue for issue in story.again.issues if issue.code == "erased_in_custody"]
    assert (told.entity, told.file) == ("custody_episode", "OFFENDER_BOOKINGS.csv")


def test_who_is_let_back_is_found_by_their_number_and_comes_with_all_that_is_theirs(story: Story) -> None:
    assert {(one.entity, one.id) for one in story.found} == {("person", story.person)}
    assert story.came_with == (4, 2), "their booking, counted once, and their alerts"


def test_others_are_untouched(story: Story) -> None:
    assert story.others == (3, 3, 1, 2)


def test_a_record_that_is_let_back_comes_with_the_next_delivery_as_another(story: Story) -> None:
    assert story.came_back != story.person, "nothing leads from the new record to the erased one"
    assert isinstance(story.once_more, Erasure)
    assert story.left_at_last == set()


def test_the_log_stays_valid(story: Story) -> None:
    assert isinstance(story.verified, Verified)


def test_a_restore_from_before_erases_again_unless_a_hold_was_placed_since(story: Story, tmp_path: Path) -> None:
    again = tmp_path / "again"
    try:
        kept = restore(again, story.backup, key_file=Path(story.key))
        assert (kept.records, kept.held) == (0, 1)
        with Node.open(again) as node:
            assert person_of(node) == story.person
            (hold,) = [one for one in holds_of(node).holds() if one.is_in_force]
            holds_of(node).lift(hold.id, reason="over")
            assert desk_of(node).resume().done >= 1
            assert left_in_database(node) == set()
            assert count(node, "select count(*) from record.person") == 3
    finally:
        remove_node(again)
