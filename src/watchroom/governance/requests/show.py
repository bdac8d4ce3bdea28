"""What the page of requests shows, every word ready."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from watchroom.gate.openings import Times
from watchroom.gate.request_records import Request, RequestState
from watchroom.governance.requests.rules import SOON, Inbox, PersonRow, Place, first_span, spans_of
from watchroom.model.words import Words
from watchroom.policy.on_request import Askable
from watchroom.policy.periods import Period
from watchroom.policy.term_words import period_in_words

# How a state looks: its shape goes with its word, never alone.
_TONES = {
    RequestState.WAITING: "soon",
    RequestState.GIVEN: "fresh",
    RequestState.REFUSED: "closed",
    RequestState.WITHDRAWN: "plain",
    RequestState.ENDED: "done",
    RequestState.UNANSWERED: "late",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One entry of a list to choose from."""

    value: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A decision that was not taken: of which request, why, and what had been typed."""

    request_id: UUID
    error: str
    words: str = ""
    lasts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What was done before the page is shown: `done` is a message id, `again` a decision that could not be taken."""

    done: str = ""
    again: Again | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDecide:
    """One request that waits for the reader."""

    id: str
    person: str
    prison_number: str
    title: str
    asked: str
    why: str
    words: str
    erased: str
    due: str
    is_soon: bool
    shows: str
    asked_for: str
    spans: tuple[Choice, ...]
    error: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """One request of the reader, or one that is open at their site, and what may be done with it."""

    id: str
    person: str
    person_path: str
    prison_number: str
    title: str
    state: str
    tone: str
    told: str
    answer: str
    erased: str
    may_withdraw: bool
    may_end: bool
    may_look: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestsPage:
    """The page: what waits for the reader, what is open there, and what they have asked for.

    Attributes:
        waiting_count: how many wait, with a plus where more do than are shown; empty: none.
        more: where each list goes on that does.
    """

    title: str
    sentence: str
    done: str
    purpose: str
    decides: bool
    waiting_count: str
    waiting: tuple[ToDecide, ...]
    open: tuple[Mine, ...]
    mine: tuple[Mine, ...]
    more: Place


def requests_page(inbox: Inbox, words: Words, *, at: Times, purpose: str, after: After) -> RequestsPage:
    """The page of requests in the language of `words`.

    Args:
        inbox: what the reader may know.
        words: of the node.
        at: this instant.
        purpose: for which it is read; its forms keep it.
        after: what was done just before.
    """
    waiting = tuple(_to_decide(one, inbox, words, again=after.again) for one in inbox.waiting)
    count = f"{len(waiting)}+" if inbox.more.waiting else str(len(waiting))
    return RequestsPage(
        title=words.phrase("requests.title"),
        sentence=words.phrase("requests.sentence.decides" if inbox.decides else "requests.sentence"),
        done=words.phrase(after.done) if after.done else "",
        purpose=purpose,
        decides=inbox.decides,
        waiting_count=count if waiting else "",
        waiting=waiting,
        open=tuple(_mine(one, inbox, words, at=at, is_own=False) for one in inbox.open),
        mine=tuple(_mine(one, inbox, words, at=at, is_own=True) for one in inbox.mine),
        more=inbox.more,
    )


def title_of(request: Request, known: Mapping[str, Askable], words: Words) -> str:
    """What was asked for, in the words of its agreement; one that is agreed no more keeps its bare name."""
    found = known.get(request.name)
    return found.asked.title if found else words.phrase("requests.not_agreed")


def shows_of(found: Askable, words: Words) -> str:
    """What would be shown, in words: the fields of the record."""
    clause = found.asked.clause
    fields = [spoken(name) for name in clause.fields if not name.endswith("_id")]
    record = words.phrase(f"record.{clause.entity}")
    return words.phrase("requests.shows", fields=words.listed(fields), record=record)


def spoken(name: str) -> str:
    """The name of a field as people say it."""
    return name.removesuffix("_code").removesuffix("_id").removeprefix("is_").replace("_", " ")


def span_in_words(span: timedelta, words: Words) -> str:
    """A time such as `12 hours`."""
    return words.say(period_in_words(Period(span=span)))


def person_in_words(person: PersonRow | None, words: Words) -> str:
    """Who it is; of somebody whom the reader may not know of, that alone."""
    if person is None:
        return words.phrase("requests.somebody")
    known = ", ".join(_in_case(part) for part in (person.family_name, person.given_names) if part)
    return known or words.phrase("requests.name_withheld")


def _in_case(name: str) -> str:
    return name.title() if name.isupper() else name


def erased_in_words(erased_at: datetime | None, words: Words) -> str:
    """That words are gone, and since when; empty where they are not."""
    return words.phrase("requests.erased", at=words.instant(erased_at, "short")) if erased_at else ""


def _to_decide(request: Request, inbox: Inbox, words: Words, *, again: Again | None) -> ToDecide:
    found, person = inbox.known[request.name], inbox.people.get(request.person_id)
    mine = again if again is not None and again.request_id == request.id else None
    lasts = found.asked.lasts
    chosen = mine.lasts if mine is not None and mine.lasts else _seconds(first_span(lasts))
    left = request.answer_by - inbox.at
    return ToDecide(
        id=str(request.id),
        person=person_in_words(person, words),
        prison_number=(person.prison_number if person else None) or "",
        title=found.asked.title,
        asked=words.phrase("requests.asked_by", account=request.asked_by, at=_when(request.asked_at, inbox.at, words)),
        why=words.phrase(f"requests.reason.{request.reason}"),
        words=request.words or "",
        erased=erased_in_words(request.words_erased_at, words),
        due=words.phrase("requests.due", at=_when(request.answer_by, inbox.at, words), left=words.left(left)),
        is_soon=left <= SOON,
        shows=shows_of(found, words),
        asked_for=words.phrase("requests.asked_for", purpose=words.phrase(f"purpose.{request.purpose}")),
        spans=tuple(
            Choice(value=_seconds(span), text=span_in_words(span, words), is_chosen=_seconds(span) == chosen)
            for span in spans_of(lasts)
        ),
        error=mine.error if mine is not None else "",
        answer=mine.words if mine is not None else "",
    )


def _mine(request: Request, inbox: Inbox, words: Words, *, at: Times, is_own: bool) -> Mine:
    state, person = request.state(at), inbox.people.get(request.person_id)
    return Mine(
        id=str(request.id),
        person=person_in_words(person, words),
        person_path=f"/people/{request.person_id}" if person else "",
        prison_number=(person.prison_number if person else None) or "",
        title=title_of(request, inbox.known, words),
        state=words.phrase(f"requests.state.{state}"),
        tone=_TONES[state],
        told=_told(request, state, words, at=at) if is_own else _told_of_other(request, words, at=at),
        answer=request.answer or "",
        erased=erased_in_words(request.answer_erased_at, words),
        may_withdraw=is_own and state is RequestState.WAITING,
        may_end=state is RequestState.GIVEN,
        may_look=is_own and state is RequestState.GIVEN and person is not None,
    )


def _told(request: Request, state: RequestState, words: Words, *, at: Times) -> str:
    """When it comes or came to what it is, with the time that is left."""
    match state:
        case RequestState.WAITING:
            left = words.left(request.answer_by - at.node)
            return words.phrase("requests.told.waiting", at=_when(request.answer_by, at.node, words), left=left)
        case RequestState.GIVEN:
            return _until(request, words, at=at, message="requests.told.given")
        case RequestState.REFUSED:
            return words.phrase(
                "requests.told.refused", account=request.decided_by or "", at=_when(request.decided_at, at.node, words)
            )
        case RequestState.WITHDRAWN:
            return words.phrase("requests.told.withdrawn", at=_when(request.withdrawn_at, at.node, words))
        case RequestState.UNANSWERED:
            return words.phrase("requests.told.unanswered", at=_when(request.answer_by, at.node, words))
        case RequestState.ENDED if request.closed_by is not None:
            return words.phrase("requests.told.ended_by", account=request.closed_by)
        case RequestState.ENDED:
            return words.phrase("requests.told.ended", at=_when(request.closes_at, at.node, words))


def _told_of_other(request: Request, words: Words, *, at: Times) -> str:
    return (
        words.phrase("requests.told.open_for", account=request.asked_by)
        + " "
        + _until(request, words, at=at, message="requests.told.until")
    )


def _until(request: Request, words: Words, *, at: Times, message: str) -> str:
    ends = request.closes_at or at.node
    left = words.left(ends - at.node)
    return words.phrase(message, account=request.decided_by or "", at=_when(ends, at.node, words), left=left)


def _when(instant: datetime | None, now: datetime, words: Words) -> str:
    """A time of today as the clock alone, any other with its day."""
    if instant is None:
        return ""
    is_today = instant.astimezone(words.zone).date() == now.astimezone(words.zone).date()
    return words.instant(instant, "time" if is_today else "short")


def _seconds(span: timedelta) -> str:
    return str(int(span.total_seconds()))
