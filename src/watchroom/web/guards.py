"""What every request passes before a handler sees it: host, origin, form token, session, how often."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response

from watchroom.gate.glass_reading import waiting_for
from watchroom.governance.unsent.rules import TOKEN
from watchroom.kernel.errors import UsageError
from watchroom.policy.roles import ROLES
from watchroom.web.cookies import cookie_name, is_form_token, visit_name
from watchroom.web.house import AnyRequest, House
from watchroom.web.push_routes import PUSHED_TO
from watchroom.web.refusals import NotSignedInError, StaleFormError, TooOftenError
from watchroom.web.unsent import met
from watchroom.web.visitors import Visitor

SAFE = frozenset({"GET", "HEAD"})
CLOSE_BY = frozenset({"same-origin", "none"})


def request_guard(at_hand: Callable[[], House]) -> Callable[[AnyRequest], Awaitable[Response[Any] | None]]:
    """Refuses requests for another host, from another site, or without the token of our form.

    What was typed in a form whose session has ended is kept, for whoever's it was: see `met`.
    """

    async def check(request: AnyRequest) -> Response[Any] | None:
        house = at_hand()
        if host_of(request) not in house.hosts:
            raise UsageError("this host name is not one of this server's")
        # A source has a secret of its own and no cookie, so nobody else's browser can send in its name.
        if request.method in SAFE or request.url.path.startswith(PUSHED_TO):
            return None
        if request.headers.get("sec-fetch-site", "same-origin") not in CLOSE_BY:
            raise StaleFormError("a form from another site")
        given, fields = request.headers.get("x-csrf-token"), ()
        if not given:
            fields = tuple((await request.form()).multi_items())
            given = dict(fields).get(TOKEN)
        fits = any(is_form_token(given, secret) for secret in secrets_of(request, house))
        return await met(house, request, fields, fits=fits)

    return check


def host_of(request: AnyRequest) -> str:
    """The name by which the browser reached us, without the port."""
    host = request.headers.get("host", "")
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host


def secrets_of(request: AnyRequest, house: House) -> list[str]:
    """The cookies that may stand behind a form: the session's, and before it the one of the visit."""
    names = [cookie_name(tls=house.tls)]
    if request.url.path == "/sign-in":
        names.append(visit_name(tls=house.tls))
    return [value for name in names if (value := request.cookies.get(name))]


def visitor_of(house: House, request: AnyRequest, *, is_activity: bool = True) -> Visitor:
    """The signed-in person.

    Raises:
        NotSignedInError: there is no open session.
        TooOftenError: this session asks too often.
    """
    token = request.cookies.get(cookie_name(tls=house.tls))
    signed_in = house.node.sessions.resume(token, is_activity=is_activity) if token else None
    if token is None or signed_in is None:
        raise NotSignedInError("nobody is signed in")
    if not house.reads.allows(token, house.node.machine_clock.now()):
        raise TooOftenError("too many pages in a minute")
    asker = signed_in.asker
    roles = ", ".join(ROLES[role].title.lower() for role in sorted(asker.roles) if role in ROLES)
    words = house.node.words.phrase("web.asker", name=asker.name, role=roles)
    mark = house.node.gate.marks.of(asker)
    purposes, duties = house.node.gate.purposes(asker), house.node.gate.duties(asker)
    return Visitor(
        asker=asker,
        words=words,
        purposes=purposes,
        duties=duties,
        token=token,
        mark=mark,
        may_break=bool(house.node.glass.offers(asker)),
        glasses=waiting_for(house.node.glass, asker),
        broken=house.node.glass.broken_by(asker),
        unsent=signed_in.unsent,
    )


def purpose_of(visitor: Visitor, named: str | None) -> str:
    """The purpose of a read: the one that the address names, else the first of this person's.

    A purpose that this person may not act for is passed on: the gate refuses it, and the refusal is recorded.
    """
    if named:
        return named
    return visitor.purposes[0] if visitor.purposes else ""
