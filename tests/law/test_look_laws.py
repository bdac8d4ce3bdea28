"""Laws of the review of looks: what a reason may depend on, what a budget may hide, what a decision settles."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchroom.audit.look_records import Case, KnownCase
from watchroom.gate.look_facts import LookFacts
from watchroom.governance.looks.rules import (
    BESIDE,
    BUDGET,
    MOST_CARRIERS,
    RANK,
    SETTLED,
    Outcome,
    Reason,
    cases_of,
    is_enough,
    looks_of,
    order_of,
    precision_of,
    queue_of,
    reasons_of,
)

AT = datetime(2026, 7, 24, 10, tzinfo=UTC)
PERSON = UUID(int=7)
# A look at somebody of the own wing, in the own shift.
ORDINARY = LookFacts(
    index=5,
    at=AT,
    account="officer.a",
    person_id=PERSON,
    was_shown=True,
    has_place=True,
    last_at=AT,
    is_here=True,
    has_news=False,
    is_present_name=None,
    carriers=None,
    is_neighbour=False,
    is_colleague=False,
    is_restricted=False,
    has_rota=True,
    is_on_rota=True,
    burst_people=None,
    burst_usual=None,
)
ELSEWHERE = replace(ORDINARY, last_at=None, is_here=False)
flags = st.booleans()
facts = st.builds(
    replace,
    st.just(ORDINARY),
    index=st.integers(0, 50),
    at=st.datetimes(datetime(2026, 7, 1), datetime(2026, 7, 31)).map(lambda at: at.replace(tzinfo=UTC)),  # noqa: DTZ001
    person_id=st.sampled_from([UUID(int=n) for n in range(4)]),
    has_place=flags,
    last_at=st.sampled_from([None, AT, AT - timedelta(days=9)]),
    is_here=flags,
    has_news=flags,
    is_present_name=st.sampled_from([None, True, False]),
    carriers=st.integers(1, 20),
    is_neighbour=flags,
    is_colleague=flags,
    is_restricted=flags,
    has_rota=flags,
    is_on_rota=flags,
    burst_people=st.sampled_from([None, 14]),
    burst_usual=st.just(3),
)


def found(looks: list[LookFacts], *known: KnownCase) -> list:
    return cases_of(looks_of(looks), known=known, now=AT, new_id=uuid4)


def decided(outcome: Outcome, *, at: datetime = AT, upto: int = 5, reasons: frozenset[str]) -> KnownCase:
    return KnownCase(
        id=uuid4(),
        account="officer.a",
        person_id=PERSON,
        last_index=upto,
        outcome=outcome.value,
        decided_at=at,
        reasons=reasons,
    )


@pytest.mark.parametrize(
    ("look", "reason"),
    [
        (replace(ORDINARY, is_neighbour=True), Reason.SAME_POSTCODE),
        (replace(ELSEWHERE, is_colleague=True), Reason.COLLEAGUE),
        (replace(ORDINARY, is_restricted=True), Reason.RESTRICTED),
        (replace(ORDINARY, is_present_name=False, carriers=MOST_CARRIERS), Reason.SAME_NAME),
        (replace(ORDINARY, is_present_name=True, carriers=MOST_CARRIERS + 1), Reason.COMMON_NAME),
        (replace(ORDINARY, burst_people=14, burst_usual=3), Reason.BURST),
        (ELSEWHERE, Reason.NO_RELATION),
        (replace(ELSEWHERE, is_here=True, has_news=False, has_rota=False), Reason.MAYBE_COVER),
        (replace(ORDINARY, last_at=AT - timedelta(hours=73)), Reason.AFTER_TRANSFER),
        (replace(ORDINARY, is_on_rota=False), Reason.OFF_ROTA),
    ],
)
def test_each_reason_holds_for_its_fact_and_not_for_an_ordinary_look(look: LookFacts, reason: Reason) -> None:
    assert reason in reasons_of(look)
    assert reasons_of(ORDINARY) == frozenset()


def test_a_call_about_somebody_who_left_within_three_days_has_no_reason() -> None:
    assert reasons_of(replace(ORDINARY, last_at=AT - timedelta(hours=72))) == frozenset()


def test_an_event_explains_a_look_at_the_own_establishment_and_at_no_other() -> None:
    assert reasons_of(replace(ELSEWHERE, is_here=True, has_news=True)) == frozenset()
    assert reasons_of(replace(ELSEWHERE, has_news=True)) == {Reason.NO_RELATION}


def test_an_account_without_a_place_is_not_held_to_a_relation() -> None:
    assert reasons_of(replace(ELSEWHERE, has_place=False)) == frozenset()


def test_three_days_without_cause_are_repeated_and_two_are_not() -> None:
    looks = [replace(ELSEWHERE, index=n, at=AT + timedelta(days=n)) for n in range(3)]
    assert all(Reason.REPEATED in look.reasons for look in looks_of(looks))
    assert not any(Reason.REPEATED in look.reasons for look in looks_of(looks[:2]))


@given(facts)
def test_an_event_a_relation_or_a_shift_never_adds_a_reason(look: LookFacts) -> None:
    mended = replace(look, has_news=True, last_at=look.at, is_here=True, is_on_rota=True)
    assert reasons_of(mended) <= reasons_of(look)


@given(st.lists(facts, max_size=12))
def test_every_case_has_a_reason_that_stands_alone_or_two_that_do_not(looks: list[LookFacts]) -> None:
    for case in found(looks):
        reasons = {Reason(name) for look in case.looks for name in look.reasons}
        assert reasons - BESIDE or len(reasons) > 1
        assert all(look.reasons for look in case.looks)
        assert (case.person_id is None) is (reasons == {Reason.BURST})


@given(st.sets(st.sampled_from(list(Reason))))
def test_a_further_reason_never_takes_a_case_from_the_queue(reasons: set[Reason]) -> None:
    for more in Reason:
        assert is_enough(reasons | {more}) or not is_enough(reasons)


def test_a_look_that_a_decided_case_covers_raises_no_other_case() -> None:
    assert found([ELSEWHERE], decided(Outcome.FOLLOWED_UP, reasons=frozenset({"no_relation"}))) == []
    later = replace(ELSEWHERE, index=6)
    assert len(found([later], decided(Outcome.FOLLOWED_UP, reasons=frozenset({"no_relation"})))) == 1


@pytest.mark.parametrize("outcome", [Outcome.EXPLAINED, Outcome.NO_CONCERN])
def test_what_was_explained_raises_no_case_for_its_time_and_another_reason_does(outcome: Outcome) -> None:
    later, reasons = replace(ELSEWHERE, index=6), frozenset({"no_relation"})
    assert found([later], decided(outcome, reasons=reasons)) == []
    assert len(found([replace(later, is_neighbour=True)], decided(outcome, reasons=reasons))) == 1
    over = AT - SETTLED - timedelta(seconds=1)
    assert len(found([later], decided(outcome, at=over, reasons=reasons))) == 1


def test_a_further_look_joins_the_case_that_waits() -> None:
    waiting = replace(decided(Outcome.EXPLAINED, reasons=frozenset({"no_relation"})), outcome=None, decided_at=None)
    (case,) = found([ELSEWHERE, replace(ELSEWHERE, index=9)], waiting)
    assert (case.id, case.is_new, len(case.looks)) == (waiting.id, False, 2)


cases = st.builds(
    Case,
    id=st.uuids(),
    account=st.just("a"),
    person_id=st.none(),
    looks=st.integers(1, 9),
    first_at=st.just(AT),
    last_at=st.just(AT),
    reasons=st.frozensets(st.sampled_from([reason.value for reason in Reason]), min_size=1),
)


@given(st.lists(cases, max_size=40, unique_by=lambda case: case.id), st.integers(0, 30))
def test_the_budget_hides_no_case_it_only_counts_it(waiting: list[Case], taken: int) -> None:
    queue = queue_of(waiting, decided=taken)
    assert len(queue.cases) + queue.kept_back == len(waiting)
    assert len(queue.cases) <= max(0, BUDGET - taken)
    shown = {case.id for case in queue.cases}
    kept = [case for case in waiting if case.id not in shown]
    assert all(order_of(case) < order_of(other) for case in queue.cases for other in kept)
    assert all(
        number == sum(reason.value in case.reasons for case in kept) for reason, number in queue.kept_by_reason.items()
    )


@given(cases, cases)
def test_a_higher_reason_always_goes_first(one: Case, other: Case) -> None:
    best = [min(RANK[Reason(name)] for name in case.reasons) for case in (one, other)]
    if best[0] < best[1]:
        assert order_of(one) < order_of(other)


def test_precision_counts_every_outcome_and_names_no_reason_without_one() -> None:
    (line,) = precision_of({("burst", "followed_up"): 2, ("burst", "explained"): 1})
    assert (line.reason, line.decided, line.followed_up, line.explained, line.no_concern) == (Reason.BURST, 3, 2, 1, 0)
