"""The page of a person says what the handover says of them: the same rules, over that person's facts alone."""

from uuid import UUID

import pytest

from log_reading import latest
from watchroom.gate.door import Seen
from watchroom.handover.briefing import Briefing
from watchroom.handover.build import build_briefing
from watchroom.handover.person.build import Whom, build_person
from watchroom.handover.person.rules import Person
from watchroom.handover.person.show import person_page
from watchroom.node.node import Node

READS = [
    ("officer.a", "LEI-A", "custody.safety"),
    ("officer.a", "LEI-A", "custody.care"),
    ("officer.h", "LEI-H", "custody.safety"),
    ("governor", "LEI-A", "custody.safety"),
    ("governor", "LEI-H", "operations.incident-response"),
    ("nurse", "LEI-A", "care.suicide-prevention"),
]


def briefing_of(node: Node, name: str, post: str, purpose: str) -> Briefing:
    seen = build_briefing(node.gate, node.asker(name), purpose=purpose, post=post, at=node.clock.now())
    assert isinstance(seen, Seen)
    return seen.value


def person_of(node: Node, name: str, person_id: UUID, purpose: str) -> Person:
    seen = build_person(
        node.gate,
        node.asker(name),
        purpose=purpose,
        whom=Whom(person_id=person_id, jurisdiction=node.jurisdiction, at=node.clock.now()),
    )
    assert isinstance(seen, Seen)
    assert seen.value is not None
    return seen.value


@pytest.mark.parametrize(("name", "post", "purpose"), READS)
def test_the_reasons_of_a_person_are_those_of_the_handover(node: Node, name: str, post: str, purpose: str) -> None:
    briefing = briefing_of(node, name, post, purpose)
    listed = {one.person.person_id: one.now.reasons for one in briefing.people}
    assert listed
    # Who has left the unit since the last shift is named on the handover and weighed by no rule.
    here = [person for cell in briefing.roll.whereabouts for person, _ in cell.people]
    for person_id in here:
        attention = person_of(node, name, person_id, purpose).attention
        assert (attention.reasons if attention else None) == listed.get(person_id), person_id


def test_reading_one_page_is_the_record_of_that_person_and_of_whom_it_names(node: Node) -> None:
    briefing = briefing_of(node, "officer.a", "LEI-A", "custody.safety")
    alone = next(
        one.person.person_id
        for one in briefing.people
        if not one.now.facts.keep_apart and (one.now.facts.cell_others or 0) > 0
    )
    seen = build_person(
        node.gate,
        node.asker("officer.a"),
        purpose="custody.safety",
        whom=Whom(person_id=alone, jurisdiction=node.jurisdiction, at=node.clock.now()),
    )
    assert isinstance(seen, Seen)
    (entry,) = (one for one in latest(node.database) if one.index == seen.receipt.index)
    assert entry.body is not None
    mates = {person for cell in briefing.roll.cells if alone in cell.people for person in cell.people}
    assert alone in mates
    assert set(entry.body["subjects"]) == {str(person) for person in mates}


def test_court_and_incidents_say_how_far_they_have_come(node: Node) -> None:
    found: dict[str, set[str]] = {"court": set(), "incidents": set(), "visits": set()}
    for post in ("LEI-A", "LEI-H"):
        briefing = briefing_of(node, "governor", post, "custody.safety")
        for person_id in briefing.named:
            page = person_page(person_of(node, "governor", person_id, "custody.safety"), node.words)
            for part in page.parts:
                if part.key in found:
                    found[part.key] |= {line.status for line in part.lines}
    assert all(found.values()), found
    assert "" not in found["court"] | found["incidents"] | found["visits"]


def test_a_person_without_a_reason_is_not_called_safe(node: Node) -> None:
    briefing = briefing_of(node, "governor", "LEI-H", "custody.safety")
    listed = {one.person.person_id for one in briefing.people}
    here = [person for place in briefing.roll.whereabouts for person, _ in place.people]
    quiet = next(person for person in here if person not in listed)
    page = person_page(person_of(node, "governor", quiet, "custody.safety"), node.words)
    assert page.listed.lines == ()
    assert "does not say that nothing is wrong" in page.listed.none_listed


@pytest.mark.parametrize(("name", "purpose"), [("officer.a", "custody.care"), ("nurse", "care.suicide-prevention")])
def test_a_problem_of_health_without_an_instruction_is_not_told_as_one(node: Node, name: str, purpose: str) -> None:
    told: list[str] = []
    for person_id in briefing_of(node, name, "LEI-A", purpose).named:
        page = person_page(person_of(node, name, person_id, purpose), node.words)
        told += [line.what for part in page.parts if part.key == "instructions" for line in part.lines]
    assert told
    assert "not recorded" not in told
