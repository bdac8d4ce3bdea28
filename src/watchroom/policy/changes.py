"""One change between two versions of an agreement: what it is, and whether it widens."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from watchroom.model.text import Param, Text


class Direction(StrEnum):
    """What a change does to what is given. What cannot be told is both, so that nothing wide is called narrow."""

    WIDER = "wider"
    NARROWER = "narrower"
    BOTH = "both"
    WORDED = "worded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change.

    Attributes:
        direction: what it does to what is given, or to the care that is taken with it.
        text: what it is.
        clause: of which clause; None: of the agreement.
    """

    direction: Direction
    text: Text
    clause: str | None = None

    @property
    def heading(self) -> Text:
        """What it does, in words."""
        return Text(f"difference.{self.direction}")

    @property
    def whole_text(self) -> Text:
        """The change with its clause."""
        if self.clause is None:
            return self.text
        return Text("difference.clause", {"clause": self.clause, "what": self.text})


def direction_of(*, widens: bool, narrows: bool) -> Direction:
    """The direction of a change that does one of both, or both."""
    if widens and narrows:
        return Direction.BOTH
    return Direction.WIDER if widens else Direction.NARROWER if narrows else Direction.WORDED


def gained_and_lost(
    part: Text, old: Iterable[str], new: Iterable[str], *, said: Callable[[str], Param], narrows: bool = False
) -> Iterator[Change]:
    """What a list has gained and lost.

    Args:
        part: of what it is a list.
        old, new: its names, in any order.
        said: a name as people say it.
        narrows: what is gained narrows, as a promise does.
    """
    before, after = set(old), set(new)
    gain, loss = (Direction.NARROWER, Direction.WIDER) if narrows else (Direction.WIDER, Direction.NARROWER)
    for name in sorted(after - before):
        yield Change(direction=gain, text=Text("difference.added", {"part": part, "value": said(name)}))
    for name in sorted(before - after):
        yield Change(direction=loss, text=Text("difference.taken", {"part": part, "value": said(name)}))


def replaced(part: Text, old: Param, new: Param, *, direction: Direction) -> Change:
    """Something that became something else."""
    return Change(direction=direction, text=Text("difference.changed", {"part": part, "old": old, "new": new}))


def reworded(part: Text, *, direction: Direction = Direction.WORDED) -> Change:
    """Something that changed and is too long to be said here."""
    return Change(direction=direction, text=Text("difference.reworded", {"part": part}))
