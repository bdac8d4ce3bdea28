"""What the pages of the outbox show, every word ready."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from watchroom.handover.outbox.build import Outbox
from watchroom.handover.outbox.rules import (
    NEXT,
    PENDING,
    REASONS,
    EntryRow,
    State,
    SubjectRow,
    is_late,
    kinds,
)
from watchroom.model.text import Coded, Text
from watchroom.model.words import Words

# What a person says of an entry at the page; a file says of itself that it was exported.
_SAID = (State.COPIED, State.ACKNOWLEDGED, State.REFUSED, State.WITHDRAWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One choice of a list."""

    value: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in the form as typed. `occurred` is as the input gives it; `version` of what it corrects.

    `stands` are the words that were recorded meanwhile, while these were typed.
    """

    kind: str = ""
    occurred: str = ""
    words: str = ""
    system: str = ""
    entry: str = ""
    version: str = ""
    stands: str = ""
    faults: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class NotePage:
    """The form of a note. `back` leads to the person; `faults` says of each field what is wrong, or nothing."""

    title: str
    person: str
    prison_number: str
    action: str
    back: str
    purpose: str
    kinds: tuple[Choice, ...]
    systems: tuple[Choice, ...]
    typed: Typed
    faults: Mapping[str, str]
    button: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """What can be said of an entry. Where `reasons` there are, one is chosen with it."""

    state: str
    text: str
    reasons: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxLine:
    """One entry in words. `tone` is late, soon, done or withheld; `correct` leads to its form, empty: there is none."""

    id: str
    version: int
    person_path: str
    person: str
    place: str
    what: str
    text: str
    written: str
    state: str
    tone: str
    late: str
    correct: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxPage:
    """What the template receives: what has not arrived, and what came to its end of late."""

    title: str
    sentence: str
    done: str
    waiting: tuple[OutboxLine, ...]
    ended: tuple[OutboxLine, ...]
    cut: str


def note_page(
    subject: SubjectRow, words: Words, *, typed: Typed, systems: Sequence[str], where: Mapping[str, str]
) -> NotePage:
    """The form.

    Args:
        subject: the person.
        words: of the page.
        typed: what stands in it.
        systems: codes of the legal records, the usual one first.
        where: `action`, `back` and `purpose` of the form; `title` and `button` as ends of message ids.
    """
    chosen = typed.system or systems[0]
    return NotePage(
        title=words.phrase(f"staff.{where['title']}.title"),
        person=_name(subject.family_name, subject.given_names, words=words),
        prison_number=subject.prison_number or "",
        action=where["action"],
        back=where["back"],
        purpose=where["purpose"],
        kinds=tuple(Choice(value=one, text=_kind(one, words=words), is_chosen=one == typed.kind) for one in kinds()),
        systems=tuple(Choice(value=one, text=_system(one, words=words), is_chosen=one == chosen) for one in systems),
        typed=typed,
        faults={
            name: words.phrase(typed.faults[name]) if name in typed.faults else ""
            for name in ("kind", "occurred", "words", "system")
        },
        button=words.phrase(f"staff.{where['title']}.button"),
    )


def outbox_page(outbox: Outbox, words: Words, *, reader: str, query: str, done: str = "") -> OutboxPage:
    """The page in the language of `words`.

    Args:
        outbox: what the reader may see of it.
        words: of the page.
        reader: account; whoever wrote something may correct it. Empty: nothing can be done at the page, as in the past.
        query: that links keep.
        done: end of the message id of what was done just before; empty: nothing.
    """
    lines = [(row, _line(row, words, at=outbox.at, reader=reader, query=query)) for row in outbox.rows]
    waiting = tuple(line for row, line in lines if row.status_code in PENDING)
    return OutboxPage(
        title=words.phrase("outbox.title"),
        sentence=words.phrase("outbox.sentence", count=len(waiting)),
        done=words.phrase(f"outbox.done.{done}") if done else "",
        waiting=waiting,
        ended=tuple(line for row, line in lines if row.status_code not in PENDING),
        cut=words.phrase("outbox.cut", count=len(outbox.rows)) if outbox.is_cut else "",
    )


def _line(row: EntryRow, words: Words, *, at: datetime, reader: str, query: str) -> OutboxLine:
    state, late = State(row.status_code), is_late(row, at=at)
    is_own = row.typed_by == reader and state is not State.WITHDRAWN and row.text is not None
    happened = words.instant(row.occurred_at, "short") if row.occurred_at else ""
    what = _kind(f"{row.type_code}/{row.sub_type_code}", words=words) if row.type_code else ""
    return OutboxLine(
        id=str(row.entry_id),
        version=row.version,
        person_path=f"/people/{row.person_id}?{query}",
        person=_name(row.family_name, row.given_names, words=words),
        place=row.unit_code or "",
        what=" ".join(part for part in (what, happened) if part),
        text=row.text or "",
        written=words.phrase("outbox.written", name=row.typed_by or "", at=row.typed_at, age=_age(row, words, at=at)),
        state=_state(row, words=words),
        tone="late" if late else "soon" if state in PENDING else "withheld" if state is State.WITHDRAWN else "done",
        late=words.phrase("page.word.late") if late else "",
        correct=f"/outbox/{row.entry_id}/correct?{query}" if reader and is_own and not row.legal_reference else "",
        buttons=tuple(_button(one, row, words=words) for one in _SAID if reader and one in NEXT[state]),
    )


def _age(row: EntryRow, words: Words, *, at: datetime) -> str:
    return words.age(max((at - row.typed_at).total_seconds(), 0))


def _state(row: EntryRow, *, words: Words) -> str:
    """How far it has come, who said so, and that the legal record is not known to hold it where that is so."""
    reason = Text("outbox.reason", {"reason": Coded(code_list="outbox_reason", code=row.reason_code)})
    by = "person" if row.status_by else "delivery"
    said = Text(
        f"outbox.state.{row.status_code.lower()}.{by}"
        if row.status_code == "ACKNOWLEDGED"
        else f"outbox.state.{row.status_code.lower()}",
        {
            "system": Coded(code_list="legal_record", code=row.system_code),
            "at": row.status_at,
            "name": row.status_by or "",
        },
    )
    parts = [words.say(not_yet(row.system_code))] if row.status_code in PENDING else []
    parts.append(words.say(said))
    if row.reason_code:
        parts.append(words.say(reason))
    return " ".join(parts)


def not_yet(system_code: str) -> Text:
    """That a legal record does not hold something yet."""
    return Text("outbox.not_yet", {"system": Coded(code_list="legal_record", code=system_code)})


def _button(state: State, row: EntryRow, *, words: Words) -> Button:
    return Button(
        state=state.value,
        text=words.phrase(f"outbox.button.{state.value.lower()}", system=_system(row.system_code, words=words)),
        reasons=tuple(
            Choice(value=one, text=words.code("outbox_reason", one), is_chosen=False) for one in REASONS.get(state, ())
        ),
    )


def _kind(kind: str, *, words: Words) -> str:
    family, _, code = kind.partition("/")
    return words.phrase(
        "staff.kind", family=words.code("case_note_type", family), kind=words.code("case_note_sub_type", code)
    )


def _system(code: str, *, words: Words) -> str:
    return words.code("legal_record", code)


def name_of(row: SubjectRow | EntryRow, words: Words) -> str:
    """Whom a note is about."""
    return _name(row.family_name, row.given_names, words=words)


def _name(family: str | None, given: str | None, *, words: Words) -> str:
    known = ", ".join(part.title() if part.isupper() else part for part in (family, given) if part)
    return known or words.phrase("person.name_withheld")
