"""Order: sequences follow commits, an instant resolves to what was sealed by then, and the past is closed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from uuid import uuid4

import pytest

from watchroom.store.database import Connection, Database, Principal
from watchroom.store.sealing import LooseIsolationError, Moment, OutOfOrderError, seal, sequence_at

NOON = datetime(2026, 7, 24, 12, 0, tzinfo=UTC)


def seal_at(connection: Connection, minutes: int) -> Moment:
    at = NOON + timedelta(minutes=minutes)
    return seal(connection, batch_id=uuid4(), source_system="nomis", at=at, machine_at=at)


def known_at(database: Database, minutes: int) -> int:
    with database.connection(Principal.APP) as connection:
        return sequence_at(connection, NOON + timedelta(minutes=minutes)).sequence


def test_an_instant_resolves_to_the_last_sequence_sealed_by_then(database: Database) -> None:
    assert known_at(database, 0) == 0, "nothing was known"
    # Those of one instant are sealed a microsecond after one another: an instant that was asked about keeps its answer.
    for minutes in (0, 10, 10, 10, 10):
        with database.connection(Principal.LOADER) as connection:
            seal_at(connection, minutes)
    assert [known_at(database, minutes) for minutes in (-1, 0, 9, 10, 99)] == [0, 1, 1, 2, 5]


def test_a_batch_dated_before_the_last_sealed_is_refused(database: Database) -> None:
    with database.connection(Principal.LOADER) as connection:
        seal_at(connection, 10)
    with (
        pytest.raises(OutOfOrderError, match="`nomis` is dated 2026-07-24T12:09"),
        database.connection(Principal.LOADER) as connection,
    ):
        seal_at(connection, 9)


def test_a_batch_just_before_the_last_sealed_is_no_batch_of_its_instant(database: Database) -> None:
    with database.connection(Principal.LOADER) as connection:
        seal_at(connection, 10)
    just_before = NOON + timedelta(minutes=10) - timedelta(microseconds=1)
    with pytest.raises(OutOfOrderError), database.connection(Principal.LOADER) as connection:
        seal(connection, batch_id=uuid4(), source_system="nomis", at=just_before, machine_at=just_before)


def test_a_sequence_that_was_rolled_back_is_given_again(database: Database) -> None:
    with database.connection(Principal.LOADER) as connection:
        assert seal_at(connection, 0).sequence == 1
        connection.rollback()
    with database.connection(Principal.LOADER) as connection:
        assert seal_at(connection, 0).sequence == 1


def test_a_second_writer_waits_for_the_first_and_comes_after_it(database: Database) -> None:
    sealed = Event()

    def second() -> int:
        sealed.wait()
        with database.connection(Principal.LOADER) as connection:
            return seal_at(connection, 1).sequence

    with ThreadPoolExecutor(1) as others:
        with database.connection(Principal.LOADER) as connection:
            assert seal_at(connection, 0).sequence == 1
            waiting = others.submit(second)
            sealed.set()
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.2)
        assert waiting.result(timeout=10) == 2


def test_a_transaction_that_cannot_see_what_was_sealed_while_it_waited_is_refused(database: Database) -> None:
    with database.connection(Principal.LOADER) as loose:
        loose.execute("set transaction isolation level repeatable read")
        with pytest.raises(LooseIsolationError, match="repeatable read"):
            seal_at(loose, 0)
