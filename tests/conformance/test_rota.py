"""Shifts and marks of the holders of accounts: all or none of them, in words that nobody keeps, entered in the log."""

from datetime import datetime, timedelta

import pytest

from gate_world import OFFICER, START
from watchroom.audit.entries import Act
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.accounts import Accounts
from watchroom.gate.rota import Mark, MarkKind, Shift, StaffFacts
from watchroom.kernel.clock import SteppedClock
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.store.database import Database, Principal

CLOCK = SteppedClock(START)


@pytest.fixture
def audit() -> MemoryAuditLog:
    return MemoryAuditLog(clock=CLOCK)


@pytest.fixture
def facts(database: Database, audit: MemoryAuditLog) -> StaffFacts:
    accounts = Accounts(database=database, audit=MemoryAuditLog(), organisation="HMPPS", machine_clock=CLOCK)
    accounts.add(OFFICER, password="correct horse battery staple", is_demo=True)
    return StaffFacts(database=database, audit=audit, organisation="HMPPS", machine=CLOCK)


def shift(hour: int, hours: int = 8, *, account: str = OFFICER.name, unit: str | None = "LEI-A") -> Shift:
    begins = START + timedelta(hours=hour)
    return Shift(account=account, from_at=begins, to_at=begins + timedelta(hours=hours), site="LEI", unit=unit)


def kept(database: Database) -> list[tuple[datetime, str | None]]:
    with database.connection(Principal.APP) as connection:
        return connection.execute("select from_at, unit_code from gate.rota order by from_at").fetchall()


def marks(database: Database) -> list[tuple[str, bytes, bytes]]:
    with database.connection(Principal.APP) as connection:
        return connection.execute("select kind, salt, hash from gate.account_mark order by kind").fetchall()


def test_a_later_shift_takes_the_place_of_those_that_it_overlaps_and_of_no_other(
    facts: StaffFacts, database: Database
) -> None:
    facts.enter_shifts([shift(0), shift(8), shift(16)], operator="hr")
    facts.enter_shifts([shift(6, 4, unit=None)], operator="hr")
    assert kept(database) == [(START + timedelta(hours=6), None), (START + timedelta(hours=16), "LEI-A")]


def test_of_shifts_of_which_one_is_of_nobody_none_is_entered(
    facts: StaffFacts, database: Database, audit: MemoryAuditLog
) -> None:
    with pytest.raises(NotFoundError, match="user list"):
        facts.enter_shifts([shift(0), shift(8, account="nobody")], operator="hr")
    assert (kept(database), audit.entries) == ([], [])


def test_marks_take_the_place_of_all_that_the_account_had_and_hold_no_word(
    facts: StaffFacts, database: Database, audit: MemoryAuditLog
) -> None:
    both = [Mark(kind=MarkKind.FAMILY_NAME, word="Ashworth"), Mark(kind=MarkKind.POSTCODE, word="LS1 4AP")]
    facts.enter_marks(OFFICER.name, both, operator="hr")
    first = marks(database)
    facts.enter_marks(OFFICER.name, both[:1], operator="hr")
    (again,) = marks(database)
    assert ([kind for kind, _, _ in first], again[0]) == (["family_name", "postcode"], "family_name")
    # Another salt each time: two accounts of one name cannot be told to be so from what is kept.
    assert {again[1], again[2]}.isdisjoint({value for row in first for value in row[1:]})
    assert [(entry.act, entry.actor, entry.detail["marks"]) for entry in audit.entries] == [
        (Act.ACCOUNT, "hr", "2"),
        (Act.ACCOUNT, "hr", "1"),
    ]
    assert "Ashworth" not in str(audit.entries)


def test_a_mark_in_which_nothing_can_be_compared_is_refused_and_the_old_ones_stay(
    facts: StaffFacts, database: Database
) -> None:
    facts.enter_marks(OFFICER.name, [Mark(kind=MarkKind.FAMILY_NAME, word="Ashworth")], operator="hr")
    before = marks(database)
    with pytest.raises(UsageError, match="without a letter or digit"):
        facts.enter_marks(OFFICER.name, [Mark(kind=MarkKind.POSTCODE, word=" - ")], operator="hr")
    with pytest.raises(NotFoundError, match="no such account"):
        facts.enter_marks("nobody", [], operator="hr")
    assert marks(database) == before
