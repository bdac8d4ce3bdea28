"""What is kept of a delivery is what was read of it: its digest, its names, and messages in as many posts as needed."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pytest

from batches import select
from deliveries import intake_of, small_extract
from format_samples import parquet
from hmpps_events import CREATED, DELETED, INACTIVE, alert, event_intake
from watchroom.ingest import hearing
from watchroom.ingest.hearing import PART
from watchroom.ingest.progress import Step
from watchroom.ingest.report import BatchReport
from watchroom.ingest.resuming import digest_of
from watchroom.ingest.run import Intake
from watchroom.ingest.run_events import RunState, RunTeller
from watchroom.store.database import Connection, Database

DIGESTS = "select delivery_digest from ingest.batch order by machine_started_at"


def test_the_digest_of_a_delivery_is_of_the_bytes_that_were_read(database: Database, tmp_path: Path):
    intake, source = intake_of(database, small_extract(tmp_path / "small"))
    path = Path(source.location) / "OFFENDER_ALERTS.csv"

    def rewritten(state: RunState, _report: BatchReport) -> None:
        if state is RunState.START:
            path.write_text(path.read_text().replace("Fire raised", "Fire raised twice"))

    def tell(_source: object) -> RunTeller:
        return rewritten

    (Path(source.location) / "README.txt").write_text("not read")
    report = replace(intake, runs=tell).ingest(source).batches[0]
    read = digest_of(Path(source.location), lambda name: name.endswith(".csv"))
    assert report.digest == read
    assert select(database, DIGESTS) == [(read,)]
    assert select(database, "select count(*) from ingest.raw_row where 'Fire raised twice' = any(fields)") == [(1,)]


def test_a_folder_that_cannot_be_read_is_entered_as_a_refused_delivery(database: Database, tmp_path: Path):
    intake, source = intake_of(database, small_extract(tmp_path / "small"))
    report = intake.ingest(source, [Path("x" * 300)])
    assert [issue.code for issue in report.batches[0].issues if issue.severity == "fatal"][:1] == ["unreadable_file"]
    assert select(database, "select status, delivery_digest from ingest.batch") == [("refused", None)]


@pytest.mark.parametrize("name", ["OFF\0ENDER", "OFF\nENDER", "OFF\u202eENDER"])
def test_a_name_of_a_column_that_nobody_can_read_refuses_its_table_with_the_reason(
    database: Database, tmp_path: Path, name: str
):
    folder = small_extract(tmp_path / "small")
    rows = pyarrow.csv.read_csv(folder / "OFFENDERS.csv")
    texts = {column: rows.column(column).cast(pa.string()) for column in rows.column_names}
    (folder / "OFFENDERS.parquet").write_bytes(parquet(pa.table(texts | {name: texts["OFFENDER_ID"]})))
    (folder / "OFFENDERS.csv").unlink()
    intake, source = intake_of(database, folder)
    report = intake.ingest(source).batches[0]
    assert "bad_header" in {issue.code for issue in report.issues}
    assert select(database, "select status from ingest.batch") == [("refused",)]


def letters(folder: Path, *bodies: bytes) -> Path:
    folder.mkdir()
    for number, body in enumerate(bodies):
        (folder / f"{number}.json").write_bytes(body)
    return folder


class Killed(BaseException):
    """The process ends."""


def killed_at(intake: Intake, batch: int) -> Intake:
    """The intake, whose process ends within that batch."""
    seen: list[None] = []

    def progress(step: Step) -> None:
        if step.what == "write" and step.done == 0:
            seen.append(None)
            if len(seen) == batch:
                raise Killed

    return replace(intake, progress=progress)


def test_messages_of_a_folder_are_taken_in_posts_and_after_an_end_within_them_none_is_lost_or_doubled(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(hearing, "POST_SIZE", 1)
    intake, source = event_intake(database)
    first = letters(tmp_path / "first", alert(CREATED, 60, key="a"), b"no message", alert(INACTIVE, 50, key="a"))
    second = letters(tmp_path / "second", alert(CREATED, 40, key="b"), alert(DELETED, 30, key="b"))
    settled: list[BatchReport] = []

    def settle(_connection: Connection, batch: BatchReport) -> None:
        settled.append(batch)

    with pytest.raises(Killed):
        killed_at(intake, 4).ingest(source, [first, second])
    statuses = "select status, delivery_digest = 'part' from ingest.batch order by id"
    taken = [("sealed", True), ("refused", True), ("sealed", False)]
    assert select(database, statuses) == [*taken, ("sealed", True)]
    report = replace(intake, settle=settle).ingest(source, [first, second])
    assert [already.delivery for already in report.taken_already] == ["first"]
    assert select(database, statuses) == [*taken, ("sealed", True), ("sealed", False)]
    assert [batch.digest for batch in settled] == [digest_of(second, bool)] != [PART]
    alerts = "select source_key, is_active, valid_to is null from record.alert order by 1"
    assert select(database, alerts) == [("a", False, True), ("b", False, False)]
    messages = "select count(*), count(*) filter (where is_refused) from ingest.message"
    assert select(database, messages) == [(5, 1)]
    again = intake.ingest(source, [first, second])
    assert [already.delivery for already in again.taken_already] == ["first", "second"]
