"""Lists, staff and teams of Delius, which stand before anybody is supervised."""

from collections.abc import Mapping

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.names import BACKGROUNDS
from watchroom.demo.world.partners.caseload import TEAMS_OF_AREA, officers_of, team_of
from watchroom.demo.world.partners.society import Area
from watchroom.demo.writers import delius_words as words
from watchroom.demo.writers.table import Table

_BASE = 2_500_000_000
_TEAMS = ("Orrinmouth A", "Orrinmouth B", "Hesk and Skarwell", "Pellmarsh and Tarnholm")
_SINCE = "2014-05-29 00:00:00"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_LISTS = {
    **{number: (code, "") for code, number in words.SEXES.items()},
    **{number: (code, "") for code, number in words.ETHNICITIES.items()},
    700: ("BRIT", "British"),
    701: ("POLE", "Polish"),
    702: ("ALBA", "Albanian"),
    703: ("ROMA", "Romanian"),
    **{number: (f"M{level}", f"MAPPA Level {level}") for level, number in words.MAPPA_LEVELS.items()},
    **{number: (f"M{category}", f"MAPPA Cat {category}") for category, number in words.MAPPA_CATEGORIES.items()},
    words.ADDRESS: ("A01C", "Rental accommodation - private rental"),
    words.WITH_FAMILY: ("A07B", "Friends/Family (settled)"),
    words.ROUGH: ("A08A", "Homeless - Rough Sleeping"),
    words.PREMISES: ("A02", "Approved Premises"),
    2500070: ("PO", "Probation Officer"),
    2500071: ("PSO", "Probation Service Officer"),
    2500072: ("SPO", "Senior Probation Officer"),
}


def user_of(officer: int) -> int:
    """The account of an officer."""
    return _BASE + 90_000 + officer


def area_code(area: Area) -> str:
    """The code of the service of a county."""
    return "ORR" if area.number == 0 else f"O{_LETTERS[area.number // 10]}{area.number % 10}"


def put_lists(tables: Mapping[str, Table]) -> None:
    """Enter the reference lists."""
    for number, (code, text) in _LISTS.items():
        tables["R_STANDARD_REFERENCE_LIST"].put(
            STANDARD_REFERENCE_LIST_ID=number,
            CODE_VALUE=code,
            CODE_DESCRIPTION=text or code,
            SELECTABLE="Y",
            ROW_VERSION=1,
        )
    for number, code, text in (*words.CONTACT_TYPES.values(), words.RECALL_TYPE):
        tables["R_CONTACT_TYPE"].put(
            CONTACT_TYPE_ID=number,
            CODE=code,
            DESCRIPTION=text,
            SELECTABLE="Y",
            NATIONAL_STANDARDS_CONTACT="Y",
            ATTENDANCE_CONTACT="N" if (number, code, text) == words.RECALL_TYPE else "Y",
            SENSITIVE_CONTACT="N",
            ROW_VERSION=1,
        )
    for number, code, text in words.ACTIONS.values():
        tables["R_ENFORCEMENT_ACTION"].put(
            ENFORCEMENT_ACTION_ID=number, CODE=code, DESCRIPTION=text, SELECTABLE="Y", ROW_VERSION=0
        )


def put_staff(tables: Mapping[str, Table], area: Area, chance: Chance) -> None:
    """Enter the service of a county, its teams and officers, and their accounts."""
    code = area_code(area)
    tables["PROBATION_AREA"].put(
        PROBATION_AREA_ID=_BASE + area.number,
        CODE=code,
        DESCRIPTION="Orrinshire" if area.number == 0 else f"Orrinshire {area.number + 1}",
        SELECTABLE="Y",
        ROW_VERSION=22,
        CREATED_DATETIME=_SINCE,
        START_DATE=_SINCE,
        PRIVATE=0,
    )
    for place, name in enumerate(_TEAMS):
        team = area.number * TEAMS_OF_AREA + place
        tables["TEAM"].put(
            TEAM_ID=_BASE + team,
            CODE=f"{code}T{place:02d}",
            DESCRIPTION=name,
            TELEPHONE=f"01632 960{100 + team % 900:03d}",
            UNPAID_WORK_TEAM="N",
            ROW_VERSION=5,
            START_DATE=_SINCE,
            CREATED_DATETIME=_SINCE,
            PROBATION_AREA_ID=_BASE + area.number,
            PRIVATE=0,
        )
    for place in range(officers_of(area.number)):
        _put_officer(tables, area, place=place, chance=chance)


def _put_officer(tables: Mapping[str, Table], area: Area, *, place: int, chance: Chance) -> None:
    officer = area.number * officers_of(0) + place
    stream = chance.stream("probation officer", officer)
    background = stream.choices(BACKGROUNDS, [one.share for one in BACKGROUNDS])[0]
    forename = stream.choice(background.women if stream.random() < 0.72 else background.men)
    # Who is called after their fathers has no family name.
    surname = stream.choice(background.families or background.men)
    tables["STAFF"].put(
        STAFF_ID=_BASE + officer,
        START_DATE="01-JAN-18" if place % 3 else _SINCE,
        SURNAME=surname,
        FORENAME=forename,
        STAFF_GRADE_ID=2500072 if place < TEAMS_OF_AREA else stream.choice((2500070, 2500071)),
        OFFICER_CODE=f"{area_code(area)}A{place:03d}",
        ROW_VERSION=1,
        CREATED_DATETIME="01-JAN-18",
        PRIVATE=0,
        PROBATION_AREA_ID=_BASE + area.number,
    )
    tables["STAFF_TEAM"].put(STAFF_ID=_BASE + officer, TEAM_ID=_BASE + team_of(officer), ROW_VERSION=1)
    tables["USER_"].put(
        USER_ID=user_of(officer),
        STAFF_ID=_BASE + officer,
        SURNAME=surname,
        FORENAME=forename,
        ROW_VERSION=0,
        DISTINGUISHED_NAME=f"{forename}{surname}Orr{officer}",
        EXTERNAL_PROVIDER_EMPLOYEEFLAG=0,
        PRIVATE=0,
        ORGANISATION_ID=0,
    )
