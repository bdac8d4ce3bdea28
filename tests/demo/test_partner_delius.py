"""The extract of Delius that the example world writes is taken in as one of the real system would be."""

import csv
import re
from pathlib import Path

import pytest
from partner_world import community

from batches import select
from probation import probation_intake
from servers import TestServer
from watchroom.demo.world.chance import Chance
from watchroom.demo.world.lives import Lives
from watchroom.demo.writers.delius import MEANT, Delius
from watchroom.demo.writers.delius_people import BASE
from watchroom.store.database import Database

DAYS = 10
# What stands in no list that is delivered, as in the real extract, or in none of ours: the towns are invented.
UNLISTED = {
    ("OFFENDER_ADDRESS", "TOWN_CITY"),
    ("REGISTRATION", "REGISTER_TYPE_ID"),
    ("COURT_APPEARANCE", "COURT_ID"),
    ("COURT_APPEARANCE", "APPEARANCE_TYPE_ID"),
    ("COURT_APPEARANCE", "OUTCOME_ID"),
}


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("delius"))


def written(folder: Path) -> Path:
    world = community()
    system = Delius(world.society)
    for day in world.days(DAYS):
        for one in day.happenings:
            system.hear(one)
    return system.write(folder)


def rows(extract: Path, table: str) -> list[dict[str, str]]:
    with (extract / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_tables_and_columns_are_those_of_delius(extract: Path, delius: Path) -> None:
    written = {file.name: file.read_text(encoding="utf-8").splitlines()[0] for file in extract.glob("*.csv")}
    real = {file.name: file.read_text(encoding="utf-8-sig").splitlines()[0] for file in delius.glob("*.csv")}
    assert written == real


def test_an_extract_is_taken_in_and_nothing_is_found_but_what_its_writer_meant(
    server: TestServer, extract: Path
) -> None:
    with server.database(name="world_delius") as database:
        intake, source = probation_intake(database, extract)
        report = intake.ingest(source)
        assert not report.is_refused
        assert report.batches[0].rows.quarantined == 0
        found = {(str(one.file).removesuffix(".csv"), one.field, one.code) for one in report.batches[0].issues}
        meant = {(table, column, "conflicting_value") for table, column in MEANT}
        unknown = {(table, column, "unmapped_code") for table, column in UNLISTED}
        assert {one for one in found if one[2] != "empty_table"} <= meant | unknown
        assert ("MAIN_OFFENCE", "OFFENDER_ID", "conflicting_value") in found
        assert supervised(database) == people(extract)
        assert hidden(database) == kept_from_staff(extract)


def supervised(database: Database) -> set[str]:
    return {str(key) for (key,) in select(database, "select source_key from record.person")}


def hidden(database: Database) -> set[str]:
    return {str(key) for (key,) in select(database, "select source_key from record.person where is_restricted")}


def people(extract: Path) -> set[str]:
    return {row["OFFENDER_ID"] for row in rows(extract, "OFFENDER")}


def kept_from_staff(extract: Path) -> set[str]:
    marked = {
        row["OFFENDER_ID"]
        for row in rows(extract, "OFFENDER")
        if row["CURRENT_RESTRICTION"] == "1" or row["CURRENT_EXCLUSION"] == "1"
    }
    by_row = {
        row["OFFENDER_ID"]
        for table in ("RESTRICTION", "EXCLUSION")
        for row in rows(extract, table)
        if not row[f"{table}_END_DATE"]
    }
    return marked | by_row


def test_records_that_are_kept_from_staff_are_in_it_and_are_few(extract: Path) -> None:
    number = len(people(extract))
    assert 5 <= len(rows(extract, "RESTRICTION")) <= 0.03 * number
    assert 2 <= len(rows(extract, "EXCLUSION")) <= 0.02 * number


def test_days_are_written_in_the_three_ways_of_delius(extract: Path) -> None:
    assert all(re.fullmatch(r"\d\d-[A-Z]{3}-\d\d", row["DATE_OF_BIRTH_DATE"]) for row in rows(extract, "OFFENDER"))
    assert all(re.fullmatch(r"\d\d-\d\d-\d\d", row["CONTACT_DATE"]) for row in rows(extract, "CONTACT"))
    assert all(
        re.fullmatch(r"\d{4}-\d\d-\d\d 00:00:00", row["RESTRICTION_DATE"]) for row in rows(extract, "RESTRICTION")
    )


def test_some_names_stand_in_each_others_place_and_most_do_not(extract: Path) -> None:
    lives = Lives(Chance(7))
    swapped = [
        row
        for row in rows(extract, "OFFENDER")
        if row["SURNAME"].upper() == lives.of(int(row["OFFENDER_ID"]) - BASE).given[0].upper()
    ]
    assert 3 <= len(swapped) <= 0.03 * len(people(extract))


def test_the_same_seed_writes_the_same_bytes(extract: Path, tmp_path: Path) -> None:
    again = written(tmp_path)
    assert {file.name: file.read_bytes() for file in again.glob("*.csv")} == {
        file.name: file.read_bytes() for file in extract.glob("*.csv")
    }
