"""Whether a delivery looks as those before it: what is the same differs in nothing, and chance is not told as drift."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from watchroom.quality.drift import by_chance, compared, moved
from watchroom.quality.limits import limits
from watchroom.quality.profiles import Profile

CODES = st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(1, 500), min_size=1)


def profile(seq: int, codes: dict[str, int], filled: int | None = None) -> Profile:
    of = sum(codes.values())
    given_values = of if filled is None else filled
    return Profile(
        seq=seq,
        rows={"alert": of},
        filled={("alert", "kind_code"): (given_values, of)},
        codes={("alert", "kind_code"): codes},
    )


@given(CODES, st.integers(1, 6))
def test_a_delivery_that_looks_as_all_before_it_differs_in_nothing(codes: dict[str, int], before: int) -> None:
    assert not any(one.bad for one in compared([profile(seq, codes) for seq in range(before + 1)]))


@given(CODES, CODES)
def test_no_more_records_moved_than_there_are(before: dict[str, int], now: dict[str, int]) -> None:
    assert 0 <= moved(before, now) <= sum(now.values())


def test_what_chance_does_to_few_rows_and_many_codes_is_not_told() -> None:
    for seed in range(200):
        dice = Random(seed)  # noqa: S311  nothing is kept secret with it
        one, other = (dict.fromkeys("ABCDEFGHIJ", 0) for _ in range(2))
        for codes in (one, other):
            for _ in range(limits().rows_to_compare):
                codes[dice.choice("ABCDEFGHIJ")] += 1
        assert not [found for found in compared([profile(0, one), profile(1, other)]) if found.is_shifted]


def test_half_of_the_records_with_another_code_are_told_of_many_rows() -> None:
    found = list(compared([profile(0, {"A": 500, "B": 500}), profile(1, {"A": 1000})]))
    assert [(one.check.name, one.bad, one.of) for one in found if one.is_shifted] == [("codes_drifted", 500, 1000)]


def test_a_first_delivery_and_few_rows_are_compared_with_nothing() -> None:
    assert list(compared([profile(0, {"A": 500})])) == []
    assert list(compared([profile(0, {"A": 20}), profile(1, {"B": 20})])) == []


def test_more_rows_leave_less_to_chance() -> None:
    few, many = (by_chance([0.5, 0.5], rows=(rows, rows)) for rows in (50, 5000))
    assert 0 < many < few < 1
