"""Scores of what the product says against what is true: by counts, and neither side is had by saying everything."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from watchroom.demo.truth.handovers import Due, Told, score_handovers
from watchroom.demo.truth.scores import Score, score_of_groups, score_of_sets

NIGHT = datetime(2026, 7, 23, 19, 30, tzinfo=UTC)
MORNING = NIGHT + timedelta(hours=12)
groupings = st.dictionaries(st.integers(0, 8), st.integers(0, 3))


def pairs(groups: dict[int, int]) -> set[frozenset[int]]:
    return {frozenset(two) for two in combinations(groups, 2) if groups[two[0]] == groups[two[1]]}


@given(groupings, groupings)
def test_groups_are_scored_by_the_pairs_that_they_make(said: dict[int, int], true: dict[int, int]) -> None:
    assert score_of_groups(said, true) == score_of_sets(pairs(said), pairs(true))


@given(groupings)
def test_whoever_says_what_is_true_has_nothing_wrong_and_nothing_missed(true: dict[int, int]) -> None:
    score = score_of_groups(true, true)
    assert (score.wrong, score.missed) == (0, 0)


def test_of_nothing_there_is_no_share() -> None:
    nothing = score_of_sets((), ())
    assert (nothing.precision, nothing.recall) == (None, None)


def due(fact: str, at: datetime = NIGHT, *, kind: str = "bad_news", known: datetime | None = NIGHT) -> Due:
    return Due(post="ORM-C", handover=at, fact=fact, about="life 7", kind=kind, known_at=known)


def told(*kinds: str, at: datetime = NIGHT, about: str = "life 7") -> Told:
    return Told(post="ORM-C", handover=at, about=about, kinds=frozenset(kinds))


def test_a_fact_is_told_where_its_person_is_named_for_that_reason_and_twice_counts_once() -> None:
    found = score_handovers([due("a")], [told("bad_news"), told("bad_news")])
    assert found.told == Score(right=1, wrong=0, missed=0)


def test_a_person_who_is_named_for_another_reason_is_a_fact_missed_and_a_reason_beside_the_point() -> None:
    found = score_handovers([due("a")], [told("first_night")])
    assert found.told == Score(right=0, wrong=1, missed=1)
    assert found.by_kind["first_night"].wrong == 1


def test_whoever_tells_everything_of_everybody_is_complete_and_little_of_it_is_to_the_point() -> None:
    everything = [told("bad_news", "first_night", about=f"life {number}") for number in range(10)]
    found = score_handovers([due("a")], everything)
    assert (found.told.recall, found.told.precision) == (1.0, 1 / 20)


def test_what_nobody_wrote_down_in_time_is_counted_apart_and_is_no_fault_of_the_product() -> None:
    found = score_handovers([due("a", known=None), due("b", known=MORNING)], [])
    assert (found.unwritten, found.told.missed) == (2, 0)


def test_a_fact_that_is_told_a_handover_late_says_by_how_much() -> None:
    found = score_handovers([due("a"), due("a", MORNING)], [told("bad_news", at=MORNING)])
    assert found.first_told == (timedelta(hours=12),)
    assert found.told == Score(right=1, wrong=0, missed=1)


def test_one_who_is_named_without_any_reason_of_the_protocol_is_beside_the_point() -> None:
    assert score_handovers([], [told()]).told == Score(right=0, wrong=1, missed=0)
