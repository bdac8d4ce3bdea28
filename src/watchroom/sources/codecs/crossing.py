"""Whether a ring crosses itself, by comparing its sides two by two within a bounded amount of work."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]


@dataclass(slots=True)
class Budget:
    """How many pairs of sides may still be compared; about a second's worth."""

    pairs: int = 1_000_000


def crosses_itself(ring: Sequence[Point], budget: Budget) -> bool | None:
    """Whether sides of the closed ring meet elsewhere than at their shared ends; None: it is too much to compare."""
    sides = [(a, b) for a, b in pairwise(ring) if a != b]
    pairs = len(sides) * (len(sides) - 1) // 2
    if pairs > budget.pairs:
        return None
    budget.pairs -= pairs
    boxes = [(min(a[0], b[0]), max(a[0], b[0]), min(a[1], b[1]), max(a[1], b[1])) for a, b in sides]
    last = len(sides) - 1
    for first, one in enumerate(boxes):
        for second in range(first + 1, len(sides)):
            other = boxes[second]
            if one[0] > other[1] or other[0] > one[1] or one[2] > other[3] or other[2] > one[3]:
                continue
            is_next = second == first + 1 or (first == 0 and second == last)
            if is_next:
                if _folds_back(sides, first, second) and len(sides) > 2:
                    return True
            elif _meet(sides[first], sides[second]):
                return True
    return len(sides) < 3


def _folds_back(sides: Sequence[tuple[Point, Point]], first: int, second: int) -> bool:
    """Whether two sides that follow each other lie on each other."""
    (a, b), (c, d) = (sides[first], sides[second]) if second == first + 1 else (sides[second], sides[first])
    along = (b[0] - a[0]) * (d[0] - c[0]) + (b[1] - a[1]) * (d[1] - c[1])
    return _turn(a, b, d) == 0 and along < 0


def _meet(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    (a, b), (c, d) = one, other
    first, second = _turn(a, b, c), _turn(a, b, d)
    third, fourth = _turn(c, d, a), _turn(c, d, b)
    if first * second < 0 and third * fourth < 0:
        return True
    touching = ((first, (a, b), c), (second, (a, b), d), (third, (c, d), a), (fourth, (c, d), b))
    return any(turn == 0 and _is_on(side, point) for turn, side, point in touching)


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _is_on(side: tuple[Point, Point], point: Point) -> bool:
    (a, b) = side
    return min(a[0], b[0]) <= point[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= point[1] <= max(a[1], b[1])
