"""Laws of forbidden flows: a condition that is let through shows none but the safe rows, whatever else it says."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from policy_cases import FACTS, TEXTS, condition_of
from row_cases import rows_of
from watchroom.model.catalogue import catalogue
from watchroom.policy.conditions import (
    ALWAYS,
    All,
    Comparator,
    Compare,
    Condition,
    Holds,
    IsNull,
    Not,
    Now,
    OneOf,
    Some,
)
from watchroom.policy.evaluate import Facts, Row, evaluate
from watchroom.policy.reach import can_hold_outside

ALERT = catalogue().entity("alert")
TYPES = TEXTS["type_code"]
SAFE = st.sets(st.sampled_from(TYPES)).map(frozenset)
ABOUT_TYPE = st.one_of(
    st.builds(OneOf, column=st.just("type_code"), values=st.lists(st.sampled_from(TYPES), min_size=1).map(tuple)),
    st.builds(
        Compare,
        column=st.just("type_code"),
        comparator=st.sampled_from([Comparator.EQUAL, Comparator.UNEQUAL]),
        operand=st.sampled_from(TYPES),
    ),
    st.just(IsNull(column="type_code")),
)
GUARDED = st.recursive(
    ABOUT_TYPE | condition_of(ALERT),
    lambda inner: st.one_of(
        inner.map(lambda part: Not(part=part)),
        st.lists(inner, max_size=3).map(lambda parts: All(parts=tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: Some(parts=tuple(parts))),
    ),
    max_leaves=5,
)


@given(condition=GUARDED, safe=SAFE, row=rows_of(ALERT), facts=FACTS)
def test_a_condition_that_is_let_through_holds_for_no_other_row(
    condition: Condition, safe: frozenset[str], row: Row, facts: Facts
) -> None:
    if evaluate(condition, row, facts) is True and row["type_code"] not in safe:
        assert can_hold_outside(condition, column="type_code", safe=frozenset(safe))


@given(condition=condition_of(ALERT), safe=SAFE.filter(bool))
def test_whatever_else_is_asked_a_known_safe_value_lets_a_condition_through(
    condition: Condition, safe: frozenset[str]
) -> None:
    guarded = All(parts=(condition, OneOf(column="type_code", values=tuple(sorted(safe)))))
    assert not can_hold_outside(guarded, column="type_code", safe=frozenset(safe))


def test_a_yes_or_no_can_be_the_guard() -> None:
    no = frozenset({False})
    assert not can_hold_outside(Not(part=Holds(column="is_active")), column="is_active", safe=no)
    assert can_hold_outside(Holds(column="is_active"), column="is_active", safe=no)
    assert can_hold_outside(IsNull(column="is_active"), column="is_active", safe=no)
    assert can_hold_outside(ALWAYS, column="is_active", safe=no)
    assert can_hold_outside(Holds(column="is_active"), column="is_active", safe=frozenset())
    yes = frozenset({True})
    assert can_hold_outside(Not(part=Holds(column="is_active")), column="is_active", safe=yes)
    assert not can_hold_outside(Holds(column="is_active"), column="is_active", safe=yes)
    assert can_hold_outside(Not(part=Holds(column="is_active")), column="is_active", safe=frozenset())


def test_one_of_several_safe_values_is_safe_and_one_beside_them_is_not() -> None:
    safe = frozenset({"X", "H"})
    x, h, m = (Compare(column="type_code", comparator=Comparator.EQUAL, operand=value) for value in "XHM")
    assert not can_hold_outside(Some(parts=(x, h)), column="type_code", safe=safe)
    assert can_hold_outside(Some(parts=(x, m)), column="type_code", safe=safe)
    assert not can_hold_outside(Some(parts=()), column="type_code", safe=safe)


def test_what_is_not_another_value_is_that_value() -> None:
    other = Compare(column="type_code", comparator=Comparator.UNEQUAL, operand="X")
    assert not can_hold_outside(Not(part=other), column="type_code", safe=frozenset({"X"}))
    assert can_hold_outside(other, column="type_code", safe=frozenset({"X"}))


def test_an_order_can_let_through_what_no_condition_names() -> None:
    below = Compare(column="seq_from", comparator=Comparator.LESS, operand=5)
    assert can_hold_outside(below, column="seq_from", safe=frozenset({3}))
    assert can_hold_outside(Not(part=below), column="seq_from", safe=frozenset({3}))


def test_what_a_moment_decides_counts_as_possible() -> None:
    since = Compare(
        column="active_from",
        comparator=Comparator.GREATER_OR_EQUAL,
        operand=Now(is_day=True, ago=timedelta(days=1)),
    )
    assert can_hold_outside(since, column="active_from", safe=frozenset())
    assert can_hold_outside(Not(part=since), column="active_from", safe=frozenset())
