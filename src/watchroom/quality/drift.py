"""Whether a delivery looks as those before it from the same source: its volume, what is filled, shares of codes. Pure.

A delivery is compared with the last ones of its source, taken together, never with another run over the same rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import pi, sqrt
from statistics import median

from watchroom.quality.catalogue import Check, check
from watchroom.quality.limits import Limits, limits
from watchroom.quality.profiles import Profile

CODES, FILL, VOLUME = "codes_drifted", "fill_dropped", "records_changed"
_CODES_TOLD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One entity or field of a delivery beside those before it.

    Attributes:
        check: which comparison.
        entity, field: that was compared; field None: the number of records.
        bad: records by which it differs; 0 where no more than chance would.
        of: records that were looked at.
        moved: codes whose share moved most, with the share before and now, the most first.
    """

    check: Check
    entity: str
    field: str | None
    bad: int
    of: int
    moved: tuple[tuple[str, float, float], ...] = ()

    @property
    def is_shifted(self) -> bool:
        """Whether it differs by more than the check lets."""
        return self.bad > self.of * self.check.threshold


def compared(profiles: Sequence[Profile]) -> Iterator[Compared]:
    """The last of these deliveries of one source beside those before it; nothing where there is none before.

    Args:
        profiles: the earliest first.
    """
    known = limits()
    if len(profiles) < 2:
        return
    now, before = profiles[-1], profiles[-1 - known.deliveries_to_compare : -1]
    yield from _volumes(now, before, known)
    for key, (filled, of) in now.filled.items():
        earlier = [one.filled[key] for one in before if key in one.filled]
        was, rows = sum(number for number, _ in earlier), sum(rows for _, rows in earlier)
        if earlier and min(of, rows // len(earlier)) >= known.rows_to_compare:
            fewer = max(0, round(was * of / rows - filled))
            yield Compared(check=check(FILL), entity=key[0], field=key[1], bad=fewer, of=of)
    for key, codes in now.codes.items():
        yield from _codes(key, codes, earlier=[one.codes[key] for one in before if key in one.codes], known=known)


def _volumes(now: Profile, before: Sequence[Profile], known: Limits) -> Iterator[Compared]:
    for entity in now.rows.keys() | {name for one in before for name in one.rows}:
        usual = median(one.rows.get(entity, 0) for one in before)
        have = now.rows.get(entity, 0)
        if max(usual, have) >= known.rows_to_compare:
            is_other = have * known.times_to_differ < usual or have > usual * known.times_to_differ
            differ = round(abs(have - usual)) if is_other else 0
            yield Compared(check=check(VOLUME), entity=entity, field=None, bad=differ, of=max(have, round(usual)))


def _codes(
    key: tuple[str, str], codes: Mapping[str, int], *, earlier: Sequence[Mapping[str, int]], known: Limits
) -> Iterator[Compared]:
    was: dict[str, int] = {}
    for one in earlier:
        for code, number in one.items():
            was[code] = was.get(code, 0) + number
    of, each = sum(codes.values()), sum(was.values()) // max(len(earlier), 1)
    if min(of, each) < known.rows_to_compare:
        return
    bad = moved(was, codes)
    shares = {code: (was.get(code, 0) / sum(was.values()), codes.get(code, 0) / of) for code in {*was, *codes}}
    if bad <= of * known.times_chance * by_chance([before for before, _ in shares.values()], rows=(of, each)):
        bad = 0
    most = sorted(shares.items(), key=lambda item: (-abs(item[1][1] - item[1][0]), item[0]))[:_CODES_TOLD]
    told = tuple((code, before, after) for code, (before, after) in most)
    yield Compared(check=check(CODES), entity=key[0], field=key[1], bad=bad, of=of, moved=told)


def moved(before: Mapping[str, int], now: Mapping[str, int]) -> int:
    """How many of the records now would need another code for the shares to be what they were.

    As a share of the records this is the total variation distance of the two distributions.

    >>> moved({"A": 50, "B": 50}, {"A": 80, "B": 20})
    30
    """
    was, have = sum(before.values()), sum(now.values())
    if not was or not have:
        return 0
    return round(sum(max(0.0, number - before.get(code, 0) * have / was) for code, number in now.items()))


def by_chance(shares: Sequence[float], *, rows: tuple[int, int]) -> float:
    """The total variation distance to be expected of two samples of so many rows where nothing has moved.

    Half the sum of the mean absolute differences of normal shares, sqrt(2/pi) standard deviations each.
    """
    each = 1 / rows[0] + 1 / rows[1]
    return sum(sqrt(2 / pi * share * (1 - share) * each) for share in shares) / 2
