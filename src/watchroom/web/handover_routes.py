"""The handover of a post: as a page, as JSON and as a PDF."""

import json
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from litestar import Response, get
from litestar.enums import MediaType
from litestar.params import FromPath, FromQuery

from watchroom.gate.door import Act, Refused
from watchroom.handover.build import build_briefing
from watchroom.handover.document import as_json
from watchroom.handover.page import briefing_page
from watchroom.handover.past import past_notice
from watchroom.handover.print import as_pdf
from watchroom.handover.show import BriefingPage
from watchroom.kernel.clock import EARLIEST_YEAR, LATEST_YEAR, in_zone, on_the_wall
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.web.guards import purpose_of
from watchroom.web.house import AtHand, House, Present, Setting, framed, kept
from watchroom.web.refusals import RefusedError
from watchroom.web.threads import in_thread
from watchroom.web.visitors import Visitor

JSON_ENDING = ".json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which handover is wanted: of which post, for which purpose, as known when."""

    post: str
    purpose: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverLinks:
    """Where the page's own controls lead.

    Attributes:
        kept: the query that links to people keep.
        at_local: the node's wall clock, as the input wants it; empty in an hour that it shows twice.
        past: that the page is not of now, in words; None: it is. `now` leads there.
    """

    here: str
    print: str
    purpose: str
    kept: str
    at_local: str
    past: str | None
    now: str


@get("/handover/{post:str}")
@in_thread
def handover(
    house: AtHand, visitor: Present, post: FromPath[str], purpose: FromQuery[str] = "", at: FromQuery[str] = ""
) -> Response[str]:
    """The handover of a post; a name that ends in `.json` asks for the document."""
    wanted = Wanted(post=post.removesuffix(JSON_ENDING), purpose=purpose_of(visitor, purpose), at=instant_of(house, at))
    page = page_of(house, visitor, wanted)
    if post.endswith(JSON_ENDING):
        return Response(json.dumps(as_json(page), ensure_ascii=False), media_type=MediaType.JSON)
    here = f"/handover/{quote(wanted.post)}"
    setting = Setting(agency=page.agency, place=page.place, purpose=wanted.purpose, here=here, current="/", at=at)
    frame = framed(house, title=page.title, visitor=visitor, setting=setting)
    html = house.pages.page("handover.html", frame, page=page, links=links_of(house, wanted, here=here, at=at))
    return Response(html, media_type=MediaType.HTML)


@get("/handover/{post:str}/print.pdf")
@in_thread
def handover_print(
    house: AtHand, visitor: Present, post: FromPath[str], purpose: FromQuery[str] = "", at: FromQuery[str] = ""
) -> Response[bytes]:
    """The same handover on paper."""
    wanted = Wanted(post=post, purpose=purpose_of(visitor, purpose), at=instant_of(house, at))
    page = page_of(house, visitor, wanted, act=Act.EXPORT)
    name = f"handover-{page.post}-{wanted.at:%Y%m%dT%H%M}.pdf"
    headers = {"content-disposition": f'inline; filename="{name}"'}
    words = house.node.words
    example = "" if house.node.environment == "live" else words.phrase(f"web.example.{house.node.environment}")
    past = past_notice(wanted.at, now=house.node.clock.now(), words=words)
    notice = " ".join(one for one in (past, example) if one)
    content = as_pdf(page, notice=notice, reader=words.phrase("page.printed_for", name=visitor.asker.name))
    return Response(content, media_type="application/pdf", headers=headers)


def page_of(house: House, visitor: Visitor, wanted: Wanted, *, act: Act = Act.BRIEF) -> BriefingPage:
    """The page of a handover, read through the gate for this visitor.

    Raises:
        RefusedError: the gate does not give it.
        UnknownPostError: there is no such post, or none that this visitor may know of.
        NotFoundError: what names it is no text that a record could hold.
    """
    if "\x00" in wanted.post:
        raise NotFoundError("no post at this address")
    seen = build_briefing(
        house.node.gate,
        visitor.asker,
        purpose=wanted.purpose,
        post=wanted.post,
        at=wanted.at,
        jurisdiction=house.node.jurisdiction,
        act=act,
    )
    if isinstance(seen, Refused):
        raise RefusedError(house.node.words.say(seen.reason))
    return briefing_page(seen.value, house.node.words)


def instant_of(house: House, at: str) -> datetime:
    """The instant that an address names, by the node's wall clock where it names no zone; empty: now.

    Raises:
        UsageError: it is no instant.
        ClocksChangedError: it names no zone, and the wall clock showed it twice, or never.
    """
    if not at:
        return house.node.clock.now()
    try:
        named = datetime.fromisoformat(at)
    except ValueError:
        raise UsageError("`at` is not an instant such as 2026-07-24T08:00") from None
    if not EARLIEST_YEAR <= named.year <= LATEST_YEAR:
        raise UsageError("`at` is not an instant that this record could know of")
    return in_zone(named, house.node.words.zone)


def links_of(house: House, wanted: Wanted, *, here: str, at: str) -> HandoverLinks:
    """The links of the page; the print shows the same instant as the page."""
    query = kept(wanted.purpose, at)
    wall = on_the_wall(wanted.at, house.node.words.zone)
    return HandoverLinks(
        here=here,
        print=f"{here}/print.pdf?{query}",
        purpose=wanted.purpose,
        kept=query,
        past=past_notice(wanted.at, now=house.node.clock.now(), words=house.node.words),
        now=f"{here}?{kept(wanted.purpose)}",
        at_local=f"{wall:%Y-%m-%dT%H:%M}" if wall is not None else "",
    )
