"""A delivery is the same delivery in whatever format it comes, and every row of it is accounted for."""

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from deliveries import NOW, SMALL, intake_of, issues_of, small_extract, source_at
from format_samples import archive, workbook
from watchroom.ingest.registry import add_source
from watchroom.ingest.report import IngestReport
from watchroom.ingest.run import Intake
from watchroom.kernel.clock import SteppedClock
from watchroom.store.database import Database, Principal

Tables = dict[str, list[dict[str, str]]]
Write = Callable[[Path, Tables], None]


def tables() -> Tables:
    """The small extract, by table."""
    return {name: list(csv.DictReader(io.StringIO(text.lstrip()))) for name, text in SMALL.items()}


def whole(row: dict[str, str]) -> dict[str, str | None]:
    return {key: value or None for key, value in row.items()}


def as_tsv(folder: Path, given: Tables) -> None:
    for name, rows in given.items():
        with (folder / f"{name}.tsv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]), delimiter="\t")
            writer.writeheader()
            writer.writerows(rows)


def as_json(folder: Path, given: Tables) -> None:
    for name, rows in given.items():
        (folder / f"{name}.json").write_text(json.dumps([whole(row) for row in rows]), encoding="utf-8")


def as_ndjson(folder: Path, given: Tables) -> None:
    for name, rows in given.items():
        # Each record but the last leaves out what has no value, so that columns come late.
        first = [json.dumps({key: value for key, value in row.items() if value}) + "\n" for row in rows[:-1]]
        texts = [*first, json.dumps(whole(rows[-1])) + "\n"]
        (folder / f"{name}.ndjson.gz").write_bytes(gzip.compress("".join(texts).encode()))


def as_parquet(folder: Path, given: Tables) -> None:
    for name, rows in given.items():
        pq.write_table(pa.Table.from_pylist([whole(row) for row in rows]), folder / f"{name}.parquet", row_group_size=2)


def as_workbook(folder: Path, given: Tables) -> None:
    sheets = {
        name: [list(rows[0]), *([value or None for value in row.values()] for row in rows)]
        for name, rows in given.items()
    }
    (folder / "night.xlsx").write_bytes(workbook(sheets))


def as_archive(folder: Path, given: Tables) -> None:
    inner = folder / "inner"
    inner.mkdir()
    as_tsv(inner, given)
    (folder / "night.zip").write_bytes(archive({f"a/{path.name}": path.read_bytes() for path in inner.iterdir()}))
    for path in inner.iterdir():
        path.unlink()
    inner.rmdir()


FORMATS: dict[str, Write] = {
    "tsv": as_tsv,
    "json": as_json,
    "ndjson.gz": as_ndjson,
    "parquet": as_parquet,
    "xlsx": as_workbook,
    "zip": as_archive,
}


def taken(database: Database, folder: Path) -> IngestReport:
    intake, source = intake_of(database, folder)
    return intake.ingest(source, [folder])


def sums(report: IngestReport) -> None:
    """That each row of each file is in one place."""
    document = report.as_json()
    for rows in (document["rows"], *document["files"]):  # type: ignore[misc]
        assert rows["read"] == rows["loaded"] + rows["reference"] + rows["unmapped"] + rows["quarantined"]


@pytest.mark.parametrize("written", FORMATS)
def test_a_delivery_is_taken_alike_in_every_format(written: str, database: Database, tmp_path: Path):
    folder = tmp_path / "night"
    folder.mkdir()
    FORMATS[written](folder, tables())
    report = taken(database, folder)
    assert not report.is_refused, report.as_json()["issues"]
    sums(report)
    totals = report.as_json()["totals"]
    assert totals["read"] == sum(len(rows) for rows in tables().values())
    # The same delivery as CSV changes nothing: it is the same delivery.
    again = Intake(database=database, clock=SteppedClock(NOW)).ingest(
        source_at(folder), [small_extract(tmp_path / "csv")]
    )
    second = again.as_json()["totals"]
    assert (second["new"], second["changed"], second["ended"]) == (0, 0, 0)
    assert totals["new"] == second["unchanged"] > 10


@pytest.mark.parametrize("written", FORMATS)
def test_a_delivery_that_is_cut_off_is_refused_ends_nothing_and_is_taken_once_it_is_whole(
    written: str, database: Database, tmp_path: Path
):
    folder = small_extract(tmp_path / "csv")
    intake, source = intake_of(database, folder)
    assert not intake.ingest(source, [folder]).is_refused
    later = tmp_path / "night"
    later.mkdir()
    given = tables()
    given["OFFENDER_ALERTS"][0]["COMMENT_TEXT"] = "Said anew"
    FORMATS[written](later, given)
    path = min(later.iterdir())
    whole_content = path.read_bytes()
    path.write_bytes(whole_content[:-20])
    refused = intake.ingest(source, [later])
    assert refused.is_refused
    told = {(file, code) for file, _, _, code in issues_of(refused)}
    assert told & {(path.name, "truncated_file"), (path.name, "unreadable_file"), (path.name, "malformed_file")}
    with database.connection(Principal.LOADER) as connection:
        assert connection.execute("select count(*) from record.alert").fetchone() == (3,)
    path.write_bytes(whole_content)
    totals = intake.ingest(source, [later]).as_json()["totals"]
    assert (totals["new"], totals["changed"], totals["ended"]) == (0, 1, 0)


def test_a_table_that_comes_in_two_formats_is_refused(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "night")
    as_json(folder, {"OFFENDER_ALERTS": tables()["OFFENDER_ALERTS"]})
    report = taken(database, folder)
    assert report.is_refused
    assert ("OFFENDER_ALERTS.json", None, None, "duplicate_file") in issues_of(report)


def test_records_that_cannot_be_taken_are_held_back_with_their_place_and_end_nothing(
    database: Database, tmp_path: Path
):
    folder = small_extract(tmp_path / "night")
    with database.connection(Principal.LOADER) as connection:
        add_source(connection, source_at(folder), at=NOW)
    intake = Intake(database=database, clock=SteppedClock(NOW))
    assert not intake.ingest(source_at(folder), [folder]).is_refused
    (folder / "OFFENDER_ALERTS.csv").unlink()
    rows = [json.dumps(row) for row in tables()["OFFENDER_ALERTS"]]
    rows[1] = rows[1].replace("{", '{"ALERT_TYPE": "X", ', 1)
    (folder / "OFFENDER_ALERTS.ndjson").write_text("\n".join([*rows, ""]), encoding="utf-8")
    report = intake.ingest(source_at(folder), [folder])
    assert not report.is_refused
    sums(report)
    assert ("OFFENDER_ALERTS.ndjson", 2, "ALERT_TYPE", "duplicate_field") in issues_of(report)
    assert report.as_json()["totals"] | {"read": 0, "unchanged": 0} == {
        "read": 0, "new": 0, "changed": 0, "unchanged": 0, "ended": 0, "quarantined": 1,
    }  # fmt: skip
    assert {"nothing_ended"} <= {code for *_, code in issues_of(report)}


def test_an_archive_that_cannot_be_opened_refuses_the_delivery(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "night")
    (folder / "more.zip").write_bytes(archive()[:-30])
    report = taken(database, folder)
    assert report.is_refused
    assert ("more.zip", None, None, "unreadable_file") in issues_of(report)


def test_a_column_that_only_a_late_record_names_is_kept_with_its_row(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "night")
    (folder / "OFFENDER_ALERTS.csv").unlink()
    rows = tables()["OFFENDER_ALERTS"]
    # More records than are handed on at once, of which only the last says what it was raised for.
    first = {key: value for key, value in rows[0].items() if key not in {"EXPIRY_DATE", "COMMENT_TEXT"}}
    texts = [json.dumps(first | {"ALERT_SEQ": str(number)}) for number in range(1, 40_000)]
    texts.append(json.dumps(rows[1] | {"COMMENT_TEXT": "Late"}))
    (folder / "OFFENDER_ALERTS.ndjson").write_text("\n".join([*texts, ""]), encoding="utf-8")
    report = taken(database, folder)
    assert not report.is_refused
    sums(report)
    with database.connection(Principal.LOADER) as connection:
        found = connection.execute("select count(*) from record.alert where comment = 'Late'").fetchone()
    assert found == (1,)
