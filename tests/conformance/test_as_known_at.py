"""As known at an instant, asked again, gives the same: also when it was asked while a delivery was on its way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from uuid import uuid4

import pytest
from psycopg.errors import IdleInTransactionSessionTimeout

from batches import select
from deliveries import copy_of, edit, small_extract, source_at
from gate_world import OFFICER, gate_of, look
from watchroom.gate.door import Act, Asked, Gate, Moment, Seen
from watchroom.ingest.registry import add_source
from watchroom.ingest.report import BatchReport
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import MachineClock, SteppedClock
from watchroom.store.database import Connection, Database, Principal
from watchroom.store.sealing import OutOfOrderError, next_in_order, seal, sequence_at

CLOCK = MachineClock()


def begun(connection: Connection) -> Moment:
    return next_in_order(connection, source_system="nomis", at=CLOCK.now())


def sealed(connection: Connection) -> Moment:
    return seal(connection, batch_id=uuid4(), source_system="nomis", at=CLOCK.now, machine_at=CLOCK.now())


def known_now(gate: Gate) -> Moment:
    """What the present is to somebody who asks."""
    asked = Asked(purpose="custody.care", act=Act.LIST, what="see")
    seen = gate.read(OFFICER, asked=asked, look=lambda view: view.moment)
    assert isinstance(seen, Seen)
    return seen.value


def known_again(database: Database, moment: Moment) -> int:
    with database.connection(Principal.APP) as connection:
        return sequence_at(connection, moment.instant).sequence


def test_what_was_asked_while_a_batch_was_written_is_answered_the_same_afterwards(database: Database):
    gate = gate_of(database, clock=CLOCK)
    with database.connection(Principal.LOADER) as connection:
        moment = begun(connection)
        asked = known_now(gate)
        assert asked.sequence == 0
        assert moment.instant < asked.instant, "it was asked about an instant after the batch had begun to be written"
        assert sealed(connection).sequence == moment.sequence
    assert known_again(database, asked) == 0
    assert known_now(gate).sequence == 1


def test_who_asks_while_a_batch_is_dated_and_committed_waits_for_it(database: Database):
    gate = gate_of(database, clock=CLOCK)
    with ThreadPoolExecutor(1) as others:
        with database.connection(Principal.LOADER) as connection:
            sealed(connection)
            asking = others.submit(known_now, gate)
            with pytest.raises(TimeoutError):
                asking.result(timeout=0.3)
        asked = asking.result(timeout=10)
    assert asked.sequence == 1
    assert known_again(database, asked) == 1


def test_a_long_read_keeps_no_batch_waiting(database: Database):
    gate = gate_of(database, clock=CLOCK)

    def while_reading(_view: object) -> Moment:
        with database.connection(Principal.LOADER) as connection:
            connection.execute("set local lock_timeout = '2s'")
            return sealed(connection)

    seen = gate.read(OFFICER, asked=Asked(purpose="custody.care", act=Act.LIST, what="see"), look=while_reading)
    assert isinstance(seen, Seen)
    assert seen.value.sequence == 1


def test_a_dump_of_the_database_is_not_in_the_way_of_a_batch(database: Database):
    with database.connection(Principal.LOADER) as dump, database.connection(Principal.LOADER) as connection:
        dump.execute("lock table ingest.dating, ingest.sealed in access share mode")
        connection.execute("set local lock_timeout = '2s'")
        assert sealed(connection).sequence == 1


def test_a_batch_that_is_dated_and_then_stuck_is_ended_before_a_reader_gives_up(database: Database):
    gate = gate_of(database, clock=CLOCK)

    def stuck() -> None:
        with database.connection(Principal.LOADER) as connection:
            sealed(connection)
            assert known_now(gate).sequence == 0
            connection.execute("select 1")

    with pytest.raises(IdleInTransactionSessionTimeout):
        stuck()


def test_a_batch_tells_its_witness_before_readers_have_to_wait(
    database: Database, delivered: Callable[..., BatchReport]
):
    gate = gate_of(database, clock=CLOCK)
    known: list[int] = []
    delivered(witness=lambda _: known.append(known_now(gate).sequence))
    assert known == [0]


def test_two_that_write_never_wait_for_each_other(database: Database):
    def alone() -> int:
        with database.connection(Principal.LOADER) as other:
            return sealed(other).sequence

    with ThreadPoolExecutor(1) as others:
        with database.connection(Principal.LOADER) as connection:
            begun(connection)
            waiting = others.submit(alone)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
            assert sealed(connection).sequence == 1
        assert waiting.result(timeout=10) == 2


def test_nothing_is_ever_in_the_table_that_is_locked(database: Database):
    with pytest.raises(Exception, match="dating_is_empty"), database.connection(Principal.APP) as connection:
        connection.execute("insert into ingest.dating values (true)")


def test_a_clock_that_went_back_seals_nothing(database: Database):
    with database.connection(Principal.LOADER) as connection:
        sealed(connection)
    early = SteppedClock(CLOCK.now() - timedelta(minutes=1))
    with database.connection(Principal.LOADER) as connection:
        begun(connection)
        with pytest.raises(OutOfOrderError):
            seal(connection, batch_id=uuid4(), source_system="nomis", at=early.now, machine_at=CLOCK.now())


@pytest.fixture
def delivered(database: Database, tmp_path: Path) -> Callable[..., BatchReport]:
    """Takes a delivery on the machine's clock; `witness` is told of it before it is committed."""
    source = source_at(small_extract(tmp_path / "small"))
    with database.connection(Principal.LOADER) as connection:
        add_source(connection, source, at=CLOCK.now())

    def deliver(folder: Path | None = None, *, witness: Callable[[BatchReport], None] = lambda _: None) -> BatchReport:
        intake = Intake(database=database, clock=CLOCK, witness=witness)
        return intake.ingest(source, [folder or Path(source.location)]).batches[0]

    return deliver


def test_whoever_asks_all_the_time_while_deliveries_come_is_answered_the_same_afterwards(
    database: Database, tmp_path: Path, delivered: Callable[..., BatchReport]
):
    gate = gate_of(database, clock=CLOCK)
    delivered()
    is_over = Event()

    def asking() -> list[Moment]:
        asked: list[Moment] = []
        while not is_over.is_set():
            asked.append(known_now(gate))
        return asked

    with ThreadPoolExecutor(2) as others:
        both = [others.submit(asking) for _ in range(2)]
        try:
            for number in range(6):
                folder = copy_of(tmp_path / "small", tmp_path / f"delivery-{number}")
                edit(folder, "OFFENDER_ALERTS", lambda rows, n=number: rows[0].update(ALERT_CODE=f"X{n}"))
                assert not delivered(folder).is_refused
        finally:
            is_over.set()
        asked = [moment for one in both for moment in one.result(timeout=30)]
    assert {moment.sequence for moment in asked} >= {1, 7}
    assert [known_again(database, moment) for moment in asked] == [moment.sequence for moment in asked]


def test_a_delivery_is_known_from_its_commit_and_not_from_its_beginning(
    database: Database, tmp_path: Path, delivered: Callable[..., BatchReport]
):
    delivered()
    folder = copy_of(tmp_path / "small", tmp_path / "later")
    edit(folder, "OFFENDER_ALERTS", lambda rows: rows.pop())
    report = delivered(folder)
    ((sealed_at, written_at),) = select(
        database,
        "select s.sealed_at, max(c.recorded_at) from ingest.sealed as s join ingest.change as c using (seq)"
        " where seq = 2 group by 1",
    )
    assert sealed_at == report.recorded_at
    assert isinstance(written_at, datetime)
    assert isinstance(sealed_at, datetime)
    assert written_at < sealed_at


def test_a_refusal_of_what_is_older_does_not_make_the_newer_one_look_old(
    database: Database, tmp_path: Path, delivered: Callable[..., BatchReport]
):
    gate = gate_of(database, clock=CLOCK)
    folder = tmp_path / "small"
    refused = "select refused_at is not null as is_told from source_freshness"

    def shows(target: Path, shown: str) -> Path:
        for table, column in (("OFFENDER_BOOKINGS", "BOOKING_BEGIN_DATE"), ("OFFENDER_ALERTS", "ALERT_DATE")):
            edit(target, table, lambda rows, name=column: [row.update({name: shown}) for row in rows] and None)
        return target

    delivered(shows(folder, "2026-07-24 08:00:00"))
    assert delivered(shows(copy_of(folder, tmp_path / "older"), "2026-07-23 08:00:00")).is_refused
    assert look(gate, OFFICER, refused) == [{"is_told": False}]
    broken = shows(copy_of(folder, tmp_path / "newer"), "2026-07-24 20:00:00")
    (broken / "OFFENDERS.csv").write_bytes(b"")
    assert delivered(broken).is_refused
    assert look(gate, OFFICER, refused) == [{"is_told": True}]


def test_an_extract_that_differs_and_shows_the_instant_of_the_last_one_is_taken_with_a_word(
    tmp_path: Path, delivered: Callable[..., BatchReport]
):
    shown = "2026-07-24 08:00:00"
    folder = tmp_path / "small"
    edit(folder, "OFFENDER_BOOKINGS", lambda rows: [row.update(BOOKING_BEGIN_DATE=shown) for row in rows] and None)
    edit(folder, "OFFENDER_ALERTS", lambda rows: [row.update(ALERT_DATE=shown) for row in rows] and None)
    first, again = delivered(folder), delivered(folder)
    assert first.dated_by == "shown"
    assert first.as_at == datetime(2026, 7, 24, 7, 0, tzinfo=UTC)
    unclear = {(None, None, None, "instant_unclear")}
    assert not issues_of_batch(first) & unclear
    assert not issues_of_batch(again) & unclear, "the same once more is no question of which is newer"
    earlier = copy_of(folder, tmp_path / "earlier")
    edit(earlier, "OFFENDER_ALERTS", lambda rows: rows.pop())
    report = delivered(earlier)
    assert not report.is_refused
    assert issues_of_batch(report) & unclear


def issues_of_batch(batch: BatchReport) -> set[tuple[str | None, int | None, str | None, str]]:
    return {(issue.file, issue.row, issue.field, issue.code) for issue in batch.issues}
