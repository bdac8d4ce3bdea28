"""What goes wrong on the way to a page, and the page that says so without giving anything away."""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from litestar import Response
from litestar.enums import MediaType
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from watchroom.audit.entries import AuditUnavailableError
from watchroom.kernel.clock import ClocksChangedError
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.web.house import AnyRequest, House, framed
from watchroom.web.push_routes import PUSHED_TO
from watchroom.web.refusals import EndedFormError, NotSignedInError, RefusedError, StaleFormError, TooOftenError
from watchroom.web.unsent import note_failed
from watchroom.web.visitors import Visitor

_LOG = logging.getLogger("watchroom.web")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A page with one thing to say and one way on, or two; `emergency` leads whoever may to the broken glass."""

    title: str
    sentence: str
    next_path: str
    next_text: str
    emergency: str | None = None
    more_path: str = ""
    more_text: str = ""


# Status and the stem of the message ids, by what happened; the first that fits counts.
KINDS: tuple[tuple[type[Exception], int, str], ...] = (
    (EndedFormError, 403, "web.ended_form"),
    (StaleFormError, 403, "web.stale_form"),
    (RefusedError, 403, "web.refused"),
    (TooOftenError, 429, "web.too_often"),
    (NotFoundError, 404, "web.not_found"),
    (ClocksChangedError, 400, "web.clocks_changed"),
    (UsageError, 400, "web.bad_request"),
    (AuditUnavailableError, 503, "web.unavailable"),
)


def fault_handlers(at_hand: Callable[[], House]) -> dict[int | type[Exception], Any]:
    """The handler of every exception that can reach the entrance."""

    def to_sign_in(request: AnyRequest, _: NotSignedInError) -> Response[str]:
        note_failed(request)
        if wants_document(request):
            return document(401, "not_signed_in")
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return Redirect(f"/sign-in?to={quote(here, safe='')}", status_code=303)

    def other(request: AnyRequest, fault: Exception) -> Response[str]:
        note_failed(request)
        if home := home_of(request, fault):
            return Redirect(home, status_code=303)
        status, kind = kind_of(fault)
        if status >= 500:
            _LOG.error("%s at %s", type(fault).__name__, place_of(fault))
        if wants_document(request):
            return document(status, kind.removeprefix("web."))
        reason = fault.reason if isinstance(fault, RefusedError) else ""
        return notice_page(at_hand(), request, Told(status=status, kind=kind, reason=reason))

    return {NotSignedInError: to_sign_in, Exception: other, HTTPException: other}


def home_of(request: AnyRequest, fault: Exception) -> str | None:
    """Where an address leads that only takes a form: to the list it belongs to; None: it is none.

    A page that answers a form stands at such an address, and a lock, a reload or a changed access ask for it again.
    """
    if not (isinstance(fault, HTTPException) and fault.status_code == 405 and request.method == "GET"):
        return None
    home = f"/{request.url.path.split('/')[1]}"
    return home if home != request.url.path else None


def kind_of(fault: Exception) -> tuple[int, str]:
    """The HTTP status and the stem of the message ids for an exception."""
    for kind, status, stem in KINDS:
        if isinstance(fault, kind):
            return status, stem
    if isinstance(fault, HTTPException) and fault.status_code < 500:
        known = {404: "web.not_found", 405: "web.not_found"}
        return fault.status_code, known.get(fault.status_code, "web.bad_request")
    return 500, "web.fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is said of a fault: status, stem of the message ids, and words in place of the usual sentence."""

    status: int
    kind: str
    reason: str


def notice_page(house: House, request: AnyRequest, told: Told) -> Response[str]:
    """The page of one kind of fault; whoever is known to be signed in keeps their header and the lock."""
    phrase = house.node.words.phrase
    visitor: Visitor | None = request.state.get("visitor")
    is_shut = told.kind == "web.unavailable" and visitor is not None and visitor.may_break
    leads_to_requests = told.kind == "web.refused" and visitor is not None
    notice = Notice(
        title=phrase(f"{told.kind}.title"),
        sentence=told.reason or phrase(f"{told.kind}.sentence"),
        next_path="/",
        next_text=phrase("web.notice.back"),
        emergency=phrase("web.unavailable.glass") if is_shut else None,
        more_path="/requests" if leads_to_requests else "",
        more_text=phrase("web.refused.requests") if leads_to_requests else "",
    )
    frame = framed(house, title=notice.title, visitor=visitor)
    html = house.pages.page("notice.html", frame, notice=notice)
    return Response(html, status_code=told.status, media_type=MediaType.HTML)


def wants_document(request: AnyRequest) -> bool:
    """Whether the answer is for a program and not for a person."""
    return request.url.path.endswith(".json") or request.url.path.startswith(PUSHED_TO)


def document(status: int, code: str) -> Response[str]:
    """An answer for a program: a code and no more."""
    return Response(f'{{"error": "{code}"}}', status_code=status, media_type=MediaType.JSON)


def place_of(fault: Exception) -> str:
    """File and line where it happened; never the message, which may quote what must not be in a log."""
    frames = traceback.extract_tb(fault.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "an unknown place"
