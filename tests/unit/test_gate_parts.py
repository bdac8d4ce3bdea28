"""Parts of the gate that need no record: shifts and marks, records of an answer, what is asked, the policy in force."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, Lock, Semaphore
from typing import NamedTuple
from uuid import UUID

import pytest

from gate_world import OFFICER, START, charter
from watchroom.audit.entries import Act
from watchroom.gate.answers import ids_in, into_records
from watchroom.gate.attempt import Asked
from watchroom.gate.errors import QuestionError
from watchroom.gate.feed_views import _bound_place  # pyright: ignore[reportPrivateUsage]
from watchroom.gate.openings import Times, new_opening
from watchroom.gate.policy_in_force import PolicyInForce
from watchroom.gate.rota import Mark, MarkKind, Shift
from watchroom.kernel.errors import UsageError
from watchroom.policy.clauses import Agreement, Right
from watchroom.policy.conditions import All, InFact, Some
from watchroom.policy.decision import Denial

ONE, OTHER = UUID(int=1), UUID(int=2)
OTHERS = (replace(charter(), clauses=(), digest="other"),)


class Named(NamedTuple):
    """A record with two columns."""

    name: str
    number: int


@pytest.mark.parametrize("hours", [-1, 0, 26.5])
def test_a_shift_ends_after_it_begins_and_is_no_longer_than_somebody_can_work(hours: float) -> None:
    with pytest.raises(UsageError, match="26 hours"):
        Shift(account="o.officer", from_at=START, to_at=START + timedelta(hours=hours), site="LEI")


def test_a_shift_of_26_hours_over_the_change_of_the_clock_can_be_entered() -> None:
    shift = Shift(account="o.officer", from_at=START, to_at=START + timedelta(hours=26), site="LEI", unit="LEI-A")
    assert shift.unit == "LEI-A"


def test_the_unit_of_a_shift_lies_at_its_establishment() -> None:
    with pytest.raises(UsageError, match="lies at its establishment"):
        Shift(account="o.officer", from_at=START, to_at=START + timedelta(hours=8), site="LEI", unit="MDI-A")


def test_a_mark_does_not_say_its_word_when_it_is_printed() -> None:
    assert repr(Mark(kind=MarkKind.POSTCODE, word="LS1 4AP")) == "Mark(kind=postcode)"


def test_columns_in_another_order_than_the_fields_still_fill_the_fields_of_their_name() -> None:
    assert into_records(["number", "name"], [(7, "a"), (8, "b")], Named, query="q") == [Named("a", 7), Named("b", 8)]
    assert into_records(["name", "number"], [("a", 7)], Named, query="q") == [Named("a", 7)]


def test_columns_that_are_not_the_fields_are_a_fault_of_the_query() -> None:
    with pytest.raises(QuestionError, match="`q` gives"):
        into_records(["name", "number", "more"], [], Named, query="q")


@pytest.mark.parametrize(
    ("value", "named"),
    [(ONE, [ONE]), ([ONE, None, OTHER, "x"], [ONE, OTHER]), ((OTHER,), [OTHER]), ("x", []), (None, [])],
)
def test_the_persons_that_a_value_names_are_itself_those_in_it_or_nobody(value: object, named: list[UUID]) -> None:
    assert ids_in(value) == named


def test_an_opening_that_shows_something_is_not_opened_by_asking() -> None:
    with pytest.raises(ValueError, match="opens nothing else"):
        Asked(purpose="custody.care", act=Act.LIST, what="person", asks=frozenset({"PRISON-CHARTER.1#glass"}))


def test_an_instant_without_a_time_zone_is_not_asked_for() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Asked(purpose="custody.care", act=Act.LIST, what="person", as_of=datetime(2026, 7, 24, 8))  # noqa: DTZ001
    assert Asked(purpose="custody.care", act=Act.LIST, what="person", as_of=datetime(2026, 7, 24, 8, tzinfo=UTC))


class Renewing:
    """Gives the agreements in force when it is let, and counts how often it was asked."""

    def __init__(self, *given: tuple[Agreement, ...]) -> None:
        self.given = list(given)
        self.asked = 0
        self.may_answer = Event()

    def __call__(self) -> tuple[Agreement, ...]:
        self.asked += 1
        assert self.may_answer.wait(30)
        return self.given[min(self.asked, len(self.given)) - 1]


class Counted:
    """A lock that tells how many have come to it."""

    def __init__(self) -> None:
        self._lock, self.came = Lock(), Semaphore(0)

    def __enter__(self) -> None:
        self.came.release()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def test_readers_who_come_first_together_ask_once_for_what_is_in_force() -> None:
    renew, lock = Renewing((charter(),), OTHERS), Counted()
    policy = PolicyInForce(renew)
    policy._lock = lock  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
    with ThreadPoolExecutor(4) as threads:
        waiting = [threads.submit(lambda: policy.held) for _ in range(4)]
        # All four have found nothing held; one of them asks, and the others wait for it.
        assert all(lock.came.acquire(timeout=30) for _ in waiting)
        renew.may_answer.set()
        held = {id(one.result()) for one in waiting}
    assert (len(held), renew.asked) == (1, 1)


def test_whoever_is_refused_on_a_policy_that_was_replaced_meanwhile_hears_of_the_new_one() -> None:
    renew = Renewing((charter(),), OTHERS)
    renew.may_answer.set()
    policy = PolicyInForce(renew)
    old = policy.held
    assert policy.renewed(old)
    assert policy.renewed(old), "the second to be refused on it is to read anew as well"
    assert renew.asked == 2, "and does not ask for it again"
    assert not policy.renewed(policy.held), "nothing newer is there"


def test_a_policy_in_force_for_good_is_never_another_one() -> None:
    policy = PolicyInForce([charter()])
    assert not policy.renewed(policy.held)


def test_a_purpose_that_is_not_in_the_register_is_denied_as_unknown() -> None:
    held = PolicyInForce([charter()]).held
    assert held.decision(OFFICER, "custody.curiosity", Right.READ) is Denial.UNKNOWN_PURPOSE


def test_an_opening_lasts_as_long_by_each_clock_however_far_the_two_are_apart() -> None:
    times = Times(node=START, machine=START + timedelta(days=127))
    opened = new_opening(OFFICER, name="HMPPS-CHARTER.1#glass", digest="d", times=times, lasts=timedelta(hours=4))
    assert (opened.opened_at, opened.closes_at) == (times.node, times.node + timedelta(hours=4))
    assert (opened.machine_opened_at, opened.machine_closes_at) == (times.machine, times.machine + timedelta(hours=4))


def test_an_opening_is_of_the_agreement_and_version_that_it_names() -> None:
    held = PolicyInForce([charter()]).held
    assert held.agreement_of(f"{charter().reference}#any") == charter()
    assert held.agreement_of("PRISON-CHARTER.999#any") is None


def test_a_condition_binds_its_rows_to_a_place_however_deep_it_is_held() -> None:
    here, kind = InFact(column="unit_code", fact="my_units"), InFact(column="type_code", fact="my_units")
    deep = All(parts=(kind, All(parts=(kind,)), All(parts=(kind, here))))
    assert _bound_place(here) == _bound_place(deep) == here
    # One that is not held always binds nothing: its rows may lie anywhere.
    assert _bound_place(Some(parts=(here, kind))) is None
