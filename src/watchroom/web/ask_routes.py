"""Asking to be shown something of one person."""

from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from watchroom.gate.door import Refused
from watchroom.gate.request_records import Ask, AskReason
from watchroom.gate.requests import MOST_WORDS
from watchroom.governance.ask.build import build_ask
from watchroom.governance.ask.show import Faults, Filled, Typed, ask_page
from watchroom.web.addresses import known_id
from watchroom.web.forms import Form
from watchroom.web.guards import purpose_of
from watchroom.web.house import AtHand, House, Present, Setting, framed
from watchroom.web.refusals import RefusedError
from watchroom.web.request_routes import on_to_requests
from watchroom.web.threads import in_thread
from watchroom.web.visitors import Visitor


@get("/people/{person_id:str}/ask")
@in_thread
def ask_form(
    house: AtHand,
    visitor: Present,
    person_id: FromPath[str],
    purpose: FromQuery[str] = "",
    name: FromQuery[str] = "",
) -> Response[str]:
    """The form; somebody hidden and somebody absent give the same answer."""
    filled = Filled(purpose=purpose_of(visitor, purpose), typed=Typed(name=name))
    return form_again(house, visitor, person_id, filled=filled)


@post("/people/{person_id:str}/ask", status_code=200)
@in_thread
def ask(house: AtHand, visitor: Present, person_id: FromPath[str], data: Form) -> Response[str] | Redirect:
    """Ask; the form again, with what had been typed, where something is missing."""
    node, chosen = house.node, purpose_of(visitor, data.get("purpose"))
    typed = Typed(name=data.get("name", ""), reason=data.get("reason", ""), words=data.get("words", "").strip())
    faults = faults_of(house, typed)
    if faults.every:
        return form_again(house, visitor, person_id, filled=Filled(purpose=chosen, typed=typed, faults=faults))
    wanted = Ask(
        name=typed.name,
        person_id=known_id(person_id),
        purpose=chosen,
        reason=AskReason(typed.reason),
        words=typed.words,
    )
    found = node.requests.ask(visitor.asker, wanted)
    if isinstance(found, Refused) and found.code == "asked_already":
        already = Faults(name=node.words.say(found.reason))
        return form_again(house, visitor, person_id, filled=Filled(purpose=chosen, typed=typed, faults=already))
    if isinstance(found, Refused):
        raise RefusedError(node.words.say(found.reason))
    return on_to_requests(chosen, done="asked")


def form_again(house: House, visitor: Visitor, person_id: str, *, filled: Filled) -> Response[str]:
    """The form, read through the gate for this visitor.

    Raises:
        RefusedError: the gate does not give it.
    """
    node, purpose = house.node, filled.purpose
    askable = node.requests.askable(visitor.asker, purpose=purpose)
    seen = build_ask(node.gate, visitor.asker, purpose=purpose, person_id=known_id(person_id), askable=askable)
    if isinstance(seen, Refused):
        raise RefusedError(node.words.say(seen.reason))
    page = ask_page(seen.value, node.words, filled=filled)
    setting = Setting(purpose=purpose, current="/requests")
    frame = framed(house, title=page.title, visitor=visitor, setting=setting)
    html = house.pages.page("requests/ask.html", frame, page=page)
    return Response(html, media_type=MediaType.HTML, status_code=400 if filled.faults.every else 200)


def faults_of(house: House, typed: Typed) -> Faults:
    """What is missing or too long."""
    phrase = house.node.words.phrase
    is_known = typed.reason in tuple(AskReason)
    needs_words = typed.reason == AskReason.OTHER and not typed.words
    return Faults(
        name="" if typed.name else phrase("ask.fault.name"),
        reason="" if is_known else phrase("ask.fault.reason"),
        words=phrase("ask.fault.words")
        if needs_words
        else phrase("requests.fault.words")
        if len(typed.words) > MOST_WORDS
        else "",
    )
