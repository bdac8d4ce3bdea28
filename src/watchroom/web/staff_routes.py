"""What staff write about people, and the outbox in which it waits for its legal record."""

from dataclasses import replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from watchroom.gate.door import Refused
from watchroom.handover.outbox.build import build_outbox
from watchroom.handover.outbox.rules import EntryRow, Note, State, SubjectRow, faults
from watchroom.handover.outbox.show import Typed, note_page, outbox_page
from watchroom.handover.past import past_notice
from watchroom.ingest.staff import Overtaken
from watchroom.kernel.clock import ClocksChangedError, on_the_wall
from watchroom.kernel.errors import UsageError
from watchroom.kernel.ids import id_in, uuid7
from watchroom.node.staff_desk import Move, StaffDesk, may_move, staff_desk_of
from watchroom.web.addresses import known_id
from watchroom.web.forms import Form
from watchroom.web.guards import purpose_of
from watchroom.web.handover_routes import instant_of
from watchroom.web.house import AtHand, House, Present, Setting, framed, kept
from watchroom.web.navigation import records
from watchroom.web.refusals import RefusedError
from watchroom.web.threads import in_thread
from watchroom.web.visitors import Visitor

T = TypeVar("T")

HERE = "/outbox"
# The longest note in letters that take the most room on the way.
FORM_BYTES = 64 * 1024
# What can be said after something was done; any other word in the address says nothing.
DONE = frozenset({"written", "again", "corrected", "overtaken", *(state.value.lower() for state in State)})


@get("/people/{person_id:str}/note")
@in_thread
def note_form(house: AtHand, visitor: Present, person_id: FromPath[str], purpose: FromQuery[str] = "") -> Response[str]:
    """The form of a note about somebody; somebody hidden and somebody absent give the same answer."""
    desk = staff_desk_at(house, visitor, purpose=purpose_of(visitor, purpose))
    subject = given(house, desk.subject(known_id(person_id)))
    typed = Typed(occurred=wall_of(house, house.node.clock.now()), entry=new_key(house))
    return form_response(house, visitor, subject, desk=desk, typed=typed)


@post("/people/{person_id:str}/note", status_code=200, request_max_body_size=FORM_BYTES)
@in_thread
def write_note(house: AtHand, visitor: Present, person_id: FromPath[str], data: Form) -> Response[str] | Redirect:
    """Record a note; the form again, with what had been typed, where something is missing."""
    desk = staff_desk_at(house, visitor, purpose=purpose_of(visitor, data.get("purpose")))
    note, typed = note_of(house, desk, data)
    key = id_in(typed.entry)
    if typed.faults or key is None:
        subject = given(house, desk.subject(known_id(person_id)))
        return form_response(house, visitor, subject, desk=desk, typed=typed)
    found = given(house, desk.write(known_id(person_id), note, key=key))
    return on_to_outbox(desk, done="again" if isinstance(found, Overtaken) else "written")


@get(HERE)
@in_thread
def outbox(
    house: AtHand, visitor: Present, purpose: FromQuery[str] = "", at: FromQuery[str] = "", done: FromQuery[str] = ""
) -> Response[str]:
    """What staff wrote and its legal record does not hold yet, as far as this person may see it."""
    node, chosen, instant = house.node, purpose_of(visitor, purpose), instant_of(house, at)
    seen = build_outbox(node.gate, visitor.asker, purpose=chosen, at=instant, is_past=bool(at))
    found = given(house, seen)
    page = outbox_page(
        found.value,
        node.words,
        reader="" if at or not records(visitor) else visitor.asker.name,
        query=kept(chosen, at),
        done=done if done in DONE else "",
    )
    frame = framed(
        house, title=page.title, visitor=visitor, setting=Setting(purpose=chosen, here=HERE, current=HERE, at=at)
    )
    html = house.pages.page(
        "staff/outbox.html",
        frame,
        page=page,
        purpose=chosen,
        past=past_notice(instant, now=node.clock.now(), words=node.words),
        now=f"{HERE}?{kept(chosen)}",
    )
    return Response(html, media_type=MediaType.HTML)


@post(f"{HERE}/{{entry_id:str}}")
@in_thread
def move_entry(house: AtHand, visitor: Present, entry_id: FromPath[str], data: Form) -> Redirect:
    """Say how far an entry has come; where somebody said something of it meanwhile, nothing changes and it is told."""
    desk = staff_desk_at(house, visitor, purpose=purpose_of(visitor, data.get("purpose")))
    row, version = entry_at(house, desk, entry_id), data.get("version", "")
    state = next((one for one in State if one.value == data.get("state")), None)
    if state is None or state is State.EXPORTED:
        raise UsageError("the form names no state that can be said of an entry; load the page again")
    move = Move(state=state, version=number_in(version), reason=data.get("reason", ""))
    if not may_move(row.status_code, move):
        return on_to_outbox(desk, done="overtaken")
    found = desk.move(row, move)
    return on_to_outbox(desk, done="overtaken" if isinstance(found, Overtaken) else state.value.lower())


@get(f"{HERE}/{{entry_id:str}}/correct")
@in_thread
def correction_form(
    house: AtHand, visitor: Present, entry_id: FromPath[str], purpose: FromQuery[str] = ""
) -> Response[str]:
    """The form of a note as it stands, for whoever wrote it."""
    desk = staff_desk_at(house, visitor, purpose=purpose_of(visitor, purpose))
    row = entry_at(house, desk, entry_id)
    typed = Typed(
        kind=f"{row.type_code}/{row.sub_type_code}",
        occurred=wall_of(house, row.occurred_at) if row.occurred_at else "",
        words=row.text or "",
        system=row.system_code,
        version=str(row.version),
    )
    return form_response(house, visitor, row, desk=desk, typed=typed)


@post(f"{HERE}/{{entry_id:str}}/correct", status_code=200, request_max_body_size=FORM_BYTES)
@in_thread
def correct_note(house: AtHand, visitor: Present, entry_id: FromPath[str], data: Form) -> Response[str] | Redirect:
    """Another version of a note of one's own; the form again where something is missing."""
    desk = staff_desk_at(house, visitor, purpose=purpose_of(visitor, data.get("purpose")))
    row = entry_at(house, desk, entry_id)
    note, typed = note_of(house, desk, data)
    if typed.faults:
        return form_response(house, visitor, row, desk=desk, typed=typed)
    found = desk.correct(row, note, version=number_in(typed.version))
    if not isinstance(found, Overtaken):
        return on_to_outbox(desk, done="corrected")
    standing = entry_at(house, desk, entry_id)
    if standing.typed_by != visitor.asker.name:
        return on_to_outbox(desk, done="overtaken")
    # Another window of theirs was quicker. What they typed here is theirs too: they see both before one goes.
    faults = {"words": "staff.fault.overtaken"}
    typed = replace(typed, version=str(standing.version), stands=standing.text or "", faults=faults)
    return form_response(house, visitor, standing, desk=desk, typed=typed)


def staff_desk_at(house: House, visitor: Visitor, *, purpose: str) -> StaffDesk:
    """The desk of this visitor.

    Raises:
        RefusedError: they do not record for that purpose.
    """
    return given(house, staff_desk_of(house.node, visitor.asker, purpose=purpose))


def given(house: House, found: T | Refused) -> T:
    """What was given.

    Raises:
        RefusedError: it was refused.
    """
    if isinstance(found, Refused):
        raise RefusedError(house.node.words.say(found.reason))
    return found


def entry_at(house: House, desk: StaffDesk, entry_id: str) -> EntryRow:
    """The entry of an address.

    Raises:
        NotFoundError: there is none, or none that they may see.
    """
    return given(house, desk.entry(id_in(entry_id) or UUID(int=0)))


def note_of(house: House, desk: StaffDesk, data: dict[str, str]) -> tuple[Note, Typed]:
    """What a form says, and the same as it was typed with what is wrong with it."""
    occurred = data.get("occurred", "")
    try:
        at = instant_of(house, occurred) if occurred else None
    except (UsageError, ClocksChangedError):
        at = None
    # No record can hold the character NUL.
    text = data.get("words", "").replace("\0", "").strip()
    note = Note(kind=data.get("kind", ""), occurred_at=at, text=text, system=data.get("system", ""))
    typed = Typed(
        kind=note.kind,
        occurred=occurred,
        words=note.text,
        system=note.system,
        entry=data.get("entry", "") if id_in(data.get("entry", "")) else new_key(house),
        version=data.get("version", ""),
        faults=faults(note, now=house.node.clock.now(), systems=desk.systems),
    )
    return note, typed


def form_response(
    house: House, visitor: Visitor, about: SubjectRow | EntryRow, *, desk: StaffDesk, typed: Typed
) -> Response[str]:
    """The form, empty or with what was typed, about a person or to correct an entry that stands."""
    person, query = f"/people/{about.person_id}", kept(desk.purpose)
    is_new = isinstance(about, SubjectRow)
    where = {
        "title": "note" if is_new else "correct",
        "action": f"{person}/note" if is_new else f"{HERE}/{about.entry_id}/correct",
        "back": f"{person}?{query}",
        "purpose": desk.purpose,
    }
    subject = about if is_new else subject_of(about)
    page = note_page(subject, house.node.words, typed=typed, systems=desk.systems, where=where)
    setting = Setting(purpose=desk.purpose, current=HERE, keeps_typed=True)
    frame = framed(house, title=page.title, visitor=visitor, setting=setting)
    html = house.pages.page("staff/note.html", frame, page=page)
    return Response(html, media_type=MediaType.HTML, status_code=400 if typed.faults else 200)


def subject_of(row: EntryRow) -> SubjectRow:
    """The person whom an entry is about."""
    return SubjectRow(
        person_id=row.person_id,
        prison_number=row.prison_number,
        family_name=row.family_name,
        given_names=row.given_names,
        site_code=row.site_code,
        unit_code=row.unit_code,
    )


def on_to_outbox(desk: StaffDesk, *, done: str) -> Redirect:
    """On to the outbox, which says what was done."""
    return Redirect(f"{HERE}?{kept(desk.purpose)}&done={done}", status_code=303)


def wall_of(house: House, instant: datetime) -> str:
    """An instant by the node's wall clock as the input wants it; empty in an hour that it shows twice."""
    wall = on_the_wall(instant, house.node.words.zone)
    return f"{wall:%Y-%m-%dT%H:%M}" if wall is not None else ""


def new_key(house: House) -> str:
    """The key of what a form will write, so that a form that comes twice is written once."""
    return str(uuid7(at=house.node.machine_clock.now()))


def number_in(text: str) -> int:
    """The version that a form names; one that there is not where it names none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else -1
