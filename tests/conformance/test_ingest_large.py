"""What only shows in a delivery of many rows, or in one that breaks off."""

from collections.abc import Callable
from pathlib import Path

import pytest

from batches import select
from deliveries import edit, intake_of, small_extract
from watchroom.ingest import writing
from watchroom.ingest.issues import ISSUES_AT_MOST
from watchroom.ingest.report import IngestReport
from watchroom.store.database import Database
from watchroom.store.raw import RawRowsError

MANY = ISSUES_AT_MOST + 200
ALERTS = "OFFENDER_BOOK_ID,ALERT_SEQ,ALERT_TYPE,ALERT_CODE,ALERT_STATUS,ALERT_DATE,EXPIRY_DATE,COMMENT_TEXT\n"


def write_alerts(folder: Path, line: Callable[[int], str], *, number: int = MANY) -> None:
    text = ALERTS + "".join(line(nth) for nth in range(1, number + 1))
    (folder / "OFFENDER_ALERTS.csv").write_text(text, encoding="utf-8")


def told(report: IngestReport, says: str) -> list[str]:
    return [issue.message for issue in report.batches[0].issues if says in issue.message]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (lambda nth: f"-999,{nth},X,XA,ACTIVE,2026-07-01,,\n", "the row is held back"),
        (
            lambda nth: "-1,7,X,XA,ACTIVE,2026-07-01,,\n" if nth > 1 else "-1,8,X,XA,ACTIVE,2026-07-01,,\n",
            "repeats the key",
        ),
        (lambda nth: f",{nth},X,XA,ACTIVE,2026-07-01,,\n", "is empty but needed"),
    ],
    ids=["points nowhere", "same key", "no key"],
)
def test_of_very_many_rows_with_one_fault_the_first_are_named_and_all_are_counted(
    database: Database, tmp_path: Path, line: Callable[[int], str], says: str
):
    folder = small_extract(tmp_path / "small")
    write_alerts(folder, line)
    intake, source = intake_of(database, folder)
    report = intake.ingest(source)
    held = report.batches[0].rows.quarantined
    messages = told(report, says)
    assert len(messages) == ISSUES_AT_MOST
    assert held in (MANY, MANY - 2)
    assert messages[0].endswith(f"({held} rows)")
    assert not any("rows)" in message for message in messages[1:])


def test_more_bad_rows_than_can_be_named_are_counted(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    write_alerts(folder, lambda _: ",,,,,,,\n")
    intake, source = intake_of(database, folder)
    report = intake.ingest(source)
    messages = told(report, "does not have the")
    assert (report.batches[0].rows.quarantined, len(messages)) == (MANY, ISSUES_AT_MOST)
    assert messages[0].endswith(f"({MANY} rows)")


def test_the_planner_knows_of_a_large_write_at_once(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    write_alerts(folder, lambda nth: f"-1,{nth},X,XA,ACTIVE,2026-07-01,,\n")
    intake, source = intake_of(database, folder)
    intake.ingest(source)
    assert select(
        database,
        "select relname, reltuples::int from pg_class"
        " where oid in ('record.alert'::regclass, 'record.person'::regclass) order by relname",
    ) == [("alert", MANY), ("person", -1)]
    assert select(
        database,
        "select attname from pg_stats where schemaname = 'record' and tablename = 'alert'"
        " and attname in ('person_id', 'kind_code', 'is_restricted', 'comment', 'source_key') order by attname",
    ) == [("is_restricted",), ("kind_code",), ("person_id",)]


def test_what_a_source_gives_no_more_of_at_all_has_ended(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    alias = {
        "OFFENDER_ID": "-1009",
        "ROOT_OFFENDER_ID": "-1001",
        "OFFENDER_ID_DISPLAY": "A1234AA",
        "LAST_NAME": "OTHER",
    }
    edit(folder, "OFFENDERS", lambda rows: rows.append(alias))
    intake, source = intake_of(database, folder)
    assert intake.ingest(source).batches[0].entities["person_name"].new == 1
    edit(folder, "OFFENDERS", lambda rows: rows.remove(rows[-1]))
    assert intake.ingest(source).batches[0].entities["person_name"].ended == 1
    assert select(database, "select count(*) from record.person_name") == [(0,)]


def test_when_raw_rows_cannot_be_kept_nothing_stands_and_the_next_delivery_is_taken(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = small_extract(tmp_path / "small")
    intake, source = intake_of(database, folder)

    def lose(*_: object, **__: object) -> None:
        raise RawRowsError("3 raw rows were read, but 2 arrived; nothing was loaded")

    with monkeypatch.context() as patched:
        patched.setattr(writing, "store_raw", lose)
        with pytest.raises(RawRowsError):
            intake.ingest(source)
    assert select(
        database,
        "select (select count(*) from ingest.batch), (select count(*) from ingest.raw_row),"
        " (select count(*) from ingest.sealed), (select count(*) from record.person)",
    ) == [(0, 0, 0, 0)]
    assert not intake.ingest(source).is_refused
