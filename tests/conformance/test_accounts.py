"""Accounts: argon2id, refusals that tell nothing, lock-out on machine time, every step in the audit log."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Literal

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
        self.database = database
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


@pytest.mark.parametrize(
    ("name", "site", "password"),
    [("a.nurse\n", "LEI", RIGHT), ("a.nurse", "LEI\n", RIGHT), ("a.nurse", "LEI", "a long \udcff password")],
)
def test_a_name_a_place_or_a_password_that_is_no_plain_text_makes_no_account(
    house: House, name: str, site: str, password: str
) -> None:
    with pytest.raises(UsageError):
        house.accounts.add(house.accounts.new_asker(name, roles=["nurse"], sites=[site]), password=password)


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


@pytest.mark.parametrize("kept", [None, QUICK.hash_of(RIGHT)], ids=["nobody", "somebody"])
def test_the_first_check_of_a_process_is_as_much_work_whoever_is_checked(kept: str | None) -> None:
    hashed: list[str] = []

    class Counted(PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            hashed.append("made")
            return super().hash(password, salt=salt)

        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            hashed.append("checked")
            return super().verify(hash, password)

    passwords = Passwords(Counted(time_cost=1, memory_cost=64, parallelism=1))
    assert not hashed
    for _ in range(2):
        passwords.is_right("wrong", kept)
    assert hashed == ["made", "checked", "checked"]


def test_a_password_is_kept_with_the_cost_that_rfc_9106_recommends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watchroom.gate.passwords.PasswordHasher", PasswordHasher)
    assert Passwords().hash_of(RIGHT).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


class Slow(Passwords):
    """Checks passwords as slowly as the test wants: `begun` when it does, on with it when `go_on` is set."""

    def __init__(self) -> None:
        super().__init__(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        self.begun, self.go_on = Event(), Event()

    def is_right(self, password: str, kept: str | None) -> bool:
        right = super().is_right(password, kept)
        self.begun.set()
        assert self.go_on.wait(30)
        return right


def slowly(house: House) -> tuple[Accounts, Slow]:
    """The same accounts, whose passwords are checked slowly."""
    slow = Slow()
    accounts = Accounts(
        database=house.database,
        audit=house.audit,
        organisation="HMPPS",
        machine_clock=house.clock,
        passwords=slow,
        lock_out=LockOut(failures=3, lasts=timedelta(minutes=15)),
    )
    return accounts, slow


def test_while_a_password_is_checked_nobody_waits_for_the_account(house: House) -> None:
    accounts, slow = slowly(house)
    with ThreadPoolExecutor(1) as threads:
        guess = threads.submit(accounts.check, "o.officer", "wrong")
        assert slow.begun.wait(30)
        with house.database.connection(Principal.APP) as connection:
            held = connection.execute("select name from gate.account where name = 'o.officer' for update nowait")
            assert held.fetchone() == ("o.officer",)
        assert house.accounts.check("o.officer", RIGHT) is not None
        slow.go_on.set()
        assert guess.result() is None


def test_a_hundred_guesses_at_one_name_take_no_connection_while_they_are_checked(house: House) -> None:
    accounts, slow = slowly(house)
    with ThreadPoolExecutor(40) as threads:
        guesses = [threads.submit(accounts.check, "o.officer", "wrong") for _ in range(40)]
        assert slow.begun.wait(30)
        assert house.accounts.check("o.officer", RIGHT) is not None
        slow.go_on.set()
        assert all(guess.result() is None for guess in guesses)
    assert [account.locked_until is not None for account in house.accounts.every()] == [True]


def test_every_one_of_many_failures_at_once_is_counted(house: House, database: Database) -> None:
    patient = Accounts(
        database=database,
        audit=house.audit,
        organisation="HMPPS",
        machine_clock=house.clock,
        passwords=QUICK,
        lock_out=LockOut(failures=100, lasts=timedelta(minutes=15)),
    )
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(lambda _: patient.check("o.officer", "wrong"), range(32))) == {None}
    with database.connection(Principal.APP) as connection:
        assert connection.execute("select failures from gate.account").fetchone() == (32,)


def test_a_right_guess_among_too_many_that_were_made_at_once_does_not_open_the_account(house: House) -> None:
    accounts, slow = slowly(house)
    with ThreadPoolExecutor(1) as threads:
        right = threads.submit(accounts.check, "o.officer", RIGHT)
        assert slow.begun.wait(30)
        for _ in range(3):
            house.accounts.check("o.officer", "wrong")
        slow.go_on.set()
        assert right.result() is None
    assert house.audit.entries[-1].detail["reason"] == "locked"


@pytest.mark.parametrize(("tried", "opens"), [(RIGHT, False), ("another long password", True)])
def test_a_password_that_changes_while_it_is_checked_counts_as_it_is_afterwards(
    house: House, tried: str, opens: bool
) -> None:
    accounts, slow = slowly(house)
    with ThreadPoolExecutor(1) as threads:
        check = threads.submit(accounts.check, "o.officer", tried)
        assert slow.begun.wait(30)
        house.accounts.set_password("o.officer", "another long password", operator="root")
        slow.go_on.set()
        assert (check.result() is not None) is opens


def test_an_account_that_is_disabled_while_its_password_is_checked_is_refused(house: House) -> None:
    accounts, slow = slowly(house)
    with ThreadPoolExecutor(1) as threads:
        check = threads.submit(accounts.check, "o.officer", RIGHT)
        assert slow.begun.wait(30)
        house.accounts.disable("o.officer", operator="root")
        slow.go_on.set()
        assert check.result() is None
    assert house.audit.entries[-1].detail["reason"] == "disabled"


def test_a_hash_with_weaker_settings_is_made_anew_at_the_next_sign_in(house: House, database: Database) -> None:
    stronger = Accounts(
        database=database,
        audit=house.audit,
        organisation="HMPPS",
        machine_clock=house.clock,
        passwords=Passwords(PasswordHasher(time_cost=2, memory_cost=64, parallelism=1)),
    )
    with ThreadPoolExecutor(4) as threads:
        assert None not in list(threads.map(lambda _: stronger.check("o.officer", RIGHT), range(8)))
    with database.connection(Principal.APP) as connection:
        row = connection.execute("select password_hash from gate.account").fetchone()
    assert row is not None
    assert ",t=2," in row[0]


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
