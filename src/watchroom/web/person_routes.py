"""The page of one person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get
from litestar.enums import MediaType
from litestar.params import FromPath, FromQuery

from watchroom.gate.door import Refused
from watchroom.gate.request_records import RequestState
from watchroom.handover.past import past_notice
from watchroom.handover.person.build import Whom, build_person
from watchroom.handover.person.rules import PARTS, Part, Person
from watchroom.handover.person.show import person_page
from watchroom.kernel.errors import NotFoundError
from watchroom.policy.evaluate import Facts, evaluate
from watchroom.policy.on_request import Askable
from watchroom.web.addresses import known_id
from watchroom.web.guards import purpose_of
from watchroom.web.handover_routes import instant_of
from watchroom.web.house import AtHand, House, Present, Setting, framed, kept
from watchroom.web.navigation import records
from watchroom.web.refusals import RefusedError
from watchroom.web.threads import in_thread
from watchroom.web.visitors import Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLinks:
    """Where the page leads.

    Attributes:
        kept: the query of its links.
        past: that it is not of now, in words; None: it is. `now` leads there.
        ask: where what is withheld may be asked for; empty: nothing may be. It follows from the agreements, and tells
            nothing of what there is.
        asks: the same for each part of which something may be asked for, by its key.
        write: where a note about them may be written; empty: nowhere.
        asked: what the reader has asked for about this person and is waiting or open, in words.
    """

    kept: str
    past: str | None
    now: str
    ask: str
    asks: Mapping[str, str]
    write: str
    asked: tuple[str, ...]


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
    page = person_page(seen.value, node.words, given=given_parts(house, visitor, wanted, purpose=chosen))
    setting = Setting(agency=page.agency, place=page.unit_words, purpose=chosen, here=f"/people/{wanted}", at=at)
    askable = () if at else askable_about(house, visitor, seen.value)
    links = PersonLinks(
        kept=kept(chosen, at),
        past=past_notice(instant, now=node.clock.now(), words=node.words),
        now=f"/people/{wanted}?{kept(chosen)}",
        ask=f"/people/{wanted}/ask?{kept(chosen)}" if askable else "",
        asks={part.key: ask_path(wanted, of, kept(chosen)) for part in PARTS if (of := asked_of(part, askable))},
        write="" if at or not records(visitor) else f"/people/{wanted}/note?{kept(chosen)}",
        asked=asked_about(house, visitor, wanted),
    )
    # The title does not name the person: browsers keep it in their history.
    frame = framed(house, title=node.words.phrase("web.person.title"), visitor=visitor, setting=setting)
    return Response(house.pages.page("person.html", frame, page=page, links=links), media_type=MediaType.HTML)


def askable_about(house: House, visitor: Visitor, person: Person) -> tuple[Askable, ...]:
    """What may be asked for about somebody whom the page shows, as far as their place tells; the form asks the gate."""
    row = {"id": person.person.person_id, "site_code": person.person.site_code, "unit_code": person.person.unit_code}
    asker = visitor.asker
    facts = Facts(
        now=person.at,
        today=person.at.date(),
        values={"my_sites": asker.all_sites, "my_units": asker.units},
        clearances=(),
    )
    found = house.node.requests.askable(asker, purpose=person.purpose)
    return tuple(one for one in found if evaluate(one.asked.about, row, facts) is not False)


def asked_of(part: Part, askable: Sequence[Askable]) -> tuple[Askable, ...]:
    """What may be asked for of one part of the page."""
    return tuple(one for one in askable if one.asked.clause.entity in part.entities)


def ask_path(person_id: UUID, askable: Sequence[Askable], query: str) -> str:
    """Where something is asked for; where it can only be one thing, that is chosen there already."""
    chosen = f"&{urlencode({'name': next(iter(askable)).name})}" if len(askable) == 1 else ""
    return f"/people/{person_id}/ask?{query}{chosen}"


def given_parts(house: House, visitor: Visitor, person_id: UUID, *, purpose: str) -> frozenset[str]:
    """The keys of the parts of the page that are open to the reader because they asked, for this purpose."""
    requests = house.node.requests
    at, known = requests.now(), requests.known()
    entities = {
        known[one.name].asked.clause.entity
        for one in requests.standing(visitor.asker, person_id=person_id)
        if one.name in known and one.purpose == purpose and one.state(at) is RequestState.GIVEN
    }
    return frozenset(part.key for part in PARTS if entities.intersection(part.entities))


def asked_about(house: House, visitor: Visitor, person_id: UUID) -> tuple[str, ...]:
    """What the reader has asked for about somebody and is waiting or open, in words."""
    requests, phrase = house.node.requests, house.node.words.phrase
    at, known = requests.now(), requests.known()
    told: list[str] = []
    for one in requests.standing(visitor.asker, person_id=person_id):
        state = one.state(at)
        if one.name in known:
            title = known[one.name].asked.title
            if state is RequestState.WAITING:
                told.append(phrase("ask.person.waiting", title=title, at=one.answer_by))
            elif state is RequestState.GIVEN and one.closes_at is not None:
                told.append(phrase("ask.person.given", title=title, at=one.closes_at))
    return tuple(told)
