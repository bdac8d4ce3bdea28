"""What the list of requests shows, every word ready. It names nobody."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from watchroom.audit.subject_requests import SubjectRequest
from watchroom.governance.subject_list.rules import Due, due_on, due_state
from watchroom.model.words import Words

HOME = "/subject-access"
LINES_A_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class DueMark:
    """The day by which an answer is due, and how it stands: `tone` names the shape and the colour."""

    day: str
    word: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """One request of the list. It names nobody."""

    path: str
    reference: str
    received: str
    due: DueMark
    state: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed to open a request, and by field the last part of the message that says what is wrong with it."""

    person: str = ""
    reference: str = ""
    received_on: str = ""
    wrong: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of the form. `wrong`: what is wrong with what was typed; None: nothing."""

    name: str
    kind: str
    label: str
    hint: str
    typed: str
    most: int
    wrong: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestsPage:
    """The list of requests, with the form to open one. `more`: its last line where it goes on; None: it ends."""

    title: str
    sentence: str
    lines: tuple[RequestLine, ...]
    fields: tuple[Field, ...]
    is_wrong: bool
    more: UUID | None = None


def requests_page(found: tuple[SubjectRequest, ...], *, today: date, typed: Typed, words: Words) -> RequestsPage:
    """The page in the language of `words`; `today` is the node's."""
    fields = tuple(
        Field(
            name=name,
            kind=kind,
            label=words.phrase(f"access.open.{name}"),
            hint=words.phrase(f"access.open.{name}.hint"),
            typed=was,
            most=most,
            wrong=words.phrase(f"access.wrong.{name}") if name in typed.wrong else None,
        )
        for name, kind, was, most in (
            ("person", "text", typed.person, 40),
            ("reference", "text", typed.reference, 30),
            ("received_on", "date", typed.received_on, 10),
        )
    )
    return RequestsPage(
        title=words.phrase("access.title"),
        sentence=words.phrase("access.sentence"),
        lines=tuple(_request_line(one, today=today, words=words) for one in found),
        fields=fields,
        is_wrong=bool(typed.wrong),
    )


def _request_line(one: SubjectRequest, *, today: date, words: Words) -> RequestLine:
    step = one.answer or one.draft
    key = "answered" if one.answer else "drawn"
    return RequestLine(
        path=f"{HOME}/{one.id}",
        reference=one.reference,
        received=words.day(one.received_on, "day"),
        due=due_mark(one, today=today, words=words),
        state="" if step is None else words.phrase(f"access.state.{key}", at=step.at, by=step.by),
        by=one.opened_by,
    )


_TONES = {Due.ANSWERED: "done", Due.IN_TIME: "plain", Due.SOON: "soon", Due.LATE: "late"}


def due_mark(one: SubjectRequest, *, today: date, words: Words) -> DueMark:
    """The day by which a request has to be answered, as it stands on a day of the node."""
    due = due_on(one.received_on)
    state = due_state(one.received_on, today=today, is_answered=one.answer is not None)
    count = abs((due - today).days)
    return DueMark(
        day=words.day(due, "day"), word=words.phrase(f"access.due.{state.value}", count=count), tone=_TONES[state]
    )
