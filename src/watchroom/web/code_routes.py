"""Values of sources that are in no code list, for whoever keeps the data: the queue, one value, and a decision."""

from datetime import date

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from watchroom.gate.door import Refused
from watchroom.governance.code_value.show import NOTHING, After, code_page, seen_of
from watchroom.governance.codes.show import codes_page
from watchroom.ingest.code_decisions import (
    LONGEST_REASON,
    CodeDecision,
    CodesStoppedError,
    DeliveryUnderWayError,
)
from watchroom.ingest.code_queue import CodeState, CodeValue
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.web.engineer_pages import engineer_form
from watchroom.web.forms import Form
from watchroom.web.house import AtHand, House, Present
from watchroom.web.refusals import RefusedError
from watchroom.web.threads import in_thread
from watchroom.web.visitors import Visitor

HERE = "/codes"
# How the page says what a form calls each choice.
STATES = {"to": CodeState.MAPPED, "own": CodeState.OWN, "ignore": CodeState.IGNORED, "open": CodeState.OPEN}


@get(HERE)
@in_thread
def codes(house: AtHand, visitor: Present, done: FromQuery[str] = "") -> Response[str]:
    """What waits, by source and list, and what was decided; what may be free text is masked."""
    values = house.node.codes.listed(visitor.asker)
    if isinstance(values, Refused):
        raise RefusedError(house.node.words.say(values.reason))
    page = codes_page(values, house.node.words, done=done)
    return engineer_form(house, visitor, "codes/list.html", current=HERE, page=page)


@get(HERE + "/{value_id:str}")
@in_thread
def code_value(house: AtHand, visitor: Present, value_id: FromPath[str]) -> Response[str]:
    """One value as it came, with what it can be."""
    return value_response(house, visitor, found_value(house, visitor, value_id))


@post(HERE + "/{value_id:str}", status_code=200)
@in_thread
def decide_code(house: AtHand, visitor: Present, value_id: FromPath[str], data: Form) -> Response[str] | Redirect:
    """Say what the value is, anew where it was said before; or its page with what was typed, and found or wrong."""
    one, wrong = found_value(house, visitor, value_id), dict[str, str]()
    if data.get("find"):
        # By POST, for somebody may look for words of the value: they stand in no address.
        return value_response(house, visitor, one, after=After(typed=data))
    decision = decision_of(one, data, by=visitor.asker.name, wrong=wrong)
    if data.get("seen", "") != seen_of(one):
        wrong["decided"] = "decided"
    if not wrong:
        wrong = _decided(house, visitor, one, decision=decision)
    if wrong:
        # Where somebody else was first, their decision stands on the page now.
        return value_response(house, visitor, one, after=After(typed=data, wrong=wrong))
    return Redirect(f"{HERE}?done={decision.state.value}", status_code=303)


def found_value(house: House, visitor: Visitor, value_id: str) -> CodeValue:
    """The value of that number, as it came; the look is entered.

    Raises:
        RefusedError: it is not their duty; that is recorded.
        NotFoundError: there is none.
    """
    found = house.node.codes.one(visitor.asker, value_id)
    if isinstance(found, Refused):
        raise RefusedError(house.node.words.say(found.reason))
    if found is None:
        raise NotFoundError("no value of that number waits; the list names those that do")
    return found


def decision_of(one: CodeValue, data: Form, *, by: str, wrong: dict[str, str]) -> CodeDecision:
    """What a form says of a value; `wrong` tells what is missing."""
    state = STATES.get(data.get("what", ""))
    code, reason, begins = data.get("code", ""), data.get("reason", "").strip(), None
    if state is None:
        wrong["decided"] = "what"
    if state is CodeState.MAPPED and not code:
        wrong["code"] = "code"
    if state is CodeState.IGNORED and not 0 < len(reason) <= LONGEST_REASON:
        wrong["reason"] = "reason"
    if text := data.get("from", ""):
        try:
            begins = date.fromisoformat(text)
        except ValueError:
            wrong["from"] = "from"
    return CodeDecision(
        code_list=one.code_list,
        value=f"#{one.id}",
        state=state or CodeState.OPEN,
        by=by,
        code=code if state is CodeState.MAPPED else None,
        reason=reason if state is CodeState.IGNORED else None,
        valid_from=begins,
    )


def _decided(house: House, visitor: Visitor, one: CodeValue, *, decision: CodeDecision) -> dict[str, str]:
    """Decide; by field what is wrong, empty where it was done."""
    try:
        house.node.codes.decide(one.source, decision, asker=visitor.asker)
    except DeliveryUnderWayError:
        return {"decided": "under_way"}
    except CodesStoppedError:
        return {"decided": "stopped"}
    except NotFoundError:
        return {"code": "code"}
    except UsageError:
        return {"reason": "needed"}
    return {}


def value_response(house: House, visitor: Visitor, one: CodeValue, *, after: After = NOTHING) -> Response[str]:
    """The page of one value, with the form as it was sent."""
    page = code_page(one, house.node.codes.history(one), house.node.words, after=after)
    # The browser keeps titles in its history: a value is in none.
    reply = engineer_form(house, visitor, "codes/value.html", current=HERE, page=page)
    reply.status_code = 400 if after.wrong else 200
    return reply
