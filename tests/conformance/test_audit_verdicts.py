"""Verdicts on entries that concern a person: entered first, the latest holds, and what the log does not say is none."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from audit_node import AT, DPO, LATE, AuditNode, audit_node, numbered
from log_reading import latest
from waiters import wait_for_waiters
from watchroom.audit.entries import Act, AuditUnavailableError, Entry
from watchroom.audit.erasure import erase_bodies
from watchroom.audit.log import AuditLog
from watchroom.audit.ranges import IndexRange
from watchroom.audit.read import about
from watchroom.audit.subject_rules import Ground, Verdict
from watchroom.audit.verdicts import Decided, Standing, record_verdicts, verdicts_on
from watchroom.audit.witness import enter_reading
from watchroom.kernel.errors import UsageError
from watchroom.store.database import Database, Principal

PERSON = UUID(int=3)


@pytest.fixture
def node(database: Database, server, tmp_path: Path) -> AuditNode:
    made = audit_node(database, admin_dsn=server.admin_dsn, folder=tmp_path)
    made.write(6)
    return made


def decided(verdict: Verdict, index: int = 3) -> Decided:
    ground = None if verdict is Verdict.RELEASED else Ground.CRIME
    return Decided(entry_index=index, verdict=verdict, ground=ground, reason="r")


def always(*verdicts: Decided) -> Callable[[Mapping[int, Standing]], Sequence[Decided]]:
    """Verdicts that are meant whatever was decided before."""
    return lambda _: verdicts


def entry_of(actor: str = "dpo") -> Entry:
    return Entry(act=Act.DECIDE, actor=actor, entity="subject_access", subjects=(PERSON,))


def decide(node: AuditNode, *verdicts: Decided, by: str = "dpo") -> None:
    with node.log(LATE) as log:
        for one in verdicts:
            record_verdicts(node.database, PERSON, meant=always(one), log=log, entry=entry_of(by))


def in_force(node: AuditNode) -> dict[int, Decided]:
    return {index: one.decided for index, one in verdicts_on(node.database, PERSON).items()}


def test_the_latest_verdict_holds_and_each_is_entered(node: AuditNode):
    decide(node, decided(Verdict.RELEASED), decided(Verdict.NEITHER))
    assert in_force(node) == {3: decided(Verdict.NEITHER)}
    (standing,) = verdicts_on(node.database, PERSON).values()
    assert (standing.by, standing.at, standing.recorded_in) == ("dpo", AT, 7)
    assert [one.act for one in latest(node.database, most=2)] == ["decide", "decide"]
    assert verdicts_on(node.database, UUID(int=4)) == {}


def test_a_verdict_that_cannot_be_entered_is_none(node: AuditNode):
    log = node.opened(LATE)
    log.close()
    one = decided(Verdict.RELEASED)
    with pytest.raises(AuditUnavailableError):
        record_verdicts(node.database, PERSON, meant=always(one), log=log, entry=entry_of())
    assert verdicts_on(node.database, PERSON) == {}


@pytest.mark.parametrize("index", [2, 99])
def test_an_entry_about_somebody_else_or_none_takes_no_verdict(node: AuditNode, index: int):
    with pytest.raises(UsageError):
        decide(node, decided(Verdict.RELEASED, index))
    assert latest(node.database, most=1)[0].index == 5


@pytest.mark.parametrize("change", ["verdict = 'released', ground = null", "entry_index = 4", "recorded_in = 2"])
def test_a_verdict_that_somebody_changed_beside_the_log_is_none(node: AuditNode, change: str):
    decide(node, decided(Verdict.WITHHELD))
    assert node.tamper(f"update audit.subject_verdict set {change}") == 1
    assert verdicts_on(node.database, PERSON) == {}


def test_a_verdict_whose_entry_lost_its_body_has_to_be_given_again(node: AuditNode):
    decide(node, decided(Verdict.RELEASED))
    with node.log(LATE) as log:
        erase_bodies(node.database, log=log, what=IndexRange(first=6, last=6), by=DPO, reason="r")
    assert verdicts_on(node.database, PERSON) == {}


def test_the_writer_of_the_log_can_add_a_verdict_and_change_none(node: AuditNode):
    decide(node, decided(Verdict.RELEASED))
    for statement in ("delete from audit.subject_verdict", "update audit.subject_verdict set decided_by = 'x'"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), node.database.connection(Principal.AUDIT) as one:
            one.execute(statement)  # type: ignore[arg-type]


def test_an_export_that_covered_an_entry_about_the_person_concerns_them(node: AuditNode):
    covering = {"first_index": "2", "last_index": "4"}
    beside = {"first_index": "4", "last_index": "5"}
    reading = Entry(act=Act.CONSULT, actor="dpo", entity="subject_access", subjects=(PERSON,))
    with node.log(LATE) as log:
        for detail in (covering, beside, {"file": "handover.pdf"}):
            log.append(Entry(act=Act.EXPORT, actor="dpo", entity="audit", detail=detail))
        log.append(numbered(9))
        found = about(node.database, PERSON, witness=enter_reading(log, reading))
    assert [one.index for one in found.entries] == [6, 3]
    decide(node, decided(Verdict.RELEASED, 6))
    with pytest.raises(UsageError):
        decide(node, decided(Verdict.RELEASED, 7))


def test_bodies_that_were_erased_are_counted_as_what_cannot_be_told(node: AuditNode):
    reading = Entry(act=Act.CONSULT, actor="dpo", entity="subject_access", subjects=(PERSON,))
    with node.log(LATE) as log:
        erase_bodies(node.database, log=log, what=IndexRange(first=3, last=4), by=DPO, reason="r")
        found = about(node.database, PERSON, witness=enter_reading(log, reading))
    assert (found.entries, found.erased, found.upto) == ((), 2, 7)


def test_verdicts_that_say_the_same_are_one_entry_and_each_holds(node: AuditNode):
    with node.log(LATE) as log:
        for number in range(3):
            log.append(Entry(act=Act.LIST, actor="officer", count=number, subjects=(PERSON,)))
        alike = [decided(Verdict.RELEASED, index) for index in (3, 6, 8)]
        one_more = decided(Verdict.NEITHER, 7)
        record_verdicts(node.database, PERSON, meant=always(*alike, one_more), log=log, entry=entry_of())
    assert in_force(node) == {one.entry_index: one for one in [*alike, one_more]}
    entries = latest(node.database, most=2)
    assert [one.index for one in entries] == [10, 9]
    assert entries[1].body is not None
    assert entries[1].body["detail"]["entries"] == "{[3,3],[6,6],[8,8]}"


def test_one_entry_about_somebody_else_among_many_records_none(node: AuditNode):
    both = [decided(Verdict.RELEASED, 3), decided(Verdict.RELEASED, 2)]
    with node.log(LATE) as log, pytest.raises(UsageError):
        record_verdicts(node.database, PERSON, meant=always(*both), log=log, entry=entry_of())
    assert in_force(node) == {}
    assert latest(node.database, most=1)[0].index == 5


def test_a_verdict_is_seconded_by_another_officer_who_decides_the_same_and_by_nobody_else(node: AuditNode):
    def is_seconded() -> bool:
        return verdicts_on(node.database, PERSON)[3].is_seconded

    decide(node, decided(Verdict.RELEASED))
    decide(node, decided(Verdict.RELEASED))
    assert not is_seconded()
    decide(node, decided(Verdict.RELEASED), by="second")
    assert is_seconded()
    decide(node, decided(Verdict.NEITHER), by="second")
    decide(node, decided(Verdict.RELEASED), by="dpo")
    assert not is_seconded(), "what was decided before another verdict counts no more"


def test_of_two_who_decide_the_same_line_at_once_the_second_is_asked_with_the_verdict_of_the_first(
    node: AuditNode,
) -> None:
    seen: dict[str, list[int]] = {}

    def decide_as(name: str, log: AuditLog, *, after: Callable[[], None]) -> None:
        def meant(standing: Mapping[int, Standing]) -> Sequence[Decided]:
            seen[name] = sorted(standing)
            after()
            return () if standing else [decided(Verdict.RELEASED)]

        record_verdicts(node.database, PERSON, meant=meant, log=log, entry=entry_of(name))

    with node.log(LATE) as log, ThreadPoolExecutor(1) as pool:
        others: list[Future[None]] = []

        def let_the_other_begin() -> None:
            others.append(pool.submit(decide_as, "second", log, after=lambda: None))
            wait_for_waiters(node.database, 1)

        decide_as("first", log, after=let_the_other_begin)
        others[0].result(timeout=20)
    assert seen == {"first": [], "second": [3]}
    assert verdicts_on(node.database, PERSON)[3].by == "first"
    assert latest(node.database, most=1)[0].index == 6, "the second has entered nothing"


def test_who_decided_is_who_the_log_says(node: AuditNode):
    decide(node, decided(Verdict.RELEASED))
    assert node.tamper("update audit.subject_verdict set decided_by = 'somebody else'") == 1
    (standing,) = verdicts_on(node.database, PERSON).values()
    assert (standing.by, standing.decided.reason) == ("dpo", "r")
