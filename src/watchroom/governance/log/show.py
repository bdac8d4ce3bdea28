"""What the page of the log shows, every word ready. A line tells what its header says; free text and ids stay away."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from watchroom.audit.entries import Act
from watchroom.audit.read import Found, Recorded
from watchroom.audit.verify import Fault, Verified
from watchroom.governance.answer.show import about_words, is_told_of
from watchroom.governance.log.rules import MOST_OF_A_REASON, Erasing, Period, Sought
from watchroom.governance.looks.show import SAYS_ALL, thing_words
from watchroom.model.words import Words

HOME = "/log"
LINES_A_PAGE = 50
_BY_INDEX = ("first", "last", "reason", "erase_confirm")

_SAY_ALL = SAYS_ALL | {Act.BRIEF}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing about the log. `is_exact`: a hash, set as such; `tone`: of the shape before it, empty: none."""

    label: str
    value: str
    note: str = ""
    is_exact: bool = False
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """One entry."""

    index: int
    at: str
    actor: str
    role: str
    what: str
    is_refused: bool
    purpose: str
    people: str
    clauses: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActChoice:
    """One act of the search."""

    value: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """The page of the log.

    Attributes:
        facts: how it stands.
        running: how far a verification has come; None: none is running.
        result: of the last one in this process, with its tone; None: there is none.
        lines: entries; `earlier`: the index below which the next ones are, None: there are none.
        wrong: what is wrong, by field; problems in their order.
        may_erase: whether the form of an erasure is shown.
    """

    title: str
    sentence: str
    done: str | None
    facts: tuple[Fact, ...]
    running: str | None
    lines: tuple[EntryLine, ...]
    lines_words: str
    none_listed: str
    earlier: int | None
    sought: Sought
    acts: tuple[ActChoice, ...]
    period: Period
    erasing: Erasing
    may_erase: bool
    wrong: dict[str, str]
    most_of_a_reason: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How the log stands, as values: see `LogPage` and `node.log_desk.LogState`.

    Attributes:
        size, root: of everything that is committed.
        signed: how many entries the last checkpoint speaks of; None: none is kept or readable.
        spool: what is wrong with the spool; None: nothing.
        done: how far a verification has come; None: none is running.
        result: of the last verification in this process; None: there was none.
        is_broken: that one did not come to its end.
        now: the node's present.
    """

    size: int
    root: bytes
    signed: int | None
    spool: str | None
    done: int | None
    result: Verified | Fault | None
    is_broken: bool
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What was typed into the forms and not taken, and what was done just now."""

    sought: Sought = field(default_factory=Sought)
    period: Period = field(default_factory=Period)
    erasing: Erasing = field(default_factory=Erasing)
    nothing_then: bool = False
    done: str = ""


def log_page(found: Found, told: Told, sent: Sent, *, may_erase: bool, words: Words) -> LogPage:
    """The page in the language of `words`."""
    entries = found.entries
    is_more = len(entries) == LINES_A_PAGE and entries[-1].index > 0
    return LogPage(
        title=words.phrase("log.title"),
        sentence=words.phrase("log.sentence"),
        done=words.phrase(f"log.done.{sent.done}") if sent.done else None,
        facts=_facts(found.verification, told, words),
        running=None if told.done is None else words.phrase("log.running", done=told.done, size=told.size),
        lines=tuple(_line(one, words) for one in entries),
        lines_words=words.phrase("log.lines", first=entries[-1].index, last=entries[0].index) if entries else "",
        none_listed=words.phrase("log.none"),
        earlier=entries[-1].index if is_more else None,
        sought=sent.sought,
        acts=tuple(
            ActChoice(value=act.value, text=words.phrase(f"log.act.{act.value}"), is_chosen=act == sent.sought.act)
            for act in Act
        ),
        period=sent.period,
        erasing=sent.erasing,
        may_erase=may_erase,
        wrong=_wrong(sent, told, words),
        most_of_a_reason=MOST_OF_A_REASON,
    )


def _wrong(sent: Sent, told: Told, words: Words) -> dict[str, str]:
    fields: Iterable[str] = [*sent.sought.wrong, *sent.period.wrong, *sent.erasing.wrong]
    found = {
        name: words.phrase(f"log.wrong.{name}", last=max(0, told.size - 1), most=MOST_OF_A_REASON)
        for name in sorted(fields, key=lambda name: (name in _BY_INDEX, name))
    }
    return {**found, "since": words.phrase("log.wrong.nothing_then")} if sent.nothing_then else found


def _facts(verification: Recorded | None, told: Told, words: Words) -> tuple[Fact, ...]:
    unsigned = None if told.signed is None else max(0, told.size - told.signed)
    return (
        Fact(label=words.phrase("log.entries"), value=f"{told.size:,}"),
        Fact(label=words.phrase("log.root"), value=told.root.hex(), is_exact=True),
        Fact(
            label=words.phrase("log.checkpoint"),
            value=words.phrase("log.checkpoint.none") if told.signed is None else f"{told.signed:,}",
            note="" if unsigned is None else words.phrase("log.checkpoint.note", count=unsigned),
            tone="late" if told.signed is None else "",
        ),
        _verified(verification, told, words),
        Fact(
            label=words.phrase("log.spool"),
            value=words.phrase("log.spool.empty") if told.spool is None else told.spool,
            tone="done" if told.spool is None else "now",
        ),
        Fact(label=words.phrase("log.witnesses"), value=words.phrase("log.witnesses.none"), tone="empty"),
    )


def _verified(verification: Recorded | None, told: Told, words: Words) -> Fact:
    """The last verification: of this process where it found a fault, which a log at fault may not have taken."""
    label = words.phrase("log.verified")
    if told.is_broken:
        return Fact(label=label, value=words.phrase("log.verified.broken"), tone="late")
    if isinstance(told.result, Fault):
        said = words.phrase("log.verified.fault", index=told.result.index)
        return Fact(label=label, value=said, note=told.result.reason, tone="now")
    if verification is None:
        return Fact(label=label, value=words.phrase("log.verified.never"), tone="late")
    detail = (verification.body or {}).get("detail", {})
    note = words.phrase("log.verified.note", at=verification.at, by=verification.actor)
    match detail.get("result"):
        case "whole":
            value = words.phrase("log.verified.whole", entries=int(detail.get("entries", 0)))
            return Fact(label=label, value=value, note=note, tone="done")
        case "fault":
            value = words.phrase("log.verified.fault", index=int(detail.get("index", 0)))
            return Fact(label=label, value=value, note=note, tone="now")
        case _:
            # An entry of an earlier version, or one whose body was erased, does not say.
            return Fact(label=label, value=words.phrase("log.verified.unsaid"), note=note, tone="late")


def _line(one: Recorded, words: Words) -> EntryLine:
    header = one.header
    known = one.act in set(Act)
    roles = [words.phrase(f"role.{role}") for role in str(header.get("role") or "").split("+") if role]
    act = words.phrase(f"log.act.{one.act}") if known else one.act
    what = act
    if about := _about(one, words):
        what = words.phrase("access.what", act=act, about=about)
    if header.get("outcome") is not None:
        what = words.phrase("log.failed", what=what)
    purpose = header.get("purpose")
    return EntryLine(
        index=one.index,
        at=words.instant(one.at, ""),
        actor=one.actor,
        role=", ".join(roles),
        what=what,
        is_refused=one.act == Act.REFUSE or header.get("outcome") is not None,
        purpose="" if purpose is None else words.phrase(f"purpose.{purpose}"),
        people=_people(one, words),
        clauses=", ".join(str(clause) for clause in header.get("clauses", ())),
    )


def _about(one: Recorded, words: Words) -> str:
    """What an entry is about; empty where what was done says all of it: to an account, a key, a glass, a handover."""
    entity = one.header.get("entity")
    if one.act in _SAY_ALL or entity is None:
        return ""
    return about_words(entity, words) if is_told_of(entity) else thing_words(str(entity), words)


def _people(one: Recorded, words: Words) -> str:
    if one.body is None:
        return words.phrase("log.erased")
    count = len(one.subjects)
    return words.phrase("log.people", count=count) if count else ""
