"""The sign-in page in its kinds: at the door, locked, signed out, and after a form whose session had ended."""

from collections.abc import Mapping
from dataclasses import dataclass

from litestar import Response
from litestar.enums import MediaType

from watchroom.demo.night import IDENTITIES, Identity
from watchroom.gate.accounts import LockOut
from watchroom.web.cookies import form_token, new_visit, safe_path, set_cookie, visit_name
from watchroom.web.house import AnyRequest, House, framed


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage:
    """The sign-in form. `identities` are those of the example node; none on any other."""

    title: str
    sentence: str
    to: str
    account: str
    error: str | None
    lock_hint: str
    csrf_token: str
    identities: tuple[Identity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Which sign-in page.

    `kind` is the stem of its words (sign_in, locked, signed_out, unsent, not_kept), `error` a message id, `status`
    that of a page without one.
    """

    to: str = "/"
    kind: str = "sign_in"
    account: str = ""
    error: str | None = None
    status: int = 200


def sign_in_page(house: House, request: AnyRequest, entry: Entry) -> Response[str]:
    """The sign-in page in one of its kinds."""
    phrase = house.node.words.phrase
    name = visit_name(tls=house.tls)
    visit = request.cookies.get(name) or new_visit()
    page = SignInPage(
        title=phrase(f"web.{entry.kind}.title"),
        sentence=sentence_of(house, entry),
        to=safe_path(entry.to),
        account=entry.account,
        error=phrase(entry.error) if entry.error else None,
        lock_hint=lock_hint(house),
        csrf_token=form_token(visit),
        identities=IDENTITIES if house.node.environment == "demo" else (),
    )
    html = house.pages.page("sign_in.html", framed(house, title=page.title), page=page)
    cookies = [set_cookie(name, visit, tls=house.tls)]
    status = status_of(entry.error) if entry.error else entry.status
    return Response(html, media_type=MediaType.HTML, status_code=status, cookies=cookies)


def sentence_of(house: House, entry: Entry) -> str:
    """What the page says above the form."""
    if entry.kind == "unsent":
        return house.node.words.phrase("web.unsent.sentence", minutes=house.node.pages.unsent_minutes)
    return house.node.words.phrase(f"web.{entry.kind}.sentence")


def lock_hint(house: House) -> str:
    """That accounts are locked after failures: the same words for every name, whether it exists, is locked or not."""
    usual = LockOut()
    minutes = int(usual.lasts.total_seconds()) // 60
    return house.node.words.phrase("web.sign_in.lock", count=usual.failures, minutes=minutes)


STATUS: Mapping[str, int] = {"web.sign_in.too_often": 429, "web.sign_in.refused": 403}


def status_of(error: str) -> int:
    """The HTTP status of the sign-in page with that error."""
    return STATUS.get(error, 400)
