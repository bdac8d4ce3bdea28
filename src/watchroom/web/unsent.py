"""Before a route: a form whose session has ended is kept, and one that is sent again is sent once."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from anyio import to_thread
from litestar import Response
from litestar.response import Redirect
from litestar.types import Message, Scope

from watchroom.governance.unsent.rules import FIELD, KEPT, TOKEN, is_worth_keeping, typed_of
from watchroom.kernel.errors import NotFoundError
from watchroom.kernel.ids import id_in
from watchroom.web.addresses import known_id
from watchroom.web.cookies import cookie_name
from watchroom.web.entry_pages import Entry, sign_in_page
from watchroom.web.house import UNSENT, AnyRequest, House
from watchroom.web.refusals import EndedFormError, StaleFormError, TooOftenError

# With it the page sends what was typed when it is locked; it is kept or not, and never reaches a route.
KEEP_ONLY = "x-keep-unsent"
_TAKEN, _FAILED = "unsent_taken", "unsent_failed"


async def met(
    house: House, request: AnyRequest, fields: Iterable[tuple[str, object]], *, fits: bool
) -> Response[Any] | None:
    """The answer to a form before it reaches its route; None: it may.

    Args:
        house: at hand.
        request: that brought it.
        fields: names and values.
        fits: whether it carries the token of the cookie that came with it.

    Raises:
        StaleFormError: it is of no session that is open or ended here.
        TooOftenError: of that session come too many.
    """
    return await to_thread.run_sync(partial(_met, house, request, tuple(fields), fits=fits))


def _met(
    house: House, request: AnyRequest, fields: tuple[tuple[str, object], ...], *, fits: bool
) -> Response[Any] | None:
    route, given = str(request.scope.get("path_template", "")), dict(fields)
    token = given.get(TOKEN)
    owner = house.node.sessions.ended(token) if route in KEPT and isinstance(token, str) else None
    if owner is not None:
        is_left = KEEP_ONLY in request.headers
        is_kept = _kept(house, request, fields, owner=owner)
        return Response(None, status_code=204) if is_left else _told(house, request, owner=owner, is_kept=is_kept)
    if KEEP_ONLY in request.headers:
        return Response(None, status_code=204)
    if not fits:
        raise _late(house, request)
    return _taken(house, request, given)


def _kept(house: House, request: AnyRequest, fields: tuple[tuple[str, object], ...], *, owner: str) -> bool:
    """Keep what was typed for whoever's session it was; False: there is nothing to keep, or too much.

    Raises:
        TooOftenError: of that session come too many.
    """
    given = dict(fields)
    token, earlier = str(given[TOKEN]), id_in(str(given.get(FIELD, "")))
    if not house.reads.allows(token, house.node.machine_clock.now()):
        raise TooOftenError("too many forms in a minute")
    route = str(request.scope["path_template"])
    # Quoted, for it is shown as an address: what stands for an id may be anything here.
    path = quote(request.url.path)
    typed = typed_of(route, path, fields, is_finished=KEEP_ONLY not in request.headers)
    return is_worth_keeping(typed) and house.node.unsent.keep(owner, typed, instead_of=earlier)


def _told(house: House, request: AnyRequest, *, owner: str, is_kept: bool) -> Response[Any]:
    """What whoever sent it is told.

    Raises:
        StaleFormError: somebody else is signed in at this browser. INVARIANT: they are told what they are told of every
            form that is not theirs, and not that something was kept.
    """
    present = _present(house, request)
    if present is None:
        kind = "unsent" if is_kept else "not_kept"
        return sign_in_page(house, request, Entry(kind=kind, status=401))
    if present != owner or not is_kept:
        raise StaleFormError("a form of another session")
    return Redirect(UNSENT, status_code=303)


def _late(house: House, request: AnyRequest) -> StaleFormError:
    """Why a form of no session that is known is refused."""
    if request.url.path == "/sign-in" or _present(house, request) is not None:
        return StaleFormError("a form without our token")
    return EndedFormError("a form of nobody who is signed in")


def _taken(house: House, request: AnyRequest, given: Mapping[str, object]) -> Response[Any] | None:
    """A form that was kept is taken up before its route sees it; one that is gone, or on its way, goes no further."""
    wanted = given.get(FIELD)
    owner = _present(house, request) if isinstance(wanted, str) else None
    if owner is None:
        return None
    try:
        form = known_id(str(wanted))
    except NotFoundError:
        return Redirect(f"{UNSENT}?done=gone", status_code=303)
    if not house.node.unsent.take(owner, form):
        return Redirect(f"{UNSENT}?done=gone", status_code=303)
    request.scope["state"][_TAKEN] = (owner, form)
    return None


def _present(house: House, request: AnyRequest) -> str | None:
    """The account that is signed in at this browser."""
    cookie = request.cookies.get(cookie_name(tls=house.tls))
    found = house.node.sessions.resume(cookie, is_activity=False) if cookie else None
    return None if found is None else found.asker.name


def note_failed(request: AnyRequest) -> None:
    """The route did not take the form, and shows nothing of it: what was taken up is put back."""
    request.scope["state"][_FAILED] = True


def settle(at_hand: Callable[[], House]) -> Callable[[Message, Scope], Awaitable[None]]:
    """Before an answer leaves: a form that was taken up is gone when its route took it, or shows it to be mended."""

    async def settled(message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start" or scope["type"] != "http":
            return
        taken = scope["state"].pop(_TAKEN, None)
        if taken is None:
            return
        unsent = at_hand().node.unsent
        has_failed = scope["state"].get(_FAILED, False) or message["status"] >= 500
        await to_thread.run_sync(unsent.put_back if has_failed else unsent.settle, *taken)

    return settled
