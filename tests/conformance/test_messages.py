"""Messages of a standard, by whatever way they come, are read by the codec that their mapping names."""

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest

from hmpps_events import CREATED, DELETED, INACTIVE, NOW, alert, event, event_intake, messages, notification
from watchroom.ingest.report import BatchReport
from watchroom.ingest.run import Intake
from watchroom.store.database import Database, Principal

ALERTS = """
    select a.source_key, a.kind_code, a.type_code, a.is_active, a.valid_to is not null, p.prison_number
    from record.alert as a inner join record.person as p on a.person_id = p.id order by a.source_key
"""
KEY = "11111111-0000-4000-8000-000000000001"


def select(database: Database, query: str) -> list[tuple[object, ...]]:
    with database.connection(Principal.LOADER) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


def take(database: Database, *bodies: bytes) -> tuple[BatchReport | None, Intake]:
    intake, source = event_intake(database)
    return intake.take_messages(source, messages(bodies), name="pushed"), intake


def test_a_file_of_a_folder_is_read_by_the_codec_of_its_mapping_and_kept_as_it_came(database: Database, tmp_path: Path):
    body = notification(event("prison-offender-events.prisoner.received", reason="ADMISSION", prisonId="MLI"))
    (tmp_path / "received.json").write_bytes(body)
    intake, source = event_intake(database, tmp_path)
    report = intake.ingest(source).batches[0]
    assert not report.is_refused, report.issues
    moved = "select kind_code, direction_code, to_agency_source_value, moved_at = %s::timestamptz from record.movement"
    with database.connection(Principal.LOADER) as connection:
        assert connection.execute(moved, (NOW,)).fetchall() == [("ADM", "IN", "MLI", True)]
    assert select(database, "select name, content, is_refused from ingest.message") == [("received.json", body, False)]
    assert report.rows.read == report.rows.loaded + report.rows.reference == 1 + 1 + 1 + 2
    again = intake.ingest(source).batches[0]
    assert [issue.code for issue in again.issues] == ["message_repeated"]
    assert again.counts.unchanged == 0


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_events_of_an_alert_leave_the_same_record_in_whatever_order_they_come(database: Database, order: Sequence[int]):
    intake, source = event_intake(database)
    told = [alert(CREATED, 30), alert(INACTIVE, 20), alert(DELETED, 10)]
    for number in order:
        report = intake.take_messages(source, messages([told[number]]), name="pushed")
        assert report is not None
        assert not report.is_refused, report.issues
    assert select(database, ALERTS) == [(KEY, "HA", "H", False, True, "A0000AA")]
