"""What is longer than the model or an index takes is held back with its place, and stops nothing else."""

from hashlib import sha256
from pathlib import Path

import pytest
from test_quarantine import ALERTS, first_row, ingest

from batches import select
from deliveries import copy_of, edit, intake_of, issues_of, small_extract
from watchroom.model.catalogue import LONGEST_FREE_TEXT, LONGEST_TEXT
from watchroom.store.database import Database


@pytest.mark.parametrize(("letter", "size"), [("x", 1), ("\u00e9", 2)])
def test_a_row_with_a_text_that_is_too_long_is_held_back_whole_and_what_stood_before_stands(
    database: Database, tmp_path: Path, letter: str, size: int
):
    folder = small_extract(tmp_path / "small")
    edit(folder, ALERTS, lambda rows: first_row(rows, COMMENT_TEXT=letter * (LONGEST_FREE_TEXT // size)))
    intake, source = intake_of(database, folder)
    assert not any(code == "text_too_long" for *_, code in issues_of(intake.ingest(source)))
    kept = select(database, "select source_key, octet_length(comment) from record.alert order by source_key")
    assert LONGEST_FREE_TEXT in {length for _, length in kept}
    later = copy_of(folder, tmp_path / "later")
    edit(later, ALERTS, lambda rows: first_row(rows, COMMENT_TEXT=letter * (LONGEST_FREE_TEXT // size + 1)))
    report = intake.ingest(source, [later])
    assert [one for one in issues_of(report) if one[3] == "text_too_long"] == [
        (f"{ALERTS}.csv", 2, "COMMENT_TEXT", "text_too_long")
    ]
    assert report.as_json()["totals"]["quarantined"] == 1
    assert select(database, "select source_key, octet_length(comment) from record.alert order by source_key") == kept
    assert letter * 9 not in str(report.as_json())


def test_a_name_has_less_room_than_free_text(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    edit(folder, "OFFENDERS", lambda rows: first_row(rows, LAST_NAME="X" * (LONGEST_TEXT + 1)))
    found = [one[2] for one in issues_of(ingest(database, folder)) if one[3] == "text_too_long"]
    assert found == ["LAST_NAME"]
    assert select(database, "select count(*) from record.person where octet_length(family_name) > 4000") == [(0,)]


def test_a_row_whose_key_is_too_long_for_an_index_is_held_back_and_the_others_are_taken(
    database: Database, tmp_path: Path
):
    folder = small_extract(tmp_path / "small")
    unlike = "".join(sha256(str(part).encode()).hexdigest() for part in range(120))
    edit(folder, ALERTS, lambda rows: first_row(rows, ALERT_SEQ=unlike))
    report = ingest(database, folder)
    assert not report.is_refused
    assert report.as_json()["totals"]["quarantined"] == 1
    assert unlike[:9] not in str(report.as_json())


def test_a_code_of_a_place_that_is_too_long_for_an_index_holds_its_rows_back_and_stops_no_delivery(
    database: Database, tmp_path: Path
):
    folder = small_extract(tmp_path / "small")
    unlike = "".join(sha256(str(part).encode()).hexdigest() for part in range(55))
    edit(folder, "OFFENDER_BOOKINGS", lambda rows: first_row(rows, AGY_LOC_ID=unlike))
    report = ingest(database, folder)
    assert ("OFFENDER_BOOKINGS.csv", 2, "AGY_LOC_ID", "text_too_long") in issues_of(report)
    assert unlike[:9] not in str(report.as_json())
    assert select(database, "select count(*) from record.custody_episode where octet_length(site_code) > 1000") == [
        (0,)
    ]


def test_a_link_that_is_too_long_for_an_index_is_a_link_to_no_row(database: Database, tmp_path: Path):
    folder = small_extract(tmp_path / "small")
    unlike = "".join(sha256(str(part).encode()).hexdigest() for part in range(120))
    edit(folder, "OFFENDER_BOOKINGS", lambda rows: first_row(rows, LIVING_UNIT_ID=unlike))
    report = ingest(database, folder)
    assert ("OFFENDER_BOOKINGS.csv", 2, "LIVING_UNIT_ID", "reference_missing") in issues_of(report)
    assert not report.is_refused
