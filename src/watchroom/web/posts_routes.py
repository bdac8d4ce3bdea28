"""The choice of a post."""

from litestar import Response, get
from litestar.enums import MediaType
from litestar.params import FromQuery

from watchroom.audit.entries import Act
from watchroom.gate.door import Asked, Refused
from watchroom.web.guards import purpose_of
from watchroom.web.house import AtHand, Present, Setting, framed
from watchroom.web.posts_page import posts_page, read_roll
from watchroom.web.refusals import RefusedError
from watchroom.web.threads import in_thread


@get("/posts")
@in_thread
def posts(house: AtHand, visitor: Present, purpose: FromQuery[str] = "") -> Response[str]:
    """The posts that this person may choose, and the roll of the site."""
    chosen = purpose_of(visitor, purpose)
    seen = house.node.gate.read(visitor.asker, asked=Asked(purpose=chosen, act=Act.COUNT, what="posts"), look=read_roll)
    if isinstance(seen, Refused):
        raise RefusedError(house.node.words.say(seen.reason))
    page = posts_page(
        seen.value,
        words=house.node.words,
        at=house.node.clock.now(),
        units=sorted(visitor.asker.units),
        purpose=chosen,
    )
    setting = Setting(purpose=chosen, here="/posts", current="/posts")
    frame = framed(house, title=page.title, visitor=visitor, setting=setting)
    return Response(house.pages.page("posts.html", frame, page=page), media_type=MediaType.HTML)
