"""Messages mapped again: so many at a time as memory holds, and nothing of them is kept twice."""

import gc
import tracemalloc
from datetime import timedelta

import pytest
from psycopg import sql

from batches import select
from hmpps_events import CREATED, INACTIVE, alert, event_intake, post_of
from watchroom.ingest import kept_messages
from watchroom.ingest.registry import Source
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Database, Principal

RAW = "select (select count(*) from ingest.raw_row), (select count(*) from ingest.message)"
SPEAKS = """
    select a.source_key, a.is_active, file.table_name, raw.fields
    from record.alert as a
    inner join ingest.file on file.id = a.origin_file
    inner join ingest.raw_row as raw on raw.file_id = coalesce(file.same_as, file.id) and raw.row = a.origin_row
    order by 1
"""


def take(intake: Intake, source: Source, *bodies: bytes) -> None:
    report = intake.take_post(source, post_of(bodies)).report
    assert report is not None
    assert report.seq is not None


def key(number: int) -> str:
    return f"11111111-0000-4000-8000-{number:012}"


@pytest.mark.parametrize("at_most", [1, 2, 3, 100])
def test_however_many_are_mapped_at_a_time_the_same_stands_and_speaks_from_the_row_that_was_kept(
    database: Database, monkeypatch: pytest.MonkeyPatch, at_most: int
):
    monkeypatch.setattr(kept_messages, "MESSAGES_AT_MOST", at_most)
    intake, source = event_intake(database)
    take(intake, source, alert(CREATED, 9, key=key(1)), alert(INACTIVE, 8, key=key(2)))
    take(intake, source, alert(CREATED, 7, key=key(3)), alert(CREATED, 6, key=key(4)), alert(INACTIVE, 5, key=key(1)))
    # Later in coming and earlier in time: what the post before left is known.
    take(intake, source, alert(CREATED, 9, key=key(2)))
    kept, speaks = select(database, RAW), select(database, SPEAKS)
    assert len(speaks) == 4
    assert isinstance(intake.clock, SteppedClock)
    intake.clock.move(timedelta(hours=1))
    found = intake.map_again(source, is_trial=False)
    assert not found.is_any, (found.report.entities, found.report.fields)
    assert found.report.rows.read > 0
    assert select(database, RAW) == kept, "each row and message is kept once"
    # As if all of it had to be written anew.
    with database.connection(Principal.LOADER) as connection:
        connection.execute("update record.alert set is_active = null, origin_file = null, origin_row = null")
    intake.clock.move(timedelta(hours=1))
    assert intake.map_again(source, is_trial=False).report.entities["alert"].changed == 4
    assert select(database, SPEAKS) == speaks
    assert select(database, RAW) == kept


def test_memory_does_not_grow_with_the_number_of_messages(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kept_messages, "POST_SIZE", 20_000)
    intake, source = event_intake(database)
    assert isinstance(intake.clock, SteppedClock)
    peaks: list[int] = []
    sent = 0
    for more in (300, 1500):
        while sent < more:
            bodies = [alert(CREATED, 5, key=key(number)) for number in range(sent, sent + 300)]
            take(intake, source, *bodies)
            sent += 300
        intake.clock.move(timedelta(hours=1))
        gc.collect()
        tracemalloc.start()
        try:
            found = intake.map_again(source, is_trial=True)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
        assert not found.is_any
    assert peaks[1] < peaks[0] * 1.5, peaks


@pytest.mark.parametrize("at_most", [1, 100])
def test_rows_of_which_the_codec_gives_another_number_than_then_are_of_no_raw_row_and_never_of_anothers(
    database: Database, monkeypatch: pytest.MonkeyPatch, at_most: int
):
    monkeypatch.setattr(kept_messages, "MESSAGES_AT_MOST", at_most)
    intake, source = event_intake(database)
    take(intake, source, alert(CREATED, 9, key=key(1)), alert(CREATED, 8, key=key(2)))
    take(intake, source, alert(CREATED, 7, key=key(3)))
    speaks = select(database, SPEAKS)
    assert [row[0] for row in speaks] == [key(1), key(2), key(3)]
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(database.roles.owner)))
        batch = "batch_id = (select id from ingest.batch where seq = 1)"
        first = f"file_id in (select id from ingest.file where {batch})"
        # As a codec left it that made two rows of the first message: the second one's row is the third by now.
        for statement in (
            f"update ingest.raw_row set row = row + 1000 where row > 2 and {first}",
            "update ingest.raw_row set row = row - 999 where row > 1000",
            f"insert into ingest.raw_row select file_id, 3, fields from ingest.raw_row where row = 2 and {first}",
            f"update ingest.file set row_count = row_count + 1 where {batch}",
            "update record.alert set is_active = null, origin_file = null, origin_row = null",
        ):
            connection.execute(statement)  # type: ignore[arg-type]
    assert isinstance(intake.clock, SteppedClock)
    intake.clock.move(timedelta(hours=1))
    assert intake.map_again(source, is_trial=False).report.entities["alert"].changed == 3
    assert select(database, SPEAKS) == speaks[2:]
