"""The choice of a post."""

from litestar import Response, get
from litestar.enums import MediaType
from litestar.params import FromQuery
from litestar.response import Redirect

from watchroom.gate.door import Refused
from watchroom.handover.posts.build import build_posts
from watchroom.handover.posts.show import posts_page
from watchroom.insight.rules import BOARD_PURPOSE
from watchroom.web.guards import purpose_of
from watchroom.web.house import AtHand, Present, Setting, framed
from watchroom.web.refusals import RefusedError
from watchroom.web.threads import in_thread


@get("/posts")
@in_thread
def posts(house: AtHand, visitor: Present, purpose: FromQuery[str] = "") -> Response[str] | Redirect:
    """The posts that this person may choose, and the roll of the site; numbers without persons have their own page."""
    node, chosen = house.node, purpose_of(visitor, purpose)
    if chosen == BOARD_PURPOSE and BOARD_PURPOSE in visitor.purposes:
        return Redirect("/board", status_code=303)
    seen = build_posts(node.gate, visitor.asker, purpose=chosen, at=node.clock.now())
    if isinstance(seen, Refused):
        raise RefusedError(node.words.say(seen.reason))
    page = posts_page(seen.value, node.words)
    setting = Setting(purpose=chosen, here="/posts", current="/posts")
    frame = framed(house, title=page.title, visitor=visitor, setting=setting)
    return Response(house.pages.page("posts.html", frame, page=page), media_type=MediaType.HTML)
