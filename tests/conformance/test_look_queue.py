"""The review of looks against a month of forty staff: what was planted is found, and ordinary work is not drowned."""

import json
from collections.abc import Generator, Iterable
from dataclasses import replace
from uuid import uuid4

import pytest

from gate_world import OFFICER, START
from log_reading import latest
from look_seats import Seats, seats_over
from look_world import PEOPLE_A_WING, MonthOfLooks
from servers import TestServer
from watchroom.audit.entries import AuditUnavailableError, Entry, Receipt
from watchroom.audit.look_records import Case, Opened
from watchroom.gate.door import Refused
from watchroom.gate.looks import Reviewed
from watchroom.governance.look_case.show import case_document
from watchroom.governance.looks.build import LookQueue, look_case, look_queue, review_looks
from watchroom.governance.looks.rules import BUDGET, RANK, ranked
from watchroom.governance.my_work.build import build_my_work
from watchroom.model.words import Words
from watchroom.store.database import Principal


@pytest.fixture(scope="module")
def seats(server: TestServer, month_of_looks: MonthOfLooks) -> Generator[Seats]:
    with (
        server.database(of=month_of_looks.template, name="looks") as database,
        seats_over(database, month_of_looks.month) as seats,
    ):
        yield seats


@pytest.fixture(scope="module")
def found(seats: Seats) -> Reviewed:
    found = review_looks(seats.first, since=START)
    assert isinstance(found, Reviewed)
    return found


@pytest.fixture(scope="module")
def queue(seats: Seats, found: Reviewed) -> LookQueue:
    queue = look_queue(seats.first)
    assert isinstance(queue, LookQueue)
    return queue


def pairs(seats: Seats, cases: Iterable[Case]) -> list[tuple[str, str | None]]:
    keys = {person: key for key, person in seats.month.ids.items()}
    return [(case.account, None if case.person_id is None else keys[case.person_id]) for case in cases]


def every_case(seats: Seats) -> list[Case]:
    with seats.database.connection(Principal.AUDIT) as connection:
        rows = connection.execute("select id, account, person_id from audit.look_case").fetchall()
    return [
        Case(id=id_, account=account, person_id=person, looks=1, first_at=START, last_at=START, reasons=frozenset())
        for id_, account, person in rows
    ]


def test_handovers_of_a_post_are_no_looks(seats: Seats, found: Reviewed) -> None:
    assert found.looks == seats.month.looks
    assert found.entries.last - found.entries.first > seats.month.looks


def test_the_three_looks_of_abuse_1_are_in_the_queue(seats: Seats, queue: LookQueue) -> None:
    shown = set(pairs(seats, queue.queue.cases))
    for kind in ("neighbour", "same rare name", "again and again, elsewhere"):
        assert {pair for pair, told in seats.month.kinds.items() if told == kind} <= shown, kind


def test_whatever_left_a_trace_becomes_a_case_and_half_of_what_is_shown_was_planted(
    seats: Seats, queue: LookQueue
) -> None:
    assert seats.month.findable <= set(pairs(seats, every_case(seats)))
    shown = pairs(seats, queue.queue.cases)
    assert len(set(shown) & seats.month.planted) >= len(shown) / 2


def test_curiosity_within_ones_own_work_is_not_found_and_nobody_should_think_so(seats: Seats, found: Reviewed) -> None:
    assert (seats.month.planted - seats.month.findable) & set(pairs(seats, every_case(seats))) == set()


def test_a_death_after_which_everybody_looks_puts_nobody_into_the_queue(seats: Seats, found: Reviewed) -> None:
    died = f"P{PEOPLE_A_WING + 3:04}"
    assert [pair for pair in pairs(seats, every_case(seats)) if pair[1] == died] == []


def test_the_queue_is_in_the_order_of_the_declared_reasons(queue: LookQueue) -> None:
    best = [RANK[ranked(case.reasons)[0]] for case in queue.queue.cases]
    assert best == sorted(best)
    assert len(best) == BUDGET
    assert queue.queue.kept_back > 0


def test_a_further_review_of_the_same_entries_makes_no_further_case(seats: Seats, queue: LookQueue) -> None:
    again = review_looks(seats.second, since=START)
    assert isinstance(again, Reviewed)
    assert again.cases == 0
    after = look_queue(seats.first)
    assert isinstance(after, LookQueue)
    assert after.queue.cases == queue.queue.cases


def test_reading_the_queue_is_an_entry_that_names_everybody_in_it(seats: Seats, queue: LookQueue) -> None:
    again = look_queue(seats.second)
    assert isinstance(again, LookQueue)
    (entry, *_) = latest(seats.database, most=1)
    assert (entry.actor, entry.act, entry.header["entity"]) == ("governance.2", "list", "looks")
    assert set(entry.subjects) == {case.person_id for case in again.queue.cases} - {None}


def test_a_case_shows_entities_and_fields_and_never_a_value(seats: Seats, queue: LookQueue) -> None:
    for case in queue.queue.cases:
        opened = look_case(seats.first, case.id)
        assert isinstance(opened, Opened)
        told = json.dumps(case_document(opened, Words()), default=str)
        assert "RARE" not in told
        assert "LS" not in told
        assert len(opened.seen) == case.looks
        (entry, *_) = latest(seats.database, most=1)
        assert entry.subjects == (() if case.person_id is None else (case.person_id,))


def test_whoever_has_not_the_duty_is_refused_and_that_is_entered(seats: Seats) -> None:
    desk = replace(seats.first, asker=OFFICER)
    assert isinstance(look_queue(desk), Refused)
    assert isinstance(review_looks(desk, since=START), Refused)
    assert isinstance(look_case(desk, uuid4()), Refused)


def test_without_its_entry_nothing_is_given(seats: Seats, queue: LookQueue) -> None:
    broken = replace(seats.first, keeper=replace(seats.keeper, audit=Broken()))
    for attempt in (
        lambda: look_queue(broken),
        lambda: review_looks(broken, since=START),
        lambda: look_case(broken, queue.queue.cases[1].id),
        lambda: build_my_work(broken.keeper, OFFICER),
    ):
        with pytest.raises(AuditUnavailableError):
            attempt()


class Broken:
    def append(self, entry: Entry) -> Receipt:  # noqa: ARG002
        raise AuditUnavailableError("the audit log cannot be written")
