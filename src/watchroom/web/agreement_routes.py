"""What is agreed: the list, one version, two versions side by side, its files, and its suspension."""

import json

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from watchroom.audit.entries import Act
from watchroom.governance.agreements.show import Held, agreement_page, charter_page, list_page, with_measures
from watchroom.governance.comparison.show import comparison_page
from watchroom.governance.standing.rules import LINES_A_PAGE
from watchroom.governance.standing.show import line_of
from watchroom.kernel.errors import NotFoundError
from watchroom.kernel.ids import id_in
from watchroom.node.agreement_desk import signature_document
from watchroom.node.agreement_measures import measured as measured_of
from watchroom.node.draft_desk import DraftDesk
from watchroom.policy.odrl import export_odrl
from watchroom.web.agreement_desks import DONE, HERE, LONGEST_REASON, asker_at, desk_at, page_of
from watchroom.web.forms import Form
from watchroom.web.house import AtHand, Present
from watchroom.web.threads import in_thread

YAML, LINKED = "application/yaml; charset=utf-8", "application/ld+json"


@get("/agreements")
@in_thread
def agreements(
    house: AtHand, visitor: Present, done: FromQuery[str] = "", after: FromQuery[str] = "", drafts: FromQuery[str] = ""
) -> Response[str]:
    """What is agreed, what waits for the asker's organisation first, after a version; and drafts, after a draft."""
    desk = desk_at(house, visitor)
    listed = DraftDesk(desk=desk).open(most=LINES_A_PAGE, after=id_in(drafts))
    held = Held(kept=desk.kept(), charter=desk.charter(), drafts=listed, after=after)
    page = list_page(held, asker=asker_at(house, desk), done=done if done in DONE else "")
    desk.look(Act.LIST, "listed")
    return page_of(house, visitor, "agreements/list.html", content={"title": page.title, "page": page})


@get("/agreements/{digest:str}")
@in_thread
def agreement(
    house: AtHand, visitor: Present, digest: FromPath[str], done: FromQuery[str] = "", measured: FromQuery[str] = ""
) -> Response[str]:
    """One version, or the charter, in plain words; asked for, with what is measured, which is an entry of its own."""
    desk = desk_at(house, visitor)
    asker, charter = asker_at(house, desk), desk.charter()
    if digest == charter.digest:
        page, about = charter_page(charter, asker=asker, model=house.node.gate.model), charter
    else:
        one = desk.one(digest)
        said = done if done in DONE else ""
        page = agreement_page(one, desk.kept(), asker=asker, model=house.node.gate.model, done=said)
        about = one.agreement
    desk.look(Act.CONSULT, "read", about=about)
    if measured:
        figures = measured_of(desk, about)
        page = with_measures(page, about, measured=figures, model=house.node.gate.model, words=house.node.words)
    return page_of(house, visitor, "agreements/agreement.html", content={"title": page.line.title, "page": page})


@get("/agreements/{digest:str}/agreement.yaml")
@in_thread
def agreement_yaml(house: AtHand, visitor: Present, digest: FromPath[str]) -> Response[str]:
    """The text of a version, as it was entered."""
    desk = desk_at(house, visitor)
    one = desk.one(digest)
    desk.look(Act.EXPORT, "given as YAML", about=one.agreement)
    return Response(one.document, media_type=YAML, headers=_named(one.agreement.name, one.agreement.version, "yaml"))


@get("/agreements/{digest:str}/agreement.jsonld")
@in_thread
def agreement_odrl(house: AtHand, visitor: Present, digest: FromPath[str]) -> Response[str]:
    """The same as ODRL with the Data Privacy Vocabulary."""
    desk = desk_at(house, visitor)
    one = desk.one(digest)
    desk.look(Act.EXPORT, "given as ODRL", about=one.agreement)
    text = export_odrl(one.document, where="a kept agreement", model=house.node.gate.model)
    return Response(text, media_type=LINKED, headers=_named(one.agreement.name, one.agreement.version, "jsonld"))


@get("/agreements/{digest:str}/signature")
@in_thread
def agreement_signature(house: AtHand, visitor: Present, digest: FromPath[str]) -> Response[str]:
    """The signature of the node's own organisation, for the partner's node."""
    desk = desk_at(house, visitor)
    one = desk.one(digest)
    document = signature_document(one, organisation=desk.organisation)
    desk.look(Act.EXPORT, "signature given", about=one.agreement)
    name = f"{one.agreement.name}-{desk.organisation}"
    headers = _named(name, one.agreement.version, "signature.json")
    return Response(json.dumps(document, default=str, indent=1), media_type="application/json", headers=headers)


@get("/agreements/{digest:str}/compare/{other:str}")
@in_thread
def compare(house: AtHand, visitor: Present, digest: FromPath[str], other: FromPath[str]) -> Response[str]:
    """Two versions side by side: what is wider, what is narrower, which lines of the text differ."""
    desk = desk_at(house, visitor)
    old, new = desk.one(digest), desk.one(other)
    page = comparison_page(old, new, model=house.node.gate.model, words=house.node.words)
    desk.look(Act.CONSULT, "compared", about=new.agreement, with_version=digest)
    return page_of(house, visitor, "agreements/compare.html", content={"title": page.title, "page": page})


@post("/agreements/suspend")
@in_thread
def suspend(house: AtHand, visitor: Present, data: Form) -> Response[str]:
    """Let what is agreed under a name give nothing any more, at once; it asks for a reason and for nothing else."""
    desk = desk_at(house, visitor)
    name, reason = data.get("name", ""), data.get("reason", "").strip()
    held = next((one for one in desk.kept() if one.agreement.name == name and one.is_agreed), None)
    if held is None:
        raise NotFoundError("nothing is agreed under that name")
    if not 0 < len(reason) <= LONGEST_REASON:
        line = line_of(held, asker_at(house, desk))
        phrase = house.node.words.phrase
        error = phrase("agreements.error.reason", most=LONGEST_REASON)
        content = {"title": phrase("agreements.suspend.title"), "line": line, "reason": reason, "error": error}
        return page_of(house, visitor, "agreements/suspend.html", content=content, status=400)
    desk.suspend(name, reason=reason)
    return Redirect(f"{HERE}/{held.agreement.digest}?done=suspended", status_code=303)


def _named(name: str, version: int, ending: str) -> dict[str, str]:
    """The header that gives a file its name; the name of an agreement may hold anything."""
    safe = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "-" for letter in name)
    return {"content-disposition": f'attachment; filename="{safe}-v{version}.{ending}"'}
