"""What the pages of the rooms of cases show, every word ready.

They name cases and accounts, and no person of the record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from watchroom.gate.case_room_reading import RoomKept, RoomPlace
from watchroom.gate.openings import Times
from watchroom.governance.rooms.rules import (
    RoomState,
    is_soon,
    state_of,
)
from watchroom.model.words import Words
from watchroom.policy.openings import FURTHEST_FROM_CASE

# What can be said after something was done; an address that names anything else says nothing.
DONE = frozenset({"opened", "admitted", "left", "closed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """What went before: what was done, or a form that was refused.

    Attributes:
        done: last part of the message that says so; empty, or any other word: nothing is said.
        typed: what the form held, by field.
        wrong: by field the last part of the message of what is wrong.
        begin: place in the list of members of one room from which it is shown, from 0.
    """

    done: str = ""
    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    wrong: Mapping[str, str] = field(default_factory=dict[str, str])
    begin: int = 0


NOTHING = After()


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a field holds, and what is wrong with it; empty: nothing is."""

    text: str
    wrong: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomLine:
    """One room of the list; `tone` is a shape of the pages."""

    id: str
    case: str
    state: str
    tone: str
    closes: str
    members: str
    opened: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomsPage:
    """The list with the form that opens a room. `more`: the query of where the list goes on; empty: it ends."""

    title: str
    sentence: str
    done: str
    heads: tuple[str, ...]
    lines: tuple[RoomLine, ...]
    more: str
    closes_hint: str
    case: Typed
    closes: Typed


def rooms_page(
    rooms: Sequence[RoomKept],
    words: Words,
    *,
    at: Times,
    more: RoomPlace | None = None,
    after: After = NOTHING,
) -> RoomsPage:
    """The list in the language of `words`."""
    return RoomsPage(
        title=words.phrase("rooms.title"),
        sentence=words.phrase("rooms.sentence"),
        done=done_in_words(after, words),
        heads=tuple(words.phrase(f"rooms.list.{head}") for head in ("case", "state", "closes", "members", "opened")),
        lines=tuple(_line(one, words, at=at) for one in rooms),
        more=f"after={more.after}&listed={'open' if more.is_open else 'over'}" if more else "",
        closes_hint=words.phrase("rooms.open.closes.hint", latest=words.instant(at.node + FURTHEST_FROM_CASE, "")),
        case=typed_in("case", after, words),
        closes=typed_in("closes", after, words),
    )


_TONES = {RoomState.OPEN: "fresh", RoomState.CLOSED: "done", RoomState.OVER: "done"}


def tone_of(room: RoomKept, *, at: Times) -> str:
    """The shape of the pages for how a room stands."""
    return "soon" if is_soon(room, now=at.node) else _TONES[state_of(room)]


def _line(room: RoomKept, words: Words, *, at: Times) -> RoomLine:
    state = state_of(room)
    return RoomLine(
        id=str(room.id),
        case=room.case,
        state=words.phrase(f"rooms.state.{state.value}"),
        tone=tone_of(room, at=at),
        closes=ended_in_words(room, words, at=at),
        members=str(room.members) if room.is_open else words.phrase("rooms.list.nobody"),
        opened=words.phrase("rooms.list.opened_by", at=when(room.opens_at, words), account=room.opened_by),
    )


def ended_in_words(room: RoomKept, words: Words, *, at: Times) -> str:
    """Until when it is open with the time that is left, or who has closed it."""
    match state_of(room):
        case RoomState.OPEN:
            left = words.left(room.closes_at - at.node)
            return words.phrase("rooms.until", at=when(room.closes_at, words), left=left)
        case RoomState.CLOSED:
            return words.phrase("rooms.closed_by", at=when(room.closed_at, words), account=room.closed_by or "")
        case RoomState.OVER:
            return words.phrase("rooms.over", at=when(room.closes_at, words))


def done_in_words(after: After, words: Words) -> str:
    """What was done just before; empty where the address names nothing that can be said."""
    return words.phrase(f"rooms.done.{after.done}") if after.done in DONE else ""


def typed_in(name: str, after: After, words: Words) -> Typed:
    """A field as it was after."""
    wrong = after.wrong.get(name)
    return Typed(text=after.typed.get(name, ""), wrong=words.phrase(f"rooms.wrong.{wrong}") if wrong else "")


def when(instant: datetime | None, words: Words) -> str:
    """An instant with its day and year; empty where there is none."""
    return words.instant(instant, "") if instant is not None else ""
