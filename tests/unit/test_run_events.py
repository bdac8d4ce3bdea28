"""Events of OpenLineage: as the spec asks, with names of tables, columns and fields, and with nothing of a file."""

import json
import multiprocessing
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import jsonschema
import pytest

from openlineage import EVENT
from watchroom.ingest.accounting import FileRows, Rows
from watchroom.ingest.issues import Issue, Severity
from watchroom.ingest.mapping import load_mapping
from watchroom.ingest.report import BatchReport, Counts
from watchroom.ingest.run_events import Job, Run, RunState, run_event
from watchroom.model.catalogue import catalogue
from watchroom.node.run_file import RunFile

AT = datetime(2026, 7, 24, 8, 30, tzinfo=UTC)
JOB = Job(agency="HMPPS", source="nomis", mapping_name="nomis", mapping=load_mapping("nomis"), model=catalogue())
# What a faulty file may show in place of a name, and what may stand in the name of a file.
PRIVATE = "EXAMPLE ONE A1234AA"


def report(*, seq: int | None = 1) -> BatchReport:
    held, said = Severity.CONVENTION, Severity.CHARACTERISATION
    file = "OFFENDER_ALERTS.csv"
    found = (
        Issue(code="bad_date", severity=held, message=PRIVATE, file=file, row=2, field="ALERT_DATE"),
        Issue(code="bad_date", severity=held, message=PRIVATE, file=file, row=3, field="ALERT_DATE"),
        Issue(code="extra_column", severity=said, message="m", file=file, field=PRIVATE),
        Issue(code="unknown_table", severity=said, message="m", file=f"{PRIVATE}.csv"),
        *(() if seq else (Issue(code="missing_file", severity=Severity.FATAL, message=PRIVATE),)),
    )
    return BatchReport(
        id=UUID(int=7),
        source="nomis",
        folder=PRIVATE,
        as_at=AT,
        recorded_at=AT,
        seq=seq,
        file_rows=(FileRows(file="OFFENDER_ALERTS.csv", table="OFFENDER_ALERTS", rows=Rows(read=3, loaded=3)),),
        entities={"alert": Counts(new=2, changed=1, unchanged=5)},
        issues=found,
    )


@pytest.mark.parametrize(
    ("state", "of"), [(RunState.START, report()), (RunState.COMPLETE, report()), (RunState.FAIL, report(seq=None))]
)
def test_each_event_is_as_the_spec_asks_and_holds_nothing_of_a_file(state: RunState, of: BatchReport):
    event = run_event(JOB, state, of, at=AT)
    jsonschema.validate(event, EVENT)
    assert not any(part in json.dumps(event) for part in PRIVATE.split())


def test_what_was_written_is_told_with_its_rows_and_the_columns_behind_it():
    event = run_event(JOB, RunState.COMPLETE, report(), at=AT)
    (written,) = event["outputs"]  # type: ignore[misc]
    assert written["name"] == "alert"
    assert written["outputFacets"]["outputStatistics"]["rowCount"] == 3
    kind = written["facets"]["columnLineage"]["fields"]["kind_code"]["inputFields"]
    assert [(one["name"], one["field"]) for one in kind] == [("OFFENDER_ALERTS", "ALERT_CODE")]
    place = written["facets"]["columnLineage"]["fields"]["site_code"]["inputFields"]
    assert {one["transformations"][0]["type"] for one in place} == {"DIRECT", "INDIRECT"}


def test_what_was_found_wrong_is_told_once_for_each_column_with_its_number():
    event = run_event(JOB, RunState.COMPLETE, report(), at=AT)
    (given,) = event["inputs"]  # type: ignore[misc]
    found = given["inputFacets"]["dataQualityAssertions"]["assertions"]
    assert [(one["assertion"], one.get("column"), one["actual"], one["severity"]) for one in found] == [
        ("bad_date", "ALERT_DATE", "2", "error"),
        ("extra_column", None, "1", "warn"),
    ]


def test_a_run_that_failed_says_by_which_codes_and_one_with_a_fault_of_ours_says_that():
    told: list[tuple[RunState, str]] = []

    def tell(state: RunState, of: BatchReport) -> None:
        event = run_event(JOB, state, of, at=AT)
        told.append((state, json.dumps(event["run"])))

    run = Run(tell)
    run.begin(report())
    run.end(report(seq=None))
    with pytest.raises(ZeroDivisionError), Run(tell).watched():
        raise ZeroDivisionError
    again = Run(tell)
    again.begin(report())
    with pytest.raises(ZeroDivisionError), again.watched():
        raise ZeroDivisionError
    assert [state for state, _ in told] == [RunState.START, RunState.FAIL, RunState.START, RunState.FAIL]
    assert "missing_file" in told[1][1]
    assert "fault of ours" in told[3][1]


def test_a_file_that_is_full_makes_room_and_the_oldest_goes(tmp_path: Path):
    kept = RunFile(folder=tmp_path, most=40)
    for number in range(30):
        kept.append({"number": number, "of": "x" * 10})
    folder = kept.path.parent
    files = sorted(folder.glob("events*.ndjson"))
    assert len(files) == 10
    assert json.loads(kept.path.read_text().splitlines()[-1])["number"] == 29
    assert (kept.path.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)


def _write(folder: Path, number: int) -> None:
    for _ in range(50):
        RunFile(folder=folder, most=20_000).append({"number": number, "of": "x" * 1_000})


def test_two_processes_cut_and_lose_no_line(tmp_path: Path):
    started = [multiprocessing.get_context("fork").Process(target=_write, args=(tmp_path, number)) for number in (1, 2)]
    for process in started:
        process.start()
    for process in started:
        process.join()
    lines = [line for file in (tmp_path / "lineage").glob("*.ndjson") for line in file.read_text().splitlines()]
    assert sorted(json.loads(line)["number"] for line in lines) == [1] * 50 + [2] * 50


def test_a_folder_that_cannot_be_written_keeps_no_delivery_out(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    (tmp_path / "lineage").write_text("in the way")
    RunFile(folder=tmp_path).append({})
    assert "the delivery is not affected" in caplog.text
