"""The page of one person."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Response, get
from litestar.enums import MediaType
from litestar.params import FromPath, FromQuery

from watchroom.gate.door import Refused
from watchroom.handover.past import past_notice
from watchroom.handover.person.build import Whom, build_person
from watchroom.handover.person.show import person_page
from watchroom.kernel.errors import NotFoundError
from watchroom.web.guards import purpose_of
from watchroom.web.handover_routes import instant_of
from watchroom.web.house import AtHand, Present, Setting, framed, kept
from watchroom.web.refusals import RefusedError
from watchroom.web.threads import in_thread


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLinks:
    """Where the page leads: `kept` is the query of its links, `past` says that it is not of now, `now` leads there."""

    kept: str
    past: str | None
    now: str


@get("/people/{person_id:str}")
@in_thread
def person(
    house: AtHand, visitor: Present, person_id: FromPath[str], purpose: FromQuery[str] = "", at: FromQuery[str] = ""
) -> Response[str]:
    """What this asker may see of one person; somebody hidden and somebody absent give the same answer."""
    node, chosen, wanted = house.node, purpose_of(visitor, purpose), known_id(person_id)
    instant = instant_of(house, at)
    seen = build_person(
        node.gate,
        visitor.asker,
        purpose=chosen,
        whom=Whom(person_id=wanted, jurisdiction=node.jurisdiction, at=instant, is_past=bool(at)),
    )
    if isinstance(seen, Refused):
        raise RefusedError(node.words.say(seen.reason))
    if seen.value is None:
        raise NotFoundError("nobody at this address")
    page = person_page(seen.value, node.words)
    setting = Setting(agency=page.agency, place=page.unit_words, purpose=chosen, here=f"/people/{wanted}", at=at)
    links = PersonLinks(
        kept=kept(chosen, at),
        past=past_notice(instant, now=node.clock.now(), words=node.words),
        now=f"/people/{wanted}?{kept(chosen)}",
    )
    # The title does not name the person: browsers keep it in their history.
    frame = framed(house, title=node.words.phrase("web.person.title"), visitor=visitor, setting=setting)
    return Response(house.pages.page("person.html", frame, page=page, links=links), media_type=MediaType.HTML)


def known_id(text: str) -> UUID:
    """The identifier in an address.

    Raises:
        NotFoundError: it is none, so nobody is there.
    """
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError("nobody at this address") from None
