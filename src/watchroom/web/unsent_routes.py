"""The page of what somebody had typed when their session ended: send it again, or throw it away."""

from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromQuery
from litestar.response import Redirect

from watchroom.governance.unsent.show import unsent_page
from watchroom.web.addresses import known_id
from watchroom.web.cookies import safe_path
from watchroom.web.forms import Form
from watchroom.web.house import UNSENT, AtHand, Present, Setting, framed
from watchroom.web.threads import in_thread


@get(UNSENT)
@in_thread
def unsent(house: AtHand, visitor: Present, to: FromQuery[str] = "/", done: FromQuery[str] = "") -> Response[str]:
    """The visitor's own forms; each is sent from here to its route, which decides as it always does."""
    kept = house.node.unsent.of(visitor.asker.name)
    page = unsent_page(kept, house.node.words, minutes=house.node.pages.unsent_minutes, to=safe_path(to), done=done)
    frame = framed(house, title=page.title, visitor=visitor, setting=Setting(current=UNSENT, keeps_typed=True))
    return Response(house.pages.page("unsent.html", frame, page=page), media_type=MediaType.HTML)


@post(f"{UNSENT}/throw-away")
@in_thread
def throw_away(house: AtHand, visitor: Present, data: Form) -> Redirect:
    """Delete one of the visitor's own; one that is gone already is as good."""
    house.node.unsent.throw_away(visitor.asker.name, known_id(data.get("id", "")))
    return Redirect(f"{UNSENT}?done=thrown_away", status_code=303)
