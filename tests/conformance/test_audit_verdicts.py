"""Verdicts on entries that concern a person: entered first, the latest holds, and what the log does not say is none."""

from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from audit_node import DPO, LATE, AuditNode, audit_node, numbered
from log_reading import latest
from watchroom.audit.entries import Act, AuditUnavailableError, Entry
from watchroom.audit.erasure import erase_bodies
from watchroom.audit.ranges import IndexRange
from watchroom.audit.read import about
from watchroom.audit.subject_rules import Ground, Verdict
from watchroom.audit.verdicts import Decided, record_verdict, verdicts_on
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


def entry_of(one: Decided) -> Entry:
    detail = {"entry": str(one.entry_index), "verdict": one.verdict.value, "reason": one.reason}
    if one.ground is not None:
        detail["ground"] = one.ground.value
    return Entry(act=Act.DECIDE, actor="dpo", entity="subject_access", subjects=(PERSON,), detail=detail)


def decide(node: AuditNode, *verdicts: Decided) -> None:
    with node.log(LATE) as log:
        for one in verdicts:
            record_verdict(node.database, PERSON, decided=one, log=log, entry=entry_of(one))


def test_the_latest_verdict_holds_and_each_is_entered(node: AuditNode):
    decide(node, decided(Verdict.RELEASED), decided(Verdict.NEITHER))
    assert verdicts_on(node.database, PERSON) == {3: decided(Verdict.NEITHER)}
    assert [one.act for one in latest(node.database, most=2)] == ["decide", "decide"]
    assert verdicts_on(node.database, UUID(int=4)) == {}


def test_a_verdict_that_cannot_be_entered_is_none(node: AuditNode):
    log = node.opened(LATE)
    log.close()
    one = decided(Verdict.RELEASED)
    with pytest.raises(AuditUnavailableError):
        record_verdict(node.database, PERSON, decided=one, log=log, entry=entry_of(one))
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
    for statement in ("delete from audit.subject_verdict", "update audit.subject_verdict set reason = 'x'"):
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
