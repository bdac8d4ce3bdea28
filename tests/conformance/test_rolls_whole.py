"""The real rolls of 82 days, against the same worked out person by person without any of our code."""

from datetime import date
from pathlib import Path

import pytest

from batches import select
from custody_rolls import HEADER, Rolls, Told, episodes, real_rolls, roll_intake, taken_days, write_roll
from watchroom.ingest.report import IngestReport, Verdict
from watchroom.store.database import Database

TOLD = """
    select p.source_key, (e.valid_from at time zone 'America/New_York')::date,
        (e.valid_to at time zone 'America/New_York')::date
    from record.custody_episode as e inner join record.person as p on e.person_id = p.id
"""


@pytest.fixture(scope="module")
def rolls() -> Rolls:
    return real_rolls()


def taken(database: Database, rolls: Rolls, tmp_path: Path) -> IngestReport:
    folders = [write_roll(tmp_path / f"{of}", of, people, header=HEADER) for of, people in sorted(rolls.items())]
    intake, source = roll_intake(database, tmp_path)
    return intake.ingest(source, folders)


def test_each_time_in_custody_has_its_first_and_last_day_and_no_person_day_is_lost(
    database: Database, rolls: Rolls, tmp_path: Path
):
    report = taken(database, rolls, tmp_path)
    verdicts = {batch.roll.day: batch.roll.verdict for batch in report.batches if batch.roll is not None}
    days = taken_days(rolls)
    assert sorted(verdicts) == sorted(rolls)
    assert {of for of, verdict in verdicts.items() if verdict is Verdict.TAKEN} == set(days)
    assert {of for of, verdict in verdicts.items() if verdict is Verdict.STALE} == set(rolls) - set(days)

    told = [Told(*row) for row in select(database, TOLD)]
    assert len(told) == len(set(told))
    assert set(told) == episodes(rolls)
    for of in days:
        assert sorted(_standing(told, of)) == sorted(row[0] for row in rolls[of]), of
    assert sum(len(_standing(told, of)) for of in days) == sum(len(rolls[of]) for of in days)

    assert select(database, "select count(*) from record.person") == [(11129,)]
    assert set(select(database, "select distinct status_code from record.custody_episode where not is_active")) == {
        ("NOT REPORTED",),
        ("NOT REPORTED TWICE",),
    }
    # A version is kept only of what changed.
    for entity in ("person", "custody_episode", "movement"):
        changes = select(database, f"select count(*) from ingest.change where op = 'changed' and entity = '{entity}'")
        assert select(database, f"select count(*) from record.{entity}_history") == changes
        assert select(database, f"select count(*) from ingest.change where op = 'ended' and entity = '{entity}'") == [
            (0,)
        ]


def _standing(told: list[Told], of: date) -> list[str]:
    return [one.person for one in told if one.first <= of and (one.last is None or of <= one.last)]
