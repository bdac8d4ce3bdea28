"""The rooms of cases, for whoever manages them: the list, one room, and what changes it."""

from collections.abc import Callable
from datetime import datetime

from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from watchroom.gate.case_room_reading import RoomPlace
from watchroom.gate.case_rooms import LONGEST_REFERENCE, Member
from watchroom.gate.door import Refused
from watchroom.gate.errors import NoRoomError, RoomFaultError
from watchroom.gate.openings import Times
from watchroom.governance.one_room.show import RoomPage, Shown, room_page
from watchroom.governance.rooms.rules import LINES_A_PAGE, organisations_of
from watchroom.governance.rooms.show import NOTHING, After, RoomsPage, rooms_page
from watchroom.kernel.clock import ClocksChangedError
from watchroom.kernel.errors import UsageError
from watchroom.kernel.ids import id_in
from watchroom.node.agreement_desk import PURPOSE
from watchroom.node.room_desk import RoomDesk, room_desk_of
from watchroom.web.agreement_desks import confirmed
from watchroom.web.forms import Form
from watchroom.web.handover_routes import instant_of
from watchroom.web.house import AnyRequest, AtHand, House, Present, Setting, framed
from watchroom.web.refusals import RefusedError
from watchroom.web.threads import in_thread
from watchroom.web.visitors import Visitor

HERE = "/rooms"
LONGEST_ACCOUNT = 100
# No address asks for a later place than this.
MOST_MEMBERS = 1_000_000
# At which field a fault of the gate is shown; any other is of the whole room.
FIELDS = {
    "reference": "case",
    "taken": "case",
    "closes": "closes",
    "account": "account",
    "in_it": "account",
    "oneself": "account",
}
# How the page says what is said of a password that is not taken, wherever one is asked for.
_PASSWORD_WRONG = {"web.sign_in.too_often": "too_often", "agreements.error.password": "password"}


@get(HERE)
@in_thread
def rooms(
    house: AtHand,
    visitor: Present,
    after: FromQuery[str] = "",
    listed: FromQuery[str] = "",
    done: FromQuery[str] = "",
) -> Response[str]:
    """The rooms there are, those that are open first, from a place on."""
    desk, place = room_desk_at(house, visitor), id_in(after)
    begin = RoomPlace(after=place, is_open=listed == "open") if place else None
    return rooms_response(house, visitor, desk=desk, place=begin, after=After(done=done))


@post(HERE)
@in_thread
def open_room(house: AtHand, visitor: Present, data: Form) -> Response[str] | Redirect:
    """Open the room of a case, for nobody yet, and go on to it; or the list with what was typed and what is wrong."""
    desk = room_desk_at(house, visitor)
    case, wrong = data.get("case", "").strip(), dict[str, str]()
    closes_at = closes_of(house, data.get("closes", ""), wrong=wrong)
    if not (case.isprintable() and 0 < len(case) <= LONGEST_REFERENCE):
        wrong["case"] = "reference"
    if closes_at is not None and not wrong:
        try:
            room = desk.open(case, closes_at=closes_at)
        except RoomFaultError as fault:
            wrong[FIELDS.get(fault.why, "case")] = fault.why
        else:
            return Redirect(f"{HERE}/{room}?done=opened", status_code=303)
    return rooms_response(house, visitor, desk=desk, after=After(typed=data, wrong=wrong))


@get(HERE + "/{room_id:str}")
@in_thread
def room(
    house: AtHand, visitor: Present, room_id: FromPath[str], done: FromQuery[str] = "", begin: FromQuery[int] = 0
) -> Response[str]:
    """One room: who is in it from a place on, until when, let in by whom, and what it opens by which agreement."""
    after = After(done=done, begin=min(max(begin, 0), MOST_MEMBERS))
    return room_response(house, visitor, desk=room_desk_at(house, visitor), room_id=room_id, after=after)


@post(HERE + "/{room_id:str}/admit")
@in_thread
def admit_member(
    house: AtHand, visitor: Present, request: AnyRequest, room_id: FromPath[str], data: Form
) -> Response[str] | Redirect:
    """Let an account into a room, after one's password once more; or its page with what was typed and what is wrong."""
    desk, account = room_desk_at(house, visitor), data.get("account", "").strip()
    wrong = dict[str, str]()
    if data.get("organisation", "") not in organisations_of(desk.agreements(), own=desk.organisation):
        wrong["organisation"] = "organisation"
    if not (account.isprintable() and 0 < len(account) <= LONGEST_ACCOUNT):
        wrong["account"] = "account"
    # Letting somebody in opens something, so a page that was left open is not enough; to take out or to close is.
    if not wrong and (refused := confirmed(house, visitor, request, password=data.get("password", ""))):
        wrong["password"] = _PASSWORD_WRONG[refused]
    if not wrong:
        wrong = _changed(house, lambda: desk.admit(id_in(room_id), member_in(data)))
    if wrong:
        again = After(typed=data, wrong=wrong)
        return room_response(house, visitor, desk=desk, room_id=room_id, after=again)
    return _on_to(room_id, done="admitted")


@post(HERE + "/{room_id:str}/leave")
@in_thread
def take_out_member(house: AtHand, visitor: Present, room_id: FromPath[str], data: Form) -> Response[str] | Redirect:
    """Take an account out of a room, from the next read on; or its page with why not."""
    desk = room_desk_at(house, visitor)
    if wrong := _changed(house, lambda: desk.leave(id_in(room_id), member_in(data))):
        return room_response(house, visitor, desk=desk, room_id=room_id, after=After(wrong=wrong))
    return _on_to(room_id, done="left")


@post(HERE + "/{room_id:str}/close")
@in_thread
def close_room(house: AtHand, visitor: Present, room_id: FromPath[str]) -> Response[str] | Redirect:
    """Close a room, from the next read on; or its page with why not."""
    desk = room_desk_at(house, visitor)
    if wrong := _changed(house, lambda: desk.close(id_in(room_id))):
        return room_response(house, visitor, desk=desk, room_id=room_id, after=After(wrong=wrong))
    return _on_to(room_id, done="closed")


def room_desk_at(house: House, visitor: Visitor) -> RoomDesk:
    """The desk of somebody who may manage rooms.

    Raises:
        RefusedError: it is not their duty; that is recorded.
    """
    desk = room_desk_of(house.node, visitor.asker)
    if isinstance(desk, Refused):
        raise RefusedError(house.node.words.say(desk.reason))
    return desk


def member_in(data: Form) -> Member:
    """Whom a form names."""
    organisation, account = (data.get(name, "").replace("\0", "").strip() for name in ("organisation", "account"))
    return Member(organisation=organisation, account=account)


def closes_of(house: House, text: str, *, wrong: dict[str, str]) -> datetime | None:
    """The instant that was typed, by the clock on the wall of the node; else None, and `wrong` says why not."""
    try:
        if text:
            return instant_of(house, text)
        wrong["closes"] = "closes"
    except ClocksChangedError:
        wrong["closes"] = "clocks_changed"
    except UsageError:
        wrong["closes"] = "closes"
    return None


def rooms_response(
    house: House,
    visitor: Visitor,
    *,
    desk: RoomDesk,
    place: RoomPlace | None = None,
    after: After = NOTHING,
) -> Response[str]:
    """The list from a place on, with the form as it was sent."""
    found = desk.listed(most=LINES_A_PAGE, place=place)
    page = rooms_page(found.rooms, house.node.words, at=_now(house), more=found.more, after=after)
    return _page(house, visitor, "rooms/list.html", page=page, is_wrong=bool(after.wrong))


def room_response(
    house: House, visitor: Visitor, *, desk: RoomDesk, room_id: str, after: After = NOTHING
) -> Response[str]:
    """The page of one room, with the form as it was sent.

    Raises:
        RefusedError: there is no such room, or it is not theirs to look after; that is recorded.
    """
    found = desk.one(id_in(room_id), most=LINES_A_PAGE, begin=after.begin)
    if isinstance(found, Refused):
        raise RefusedError(house.node.words.say(found.reason))
    shown = Shown(
        at=_now(house),
        own=(desk.organisation, house.node.agency_name),
        agreements=found.agreements,
        after=after,
    )
    page = room_page(found.room, found.listed, house.node.words, shown=shown)
    return _page(house, visitor, "rooms/room.html", page=page, is_wrong=bool(after.wrong))


def _changed(house: House, act: Callable[[], Refused | None]) -> dict[str, str]:
    """Do it; by field what is wrong, empty where it was done.

    Raises:
        RefusedError: there is no such room, or it is not theirs to look after; that is recorded.
    """
    try:
        refused = act()
    except (RoomFaultError, NoRoomError) as fault:
        return {FIELDS.get(fault.why, "members"): fault.why}
    if refused is not None:
        raise RefusedError(house.node.words.say(refused.reason))
    return {}


def _on_to(room_id: str, *, done: str) -> Redirect:
    return Redirect(f"{HERE}/{id_in(room_id)}?done={done}", status_code=303)


def _now(house: House) -> Times:
    return Times(node=house.node.clock.now(), machine=house.node.machine_clock.now())


def _page(
    house: House, visitor: Visitor, template: str, *, page: RoomsPage | RoomPage, is_wrong: bool
) -> Response[str]:
    # The browser keeps titles in its history: the reference of a case is in none.
    title = house.node.words.phrase("rooms.title")
    setting = Setting(purpose=PURPOSE, current=HERE, keeps_typed=True)
    frame = framed(house, title=title, visitor=visitor, setting=setting)
    html = house.pages.page(template, frame, page=page)
    return Response(html, media_type=MediaType.HTML, status_code=400 if is_wrong else 200)
