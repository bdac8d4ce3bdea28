"""The real extract of the Ministry of Justice's development database, taken whole."""

from pathlib import Path

import pytest

from batches import select
from conftest import Loaded
from deliveries import Row, copy_of, edit, intake_of, issues_of
from watchroom.ingest.issues import Severity
from watchroom.store.database import Database

pytestmark = pytest.mark.nomis


def test_the_extract_gives_28_active_bookings_at_leeds_and_55_in_all(loaded: Loaded):
    report = loaded.report
    assert not report.is_refused
    counts = select(
        loaded.database,
        "select count(*) filter (where site_code = 'LEI'), count(*) from record.custody_episode where is_active",
    )
    assert counts == [(28, 55)]


def test_every_row_of_the_extract_is_loaded_reference_unmapped_or_quarantined(loaded: Loaded):
    document = loaded.report.as_json()
    rows = document["rows"]
    assert rows == {"read": 13_660, "loaded": 1_072, "reference": 11_097, "unmapped": 1_476, "quarantined": 15}
    assert sum(entry["rows"] for entry in document["unmapped"]) == 1_476
    assert all(entry["file"] and entry["reason"] for entry in document["unmapped"])


def test_the_booking_in_a_cell_that_does_not_exist_is_loaded_without_one_and_said(loaded: Loaded):
    report = loaded.report
    assert ("OFFENDER_BOOKINGS.csv", 61, "LIVING_UNIT_ID", "reference_missing") in issues_of(report)
    rows = select(
        loaded.database,
        "select is_active, location_id, unit_code from record.custody_episode where source_key = '16048'",
    )
    assert rows == [(True, None, None)]


def test_dates_that_the_extract_filled_in_are_named_unreliable(loaded: Loaded):
    report = loaded.report
    unreliable = select(
        loaded.database,
        """
        select count(*) filter (where 'begun_at' = any(unreliable_dates)), count(*)
        from record.custody_episode
        where is_active and site_code = 'LEI'
        """,
    )
    assert unreliable == [(25, 28)]
    assert [batch.as_at.isoformat() for batch in report.batches] == ["2026-07-24T07:00:00+00:00"]


def test_people_on_a_landing_are_on_the_wing_and_in_no_cell(loaded: Loaded):
    rows = select(
        loaded.database,
        """
        select e.unit_code, l.path, count(*)
        from record.custody_episode as e
        inner join record.location as l on e.location_id = l.id
        where e.is_active and e.site_code = 'LEI' and l.kind_code = 'LAND'
        group by e.unit_code, l.path
        order by e.unit_code
        """,
    )
    assert rows == [("LEI-A", "LEI-A-1", 1), ("LEI-H", "LEI-H-1", 12)]


def test_alias_rows_are_names_of_one_person_under_the_working_name(loaded: Loaded):
    rows = select(
        loaded.database,
        """
        select p.source_key, p.prison_number, count(n.id)
        from record.person as p
        left join record.person_name as n on n.person_id = p.id
        where p.source_key in ('-1009', '-1020', '-1066')
        group by p.source_key, p.prison_number
        order by p.source_key
        """,
    )
    # The person of the running booking -59 keeps the number under which they are held.
    assert rows == [("-1009", "A1234AI", 2), ("-1020", "Z0020XY", 1), ("-1066", "A1065AA", 1)]


def test_a_challenge_and_support_plan_stands_with_its_referral_factor_need_and_review(loaded: Loaded):
    rows = select(
        loaded.database,
        """
        select
            r.incident_type_code, r.incident_on::text, f.factor_code, p.opened_on::text, n.target_on::text, v.sequence,
            r.person_id = p.person_id and p.person_id = n.person_id and n.person_id = v.person_id, r.unit_code
        from record.csip_referral as r
        inner join record.csip_factor as f on f.referral_id = r.id
        inner join record.csip_plan as p on p.referral_id = r.id
        inner join record.csip_need as n on n.plan_id = p.id
        inner join record.csip_review as v on v.plan_id = p.id
        """,
    )
    assert rows == [("ATS", "2001-01-01", "BUL", "2001-01-01", "2001-01-02", 1, True, "LEI-A")]


def test_limits_and_orders_of_visits_are_those_of_the_person_and_not_of_one_visitor(loaded: Loaded):
    limits = select(loaded.database, "select kind_code, to_on::text from record.visit_restriction order by source_key")
    orders = select(loaded.database, "select kind_code, status_code from record.visit_order order by source_key")
    assert limits == [("RESTRICTED", None), ("RESTRICTED", None), ("CHILD", None), ("BAN", "2002-01-01")]
    assert orders[:2] == [("VO", "EXPIRED"), ("VO", "ACTIVE")]


def test_what_a_person_speaks_is_told_where_one_language_is_preferred(loaded: Loaded):
    rows = select(
        loaded.database,
        """
        select e.source_key, p.language_code, p.needs_interpreter, p.nationality_code, p.religion_code, p.smoker_code
        from record.person as p
        inner join record.custody_episode as e on e.person_id = p.id
        where e.source_key in ('-1', '-2', '-3')
        order by e.source_key
        """,
    )
    # The third prefers two languages for speaking: nobody can say which.
    assert rows == [
        ("-1", "POL", False, "SPAN", "CHRCE", "N"),
        ("-2", "POL", True, "ISRA", "CHRBAPT", "N"),
        ("-3", None, False, "BRIT", "CHRANG", "Y"),
    ]


def test_a_second_run_changes_nothing(database: Database, nomis: Path):
    intake, source = intake_of(database, nomis)
    first = intake.ingest(source).as_json()["totals"]
    second = intake.ingest(source).as_json()["totals"]
    assert second == {**first, "new": 0, "changed": 0, "ended": 0, "unchanged": first["new"]}


def test_a_changed_extract_gives_exactly_its_changes(database: Database, nomis: Path, tmp_path: Path):
    intake, source = intake_of(database, nomis)
    intake.ingest(source)
    later = copy_of(nomis, tmp_path / "later")

    def move(rows: list[Row]) -> None:
        next(row for row in rows if row["OFFENDER_BOOK_ID"] == "-5")["LIVING_UNIT_ID"] = "-11"

    edit(later, "OFFENDER_BOOKINGS", move)
    edit(later, "OFFENDER_ALERTS", lambda rows: rows.__delitem__(0))
    edit(later, "OFFENDER_ALERTS", lambda rows: rows.append({**rows[-1], "ALERT_SEQ": "99"}))
    totals = intake.ingest(source, [later]).as_json()["totals"]
    assert (totals["new"], totals["changed"], totals["ended"]) == (1, 1, 1)
    changes = select(
        database,
        "select entity, op, changed_fields, unit_code from ingest.change where seq = 2 order by entity, op",
    )
    assert changes == [
        ("alert", "ended", [], "LEI-A"),
        ("alert", "new", [], None),
        ("custody_episode", "changed", ["location_id"], "LEI-A"),
    ]


def test_a_move_to_another_wing_takes_the_records_of_the_person_along(database: Database, nomis: Path, tmp_path: Path):
    intake, source = intake_of(database, nomis)
    intake.ingest(source)
    later = copy_of(nomis, tmp_path / "later")

    def move(rows: list[Row]) -> None:
        next(row for row in rows if row["OFFENDER_BOOK_ID"] == "-5")["LIVING_UNIT_ID"] = "-15"

    edit(later, "OFFENDER_BOOKINGS", move)
    intake.ingest(source, [later])
    units = select(
        database,
        """
        select distinct a.unit_code
        from record.alert as a
        inner join record.person as p on a.person_id = p.id
        where p.source_key = '-1005'
        """,
    )
    assert units == [("LEI-H",)]


def test_raw_rows_of_taken_tables_are_kept_and_no_others(loaded: Loaded):
    kept = select(
        loaded.database, "select name, row_count from ingest.file where name in ('OFFENDERS.csv', 'PHONES.csv')"
    )
    assert kept == [("OFFENDERS.csv", 85)]
    assert select(loaded.database, "select count(*) from ingest.raw_row") == [(1_210,)]


def test_an_extract_that_shows_itself_to_be_older_than_the_last_one_is_refused(
    database: Database, tmp_path: Path, nomis: Path
) -> None:
    intake, source = intake_of(database, nomis)
    assert not intake.ingest(source).is_refused
    older = tmp_path / "older"
    older.mkdir()
    for file in nomis.glob("*.csv"):
        (older / file.name).write_bytes(file.read_bytes().replace(b"2026-07-24", b"2026-07-20"))
    report = intake.ingest(source, [older])
    assert report.is_refused
    assert [issue.code for issue in report.batches[0].issues if issue.severity is Severity.FATAL] == ["out_of_order"]
    assert not intake.ingest(source).is_refused


def test_the_rows_of_each_file_are_accounted_for(loaded: Loaded):
    document = loaded.report.as_json()
    files = document["files"]
    assert len(files) == 189
    parts = ("loaded", "reference", "unmapped", "quarantined")
    assert [file["file"] for file in files if file["read"] != sum(file[part] for part in parts)] == []
    for part in ("read", *parts):
        assert sum(file[part] for file in files) == document["rows"][part]
    (alerts,) = [file for file in files if file["table"] == "OFFENDER_ALERTS"]
    assert (alerts["file"], alerts["batch"]) == ("OFFENDER_ALERTS.csv", document["batches"][0]["id"])
