"""A load that somebody stops leaves nothing, whatever it was doing, and the next one takes everything."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from batches import select
from custody_rolls import NOW, day, person, roll_intake, write_roll
from watchroom.ingest.progress import Step
from watchroom.ingest.run import Intake
from watchroom.ingest.running import running_batches
from watchroom.ingest.stopping import StoppedError, ask_to_stop
from watchroom.store.database import Database, Principal
from watchroom.store.sealing import next_in_order

LEFT = """
    select
        (select count(*) from ingest.batch), (select count(*) from ingest.raw_row), (select count(*) from ingest.roll),
        (select count(*) from record.person), (select count(*) from ingest.sealed), (select count(*) from ingest.change)
"""
MANY = [person(f"{number}") for number in range(60)]


@pytest.fixture
def pause() -> Event:
    """Never set: to wait for a while is to wait for it."""
    return Event()


def waited(pause: Event, until: object) -> bool:
    """Whether what is asked becomes true in some seconds."""
    assert callable(until)
    return any(until() or pause.wait(0.02) for _ in range(750))


@pytest.mark.parametrize("what", ["read", "stage", "write"])
def test_stopped_at_whatever_it_is_doing_nothing_stands(database: Database, tmp_path: Path, what: str, pause: Event):
    overflow = tmp_path / "overflow"
    intake, source = roll_intake(database, tmp_path)

    def progress(step: Step) -> None:
        if step.what == what and ask_to_stop(overflow, "roll"):
            # Longer than the batch takes to hear of it.
            pause.wait(0.6)

    told: list[str] = []
    stopped = replace(
        intake, overflow=overflow, progress=progress, runs=lambda _: lambda state, _report: told.append(state.value)
    )
    made = write_roll(tmp_path / "rolls", day(1), MANY)
    with pytest.raises(StoppedError, match="nothing of it stands"):
        stopped.ingest(source, [made])
    assert told == ["START", "FAIL"]
    assert select(database, LEFT) == [(0, 0, 0, 0, 0, 0)]
    assert list(overflow.glob("batch-*")) == []
    assert ask_to_stop(overflow, "roll") == 0, "nothing runs"
    assert intake.ingest(source, [made]).batches[0].counts.new > len(MANY)


def test_one_that_waits_for_others_in_the_database_is_broken_off_and_others_are_not(
    database: Database, tmp_path: Path, pause: Event
):
    overflow = tmp_path / "overflow"
    intake, source = roll_intake(database, tmp_path)
    waiting = replace(intake, overflow=overflow)
    made = write_roll(tmp_path / "rolls", day(1), MANY)
    with ThreadPoolExecutor(1) as crew, database.connection(Principal.LOADER) as holder:
        next_in_order(holder, source_system="another", at=NOW)
        load = crew.submit(waiting.ingest, source, [made])
        assert waited(pause, lambda: any(one.step.what != "read" for one in running_batches(overflow)))
        assert ask_to_stop(overflow, "another") == 0
        assert ask_to_stop(overflow, "roll") == 1
        with pytest.raises(StoppedError):
            load.result(timeout=15)
        assert holder.execute("select 1").fetchone() == (1,), "the lock is still held, and its holder goes on"
    assert select(database, LEFT) == [(0, 0, 0, 0, 0, 0)]


def test_of_several_deliveries_those_before_stand_and_the_next_command_goes_on_with_the_one_that_was_stopped(
    database: Database, tmp_path: Path, pause: Event
):
    overflow = tmp_path / "overflow"
    intake, source = roll_intake(database, tmp_path)
    rolls = [write_roll(tmp_path / "rolls", day(number), MANY[number:]) for number in (1, 2, 3)]
    seen: list[str] = []

    def progress(step: Step) -> None:
        seen.append(step.what)
        # The second time that anything is written for a first entity.
        if step.what == "write" and step.done == 0 and select(database, "select count(*) from ingest.sealed") == [(1,)]:
            assert ask_to_stop(overflow, "roll") == 1
            pause.wait(0.6)

    with pytest.raises(StoppedError):
        replace(intake, overflow=overflow, progress=progress).ingest(source, rolls)
    assert select(database, "select count(*) from ingest.sealed") == [(1,)]
    again = Intake(database=database, clock=intake.clock).ingest(source, rolls)
    assert (len(again.taken_already), [one.is_refused for one in again.batches]) == (1, [False, False])
    assert select(database, "select count(*) from record.person") == [(59,)]
