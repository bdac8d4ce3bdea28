"""What the health trust of the example world sends is FHIR R4, and is taken in by a node, for those it can place."""

import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fhir.resources.R4B.bundle import Bundle
from partner_world import HELD, community, ninety_days

from batches import person, write
from feeds import Feed, codes_of
from servers import TestServer
from watchroom.demo.world.happening import OfLife
from watchroom.demo.world.happenings_health import Came, DoseMissed, HealthEnded, Service
from watchroom.demo.world.identifiers import nomis_number
from watchroom.demo.world.partners import figures
from watchroom.demo.world.partners.numbers import nhs_number
from watchroom.demo.writers.fhir import HealthFeed
from watchroom.demo.writers.sent import Sent


@pytest.fixture(scope="module")
def messages() -> list[Sent]:
    """All of the third day, which is a Wednesday."""
    world = community()
    feed = HealthFeed(world.society)
    *_, third = world.days(3)
    return [sent for one in third.happenings if (sent := feed.message(one)) is not None]


def test_every_bundle_is_valid_by_the_schema_of_the_standard(messages: list[Sent]) -> None:
    assert len(messages) > 40
    for one in messages:
        Bundle.model_validate_json(one.content)


def test_each_bundle_has_one_patient_with_one_prison_number_and_one_thing_about_them(messages: list[Sent]) -> None:
    for one in messages:
        patient, thing = (entry["resource"] for entry in json.loads(one.content)["entry"])
        numbers = [each["value"] for each in patient["identifier"] if each["system"].endswith(":prison-number")]
        assert numbers == [nomis_number(int(patient["id"][1:]))]
        assert thing["subject"]["reference"].endswith(f"Patient/{patient['id']}")


def test_no_bundle_says_why_staff_must_do_something(messages: list[Sent]) -> None:
    flags = [entry["resource"] for one in messages for entry in json.loads(one.content)["entry"][1:]]
    assert all("text" not in flag["code"] for flag in flags if flag["resourceType"] == "Flag")


def test_a_day_of_messages_is_taken_in_with_no_issue(server: TestServer, tmp_path: Path, messages: list[Sent]) -> None:
    with server.database(name="world_health") as database:
        held = [
            person(str(life), prison_number=nomis_number(life), site_code="ORM", unit_code="ORM-A")
            for life in range(HELD)
        ]
        write(database, {"person": held}, hour=0)
        feed = Feed(database, tmp_path, "fhir_health")
        report = feed.take(*(one.content for one in messages))
        assert not report.is_refused
        assert report.rows.quarantined == 0
        assert codes_of(report) == []
        told = Counter(json.loads(one.content)["entry"][1]["resource"]["resourceType"] for one in messages)
        assert len(feed.rows("care_flag", "id")) == told["Flag"]
        visits = {
            entry["resource"]["id"]
            for one in messages
            for entry in json.loads(one.content)["entry"]
            if entry["resource"].get("class", {}).get("code") == "AMB"
        }
        assert len(feed.rows("health_appointment", "id")) == len(visits)
        assert {place for (place,) in feed.rows("health_appointment", "site_code")} == {"ORM"}


def test_appointments_are_missed_as_often_as_stated() -> None:
    ended = [one for one in ninety_days() if isinstance(one, HealthEnded)]
    for at_hospital, share in ((True, figures.HOSPITAL_MISSED), (False, figures.CLINIC_MISSED)):
        kind = [one.came for one in ended if (one.service is Service.HOSPITAL) is at_hospital]
        assert kind.count(Came.MISSED) / len(kind) == pytest.approx(share, abs=0.07)


def test_doses_are_missed_as_often_as_stated() -> None:
    missed = sum(isinstance(one, DoseMissed) for one in ninety_days())
    patients = HELD * 1.1
    assert missed == pytest.approx(90 * 2 * figures.DOSES_MISSED * figures.ON_MEDICATION * patients, rel=0.2)


def test_numbers_of_the_health_service_have_their_check_digit_and_are_of_the_range_for_tests() -> None:
    for life in range(0, 5000, 7):
        number = nhs_number(life)
        assert number.startswith("999")
        assert sum(int(digit) * weight for digit, weight in zip(number, range(10, 0, -1), strict=True)) % 11 == 0


def test_whoever_leaves_prison_is_told_of_no_longer() -> None:
    class Released:
        """As the prisons tell it."""

        def __init__(self, life: int, at: datetime) -> None:
            self.life, self.at = life, at

    world = community()
    *_, last = world.days(2)
    gone = [Released(life, last.happenings[0].at) for life in range(HELD)]
    happened = list(world.health.day(last.date + timedelta(days=1), gone))  # type: ignore[arg-type]
    happened += world.health.day(last.date + timedelta(days=2), [])
    assert not [one for one in happened if isinstance(one, OfLife) and one.life < HELD]
