"""Notes, levels, key workers, appointments, visits and visit orders."""

from datetime import timedelta

from watchroom.demo.world import happenings_regime as regime
from watchroom.demo.world.happenings_custody import EscortBooked, EscortEnded
from watchroom.demo.writers.nomis.book import Book
from watchroom.demo.writers.nomis.codes import APPOINTMENT, ENDED, LEVEL, NOTE, VISIT
from watchroom.demo.writers.nomis.forms import day, stamp
from watchroom.demo.writers.nomis.words import note

_ROOM = {
    "doctor": "MED",
    "dentist": "MED",
    "nurse": "MED",
    "optician": "MED",
    "mental health": "MED",
    "chaplaincy": "CHAP",
}
_VISIT_MINUTES = {False: 120, True: 60}


def note_written(book: Book, one: regime.NoteWritten) -> None:
    """OFFENDER_CASE_NOTES; when it happened and when it was written stand apart."""
    booking = book.booking(one.life)
    if booking is None:
        return
    number = book.number("OFFENDER_CASE_NOTES")
    kind, sub_kind = NOTE[one.topic]
    written = stamp(one.at)
    is_woman = book.lives.of(one.life).sex == "F"
    book.put(
        "OFFENDER_CASE_NOTES",
        CASE_NOTE_ID=number,
        OFFENDER_BOOK_ID=booking.number,
        AGY_LOC_ID=one.prison,
        CONTACT_DATE=day(one.about),
        CONTACT_TIME=stamp(one.about),
        CREATE_DATETIME=written,
        AUDIT_TIMESTAMP=written,
        CASE_NOTE_TYPE=kind,
        CASE_NOTE_SUB_TYPE=sub_kind,
        STAFF_ID=one.staff,
        CASE_NOTE_TEXT=note(one.topic, book.stream("note", number), is_woman=is_woman),
    )
    book.windowed("OFFENDER_CASE_NOTES", one.at, booking, number)


def level_set(book: Book, one: regime.LevelSet) -> None:
    """OFFENDER_IEP_LEVELS."""
    booking = book.active(one.life)
    if booking is not None:
        book.put(
            "OFFENDER_IEP_LEVELS",
            OFFENDER_BOOK_ID=booking.number,
            IEP_LEVEL_SEQ=booking.next("OFFENDER_IEP_LEVELS"),
            IEP_DATE=day(one.at),
            IEP_TIME=stamp(one.at),
            AGY_LOC_ID=one.prison,
            IEP_LEVEL=LEVEL[one.level],
            COMMENT_TEXT=one.why.capitalize(),
        )


def key_worker_given(book: Book, one: regime.KeyWorkerGiven) -> None:
    """OFFENDER_KEY_WORKERS; the one before is active no more."""
    booking = book.active(one.life)
    if booking is None:
        return
    last = booking.last.get("key worker")
    if last is not None:
        last["ACTIVE_FLAG"] = "N"
        book.put("OFFENDER_KEY_WORKERS", **last)
    cells: dict[str, object] = {
        "OFFENDER_BOOK_ID": booking.number,
        "OFFICER_ID": one.staff,
        "ASSIGNED_DATE": day(one.at),
        "ASSIGNED_TIME": stamp(one.at),
        "ACTIVE_FLAG": "Y",
        "AGY_LOC_ID": one.prison,
    }
    booking.last["key worker"] = cells
    book.put("OFFENDER_KEY_WORKERS", **cells)
    book.of(booking, "OFFENDER_KEY_WORKERS", booking.number, one.staff, cells["ASSIGNED_TIME"])


def appointment_made(book: Book, one: regime.AppointmentMade) -> None:
    """OFFENDER_IND_SCHEDULES."""
    booking = book.active(one.life)
    if booking is None:
        return
    cells: dict[str, object] = {
        "EVENT_ID": one.number,
        "OFFENDER_BOOK_ID": booking.number,
        "EVENT_DATE": day(one.starts),
        "START_TIME": stamp(one.starts),
        "END_TIME": stamp(one.starts + timedelta(minutes=one.minutes)),
        "EVENT_CLASS": "INT_MOV",
        "EVENT_TYPE": "APP",
        "EVENT_SUB_TYPE": APPOINTMENT[one.kind],
        "EVENT_STATUS": "SCH",
        "AGY_LOC_ID": one.prison,
        "TO_INTERNAL_LOCATION_ID": book.locations[f"{one.prison}-{_ROOM.get(one.kind, 'EDUC')}"],
        "CREATE_DATETIME": stamp(one.at),
    }
    book.events[one.number] = ("OFFENDER_IND_SCHEDULES", cells)
    book.put("OFFENDER_IND_SCHEDULES", **cells)
    book.windowed("OFFENDER_IND_SCHEDULES", one.at, booking, one.number)


def appointment_ended(book: Book, one: regime.AppointmentEnded) -> None:
    """What became of an appointment."""
    table, cells = book.events.pop(one.number, ("", {}))
    if table and book.booking(one.life) is not None:
        cells["EVENT_STATUS"] = ENDED[one.outcome]
        book.put(table, **cells)


def escort_booked(book: Book, one: EscortBooked) -> None:
    """OFFENDER_IND_SCHEDULES, as a temporary absence."""
    booking = book.active(one.life)
    if booking is None:
        return
    cells: dict[str, object] = {
        "EVENT_ID": one.number,
        "OFFENDER_BOOK_ID": booking.number,
        "EVENT_DATE": day(one.starts),
        "START_TIME": stamp(one.starts),
        "END_TIME": stamp(one.starts + timedelta(hours=2)),
        "EVENT_CLASS": "EXT_MOV",
        "EVENT_TYPE": "TAP",
        "EVENT_SUB_TYPE": "C5",
        "EVENT_STATUS": "SCH",
        "AGY_LOC_ID": one.prison,
        "TO_AGY_LOC_ID": one.place,
        "COMMENT_TEXT": "Hospital appointment, two officers",
        "CREATE_DATETIME": stamp(one.at),
    }
    book.events[one.number] = ("OFFENDER_IND_SCHEDULES", cells)
    book.put("OFFENDER_IND_SCHEDULES", **cells)
    book.windowed("OFFENDER_IND_SCHEDULES", one.at, booking, one.number)


def escort_ended(book: Book, one: EscortEnded) -> None:
    """What became of an escort."""
    table, cells = book.events.pop(one.number, ("", {}))
    if table and book.booking(one.life) is not None:
        cells["EVENT_STATUS"] = "COMP" if one.was_taken else "CANC"
        book.put(table, **cells)


def visit_booked(book: Book, one: regime.VisitBooked) -> None:
    """OFFENDER_VISITS."""
    booking = book.active(one.life)
    if booking is None:
        return
    cells: dict[str, object] = {
        "OFFENDER_VISIT_ID": one.number,
        "OFFENDER_BOOK_ID": booking.number,
        "VISIT_DATE": day(one.starts),
        "START_TIME": stamp(one.starts),
        "END_TIME": stamp(one.starts + timedelta(minutes=_VISIT_MINUTES[one.is_official])),
        "VISIT_TYPE": "OFFI" if one.is_official else "SCON",
        "VISIT_STATUS": "SCH",
        "VISIT_INTERNAL_LOCATION_ID": book.locations[f"{one.prison}-VISITS"],
        "AGY_LOC_ID": one.prison,
    }
    book.events[one.number] = ("OFFENDER_VISITS", cells)
    book.put("OFFENDER_VISITS", **cells)
    book.windowed("OFFENDER_VISITS", one.at, booking, one.number)


def visit_ended(book: Book, one: regime.VisitEnded) -> None:
    """What became of a visit."""
    table, cells = book.events.pop(one.number, ("", {}))
    if table and book.booking(one.life) is not None:
        cells["VISIT_STATUS"], cells["COMMENT_TEXT"] = VISIT[one.ended]
        book.put(table, **cells)


def order_given(book: Book, one: regime.VisitOrderGiven) -> None:
    """OFFENDER_VISIT_ORDERS."""
    booking = book.active(one.life)
    if booking is not None:
        book.put(
            "OFFENDER_VISIT_ORDERS",
            OFFENDER_VISIT_ORDER_ID=one.order,
            VISIT_ORDER_NUMBER=one.order,
            OFFENDER_BOOK_ID=booking.number,
            ISSUE_DATE=f"{one.on.isoformat()} 00:00:00.000000",
            VISIT_ORDER_TYPE="VO",
            STATUS="A",
        )
        book.of(booking, "OFFENDER_VISIT_ORDERS", one.order)
