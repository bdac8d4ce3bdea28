"""The requests of somebody: what they asked for, what waits for them, and what was given."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from watchroom.gate.door import Refused
from watchroom.gate.request_records import RequestState, Verdict
from watchroom.gate.requests import MOST_WORDS
from watchroom.governance.given.build import build_given
from watchroom.governance.given.show import given_page
from watchroom.governance.requests.build import build_requests, kept_for
from watchroom.governance.requests.rules import Place
from watchroom.governance.requests.show import After, Again, requests_page
from watchroom.kernel.ids import id_in
from watchroom.web.forms import Form
from watchroom.web.guards import purpose_of
from watchroom.web.house import AnyRequest, AtHand, House, Present, Setting, framed, kept
from watchroom.web.refusals import RefusedError
from watchroom.web.threads import in_thread
from watchroom.web.visitors import Visitor

# What can be said after something was done; any other word in the address says nothing.
DONE = frozenset({"asked", "given", "refused", "withdrawn", "ended"})
# Refusals that a form can be sent again after, beside what was typed.
MENDABLE = frozenset({"refused_without_words", "given_too_long"})


@get("/requests")
@in_thread
def requests(
    house: AtHand,
    visitor: Present,
    request: AnyRequest,
    purpose: FromQuery[str] = "",
    done: FromQuery[str] = "",
) -> Response[str]:
    """What this person has asked for, and what waits for them to decide; each list from a place of its own on."""
    place = Place(**{name: id_in(request.query_params.get(name, "")) for name in ("mine", "waiting", "open")})
    return page_of_requests(house, visitor, purpose=purpose_of(visitor, purpose), place=place, after=after_of(done))


@get("/requests/{request_id:str}")
@in_thread
def given(house: AtHand, visitor: Present, request_id: FromPath[str]) -> Response[str]:
    """What was given to this person, and nothing else; any other request and none give the same answer."""
    node, wanted = house.node, id_in(request_id)
    at = node.requests.now()
    mine = {one.id: one for one in node.requests.standing(visitor.asker) if one.state(at) is RequestState.GIVEN}
    request = mine.get(wanted) if wanted else None
    found = node.requests.known().get(request.name) if request else None
    if request is None or found is None:
        refused = node.gate.refuse(
            visitor.asker, purpose=purpose_of(visitor, ""), what="request", code="no_such_request"
        )
        raise RefusedError(node.words.say(refused.reason))
    seen = build_given(node.gate, visitor.asker, request=request, found=found)
    if isinstance(seen, Refused):
        raise RefusedError(node.words.say(seen.reason))
    page = given_page(seen.value, node.words, at=at)
    setting = Setting(purpose=request.purpose, current="/requests")
    frame = framed(house, title=page.title, visitor=visitor, setting=setting)
    html = house.pages.page("requests/given.html", frame, page=page)
    return Response(html, media_type=MediaType.HTML)


@post("/requests/{request_id:str}/decide", status_code=200)
@in_thread
def decide(house: AtHand, visitor: Present, request_id: FromPath[str], data: Form) -> Response[str] | Redirect:
    """Give what was asked for, or refuse it; the page again where something is missing."""
    node, chosen = house.node, purpose_of(visitor, data.get("purpose"))
    gives, words = data.get("decision") == "give", data.get("words", "").strip()
    wanted = id_in(request_id)
    again = Again(request_id=wanted or UUID(int=0), error="", words=words, lasts=data.get("lasts", ""))
    lasts = span_of(data.get("lasts", "")) if gives else None
    if data.get("decision") not in ("give", "refuse"):
        # Sent without a button, as by a key or from what was kept: nobody has said which.
        return asked_again(house, visitor, again, purpose=chosen, fault="requests.fault.decision")
    if len(words) > MOST_WORDS:
        return asked_again(house, visitor, again, purpose=chosen, fault="requests.fault.words")
    verdict = Verdict(purpose=chosen, lasts=lasts, words=words)
    found = node.requests.decide(visitor.asker, wanted or UUID(int=0), verdict)
    if isinstance(found, Refused):
        if found.code not in MENDABLE:
            raise RefusedError(node.words.say(found.reason))
        return asked_again(house, visitor, again, purpose=chosen, fault=f"gate.refused.{found.code}")
    return on_to_requests(chosen, done="given" if gives else "refused")


@post("/requests/{request_id:str}/withdraw")
@in_thread
def withdraw(house: AtHand, visitor: Present, request_id: FromPath[str], data: Form) -> Redirect:
    """Take back what this person has asked for."""
    chosen = purpose_of(visitor, data.get("purpose"))
    found = house.node.requests.withdraw(visitor.asker, id_in(request_id) or UUID(int=0), purpose=chosen)
    if isinstance(found, Refused):
        raise RefusedError(house.node.words.say(found.reason))
    return on_to_requests(chosen, done="withdrawn")


@post("/requests/{request_id:str}/end")
@in_thread
def end(house: AtHand, visitor: Present, request_id: FromPath[str], data: Form) -> Redirect:
    """End early what was given."""
    chosen = purpose_of(visitor, data.get("purpose"))
    found = house.node.requests.end(visitor.asker, id_in(request_id) or UUID(int=0), purpose=chosen)
    if isinstance(found, Refused):
        raise RefusedError(house.node.words.say(found.reason))
    return on_to_requests(chosen, done="ended")


def page_of_requests(
    house: House, visitor: Visitor, *, purpose: str, after: After, place: Place | None = None
) -> Response[str]:
    """The page of requests, read through the gate for this visitor.

    Raises:
        RefusedError: the gate does not give it.
    """
    node = house.node
    at = node.requests.now()
    seen = build_requests(
        node.gate,
        visitor.asker,
        purpose=purpose,
        kept=partial(kept_for, node.requests, visitor.asker, place=place),
        at=at.node,
    )
    if isinstance(seen, Refused):
        raise RefusedError(node.words.say(seen.reason))
    page = requests_page(seen.value, node.words, at=at, purpose=purpose, after=after)
    setting = Setting(purpose=purpose, here="/requests", current="/requests")
    frame = framed(house, title=page.title, visitor=visitor, setting=setting)
    html = house.pages.page("requests/requests.html", frame, page=page)
    return Response(html, media_type=MediaType.HTML, status_code=400 if after.again else 200)


def asked_again(house: House, visitor: Visitor, again: Again, *, purpose: str, fault: str) -> Response[str]:
    """The page of requests with what had been typed, and what is wrong with it."""
    told = Again(
        request_id=again.request_id, error=house.node.words.phrase(fault), words=again.words, lasts=again.lasts
    )
    return page_of_requests(house, visitor, purpose=purpose, after=After(again=told))


def after_of(done: str) -> After:
    """What was done just before, where the address says something that can be said."""
    return After(done=f"requests.done.{done}" if done in DONE else "")


def on_to_requests(purpose: str, *, done: str) -> Redirect:
    """On to the page of requests, which says what was done."""
    return Redirect(f"/requests?{kept(purpose)}&done={done}", status_code=303)


def span_of(text: str) -> timedelta:
    """For how long, in seconds; what is no such number is no time at all, which nothing is given for."""
    return timedelta(seconds=int(text)) if text.isascii() and text.isdigit() and len(text) < 9 else timedelta(0)
