"""Health records of FHIR: what a wing needs and no reason; who has no prison number is held back, and not guessed."""

import json
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from batches import person, write
from feeds import Feed, codes_of, placed, worked
from servers import TestServer
from watchroom.store.database import Database

FIRST, SECOND = worked("health-1.json"), worked("health-2.json")


@pytest.fixture(scope="module")
def database(server: TestServer) -> Generator[Database]:
    with server.database(name="health") as database:
        wing = {"prison_number": "Z0001EX", "site_code": "EXI", "unit_code": "EXI-B"}
        write(database, {"person": [person("1", **wing)]}, hour=0)
        yield database


@pytest.fixture
def health(database: Database, tmp_path: Path) -> Feed:
    return Feed(database, tmp_path, "fhir_health")


def flag(**more: object) -> bytes:
    """The first flag of the first bundle, with its patient, changed."""
    bundle = json.loads(FIRST)
    bundle["entry"] = bundle["entry"][:2]
    bundle["entry"][1]["resource"] |= more
    return json.dumps(bundle).encode()


def test_patients_flags_visits_and_contacts_stand_on_the_wing_that_the_prison_number_has(health: Feed):
    report = health.take(FIRST, SECOND)
    assert not report.is_refused, report.issues
    place = ("site_code", "unit_code", "is_restricted")
    assert health.rows("person", "prison_number", "sex_code", *place) == [("Z0001EX", "M", "EXI", "EXI-B", False)]
    assert health.rows("care_flag", "instruction_code", *place) == [
        ("LOWER_BUNK", "EXI", "EXI-B", False),
        (None, "EXI", "EXI-B", False),
    ]
    assert health.rows("health_appointment", "service_code", "status_code", "starts_at", *place) == [
        ("DENTIST", "BOOKED", datetime(2026, 11, 28, 10, tzinfo=UTC), "EXI", "EXI-B", False)
    ]
    assert health.rows("person_contact", "relationship_code", "telephone", *place) == [
        ("MOT", "01632 960001", "EXI", "EXI-B", False)
    ]


def test_a_patient_without_a_prison_number_is_held_back_and_told_with_the_place(health: Feed):
    report = health.take(FIRST, SECOND)
    assert ("1", "entry[0].resource", "value_missing") in placed(report)
    assert report.rows.quarantined == 1


def test_no_reason_is_taken_neither_a_clinical_code_nor_any_words_nor_a_diagnosis(health: Feed):
    health.take(FIRST, SECOND)
    said = health.ask("select to_jsonb(care_flag)::text from record.care_flag where source_system = %s")
    assert not any("000000" in str(row) or "words that" in str(row) or "diagnosis" in str(row) for row in said)


@pytest.mark.parametrize("change", [{"status": "entered-in-error"}, {"status": "inactive", "period": {}}])
def test_a_flag_that_was_an_error_or_no_longer_holds_ends(health: Feed, change: dict[str, object]):
    health.take(flag())
    report = health.take(flag(**change))
    assert report.entities["care_flag"].ended == 1
    assert report.rows.quarantined == 0
    assert health.rows("care_flag", "id") == []
    assert health.ask("select count(*) from record.care_flag_history where source_system = %s") == [(1,)]
    health.take(flag())
    assert len(health.rows("care_flag", "id")) == 1, "it holds again"


def test_of_two_words_on_a_flag_in_one_delivery_the_later_holds_in_whatever_order_they_stand(health: Feed):
    early, late = ({"meta": {"lastUpdated": f"2026-11-2{day}T09:00:00+00:00"}} for day in (1, 2))
    health.take(flag(**late, status="entered-in-error"), flag(**early))
    assert health.rows("care_flag", "id") == []
    health.take(flag(**late), flag(**early, status="entered-in-error"))
    assert len(health.rows("care_flag", "id")) == 1


def test_a_flag_that_says_until_when_it_held_stands_with_that(health: Feed):
    health.take(flag(status="inactive", period={"start": "2026-11-01", "end": "2026-11-20"}))
    assert health.rows("care_flag", "to_at") == [(datetime(2026, 11, 20, tzinfo=UTC),)]


def test_who_is_labelled_or_not_in_the_delivery_is_kept_from_others(health: Feed):
    health.take(FIRST)
    alone = json.loads(flag(id="f9"))
    alone["entry"] = alone["entry"][1:]
    health.take(json.dumps(alone).encode())
    label = [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]
    health.take(flag(id="f8", meta={"security": label}))
    assert dict(health.rows("care_flag", "source_key", "is_restricted")) == {
        "Flag/f1": False,
        "Flag/f2": False,
        "Flag/f8": True,
        "Flag/f9": True,
    }


def test_a_code_that_no_list_holds_is_kept_and_put_before_people(health: Feed):
    code = {"coding": [{"system": "urn:example:care-instructions", "code": "TWO_PILLOWS"}]}
    report = health.take(flag(code=code))
    assert codes_of(report) == ["unmapped_code"]
    assert health.rows("care_flag", "instruction_source_value", "instruction_code") == [("TWO_PILLOWS", None)]
    waiting = "select code_list, source_value from ingest.code_value where source_system = %s"
    assert health.ask(waiting) == [("care_instruction", "TWO_PILLOWS")]
