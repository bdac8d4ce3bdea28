"""Whoever takes from a source, by whatever way, waits for whoever does, and reads nothing before: nothing is undone."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from psycopg import Error

from batches import select
from deliveries import copy_of, edit, intake_of, small_extract
from hmpps_events import CREATED, DELETED, alert, event_intake, post_of
from waiters import wait_for_waiters
from watchroom.ingest.alone import queues, taking_alone
from watchroom.ingest.progress import Step
from watchroom.ingest.registry import Source
from watchroom.ingest.report import IngestReport
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import MachineClock, SteppedClock
from watchroom.store.database import Database

ALERTS = "select source_key from record.alert order by 1"
LAST = "select delivery from ingest.batch where seq is not null order by seq"


@pytest.fixture
def beside() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as threads:
        yield threads


def met(database: Database, intake: Intake, threads: ThreadPoolExecutor, other: Callable[[], object]) -> Intake:
    """The intake, beside which somebody else begins when its first batch has read and mapped what it was given."""
    begun: list[Future[object]] = []

    def progress(step: Step) -> None:
        if step.what == "stage" and not begun:
            begun.append(threads.submit(other))
            wait_for_waiters(database, 1)

    return replace(intake, progress=progress)


@pytest.fixture
def nomis(database: Database, tmp_path: Path) -> tuple[Intake, Source, Path]:
    """An intake on the machine's clock, its source, and a later delivery without the last alert."""
    one = small_extract(tmp_path / "one")
    intake, source = intake_of(database, one, at=MachineClock().now())
    later = copy_of(one, tmp_path / "later")
    edit(later, "OFFENDER_ALERTS", lambda rows: rows.pop())
    return replace(intake, clock=MachineClock()), source, later


def test_who_waits_for_a_source_is_told_until_their_turn_comes(
    database: Database, nomis: tuple[Intake, Source, Path], beside: ThreadPoolExecutor
):
    _, source, _ = nomis

    def turn() -> bool:
        with taking_alone(database, source) as connection:
            return queues(connection) == {}

    with taking_alone(database, source) as connection:
        assert queues(connection) == {}
        waiting = beside.submit(turn)
        wait_for_waiters(database, 1)
        queue = queues(connection)[source.name]
        assert (queue.number, queue.seconds >= 0) == (1, True)
    assert waiting.result(timeout=60)


def test_an_event_that_is_taken_beside_a_later_one_undoes_nothing_of_it(database: Database, beside: ThreadPoolExecutor):
    intake, source = event_intake(database)
    later, earlier = post_of([alert(DELETED, 1)]), post_of([alert(CREATED, 30)])
    met(database, intake, beside, lambda: intake.take_post(source, later)).take_post(source, earlier)
    beside.shutdown()
    assert select(database, "select is_active, valid_to is not null from record.alert") == [(False, True)]


def test_the_same_message_from_two_takers_at_once_is_taken_once_and_answered_the_same(
    database: Database, beside: ThreadPoolExecutor
):
    intake, source = event_intake(database)
    others: list[object] = []

    def other() -> None:
        taken = intake.take_post(source, post_of([alert(CREATED, 1)]))
        others.append((taken.report, [answer["taken"] for answer in taken.fresh.repeated.values()]))

    taken = met(database, intake, beside, other).take_post(source, post_of([alert(CREATED, 1)]))
    beside.shutdown()
    assert taken.report is not None
    assert others == [(None, [True])]


def test_a_delivery_that_comes_while_the_one_before_is_mapped_again_stands_afterwards(
    database: Database, nomis: tuple[Intake, Source, Path], beside: ThreadPoolExecutor
):
    intake, source, later = nomis
    assert not intake.ingest(source).is_refused
    again = met(database, intake, beside, lambda: intake.ingest(source, [later])).map_again(source, is_trial=False)
    beside.shutdown()
    assert not again.report.is_refused
    assert len(select(database, ALERTS)) == 2


def test_of_two_deliveries_at_once_the_one_that_came_second_stands(
    database: Database, nomis: tuple[Intake, Source, Path], beside: ThreadPoolExecutor
):
    intake, source, later = nomis
    met(database, intake, beside, lambda: intake.ingest(source, [later])).ingest(source)
    beside.shutdown()
    assert select(database, LAST) == [("one",), ("later",)]
    assert len(select(database, ALERTS)) == 2


def test_the_same_command_twice_at_once_takes_each_of_several_deliveries_once_and_in_order(
    database: Database, nomis: tuple[Intake, Source, Path], beside: ThreadPoolExecutor
):
    intake, source, later = nomis
    both = [Path(source.location), later]
    others: list[IngestReport] = []
    met(database, intake, beside, lambda: others.append(intake.ingest(source, both))).ingest(source, both)
    beside.shutdown()
    assert select(database, LAST) == [("one",), ("later",)]
    assert [taken.delivery for taken in others[0].taken_already] == ["one", "later"]


def test_what_is_refused_leaves_the_source_free(
    database: Database, nomis: tuple[Intake, Source, Path], beside: ThreadPoolExecutor
):
    intake, source, later = nomis
    (Path(source.location) / "OFFENDERS.csv").write_bytes(b"\xff\xfe")
    assert intake.ingest(source).is_refused
    assert not beside.submit(intake.ingest, source, [later]).result(60).is_refused
    assert select(database, "select status from ingest.batch order by id") == [("refused",), ("sealed",)]


def test_a_command_that_breaks_leaves_the_source_free(
    database: Database, nomis: tuple[Intake, Source, Path], beside: ThreadPoolExecutor
):
    intake, source, later = nomis

    def broken(_: Step) -> None:
        raise RuntimeError("something nobody thought of")

    with pytest.raises(RuntimeError):
        replace(intake, progress=broken).ingest(source)
    assert not beside.submit(intake.ingest, source, [later]).result(60).is_refused


def test_a_session_that_is_lost_within_a_turn_leaves_the_source_free(
    database: Database, nomis: tuple[Intake, Source, Path], beside: ThreadPoolExecutor
):
    intake, source, later = nomis
    ended = """
        select pg_terminate_backend(pid)
        from pg_locks
        where locktype = 'advisory' and granted and pid <> pg_backend_pid()
            and database = (select oid from pg_database where datname = current_database())
    """

    def lose(_: Step) -> None:
        select(database, ended)

    with pytest.raises(Error):
        replace(intake, progress=lose).ingest(source)
    assert not beside.submit(intake.ingest, source, [later]).result(60).is_refused
    assert select(database, LAST) == [("later",)]


def test_a_delivery_is_dated_by_the_instant_at_which_its_turn_came(
    database: Database, tmp_path: Path, beside: ThreadPoolExecutor
):
    one = small_extract(tmp_path / "one")
    intake, source = intake_of(database, one)
    clock = intake.clock
    assert isinstance(clock, SteppedClock)
    began = clock.now()
    waiting: list[IngestReport] = []

    def progress(step: Step) -> None:
        if step.what == "write" and not step.done:
            clock.move(timedelta(hours=1))

    slow = met(database, intake, beside, lambda: waiting.append(intake.ingest(source)))
    replace(slow, progress=lambda step: (slow.progress(step), progress(step))[0]).ingest(source)
    beside.shutdown()
    started = select(database, "select started_at from ingest.batch order by id")
    assert [at for (at,) in started] == [began, began + timedelta(hours=1)]
