"""Ranges of log indices: what they say, what they cover, and what of a text is none."""

import pytest

from watchroom.audit.ranges import IndexRange, covers, parse_ranges


@pytest.mark.parametrize(("first", "last", "said"), [(3, 3, "3"), (3, 5, "3-5"), (0, 99, "0-99"), (5, 3, "5-3")])
def test_a_range_is_said_by_its_ends_and_one_index_by_itself(first: int, last: int, said: str) -> None:
    span = IndexRange(first=first, last=last)
    assert str(span) == said
    assert parse_ranges(said) == (span,)


def test_both_ends_belong_to_a_range_and_nothing_beside_them() -> None:
    spans = parse_ranges("2-4, 7")
    assert [index for index in range(10) if covers(spans, index)] == [2, 3, 4, 7]
    assert not covers((), 0)


def test_a_range_that_runs_backwards_covers_nothing() -> None:
    assert not any(covers(parse_ranges("5-3"), index) for index in range(10))


@pytest.mark.parametrize("text", ["", "x", "-", "3-", "-3", "3--5", "3-5-7", "1" * 19, "1-" + "9" * 19, "3.5", "+3"])
def test_what_is_no_range_covers_nothing_and_hides_none_of_the_others(text: str) -> None:
    assert parse_ranges(text) == ()
    assert parse_ranges(f"1,{text},9") == (IndexRange(first=1, last=1), IndexRange(first=9, last=9))


def test_an_index_of_eighteen_digits_is_still_read() -> None:
    assert parse_ranges("9" * 18) == (IndexRange(first=10**18 - 1, last=10**18 - 1),)
