"""The real extract of the Ministry of Justice's development database, taken whole."""

from pathlib import Path

import pytest

from batches import select
from deliveries import copy_of, edit, intake_of
from watchroom.store.database import Database

pytestmark = pytest.mark.nomis


def test_the_extract_gives_28_active_bookings_at_leeds_and_55_in_all(database: Database, nomis: Path):
    intake, source = intake_of(database, nomis)
    report = intake.ingest(source)
    assert not report.is_refused
    at_leeds = select(
        database, "select count(*) from record.custody_episode where is_active and site_code = 'LEI'"
    )
    in_all = select(database, "select count(*) from record.custody_episode where is_active")
    assert (at_leeds, in_all) == ([(28,)], [(55,)])
