"""Ranges of log indices in words: `0-99,105`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_RANGE = re.compile(r"(?P<first>[0-9]{1,18})(?:-(?P<last>[0-9]{1,18}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRange:
    """The indices from `first` to `last`, both included."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


def parse_ranges(text: str) -> tuple[IndexRange, ...]:
    """The ranges in a text; what cannot be read covers nothing."""
    found = (_RANGE.fullmatch(part.strip()) for part in text.split(","))
    return tuple(
        IndexRange(first=int(match["first"]), last=int(match["last"] or match["first"])) for match in found if match
    )


def ranges_of(indices: Iterable[int]) -> tuple[IndexRange, ...]:
    """The fewest ranges that hold these indices and no other, in order."""
    found: list[IndexRange] = []
    for index in sorted(set(indices)):
        if found and found[-1].last + 1 == index:
            found[-1] = IndexRange(first=found[-1].first, last=index)
        else:
            found.append(IndexRange(first=index, last=index))
    return tuple(found)


def covers(ranges: Iterable[IndexRange], index: int) -> bool:
    """Whether one of `ranges` holds `index`."""
    return any(part.first <= index <= part.last for part in ranges)
