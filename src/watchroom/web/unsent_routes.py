"""The page of what somebody had typed when their session ended: send it again, or throw it away."""

from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromQuery
from litestar.response import Redirect

from watchroom.gate.door import Refused
from watchroom.gate.unsent import Typed
from watchroom.governance.unsent.rules import ABOUT_SOMEBODY
from watchroom.governance.unsent.show import unsent_page
from watchroom.handover.outbox.show import name_of
from watchroom.kernel.errors import NotFoundError
from watchroom.node.staff_desk import staff_desk_of
from watchroom.web.addresses import known_id
from watchroom.web.cookies import safe_path
from watchroom.web.forms import Form
from watchroom.web.house import UNSENT, AtHand, House, Present, Setting, framed
from watchroom.web.threads import in_thread
from watchroom.web.visitors import Visitor


@get(UNSENT)
@in_thread
def unsent(house: AtHand, visitor: Present, to: FromQuery[str] = "/", done: FromQuery[str] = "") -> Response[str]:
    """The visitor's own forms; each is sent from here to its route, which decides as it always does."""
    kept = house.node.unsent.of(visitor.asker.name)
    about = {one.id: _about(house, visitor, one.typed) for one in kept if one.typed.route in ABOUT_SOMEBODY}
    minutes, on = house.node.pages.unsent_minutes, (safe_path(to), done)
    page = unsent_page(kept, house.node.words, minutes=minutes, about=about, on=on)
    frame = framed(house, title=page.title, visitor=visitor, setting=Setting(current=UNSENT, keeps_typed=True))
    return Response(house.pages.page("unsent.html", frame, page=page), media_type=MediaType.HTML)


def _about(house: House, visitor: Visitor, typed: Typed) -> str:
    """Whom a form is about, as the page says them on which it stands; that they are not shown any more, where so."""
    words, purpose = house.node.words, dict(typed.fields).get("purpose", "")
    desk = staff_desk_of(house.node, visitor.asker, purpose=purpose)
    if isinstance(desk, Refused):
        return words.phrase("unsent.about.hidden")
    meant = known_id(typed.path.split("/")[2])
    try:
        found = desk.entry(meant) if typed.route.startswith("/outbox/") else desk.subject(meant)
    except NotFoundError:
        return words.phrase("unsent.about.hidden")
    if isinstance(found, Refused):
        return words.phrase("unsent.about.hidden")
    return words.phrase("unsent.about", person=name_of(found, words), number=found.prison_number or "")


@post(f"{UNSENT}/throw-away")
@in_thread
def throw_away(house: AtHand, visitor: Present, data: Form) -> Redirect:
    """Delete one of the visitor's own; one that is gone already is as good."""
    house.node.unsent.throw_away(visitor.asker.name, known_id(data.get("id", "")))
    return Redirect(f"{UNSENT}?done=thrown_away", status_code=303)
