"""Sign-in sessions: opaque, hashed at rest, with an idle and an absolute limit on machine time."""

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from watchroom.audit.entries import Act
from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.accounts import Accounts
from watchroom.gate.askers import Asker
from watchroom.gate.passwords import Passwords
from watchroom.gate.sessions import Sessions, form_token
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Database, Principal


class Desk:
    """Sessions with a clock that is moved."""

    def __init__(self, database: Database) -> None:
        self.clock = SteppedClock(datetime(2026, 7, 24, 7, 0, tzinfo=UTC))
        self.audit = MemoryAuditLog()
        self.accounts = Accounts(
            database=database,
            audit=self.audit,
            organisation="HMPPS",
            machine_clock=self.clock,
            passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)),
        )
        self.sessions = Sessions(
            database=database,
            audit=self.audit,
            accounts=self.accounts,
            machine_clock=self.clock,
            idle_seconds=120,
            absolute=timedelta(hours=1),
        )
        self.officer = self.accounts.new_asker("o.officer", roles=["wing_officer"], units=["LEI-A"])
        self.accounts.add(self.officer, password="a long enough password")

    def asker(self, token: str, *, is_activity: bool = False) -> Asker | None:
        found = self.sessions.resume(token, is_activity=is_activity)
        return None if found is None else found.asker

    def wait(self, seconds: float) -> None:
        self.clock.move(timedelta(seconds=seconds))


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_a_session_gives_back_who_signed_in(desk: Desk) -> None:
    assert desk.asker(desk.sessions.begin(desk.officer)) == desk.officer


def test_the_token_is_not_kept(desk: Desk, database: Database) -> None:
    token = desk.sessions.begin(desk.officer)
    with database.connection(Principal.APP) as connection:
        rows = connection.execute("select session::text from gate.session").fetchall()
    assert len(rows) == 1
    assert token not in rows[0][0]
    assert token.encode().hex() not in rows[0][0]


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 100_000, "\udcff", "' or true --"])
def test_a_made_up_token_opens_nothing(desk: Desk, token: str) -> None:
    desk.sessions.begin(desk.officer)
    assert desk.asker(token) is None


def test_an_idle_session_ends(desk: Desk) -> None:
    token = desk.sessions.begin(desk.officer)
    desk.wait(119)
    assert desk.asker(token) is not None
    desk.wait(1)
    assert desk.asker(token) is None


def test_what_a_page_does_by_itself_never_makes_a_session_longer(desk: Desk) -> None:
    token = desk.sessions.begin(desk.officer)
    for _ in range(11):
        desk.wait(10)
        assert desk.asker(token) is not None
    desk.wait(10)
    assert desk.asker(token) is None


def test_activity_makes_it_longer_up_to_the_absolute_limit(desk: Desk) -> None:
    token = desk.sessions.begin(desk.officer)
    for _ in range(59):
        desk.wait(60)
        assert desk.asker(token, is_activity=True) is not None
    desk.wait(60)
    assert desk.asker(token, is_activity=True) is None


def test_an_ended_session_stays_ended_and_is_recorded(desk: Desk) -> None:
    token = desk.sessions.begin(desk.officer)
    desk.sessions.end(token)
    assert desk.asker(token, is_activity=True) is None
    assert desk.audit.entries[-1].act is Act.SIGN_OUT
    entries = len(desk.audit.entries)
    desk.sessions.end(token)
    assert len(desk.audit.entries) == entries


def test_every_sign_in_has_a_session_of_its_own(desk: Desk) -> None:
    first, second = desk.sessions.begin(desk.officer), desk.sessions.begin(desk.officer)
    assert first != second
    desk.sessions.end(first)
    assert desk.asker(second) is not None


def test_disabling_an_account_ends_its_sessions(desk: Desk) -> None:
    token = desk.sessions.begin(desk.officer)
    desk.accounts.disable("o.officer")
    assert desk.asker(token) is None


def test_a_new_password_ends_the_sessions(desk: Desk) -> None:
    token = desk.sessions.begin(desk.officer)
    desk.accounts.set_password("o.officer", "another long password")
    assert desk.asker(token) is None


def test_a_clock_that_went_back_opens_nothing(desk: Desk) -> None:
    token = desk.sessions.begin(desk.officer)
    desk.wait(-3600)
    assert desk.asker(token, is_activity=True) is None


def test_a_clock_that_went_back_a_little_keeps_no_idle_session_open(desk: Desk) -> None:
    """Else a session lasts as long as the clock went back, and nobody need be at the page."""
    token = desk.sessions.begin(desk.officer)
    for _ in range(10):
        desk.wait(60)
        assert desk.asker(token, is_activity=True) is not None
    desk.wait(-300)
    assert desk.asker(token, is_activity=True) is None


def test_a_clock_that_is_set_right_by_seconds_ends_no_session(desk: Desk) -> None:
    """Two requests at once see the clock in either order, and a clock is set right all the time."""
    token = desk.sessions.begin(desk.officer)
    desk.wait(60)
    assert desk.asker(token, is_activity=True) is not None
    desk.wait(-2)
    assert desk.asker(token, is_activity=True) is not None


def test_a_session_of_an_account_that_is_none_any_more_opens_nothing(desk: Desk, database: Database) -> None:
    """Disabling ends sessions; where one is left all the same, as after a restore, it shows nobody anything."""
    token = desk.sessions.begin(desk.officer)
    desk.accounts.disable("o.officer")
    with database.connection(Principal.APP) as connection:
        connection.execute("update gate.session set signed_out_at = null")
    assert desk.asker(token) is None


def ended_form(desk: Desk) -> tuple[str, str]:
    """A session of the officer, and the token that its forms carry."""
    token = desk.sessions.begin(desk.officer)
    return token, form_token(token)


def test_whose_form_it_is_is_known_once_its_session_has_ended_and_not_before(desk: Desk) -> None:
    _, form = ended_form(desk)
    assert desk.sessions.ended(form) is None
    desk.wait(121)
    assert desk.sessions.ended(form) == "o.officer"
    desk.wait(3600)
    assert desk.sessions.ended(form) is None


def test_whose_form_it_is_is_known_after_signing_out(desk: Desk) -> None:
    token, form = ended_form(desk)
    desk.sessions.end(token)
    assert desk.sessions.ended(form) == "o.officer"


def test_of_a_made_up_form_token_nobody_is_known(desk: Desk) -> None:
    desk.wait(121)
    assert [desk.sessions.ended(made_up) for made_up in ("", "x" * 43, "x" * 100_000)] == [None, None, None]
