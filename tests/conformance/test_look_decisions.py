"""Decisions on looks that stand out: who may, who is told, and what a member of staff may know of their own work."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, BrokenBarrierError, Lock
from uuid import UUID

import pytest

from gate_world import OFFICER, START
from log_reading import latest
from look_seats import DirectLog, Seats
from watchroom.audit.entries import Act, Entry, Receipt
from watchroom.audit.erasure import erase_bodies
from watchroom.audit.look_records import Decision, Found, KnownCase, Opened
from watchroom.audit.own_work import HELD_FOR, WorkSpan, own_work
from watchroom.audit.ranges import IndexRange
from watchroom.audit.witness import enter_reading
from watchroom.gate.agreement_changes import By
from watchroom.gate.look_facts import LookFacts
from watchroom.gate.looks import Reviewed
from watchroom.gate.restrictions import Relation, Restrictions
from watchroom.governance.looks.build import Desk, LookQueue, decide_case, look_case, look_queue, review_looks
from watchroom.governance.looks.rules import BOUNDS, BUDGET, SETTLED, Outcome, ranked
from watchroom.governance.my_work.build import DAYS, build_my_work
from watchroom.governance.my_work.show import my_work_page
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.model.words import Words
from watchroom.store.database import Principal


@pytest.fixture
def queue(seats: Seats) -> LookQueue:
    assert isinstance(review_looks(seats.first, since=START), Reviewed)
    queue = look_queue(seats.first)
    assert isinstance(queue, LookQueue)
    return queue


def test_what_was_decided_is_off_the_queue_counted_and_not_shown_to_another_reviewer(
    seats: Seats, queue: LookQueue
) -> None:
    case = queue.queue.cases[-1]
    decision = Decision(outcome=Outcome.EXPLAINED.value, is_told=True, note="she asked reception")
    assert decide_case(seats.first, case.id, decision=decision) is None
    after = look_queue(seats.first)
    assert isinstance(after, LookQueue)
    assert case.id not in {one.id for one in after.queue.cases}
    assert (after.decided, len(after.queue.cases)) == (1, BUDGET - 1)
    assert {one.reason for one in after.precision if one.explained == 1} == set(ranked(case.reasons))
    assert isinstance(look_case(seats.first, case.id), Opened)
    with pytest.raises(NotFoundError):
        look_case(seats.second, case.id)
    with pytest.raises(NotFoundError):
        decide_case(seats.second, case.id, decision=decision)
    assert review_again(seats) == 0


def review_again(seats: Seats) -> int:
    found = review_looks(seats.first, since=START)
    assert isinstance(found, Reviewed)
    return found.cases


def test_nobody_is_shown_or_decides_a_case_of_their_own(seats: Seats, queue: LookQueue) -> None:
    case = queue.queue.cases[0]
    with seats.database.connection(Principal.AUDIT) as connection:
        connection.execute("update audit.look_case set account = 'governance.1' where id = %s", (case.id,))
    own, other = look_queue(seats.first), look_queue(seats.second)
    assert isinstance(own, LookQueue)
    assert isinstance(other, LookQueue)
    assert case.id not in {one.id for one in own.queue.cases}
    assert case.id in {one.id for one in other.queue.cases}
    for attempt in (
        lambda: look_case(seats.first, case.id),
        lambda: decide_case(
            seats.first, case.id, decision=Decision(outcome=Outcome.NO_CONCERN.value, is_told=True, note="mine")
        ),
    ):
        with pytest.raises(NotFoundError):
            attempt()


def test_my_work_tells_of_a_review_only_once_it_is_decided_and_told(seats: Seats, queue: LookQueue) -> None:
    case = queue.queue.cases[1]
    staff = replace(OFFICER, name=case.account)
    assert build_my_work(seats.keeper, staff).reviews == ()
    followed_up = Decision(outcome=Outcome.FOLLOWED_UP.value, is_told=False, note="to be looked into")
    decide_case(seats.second, case.id, decision=followed_up)
    assert build_my_work(seats.keeper, staff).reviews == ()
    decide_case(seats.second, case.id, decision=replace(followed_up, is_told=True))
    (told,) = build_my_work(seats.keeper, staff).reviews
    assert (told.id, told.outcome) == (case.id, "followed_up")
    assert told.reasons == case.reasons
    assert build_my_work(seats.keeper, replace(OFFICER, name="nurse.7")).reviews == ()


def test_my_work_holds_back_whose_entries_of_the_log_were_read_and_when_it_is_fresh(seats: Seats) -> None:
    looked = next(one for one in latest(seats.database, most=2000) if one.act == "consult" and one.actor == "nurse.7")
    reading = Entry(
        act=Act.CONSULT,
        actor="governance.2",
        organisation="HMPPS",
        role="information_governance",
        entity="subject_access",
        subjects=looked.subjects,
    )
    seats.log.append(reading)
    nurse = replace(OFFICER, name="nurse.7")
    assert build_my_work(seats.keeper, nurse).readings == ()
    seats.clock.move(HELD_FOR + timedelta(hours=1))
    later = build_my_work(seats.keeper, nurse)
    (told,) = later.readings
    assert told.count >= 1
    page = my_work_page(later, Words())
    assert str(looked.subjects[0]) not in str(page)
    assert "governance.2" not in str(page)
    assert build_my_work(seats.keeper, replace(OFFICER, name="nurse")).readings == ()
    seats.clock.move(timedelta(days=DAYS))
    assert build_my_work(seats.keeper, nurse).readings == ()


def test_of_a_log_that_is_too_long_my_work_shows_the_last_part_and_says_since_when(seats: Seats) -> None:
    entries = [one for one in latest(seats.database, most=2000) if one.actor == "nurse.7"]
    entry = Entry(act=Act.LIST, actor="nurse.7", organisation="HMPPS", role="nurse", entity="my_work")
    receipt = enter_reading(seats.log, entry)
    end, newest = receipt.receipt.index, max(one.index for one in entries)
    span = WorkSpan(first=0, first_reading=0, last_reading=0)
    work = own_work(seats.database, span=span, witness=receipt, now=seats.clock.now(), most=end - newest)
    assert [one.index for one in work.latest] == [newest]
    assert sum(one.count for one in work.days) == 1
    assert work.reaches_back is not None
    assert Words().instant(work.reaches_back) in my_work_page(work, Words()).sentence


def test_a_case_goes_with_the_bodies_of_its_entries(seats: Seats, queue: LookQueue) -> None:
    case = queue.queue.cases[0]
    opened = look_case(seats.first, case.id)
    assert isinstance(opened, Opened)
    (index,) = {one.look.index for one in opened.seen}
    by = seats.first.entry(Act.ERASE)
    assert erase_bodies(seats.database, log=seats.log, what=IndexRange(first=index, last=index), by=by, reason="r") == 1
    after = look_queue(seats.first)
    assert isinstance(after, LookQueue)
    assert case.id not in {one.id for one in after.queue.cases}
    with pytest.raises(NotFoundError):
        look_case(seats.first, case.id)


def test_a_case_of_looks_at_somebody_of_ones_own_is_another_reviewers(seats: Seats, queue: LookQueue) -> None:
    case = next(one for one in queue.queue.cases if one.person_id is not None)
    assert case.person_id is not None
    kept = Restrictions(database=seats.database, audit=seats.log, organisation="HMPPS", machine=seats.clock)
    kept.link(seats.first.asker.name, case.person_id, relation=Relation.KIN, by=By(actor="t"))
    own, other = look_queue(seats.first), look_queue(seats.second)
    assert isinstance(own, LookQueue)
    assert isinstance(other, LookQueue)
    assert case.person_id not in {one.person_id for one in own.queue.cases}
    assert case.id in {one.id for one in other.queue.cases}
    decision = Decision(outcome=Outcome.NO_CONCERN.value, is_told=True, note="kin")
    for attempt in (
        lambda: look_case(seats.first, case.id),
        lambda: decide_case(seats.first, case.id, decision=decision),
    ):
        with pytest.raises(NotFoundError):
            attempt()


def test_a_case_of_looks_at_a_restricted_person_is_that_of_whoever_is_admitted(seats: Seats, queue: LookQueue) -> None:
    hidden = {one.id for one in queue.queue.cases if "restricted" in one.reasons}
    assert hidden, "the month has a look at a protected person, and the first officer is admitted"
    other = look_queue(seats.second)
    assert isinstance(other, LookQueue)
    assert hidden.isdisjoint(one.id for one in other.queue.cases)
    with pytest.raises(NotFoundError):
        look_case(seats.second, next(iter(hidden)))
    kept = Restrictions(database=seats.database, audit=seats.log, organisation="HMPPS", machine=seats.clock)
    (person,) = {one.person_id for one in queue.queue.cases if one.id in hidden}
    assert person is not None
    kept.admit(person, seats.second.asker.name, by=By(actor="t"))
    admitted = look_queue(seats.second)
    assert isinstance(admitted, LookQueue)
    assert hidden <= {one.id for one in admitted.queue.cases}


def test_a_burst_that_holds_somebody_of_ones_own_is_another_reviewers(seats: Seats, queue: LookQueue) -> None:
    burst, single = (
        next(one for one in queue.queue.cases if (one.person_id is None) is is_burst) for is_burst in (True, False)
    )
    opened = look_case(seats.second, burst.id)
    assert isinstance(opened, Opened)
    kin = UUID(next(str(one.body["subjects"][0]) for one in opened.seen if one.body is not None))
    kept = Restrictions(database=seats.database, audit=seats.log, organisation="HMPPS", machine=seats.clock)
    kept.link(seats.first.asker.name, kin, relation=Relation.KIN, by=By(actor="t"))
    own, other = look_queue(seats.first), look_queue(seats.second)
    assert isinstance(own, LookQueue)
    assert isinstance(other, LookQueue)
    assert burst.id not in {one.id for one in own.queue.cases}
    assert burst.id in {one.id for one in other.queue.cases}
    assert isinstance(look_case(seats.first, single.id), Opened)
    decision = Decision(outcome=Outcome.NO_CONCERN.value, is_told=True, note="kin")
    for attempt in (
        lambda: look_case(seats.first, burst.id),
        lambda: decide_case(seats.first, burst.id, decision=decision),
    ):
        with pytest.raises(NotFoundError):
            attempt()


def test_a_decision_on_a_case_that_is_not_ones_own_to_decide_leaves_an_entry_alike_for_none(
    seats: Seats, queue: LookQueue
) -> None:
    case = queue.queue.cases[0].id
    with seats.database.connection(Principal.AUDIT) as connection:
        connection.execute("update audit.look_case set account = 'governance.1' where id = %s", (case,))
    decision = Decision(outcome=Outcome.NO_CONCERN.value, is_told=True, note="mine")
    for meant in (case, UUID(int=7)):
        with pytest.raises(NotFoundError):
            decide_case(seats.first, meant, decision=decision)
        (entry,) = latest(seats.database, most=1)
        assert (entry.act, entry.actor, entry.header["count"], entry.subjects) == ("consult", "governance.1", 0, ())
        assert entry.body is not None
        assert entry.body["detail"]["case"] == str(meant)
        assert "mine" not in str(entry.body)


def test_a_note_that_no_table_can_hold_is_kept_all_the_same(seats: Seats, queue: LookQueue) -> None:
    decision = Decision(outcome=Outcome.EXPLAINED.value, is_told=True, note="she\0 asked")
    assert decide_case(seats.first, queue.queue.cases[0].id, decision=decision) is None


class Together:
    """A log that waits before a decision until another one is on its way too, or a while has passed."""

    def __init__(self, log: DirectLog) -> None:
        self._log, self._lock, self._both = log, Lock(), Barrier(2)

    def append(self, entry: Entry) -> Receipt:
        if entry.act is Act.DECIDE:
            with suppress(BrokenBarrierError):
                self._both.wait(timeout=1)
        with self._lock:
            return self._log.append(entry)


def test_of_two_who_decide_at_once_one_is_in_the_log(seats: Seats, queue: LookQueue) -> None:
    keeper = replace(seats.keeper, audit=Together(seats.log))
    desks = [replace(one, keeper=keeper) for one in (seats.first, seats.second)]
    case = queue.queue.cases[0].id
    decision = Decision(outcome=Outcome.EXPLAINED.value, is_told=True, note="asked")

    def attempt(desk: Desk) -> bool:
        try:
            return decide_case(desk, case, decision=decision) is None
        except (UsageError, NotFoundError):
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, desks)) == [False, True]
    assert sum(one.act == "decide" for one in latest(seats.database, most=10)) == 1


def test_a_review_reads_the_cases_that_can_change_what_it_keeps_and_no_others(seats: Seats, queue: LookQueue) -> None:
    def known() -> set[UUID]:
        found: set[UUID] = set()

        def sort(_: Sequence[LookFacts], cases: Sequence[KnownCase]) -> list[Found]:
            found.update(one.id for one in cases)
            return []

        seats.keeper.review(since=START, entry=seats.first.entry(Act.COUNT), bounds=BOUNDS, sort=sort)
        return found

    first, second, third = (one.id for one in queue.queue.cases[:3])
    assert {first, second, third} <= known()
    with seats.database.connection(Principal.AUDIT) as connection:
        connection.execute("update audit.look_case set account = 'somebody.else' where id = %s", (first,))
        long_ago = START - SETTLED - timedelta(days=60)
        decided = "update audit.look_case set decided_by = 'x', decided_at = %s where id = %s"
        connection.execute(decided, (long_ago, second))
        connection.execute(decided, (START, third))
    assert {first, second, third} & known() == {third}
