"""The page of one person."""

from datetime import timedelta
from uuid import UUID

from litestar import Response, get
from litestar.enums import MediaType
from litestar.params import FromPath, FromQuery

from watchroom.audit.entries import Act
from watchroom.gate.door import Asked, Refused, View
from watchroom.kernel.errors import NotFoundError
from watchroom.web.guards import purpose_of
from watchroom.web.house import AtHand, Present, Setting, framed
from watchroom.web.person_page import person_page
from watchroom.web.person_parts import PersonFacts, read_person
from watchroom.web.posts_page import unit_name
from watchroom.web.refusals import RefusedError
from watchroom.web.threads import in_thread

AHEAD = timedelta(days=7)


@get("/people/{person_id:str}")
@in_thread
def person(house: AtHand, visitor: Present, person_id: FromPath[str], purpose: FromQuery[str] = "") -> Response[str]:
    """What this asker may see of one person; somebody hidden and somebody absent give the same answer."""
    chosen = purpose_of(visitor, purpose)
    wanted = known_id(person_id)
    at = house.node.clock.now()
    today = at.astimezone(house.node.words.zone).date()

    def look(view: View) -> PersonFacts | None:
        return read_person(view, wanted, today=today, last_day=today + AHEAD)

    seen = house.node.gate.read(visitor.asker, asked=Asked(purpose=chosen, act=Act.CONSULT, what="person"), look=look)
    if isinstance(seen, Refused):
        raise RefusedError(house.node.words.say(seen.reason))
    if seen.value is None:
        raise NotFoundError("nobody at this address")
    page = person_page(seen.value, words=house.node.words, as_of=at, purpose=chosen)
    setting = Setting(
        place=unit_name(page.unit, words=house.node.words) if page.unit else "",
        purpose=chosen,
        here=f"/people/{wanted}",
    )
    frame = framed(house, title=house.node.words.phrase("web.person.title"), visitor=visitor, setting=setting)
    return Response(house.pages.page("person.html", frame, page=page), media_type=MediaType.HTML)


def known_id(text: str) -> UUID:
    """The identifier in an address.

    Raises:
        NotFoundError: it is none, so nobody is there.
    """
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError("nobody at this address") from None
