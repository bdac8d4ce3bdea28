"""Signing agreements, taking partners' signatures, and the keys with which partners sign."""

from typing import Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, FromQuery, MultipartBody
from litestar.response import Redirect

from watchroom.audit.entries import Act
from watchroom.gate.agreements import AgreementState
from watchroom.gate.errors import NotTakenError
from watchroom.governance.partner_keys.show import Typed, keys_page, verifier_in
from watchroom.governance.signing.show import Said, sign_page
from watchroom.governance.standing.rules import closed_by
from watchroom.kernel.errors import NotFoundError
from watchroom.node.agreement_desk import AgreementDesk
from watchroom.web.agreement_desks import DONE, HERE, LONGEST_REASON, asker_at, confirmed, desk_at, page_of, why_not
from watchroom.web.forms import Form
from watchroom.web.house import AnyRequest, AtHand, House, Present
from watchroom.web.threads import in_thread
from watchroom.web.visitors import Visitor

Upload = MultipartBody[dict[str, Any]]
KEYS = f"{HERE}/keys"
KEYS_DONE = frozenset({"trusted", "revoked"})
_MOST_OF_A_SIGNATURE = 8_000


@get("/agreements/{digest:str}/sign")
@in_thread
def sign_form(house: AtHand, visitor: Present, digest: FromPath[str], done: FromQuery[str] = "") -> Response[str]:
    """What exactly is signed, who has, and where a partner's signature is taken."""
    desk = desk_at(house, visitor)
    desk.look(Act.CONSULT, "signatures read", about=desk.one(digest).agreement)
    return _sign_page(house, visitor, desk, digest=digest, said=Said(done=done if done in DONE else ""))


@post("/agreements/{digest:str}/sign")
@in_thread
def sign(house: AtHand, visitor: Present, request: AnyRequest, digest: FromPath[str], data: Form) -> Response[str]:
    """Sign a version for the node's own organisation, after the password once more."""
    desk = desk_at(house, visitor)
    held = desk.one(digest)
    if desk.organisation not in held.unsigned:
        # Signed already, as by a second press of the button.
        return Redirect(f"{HERE}/{digest}/sign?done=signed", status_code=303)
    if closed_by(held, on=asker_at(house, desk).on):
        # It was superseded or suspended since the form was shown: the page says which.
        return Redirect(f"{HERE}/{digest}/sign", status_code=303)
    error, field = "", "password"
    if data.get("read") != "yes":
        error, field = "agreements.error.not_read", "read"
    error = error or confirmed(house, visitor, request, password=data.get("password", ""))
    if error:
        said = Said(error=house.node.words.phrase(error), field=field, read=data.get("read", ""))
        return _sign_page(house, visitor, desk, digest=digest, said=said)
    kept = desk.sign_kept(digest)
    done = "in_force" if kept.state is AgreementState.IN_FORCE else "signed"
    return Redirect(f"{HERE}/{digest}/sign?done={done}", status_code=303)


@post("/agreements/{digest:str}/countersign")
@in_thread
def countersign(
    house: AtHand, visitor: Present, request: AnyRequest, digest: FromPath[str], data: Upload
) -> Response[str]:
    """Take a partner's signature, from a file or from the field, after the password once more."""
    desk = desk_at(house, visitor)
    if closed_by(desk.one(digest), on=asker_at(house, desk).on):
        return Redirect(f"{HERE}/{digest}/sign", status_code=303)
    text = signature_text(data)
    problem = "" if text.strip() else house.node.words.phrase("agreements.error.no_signature")
    field = "signature"
    if not problem:
        refused = confirmed(house, visitor, request, password=str(data.get("password", "")))
        problem, field = (house.node.words.phrase(refused), "partner-password") if refused else ("", field)
    if not problem:
        try:
            kept = desk.countersign_kept(digest, signature=text)
        except NotTakenError as fault:
            problem = why_not(house, fault)
        else:
            done = "in_force" if kept.state is AgreementState.IN_FORCE else "countersigned"
            return Redirect(f"{HERE}/{digest}/sign?done={done}", status_code=303)
    return _sign_page(house, visitor, desk, digest=digest, said=Said(error=problem, field=field, text=text))


def signature_text(data: dict[str, Any]) -> str:
    """What the file holds, else what was pasted; a file that is no text is none.

    The file goes first: it was chosen for this very attempt, and the field keeps what was refused before.
    """
    given = data.get("file")
    held = given.file.read(_MOST_OF_A_SIGNATURE).decode("utf-8", "replace") if isinstance(given, UploadFile) else ""
    if held.strip():
        return held
    pasted = data.get("signature", "")
    return pasted[:_MOST_OF_A_SIGNATURE] if isinstance(pasted, str) else ""


def _sign_page(house: House, visitor: Visitor, desk: AgreementDesk, *, digest: str, said: Said) -> Response[str]:
    """The page, with what was typed and what is wrong with it."""
    one = desk.one(digest)
    others = (held for held in desk.kept() if held.agreement.name == one.agreement.name and held.is_agreed)
    agreed = next((held for held in others if held.agreement.version < one.agreement.version), None)
    key, asker = desk.own_key().text(), asker_at(house, desk)
    page = sign_page(one, key, asker=asker, agreed=agreed, done=said.done)
    content = {"title": house.node.words.phrase("agreements.sign.title"), "page": page, "said": said}
    return page_of(house, visitor, "agreements/sign.html", content=content, status=400 if said.error else 200)


@get("/agreements/keys")
@in_thread
def keys(house: AtHand, visitor: Present, done: FromQuery[str] = "") -> Response[str]:
    """The keys with which partners sign, and the own one."""
    desk = desk_at(house, visitor)
    desk.look(Act.LIST, "keys listed")
    return _keys_page(house, visitor, desk, typed=Typed(), done=done if done in KEYS_DONE else "")


@post("/agreements/keys")
@in_thread
def trust_key(house: AtHand, visitor: Present, request: AnyRequest, data: Form) -> Response[str]:
    """Take a key as a partner's: first it is shown what to read to them, then, compared and confirmed, it is taken."""
    desk = desk_at(house, visitor)
    organisation, key = data.get("organisation", "").strip(), data.get("key", "").strip()
    typed = Typed(organisation=organisation, key=key)
    if not organisation or len(organisation) > 100:
        typed = Typed(organisation=organisation, key=key, error="keys.error.organisation", field="organisation")
    elif verifier_in(key) is None:
        typed = Typed(organisation=organisation, key=key, error="keys.error.key", field="key")
    elif data.get("act") == "trust":
        return _trusted(house, visitor, request, desk=desk, data={**data, "organisation": organisation, "key": key})
    return _keys_page(house, visitor, desk, typed=typed)


def _trusted(
    house: House, visitor: Visitor, request: AnyRequest, *, desk: AgreementDesk, data: dict[str, str]
) -> Response[str]:
    organisation, key = data["organisation"], data["key"]
    if data.get("compared") != "yes":
        error, field = "keys.error.compared", "compared"
    else:
        error, field = confirmed(house, visitor, request, password=data.get("password", "")), "password"
    if not error:
        try:
            desk.trust(organisation, key)
        except NotTakenError as fault:
            # Both fields keep what was typed; each reason stands at the one that it is about.
            error = f"agreements.refused.{fault.why}"
            field = "organisation" if fault.why == "own_organisation" else "key"
        else:
            return Redirect(f"{KEYS}?done=trusted", status_code=303)
    typed = Typed(organisation=organisation, key=key, error=error, field=field)
    return _keys_page(house, visitor, desk, typed=typed)


@post("/agreements/keys/distrust")
@in_thread
def distrust_key(house: AtHand, visitor: Present, data: Form) -> Response[str]:
    """Take a partner's key back, at once; it closes, so it asks for a reason and for nothing else."""
    desk = desk_at(house, visitor)
    organisation, key_id = data.get("organisation", ""), data.get("key_id", "")
    reason = data.get("reason", "").strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        return _keys_page(house, visitor, desk, typed=Typed(error="keys.error.reason", field=f"reason-{key_id}"))
    if not any((one.organisation, one.key_id) == (organisation, key_id) for one in desk.party_keys()):
        raise NotFoundError("no key of that id was trusted for that organisation")
    desk.distrust(organisation, key_id, reason=reason)
    return Redirect(f"{KEYS}?done=revoked", status_code=303)


def _keys_page(house: House, visitor: Visitor, desk: AgreementDesk, *, typed: Typed, done: str = "") -> Response[str]:
    page = keys_page(desk.party_keys(), desk.own_key(), words=house.node.words, typed=typed, done=done)
    status = 400 if typed.error else 200
    content = {"title": page.title, "page": page}
    return page_of(house, visitor, "agreements/keys.html", content=content, status=status)
