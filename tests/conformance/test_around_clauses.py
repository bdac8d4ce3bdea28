"""Who may know of what feeds tell: the posts whose work it touches, and nothing of people by the way."""

from datetime import timedelta

import pytest

from batches import START
from gate_world import BOARD, CONTROL, ENGINEER, GOVERNANCE, GOVERNOR, NURSE, OFFICER, gate_of, look, person, write
from watchroom.audit.entries import Act
from watchroom.gate.askers import Asker
from watchroom.gate.door import Asked, Gate, Refused, Seen
from watchroom.picture.build import build_around
from watchroom.store.database import Database

INCIDENTS = "operations.incident-response"
CARE = "custody.care"
FED: dict[str, dict[str, object]] = {
    "warning": {"identifier": "w1", "headline": "Flood", "contact": "Mr Example", "scope_code": "Public"},
    "road_disruption": {"reference": "r1", "public_text": "Closed", "control_note": "said by Mr Example"},
    "work_zone": {"reference": "z1", "description": "Resurfacing"},
    "incident": {
        "reference": "i1",
        "family_code": "FIRE",
        "type_text": "Fire",
        "place_text": "Example Road",
        "summary": "Mr Example is inside",
    },
    "planned_event": {
        "reference": "e1",
        "name": "Walk",
        "organiser": "Mr Example",
        "contact": "mailto:example@example.org",
        "note": "Mr Example speaks",
    },
}
# What may name somebody, by entity.
CLOSED = {
    "warning": ("contact",),
    "road_disruption": ("control_note",),
    "work_zone": (),
    "incident": ("summary",),
    "planned_event": ("organiser", "contact", "note"),
}


@pytest.fixture
def gate(database: Database) -> Gate:
    rows = {
        entity: [{"source_key": "1", **said}, {"source_key": "2", **said, "is_restricted": True}]
        for entity, said in FED.items()
    }
    write(database, rows, source="feed")
    return gate_of(database)


def shown(gate: Gate, asker: Asker, entity: str, *, purpose: str = INCIDENTS) -> list[dict[str, object]]:
    return look(gate, asker, f"select {entity}.* from {entity} order by {entity}.id", purpose=purpose)


@pytest.mark.parametrize("asker", [GOVERNOR, CONTROL], ids=lambda asker: asker.roles[0])
@pytest.mark.parametrize("entity", FED)
def test_who_answers_for_the_establishment_sees_what_feeds_tell_and_nothing_that_may_name_somebody(
    gate: Gate, asker: Asker, entity: str
) -> None:
    (row,) = shown(gate, asker, entity)
    assert row["source_key"] is None
    for field, value in FED[entity].items():
        assert row[field] == (None if field in CLOSED[entity] else value), field
        assert (field in row["withheld"]) == (field in CLOSED[entity]), field  # type: ignore[operator]


@pytest.mark.parametrize("asker", [GOVERNOR, CONTROL], ids=lambda asker: asker.roles[0])
def test_a_warning_that_is_not_for_everybody_is_told_to_nobody_here(database: Database, asker: Asker) -> None:
    kinds: list[dict[str, object]] = [
        {"scope_code": "Restricted"},
        {"scope_code": "Private"},
        {"scope_code": None},
        {"scope_code": "Public", "sharing_restriction": "police only"},
    ]
    rows = [{"source_key": f"{number}", "headline": "A child", **kind} for number, kind in enumerate(kinds)]
    write(database, {"warning": rows}, source="feed")
    assert shown(gate_of(database), asker, "warning") == []


@pytest.mark.parametrize("asker", [GOVERNOR, CONTROL], ids=lambda asker: asker.roles[0])
@pytest.mark.parametrize("family", ["DOMESTIC_ABUSE", "DEATH", "MEDICAL", "MISSING", None])
def test_where_something_happens_to_somebody_is_not_told_and_that_it_does_is(
    database: Database, asker: Asker, family: str | None
) -> None:
    said = {
        "reference": "i1",
        "family_code": family,
        "type_text": "Domestic",
        "status_text": "at home",
        "place_text": "1 Road",
    }
    write(database, {"incident": [{"source_key": "1", **said}]}, source="feed")
    (row,) = shown(gate_of(database), asker, "incident")
    assert (row["reference"], row["family_code"]) == ("i1", family)
    assert row["type_text"] is row["status_text"] is row["place_text"] is None


def test_what_is_gone_of_an_incident_whose_place_is_not_told_is_named_by_its_reference(database: Database) -> None:
    said = {"type_text": "Domestic", "place_text": "1 Road", "no_longer_reported_at": START}
    row: dict[str, object] = {"source_key": "1", "reference": "i1", "family_code": "DOMESTIC_ABUSE", **said}
    write(database, {"incident": [row]}, source="feed")
    seen = build_around(gate_of(database), GOVERNOR, at=START + timedelta(hours=1), language="en")
    assert isinstance(seen, Seen)
    assert [one.title for part in seen.value.parts for one in part.gone] == ["i1"]


@pytest.mark.parametrize("entity", FED)
def test_for_another_purpose_of_theirs_a_governor_sees_none_of_it(gate: Gate, entity: str) -> None:
    assert shown(gate, GOVERNOR, entity, purpose=CARE) == []


@pytest.mark.parametrize(
    ("asker", "purpose"),
    [
        (OFFICER, CARE),
        (NURSE, CARE),
        (BOARD, "oversight.board"),
        (GOVERNANCE, "governance.audit"),
        (ENGINEER, "quality.data"),
    ],
    ids=lambda one: one.roles[0] if isinstance(one, Asker) else one,
)
def test_nobody_else_sees_any_of_it(gate: Gate, asker: Asker, purpose: str) -> None:
    for entity in FED:
        assert shown(gate, asker, entity, purpose=purpose) == []


def test_who_keeps_the_control_point_may_ask_for_no_other_purpose(gate: Gate) -> None:
    assert gate.purposes(CONTROL) == (INCIDENTS,)
    asked = Asked(purpose=CARE, act=Act.LIST, what="person")
    assert isinstance(gate.read(CONTROL, asked=asked, look=lambda _: None), Refused)


FLAG: dict[str, object] = {
    "person_key": "1",
    "site_code": "LEI",
    "unit_code": "LEI-A",
    "instruction_code": "LOWER_BUNK",
    "note": "after an operation",
    "has_medication_in_possession": True,
}


@pytest.fixture
def health(database: Database) -> Gate:
    rows: dict[str, list[dict[str, object]]] = {
        "person": [person("1"), person("2", "LEI-B")],
        "care_flag": [
            {"source_key": "1", **FLAG},
            {"source_key": "2", **FLAG, "person_key": "2", "unit_code": "LEI-B"},
        ],
        "health_appointment": [
            {
                "source_key": "1",
                "person_key": "1",
                "site_code": "LEI",
                "unit_code": "LEI-A",
                "service_code": "DENTIST",
                "instruction_text": "no food before",
                "needs_escort": True,
            }
        ],
    }
    write(database, rows)
    return gate_of(database)


def test_an_officer_is_told_what_health_asks_of_the_own_wing_and_not_why(health: Gate) -> None:
    (flag,) = shown(health, OFFICER, "care_flag", purpose=CARE)
    assert flag["instruction_code"] == "LOWER_BUNK"
    assert flag["note"] is flag["has_medication_in_possession"] is None
    (appointment,) = shown(health, OFFICER, "health_appointment", purpose=CARE)
    assert appointment["needs_escort"] is True
    assert appointment["service_code"] is appointment["instruction_text"] is None


def test_a_governor_sees_what_is_asked_of_all_wings_and_not_why(health: Gate) -> None:
    flags = shown(health, GOVERNOR, "care_flag", purpose=CARE)
    assert [(flag["instruction_code"], flag["note"]) for flag in flags] == [("LOWER_BUNK", None)] * 2


def test_a_nurse_sees_flags_and_appointments_of_the_establishment_in_full(health: Gate) -> None:
    flags = shown(health, NURSE, "care_flag", purpose=CARE)
    assert [flag["note"] for flag in flags] == ["after an operation"] * 2
    (appointment,) = shown(health, NURSE, "health_appointment", purpose=CARE)
    assert (appointment["service_code"], appointment["instruction_text"]) == ("DENTIST", "no food before")


@pytest.mark.parametrize("entity", ["care_flag", "health_appointment", "person"])
def test_who_keeps_the_control_point_sees_nothing_of_anybodys_health_or_of_anybody(health: Gate, entity: str) -> None:
    assert shown(health, CONTROL, entity) == []
