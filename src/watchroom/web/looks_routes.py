"""The review of looks, and the page about one's own work."""

from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from watchroom.audit.look_records import Decision
from watchroom.gate.door import Refused
from watchroom.governance.look_case.show import Filled, case_page, filled_of
from watchroom.governance.looks.build import PURPOSE, Desk, decide_case, look_case, look_queue, review_looks
from watchroom.governance.looks.rules import Outcome
from watchroom.governance.looks.show import queue_page
from watchroom.governance.my_work.build import build_my_work
from watchroom.governance.my_work.show import my_work_page
from watchroom.web.addresses import known_id
from watchroom.web.forms import Form
from watchroom.web.house import AtHand, House, Present, Setting, framed
from watchroom.web.refusals import RefusedError
from watchroom.web.threads import in_thread
from watchroom.web.visitors import Visitor


@get("/looks")
@in_thread
def looks(house: AtHand, visitor: Present, done: FromQuery[str] = "", found: FromQuery[str] = "") -> Response[str]:
    """The looks that wait for this reviewer."""
    queue = look_queue(desk_of(house, visitor))
    if isinstance(queue, Refused):
        raise RefusedError(house.node.words.say(queue.reason))
    page = queue_page(queue, house.node.words, done=bool(done), found=found == "yes")
    frame = framed(
        house, title=page.title, visitor=visitor, setting=Setting(purpose=PURPOSE, current="/looks", by_machine=True)
    )
    return Response(house.pages.page("looks.html", frame, page=page), media_type=MediaType.HTML)


@post("/looks")
@in_thread
def find_looks(house: AtHand, visitor: Present) -> Redirect:
    """Look through the log of the last days now, and lead back to the queue."""
    found = review_looks(desk_of(house, visitor))
    if isinstance(found, Refused):
        raise RefusedError(house.node.words.say(found.reason))
    # Not how many are new: with the queue beside it, that would tell reviewers of cases about themselves.
    return Redirect("/looks?found=yes", status_code=303)


@get("/looks/{case_id:str}")
@in_thread
def look_of(house: AtHand, visitor: Present, case_id: FromPath[str]) -> Response[str]:
    """One case; one that is not there, is decided by somebody else or is about the reviewer gives the same answer."""
    return case_response(house, visitor, case_id)


@post("/looks/{case_id:str}", status_code=200)
@in_thread
def decide_look(house: AtHand, visitor: Present, case_id: FromPath[str], data: Form) -> Response[str] | Redirect:
    """Record what the reviewer found; a form with a gap comes back with what was typed."""
    filled = filled_of(data, house.node.words)
    if filled.is_refused:
        return case_response(house, visitor, case_id, filled=filled)
    outcome = Outcome(filled.outcome)
    decision = Decision(
        outcome=outcome.value, is_told=outcome is not Outcome.FOLLOWED_UP or filled.tells, note=filled.note
    )
    refused = decide_case(desk_of(house, visitor), known_id(case_id), decision=decision)
    if refused is not None:
        raise RefusedError(house.node.words.say(refused.reason))
    return Redirect("/looks?done=1", status_code=303)


@get("/my-work")
@in_thread
def my_work(house: AtHand, visitor: Present) -> Response[str]:
    """What the log holds of one's own work, and who has looked at it: everybody's own, and nobody else's."""
    page = my_work_page(build_my_work(house.node.looks, visitor.asker), house.node.words)
    frame = framed(house, title=page.title, visitor=visitor, setting=Setting(current="/my-work", by_machine=True))
    return Response(house.pages.page("my_work.html", frame, page=page), media_type=MediaType.HTML)


def case_response(house: House, visitor: Visitor, case_id: str, *, filled: Filled | None = None) -> Response[str]:
    """The page of one case, with the form as it was typed when that was refused."""
    found = look_case(desk_of(house, visitor), known_id(case_id))
    if isinstance(found, Refused):
        raise RefusedError(house.node.words.say(found.reason))
    page = case_page(found, house.node.words, filled=filled)
    frame = framed(
        house, title=page.title, visitor=visitor, setting=Setting(purpose=PURPOSE, current="/looks", by_machine=True)
    )
    html = house.pages.page("look_case.html", frame, page=page)
    return Response(html, media_type=MediaType.HTML, status_code=200 if filled is None else 422)


def desk_of(house: House, visitor: Visitor) -> Desk:
    """The review in the hands of this visitor."""
    return Desk(gate=house.node.gate, keeper=house.node.looks, asker=visitor.asker)
