"""Alerts, incidents, charges, non-associations and CSIP."""

from datetime import datetime, timedelta

from watchroom.demo.world import happenings_safety as safety
from watchroom.demo.world.happenings_custody import Died
from watchroom.demo.world.happenings_regime import NoteWritten, Topic
from watchroom.demo.world.happenings_safety import Find, Finding
from watchroom.demo.writers.nomis.book import Book, Booking, root_of
from watchroom.demo.writers.nomis.codes import APART, FACTOR, FINDING, PLEA
from watchroom.demo.writers.nomis.forms import alert_types, day, stamp, whole_day
from watchroom.demo.writers.nomis.regime import note_written
from watchroom.demo.writers.nomis.words import INCIDENT

# How often staff enter an alert under a wrong code, leave one for the next day, and report nothing.
WRONG, LATE, UNREPORTED = 0.025, 0.05, 0.04
_COMMENT = ("", "", "", "See case notes.", "As per reception papers.", "Intelligence received.", "On advice of OMU.")
_QUESTIONS = {"SELF_HARM": 1524, "ASSAULT": 1502, "FINDS1": 1610, "DEATH": 1511}


def alert_raised(book: Book, one: safety.AlertRaised) -> None:
    """OFFENDER_ALERTS; some are entered the next day, some under a wrong code."""
    stream = book.stream("alert", one.life, one.code, int(one.at.timestamp()))
    code = one.code
    if code == "HA" and stream.random() < WRONG:
        code = "HS"
    if stream.random() < LATE and one.code == "HA":
        entered = one.at + timedelta(hours=stream.randrange(11, 20))
        book.later(entered, lambda: _alert(book, one, code=code, comment="", entered=entered))
        return
    _alert(book, one, code=code, comment=stream.choice(_COMMENT), entered=one.at)


def _alert(book: Book, one: safety.AlertRaised, *, code: str, comment: str, entered: datetime) -> None:
    booking = book.active(one.life)
    if booking is None or code in booking.alerts:
        return
    booking.alerts[code] = (booking.next("OFFENDER_ALERTS"), one.at, entered)
    _alert_row(book, booking, code=code, comment=comment, ended=None)


def _alert_row(book: Book, booking: Booking, *, code: str, comment: str, ended: datetime | None) -> None:
    sequence, at, entered = booking.alerts[code]
    book.put(
        "OFFENDER_ALERTS",
        ALERT_DATE=f"{stamp(at)}.0",
        OFFENDER_BOOK_ID=booking.number,
        # The source system has the number of the booking here, as often as not.
        ROOT_OFFENDER_ID=root_of(booking.life) if booking.number % 2 else booking.number,
        ALERT_SEQ=sequence,
        ALERT_TYPE=alert_types()[code],
        ALERT_CODE=code,
        ALERT_STATUS="ACTIVE" if ended is None else "INACTIVE",
        VERIFIED_FLAG="N",
        EXPIRY_DATE="" if ended is None else f"{stamp(ended)}.0",
        COMMENT_TEXT=comment,
        CASELOAD_ID=booking.agency,
        CASELOAD_TYPE="INST",
        CREATE_DATETIME=stamp(entered),
        MODIFY_DATETIME="" if ended is None else stamp(ended),
    )


def alert_ended(book: Book, one: safety.AlertEnded) -> None:
    """An alert is made inactive."""
    booking = book.active(one.life)
    code = one.code
    if booking is not None and code == "HA" and code not in booking.alerts and "HS" in booking.alerts:
        return
    if booking is not None and code in booking.alerts:
        _alert_row(book, booking, code=code, comment="", ended=one.at)
        del booking.alerts[code]


class _Case:
    """An incident report: of what type, where and by whom it was written."""

    __slots__ = ("at", "kind", "number", "prison", "staff", "text", "title")

    def __init__(self, kind: str, number: int, *, at: datetime, prison: str, staff: int) -> None:
        self.kind, self.number, self.at, self.prison, self.staff = kind, number, at, prison, staff
        self.title = self.text = ""


def _reported(book: Book, case: _Case, parties: list[tuple[str, int | None, int | None, str]]) -> None:
    """INCIDENT_CASES and its parties: role, life or staff, and outcome; the report is written within some hours."""
    stream = book.stream("incident", case.number)
    reported = case.at + timedelta(minutes=int(20 + stream.expovariate(1 / 90)))
    book.later(reported, lambda: _case(book, case, parties, reported=reported))


def _case(
    book: Book, case: _Case, parties: list[tuple[str, int | None, int | None, str]], *, reported: datetime
) -> None:
    book.put(
        "INCIDENT_CASES",
        INCIDENT_CASE_ID=case.number,
        REPORTED_STAFF_ID=case.staff,
        INCIDENT_DATE=whole_day(case.at),
        INCIDENT_TIME=stamp(case.at),
        INCIDENT_STATUS="AWAN",
        INCIDENT_DETAILS=case.text,
        REPORT_DATE=whole_day(reported),
        REPORT_TIME=stamp(reported),
        AGY_LOC_ID=case.prison,
        INCIDENT_TITLE=case.title,
        INCIDENT_TYPE=case.kind,
        QUESTIONNAIRE_ID=_QUESTIONS[case.kind],
        MODIFY_DATETIME=stamp(reported),
    )
    book.windowed("INCIDENT_CASES", case.at, None, case.number)
    sequence = 0
    for role, life, staff, outcome in parties:
        booking = None if life is None else book.booking(life)
        if life is not None and booking is None:
            continue
        sequence += 1
        book.put(
            "INCIDENT_CASE_PARTIES",
            INCIDENT_CASE_ID=case.number,
            PARTY_SEQ=sequence,
            PARTICIPATION_ROLE=role,
            OFFENDER_BOOK_ID="" if booking is None else booking.number,
            STAFF_ID="" if staff is None else staff,
            OUTCOME_CODE=outcome,
            RECORD_STAFF_ID=case.staff,
        )
        if booking is not None:
            book.of(booking, "INCIDENT_CASE_PARTIES", case.number, sequence)


def self_harmed(book: Book, one: safety.SelfHarmed) -> None:
    """An incident report, or a note alone where nobody came to write one."""
    stream = book.stream("reported", one.incident)
    if stream.random() < UNREPORTED:
        about = NoteWritten(
            at=one.at + timedelta(hours=2),
            life=one.life,
            prison=one.prison,
            about=one.at,
            topic=Topic.MOOD,
            staff=one.staff,
        )
        book.later(about.at, lambda: note_written(book, about))
        return
    case = _Case("SELF_HARM", one.incident, at=one.at, prison=one.prison, staff=one.staff)
    case.title = f"Self-harm {one.cell.split('-', 1)[1]}"
    case.text = INCIDENT[one.method.value]
    outcome = "OUTH" if one.is_serious else "HELTH"
    _reported(book, case, [("PERP", one.life, None, outcome), ("FOS", None, one.staff, "")])


def assaulted(book: Book, one: safety.Assaulted) -> None:
    """An incident report of an assault."""
    writer = one.staff or 1
    case = _Case("ASSAULT", one.incident, at=one.at, prison=one.prison, staff=writer)
    case.title = f"Assault on {one.wing.split('-')[1]} wing"
    case.text = INCIDENT["staff" if one.victim is None else "held"]
    parties: list[tuple[str, int | None, int | None, str]] = [("ASSIAL", one.life, None, "POR")]
    if one.victim is not None:
        parties.append(("VICT", one.victim, None, "OUTH" if one.is_serious else "HELTH"))
    if one.staff is not None:
        parties.append(("VICT", None, one.staff, ""))
    _reported(book, case, parties)


def fought(book: Book, one: safety.Fought) -> None:
    """An incident report of a fight; small ones stay in a note."""
    stream = book.stream("reported", one.incident)
    if not one.is_serious and stream.random() < 2 * UNREPORTED:
        return
    case = _Case("ASSAULT", one.incident, at=one.at, prison=one.prison, staff=1)
    case.title, case.text = f"Fight on {one.wing.split('-')[1]} wing", INCIDENT["fight"]
    _reported(book, case, [("FIGHT", one.life, None, "POR"), ("FIGHT", one.other, None, "POR")])


def found(book: Book, one: safety.Found) -> None:
    """An incident report of a find."""
    case = _Case("FINDS1", one.incident, at=one.at, prison=one.prison, staff=one.staff)
    what = "item" if one.find is Find.OTHER else one.find.value
    case.title = f"Find of {what} on {one.wing.split('-')[1]} wing"
    case.text = INCIDENT["find"]
    who: list[tuple[str, int | None, int | None, str]] = []
    if one.life is not None:
        who.append(("INPOSS", one.life, None, "POR"))
    _reported(book, case, [*who, ("FOS", None, one.staff, "")])


def died(book: Book, one: Died) -> None:
    """An incident report of a death, beside the end of the booking."""
    case = _Case("DEATH", book.number("deaths") * 1_000, at=one.at, prison=one.prison, staff=1)
    case.title, case.text = "Death in custody", INCIDENT["death"]
    _reported(book, case, [("DEC", one.life, None, "DEA")])


def charged(book: Book, one: safety.Charged) -> None:
    """A charge: AGENCY_INCIDENTS with its party, and a hearing that is booked."""
    booking = book.active(one.life)
    if booking is None:
        return
    book.put(
        "AGENCY_INCIDENTS",
        REPORTED_STAFF_ID=one.staff,
        AGENCY_INCIDENT_ID=one.charge,
        INCIDENT_DATE=f"{whole_day(one.at)}.000000",
        INTERNAL_LOCATION_ID=book.locations.get(booking.path.rsplit("-", 1)[0], ""),
        INCIDENT_TIME=f"{stamp(one.at)}.000000",
        INCIDENT_TYPE="MISC",
        INCIDENT_STATUS="ACTIVE",
        CREATE_DATETIME=f"{stamp(one.at)}.000000",
        LOCK_FLAG="N",
        INCIDENT_DETAILS=f"{one.offence[0].upper()}{one.offence[1:]}",
        REPORT_DATE=f"{whole_day(one.at)}.000000",
        REPORT_TIME=f"{stamp(one.at)}.000000",
        AGY_LOC_ID=one.prison,
    )
    book.put(
        "AGENCY_INCIDENT_PARTIES",
        AGENCY_INCIDENT_ID=one.charge,
        PARTY_SEQ=1,
        INCIDENT_ROLE="S",
        OFFENDER_BOOK_ID=booking.number,
        OIC_INCIDENT_ID=one.charge,
        CREATE_DATETIME=f"{stamp(one.at)}.000000",
        ACTION_CODE="POR",
        PARTY_ADDED_DATE=f"{whole_day(one.at)}.000000",
    )
    book.windowed("AGENCY_INCIDENTS", one.at, booking, one.charge)
    _hearing(book, one.charge * 10, at=one.hearing, prison=one.prison, is_young=booking.is_young)


def _hearing(book: Book, number: int, *, at: datetime, prison: str, is_young: bool) -> None:
    book.put(
        "OIC_HEARINGS",
        OIC_HEARING_ID=number,
        OIC_HEARING_TYPE="GOV_YOI" if is_young else "GOV_ADULT",
        OIC_INCIDENT_ID=number // 10,
        HEARING_DATE=f"{whole_day(at)}.000000",
        HEARING_TIME=f"{stamp(at)}.000000",
        CREATE_DATETIME=f"{stamp(at - timedelta(hours=12))}.000000",
        INTERNAL_LOCATION_ID=book.locations[f"{prison}-ADJ"],
    )


def charge_heard(book: Book, one: safety.ChargeHeard) -> None:
    """OIC_HEARING_RESULTS; an adjourned hearing has none, and another is booked."""
    booking = book.booking(one.life)
    if booking is None:
        return
    if one.again is not None:
        _hearing(book, one.charge * 10 + 1, at=one.again, prison=one.prison, is_young=booking.is_young)
    if one.finding is Finding.ADJOURNED:
        return
    book.put(
        "OIC_HEARING_RESULTS",
        OIC_HEARING_ID=one.charge * 10 + one.sitting,
        RESULT_SEQ=1,
        AGENCY_INCIDENT_ID=one.charge,
        CHARGE_SEQ=1,
        PLEA_FINDING_CODE=PLEA[one.plea],
        FINDING_CODE=FINDING[one.finding],
    )


def kept_apart(book: Book, one: safety.KeptApart) -> None:
    """Both directions of a non-association, with their details."""
    own, other = book.active(one.life), book.active(one.other)
    if own is None or other is None or one.other in book.apart.get(one.life, ()):
        return
    book.apart.setdefault(one.life, set()).add(one.other)
    book.apart.setdefault(one.other, set()).add(one.life)
    roles = APART[one.why]
    for first, second, role in ((own, other, roles), (other, own, roles[::-1])):
        cells: dict[str, object] = {
            "OFFENDER_ID": root_of(first.life),
            "NS_OFFENDER_ID": root_of(second.life),
            "OFFENDER_BOOK_ID": first.number,
            "NS_OFFENDER_BOOK_ID": second.number,
            "NS_REASON_CODE": role[0],
            "RECIP_NS_REASON_CODE": role[1],
        }
        book.put("OFFENDER_NON_ASSOCIATIONS", **cells)
        book.put(
            "OFFENDER_NA_DETAILS",
            **cells,
            TYPE_SEQ=1,
            NS_TYPE="WING" if one.on_wing else "LAND",
            NS_EFFECTIVE_DATE=whole_day(one.at),
        )


def referred(book: Book, one: safety.ReferredForViolence) -> None:
    """A CSIP report with its factor and, where there is one, a plan and its first review."""
    booking = book.active(one.life)
    if booking is None:
        return
    key = one.referral
    book.put(
        "OFFENDER_CSIP_REPORTS",
        CSIP_ID=key,
        ROOT_OFFENDER_ID=root_of(one.life),
        OFFENDER_BOOK_ID=booking.number,
        RFR_INCIDENT_DATE=f"{whole_day(one.at)}.000000",
        RFR_INCIDENT_TYPE="VPA",
        RFR_CSIP_FUNCTION="RSD",
        RFR_COMMENT="Referred after violence on the wing.",
        CDR_CONCERN_DESCRIPTION="Violence towards others, to be looked into with safer custody.",
        REASON="Plan agreed at the safety meeting" if one.has_plan else "",
    )
    book.of(booking, "OFFENDER_CSIP_REPORTS", key)
    book.put("OFFENDER_CSIP_FACTORS", CSIP_ID=key, CSIP_FACTOR_ID=key, CSIP_FACTOR=FACTOR[one.factor])
    book.of(booking, "OFFENDER_CSIP_FACTORS", key)
    if one.has_plan:
        book.put(
            "OFFENDER_CSIP_PLANS",
            CSIP_ID=key,
            PLAN_ID=key,
            CREATE_DATE=f"{whole_day(one.at)}.000000",
            TARGET_DATE=f"{day(one.at + timedelta(days=28))} 00:00:00.000000",
            IDENTIFIED_NEED="Ways of settling disputes without violence",
            INTERVENTION="Weekly session with key worker",
            BY_WHOM="Key worker",
        )
        book.of(booking, "OFFENDER_CSIP_PLANS", key)
