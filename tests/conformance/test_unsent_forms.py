"""Forms whose session has ended, as the database keeps them: for one account, sealed, for minutes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from psycopg import sql

from watchroom.audit.memory import MemoryAuditLog
from watchroom.gate.accounts import Accounts
from watchroom.gate.unsent import MOST_BYTES, MOST_KEPT, Typed, UnsentForms
from watchroom.kernel.clock import SteppedClock
from watchroom.kernel.secrets import Secret
from watchroom.store.database import Database, Principal

HALF_AN_HOUR = timedelta(minutes=30)
OFFICER, OTHER = "o.officer", "o.other"


def form(words: str, *, path: str = "/rooms", is_finished: bool = True) -> Typed:
    return Typed(route=path, path=path, fields=(("case", words),), is_finished=is_finished)


class Desk:
    """Forms of two accounts, with a clock that is moved and a key that is changed."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = SteppedClock(datetime(2026, 7, 24, 7, 0, tzinfo=UTC))
        self.audit = MemoryAuditLog()
        self.key = bytes(32)
        self.forms = self.lasting(HALF_AN_HOUR)
        accounts = Accounts(database=database, audit=self.audit, organisation="HMPPS", machine_clock=self.clock)
        for name in (OFFICER, OTHER):
            accounts.add(
                accounts.new_asker(name, roles=["wing_officer"], units=["LEI-A"]), password="long enough for this"
            )

    def lasting(self, lasts: timedelta) -> UnsentForms:
        return UnsentForms(
            database=self.database,
            audit=self.audit,
            machine=self.clock,
            key=lambda: Secret(self.key),
            lasts=lasts,
        )

    def words(self, account: str = OFFICER) -> list[str]:
        return [one.typed.fields[0][1] for one in self.forms.of(account)]

    def first(self) -> UUID:
        return self.forms.of(OFFICER)[0].id

    def did(self) -> list[str]:
        return [str(entry.detail["did"]) for entry in self.audit.entries if entry.entity == "unsent_form"]

    def by_hand(self, statement: sql.SQL) -> None:
        """As somebody does who owns the database."""
        with self.database.connection(Principal.MIGRATOR) as connection:
            connection.execute(sql.SQL("set local role {}").format(sql.Identifier(self.database.roles.owner)))
            connection.execute(statement)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_a_kept_form_is_read_by_its_own_account_alone_and_each_reading_is_entered(desk: Desk) -> None:
    assert desk.forms.keep(OFFICER, form("a"))
    assert (desk.words(), desk.words(OTHER), desk.forms.count(OFFICER)) == (["a"], [], 1)
    assert desk.did() == ["kept", "read", "read"]


def test_the_same_words_are_kept_once_and_for_longer(desk: Desk) -> None:
    desk.forms.keep(OFFICER, form("a"))
    desk.clock.move(HALF_AN_HOUR - timedelta(minutes=1))
    assert desk.forms.keep(OFFICER, form("a", is_finished=False))
    desk.clock.move(timedelta(minutes=5))
    assert desk.words() == ["a"]
    assert "kept longer" in desk.did()


def test_what_was_written_on_takes_the_place_of_what_was_kept(desk: Desk) -> None:
    desk.forms.keep(OFFICER, form("a"))
    desk.forms.keep(OFFICER, form("ab"), instead_of=desk.first())
    assert desk.words() == ["ab"]


def test_one_that_was_sent_meanwhile_stays_beside_what_was_made_of_it(desk: Desk) -> None:
    desk.forms.keep(OFFICER, form("a"))
    kept = desk.first()
    desk.forms.take(OFFICER, kept)
    desk.forms.keep(OFFICER, form("ab"), instead_of=kept)
    assert sorted(desk.words()) == ["a", "ab"]


def test_so_many_are_kept_and_the_first_makes_room(desk: Desk) -> None:
    for number in range(MOST_KEPT + 1):
        desk.clock.move(timedelta(seconds=1))
        desk.forms.keep(OFFICER, form(f"w{number}"))
    assert desk.words() == [f"w{number}" for number in range(MOST_KEPT, 0, -1)]
    assert desk.did().count("made room") == 1


@pytest.mark.parametrize("kept", [
    lambda desk: desk.lasting(timedelta()).keep(OFFICER, form("a")),
    lambda desk: desk.forms.keep(OFFICER, form("a" * MOST_BYTES)),
    lambda desk: desk.forms.keep("nobody", form("a")),
])  # fmt: skip
def test_nothing_is_kept_where_nothing_may_be(desk: Desk, kept: Callable[[Desk], bool]) -> None:
    assert not kept(desk)
    assert desk.forms.count(OFFICER) == 0


def test_it_is_sent_again_by_one_at_a_time_and_put_back_where_nobody_took_it(desk: Desk) -> None:
    desk.forms.keep(OFFICER, form("a"))
    kept = desk.first()
    assert not desk.forms.take(OTHER, kept)
    assert [desk.forms.take(OFFICER, kept) for _ in range(2)] == [True, False]
    desk.forms.put_back(OFFICER, kept)
    assert desk.forms.take(OFFICER, kept)
    desk.forms.settle(OFFICER, kept)
    assert desk.words() == []


def test_it_is_thrown_away_by_whose_it_is(desk: Desk) -> None:
    desk.forms.keep(OFFICER, form("a"))
    kept = desk.first()
    assert [desk.forms.throw_away(who, kept) for who in (OTHER, OFFICER, OFFICER)] == [False, True, False]
    assert not desk.forms.throw_away(OFFICER, uuid4())


def test_past_its_time_it_is_gone(desk: Desk) -> None:
    desk.forms.keep(OFFICER, form("a"))
    desk.clock.move(HALF_AN_HOUR)
    assert (desk.words(), desk.forms.count(OFFICER)) == ([], 0)
    desk.forms.forget()
    with desk.database.connection(Principal.APP) as connection:
        assert connection.execute("select count(*) from gate.unsent_form").fetchone() == (0,)


def test_what_stands_in_the_database_holds_no_word_and_opens_with_its_key_account_and_route_only(desk: Desk) -> None:
    desk.forms.keep(OFFICER, form("zinnober"))
    with desk.database.connection(Principal.APP) as connection:
        (sealed,) = connection.execute("select sealed from gate.unsent_form").fetchone() or (b"",)
    assert b"zinnober" not in bytes(sealed)
    desk.key = b"x" * 32
    assert desk.words() == []
    desk.key = bytes(32)
    assert desk.words() == ["zinnober"]
    desk.by_hand(sql.SQL("update gate.unsent_form set route = '/break-glass'"))
    assert desk.words() == []


def test_what_was_cut_off_in_the_database_is_as_if_it_were_not_there(desk: Desk) -> None:
    desk.forms.keep(OFFICER, form("a"))
    desk.by_hand(sql.SQL("update gate.unsent_form set sealed = substring(sealed from 1 for 5)"))
    assert desk.words() == []


def test_with_a_person_goes_what_names_them_and_what_nobody_can_open_and_nothing_else(desk: Desk) -> None:
    for account, words in ((OFFICER, "about EXAMPLE Person"), (OFFICER, "about the gate"), (OTHER, "example again")):
        desk.forms.keep(account, form(words))
    assert desk.forms.forget_naming(frozenset({"Example", " "})) == 2
    assert (desk.words(), desk.words(OTHER)) == (["about the gate"], [])
    # No word of it stands in the log.
    assert desk.did().count("erased with a person") == 2
    desk.key = bytes([1]) * 32
    assert desk.forms.forget_naming(frozenset({"nobody of that name"})) == 1
    assert desk.forms.forget_naming(frozenset()) == 0
