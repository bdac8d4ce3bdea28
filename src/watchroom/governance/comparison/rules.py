"""What changed between two texts, line by line, with a little of what stands around it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

_AROUND: Final = 2


class Kind(StrEnum):
    """What became of a line. `GAP`: lines that both have are left out here."""

    SAME = "same"
    ADDED = "added"
    TAKEN = "taken"
    GAP = "gap"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """One line. `old` and `new` are its numbers in the two texts; 0: it is not in that one."""

    kind: Kind
    text: str
    old: int = 0
    new: int = 0


def text_changes(old: str, new: str) -> tuple[TextLine, ...]:
    """The lines that differ, with two lines around each change; none where the texts are equal."""
    before, after = old.splitlines(), new.splitlines()
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    found: list[TextLine] = []
    for group in matcher.get_grouped_opcodes(_AROUND):
        if found:
            found.append(TextLine(kind=Kind.GAP, text=""))
        for kind, i1, i2, j1, j2 in group:
            found += _lines(kind, before[i1:i2], after[j1:j2], at=(i1, j1))
    return tuple(found)


def _lines(kind: str, before: Sequence[str], after: Sequence[str], *, at: tuple[int, int]) -> list[TextLine]:
    first_old, first_new = at
    if kind == "equal":
        return [
            TextLine(kind=Kind.SAME, text=text, old=first_old + place, new=first_new + place)
            for place, text in enumerate(before, start=1)
        ]
    taken = [TextLine(kind=Kind.TAKEN, text=text, old=first_old + n) for n, text in enumerate(before, start=1)]
    added = [TextLine(kind=Kind.ADDED, text=text, new=first_new + n) for n, text in enumerate(after, start=1)]
    return taken + added
