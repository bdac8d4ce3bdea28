"""The door on the real schema, with the charter that comes with the package."""

from datetime import timedelta
from typing import NamedTuple

import pytest

from gate_world import (
    BOARD,
    GOVERNOR,
    NURSE,
    OFFICER,
    START,
    about,
    episode,
    gate_of,
    ids,
    look,
    person,
    place,
    query,
    write,
)
from watchroom.audit.entries import Outcome
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.door import Act, Asked, Seen, View
from watchroom.gate.errors import QuestionError, QuestionFailedError
from watchroom.model.catalogue import catalogue
from watchroom.store.database import Database

WINGS = {
    "location": [
        place("LEI-A", "WING"),
        place("LEI-A-1", "LAND"),
        place("LEI-A-1-1"),
        place("LEI-A-1-2"),
        place("LEI-B", "WING"),
        place("LEI-B-1", "LAND"),
        place("LEI-B-1-1"),
        place("MDI-A", "WING"),
        place("MDI-A-1", "LAND"),
        place("MDI-A-1-1"),
    ],
    "person": [person("1"), person("2"), person("3", "LEI-B"), person("4", "MDI-A")],
    "custody_episode": [
        episode("1", cell="LEI-A-1-1"),
        episode("2", cell="LEI-A-1-1", in_out_code="OUT"),
        episode("3", "LEI-B", cell="LEI-B-1-1"),
        episode("4", "MDI-A", cell="MDI-A-1-1"),
    ],
    "alert": [
        about("1", "1", type_code="H", kind_code="HA", comment="open plan", is_active=True),
        about("2", "2", type_code="M", kind_code="MEP", comment="fits", is_active=True),
        about("3", "3", "LEI-B", type_code="X", kind_code="XGANG", comment="gang", is_active=True),
        about("4", "3", "LEI-B", type_code="X", kind_code="XVL", comment="violent", is_active=True),
    ],
    "care_need": [
        about("1", "1", type_code="PHY", problem_code="EPI", description="epilepsy", instruction_code="LOW_BED"),
    ],
}


class PersonSeen(NamedTuple):
    family_name: str | None
    ethnicity_code: str | None
    withheld: list[str]


PEOPLE = query("select person.family_name, person.ethnicity_code, person.withheld from person order by person.id")


def test_an_officer_sees_the_people_of_their_unit_and_nobody_else(database: Database) -> None:
    write(database, WINGS)
    audit = MemoryAuditLog()
    gate = gate_of(database, audit=audit)
    seen = gate.read(
        OFFICER,
        asked=Asked(purpose="custody.care", act=Act.LIST, what="person"),
        look=lambda view: view.rows(PEOPLE, PersonSeen),
    )
    assert isinstance(seen, Seen)
    agreed = {"prison_number", "family_name", "given_names", "sort_key", "sex_code", "birth_date"}
    withheld = sorted({field.name for field in catalogue().entity("person").fields} - agreed)
    assert seen.value == [
        PersonSeen(family_name="FAMILY1", ethnicity_code=None, withheld=withheld),
        PersonSeen(family_name="FAMILY2", ethnicity_code=None, withheld=withheld),
    ]
    assert seen.as_of.sequence == 1
    entry = audit.entries[-1]
    assert (entry.act, entry.actor, entry.purpose, entry.count) == (Act.LIST, "o.officer", "custody.care", 2)
    assert entry.clauses == ("PRISON-CHARTER.1#officer-person",)


def test_the_roll_is_whole_for_everyone(database: Database) -> None:
    write(database, WINGS)
    gate = gate_of(database)
    text = "select roll.unit_code, roll.landing, roll.on_roll, roll.out_now, roll.capacity from roll order by 1, 2"
    for asker in (OFFICER, NURSE, GOVERNOR):
        assert look(gate, asker, text) == [
            {"unit_code": "LEI-A", "landing": "LEI-A-1", "on_roll": 2, "out_now": 1, "capacity": 4},
            {"unit_code": "LEI-B", "landing": "LEI-B-1", "on_roll": 1, "out_now": 0, "capacity": 2},
        ]


def test_all_relations_of_all_roles_can_be_made(database: Database) -> None:
    write(database, WINGS)
    gate = gate_of(database)
    for asker, purpose in ((OFFICER, "custody.care"), (NURSE, "custody.care"), (BOARD, "oversight.board")):
        for relation in (*gate.model.entities, "change", "source_freshness", "ingest_issue_count", "roll", "occupancy"):
            look(gate, asker, f"select * from {relation}", purpose=purpose)


def test_as_of_shows_what_was_known_then(database: Database) -> None:
    write(database, WINGS)
    later = {**WINGS, "person": [*WINGS["person"][1:], person("5")]}
    write(database, later, hour=2)
    gate = gate_of(database)
    text = "select person.prison_number, person.id from person order by 1"
    assert ids(look(gate, OFFICER, text), "prison_number") == {"A2", "A5"}
    then = START + timedelta(hours=1)
    assert ids(look(gate, OFFICER, text, as_of=then), "prison_number") == {"A1", "A2"}
    assert look(gate, OFFICER, text, as_of=START - timedelta(hours=1)) == []


def test_questions_asked_together_are_answered_as_they_are_one_by_one(database: Database) -> None:
    write(database, WINGS)
    gate = gate_of(database)
    asked = [query(f"select id from {name} order by id") for name in ("person", "location", "alert")]

    def compared(view: View) -> bool:
        apart = [view.rows(one, _Id) for one in asked]
        with view.together():
            waiting = [view.soon(one, _Id) for one in asked]
            # In another order than they were sent in.
            together = [rows() for rows in reversed(waiting)]
        return apart == together[::-1] and any(apart)

    seen = gate.read(OFFICER, asked=Asked(purpose="custody.care", act=Act.LIST, what="person"), look=compared)
    assert isinstance(seen, Seen)
    assert seen.value


def test_a_question_that_fails_among_others_gives_nothing_and_tells_no_value(database: Database) -> None:
    write(database, WINGS)
    gate = gate_of(database)

    def failing(view: View) -> list[object]:
        with view.together():
            good = view.soon(query("select id from person order by id"), _Id)
            view.soon(query("select cast(family_name as integer) as id from person"), _Id)
            return [*good()]

    with pytest.raises(QuestionFailedError, match="22P02") as caught:
        gate.read(OFFICER, asked=Asked(purpose="custody.care", act=Act.LIST, what="person"), look=failing)
    assert "FAMILY" not in str(caught.value)
    again = gate.read(
        OFFICER, asked=Asked(purpose="custody.care", act=Act.LIST, what="person"), look=lambda view: view.moment
    )
    assert isinstance(again, Seen)


def test_an_answer_is_given_within_the_read_only_and_again_the_same(database: Database) -> None:
    write(database, WINGS)
    asked, audit = query("select id from person"), MemoryAuditLog()
    gate = gate_of(database, audit=audit)

    def twice(view: View) -> tuple[int, int]:
        rows = view.soon(asked, _Id)
        return len(rows()), len(rows())

    listed = Asked(purpose="custody.care", act=Act.LIST, what="person")
    seen = gate.read(OFFICER, asked=listed, look=twice)
    assert isinstance(seen, Seen)
    assert seen.value[0] == seen.value[1] > 0
    later = gate.read(OFFICER, asked=listed, look=lambda view: view.soon(asked, _Id))
    assert isinstance(later, Seen)
    assert audit.entries[-1].count == 0
    with pytest.raises(QuestionError, match="take it within"):
        later.value()


def test_a_question_that_failed_fails_the_read_whatever_was_made_of_it(database: Database) -> None:
    write(database, WINGS)
    bad = query("select cast(family_name as integer) as id from person")

    def swallowing(view: View) -> int:
        try:
            view.rows(bad, _Id)
        except QuestionFailedError:
            return 1
        return 0

    audit = MemoryAuditLog()
    with pytest.raises(QuestionFailedError):
        gate_of(database, audit=audit).read(
            OFFICER, asked=Asked(purpose="custody.care", act=Act.LIST, what="person"), look=swallowing
        )
    assert audit.entries[-1].outcome is Outcome.FAILED


class _Id(NamedTuple):
    id: object
