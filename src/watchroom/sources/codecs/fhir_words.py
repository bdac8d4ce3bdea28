"""The words of the FHIR R4 subset: which elements of which resources are taken, into which tables and columns.

Source: FHIR R4 (4.0.1), resource definitions and the required value sets of their status elements.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from watchroom.sources.codecs.contract import Table

ENTERED_IN_ERROR = "entered-in-error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a resource is taken.

    Attributes:
        table: its table.
        texts: single values, element to column.
        dates: the same, of dates that may be partial.
        choices: elements of several types by the beginning of their name, to column; `_KIND` beside it says which.
        has_period: it has a `period`.
        concepts: elements with codes; they go to `FHIR_CODING`.
        references: elements that point to others; they go to `FHIR_REFERENCE`.
        people: of `identifier`, `name`, `address` and `telecom`, those that it has.
        needed: without one of these it is left out.
        statuses: the values that `status` may have; empty: it has none that matters.
        unkept: elements that are understood and never kept.
    """

    table: str
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    dates: Mapping[str, str] = field(default_factory=dict[str, str])
    choices: Mapping[str, str] = field(default_factory=dict[str, str])
    has_period: bool = False
    concepts: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    people: tuple[str, ...] = ("identifier",)
    needed: tuple[str, ...] = ()
    statuses: frozenset[str] = frozenset()
    unkept: tuple[str, ...] = ()

    @property
    def columns(self) -> dict[str, str]:
        """Columns of its table but those that every resource has."""
        found = {column: f"`{name}`" for name, column in {**self.texts, **self.dates}.items()}
        for name, column in self.choices.items():
            found[column] = f"`{name}[x]`, JSON text where it is no single value"
            found[f"{column}_KIND"] = f"which of the types of `{name}[x]` it is"
        if self.has_period:
            found |= {"PERIOD_START": "`period.start`", "PERIOD_END": "`period.end`"}
        return found


_STATUS = {"status": "STATUS"}
_PERSON = ("identifier", "name", "address", "telecom")

SHAPES: Mapping[str, Shape] = {
    "Patient": Shape(
        table="PATIENT",
        texts={"active": "ACTIVE", "gender": "GENDER"},
        dates={"birthDate": "BIRTH_DATE"},
        choices={"deceased": "DECEASED"},
        concepts=("maritalStatus",),
        references=("generalPractitioner", "managingOrganization"),
        people=_PERSON,
        unkept=("photo",),
    ),
    "RelatedPerson": Shape(
        table="RELATED_PERSON",
        texts={"active": "ACTIVE", "gender": "GENDER"},
        dates={"birthDate": "BIRTH_DATE"},
        has_period=True,
        concepts=("relationship",),
        references=("patient",),
        people=_PERSON,
        needed=("patient",),
        unkept=("photo",),
    ),
    "Encounter": Shape(
        table="ENCOUNTER",
        texts=_STATUS,
        has_period=True,
        concepts=("type", "serviceType", "priority", "reasonCode"),
        references=(
            "subject",
            "episodeOfCare",
            "basedOn",
            "appointment",
            "reasonReference",
            "serviceProvider",
            "partOf",
        ),
        needed=("status", "class"),
        statuses=frozenset(
            {
                *("planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled"),
                *(ENTERED_IN_ERROR, "unknown"),
            }
        ),
    ),
    "Flag": Shape(
        table="FLAG",
        texts=_STATUS,
        has_period=True,
        concepts=("category", "code"),
        references=("subject", "encounter", "author"),
        needed=("status", "code", "subject"),
        statuses=frozenset({"active", "inactive", ENTERED_IN_ERROR}),
    ),
    "Condition": Shape(
        table="CONDITION",
        dates={"recordedDate": "RECORDED_DATE"},
        choices={"onset": "ONSET", "abatement": "ABATEMENT"},
        concepts=("clinicalStatus", "verificationStatus", "category", "severity", "code", "bodySite"),
        references=("subject", "encounter", "recorder", "asserter"),
        needed=("subject",),
        unkept=("note",),
    ),
    "CarePlan": Shape(
        table="CARE_PLAN",
        texts={**_STATUS, "intent": "INTENT", "title": "TITLE", "description": "DESCRIPTION"},
        dates={"created": "CREATED"},
        has_period=True,
        concepts=("category",),
        references=(
            *("subject", "encounter", "author", "contributor", "careTeam", "addresses", "goal", "basedOn", "replaces"),
            "partOf",
        ),
        needed=("status", "intent", "subject"),
        statuses=frozenset({"draft", "active", "on-hold", "revoked", "completed", ENTERED_IN_ERROR, "unknown"}),
        unkept=("note",),
    ),
    "Consent": Shape(
        table="CONSENT",
        texts=_STATUS,
        dates={"dateTime": "DATE_TIME"},
        concepts=("scope", "category", "policyRule"),
        references=("patient", "performer", "organization", "sourceReference"),
        needed=("status", "scope", "category"),
        statuses=frozenset({"draft", "proposed", "active", "rejected", "inactive", ENTERED_IN_ERROR}),
        unkept=("sourceAttachment",),
    ),
    "Location": Shape(
        table="LOCATION",
        texts={**_STATUS, "name": "NAME", "mode": "MODE", "description": "DESCRIPTION"},
        concepts=("type", "physicalType"),
        references=("managingOrganization", "partOf"),
        people=("identifier", "address", "telecom"),
        statuses=frozenset({"active", "suspended", "inactive"}),
    ),
}

COMMON: Mapping[str, str] = {
    "ID": "`id`",
    "FULL_URL": "`fullUrl` of its entry in a bundle",
    "VERSION_ID": "`meta.versionId`",
    "LAST_UPDATED": "`meta.lastUpdated`",
}
_MORE: Mapping[str, Mapping[str, str]] = {
    "PATIENT": {},
    "ENCOUNTER": {"CLASS": "`class.code`", "CLASS_SYSTEM": "`class.system`"},
    "CONSENT": {"POLICIES": "`policy.uri`, a JSON list"},
    "LOCATION": {
        "ALIASES": "`alias`, a JSON list",
        "GEOMETRY": "`position` as GeoJSON text, longitude first",
        "OPERATIONAL_STATUS": "`operationalStatus.code`",
    },
}
_ROWS = {
    "PATIENT": "a patient",
    "RELATED_PERSON": "somebody related to a patient",
    "ENCOUNTER": "a stay or visit of a patient",
    "FLAG": "a warning about somebody or something",
    "CONDITION": "a condition of a patient, by its codes",
    "CARE_PLAN": "a plan of care",
    "CONSENT": "a consent of a patient",
    "LOCATION": "a place",
}
_OF = {
    "RESOURCE_KEY": "`OBJECT_KEY` of the row that it belongs to",
    "PATH": "the element",
    "NUMBER": "its place among those of the element, from 1",
}
_PERIOD = {"PERIOD_START": "`period.start`", "PERIOD_END": "`period.end`"}

TABLES: Mapping[str, Table] = {
    **{
        shape.table: Table(row=_ROWS[shape.table], columns={**COMMON, **shape.columns, **_MORE.get(shape.table, {})})
        for shape in SHAPES.values()
    },
    "PATIENT_CONTACT": Table(
        row="a `contact` of a patient; names, addresses and telephones are rows of their own",
        columns={**_OF, "GENDER": "`gender`", **_PERIOD},
    ),
    "ENCOUNTER_LOCATION": Table(
        row="a place of a stay; which one is in `FHIR_REFERENCE`",
        columns={**_OF, "STATUS": "`status`", **_PERIOD},
    ),
    "CARE_PLAN_ACTIVITY": Table(
        row="an `activity` of a plan",
        columns={
            **_OF,
            "KIND": "`detail.kind`",
            "STATUS": "`detail.status`",
            "DO_NOT_PERFORM": "`detail.doNotPerform`: it must not be done",
            "DESCRIPTION": "`detail.description`",
            "SCHEDULED": "`detail.scheduled[x]`, JSON text where it is no single value",
            "SCHEDULED_KIND": "which of the types of `detail.scheduled[x]` it is",
        },
    ),
    "CONSENT_PROVISION": Table(
        row="a `provision` of a consent, or one within another, which it narrows or excepts from",
        columns={
            **_OF,
            "CONSENT_KEY": "`OBJECT_KEY` of the consent",
            "TYPE": "`type`: `permit` or `deny`",
            **_PERIOD,
            "DATA_PERIOD_START": "`dataPeriod.start`",
            "DATA_PERIOD_END": "`dataPeriod.end`",
        },
    ),
    "FHIR_IDENTIFIER": Table(
        row="an identifier",
        columns={
            **_OF,
            "USE": "`use`",
            "SYSTEM": "`system`",
            "VALUE": "`value`",
            "TYPE": "first code of `type`",
            **_PERIOD,
        },
    ),
    "FHIR_NAME": Table(
        row="a name",
        columns={
            **_OF,
            "USE": "`use`",
            "TEXT": "`text`",
            "FAMILY": "`family`",
            "GIVEN": "`given`, a JSON list",
            "PREFIX": "`prefix`, a JSON list",
            "SUFFIX": "`suffix`, a JSON list",
            **_PERIOD,
        },
    ),
    "FHIR_ADDRESS": Table(
        row="an address",
        columns={
            **_OF,
            **{name: f"`{name.lower()}`" for name in ("USE", "TYPE", "TEXT", "CITY", "DISTRICT", "STATE", "COUNTRY")},
            "LINE": "`line`, a JSON list",
            "POSTAL_CODE": "`postalCode`",
            **_PERIOD,
        },
    ),
    "FHIR_TELECOM": Table(
        row="a telephone number or the like",
        columns={**_OF, **{name: f"`{name.lower()}`" for name in ("SYSTEM", "VALUE", "USE", "RANK")}, **_PERIOD},
    ),
    "FHIR_CODING": Table(
        row="a code, or the words of a concept that has none",
        columns={
            **_OF,
            "SYSTEM": "`coding.system`",
            "VERSION": "`coding.version`",
            "CODE": "`coding.code`",
            "DISPLAY": "`coding.display`",
            "TEXT": "`text` of the concept",
        },
    ),
    "FHIR_REFERENCE": Table(
        row="a reference to another resource",
        columns={
            **_OF,
            "TARGET": "`OBJECT_KEY` of what it points to, or what was written where the message does not hold it",
            "REFERENCE": "`reference`",
            "TYPE": "`type`",
            "IDENTIFIER_SYSTEM": "`identifier.system`",
            "IDENTIFIER_VALUE": "`identifier.value`",
        },
    ),
}
