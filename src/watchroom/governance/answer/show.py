"""What a person is told of one entry of the log, every word ready. Staff are roles; nobody else is named."""

from collections.abc import Mapping
from dataclasses import dataclass

from watchroom.audit.entries import Act
from watchroom.audit.subject import Line
from watchroom.model.catalogue import catalogue
from watchroom.model.extension import is_name_of_agency, said_of_agency
from watchroom.model.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldLine:
    """One entry as the person is told of it: when, what was done with what, by which role of whom, what for."""

    at: str
    what: str
    by: str
    purpose: str


def told_of(line: Line, *, agency: tuple[str, str], words: Words) -> ToldLine:
    """An entry in words; nothing of it names a member of staff or anybody else."""
    told = line.told(words)
    header = line.recorded.header
    code, name = agency
    organisation = header.get("organisation")
    by = str(told["by"])
    if organisation:
        of = name if organisation == code else str(organisation)
        by = words.phrase("access.by", role=by, organisation=of)
    return ToldLine(
        at=words.instant(line.recorded.at, ""),
        what=_with_others(_what(str(told["act"]), header, words), line, words),
        by=by,
        purpose="" if told["purpose"] is None else str(told["purpose"]),
    )


def _with_others(what: str, line: Line, words: Words) -> str:
    """What was done, and that it held other people too, who are left out: not who, and not how many."""
    return words.phrase("letter.others_left_out", what=what) if line.others else what


_SAY_ALL = frozenset(
    {Act.BRIEF, Act.ASK, Act.ANSWER, Act.WITHDRAW, Act.END, Act.GLASS_BREAK, Act.GLASS_CLOSE, Act.GLASS_REVIEW}
)


def _what(act: str, header: Mapping[str, object], words: Words) -> str:
    # "Named in a shift handover" says it all, and so does what was asked for or opened.
    if header.get("act") in _SAY_ALL:
        return act
    return words.phrase("access.what", act=act, about=about_words(header.get("entity"), words))


# Things of the log that are no entity of the model, as a person is told of them; the rest is "the system".
_OWN_WORDS = frozenset(
    {
        "handover",
        "posts",
        "roll",
        "occupancy",
        "audit",
        "subject_access",
        "explain",
        "change",
        "batch",
        "request",
        "glass",
        "looks",
    }
)


def is_told_of(entity: object) -> bool:
    """Whether there are words for what an entry is about, other than "the system"."""
    return entity in _OWN_WORDS or entity in catalogue().entities or is_name_of_agency(str(entity))


def about_words(entity: object, words: Words) -> str:
    """What an entry is about, in words; what is no record and has no words of its own is "the system"."""
    if not is_told_of(entity):
        return words.phrase("access.about.system")
    if is_name_of_agency(str(entity)):
        return said_of_agency(str(entity))
    return words.phrase(f"access.about.{entity}" if entity in _OWN_WORDS else f"record.{entity}")
