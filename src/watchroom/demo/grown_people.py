"""The rows of one grown person, in the tables of the source system."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from string import ascii_uppercase

from watchroom.demo.source_tables import SourceTables

PEOPLE_PER_WING = 60
PEOPLE_PER_ESTABLISHMENT = 1_500
CELLS_PER_LANDING = 20
FIRST_ID = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How much to grow.

    Attributes:
        people: in custody; establishments fill up in turn, 1,500 each.
        instant: of the extract, in local time without a zone, as the source system writes it.
        notes_each: case notes a person; the cheapest way to deepen what is on file.
        amended: how often each note has been amended; another number gives every note another text.
        seed: same seed, same bytes.
    """

    people: int
    instant: datetime
    notes_each: int = 4
    amended: int = 0
    seed: int = 20260724


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    number: int
    booking: int
    establishment: str
    cell_id: int
    chance: Random
    today: date
    instant: datetime


def write_person(
    tables: SourceTables, number: int, *, codes: list[str], names: tuple[list[str], list[str]], growth: Growth
) -> None:
    """Write every row about the person with that running number."""
    establishment_number, within = divmod(number, PEOPLE_PER_ESTABLISHMENT)
    wing_number, place = divmod(within, PEOPLE_PER_WING)
    landing, cell = divmod(place, CELLS_PER_LANDING)
    person = _Person(
        number=FIRST_ID + number,
        booking=FIRST_ID + number,
        establishment=codes[establishment_number],
        cell_id=FIRST_ID * (establishment_number + 1) + wing_number * 1000 + (landing + 1) * 100 + cell + 1,
        chance=Random(growth.seed * 1_000_003 + number),  # noqa: S311  example rows, no secret
        today=growth.instant.date(),
        instant=growth.instant,
    )
    _write_identity(tables, person, names)
    _write_custody(tables, person)
    _write_safety(tables, person)
    _write_day(tables, person)
    for sequence in range(growth.notes_each):
        _write_note(tables, person, sequence, growth)


def _write_identity(tables: SourceTables, person: _Person, names: tuple[list[str], list[str]]) -> None:
    last_names, first_names = names
    born = date(1950, 1, 1) + timedelta(days=person.chance.randrange(20_000))
    tables.add(
        "OFFENDERS",
        OFFENDER_ID=person.number,
        ID_SOURCE_CODE="SEQ",
        LAST_NAME=person.chance.choice(last_names),
        FIRST_NAME=person.chance.choice(first_names),
        SEX_CODE="M",
        CREATE_DATE=person.instant,
        OFFENDER_ID_DISPLAY=_prison_number(person.number - FIRST_ID),
        ROOT_OFFENDER_ID=person.number,
        RACE_CODE=person.chance.choice(("W1", "B1", "A1", "M9")),
        ALIAS_NAME_TYPE="CN",
        BIRTH_DATE=born,
        BIRTH_COUNTRY_CODE="UK",
    )
    tables.add(
        "OFFENDER_IDENTIFIERS",
        OFFENDER_ID=person.number,
        OFFENDER_ID_SEQ=1,
        IDENTIFIER_TYPE="PNC",
        IDENTIFIER=f"{2000 + person.number % 26}/{person.number % 10_000_000:07d}X",
        ROOT_OFFENDER_ID=person.number,
        CASELOAD_TYPE="INST",
    )


def _prison_number(number: int) -> str:
    """A prison number of the usual form (letter, four digits, two letters), outside those of the extract."""
    rest, digits = divmod(number, 10_000)
    return f"Q{digits:04d}{ascii_uppercase[rest // 26 % 26]}{ascii_uppercase[rest % 26]}"


def _write_custody(tables: SourceTables, person: _Person) -> None:
    begun = person.instant - timedelta(days=person.chance.randrange(1, 900), minutes=person.chance.randrange(1, 700))
    book = person.booking
    tables.add(
        "OFFENDER_BOOKINGS",
        OFFENDER_BOOK_ID=book,
        BOOKING_BEGIN_DATE=begun,
        BOOKING_NO=f"G{book}",
        OFFENDER_ID=person.number,
        BOOKING_SEQ=1,
        DISCLOSURE_FLAG="N",
        IN_OUT_STATUS="IN",
        ACTIVE_FLAG="Y",
        YOUTH_ADULT_CODE="N",
        AGY_LOC_ID=person.establishment,
        ROOT_OFFENDER_ID=person.number,
        LIVING_UNIT_ID=person.cell_id,
        BOOKING_STATUS="O",
    )
    _write_moves(tables, person)
    _write_sentence(tables, person, begun)


def _write_moves(tables: SourceTables, person: _Person) -> None:
    book = person.booking
    for sequence, days in enumerate((400, 200, 20), start=1):
        moved = person.instant - timedelta(days=days, minutes=person.chance.randrange(600))
        tables.add(
            "OFFENDER_EXTERNAL_MOVEMENTS",
            OFFENDER_BOOK_ID=book,
            MOVEMENT_SEQ=sequence,
            MOVEMENT_DATE=moved.date(),
            MOVEMENT_TIME=moved,
            MOVEMENT_TYPE="ADM",
            MOVEMENT_REASON_CODE="N",
            DIRECTION_CODE="IN",
            FROM_AGY_LOC_ID="OUT",
            TO_AGY_LOC_ID=person.establishment,
            ACTIVE_FLAG="Y" if days == 20 else "N",
        )
        tables.add(
            "BED_ASSIGNMENT_HISTORIES",
            OFFENDER_BOOK_ID=book,
            BED_ASSIGN_SEQ=sequence,
            LIVING_UNIT_ID=person.cell_id,
            ASSIGNMENT_REASON="ADM",
            ASSIGNMENT_DATE=moved.date(),
            ASSIGNMENT_TIME=moved,
        )


def _write_sentence(tables: SourceTables, person: _Person, begun: datetime) -> None:
    book = person.booking
    tables.add(
        "OFFENDER_SENT_CALCULATIONS",
        OFFENDER_SENT_CALCULATION_ID=book,
        OFFENDER_BOOK_ID=book,
        CALCULATION_DATE=begun.date(),
        CRD_CALCULATED_DATE=person.today + timedelta(days=person.chance.randrange(1, 1000)),
        SED_CALCULATED_DATE=person.today + timedelta(days=1500),
        CALC_REASON_CODE="NEW",
    )
    tables.add(
        "OFFENDER_KEY_WORKERS",
        OFFENDER_BOOK_ID=book,
        OFFICER_ID=-1,
        ASSIGNED_DATE=begun.date(),
        ASSIGNED_TIME=begun,
        ACTIVE_FLAG="Y",
        AGY_LOC_ID=person.establishment,
    )


_ALERTS = (
    ("H", "HA", 0.03),
    ("X", "XCU", 0.04),
    ("X", "XA", 0.06),
    ("X", "XER", 0.02),
    ("T", "TG", 0.02),
    ("R", "RCON", 0.03),
    ("X", "XVL", 0.2),
    ("H", "HS", 0.3),
    ("V", "VOP", 0.05),
)


def _write_safety(tables: SourceTables, person: _Person) -> None:
    for sequence, (kind, code, rate) in enumerate(_ALERTS, start=1):
        if person.chance.random() < rate:
            tables.add(
                "OFFENDER_ALERTS",
                ALERT_DATE=person.instant - timedelta(days=person.chance.randrange(1, 300), minutes=7),
                OFFENDER_BOOK_ID=person.booking,
                ROOT_OFFENDER_ID=person.number,
                ALERT_SEQ=sequence,
                ALERT_TYPE=kind,
                ALERT_CODE=code,
                ALERT_STATUS="ACTIVE",
                VERIFIED_FLAG="N",
                COMMENT_TEXT=f"Grown alert {sequence}",
                CASELOAD_ID=person.establishment,
                CASELOAD_TYPE="INST",
            )
    for sequence, level in enumerate(("STANDARD", "HI" if person.chance.random() < 0.1 else "STANDARD"), start=1):
        tables.add(
            "OFFENDER_ASSESSMENTS",
            OFFENDER_BOOK_ID=person.booking,
            ASSESSMENT_SEQ=sequence,
            ASSESSMENT_DATE=person.today - timedelta(days=300 // sequence),
            ASSESSMENT_TYPE_ID=-1,
            ASSESS_STAFF_ID=-1,
            ASSESS_STATUS="A",
            CALC_SUP_LEVEL_TYPE=level,
            REVIEW_SUP_LEVEL_TYPE=level,
            NEXT_REVIEW_DATE=person.today + timedelta(days=100),
            EVALUATION_RESULT_CODE="APP",
        )
    if person.chance.random() < 0.2:
        tables.add(
            "OFFENDER_HEALTH_PROBLEMS",
            OFFENDER_HEALTH_PROBLEM_ID=person.booking,
            OFFENDER_BOOK_ID=person.booking,
            PROBLEM_TYPE="PHY",
            PROBLEM_CODE="ASTH",
            START_DATE="21-06-2010",
            CASELOAD_TYPE="INST",
            PROBLEM_STATUS="ON",
        )


def _write_day(tables: SourceTables, person: _Person) -> None:
    book, today = person.booking, person.today
    for sequence, days in enumerate((100, 10), start=1):
        set_at = person.instant - timedelta(days=days, minutes=person.chance.randrange(600))
        tables.add(
            "OFFENDER_IEP_LEVELS",
            OFFENDER_BOOK_ID=book,
            IEP_LEVEL_SEQ=sequence,
            IEP_DATE=set_at.date(),
            IEP_TIME=set_at,
            AGY_LOC_ID=person.establishment,
            IEP_LEVEL=person.chance.choice(("STD", "ENH", "BAS")),
        )
    for sequence in range(2):
        day = today + timedelta(days=person.chance.randrange(0, 12))
        starts = datetime.combine(day, datetime.min.time()) + timedelta(hours=9 + sequence * 4, minutes=15)
        tables.add(
            "OFFENDER_IND_SCHEDULES",
            EVENT_ID=book * 2 + sequence,
            OFFENDER_BOOK_ID=book,
            EVENT_DATE=day,
            START_TIME=starts,
            END_TIME=starts + timedelta(hours=1),
            EVENT_CLASS="INT_MOV",
            EVENT_TYPE="APP",
            EVENT_SUB_TYPE="EDUC",
            EVENT_STATUS="SCH",
            AGY_LOC_ID=person.establishment,
        )
    visit_day = today + timedelta(days=person.chance.randrange(-10, 15))
    begins = datetime.combine(visit_day, datetime.min.time()) + timedelta(hours=14)
    tables.add(
        "OFFENDER_VISITS",
        OFFENDER_VISIT_ID=book,
        OFFENDER_BOOK_ID=book,
        VISIT_DATE=visit_day,
        START_TIME=begins,
        END_TIME=begins + timedelta(hours=1),
        VISIT_TYPE="SCON",
        VISIT_STATUS="SCH",
        AGY_LOC_ID=person.establishment,
    )
    if person.chance.random() < 0.3:
        court_day = today + timedelta(days=person.chance.randrange(0, 40))
        tables.add(
            "COURT_EVENTS",
            EVENT_ID=book,
            OFFENDER_BOOK_ID=book,
            EVENT_DATE=f"{court_day:%d-%m-%Y}",
            START_TIME=f"{court_day:%d-%m-%Y} 10:00:00",
            COURT_EVENT_TYPE="CA",
            EVENT_STATUS="SCH",
            AGY_LOC_ID="COURT1",
            NEXT_EVENT_REQUEST_FLAG="N",
            HOLD_FLAG="N",
        )


def _write_note(tables: SourceTables, person: _Person, sequence: int, growth: Growth) -> None:
    at = person.instant - timedelta(hours=person.chance.randrange(1, 9000), minutes=sequence)
    tables.add(
        "OFFENDER_CASE_NOTES",
        # Of a note the id does not change when there is one more: a delivery of another depth differs by its new notes.
        CASE_NOTE_ID=sequence * FIRST_ID + person.booking,
        OFFENDER_BOOK_ID=person.booking,
        AGY_LOC_ID=person.establishment,
        CONTACT_DATE=at.date(),
        CONTACT_TIME=at,
        CREATE_DATETIME=at,
        AUDIT_TIMESTAMP=at,
        CASE_NOTE_TYPE="OBSERVE",
        CASE_NOTE_SUB_TYPE="OBS_GEN",
        STAFF_ID=-1,
        CASE_NOTE_TEXT=f"Grown note {sequence}" + f", amended {growth.amended} times" * bool(growth.amended),
    )
