"""The pages of break-glass: break, close, see who has, review."""

from collections.abc import Mapping
from contextlib import suppress
from uuid import UUID

from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromQuery
from litestar.response import Redirect

from watchroom.gate.askers import Asker
from watchroom.gate.glass import MOST_WORDS, Said, faults_of
from watchroom.gate.glass_kept import Offer, Outcome
from watchroom.gate.glass_reading import review_glass
from watchroom.gate.view import Refused
from watchroom.governance.glass.build import build_glasses, build_review
from watchroom.governance.glass.show import glass_page, review_page
from watchroom.kernel.errors import UsageError
from watchroom.web.addresses import known_id
from watchroom.web.forms import Form
from watchroom.web.house import AnyRequest, AtHand, House, Present, Setting, framed
from watchroom.web.passwords import NotOpened, person_behind
from watchroom.web.refusals import RefusedError
from watchroom.web.threads import in_thread
from watchroom.web.visitors import Visitor

HERE = "/break-glass"


@get(HERE)
@in_thread
def glass(
    house: AtHand,
    visitor: Present,
    review: FromQuery[str] = "",
    done: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Response[str]:
    """What this person may break, has broken or was told of; with `review` one of them, for whoever reviews."""
    if review:
        return _review(house, visitor, known_id(review))
    return _glasses(house, visitor, asked={"done": done, "after": after})


@post(HERE)
@in_thread
def break_glass(house: AtHand, visitor: Present, request: AnyRequest, data: Form) -> Response[str] | Redirect:
    """Break one; or the form again with what was typed and what is missing."""
    offer = house.node.glass.offered(visitor.asker, data.get("glass", ""))
    said = Said(
        reason=data.get("reason", ""),
        words=data.get("words", ""),
        incident=data.get("incident", "").strip(),
        second=_second(house, request, data) if _needs_second(offer) else None,
    )
    wrong = [name for name, is_wrong in faults_of(offer, said, asker=visitor.asker).items() if is_wrong]
    if "second" in wrong and data.get("second", "").strip() and data.get("second_password"):
        house.node.glass.refuse_second(visitor.asker)
    if wrong:
        return _glasses(house, visitor, errors={name: f"glass.fault.{name}" for name in wrong}, typed=data)
    try:
        house.node.glass.break_(visitor.asker, offer.name, said)
    except UsageError:
        # Another page of theirs was faster.
        return _glasses(house, visitor, errors={"reason": "glass.fault.refused"}, typed=data)
    return Redirect(f"{HERE}?done=broken", status_code=303)


@post(f"{HERE}/close")
@in_thread
def close_glass(house: AtHand, visitor: Present, data: Form) -> Redirect:
    """Close one's own before its time; one that is closed already is as good."""
    with suppress(UsageError):
        house.node.glass.close(visitor.asker, known_id(data.get("id", "")))
    return Redirect(f"{HERE}?done=closed", status_code=303)


@post(f"{HERE}/review")
@in_thread
def keep_review(house: AtHand, visitor: Present, data: Form) -> Response[str] | Redirect:
    """Keep a review; or the form again."""
    opening, outcome, words = known_id(data.get("id", "")), data.get("outcome", ""), data.get("words", "")
    wrong = [] if outcome in tuple(Outcome) else ["outcome"]
    wrong += [] if words.strip() and len(words) <= MOST_WORDS else ["words"]
    if wrong:
        errors = {name: f"glass.fault.{name}" for name in wrong}
        return _review(house, visitor, opening, errors=errors, typed=data)
    try:
        done = review_glass(house.node.glass, visitor.asker, opening, outcome=Outcome(outcome), words=words)
    except UsageError:
        # Somebody was faster, it is open, or it is their own: the page says which, with what was typed.
        return _review(house, visitor, opening, errors={"outcome": "glass.fault.review"}, typed=data)
    if isinstance(done, Refused):
        raise RefusedError(house.node.words.say(done.reason))
    return Redirect(f"{HERE}?done=reviewed", status_code=303)


def _glasses(
    house: House,
    visitor: Visitor,
    *,
    asked: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response[str]:
    """The page; `asked`: what its address says was done, and from where on it lists."""
    node, said = house.node, asked or {}
    after = known_id(said["after"]) if said.get("after") else None
    found = build_glasses(node.glass, visitor.asker, after=after)
    if isinstance(found, Refused):
        raise RefusedError(node.words.say(found.reason))
    page = glass_page(found, node.words, done=said.get("done", ""), errors=errors, typed=typed)
    frame = framed(house, title=page.title, visitor=visitor, setting=Setting(current=HERE, keeps_typed=True))
    html = house.pages.page("glass.html", frame, page=page)
    return Response(html, media_type=MediaType.HTML, status_code=400 if errors else 200)


def _review(
    house: House,
    visitor: Visitor,
    opening: UUID,
    *,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response[str]:
    node = house.node
    found = build_review(node.glass, visitor.asker, opening)
    if isinstance(found, Refused):
        raise RefusedError(node.words.say(found.reason))
    page = review_page(*found, node.words, errors=errors, typed=typed)
    frame = framed(house, title=page.title, visitor=visitor, setting=Setting(current=HERE, keeps_typed=True))
    html = house.pages.page("glass_review.html", frame, page=page)
    return Response(html, media_type=MediaType.HTML, status_code=400 if errors else 200)


def _needs_second(offer: Offer) -> bool:
    return "second_person" in offer.glass.needs


def _second(house: House, request: AnyRequest, data: Mapping[str, str]) -> Asker | None:
    """The second person, by their own password; None: nobody was named, or name and password open nothing."""
    account = data.get("second", "").strip()
    # A form that comes back without a password, as every browser sends it, is no try at an account.
    if not account or not data.get("second_password"):
        return None
    found = person_behind(house, request, account=account, password=data.get("second_password", ""))
    return None if isinstance(found, NotOpened) else found
