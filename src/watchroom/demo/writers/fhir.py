"""What the health trust sends: a bundle of FHIR R4 for each thing that others have to know of somebody in custody.

Each bundle has the patient, with the prison number, and one resource about them. Why staff must act is in none, unless
a storyline says it.
A dose is told of only where it matters: of some medicines the first that is missed, of others the third in a row.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from watchroom.demo.world.county_time import ZONE
from watchroom.demo.world.happening import Happening, OfLife
from watchroom.demo.world.happenings_health import (
    Came,
    CareFlagged,
    CareUnflagged,
    DoseMissed,
    EmergencyEnded,
    HealthBooked,
    HealthEnded,
    HealthTold,
    Instruction,
    Medicine,
    PrescriptionReturned,
    Service,
)
from watchroom.demo.world.identifiers import nomis_number
from watchroom.demo.world.partners.numbers import nhs_number
from watchroom.demo.world.partners.society import Society
from watchroom.demo.writers.sent import Sent

MEDIA_TYPE = "application/fhir+json"
BASE = "https://fhir.trust.orrinshire.example/r4"
_PRISON_NUMBER, _INSTRUCTIONS = "urn:orrinshire:prison-number", "urn:orrinshire:care-instructions"
_SERVICES, _OUTCOMES = "urn:orrinshire:health-services", "urn:orrinshire:encounter-outcomes"
_ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_CONFIDENTIAL = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
_DISPOSITION = "http://terminology.hl7.org/CodeSystem/discharge-disposition"
_FLAG_CATEGORY = "http://terminology.hl7.org/CodeSystem/flag-category"
# Of these the first dose that is missed is told, of the others the third.
_CRITICAL = frozenset({Medicine.INSULIN, Medicine.EPILEPSY, Medicine.METHADONE})
_FLAG_STANDS = timedelta(hours=48)
_LABELLED = 0.02

Resource = dict[str, Any]


class HealthFeed:
    """The feed of a trust: a message for each happening that is told to others."""

    def __init__(self, society: Society) -> None:
        """Nothing sent yet."""
        self._society = society
        self._known = lru_cache(maxsize=8192)(self._made)
        self._kinds: dict[type, Callable[[Any], Resource | None]] = {
            HealthBooked: _booked,
            HealthEnded: _ended,
            CareFlagged: _flagged,
            CareUnflagged: _unflagged,
            DoseMissed: _dose,
            HealthTold: _told,
            EmergencyEnded: _emergency,
            PrescriptionReturned: _returned,
        }

    def message(self, one: Happening) -> Sent | None:
        """The message about a happening; None where the trust tells nobody."""
        made = self._kinds.get(type(one))
        if made is None or not isinstance(one, OfLife):
            return None
        resource = made(one)
        if resource is None:
            return None
        patient = self._patient(one)
        key = f"{resource['resourceType']}-{resource['id']}-{int(one.at.timestamp())}"
        bundle = {
            "resourceType": "Bundle",
            "id": key,
            "type": "collection",
            "timestamp": _instant(one.at),
            "entry": [
                {"fullUrl": f"{BASE}/{each['resourceType']}/{each['id']}", "resource": each}
                for each in (patient, resource)
            ],
        }
        content = json.dumps(bundle, ensure_ascii=False, separators=(",", ":")).encode()
        return Sent(
            at=one.at, content=content, media_type=MEDIA_TYPE, headers=(("X-Request-Id", key),), name=f"{key}.json"
        )

    def _patient(self, one: OfLife) -> Resource:
        known = self._known(one.life)
        return known | {"meta": known["meta"] | {"lastUpdated": _instant(one.at)}}

    def _made(self, number: int) -> Resource:
        life = self._society.lives.of(number)
        is_labelled = self._society.chance.stream("health label", number).random() < _LABELLED
        return {
            "resourceType": "Patient",
            "id": f"p{number}",
            "meta": {"security": [{"system": _CONFIDENTIAL, "code": "R"}]} if is_labelled else {},
            "identifier": [
                {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": nhs_number(number)},
                {"system": _PRISON_NUMBER, "value": nomis_number(number)},
            ],
            "name": [{"use": "official", "family": life.family, "given": list(life.given)}],
            "gender": "female" if life.sex == "F" else "male",
            "birthDate": life.born.isoformat(),
        }


def _encounter(life: int, identifier: str, at: datetime, **more: object) -> Resource:
    return {
        "resourceType": "Encounter",
        "id": identifier,
        "meta": {"lastUpdated": _instant(at)},
        "subject": {"reference": f"{BASE}/Patient/p{life}"},
        **more,
    }


def _visit(one: HealthBooked | HealthEnded, *, status: str, **more: object) -> Resource:
    return _encounter(
        one.life,
        f"a{one.appointment}",
        one.at,
        status=status,
        **{"class": {"system": _ACT, "code": "AMB"}},
        serviceType={"coding": [{"system": _SERVICES, "code": one.service.value}]},
        **more,
    )


def _booked(one: HealthBooked) -> Resource:
    length = timedelta(minutes=45 if one.service is Service.HOSPITAL else 15)
    period = {"start": _instant(one.starts), "end": _instant(one.starts + length)}
    return _visit(one, status="planned", period=period)


def _ended(one: HealthEnded) -> Resource:
    if one.came is Came.DONE:
        return _visit(one, status="finished", period={"start": _instant(one.starts), "end": _instant(one.at)})
    outcome = {"coding": [{"system": _OUTCOMES, "code": "DNA" if one.came is Came.MISSED else "CANCELLED"}]}
    return _visit(one, status="cancelled", type=[outcome], period={"start": _instant(one.starts)})


def _flag(life: int, identifier: str, *, at: datetime, instruction: Instruction, **more: object) -> Resource:
    return {
        "resourceType": "Flag",
        "id": identifier,
        "meta": {"lastUpdated": _instant(at)},
        "category": [{"coding": [{"system": _FLAG_CATEGORY, "code": "safety"}]}],
        "code": {"coding": [{"system": _INSTRUCTIONS, "code": instruction.value}]},
        "subject": {"reference": f"{BASE}/Patient/p{life}"},
        **more,
    }


def _flagged(one: CareFlagged) -> Resource:
    period = {"start": _instant(one.at)}
    flag = _flag(one.life, f"f{one.flag}", at=one.at, instruction=one.instruction, status="active", period=period)
    return _with_words(flag, one.words)


def _told(one: HealthTold) -> Resource:
    period = {"start": _instant(one.at), "end": _instant(one.at + _FLAG_STANDS)}
    instruction = Instruction.ASK_HEALTHCARE
    flag = _flag(one.life, f"t{one.told}", at=one.at, instruction=instruction, status="active", period=period)
    return _with_words(flag, one.words)


def _with_words(flag: Resource, words: str) -> Resource:
    return flag | {"code": flag["code"] | {"text": words}} if words else flag


def _unflagged(one: CareUnflagged) -> Resource:
    period = {"start": _instant(one.since), "end": _instant(one.at)}
    return _flag(one.life, f"f{one.flag}", at=one.at, instruction=one.instruction, status="inactive", period=period)


def _dose(one: DoseMissed) -> Resource | None:
    if one.in_a_row < 3 and one.medicine not in _CRITICAL:
        return None
    period = {"start": _instant(one.at), "end": _instant(one.at + _FLAG_STANDS)}
    return _flag(
        one.life, f"d{one.dose}", at=one.at, instruction=Instruction.ASK_HEALTHCARE, status="active", period=period
    )


def _emergency(one: EmergencyEnded) -> Resource:
    code = "aadvice" if one.left_before_seen else "home"
    return _encounter(
        one.life,
        f"e{one.visit}",
        one.at,
        status="finished",
        **{"class": {"system": _ACT, "code": "EMER"}},
        period={"start": _instant(one.arrived), "end": _instant(one.at)},
        hospitalization={"dischargeDisposition": {"coding": [{"system": _DISPOSITION, "code": code}]}},
        serviceProvider={"reference": f"{BASE}/Organization/{one.hospital}"},
    )


def _returned(one: PrescriptionReturned) -> Resource:
    """A prescription that the pharmacy sent back: of a type that most readers of a feed like this one do not take."""
    return {
        "resourceType": "MedicationRequest",
        "id": f"m{one.prescription}",
        "meta": {"lastUpdated": _instant(one.at)},
        "status": "cancelled",
        "intent": "order",
        "statusReason": {"text": one.why},
        "medicationCodeableConcept": {"text": one.medicine.value},
        "subject": {"reference": f"{BASE}/Patient/p{one.life}"},
        "authoredOn": _instant(one.at),
    }


def _instant(at: datetime) -> str:
    return at.astimezone(ZONE).isoformat(timespec="seconds")
