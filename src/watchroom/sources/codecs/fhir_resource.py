"""A FHIR resource on its way to its rows: what makes it unsafe to take, and what each type has of its own."""

from collections.abc import Callable, Iterator, Mapping
from typing import cast

from watchroom.sources.codecs.contract import Realness, Verb
from watchroom.sources.codecs.fhir_row import (
    Owner,
    Resolve,
    add_coding,
    add_reference,
    choice,
    codings,
    concepts,
    first_code,
    of_people,
    period,
    references,
    several,
)
from watchroom.sources.codecs.fhir_words import ENTERED_IN_ERROR, SHAPES, Shape
from watchroom.sources.codecs.geometry import Shapes
from watchroom.sources.codecs.instants import instant, partial_date
from watchroom.sources.codecs.json_text import Members, as_json
from watchroom.sources.codecs.part import Part
from watchroom.sources.faults import FaultCode

_MODIFIERS = ("modifierExtension", "implicitRules")
# A security label by which a system says that nobody of flesh and blood is meant.
_TEST_LABEL = "HTEST"


class Taker:
    """Takes the resources of one message."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._own: Mapping[str, Callable[[Part, Owner], dict[str, str | None]]] = {
            "Patient": _patient,
            "Encounter": _encounter,
            "CarePlan": _care_plan,
            "Consent": _consent,
            "Location": self._location,
        }

    def take(self, resource: Part, *, key: str, full_url: str | None, resolve: Resolve) -> None:
        """The rows of a resource of a type that is taken; a fault and none, where it is not safe to."""
        kind = resource.text("resourceType") or ""
        shape = SHAPES[kind]
        resource.ignore("text", "language", *shape.unkept)
        meta = resource.part("meta")
        labels = _labels(meta)
        is_test = any(label.endswith(f"|{_TEST_LABEL}") for label in labels)
        owner = Owner(
            key=key,
            resolve=resolve,
            verb=_verb(resource),
            realness=Realness.TEST if is_test else Realness.ACTUAL,
            handling=", ".join(labels) or None,
        )
        common = {
            "ID": resource.text("id"),
            "FULL_URL": full_url,
            "VERSION_ID": meta.text("versionId"),
            "LAST_UPDATED": instant(meta, "lastUpdated"),
        }
        if not _is_safe(resource, shape):
            return
        values = common | _values(resource, shape)
        # The resource itself comes before the rows that belong to it, and is not taken twice with one key.
        own = _Later(resource, owner)
        if owner.add(resource, shape.table, own.with_values(values), key=key):
            own.fill(self._own.get(kind))
            concepts(resource, owner, *shape.concepts)
            references(resource, owner, *shape.references)
            of_people(resource, owner, *shape.people)

    def _location(self, resource: Part, _owner: Owner) -> dict[str, str | None]:
        status = resource.part("operationalStatus")
        status.ignore("system", "display")
        values = {"ALIASES": several(resource, "alias"), "OPERATIONAL_STATUS": status.text("code")}
        position = resource.part("position")
        if position.is_empty:
            return values
        height = [position.value("altitude")] if position.has("altitude") else []
        coordinates = [position.value("longitude"), position.value("latitude"), *height]
        point = Members([("type", "Point"), ("coordinates", coordinates)])
        return {**values, "GEOMETRY": self._shapes.checked(point, place=position.place)}


class _Later:
    """Columns that a type has of its own, which are read once it is known that the resource is taken."""

    def __init__(self, resource: Part, owner: Owner) -> None:
        self._resource, self._owner = resource, owner
        self._values: dict[str, str | None] = {}

    def with_values(self, values: Mapping[str, str | None]) -> dict[str, str | None]:
        """The dictionary that the row holds."""
        self._values.update(values)
        return self._values

    def fill(self, read: Callable[[Part, Owner], dict[str, str | None]] | None) -> None:
        """Read them."""
        if read is not None:
            self._values.update(read(self._resource, self._owner))


def _is_safe(resource: Part, shape: Shape) -> bool:
    """Whether it says nothing that changes its meaning in a way that is not understood, and all that it has to."""
    for place in _modified(resource):
        message = "the element changes the meaning of the resource and is not understood; the resource was left out"
        resource.reading.fault(FaultCode.ELEMENT_NOT_UNDERSTOOD, message, place=place)
        return False
    missing = [name for name in shape.needed if not resource.has(name)]
    for name in missing:
        resource.fault(FaultCode.ELEMENT_MISSING, "the resource needs it and was left out", name=name)
    status = resource.text("status") if "status" in shape.texts else None
    if status is not None and status not in shape.statuses:
        message = "the status is none of FHIR R4, so nobody knows whether it holds; the resource was left out"
        resource.fault(FaultCode.ELEMENT_NOT_UNDERSTOOD, message, name="status")
        return False
    return not missing


def _modified(resource: Part) -> Iterator[str]:
    """Places of what changes the meaning of the resource."""
    for name in _MODIFIERS:
        if resource.has(name):
            yield resource.at(name)
    for name in resource.names:
        if name not in ("contained", *_MODIFIERS):
            yield from _modified_within(resource.peek(name), resource.at(name))


def _modified_within(value: object, place: str) -> Iterator[str]:
    if isinstance(value, Members):
        if value.get("modifierExtension") is not None:
            yield f"{place}.modifierExtension"
        for one in value.values():
            yield from _modified_within(one, place)
    elif isinstance(value, list):
        for one in cast("list[object]", value):
            yield from _modified_within(one, place)


def _verb(resource: Part) -> Verb:
    codes = [resource.peek("status")]
    verification = resource.peek("verificationStatus")
    if isinstance(verification, Members) and isinstance(verification.get("coding"), list):
        coded = cast("list[object]", verification["coding"])
        codes += [one.get("code") for one in coded if isinstance(one, Members)]
    return Verb.WITHDRAW if ENTERED_IN_ERROR in codes else Verb.UPSERT


def _labels(meta: Part) -> list[str]:
    meta.ignore("profile", "source")
    labels: list[str] = []
    for label in meta.parts("security"):
        label.ignore("display", "version", "userSelected")
        labels.append("|".join(text for text in (label.text("system"), label.text("code")) if text))
    return [label for label in labels if label]


def _values(resource: Part, shape: Shape) -> dict[str, str | None]:
    values = {column: resource.text(name) for name, column in shape.texts.items()}
    values |= {column: partial_date(resource, name) for name, column in shape.dates.items()}
    for name, column in shape.choices.items():
        values |= choice(resource, name, column)
    return values | (period(resource) if shape.has_period else {})


def _patient(resource: Part, owner: Owner) -> dict[str, str | None]:
    for number, link in enumerate(resource.parts("link"), start=1):
        add_reference(link.part("other"), owner, path=f"link.{link.text('type') or ''}", number=number)
    for number, one in enumerate(resource.parts("communication"), start=1):
        # That the patient prefers a language is the order in which they are told.
        one.ignore("preferred")
        for count, spoken in enumerate(one.part("language").parts("coding"), start=1):
            add_coding(spoken, owner, path="communication.language", numbers=(number, count))
    for number, contact in enumerate(resource.parts("contact"), start=1):
        values = {"GENDER": contact.text("gender"), **period(contact)}
        below = owner.at(owner.below(contact, "PATIENT_CONTACT", values, path="contact", numbers=(number,)))
        concepts(contact, below, "relationship")
        references(contact, below, "organization")
        of_people(contact, below, "name", "address", "telecom")
    return {}


def _encounter(resource: Part, owner: Owner) -> dict[str, str | None]:
    for number, one in enumerate(resource.parts("location"), start=1):
        values = {"STATUS": one.text("status"), **period(one)}
        below = owner.at(owner.below(one, "ENCOUNTER_LOCATION", values, path="location", numbers=(number,)))
        references(one, below, "location")
        concepts(one, below, "physicalType")
    for number, one in enumerate(resource.parts("participant"), start=1):
        add_reference(one.part("individual"), owner, path="participant.individual", number=number)
    stay = resource.part("hospitalization")
    concepts(stay, owner, "admitSource", "dischargeDisposition")
    references(stay, owner, "origin", "destination")
    given = resource.part("class")
    given.ignore("display", "version", "userSelected")
    return {"CLASS": given.text("code"), "CLASS_SYSTEM": given.text("system")}


def _care_plan(resource: Part, owner: Owner) -> dict[str, str | None]:
    for number, activity in enumerate(resource.parts("activity"), start=1):
        detail = activity.part("detail")
        values = {
            "KIND": detail.text("kind"),
            "STATUS": detail.text("status"),
            "DO_NOT_PERFORM": detail.text("doNotPerform"),
            "DESCRIPTION": detail.text("description"),
            **choice(detail, "scheduled", "SCHEDULED"),
        }
        below = owner.at(owner.below(activity, "CARE_PLAN_ACTIVITY", values, path="activity", numbers=(number,)))
        concepts(detail, below, "code", "reasonCode", "statusReason")
        references(detail, below, "location", "performer", "goal", "reasonReference")
        references(activity, below, "reference", "outcomeReference")
        concepts(activity, below, "outcomeCodeableConcept")
    return {}


def _consent(resource: Part, owner: Owner) -> dict[str, str | None]:
    _provisions(resource, owner, consent=owner.key)
    uris: list[str] = []
    for policy in resource.parts("policy"):
        uris += [text for text in (policy.text("uri"), policy.text("authority")) if text]
    return {"POLICIES": as_json(uris) if uris else None}


def _provisions(part: Part, owner: Owner, *, consent: str) -> None:
    for number, provision in enumerate(part.parts("provision"), start=1):
        values = {
            "CONSENT_KEY": consent,
            "TYPE": provision.text("type"),
            **period(provision),
            **period(provision, "dataPeriod", "DATA_PERIOD"),
        }
        below = owner.at(owner.below(provision, "CONSENT_PROVISION", values, path="provision", numbers=(number,)))
        concepts(provision, below, "action", "code")
        codings(provision, below, "securityLabel", "purpose", "class")
        for count, actor in enumerate(provision.parts("actor"), start=1):
            role = first_code(actor, "role") or ""
            add_reference(actor.part("reference"), below, path=f"actor.{role}", number=count)
        for count, data in enumerate(provision.parts("data"), start=1):
            add_reference(data.part("reference"), below, path=f"data.{data.text('meaning') or ''}", number=count)
        _provisions(provision, below, consent=consent)
