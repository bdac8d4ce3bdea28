"""Whom an agreement reaches: counted seat by seat, and each line sent when it is there, since it may take a while."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from litestar import get
from litestar.enums import MediaType
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Stream

from watchroom.governance.comparison.show import InWords, in_words
from watchroom.governance.reach.show import ReachLine, ReachPage, reach_lines
from watchroom.kernel.clock import on_the_wall
from watchroom.model.words import Words
from watchroom.node.agreement_desk import PURPOSE
from watchroom.node.agreement_reach import Prospect, prospect, reach
from watchroom.node.draft_desk import DraftDesk
from watchroom.policy.difference import difference
from watchroom.policy.errors import AgreementError
from watchroom.web.addresses import known_id
from watchroom.web.agreement_desks import HERE, desk_at
from watchroom.web.faults import place_of
from watchroom.web.handover_routes import instant_of
from watchroom.web.house import AtHand, House, Present, Setting, framed
from watchroom.web.threads import in_thread
from watchroom.web.visitors import Visitor

_LOG = logging.getLogger("watchroom.web")


@get("/agreements/drafts/{draft_id:str}/preview")
@in_thread
def preview_draft(
    house: AtHand, visitor: Present, draft_id: FromPath[str], as_of: FromQuery[str] = ""
) -> Stream | Redirect:
    """What a draft would change for whom; one that cannot be read leads back to its text."""
    desk, here = desk_at(house, visitor), f"{HERE}/drafts/{known_id(draft_id)}"
    held = DraftDesk(desk=desk).draft(known_id(draft_id))
    try:
        found = prospect(desk, held.document, where="draft", as_of=past_instant(house, as_of))
    except AgreementError:
        return Redirect(here, status_code=303)
    said = difference(found.before or found.agreement, found.agreement, model=house.node.gate.model)
    page = _page("reach.preview", found, words=house.node.words, here=f"{here}/preview", back=here)
    page = _at_field(house, page, as_of)
    changes = in_words(said, house.node.words) if found.before is not None else None
    return _sent(house, visitor, page, found=found, changes=changes)


@get("/agreements/{digest:str}/reach")
@in_thread
def agreement_reach(
    house: AtHand, visitor: Present, digest: FromPath[str], as_of: FromQuery[str] = ""
) -> Stream | Redirect:
    """Whom a version reaches beyond what all else gives."""
    desk, here = desk_at(house, visitor), f"{HERE}/{digest}"
    if digest == desk.charter().digest:
        return Redirect(here, status_code=303)
    found = reach(desk, digest, as_of=past_instant(house, as_of))
    page = _page("reach.kept", found, words=house.node.words, here=f"{here}/reach", back=here)
    page = _at_field(house, page, as_of)
    return _sent(house, visitor, page, found=found, changes=None)


def past_instant(house: House, as_of: str) -> datetime | None:
    """The instant that an address names; None: it names none or one that has not come, and the present is meant.

    Raises:
        UsageError: it is no instant.
    """
    return instant_of(house, as_of) if as_of and not is_to_come(house, as_of) else None


def is_to_come(house: House, as_of: str) -> bool:
    """Whether an address names an instant of the future, as of which nothing can be known."""
    return bool(as_of) and instant_of(house, as_of) > house.node.clock.now()


def _at_field(house: House, page: ReachPage, as_of: str) -> ReachPage:
    """The page with what is wrong with the instant that was asked for, which stays in its field."""
    if not is_to_come(house, as_of):
        return page
    wall = on_the_wall(instant_of(house, as_of), house.node.words.zone)
    return replace(page, at_local=f"{wall:%Y-%m-%dT%H:%M}", wrong=house.node.words.phrase("reach.to_come"))


def _page(kind: str, found: Prospect, *, words: Words, here: str, back: str) -> ReachPage:
    agreement, as_of = found.agreement, found.as_of
    wall = None if as_of is None else on_the_wall(as_of, words.zone)
    return ReachPage(
        title=words.phrase(f"{kind}.title", name=agreement.name, version=agreement.version),
        sentence=words.phrase(f"{kind}.sentence"),
        of_when=words.phrase("reach.now") if as_of is None else words.phrase("reach.as_of", at=as_of),
        at_local="" if wall is None else f"{wall:%Y-%m-%dT%H:%M}",
        here=here,
        back=back,
        back_text=words.phrase(f"{kind}.back"),
        counting=words.phrase("reach.counting", count=len(found.seats)),
        none="" if found.seats else words.phrase("reach.no_seats"),
        failed=words.phrase("reach.failed"),
    )


def _sent(house: House, visitor: Visitor, page: ReachPage, *, found: Prospect, changes: InWords | None) -> Stream:
    """The page, its lines sent one by one; that it was asked for is entered already."""
    frame = framed(house, title=page.title, visitor=visitor, setting=Setting(purpose=PURPOSE, current=HERE))
    lines = _until_a_fault(reach_lines(found.reaches, seats=len(found.seats), words=house.node.words))
    pieces = house.pages.pieces("agreements/reach.html", frame, page=page, lines=lines, changes=changes)
    return Stream(pieces, media_type=MediaType.HTML, status_code=400 if page.wrong else 200)


def _until_a_fault(lines: Iterator[ReachLine]) -> Iterator[ReachLine | None]:
    """The lines; None in the place of the first that could not be counted, which the page says."""
    try:
        yield from lines
    except Exception as fault:  # noqa: BLE001  the page has begun: what went wrong can only be said on it
        _LOG.error("%s at %s", type(fault).__name__, place_of(fault))
        yield None
