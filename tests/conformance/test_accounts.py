"""Accounts: argon2id, refusals that tell nothing, lock-out on machine time, every step in the audit log."""

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from watchroom.audit.entries import Act, AuditUnavailableError
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.accounts import Accounts, LockOut
from watchroom.gate.passwords import Passwords
from watchroom.kernel.clock import SteppedClock
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.store.database import Database, Principal

QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
RIGHT = "a long enough password"


class House:
    """Accounts with a clock that is moved and a log that is read."""

    def __init__(self, database: Database) -> None:
        self.clock = SteppedClock(datetime(2026, 7, 24, 7, 0, tzinfo=UTC))
        self.audit = MemoryAuditLog()
        self.accounts = Accounts(
            database=database,
            audit=self.audit,
            organisation="HMPPS",
            machine_clock=self.clock,
            passwords=QUICK,
            lock_out=LockOut(failures=3, lasts=timedelta(minutes=15)),
        )

    def add(self, name: str = "o.officer") -> None:
        asker = self.accounts.new_asker(name, roles=["wing_officer"], sites=["LEI"], units=["LEI-A"])
        self.accounts.add(asker, password=RIGHT, operator="root")


@pytest.fixture
def house(database: Database) -> House:
    made = House(database)
    made.add()
    return made


def test_the_right_password_gives_the_person_as_the_account_has_them(house: House) -> None:
    asker = house.accounts.check("o.officer", RIGHT)
    assert asker is not None
    assert (asker.roles, asker.organisation, asker.sites, asker.units) == (
        ("wing_officer",),
        "HMPPS",
        ("LEI",),
        ("LEI-A",),
    )
    assert house.audit.entries[-1].act is Act.SIGN_IN


@pytest.mark.parametrize(
    ("name", "password"), [("o.officer", "wrong"), ("nobody", RIGHT), ("", ""), ("O.OFFICER", RIGHT)]
)
def test_a_refusal_says_nothing_and_is_recorded(house: House, name: str, password: str) -> None:
    assert house.accounts.check(name, password) is None
    assert house.audit.entries[-1].act is Act.SIGN_IN_REFUSED


def test_what_was_typed_as_an_unknown_name_is_not_recorded(house: House) -> None:
    house.accounts.check("my secret password", "x")
    assert "secret" not in str(house.audit.entries[-1])


def test_the_password_is_kept_as_argon2id_only(house: House, database: Database) -> None:
    with database.connection(Principal.APP) as connection:
        row = connection.execute("select account::text, password_hash from gate.account").fetchone()
    assert row is not None
    assert row[1].startswith("$argon2id$")
    assert RIGHT not in row[0]


def test_too_many_failures_lock_the_account_for_a_time(house: House) -> None:
    for _ in range(3):
        house.accounts.check("o.officer", "wrong")
    assert house.accounts.check("o.officer", RIGHT) is None
    house.clock.move(timedelta(minutes=14, seconds=59))
    assert house.accounts.check("o.officer", RIGHT) is None
    house.clock.move(timedelta(seconds=1))
    assert house.accounts.check("o.officer", RIGHT) is not None


def test_a_success_forgets_the_failures_before_it(house: House) -> None:
    for _ in range(4):
        house.accounts.check("o.officer", "wrong")
        house.accounts.check("o.officer", "wrong")
        assert house.accounts.check("o.officer", RIGHT) is not None


def test_an_unknown_account_costs_as_much_work_as_a_wrong_password(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[bool] = []
    plain = Passwords.is_right

    def counted(self: Passwords, password: str, kept: str | None) -> bool:
        checked.append(kept is None)
        return plain(self, password, kept)

    monkeypatch.setattr(Passwords, "is_right", counted)
    house.accounts.check("nobody", "x")
    house.accounts.check("o.officer", "x")
    assert checked == [True, False]


def test_a_disabled_account_is_refused(house: House) -> None:
    house.accounts.disable("o.officer", operator="root")
    assert house.accounts.check("o.officer", RIGHT) is None
    assert [account.is_disabled for account in house.accounts.every()] == [True]
    with pytest.raises(NotFoundError):
        house.accounts.asker("o.officer", operator="root")


def test_an_account_that_asks_through_an_operator_names_both(house: House) -> None:
    assert house.accounts.asker("o.officer", operator="root").operator == "root"


def test_no_account_is_made_that_cannot_be_recorded(house: House) -> None:
    house.audit.is_available = False
    with pytest.raises(AuditUnavailableError):
        house.add("second")
    assert [account.asker.name for account in house.accounts.every()] == ["o.officer"]


def test_nobody_is_signed_in_while_the_log_cannot_be_written(house: House) -> None:
    house.audit.is_available = False
    with pytest.raises(AuditUnavailableError):
        house.accounts.check("o.officer", RIGHT)


def test_a_new_password_replaces_the_old_one(house: House) -> None:
    house.accounts.set_password("o.officer", "another long password", operator="root")
    assert house.accounts.check("o.officer", RIGHT) is None
    assert house.accounts.check("o.officer", "another long password") is not None


def test_a_name_is_taken_once(house: House) -> None:
    with pytest.raises(UsageError, match="already an account"):
        house.add()


@pytest.mark.parametrize(
    ("name", "roles", "sites", "units"),
    [
        ("Capital", ["board"], [], []),
        ("'; drop", ["board"], [], []),
        ("ok", ["king"], [], []),
        ("ok", [], [], []),
        ("ok", ["wing_officer"], ["LEI"], []),
        ("ok", ["nurse"], [], []),
        ("ok", ["nurse"], ["lei'"], []),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(
    house: House, name: str, roles: list[str], sites: list[str], units: list[str]
) -> None:
    with pytest.raises(UsageError):
        house.accounts.new_asker(name, roles=roles, sites=sites, units=units)


@pytest.mark.parametrize("password", ["short", "x" * 2000])
def test_a_password_is_neither_short_nor_absurd(house: House, password: str) -> None:
    with pytest.raises(UsageError, match="characters"):
        house.accounts.set_password("o.officer", password)
