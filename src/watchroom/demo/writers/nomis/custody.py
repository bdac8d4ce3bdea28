"""Bookings, movements, beds, sentences, courts: OFFENDER_BOOKINGS and the tables around it."""

from datetime import datetime
from typing import NamedTuple

from watchroom.demo.world import happenings_custody as custody
from watchroom.demo.world.happenings_custody import Errand, Legal, Outcome
from watchroom.demo.writers.nomis.book import Book, Booking
from watchroom.demo.writers.nomis.codes import ADMISSION, IMPRISONMENT, MOVE, RELEASE, RESULT, YOUNG
from watchroom.demo.writers.nomis.forms import backwards, backwards_stamp, day, local_day, stamp, whole_day
from watchroom.demo.writers.nomis.people import write_person, write_profile

_YOUNG_DAYS = 21 * 365.25


class _Move(NamedTuple):
    """Type, reason and direction of a movement, and between which agencies."""

    kind: str
    reason: str
    direction: str
    from_agency: str
    to_agency: str


def received(book: Book, one: custody.Received) -> None:
    """A new booking with its first movement, bed and legal status."""
    earlier = book.bookings.setdefault(one.life, [])
    life = book.lives.of(one.life)
    booking = Booking(
        number=book.number("OFFENDER_BOOKINGS"),
        life=one.life,
        begun=one.at,
        agency=one.prison,
        path=one.cell,
        is_young=(local_day(one.at) - life.born).days < _YOUNG_DAYS,
        reason=f"ADM-{ADMISSION[one.coming]}",
    )
    for place, old in enumerate(reversed(earlier), start=2):
        old.sequence = place
        book.row_of(old)
    earlier.append(booking)
    write_person(book, life, booking)
    write_profile(book, life, booking)
    if one.coming in (custody.Coming.REMAND, custody.Coming.SENTENCE):
        came_from = "HSKMC" if one.life % 3 == 0 else "ORMMC"
    else:
        came_from = "OUT"
    movement(book, booking, one.at, move=_Move("ADM", ADMISSION[one.coming], "IN", came_from, one.prison))
    bed(book, booking, at=one.at, path=one.cell, reason="ADM")
    imprisoned(book, booking, at=one.at, legal=one.legal)
    book.row_of(booking)


def movement(book: Book, booking: Booking, at: datetime, *, move: _Move) -> None:
    """A movement, which is the latest one from now on."""
    last = booking.last.get("movement")
    if last is not None:
        last["ACTIVE_FLAG"] = "N"
        book.put("OFFENDER_EXTERNAL_MOVEMENTS", **last)
    kind, reason, direction, from_agency, to_agency = move
    cells: dict[str, object] = {
        "OFFENDER_BOOK_ID": booking.number,
        "MOVEMENT_SEQ": booking.next("OFFENDER_EXTERNAL_MOVEMENTS"),
        "MOVEMENT_DATE": day(at),
        "MOVEMENT_TIME": stamp(at),
        "MOVEMENT_TYPE": kind,
        "MOVEMENT_REASON_CODE": reason,
        "DIRECTION_CODE": direction,
        "FROM_AGY_LOC_ID": from_agency,
        "TO_AGY_LOC_ID": to_agency,
        "ACTIVE_FLAG": "Y",
        "CREATE_DATETIME": day(at),
    }
    booking.last["movement"] = cells
    book.put("OFFENDER_EXTERNAL_MOVEMENTS", **cells)


def bed(book: Book, booking: Booking, *, at: datetime, path: str, reason: str) -> None:
    """Another bed, or none: an empty path ends the last one."""
    last = booking.last.pop("bed", None)
    if last is not None:
        last["ASSIGNMENT_END_DATE"], last["ASSIGNMENT_END_TIME"] = f"{whole_day(at)}.000000", f"{stamp(at)}.000000"
        book.put("BED_ASSIGNMENT_HISTORIES", **last)
    booking.path = path
    if not path:
        return
    cells: dict[str, object] = {
        "OFFENDER_BOOK_ID": booking.number,
        "BED_ASSIGN_SEQ": booking.next("BED_ASSIGNMENT_HISTORIES"),
        "LIVING_UNIT_ID": book.locations[path],
        "ASSIGNMENT_REASON": reason,
        "ASSIGNMENT_DATE": f"{whole_day(at)}.000000",
        "ASSIGNMENT_TIME": f"{stamp(at)}.000000",
    }
    booking.last["bed"] = cells
    book.put("BED_ASSIGNMENT_HISTORIES", **cells)


def imprisoned(book: Book, booking: Booking, *, at: datetime, legal: Legal) -> None:
    """Another legal status."""
    last = booking.last.get("status")
    if last is not None:
        last["LATEST_STATUS"] = "N"
        book.put("OFFENDER_IMPRISON_STATUSES", **last)
    code = YOUNG.get(legal, IMPRISONMENT[legal]) if booking.is_young else IMPRISONMENT[legal]
    cells: dict[str, object] = {
        "OFFENDER_BOOK_ID": booking.number,
        "IMPRISON_STATUS_SEQ": booking.next("OFFENDER_IMPRISON_STATUSES"),
        "IMPRISONMENT_STATUS": code,
        "EFFECTIVE_DATE": day(at),
        "EFFECTIVE_TIME": stamp(at),
        "AGY_LOC_ID": booking.agency,
        "LATEST_STATUS": "Y",
    }
    booking.last["status"] = cells
    book.put("OFFENDER_IMPRISON_STATUSES", **cells)


def cell_changed(book: Book, one: custody.CellChanged) -> None:
    """Another bed in the same prison."""
    booking = book.active(one.life)
    if booking is not None:
        bed(book, booking, at=one.at, path=one.cell, reason=MOVE[one.why])
        book.row_of(booking)


def prison_changed(book: Book, one: custody.PrisonChanged) -> None:
    """Out of one prison and into another."""
    booking = book.active(one.life)
    if booking is None:
        return
    reason = "OVCROW" if one.for_crowding else "NOTR"
    movement(book, booking, one.left, move=_Move("TRN", reason, "OUT", one.from_prison, one.prison))
    movement(book, booking, one.at, move=_Move("ADM", "INT", "IN", one.from_prison, one.prison))
    booking.agency, booking.reason = one.prison, "ADM-INT"
    bed(book, booking, at=one.at, path=one.cell, reason="ADM")
    book.row_of(booking)


def moved_afar(book: Book, one: custody.MovedAfar) -> None:
    """Transferred out of the county: in transit, and then no more of ours."""
    booking = book.active(one.life)
    if booking is None:
        return
    movement(book, booking, one.at, move=_Move("TRN", "OVCROW", "OUT", one.prison, one.to_prison))
    _ended(book, booking, at=one.at, reason="TRN-OVCROW")
    booking.in_out, booking.agency, booking.ended = "TRN", "TRN", None
    book.row_of(booking)


def released(book: Book, one: custody.Released) -> None:
    """Released from the gate or at court."""
    booking = book.active(one.life)
    if booking is None:
        return
    reason = RELEASE[one.leaving]
    movement(book, booking, one.at, move=_Move("REL", reason, "OUT", one.prison, "OUT"))
    _ended(book, booking, at=one.at, reason=f"REL-{reason}")
    book.row_of(booking)


def died(book: Book, one: custody.Died) -> None:
    """A death ends the booking."""
    booking = book.active(one.life)
    if booking is None:
        return
    movement(book, booking, one.at, move=_Move("REL", "DEC", "OUT", one.prison, "OUT"))
    _ended(book, booking, at=one.at, reason="REL-DEC")
    book.row_of(booking)


def _ended(book: Book, booking: Booking, *, at: datetime, reason: str) -> None:
    bed(book, booking, at=at, path="", reason="")
    booking.in_out, booking.is_active, booking.agency = "OUT", False, "OUT"
    booking.reason, booking.ended = reason, at
    book.gone(booking, at)


def went_out(book: Book, one: custody.WentOut) -> None:
    """To court or hospital: still of the prison, and out."""
    booking = book.active(one.life)
    if booking is None:
        return
    kind, reason = _errand(one.errand)
    movement(book, booking, one.at, move=_Move(kind, reason, "OUT", one.prison, one.place))
    booking.in_out = "OUT"
    book.row_of(booking)


def came_back(book: Book, one: custody.CameBack) -> None:
    """Back from court or hospital."""
    booking = book.active(one.life)
    if booking is None:
        return
    kind, reason = _errand(one.errand)
    movement(book, booking, one.at, move=_Move(kind, reason, "IN", one.place, one.prison))
    booking.in_out = "IN"
    book.row_of(booking)


def _errand(errand: Errand) -> tuple[str, str]:
    if errand is Errand.COURT:
        return "CRT", "CRT"
    return "TAP", "C6" if errand is Errand.BED_WATCH else "C5"


def legal_changed(book: Book, one: custody.LegalChanged) -> None:
    """Another legal status after court."""
    booking = book.active(one.life)
    if booking is not None:
        imprisoned(book, booking, at=one.at, legal=one.legal)


def hearing_listed(book: Book, one: custody.HearingListed) -> None:
    """COURT_EVENTS writes days the other way round."""
    booking = book.active(one.life)
    if booking is None:
        return
    cells: dict[str, object] = {
        "EVENT_ID": one.number,
        "OFFENDER_BOOK_ID": booking.number,
        "EVENT_DATE": backwards(local_day(one.starts)),
        "START_TIME": backwards_stamp(one.starts),
        "COURT_EVENT_TYPE": "VL" if one.by_video else "CRT",
        "EVENT_STATUS": "SCH",
        "AGY_LOC_ID": one.court,
        "NEXT_EVENT_REQUEST_FLAG": "N",
        "HOLD_FLAG": "N",
        "CREATE_DATETIME": stamp(one.at),
    }
    book.events[one.number] = ("COURT_EVENTS", cells)
    book.put("COURT_EVENTS", **cells)
    book.windowed("COURT_EVENTS", one.at, booking, one.number)


def hearing_held(book: Book, one: custody.HearingHeld) -> None:
    """What became of a hearing; many outcomes are only words."""
    table, cells = book.events.get(one.number, ("", {}))
    if not table:
        return
    missed = one.outcome is Outcome.NOT_PRODUCED
    cells["EVENT_STATUS"] = "EXP" if missed else "COMP"
    cells["OUTCOME_REASON_CODE"] = RESULT.get(one.outcome, "")
    cells["COMMENT_TEXT"] = f"{one.outcome.value[0].upper()}{one.outcome.value[1:]}"
    book.put(table, **cells)


def dates_calculated(book: Book, one: custody.DatesCalculated) -> None:
    """OFFENDER_SENT_CALCULATIONS."""
    booking = book.active(one.life)
    if booking is None:
        return
    number = book.number("OFFENDER_SENT_CALCULATIONS")
    book.put(
        "OFFENDER_SENT_CALCULATIONS",
        OFFENDER_SENT_CALCULATION_ID=number,
        OFFENDER_BOOK_ID=booking.number,
        CALCULATION_DATE=day(one.at),
        HDCED_CALCULATED_DATE="" if one.curfew_on is None else one.curfew_on.isoformat(),
        CRD_CALCULATED_DATE="" if one.release_on is None else one.release_on.isoformat(),
        SED_CALCULATED_DATE="" if one.expires_on is None else one.expires_on.isoformat(),
        LED_CALCULATED_DATE="" if one.expires_on is None else one.expires_on.isoformat(),
        TARIFF_CALCULATED_DATE="" if one.tariff_on is None else one.tariff_on.isoformat(),
        CALC_REASON_CODE="NEW",
    )
    book.of(booking, "OFFENDER_SENT_CALCULATIONS", number)


def release_confirmed(book: Book, one: custody.ReleaseConfirmed) -> None:
    """OFFENDER_RELEASE_DETAILS."""
    booking = book.active(one.life)
    if booking is not None:
        book.put(
            "OFFENDER_RELEASE_DETAILS",
            OFFENDER_BOOK_ID=booking.number,
            RELEASE_DATE=one.on.isoformat(),
            MOVEMENT_TYPE="REL",
            MOVEMENT_REASON_CODE=RELEASE[one.leaving],
            CREATE_DATETIME=backwards_stamp(one.at),
        )


def category_set(book: Book, one: custody.CategorySet) -> None:
    """A categorisation among OFFENDER_ASSESSMENTS."""
    booking = book.active(one.life)
    if booking is not None:
        _assessed(book, booking, one, kind=-2, level=one.category)


def risk_set(book: Book, one: custody.SharingRiskSet) -> None:
    """A cell sharing risk assessment among OFFENDER_ASSESSMENTS."""
    booking = book.active(one.life)
    if booking is not None:
        level = "HI" if one.is_high else "STANDARD"
        _assessed(book, booking, one, kind=-6 if one.is_first else -4, level=level)


def _assessed(
    book: Book, booking: Booking, one: custody.CategorySet | custody.SharingRiskSet, *, kind: int, level: str
) -> None:
    book.put(
        "OFFENDER_ASSESSMENTS",
        OFFENDER_BOOK_ID=booking.number,
        ASSESSMENT_SEQ=booking.next("OFFENDER_ASSESSMENTS"),
        ASSESSMENT_DATE=day(one.at),
        ASSESSMENT_TYPE_ID=kind,
        ASSESS_STATUS="A",
        CALC_SUP_LEVEL_TYPE=level,
        REVIEW_SUP_LEVEL_TYPE=level,
        NEXT_REVIEW_DATE=one.review_on.isoformat(),
        EVALUATION_RESULT_CODE="APP",
        REVIEW_COMMITTE_CODE="RECP" if kind == -6 else "REVIEW",
        EVALUATION_DATE=day(one.at),
    )
