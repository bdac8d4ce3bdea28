"""The pages of subject access: requests, one request with its draft, the answer. No address names a person."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from litestar import Response, get, post
from litestar.enums import MediaType
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from watchroom.audit.subject import NotReleased
from watchroom.audit.subject_requests import is_reference
from watchroom.audit.verdicts import Decided, Standing
from watchroom.gate.door import Refused
from watchroom.governance.answer.build import Letter, Sender, build_letter, letter_json, letter_pdf
from watchroom.governance.subject.rules import Sent, Show, progress_of, sent_of
from watchroom.governance.subject.show import Looked, Worked, draft_page
from watchroom.governance.subject_groups.rules import Together, together_of
from watchroom.governance.subject_list.show import HOME, LINES_A_PAGE, Typed, requests_page
from watchroom.kernel.errors import NotFoundError
from watchroom.node.subject_desk import PURPOSE, SubjectDesk, Work, subject_desk_of
from watchroom.web.addresses import known_id
from watchroom.web.forms import Form
from watchroom.web.house import AtHand, House, Present, Setting, framed
from watchroom.web.refusals import RefusedError
from watchroom.web.threads import in_thread
from watchroom.web.visitors import Visitor

# A page of lines, each with a reason, whatever letters it is written in.
FORM_BYTES = 256 * 1024
OLDEST_DAYS = 366
DONE = frozenset({"opened", "kept", "nothing", "drawn"})


@get(HOME)
@in_thread
def subject_requests(house: AtHand, visitor: Present, before: FromQuery[str] = "") -> Response[str]:
    """The latest requests, or those before one of them, and the form to open one."""
    listed_before = known_id(before) if before else None
    return requests_response(house, visitor, desk=desk_for(house, visitor), typed=Typed(), before=listed_before)


@post(HOME)
@in_thread
def open_request(house: AtHand, visitor: Present, data: Form) -> Response[str]:
    """Open a request; or the list again with what was typed and what is wrong with it."""
    desk = desk_for(house, visitor)
    named = {key: data.get(key, "").strip()[:100] for key in ("person", "reference", "received_on")}
    received = day_of(named["received_on"], today=desk.today())
    wrong = set[str]()
    if not is_reference(named["reference"]):
        wrong.add("reference")
    if received is None:
        wrong.add("received_on")
    if not wrong and received is not None:
        try:
            opened = desk.open(person=named["person"], reference=named["reference"], received_on=received)
        except NotFoundError:
            wrong.add("person")
        else:
            return Redirect(f"{HOME}/{opened}?done=opened", status_code=303)
    elif not named["person"]:
        wrong.add("person")
    return requests_response(house, visitor, desk=desk, typed=Typed(**named, wrong=frozenset(wrong)))


@get(HOME + "/{request_id:str}")
@in_thread
def request_draft(
    house: AtHand,
    visitor: Present,
    request_id: FromPath[str],
    show: FromQuery[str] = "",
    begin: FromQuery[int] = 0,
    done: FromQuery[str] = "",
) -> Response[str]:
    """One request with its draft, from an entry on."""
    work = desk_for(house, visitor).look(known_id(request_id))
    looked = Looked(
        officer=visitor.asker.name,
        agency=agency_of(house, visitor),
        show=shown(show) if show else None,
        begin=begin,
        done=done if done in DONE else "",
    )
    return draft_response(house, visitor, work=work, looked=looked)


@post(HOME + "/{request_id:str}", request_max_body_size=FORM_BYTES)
@in_thread
def keep_verdicts(house: AtHand, visitor: Present, request_id: FromPath[str], data: Form) -> Response[str]:
    """Keep the verdicts of a page, all or none, and go on; else the page with what was typed."""
    wanted, desk = known_id(request_id), desk_for(house, visitor)
    sent = Sent()

    def meant(standing: Mapping[int, Standing]) -> tuple[Decided, ...]:
        nonlocal sent
        sent = sent_of(data, standing)
        return () if sent.wrong else sent.decided

    recorded = desk.decide(wanted, meant)
    show, begin = shown(data.get("show", "")), entry_of(data.get("begin", ""))
    if sent.wrong:
        looked = Looked(officer=visitor.asker.name, agency=agency_of(house, visitor), show=show, begin=begin, sent=sent)
        return draft_response(house, visitor, work=desk.look(wanted), looked=looked, status=400)
    done = "kept" if recorded else "nothing"
    begin = entry_of(data["go"]) if "go" in data else begin
    return Redirect(f"{HOME}/{wanted}?show={show.value}&begin={begin}&done={done}", status_code=303)


@post(HOME + "/{request_id:str}/proposals")
@in_thread
def take_proposals(house: AtHand, visitor: Present, request_id: FromPath[str], data: Form) -> Response[str]:
    """Decide, with one reason, all lines of the batches that were ticked: as it is proposed, or otherwise."""
    wanted, desk = known_id(request_id), desk_for(house, visitor)
    work = desk.look(wanted)
    sent = Together()

    def meant(standing: Mapping[int, Standing]) -> tuple[Decided, ...]:
        nonlocal sent, work
        work = replace(work, draft=work.draft.with_verdicts(standing))
        sent = together_of(data, work.draft)
        return sent.decided

    desk.decide(wanted, meant)
    if sent.wrong:
        looked = Looked(officer=visitor.asker.name, agency=agency_of(house, visitor), together=sent)
        return draft_response(house, visitor, work=work, looked=looked, status=400)
    return Redirect(f"{HOME}/{wanted}?show=undecided&done=kept", status_code=303)


@post(HOME + "/{request_id:str}/draft")
@in_thread
def draw_draft(house: AtHand, visitor: Present, request_id: FromPath[str]) -> Redirect:
    """Bring the draft up to date."""
    wanted = known_id(request_id)
    desk_for(house, visitor).draw(wanted)
    return Redirect(f"{HOME}/{wanted}?show=new&done=drawn", status_code=303)


@get(HOME + "/{request_id:str}/letter")
@in_thread
def request_letter(house: AtHand, visitor: Present, request_id: FromPath[str]) -> Response[str]:
    """The answer as the person would receive it."""
    desk = desk_for(house, visitor)
    return letter_response(house, visitor, desk=desk, work=desk.look(known_id(request_id)))


@post(HOME + "/{request_id:str}/letter")
@in_thread
def give_letter(
    house: AtHand, visitor: Present, request_id: FromPath[str], data: Form
) -> Response[str] | Response[bytes]:
    """Give the answer: entered as given, then the file; refused while a line waits for a verdict."""
    wanted, desk = known_id(request_id), desk_for(house, visitor)
    if data.get("confirm") != "yes":
        return letter_response(house, visitor, desk=desk, work=desk.look(wanted), wrong="letter.wrong.confirm")
    found = desk.answer(wanted)
    if isinstance(found, NotReleased):
        return letter_response(house, visitor, desk=desk, work=desk.look(wanted))
    letter = letter_of(house, visitor, desk=desk, work=found)
    # The name of the file holds the opaque id alone.
    name = f"answer-{wanted}"
    if data.get("form") == "json":
        headers = {"content-disposition": f'attachment; filename="{name}.json"'}
        return Response(letter_json(letter), media_type=MediaType.JSON, headers=headers)
    headers = {"content-disposition": f'attachment; filename="{name}.pdf"'}
    content = letter_pdf(letter, zone=house.node.jurisdiction.zone)
    return Response(content, media_type="application/pdf", headers=headers)


def desk_for(house: House, visitor: Visitor) -> SubjectDesk:
    """The desk of this visitor.

    Raises:
        RefusedError: they have not the duty to read the log; that is entered.
    """
    desk = subject_desk_of(house.node, visitor.asker)
    if isinstance(desk, Refused):
        raise RefusedError(house.node.words.say(desk.reason))
    return desk


def agency_of(house: House, visitor: Visitor) -> tuple[str, str]:
    """Code and name of the node's organisation."""
    return visitor.asker.organisation, house.node.agency_name


def shown(text: str) -> Show:
    """Which lines an address asks for; all where it names none that there are."""
    return Show(text) if text in set(Show) else Show.ALL


def entry_of(text: str) -> int:
    """The entry that a form names; the first one where it names none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0


def day_of(text: str, *, today: date) -> date | None:
    """The day that was typed; None where it is none on which a request can have come."""
    try:
        named = date.fromisoformat(text)
    except ValueError:
        return None
    return named if 0 <= (today - named).days <= OLDEST_DAYS else None


def requests_response(
    house: House, visitor: Visitor, *, desk: SubjectDesk, typed: Typed, before: UUID | None = None
) -> Response[str]:
    """The list of requests, from its beginning or from the one after `before` on, with the form as it was sent."""
    listed = desk.requests(most=LINES_A_PAGE, before=before)
    page = requests_page(listed.requests, today=desk.today(), typed=typed, words=house.node.words)
    page = replace(page, more=listed.more)
    frame = framed(house, title=page.title, visitor=visitor, setting=Setting(purpose=PURPOSE, current=HOME))
    html = house.pages.page("subject/requests.html", frame, page=page)
    return Response(html, media_type=MediaType.HTML, status_code=400 if page.is_wrong else 200)


def draft_response(house: House, visitor: Visitor, *, work: Work, looked: Looked, status: int = 200) -> Response[str]:
    """One request, as it is looked at."""
    worked = Worked(
        request=work.request,
        draft=work.draft,
        since=work.since,
        today=today_of(house),
        restricted=tuple(one.entity for one in work.restricted),
    )
    page = draft_page(worked, looked, house.node.words)
    # The title names the reference, which names nobody: browsers keep it in their history.
    frame = framed(
        house, title=page.title, visitor=visitor, setting=Setting(purpose=PURPOSE, current=HOME, keeps_typed=True)
    )
    html = house.pages.page("subject/draft.html", frame, page=page)
    return Response(html, media_type=MediaType.HTML, status_code=status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The answer on an officer's page: `waiting` says why it cannot be given yet, `wrong` what was not confirmed."""

    title: str
    path: str
    letter: Letter
    waiting: str | None
    wrong: str | None


def letter_response(house: House, visitor: Visitor, *, desk: SubjectDesk, work: Work, wrong: str = "") -> Response[str]:
    """The preview of the answer."""
    words, progress = house.node.words, progress_of(work.draft)
    waiting = None
    if not progress.is_complete:
        kind, count = ("undecided", progress.lines - progress.decided)
        if not count:
            kind, count = "awaiting_second", progress.second
        waiting = words.phrase(f"subject.{kind}", count=count)
    page = Preview(
        title=words.phrase("letter.preview.title", reference=work.request.reference),
        path=f"{HOME}/{work.request.id}",
        letter=letter_of(house, visitor, desk=desk, work=work),
        waiting=waiting,
        wrong=words.phrase(wrong) if wrong else None,
    )
    frame = framed(house, title=page.title, visitor=visitor, setting=Setting(purpose=PURPOSE, current=HOME))
    html = house.pages.page("subject/letter.html", frame, page=page)
    return Response(html, media_type=MediaType.HTML, status_code=400 if wrong else 200)


def letter_of(house: House, visitor: Visitor, *, desk: SubjectDesk, work: Work) -> Letter:
    """The letter of what is released now."""
    words, environment = house.node.words, house.node.environment
    sender = Sender(
        agency=agency_of(house, visitor),
        reference=work.request.reference,
        received_on=work.request.received_on,
        today=desk.today(),
        notice="" if environment == "live" else words.phrase(f"web.example.{environment}"),
    )
    return build_letter(work.draft, sender, words)


def today_of(house: House) -> date:
    """The day of the node."""
    return house.node.clock.now().astimezone(house.node.jurisdiction.zone).date()
