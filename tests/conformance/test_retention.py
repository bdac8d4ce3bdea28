"""What was made for the review of looks and for subject access goes when its time is over, and the log says so."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from gate_world import START
from log_reading import latest
from look_seats import Seats
from watchroom.audit.entries import Act, AuditUnavailableError, Entry
from watchroom.audit.look_records import Decision
from watchroom.audit.retention import Retention, retire
from watchroom.gate.looks import Reviewed
from watchroom.governance.looks.build import LookQueue, decide_case, look_queue, review_looks
from watchroom.governance.looks.rules import Outcome
from watchroom.store.database import Principal

DAY = timedelta(days=1)
BY = Entry(act=Act.ERASE, actor="upkeep", organisation="HMPPS")
RULE = Retention(look_cases=365, undecided_cases=365, rota=90, marks=730, verdicts=1095)


def counts(seats: Seats, *tables: str) -> list[int]:
    with seats.database.connection(Principal.MIGRATOR) as connection:
        connection.execute(f"set local role {seats.database.roles.owner}")  # type: ignore[arg-type]
        found = [connection.execute(f"select count(*) from {one}").fetchone() for one in tables]  # type: ignore[arg-type]
    return [row[0] for row in found if row is not None]


def run(seats: Seats, at: datetime, rule: Retention = RULE) -> dict[str, int]:
    return dict(retire(seats.database, log=seats.log, by=BY, rule=rule, now=(at, at)))


def test_a_case_goes_after_its_latest_decision_and_one_that_nobody_decided_after_its_opening(seats: Seats) -> None:
    assert isinstance(review_looks(seats.first, since=START), Reviewed)
    queue = look_queue(seats.first)
    assert isinstance(queue, LookQueue)
    decided, opened = queue.queue.cases[0], seats.clock.now()
    (before,) = counts(seats, "audit.look_case")
    decision = Decision(outcome=Outcome.NO_CONCERN.value, is_told=False, note="n")
    decide_case(seats.first, decided.id, decision=decision)
    with seats.database.connection(Principal.MIGRATOR) as connection:
        connection.execute(f"set local role {seats.database.roles.owner}")  # type: ignore[arg-type]
        connection.execute("update audit.look_decision set decided_at = %s", (opened + 30 * DAY,))
    assert run(seats, opened + (RULE.undecided_cases - 1) * DAY)["look_cases"] == 0
    assert run(seats, opened + (RULE.undecided_cases + 1) * DAY)["look_cases"] == before - 1
    assert counts(seats, "audit.look_case", "audit.look_decision") == [1, 1]
    assert run(seats, opened + (RULE.look_cases + 31) * DAY)["look_cases"] == 1
    assert counts(seats, "audit.look_case", "audit.look_case_entry", "audit.look_decision") == [0, 0, 0]
    assert {one.actor for one in latest(seats.database) if one.act == "erase"} == {"upkeep"}


def test_shifts_marks_and_verdicts_go_by_their_own_rule(seats: Seats) -> None:
    now = seats.clock.now()
    with seats.database.connection(Principal.MIGRATOR) as connection:
        connection.execute(f"set local role {seats.database.roles.owner}")  # type: ignore[arg-type]
        connection.execute("delete from gate.rota")
        connection.execute("delete from gate.account_mark")
        (first, second) = [
            row[0] for row in connection.execute("select name from gate.account order by name limit 2").fetchall()
        ]
        for account, ended in ((first, now - 91 * DAY), (second, now - 89 * DAY)):
            connection.execute(
                "insert into gate.rota values (%s, %s, %s, 'LEI', null, now(), 'x')",
                (account, ended - DAY / 3, ended),
            )
            connection.execute(
                "insert into gate.account_mark values (%s, 'postcode', %s, %s, %s, 'x')",
                (account, b"s" * 16, b"h" * 32, now),
            )
        connection.execute("update gate.account set disabled_at = now() where name = %s", (first,))
        for person, days in (("1", 2000), ("2", 2000), ("2", 10)):
            connection.execute(
                "insert into audit.subject_verdict"
                " (person_id, entry_index, verdict, decided_by, decided_at, recorded_in)"
                " values (%s, 1, 'released', 'x', %s, 1)",
                (f"00000000-0000-7000-8000-00000000000{person}", now - days * DAY),
            )
    assert run(seats, now) == {"look_cases": 0, "rota": 1, "marks": 1, "verdicts": 1}
    assert counts(seats, "gate.rota", "gate.account_mark", "audit.subject_verdict") == [1, 1, 2]
    size = counts(seats, "audit.entry")
    assert not any(run(seats, now).values())
    assert counts(seats, "audit.entry") == size, "what deletes nothing enters nothing"


def test_nothing_goes_before_the_agency_has_said_for_how_long_it_is_kept(seats: Seats) -> None:
    assert isinstance(review_looks(seats.first, since=START), Reviewed)
    queue = look_queue(seats.first)
    assert isinstance(queue, LookQueue)
    decision = Decision(outcome=Outcome.NO_CONCERN.value, is_told=False, note="n")
    decide_case(seats.first, queue.queue.cases[0].id, decision=decision)
    (before,) = counts(seats, "audit.look_case")
    late = seats.clock.now() + 10_000 * DAY
    assert not any(run(seats, late, Retention()).values())
    # A rule for the undecided ones is none for a case that somebody decided.
    assert run(seats, late, Retention(undecided_cases=1))["look_cases"] == before - 1
    assert counts(seats, "audit.look_decision") == [1]


class _NoLog:
    def append(self, _entry: Entry) -> None:
        raise AuditUnavailableError("the disk of the log is full")


def test_without_its_entry_nothing_goes(seats: Seats) -> None:
    assert isinstance(review_looks(seats.first, since=START), Reviewed)
    before = counts(seats, "audit.look_case")
    late = seats.clock.now() + 1000 * DAY
    with pytest.raises(AuditUnavailableError):
        retire(seats.database, log=_NoLog(), by=BY, rule=RULE, now=(late, late))  # type: ignore[arg-type]
    assert counts(seats, "audit.look_case") == before > [0]


def test_a_longer_rule_keeps_longer(seats: Seats) -> None:
    assert isinstance(review_looks(seats.first, since=START), Reviewed)
    late = seats.clock.now() + 1000 * DAY
    assert run(seats, late, replace(RULE, undecided_cases=2000))["look_cases"] == 0
