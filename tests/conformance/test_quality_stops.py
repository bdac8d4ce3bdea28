"""A fatal check stops a batch before it is sealed: all or nothing, with the place and what to do; what stood stays."""

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from batches import select
from deliveries import NOW, Row, edit, intake_of, small_extract
from watchroom.ingest.inspection import uninspected
from watchroom.ingest.registry import Source
from watchroom.ingest.run import Intake
from watchroom.model.catalogue import catalogue
from watchroom.quality.stopping import Stopping
from watchroom.store.database import Database


def born_in(*years: int):
    def change(rows: list[Row]) -> None:
        for row, year in zip(rows, years, strict=False):
            row["BIRTH_DATE"] = f"{year}-01-01"

    return change


@pytest.fixture
def taking(database: Database, tmp_path: Path) -> tuple[Intake, Source, Path]:
    folder = small_extract(tmp_path / "small")
    intake, source = intake_of(database, folder)
    return replace(intake, inspect=Stopping(model=catalogue(), zone=ZoneInfo("Europe/London"))), source, folder


def test_a_delivery_that_fails_a_fatal_check_is_refused_whole_and_what_stood_stays(
    database: Database, taking: tuple[Intake, Source, Path]
) -> None:
    intake, source, folder = taking
    assert not intake.ingest(source).is_refused
    before = select(database, "select id, birth_date, family_name, seq_from from record.person order by id")
    edit(folder, "OFFENDERS", born_in(2069, 2070))
    edit(folder, "OFFENDER_ALERTS", lambda rows: rows.pop())
    report = intake.ingest(source)
    assert report.is_refused
    fatal = [issue for issue in report.batches[0].issues if issue.severity == "fatal"]
    assert [(one.code, one.entity, one.file, one.row, one.field) for one in fatal] == [
        ("born_in_future", "person", "OFFENDERS.csv", 2, "BIRTH_DATE")
    ]
    assert "2 of 3" in fatal[0].message
    assert "a century was read wrong" in fatal[0].message
    assert "2069" not in fatal[0].message
    assert select(database, "select id, birth_date, family_name, seq_from from record.person order by id") == before
    assert select(database, "select count(*) from record.alert") == [(3,)]
    assert select(database, "select count(*) from record.person_history") == [(0,)]
    assert select(database, "select count(*) from ingest.sealed") == [(1,)]
    assert select(database, "select status from ingest.batch order by started_at, id") == [("sealed",), ("refused",)]
    assert select(database, "select code, severity, row from ingest.issue where severity = 'fatal'") == [
        ("born_in_future", "fatal", 2)
    ]


def test_what_stood_before_does_not_stop_a_later_delivery(
    database: Database, taking: tuple[Intake, Source, Path]
) -> None:
    intake, source, folder = taking
    edit(folder, "OFFENDERS", born_in(2069, 2070))
    assert not replace(intake, inspect=uninspected).ingest(source).is_refused
    edit(folder, "OFFENDER_ALERTS", lambda rows: rows.pop())
    assert not intake.ingest(source).is_refused
    assert select(database, "select count(*) from record.alert") == [(2,)]


def test_one_slip_among_many_does_not_stop_a_delivery(database: Database, taking: tuple[Intake, Source, Path]) -> None:
    intake, source, folder = taking

    def many(rows: list[Row]) -> None:
        rows += [
            {**rows[0], "OFFENDER_ID": f"-{n}", "ROOT_OFFENDER_ID": f"-{n}", "OFFENDER_ID_DISPLAY": f"B{n}AA"}
            for n in range(2000, 2040)
        ]
        rows[0]["BIRTH_DATE"] = "2069-01-01"

    edit(folder, "OFFENDERS", many)
    assert not intake.ingest(source).is_refused
    assert select(database, "select count(*) from record.person where birth_date > '2060-01-01'") == [(1,)]
    assert NOW.year < 2060
