"""Laws of differences: what only takes away is never called wider, and what is not called wider shows nothing more."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from agreements import loaded
from held_words import HeldWords
from policy_cases import FACTS, agreements, clauses, condition_of, exclusions
from row_cases import rows_of
from undone import assert_undone
from watchroom.model.catalogue import catalogue
from watchroom.policy.changes import Direction
from watchroom.policy.clauses import Agreement, Clause, Recipient, Right
from watchroom.policy.conditions import ALWAYS, All, Comparator, Compare, Condition, Not, Now, OneOf, Some
from watchroom.policy.decision import Decision, decide
from watchroom.policy.difference import Difference, difference
from watchroom.policy.evaluate import Facts, Row, evaluate
from watchroom.policy.implies import implies
from watchroom.policy.masks import Mask, strength, suits
from watchroom.policy.sight import Sight, is_excluded, sight

ALERT = catalogue().entity("alert")
MODEL = catalogue()
ROWS = rows_of(ALERT)
Step = Callable[[Agreement, st.DataObject], Agreement]


def compared(old: Agreement, new: Agreement) -> Difference:
    """The difference, which is said whole and is undone by the one the other way."""
    found, words = difference(old, new, model=MODEL), HeldWords()
    assert all(words.say(change.whole_text) for change in found.changes)
    assert_undone(found, difference(new, old, model=MODEL))
    return found


def with_clause(agreement: Agreement, place: int, clause: Clause) -> Agreement:
    held = list(agreement.clauses)
    held[place] = clause
    return replace(agreement, clauses=tuple(held))


def drawn(agreement: Agreement, data: st.DataObject) -> tuple[int, Clause]:
    place = data.draw(st.integers(0, len(agreement.clauses) - 1))
    return place, agreement.clauses[place]


def fewer_fields(agreement: Agreement, data: st.DataObject) -> Agreement:
    place, clause = drawn(agreement, data)
    left = clause.fields[: data.draw(st.integers(1, len(clause.fields)))]
    masks = {name: mask for name, mask in clause.masks.items() if name in left}
    return with_clause(agreement, place, replace(clause, fields=left, masks=masks))


def stronger_mask(agreement: Agreement, data: st.DataObject) -> Agreement:
    place, clause = drawn(agreement, data)
    name = data.draw(st.sampled_from(clause.fields))
    # Columns of the base are shown whole or not at all.
    field = next((one for one in MODEL.entity(clause.entity).fields if one.name == name), None)
    found = [one for one in Mask if field and suits(one, field) and strength(one) > strength(clause.masks.get(name))]
    if not found:
        return agreement
    masks = {**clause.masks, name: data.draw(st.sampled_from(found))}
    return with_clause(agreement, place, replace(clause, masks=masks))


def fewer_rows(agreement: Agreement, data: st.DataObject) -> Agreement:
    place, clause = drawn(agreement, data)
    more = data.draw(condition_of(MODEL.entity(clause.entity)))
    parts = (clause.condition, more) if data.draw(st.booleans()) else (more, clause.condition)
    return with_clause(agreement, place, replace(clause, condition=All(parts=parts)))


def fewer_rights(agreement: Agreement, data: st.DataObject) -> Agreement:
    place, clause = drawn(agreement, data)
    return with_clause(agreement, place, replace(clause, allow=clause.allow - {Right.LIST} or clause.allow))


def fewer_clauses(agreement: Agreement, data: st.DataObject) -> Agreement:
    place, _ = drawn(agreement, data)
    left = (*agreement.clauses[:place], *agreement.clauses[place + 1 :])
    return replace(agreement, clauses=left or agreement.clauses)


def shorter(agreement: Agreement, data: st.DataObject) -> Agreement:
    days = timedelta(days=data.draw(st.integers(0, 3)))
    return replace(agreement, valid_from=agreement.valid_from + days, valid_to=agreement.valid_to - days)


def lower(agreement: Agreement, _: st.DataObject) -> Agreement:
    return replace(agreement, highest="official")


def excluded_too(agreement: Agreement, data: st.DataObject) -> Agreement:
    return replace(agreement, exclusions=(*agreement.exclusions, data.draw(exclusions())))


def nobody_here(agreement: Agreement, data: st.DataObject) -> Agreement:
    return replace(agreement, recipients=agreement.recipients[: data.draw(st.integers(0, 1))])


def more_fields(agreement: Agreement, data: st.DataObject) -> Agreement:
    place, clause = drawn(agreement, data)
    others = [one.name for one in MODEL.entity(clause.entity).fields if one.name not in clause.fields]
    more = data.draw(st.lists(st.sampled_from(others), max_size=2, unique=True)) if others else []
    return with_clause(agreement, place, replace(clause, fields=(*clause.fields, *more)))


def other_rows(agreement: Agreement, data: st.DataObject) -> Agreement:
    place, clause = drawn(agreement, data)
    more = data.draw(condition_of(MODEL.entity(clause.entity)))
    condition = data.draw(st.sampled_from([more, ALWAYS, Some(parts=(clause.condition, more)), Not(part=more)]))
    return with_clause(agreement, place, replace(clause, condition=condition))


def more_clauses(agreement: Agreement, data: st.DataObject) -> Agreement:
    return replace(agreement, clauses=(*agreement.clauses, data.draw(clauses(entities=("alert",)))))


def no_masks(agreement: Agreement, data: st.DataObject) -> Agreement:
    place, clause = drawn(agreement, data)
    return with_clause(agreement, place, replace(clause, masks={}))


def longer(agreement: Agreement, data: st.DataObject) -> Agreement:
    days = timedelta(days=data.draw(st.integers(0, 30)))
    return replace(agreement, valid_from=agreement.valid_from - days, valid_to=agreement.valid_to + days)


def higher(agreement: Agreement, _: st.DataObject) -> Agreement:
    return replace(agreement, highest="official_sensitive")


def nothing_excluded(agreement: Agreement, data: st.DataObject) -> Agreement:
    return replace(agreement, exclusions=agreement.exclusions[: data.draw(st.integers(0, 1))])


def others_too(agreement: Agreement, _: st.DataObject) -> Agreement:
    return replace(agreement, recipients=(Recipient(organisation="HMPPS", roles=("nurse", "board")),))


TAKING = (
    *(fewer_fields, stronger_mask, fewer_rows, fewer_rights, fewer_clauses),
    *(shorter, lower, excluded_too, nobody_here),
)
GIVING = (
    *(more_fields, other_rows, more_clauses, no_masks, longer),
    *(higher, nothing_excluded, others_too),
)


def after(agreement: Agreement, steps: list[Step], data: st.DataObject) -> Agreement:
    for step in steps:
        agreement = step(agreement, data)
    return agreement


@given(old=agreements(), steps=st.lists(st.sampled_from(TAKING), max_size=4), data=st.data())
def test_a_version_that_only_takes_away_is_never_called_wider(
    old: Agreement, steps: list[Step], data: st.DataObject
) -> None:
    new = after(old, steps, data)
    assert not compared(old, new).is_wider
    assert not compared(new, old).is_narrower


@given(
    old=agreements(),
    steps=st.lists(st.sampled_from((*TAKING, *GIVING)), max_size=3),
    data=st.data(),
    row=ROWS,
    facts=FACTS,
)
def test_a_version_that_is_not_called_wider_shows_nothing_more(
    old: Agreement, steps: list[Step], data: st.DataObject, row: Row, facts: Facts
) -> None:
    new = after(old, steps, data)
    assume(not compared(old, new).is_wider)
    for right in (Right.READ, Right.LIST):
        was, is_now = (shown(one, right, row, facts) for one in (old, new))
        assert is_now is None or was is not None
        if was is not None and is_now is not None:
            assert set(was.withheld) <= set(is_now.withheld)


def shown(agreement: Agreement, right: Right, row: Row, facts: Facts) -> Sight | None:
    decision = decide([agreement], organisation="HMPPS", roles=["nurse"], purpose="custody.care", right=right)
    if not isinstance(decision, Decision) or is_excluded(decision, "alert", row, facts):
        return None
    return sight(decision, ALERT, row, facts)


@given(old=agreements(), steps=st.lists(st.sampled_from((*TAKING, *GIVING)), max_size=3), data=st.data())
def test_what_widens_one_way_narrows_the_other(old: Agreement, steps: list[Step], data: st.DataObject) -> None:
    new = after(old, steps, data)
    there, back = compared(old, new), compared(new, old)
    assert (there.is_wider, there.is_narrower) == (back.is_narrower, back.is_wider)


@given(old=agreements(), steps=st.lists(st.sampled_from((*TAKING, *GIVING)), max_size=3), data=st.data())
def test_no_change_is_left_unsaid(old: Agreement, steps: list[Step], data: st.DataObject) -> None:
    new = replace(after(old, steps, data), digest=old.digest)
    if told_apart(old) == told_apart(new):
        assert compared(old, new).changes == ()
    else:
        assert compared(old, new).changes != ()


def told_apart(agreement: Agreement) -> object:
    """The agreement without order and without what is said twice."""
    hidden = {pair for one in agreement.exclusions for pair in one.conditions.items()}
    held = {one.name: replace(one, fields=tuple(sorted(one.fields))) for one in agreement.clauses}
    given_to = {(one.organisation, role) for one in agreement.recipients for role in one.roles}
    return replace(agreement, exclusions=(), clauses=(), recipients=()), hidden, held, given_to


@given(first=condition_of(ALERT), second=condition_of(ALERT), row=ROWS, facts=FACTS, data=st.data())
def test_a_condition_that_implies_another_holds_for_no_other_row(
    first: Condition, second: Condition, row: Row, facts: Facts, data: st.DataObject
) -> None:
    built = (first, second, All(parts=(first, second)), Some(parts=(first, second)), All(parts=()), Some(parts=()))
    one, other = (data.draw(st.sampled_from(built)) for _ in range(2))
    if implies(one, other) and evaluate(one, row, facts) is True:
        assert evaluate(other, row, facts) is True


def test_a_part_implies_the_whole_choice_and_the_whole_its_part() -> None:
    first = Compare(column="type_code", comparator=Comparator.EQUAL, operand="H")
    second = Compare(column="kind_code", comparator=Comparator.EQUAL, operand="HA")
    assert implies(All(parts=(first, second)), second)
    assert implies(first, Some(parts=(second, first)))
    assert implies(Some(parts=(All(parts=(first, second)), second)), second)
    assert not implies(first, second)
    assert not implies(Some(parts=(first, second)), second)
    assert not implies(first, All(parts=(first, second)))


def test_a_shorter_list_implies_a_longer_one_and_a_shorter_time_a_longer_one() -> None:
    few, many = (OneOf(column="type_code", values=values) for values in (("H",), ("H", "X")))
    assert implies(few, many)
    assert implies(Compare(column="type_code", comparator=Comparator.EQUAL, operand="X"), many)
    assert not implies(many, few)
    assert not implies(few, OneOf(column="kind_code", values=("H",)))

    def since(days: int, *, is_day: bool = True, column: str = "active_from") -> Compare:
        operand = Now(is_day=is_day, ago=timedelta(days=days))
        return Compare(column=column, comparator=Comparator.GREATER_OR_EQUAL, operand=operand)

    assert implies(since(28), since(90))
    assert not implies(since(90), since(28))
    assert not implies(since(28, is_day=False), since(90))
    assert not implies(since(28, column="active_to"), since(90))
    fixed = replace(since(28), operand=date(2026, 1, 1))
    assert not implies(fixed, since(90))
    assert not implies(since(90), fixed)
    before = Compare(column="active_from", comparator=Comparator.LESS, operand=Now(is_day=True))
    assert not implies(before, replace(before, operand=Now(is_day=True, ago=timedelta(days=1))))


def test_the_same_agreement_does_not_differ_from_itself() -> None:
    assert compared(loaded(), loaded()).changes == ()
    assert Direction.BOTH not in {change.direction for change in compared(loaded(), loaded()).changes}
