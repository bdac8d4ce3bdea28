"""Whoever has the duty to explain is told what keeps something from an account; the account itself nothing more."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest

from gate_world import BOARD, GOVERNANCE, OFFICER, START, about, charter, gate_of, look, person, place, write
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.accounts import Accounts
from watchroom.gate.agreement_changes import By
from watchroom.gate.askers import Asker
from watchroom.gate.door import Gate, Refused, Seen
from watchroom.gate.explain import explain
from watchroom.gate.explain_in_full import FullExplanation, Question, explain_in_full
from watchroom.gate.restrictions import Relation, RestrictionKind, Restrictions
from watchroom.kernel.clock import SteppedClock
from watchroom.model.text import Text
from watchroom.model.words import Words
from watchroom.policy.near_misses import Miss
from watchroom.store.database import Database, Principal

CARE = "custody.care"
CLOCK = SteppedClock(START)
ROWS = {
    "location": [place("LEI-A", "WING"), place("LEI-B", "WING")],
    "person": [person("1"), person("2", "LEI-B"), person("3", is_restricted=True)],
    "alert": [
        about(key, key, unit, type_code="X", kind_code="XA", is_active=True)
        for key, unit in (("1", "LEI-A"), ("2", "LEI-B"), ("3", "LEI-A"))
    ],
}


@pytest.fixture
def audit() -> MemoryAuditLog:
    return MemoryAuditLog()


@pytest.fixture
def gate(database: Database, audit: MemoryAuditLog) -> Gate:
    write(database, ROWS)
    return gate_of(database, audit=audit)


def alert(database: Database, key: str) -> UUID:
    with database.connection(Principal.LOADER) as connection:
        row = connection.execute("select id from record.alert where source_key = %s", (key,)).fetchone()
    assert row is not None
    return row[0]


def told(gate: Gate, row_id: UUID, *, purpose: str = CARE) -> FullExplanation:
    question = Question(account=OFFICER, entity="alert", row_id=row_id, purpose=purpose)
    found = explain_in_full(gate, GOVERNANCE, question=question)
    assert isinstance(found, FullExplanation), found
    return found


def test_a_row_that_is_shown_names_the_clause_that_shows_it_and_what_the_others_miss(
    gate: Gate, database: Database
) -> None:
    found = told(gate, alert(database, "1"))
    assert [one.clause for one in found.own.by] == ["officer-alert"]
    assert "officer-alert" not in {one.clause for one in found.kept}
    medical = next(one for one in found.kept if one.clause == "officer-alert-medical")
    assert medical.misses == (Miss.CONDITION,)


def test_for_another_purpose_the_nearest_clause_is_the_one_that_purpose_alone_keeps(
    gate: Gate, database: Database
) -> None:
    found = told(gate, alert(database, "1"), purpose="operations.incident-response")
    assert found.refused == "nothing_agreed"
    assert (found.kept[0].clause, found.kept[0].misses) == ("officer-alert", (Miss.PURPOSE,))


def test_hidden_elsewhere_and_absent_are_explained_alike_to_the_asker_and_by_the_same_clauses_in_full(
    gate: Gate, database: Database
) -> None:
    rows = [alert(database, "2"), alert(database, "3"), uuid4()]
    own = [explain(gate, OFFICER, entity="alert", row_id=row, purpose=CARE) for row in rows]
    assert all(isinstance(one, Seen) for one in own)
    assert len({repr(one.value) for one in own if isinstance(one, Seen)}) == 1
    full = [told(gate, row) for row in rows]
    assert {one.own.decision for one in full} == {"not_available"}
    assert [len(one.kept) for one in full] == [len(full[0].kept)] * 3
    assert any(one.clause == "officer-alert" and one.misses == (Miss.CONDITION,) for one in full[0].kept)


def test_it_is_one_entry_of_the_auditor_in_whose_name_the_account_is_looked_through(
    gate: Gate, database: Database, audit: MemoryAuditLog
) -> None:
    row = alert(database, "1")
    before = len(audit.entries)
    told(gate, row)
    (entry,) = audit.entries[before:]
    assert (entry.actor, entry.on_behalf_of, entry.act.value) == (GOVERNANCE.name, OFFICER.name, "explain")
    told(gate, row, purpose="operations.incident-response")
    assert (audit.entries[-1].actor, audit.entries[-1].on_behalf_of) == (GOVERNANCE.name, OFFICER.name)


@pytest.mark.parametrize("who", [OFFICER, BOARD], ids=lambda who: who.name)
def test_who_has_not_that_duty_is_told_nothing(
    gate: Gate, database: Database, audit: MemoryAuditLog, who: Asker
) -> None:
    question = Question(account=OFFICER, entity="alert", row_id=alert(database, "1"), purpose=CARE)
    found = explain_in_full(gate, who, question=question)
    assert isinstance(found, Refused)
    assert (audit.entries[-1].act.value, audit.entries[-1].actor) == ("refuse", who.name)


def test_what_is_no_entity_is_refused(gate: Gate) -> None:
    question = Question(account=OFFICER, entity="nothing", row_id=uuid4(), purpose=CARE)
    assert isinstance(explain_in_full(gate, GOVERNANCE, question=question), Refused)


def test_it_is_told_in_words(gate: Gate, database: Database) -> None:
    words = Words()
    for purpose in (CARE, "operations.incident-response"):
        found = told(gate, alert(database, "2"), purpose=purpose)
        assert found.as_json(words)["account"] == OFFICER.name
        assert any(line.startswith("kept\tPRISON-CHARTER.1\tofficer-alert\t") for line in found.as_lines(words))
    assert words.missing == set()
    assert look(gate, OFFICER, "select id from alert")


def test_of_whom_the_auditor_may_not_know_it_says_what_it_says_of_nobody(gate: Gate, database: Database) -> None:
    shown, absent = alert(database, "1"), told(gate, uuid4())
    assert told(gate, shown).own.by
    accounts = Accounts(database=database, audit=MemoryAuditLog(), organisation="HMPPS", machine_clock=CLOCK)
    for one in (OFFICER, GOVERNANCE):
        accounts.add(one, password="correct horse battery staple", is_demo=True)
    with database.connection(Principal.LOADER) as connection:
        row = connection.execute("select person_id from record.alert where id = %s", (shown,)).fetchone()
    assert row is not None
    kept = Restrictions(database=database, audit=MemoryAuditLog(), organisation="HMPPS", machine=CLOCK)
    kept.link(GOVERNANCE.name, row[0], relation=Relation.KIN, by=By(actor="t"))
    assert told(gate, shown) == absent
    kept.unlink(GOVERNANCE.name, row[0], by=By(actor="t"))
    assert told(gate, shown).own.by
    kept.restrict(row[0], kind=RestrictionKind.PROTECTED, admits=(OFFICER.name,), by=By(actor="t"))
    assert look(gate, OFFICER, "select id from alert")
    assert told(gate, shown) == absent


def test_of_a_clause_that_has_not_begun_the_date_is_what_keeps_it(database: Database) -> None:
    write(database, ROWS)
    later = replace(charter(), name="LATER", valid_from=date(2027, 1, 1), digest="later")
    found = told(gate_of(database, charter(), later), alert(database, "1"))
    kept = [one for one in found.kept if one.agreement.startswith("LATER") and one.misses == (Miss.DATE,)]
    assert kept
    assert kept[0].why == (Text("gate.miss.date"),)
