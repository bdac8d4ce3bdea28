"""How far what the product says agrees with what is true. Pure; a score is always of counts, which are told with it."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

Record = TypeVar("Record", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What was said against what is true.

    Attributes:
        right: said and true.
        wrong: said and not true.
        missed: true and not said.
    """

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float | None:
        """Share of what was said that is true; None: nothing was said."""
        said = self.right + self.wrong
        return self.right / said if said else None

    @property
    def recall(self) -> float | None:
        """Share of what is true that was said; None: there was nothing to say."""
        true = self.right + self.missed
        return self.right / true if true else None

    def __add__(self, other: "Score") -> "Score":
        """The score of both together, by their counts."""
        return Score(right=self.right + other.right, wrong=self.wrong + other.wrong, missed=self.missed + other.missed)

    def as_json(self) -> dict[str, object]:
        """The score for a JSON document."""
        return {
            "right": self.right,
            "wrong": self.wrong,
            "missed": self.missed,
            "precision": self.precision,
            "recall": self.recall,
        }


def score_of_sets(said: Iterable[Hashable], true: Iterable[Hashable]) -> Score:
    """The score of things that were said, each counted once."""
    said, true = frozenset(said), frozenset(true)
    return Score(right=len(said & true), wrong=len(said - true), missed=len(true - said))


def score_of_groups(said: Mapping[Record, Hashable], true: Mapping[Record, Hashable]) -> Score:
    """The score of a grouping, by pairs: two records of one group are a pair.

    A record that only one of them knows is alone in the other: what the product did not take in is missed.

    Args:
        said: the group of each record, as the product has it.
        true: the same, as it is.
    """
    both = Counter((said[record], true[record]) for record in said.keys() & true.keys())
    right = sum(map(_pairs, both.values()))
    return Score(
        right=right,
        wrong=sum(map(_pairs, Counter(said.values()).values())) - right,
        missed=sum(map(_pairs, Counter(true.values()).values())) - right,
    )


def _pairs(of: int) -> int:
    return of * (of - 1) // 2
