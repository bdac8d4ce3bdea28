"""Messages of a standard, by whatever way they come, are read by the codec that their mapping names."""

import json
from contextlib import closing, nullcontext
from dataclasses import replace
from importlib.resources import files
from itertools import permutations
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from psycopg import sql

from deliveries import intake_of, small_extract
from hmpps_events import CREATED, DELETED, INACTIVE, NOW, alert, event, event_intake, notification, post_of
from watchroom.ingest.hearing import heard_of
from watchroom.ingest.issues import ISSUES_AT_MOST
from watchroom.ingest.mapping import OURS, Mappings
from watchroom.ingest.registry import find_source
from watchroom.ingest.report import BatchReport
from watchroom.ingest.run import Intake
from watchroom.kernel.errors import UsageError
from watchroom.model.catalogue import catalogue
from watchroom.quality.stopping import Stopping
from watchroom.store.database import Database, Principal
from watchroom.store.raw import erase_raw

ALERTS = """
    select a.source_key, a.kind_code, a.type_code, a.is_active, a.valid_to is not null, p.prison_number
    from record.alert as a inner join record.person as p on a.person_id = p.id order by a.source_key
"""


def select(database: Database, query: str) -> list[tuple[object, ...]]:
    with database.connection(Principal.LOADER) as connection:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]


def take(database: Database, *bodies: bytes) -> tuple[BatchReport | None, Intake]:
    intake, source = event_intake(database)
    return intake.take_post(source, post_of(bodies)).report, intake


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


@pytest.mark.parametrize("is_ready", [False, True])
def test_events_of_an_alert_leave_the_same_record_in_whatever_order_and_groups_they_come(
    database: Database, *, is_ready: bool
):
    intake, source = event_intake(database)
    stories: list[tuple[tuple[int, ...], ...]] = []
    for order in permutations(range(3)):
        stories += [tuple((number,) for number in order), (order[:2], order[2:]), (order,)]
    keys = [f"{number:08}-0000-4000-8000-000000000001" for number in range(len(stories))]
    told = [[alert(CREATED, 30, key=key), alert(INACTIVE, 20, key=key), alert(DELETED, 10, key=key)] for key in keys]
    # What comes first of every story, then what comes next: one batch each.
    for step in range(3):
        bodies = [
            told[number][event]
            for number, story in enumerate(stories)
            for event in (story[step] if step < len(story) else ())
        ]
        ready = intake.ready(source, is_small=True) if is_ready else None
        with closing(ready) if ready else nullcontext():
            report = intake.take_post(source, post_of(bodies), ready=ready).report
        assert report is not None
        assert not report.is_refused, report.issues
        assert report.rows.quarantined == 0
    assert select(database, ALERTS) == [(key, "HA", "H", False, True, "A0000AA") for key in keys]


def test_what_an_event_tells_is_placed_and_hidden_as_its_person_is_in_the_record(database: Database, tmp_path: Path):
    intake, source = intake_of(database, small_extract(tmp_path / "nomis"), at=NOW)
    assert not intake.ingest(source).is_refused
    with database.connection(Principal.LOADER) as connection:
        connection.execute("update record.person set is_restricted = true where prison_number = 'A1234AB'")
    events = [
        event(CREATED, NOW, number=number, alertUuid=f"of {number}", alertCode="HA")
        for number in ("A1234AA", "A1234AB", "A0000AA")
    ]
    report, _ = take(database, *events)
    assert report is not None
    assert not report.is_refused, report.issues
    placed = "select source_key, unit_code, is_restricted from record.alert where source_system = 'events' order by 1"
    assert select(database, placed) == [
        ("of A0000AA", None, False),
        ("of A1234AA", "LEI-A", False),
        ("of A1234AB", "LEI-A", True),
    ]


def test_an_event_that_only_points_is_kept_and_counted_and_makes_no_record(database: Database):
    report, _ = take(database, event("prisoner-offender-search.prisoner.updated", categoriesChanged=["STATUS"]))
    assert report is not None
    assert not report.is_refused, report.issues
    assert (report.rows.unmapped, report.rows.quarantined, report.counts.new) == (1, 0, 0)
    (aside,) = [left for left in report.left_out if left.rows]
    assert "pointer" in aside.reason


def test_an_event_is_compared_with_none_before_it_since_one_says_nothing_of_its_source(database: Database):
    intake, source = event_intake(database)
    intake = replace(intake, inspect=Stopping(model=catalogue(), zone=ZoneInfo("Europe/London")))
    for ago in (2, 1):
        assert intake.take_post(source, post_of([alert(CREATED, ago, key=f"{ago}")])).report is not None
    measured = "select (select count(*) from ingest.layout), (select count(*) from ingest.delivery_profile)"
    assert select(database, measured) == [(0, 0)]
    many = [alert(CREATED, ago, key=f"{ago}") for ago in range(3, 63)]
    assert intake.take_post(source, post_of(many)).report is not None
    assert select(database, "select number from ingest.delivery_profile where entity = 'alert' and field is null") == [
        (60,)
    ]


def test_what_the_codec_has_no_place_for_is_told_once_for_a_batch(database: Database):
    odd = [json.dumps({**json.loads(alert(CREATED, at, key=f"{at}")), "shoeSize": 9}).encode() for at in (1, 2, 3)]
    report, _ = take(database, *odd)
    assert report is not None
    (issue,) = [one for one in report.issues if one.code == "elements_lost"]
    assert "shoeSize" in issue.message or "event." in issue.message


def test_messages_are_erased_with_the_raw_rows_of_their_batch_and_stay_known(database: Database):
    report, intake = take(database, alert(CREATED, 1))
    assert report is not None
    with database.connection(Principal.LOADER) as connection:
        erase_raw(connection, batch_id=report.id, machine_at=NOW)
        source = find_source(connection, "events")
    assert select(database, "select content is null, erased_at is not null from ingest.message") == [(True, True)]
    assert intake.take_post(source, post_of([alert(CREATED, 1)])).report is None


def test_of_a_message_about_somebody_who_was_erased_nothing_is_kept(database: Database):
    erased = """
        with one as (
            insert into ingest.erasure (id, rule, erased_by, erased_at, machine_at, seq, records, raw_rows)
            values (uuidv7(), 'a request', 'ig', now(), now(), 0, 1, 0) returning id
        )
        insert into ingest.tombstone (entity, id, erasure_id, source_system, key_digest)
        select
            'person', uuidv7(), one.id, 'events',
            sha256(salt || convert_to('person' || chr(31) || 'A0000AA', 'UTF8'))
        from one, ingest.erasure_salt
    """
    intake, source = event_intake(database)
    with database.connection(Principal.MIGRATOR) as connection:
        connection.execute(sql.SQL("set local role {}").format(sql.Identifier(database.roles.owner)))
        connection.execute(erased)
    report = intake.take_post(source, post_of([alert(CREATED, 30)])).report
    assert report is not None
    assert "erased_before" in {issue.code for issue in report.issues}
    assert select(database, "select content, erased_at is not null from ingest.message") == [(None, True)]
    assert select(database, "select count(*) from record.alert") == [(0,)]


OWN = 'kind = "ours"\nversion = "{}"\nextends = "hmpps_event"\n'
MENDED = ("coalesce(joined.kind, joined.was_kind)", "'HA'")


def test_what_was_made_ready_for_a_mapping_or_a_zone_that_is_another_now_is_not_used(
    database: Database, tmp_path: Path
):
    own = tmp_path / "ours"
    own.mkdir()
    (own / "mapping.toml").write_text(OWN.format(1))
    intake, source = event_intake(database)
    intake, source = replace(intake, mappings=Mappings(tmp_path)), replace(source, mapping="ours")
    ready = intake.ready(source, is_small=True)
    # A mapping that is mended while nothing is pushed.
    text = files("watchroom.ingest.mappings.hmpps_event").joinpath("alert.sql").read_text()
    (own / "alert.sql").write_text(text.replace(*MENDED))
    (own / "mapping.toml").write_text(OWN.format(2))
    with closing(ready):
        report = intake.take_post(source, post_of([alert(CREATED, 1, code="XA")]), ready=ready).report
    assert report is not None
    assert not report.is_refused, report.issues
    assert select(database, "select kind_source_value from record.alert") == [("HA",)]
    assert select(database, "select mapping_version from ingest.batch") == [("2",)]
    elsewhere = intake.ready(replace(source, time_zone="America/New_York"))
    # What is closed breaks whoever uses it.
    elsewhere.close()
    later = intake.take_post(source, post_of([alert(DELETED, 0)]), ready=elsewhere).report
    assert later is not None
    assert not later.is_refused, later.issues


def test_of_many_messages_with_the_same_fault_the_batch_counts_them_and_each_sender_hears_of_its_own(
    database: Database,
):
    report, _ = take(database, *(b"%d" % number for number in range(ISSUES_AT_MOST + 200)))
    assert report is not None
    assert report.is_refused
    assert len(report.issues) == ISSUES_AT_MOST
    assert "1200 times" in report.issues[0].message
    told = select(database, "select answer -> 'issues' -> 0 ->> 'code', count(*)::int from ingest.message group by 1")
    assert told == [("not_this_standard", ISSUES_AT_MOST + 200)]


def test_messages_that_were_read_for_another_codec_than_the_mapping_names_now_are_read_anew(database: Database):
    intake, source = event_intake(database)
    post, other = post_of([alert(CREATED, 1)]), OURS.load("tfl_disruption").messages
    assert other is not None
    before = replace(post, rules=other, heard=heard_of([one.message for one in post.heard], other))
    assert before.is_all_refused
    report = intake.take_post(source, before).report
    assert report is not None
    assert not report.is_refused, report.issues
    with pytest.raises(UsageError):
        intake.take_post(replace(source, mapping="nomis"), post)
