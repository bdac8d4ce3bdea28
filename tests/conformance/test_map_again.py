"""A changed mapping: the kept raw rows are mapped again, and what that changes is shown before it is applied."""

from pathlib import Path

from deliveries import intake_of, small_extract
from watchroom.store.database import Database


def test_a_mapping_that_did_not_change_changes_nothing(database: Database, tmp_path: Path):
    intake, source = intake_of(database, small_extract(tmp_path / "small"))
    first = intake.ingest(source).batches[0]
    found = intake.map_again(source, is_trial=True)
    assert not found.is_refused
    assert not found.is_any
    assert found.report.counts.unchanged == first.counts.new
    assert found.new_tables
