"""Coming in and going out: start page, sign-in, lock, sign-out, and what the page's timer asks."""

from functools import partial
from urllib.parse import quote

from anyio import to_thread
from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromQuery
from litestar.response import Redirect

from watchroom.insight.rules import BOARD_PURPOSE
from watchroom.picture.rules import INCIDENT_PURPOSE
from watchroom.web.cookies import (
    clear_cookie,
    cookie_name,
    is_form_token,
    safe_path,
    set_cookie,
    visit_name,
)
from watchroom.web.entry_pages import Entry, sign_in_page
from watchroom.web.faults import Notice
from watchroom.web.forms import Form
from watchroom.web.guards import visitor_of
from watchroom.web.house import AnyRequest, AtHand, House, Present, framed, kept
from watchroom.web.navigation import AROUND, keeps_sources, reads_records
from watchroom.web.passwords import NotOpened, person_behind
from watchroom.web.refusals import NotSignedInError
from watchroom.web.threads import in_thread

MARK = "x-access-mark"
# Shorter than proxies wait for a silent server.
LONGEST_WAIT = 25.0


@get("/")
@in_thread
def start(visitor: Present, purpose: FromQuery[str] = "") -> Redirect:
    """On to the handover of the post that is mine, or to the choice of one; else to what is around, or to work."""
    units = visitor.asker.units
    if visitor.purposes == (BOARD_PURPOSE,):
        return Redirect("/board", status_code=303)
    if visitor.purposes == (INCIDENT_PURPOSE,):
        return Redirect(AROUND, status_code=303)
    if not reads_records(visitor):
        return Redirect("/sources" if keeps_sources(visitor) else "/waiting", status_code=303)
    place = f"/handover/{quote(next(iter(units)))}" if len(units) == 1 else "/posts"
    return Redirect(f"{place}?{kept(purpose)}" if purpose else place, status_code=303)


@get("/sign-in")
@in_thread
def sign_in_form(
    house: AtHand, request: AnyRequest, to: FromQuery[str] = "/", account: FromQuery[str] = ""
) -> Response[str]:
    """The sign-in page; `account` fills that field."""
    return sign_in_page(house, request, Entry(to=to, account=account[:100]))


@get("/locked")
@in_thread
def locked(house: AtHand, request: AnyRequest, to: FromQuery[str] = "/") -> Response[str]:
    """What replaces a page that was left alone."""
    return sign_in_page(house, request, Entry(to=to, kind="locked"))


@get("/signed-out")
@in_thread
def signed_out(house: AtHand, request: AnyRequest) -> Response[str]:
    """What follows a sign-out."""
    return sign_in_page(house, request, Entry(kind="signed_out"))


@get("/signed-in-anew")
@in_thread
def signed_in_anew(house: AtHand) -> Response[str]:
    """What replaces a page after another sign-in in the same browser; it names nobody."""
    phrase = house.node.words.phrase
    notice = Notice(
        title=phrase("web.signed_in_anew.title"),
        sentence=phrase("web.signed_in_anew.sentence"),
        next_path="/",
        next_text=phrase("web.signed_in_anew.next"),
    )
    html = house.pages.page("notice.html", framed(house, title=notice.title), notice=notice)
    return Response(html, media_type=MediaType.HTML)


@post("/sign-in")
@in_thread
def sign_in(house: AtHand, request: AnyRequest, data: Form) -> Response[str]:
    """Check account and password; a new session, always a fresh one, or the form again."""
    account, to = data.get("account", "").strip(), safe_path(data.get("to"))
    checked = person_behind(house, request, account=account, password=data.get("password", ""))
    if isinstance(checked, NotOpened):
        return sign_in_page(house, request, Entry(to=to, account=account, error=f"web.sign_in.{checked.value}"))
    leave(house, request)
    token = house.node.sessions.begin(checked)
    cookies = [
        set_cookie(cookie_name(tls=house.tls), token, tls=house.tls),
        clear_cookie(visit_name(tls=house.tls), tls=house.tls),
    ]
    if house.node.unsent.count(checked.name):
        to = f"/unsent?to={quote(to, safe='')}"
    return Redirect(to, status_code=303, cookies=cookies)


@post("/sign-out")
@in_thread
def sign_out(house: AtHand, request: AnyRequest) -> Redirect:
    """End the session here and at the server."""
    leave(house, request)
    gone = clear_cookie(cookie_name(tls=house.tls), tls=house.tls)
    return Redirect("/signed-out", status_code=303, cookies=[gone], headers={"clear-site-data": '"cache"'})


@get("/session", status_code=204)
async def session_open(house: AtHand, request: AnyRequest, wait: FromQuery[float] = 0.0) -> Response[None]:
    """Whether the page's session is open, and by which mark. To ask is no activity, so a page left alone locks itself.

    A page that names its mark may wait for another one, so many seconds and no more than `LONGEST_WAIT`.
    """
    ask = partial(session_state, house, request, is_activity=False)
    if not 0 < wait <= LONGEST_WAIT:
        return await to_thread.run_sync(ask)
    async with house.pulse.listening() as beat:
        found = await to_thread.run_sync(ask)
        if found.status_code != 204 or found.headers.get(MARK) != request.headers.get(MARK):
            return found
        await beat.comes(within=wait)
    return await to_thread.run_sync(ask)


@post("/session", status_code=204)
@in_thread
def session_used(house: AtHand, request: AnyRequest) -> Response[None]:
    """The person at the page did something: the idle time starts anew."""
    return session_state(house, request, is_activity=True)


def session_state(house: House, request: AnyRequest, *, is_activity: bool) -> Response[None]:
    """204 when the session of the cookie is open, 401 when none is, 409 when it is another than that of the page.

    The page shows by the token of its forms to which session it belongs.
    """
    try:
        visitor = visitor_of(house, request, is_activity=is_activity)
    except NotSignedInError:
        return Response(None, status_code=401)
    of_page = request.headers.get("x-csrf-token")
    is_another = of_page is not None and not is_form_token(of_page, visitor.token)
    return Response(None, status_code=409 if is_another else 204, headers={MARK: visitor.mark})


def leave(house: House, request: AnyRequest) -> None:
    """End the session that the browser came with, if any: one browser, one person."""
    token = request.cookies.get(cookie_name(tls=house.tls))
    if token:
        house.node.sessions.end(token)
