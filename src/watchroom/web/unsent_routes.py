"""The page of what somebody had typed when their session ended: send it again, or throw it away."""

from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromQuery
from litestar.response import Redirect

from watchroom.gate.door import Refused
from watchroom.gate.unsent import Typed
from watchroom.governance.unsent.rules import ABOUT_SOMEBODY
from watchroom.governance.unsent.show import unsent_page
from watchroom.handover.outbox.build import build_entry, build_subject
from watchroom.handover.outbox.show import name_of
from watchroom.kernel.ids import id_in
from watchroom.web.addresses import known_id
from watchroom.web.cookies import safe_path
from watchroom.web.forms import Form
from watchroom.web.guards import purpose_of
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
    """Whom a form is about, as far as its purpose shows them to the visitor; that they are not shown, where so.

    Read through the gate and for no duty: who may ask about somebody need not be one who records.
    """
    words, gate = house.node.words, house.node.gate
    purpose, found_id = purpose_of(visitor, dict(typed.fields).get("purpose")), id_in(typed.path.split("/")[2])
    if found_id is None:
        return words.phrase("unsent.about.hidden")
    seen = (
        build_entry(gate, visitor.asker, purpose=purpose, entry_id=found_id)
        if typed.route.startswith("/outbox/")
        else build_subject(gate, visitor.asker, purpose=purpose, person_id=found_id)
    )
    if isinstance(seen, Refused) or seen.value is None:
        return words.phrase("unsent.about.hidden")
    return words.phrase("unsent.about", person=name_of(seen.value, words), number=seen.value.prison_number or "")


@post(f"{UNSENT}/throw-away")
@in_thread
def throw_away(house: AtHand, visitor: Present, data: Form) -> Redirect:
    """Delete one of the visitor's own; one that is gone already is as good."""
    house.node.unsent.throw_away(visitor.asker.name, known_id(data.get("id", "")))
    return Redirect(f"{UNSENT}?done=thrown_away", status_code=303)
