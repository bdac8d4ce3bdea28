"""How NOMIS writes: instants and days, each table's own way; headers and codes as its published extract has them."""

import csv
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files

from watchroom.demo.world.county_time import ZONE
from watchroom.demo.writers.table import Table

# The columns that make a row, of the tables that are written.
KEYS: Mapping[str, tuple[str, ...]] = {
    "ADDRESSES": ("ADDRESS_ID",),
    "AGENCY_INCIDENTS": ("AGENCY_INCIDENT_ID",),
    "AGENCY_INCIDENT_PARTIES": ("AGENCY_INCIDENT_ID", "PARTY_SEQ"),
    "AGENCY_INTERNAL_LOCATIONS": ("INTERNAL_LOCATION_ID",),
    "AGENCY_LOCATIONS": ("AGY_LOC_ID",),
    "BED_ASSIGNMENT_HISTORIES": ("OFFENDER_BOOK_ID", "BED_ASSIGN_SEQ"),
    "COURT_EVENTS": ("EVENT_ID",),
    "IEP_LEVELS": ("IEP_LEVEL", "AGY_LOC_ID"),
    "INCIDENT_CASES": ("INCIDENT_CASE_ID",),
    "INCIDENT_CASE_PARTIES": ("INCIDENT_CASE_ID", "PARTY_SEQ"),
    "OFFENDERS": ("OFFENDER_ID",),
    "OFFENDER_ALERTS": ("OFFENDER_BOOK_ID", "ALERT_SEQ"),
    "OFFENDER_ASSESSMENTS": ("OFFENDER_BOOK_ID", "ASSESSMENT_SEQ"),
    "OFFENDER_BOOKINGS": ("OFFENDER_BOOK_ID",),
    "OFFENDER_CASE_NOTES": ("CASE_NOTE_ID",),
    "OFFENDER_CSIP_FACTORS": ("CSIP_FACTOR_ID",),
    "OFFENDER_CSIP_PLANS": ("PLAN_ID",),
    "OFFENDER_CSIP_REPORTS": ("CSIP_ID",),
    "OFFENDER_CSIP_REVIEWS": ("REVIEW_ID",),
    "OFFENDER_EXTERNAL_MOVEMENTS": ("OFFENDER_BOOK_ID", "MOVEMENT_SEQ"),
    "OFFENDER_HEALTH_PROBLEMS": ("OFFENDER_HEALTH_PROBLEM_ID",),
    "OFFENDER_IDENTIFIERS": ("OFFENDER_ID", "OFFENDER_ID_SEQ"),
    "OFFENDER_IEP_LEVELS": ("OFFENDER_BOOK_ID", "IEP_LEVEL_SEQ"),
    "OFFENDER_IMPRISON_STATUSES": ("OFFENDER_BOOK_ID", "IMPRISON_STATUS_SEQ"),
    "OFFENDER_IND_SCHEDULES": ("EVENT_ID",),
    "OFFENDER_KEY_WORKERS": ("OFFENDER_BOOK_ID", "OFFICER_ID", "ASSIGNED_TIME"),
    "OFFENDER_LANGUAGES": ("OFFENDER_BOOK_ID", "LANGUAGE_TYPE", "LANGUAGE_CODE"),
    "OFFENDER_MEDICAL_TREATMENTS": ("OFFENDER_MEDICAL_TREATMENT_ID",),
    "OFFENDER_NA_DETAILS": ("OFFENDER_ID", "NS_OFFENDER_ID", "TYPE_SEQ"),
    "OFFENDER_NON_ASSOCIATIONS": ("OFFENDER_ID", "NS_OFFENDER_ID"),
    "OFFENDER_PROFILE_DETAILS": ("OFFENDER_BOOK_ID", "PROFILE_SEQ", "PROFILE_TYPE"),
    "OFFENDER_RELEASE_DETAILS": ("OFFENDER_BOOK_ID",),
    "OFFENDER_SENT_CALCULATIONS": ("OFFENDER_SENT_CALCULATION_ID",),
    "OFFENDER_VISITS": ("OFFENDER_VISIT_ID",),
    "OFFENDER_VISIT_ORDERS": ("OFFENDER_VISIT_ORDER_ID",),
    "OIC_HEARINGS": ("OIC_HEARING_ID",),
    "OIC_HEARING_RESULTS": ("OIC_HEARING_ID", "RESULT_SEQ"),
    "STAFF_MEMBERS": ("STAFF_ID",),
}

# Tables of codes, which are copied as they are.
COPIED = (
    *("AREAS", "ASSESSMENTS", "ASSESSMENT_SUPERVISIONS", "CONTACT_PERSON_TYPES", "IMPRISONMENT_STATUSES"),
    *("INCIDENT_STATUSES", "INTERNAL_SCHEDULE_REASONS", "LOCAL_ADMIN_AUTHORITIES", "MOVEMENT_REASONS", "OFFENCES"),
    *("OFFENCE_INDICATORS", "OFFENCE_RESULT_CODES", "OIC_OFFENCES", "PAYABLE_ATTENDANCE_OUTCOMES", "PROFILE_CODES"),
    *("PROFILE_TYPES", "PROGRAM_SERVICES", "QUESTIONNAIRES", "QUESTIONNAIRE_ANSWERS", "QUESTIONNAIRE_QUESTIONS"),
    *("QUESTIONNAIRE_ROLES", "REFERENCE_CODES", "REFERENCE_DOMAINS", "REHABILITATION_PROVIDERS"),
    *("SENTENCE_CALC_TYPES", "STATUTES", "TRANSACTION_TYPES"),
)

_EXTRACT = files("watchroom.demo").joinpath("nomis_extract")
# The published extract lacks these two; their columns are those of the source system.
_NOT_IN_EXTRACT = {
    "OFFENDER_NON_ASSOCIATIONS": (
        *("OFFENDER_ID", "NS_OFFENDER_ID", "OFFENDER_BOOK_ID", "NS_OFFENDER_BOOK_ID", "NS_REASON_CODE"),
        *("NS_LEVEL_CODE", "RECIP_NS_REASON_CODE"),
    ),
    "OFFENDER_NA_DETAILS": (
        *("OFFENDER_ID", "NS_OFFENDER_ID", "TYPE_SEQ", "OFFENDER_BOOK_ID", "NS_OFFENDER_BOOK_ID", "NS_REASON_CODE"),
        *("NS_LEVEL_CODE", "NS_TYPE", "NS_EFFECTIVE_DATE", "NS_EXPIRY_DATE", "AUTHORIZED_STAFF", "COMMENT_TEXT"),
        "RECIP_NS_REASON_CODE",
    ),
}


def tables() -> dict[str, Table]:
    """Every table that is written, empty."""
    return {name: Table(name, _header(name), key) for name, key in KEYS.items()}


def _header(name: str) -> tuple[str, ...]:
    given = _NOT_IN_EXTRACT.get(name)
    if given is not None:
        return given
    first = _EXTRACT.joinpath(f"{name}.csv").read_text(encoding="utf-8").split("\n", 1)[0]
    return tuple(first.strip().split(","))


def copied_text(name: str) -> str:
    """A table of codes, as it is."""
    return _EXTRACT.joinpath(f"{name}.csv").read_text(encoding="utf-8")


@cache
def code_of(table: str, domain: str) -> Mapping[str, str]:
    """The codes of a domain by their words, as `PROFILE_CODES` or `REFERENCE_CODES` has them; the first of two."""
    kind, code = ("PROFILE_TYPE", "PROFILE_CODE") if table == "PROFILE_CODES" else ("DOMAIN", "CODE")
    found: dict[str, str] = {}
    for row in csv.DictReader(copied_text(table).splitlines()):
        if row[kind] == domain and row["ACTIVE_FLAG"] == "Y":
            found.setdefault(row["DESCRIPTION"], row[code])
    return found


@cache
def alert_types() -> Mapping[str, str]:
    """The type of each code of an alert."""
    rows = csv.DictReader(copied_text("REFERENCE_CODES").splitlines())
    return {row["CODE"]: row["PARENT_CODE"] for row in rows if row["DOMAIN"] == "ALERT_CODE"}


def stamp(instant: datetime) -> str:
    """An instant by the county's clocks, such as `2026-07-24 08:00:00`."""
    return instant.astimezone(ZONE).replace(tzinfo=None, microsecond=0).isoformat(" ")


def day(instant: datetime) -> str:
    """The day of an instant, such as `2026-07-24`."""
    return instant.astimezone(ZONE).date().isoformat()


def whole_day(instant: datetime) -> str:
    """The day of an instant as an instant without a time of day, such as `2026-07-24 00:00:00`."""
    return f"{day(instant)} 00:00:00"


def backwards(on: date) -> str:
    """A day as some tables write it, such as `24-07-2026`."""
    return f"{on.day:02d}-{on.month:02d}-{on.year:04d}"


def backwards_stamp(instant: datetime) -> str:
    """An instant as some tables write it, such as `24-07-2026 08:00:00`."""
    local = instant.astimezone(ZONE)
    return f"{backwards(local.date())} {local:%H:%M:%S}"


def local_day(instant: datetime) -> date:
    """The day of an instant by the county's clocks."""
    return instant.astimezone(ZONE).date()
