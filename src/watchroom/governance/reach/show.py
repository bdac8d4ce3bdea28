"""What the page shows on which it is counted whom an agreement reaches; the lines come one by one."""

from collections.abc import Iterator
from dataclasses import dataclass

from watchroom.gate.preview import Reach
from watchroom.model.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachLine:
    """One seat: who asks for what, how many people more and fewer, which fields more and fewer.

    Attributes:
        people: such as `+312 people`; `total` says how many that makes.
        tone: `wider` or `narrower` or `same`, as the word `change` says.
        progress: how far the counting is, while it goes on; empty with the last one.
    """

    organisation: str
    role: str
    purpose: str
    people: str
    total: str
    fields_added: tuple[str, ...]
    fields_removed: tuple[str, ...]
    fields: str
    change: str
    tone: str
    shape: str
    progress: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachPage:
    """The page around the lines.

    Attributes:
        at_local: what the field for an instant holds; empty: it is of now.
        wrong: what is wrong with it, in words; empty: nothing.
    """

    title: str
    sentence: str
    of_when: str
    at_local: str
    here: str
    back: str
    back_text: str
    counting: str
    none: str
    failed: str
    wrong: str = ""


def reach_lines(reaches: Iterator[Reach], *, seats: int, words: Words) -> Iterator[ReachLine]:
    """The lines, each when it is counted."""
    for place, one in enumerate(reaches, start=1):
        progress = "" if place == seats else words.phrase("reach.progress", done=place, count=seats)
        yield _line(one, words, progress=progress)


def _line(one: Reach, words: Words, *, progress: str) -> ReachLine:
    is_wider = bool(one.people_added or one.fields_added)
    is_narrower = bool(one.people_removed or one.fields_removed)
    tone = "both" if is_wider and is_narrower else "wider" if is_wider else "narrower" if is_narrower else "same"
    return ReachLine(
        organisation=one.seat.organisation,
        role=words.phrase(f"role.{one.seat.role}"),
        purpose=words.phrase(f"purpose.{one.seat.purpose}"),
        people=_told("people", words, added=one.people_added, removed=one.people_removed),
        total=words.phrase("reach.total", before=one.people_before, after=one.people_after),
        fields_added=one.fields_added,
        fields_removed=one.fields_removed,
        fields=_told("fields", words, added=len(one.fields_added), removed=len(one.fields_removed)),
        change=words.phrase(f"reach.{tone}"),
        tone=tone,
        shape={"both": "late", "wider": "late", "narrower": "closed", "same": "empty"}[tone],
        progress=progress,
    )


def _told(what: str, words: Words, *, added: int, removed: int) -> str:
    """`+312 people, −4 people`; nothing of either is said as such."""
    told: list[str] = []
    if added:
        told.append(words.phrase(f"reach.{what}.added", count=added))
    if removed:
        told.append(words.phrase(f"reach.{what}.removed", count=removed))
    return words.listed(told) if told else words.phrase(f"reach.{what}.none")
