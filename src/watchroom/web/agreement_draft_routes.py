"""Writing an agreement: where to begin, the text beside what it would say, and whom it would reach."""

from dataclasses import dataclass
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from watchroom.audit.entries import Act
from watchroom.gate.drafts import Draft, DraftChangedError
from watchroom.gate.errors import NotTakenError
from watchroom.governance.comparison.show import text_rows
from watchroom.governance.drafts.rules import checked, templates
from watchroom.governance.drafts.show import Just, draft_page, new_page
from watchroom.kernel.errors import NotFoundError
from watchroom.kernel.ids import uuid7
from watchroom.node.agreement_desk import AgreementDesk
from watchroom.node.draft_desk import DraftDesk
from watchroom.web.addresses import known_id
from watchroom.web.agreement_desks import HERE, asker_at, desk_at, page_of, why_not
from watchroom.web.forms import Form
from watchroom.web.house import AtHand, House, Present
from watchroom.web.threads import in_thread
from watchroom.web.visitors import Visitor

# A form writes a line end as six bytes and many a sign as three; the text in it has a bound of its own.
FORM_BYTES = 400_000
DONE = frozenset({"begun", "kept", "apart", "changed"})
DRAFTS = f"{HERE}/drafts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Who writes, and at which desk."""

    house: House
    visitor: Visitor
    desk: AgreementDesk

    @property
    def drafts(self) -> DraftDesk:
        """The desk for drafts."""
        return DraftDesk(desk=self.desk)

    def page(self, draft: Draft, just: Just, *, error: str = "") -> Response[str]:
        """The page of a draft; `error` is what the desk would not do with it, in words."""
        asker = asker_at(self.house, self.desk)
        page = draft_page(draft, on=asker.on, model=self.house.node.gate.model, words=asker.words, just=just)
        content = {"title": page.title, "page": page, "refused": error}
        status = 409 if page.conflict else 400 if error else 200
        return page_of(self.house, self.visitor, "agreements/draft.html", content=content, status=status)

    def begin(self, draft_id: UUID, text: str, *, done: str) -> Redirect:
        """A new draft, and on to it."""
        begun = self.drafts.begin(draft_id, text)
        return Redirect(f"{DRAFTS}/{begun.id}?done={done}", status_code=303)


def table_at(house: House, visitor: Visitor) -> Table:
    """The table of somebody who keeps agreements.

    Raises:
        RefusedError: it is not their duty; that is recorded.
    """
    return Table(house=house, visitor=visitor, desk=desk_at(house, visitor))


@get("/agreements/new")
@in_thread
def new_agreement(house: AtHand, visitor: Present) -> Response[str]:
    """What a draft can begin from."""
    table = table_at(house, visitor)
    table.desk.look(Act.LIST, "templates listed")
    return _new(table)


def _new(table: Table, *, text: str = "", error: str = "") -> Response[str]:
    fresh = uuid7(at=table.house.node.machine_clock.now())
    found = templates(table.desk.kept(), model=table.house.node.gate.model)
    page = new_page(found, draft_id=fresh, words=table.house.node.words, text=text, error=error)
    content = {"title": page.title, "page": page}
    return page_of(table.house, table.visitor, "agreements/new.html", content=content, status=400 if error else 200)


@post("/agreements/drafts", request_max_body_size=FORM_BYTES)
@in_thread
def begin_draft(house: AtHand, visitor: Present, data: Form) -> Response[str]:
    """Begin a draft from a template, or from a text that a partner has sent."""
    table = table_at(house, visitor)
    given, chosen = plain(data.get("document", "")), data.get("template", "")
    if chosen == "given" and not given.strip():
        return _new(table, error="drafts.error.no_text")
    found = {one.key: one.text for one in templates(table.desk.kept(), model=table.house.node.gate.model)}
    text = given if chosen == "given" else found.get(chosen)
    if text is None:
        return _new(table, text=given, error="drafts.error.no_choice")
    try:
        return table.begin(known_id(data.get("draft_id", "")), text, done="begun")
    except NotTakenError as fault:
        return _new(table, text=given, error=f"agreements.refused.{fault.why}")


@get("/agreements/drafts/{draft_id:str}")
@in_thread
def draft(house: AtHand, visitor: Present, draft_id: FromPath[str], done: FromQuery[str] = "") -> Response[str]:
    """A draft: its text beside how it would read. One that was entered leads to what it became."""
    table = table_at(house, visitor)
    held = table.drafts.draft(known_id(draft_id))
    if held.entered_as is not None:
        return Redirect(f"{HERE}/{held.entered_as}", status_code=303)
    if held.is_dropped:
        raise NotFoundError("that draft was thrown away")
    table.desk.look(Act.CONSULT, "draft read", draft=str(held.id))
    return table.page(held, Just(done=done if done in DONE else ""))


@post("/agreements/drafts/{draft_id:str}", request_max_body_size=FORM_BYTES)
@in_thread
def write_draft(house: AtHand, visitor: Present, draft_id: FromPath[str], data: Form) -> Response[str]:
    """Keep the text; then, as the button says, check it, preview it, enter it to be signed, or throw it away."""
    table, text, act = table_at(house, visitor), plain(data.get("document", "")), data.get("act", "check")
    fresh = table.drafts.draft(known_id(draft_id))
    held = as_read(fresh, data)
    if (fresh.entered_as is not None or fresh.is_dropped) and act != "enter":
        # Its text has nowhere to go; nobody loses work, so it becomes a draft of its own.
        return table.begin(uuid7(at=house.node.machine_clock.now()), text, done="apart")
    try:
        if act == "drop":
            table.drafts.drop(held)
            return Redirect(f"{HERE}?done=dropped", status_code=303)
        if act == "enter":
            return _enter(table, held, text, digest=data.get("digest", ""))
        kept = table.drafts.write(held, text)
    except DraftChangedError:
        return _conflict(table, held, text)
    except NotTakenError as fault:
        return table.page(held, Just(typed=text), error=why_not(house, fault))
    if act == "keep":
        return Response("", status_code=204, headers={"x-revision": str(kept.revision)})
    path = f"{DRAFTS}/{kept.id}/preview" if act == "preview" else f"{DRAFTS}/{kept.id}?done=kept"
    return Redirect(path, status_code=303)


def as_read(fresh: Draft, data: dict[str, str]) -> Draft:
    """The draft at the revision that the form was made from; a form that names none was made from none that holds."""
    given = data.get("revision", "")
    revision = int(given) if given.isascii() and given.isdigit() and len(given) < 18 else 0
    return Draft(
        id=fresh.id,
        name=fresh.name,
        document=fresh.document,
        revision=revision,
        written_by=fresh.written_by,
        written_at=fresh.written_at,
        entered_as=fresh.entered_as,
        is_dropped=fresh.is_dropped,
    )


def _enter(table: Table, held: Draft, text: str, *, digest: str) -> Response[str]:
    """Enter what was read; a text that says something else since is kept, and read once more first."""
    if held.entered_as is not None:
        return Redirect(f"{HERE}/{held.entered_as}/sign", status_code=303)
    kept = table.drafts.write(held, text)
    found = checked(text, model=table.house.node.gate.model, on=asker_at(table.house, table.desk).on)
    if found.agreement is None or found.agreement.digest != digest:
        return Redirect(f"{DRAFTS}/{kept.id}?done=changed", status_code=303)
    try:
        entered = table.drafts.enter(kept, digest=digest)
    except NotTakenError as fault:
        return table.page(kept, Just(), error=why_not(table.house, fault))
    return Redirect(f"{HERE}/{entered.agreement.digest}/sign?done=entered", status_code=303)


def _conflict(table: Table, held: Draft, text: str) -> Response[str]:
    """Somebody else has kept another text: both are shown, and neither is lost."""
    fresh = table.drafts.draft(held.id)
    rows = text_rows(fresh.document, text, table.house.node.words)
    return table.page(fresh, Just(typed=text, is_conflict=True, changes=rows))


def plain(text: str) -> str:
    """A text as files have it: a form ends its lines in two signs."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
