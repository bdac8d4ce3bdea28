"""Warnings by CAP: told, replaced, taken back, in whatever order they come; an exercise ends nothing that is real."""

from collections.abc import Generator
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import pytest

from feeds import Feed, codes_of, worked
from servers import TestServer
from watchroom.store.database import Database

ALERT, UPDATE, CANCEL = (worked(f"warning-{name}.xml") for name in ("1-alert", "2-update", "3-cancel"))
STANDS = ("identifier", "language", "ended_by_identifier", "ended_by_type_code", "headline is not null")


@pytest.fixture(scope="module")
def database(server: TestServer) -> Generator[Database]:
    with server.database(name="warnings") as database:
        yield database


@pytest.fixture
def feed(database: Database, tmp_path: Path) -> Feed:
    return Feed(database, tmp_path, "cap_warning")


def test_a_warning_is_taken_with_its_languages_areas_codes_and_expiry(feed: Feed):
    report = feed.take(ALERT)
    assert not report.is_refused, report.issues
    assert codes_of(report) == []
    assert report.rows.quarantined == 0
    said = ("language", "severity_code", "category_code", "category_source_value", "expires_at", "is_restricted")
    expires = datetime(2026, 11, 29, 12, tzinfo=UTC)
    assert feed.rows("warning", *said) == [
        ("en-GB", "Moderate", "Met", "Met, Safety", expires, False),
        ("cy-GB", "Moderate", "Met", "Met", expires, False),
    ]
    assert feed.rows("warning_area", "description", "geocode", "area is not null") == [
        ("Marsh Lane", "EX01", True),
        ("Marsh Lane", "EXW7", False),
    ]
    assert feed.rows("warning", "ended_at") == [(None,), (None,)]


@pytest.mark.parametrize("order", list(permutations((ALERT, UPDATE, CANCEL))), ids=range(6))
def test_in_whatever_order_they_come_the_same_warnings_stand_and_each_says_what_ended_it_first(
    feed: Feed, order: tuple[bytes, ...]
):
    for message in order:
        assert not feed.take(message).is_refused
    assert feed.rows("warning", *STANDS) == [
        ("EX-2026-0101", "en-GB", "EX-2026-0102", "Update", True),
        ("EX-2026-0101", "cy-GB", "EX-2026-0102", "Update", True),
        ("EX-2026-0102", "en-GB", "EX-2026-0103", "Cancel", True),
        ("EX-2026-0103", None, None, None, False),
    ]
    assert feed.rows("warning", "count(*)", order="1") == [(4,)]
    again = feed.take(*order)
    assert [issue.code for issue in again.issues] == ["message_repeated"]


def test_all_at_once_and_one_by_one_leave_the_same(database: Database, tmp_path: Path):
    together, apart = (Feed(database, tmp_path, "cap_warning") for _ in range(2))
    together.take(CANCEL, ALERT, UPDATE)
    for message in (UPDATE, CANCEL, ALERT):
        apart.take(message)
    everything = ("source_key", *STANDS, "ended_at", "expires_at", "replaced_identifiers", "is_restricted", "realness")
    assert together.rows("warning", *everything) == apart.rows("warning", *everything)


def test_what_is_replaced_before_it_came_is_known_by_its_number_only_and_hidden(feed: Feed):
    feed.take(UPDATE)
    assert feed.rows("warning", *STANDS, "is_restricted") == [
        ("EX-2026-0101", None, "EX-2026-0102", "Update", False, True),
        ("EX-2026-0102", "en-GB", None, None, True, False),
    ]


def test_what_an_update_says_of_an_earlier_warning_leaves_all_else_of_it_as_it_was_told(feed: Feed):
    feed.take(ALERT)
    before = feed.rows("warning", "headline", "instruction", "severity_code", "realness", "origin_row")
    report = feed.take(UPDATE)
    assert report.entities["warning"].changed == 2
    after = feed.rows("warning", "headline", "instruction", "severity_code", "realness", "origin_row")
    assert [row[:4] for row in after[:2]] == [row[:4] for row in before]
    kept = feed.rows("warning", "origin_kept")[0][0]
    assert isinstance(kept, list)
    assert "headline" in kept
    assert "ended_at" not in kept
    changed = (
        "select changed_fields from ingest.change inner join ingest.sealed using (seq)"
        " where source_system = %s and op = 'changed'"
    )
    assert {tuple(sorted(row[0])) for row in feed.ask(changed)} == {  # type: ignore[arg-type]
        ("ended_at", "ended_by_identifier", "ended_by_type_code", "ended_by_type_source_value")
    }


def test_an_exercise_or_another_sender_ends_nothing(feed: Feed):
    feed.take(ALERT)
    feed.take(CANCEL.replace(b"<status>Actual", b"<status>Exercise").replace(b"-0103", b"-0104"))
    stranger = CANCEL.replace(b"<sender>floods@", b"<sender>stranger@").replace(b"-0103", b"-0105")
    report = feed.take(stranger)
    assert codes_of(report) == ["not_its_sender"]
    assert {row[0] for row in feed.rows("warning", "ended_by_identifier")} <= {None, "EX-2026-0104"}
    assert feed.rows("warning", "ended_at")[:2] == [(None,), (None,)]


def test_what_is_for_named_receivers_is_restricted_and_what_a_rule_limits_says_so(feed: Feed):
    feed.take(ALERT.replace(b"<scope>Public</scope>", b"<scope>Private</scope><addresses>x</addresses>"))
    feed.take(
        UPDATE.replace(b"<scope>Public</scope>", b"<scope>Restricted</scope><restriction>responders</restriction>")
    )
    said = feed.rows("warning", "identifier", "is_restricted", "sharing_restriction")
    assert said[0] == ("EX-2026-0101", True, "Private")
    assert said[-1] == ("EX-2026-0102", False, "Restricted: responders")


def test_one_bad_alert_among_good_ones_is_told_with_its_place_and_takes_none_with_it(feed: Feed):
    report = feed.take(ALERT, UPDATE.replace(b"<identifier>EX-2026-0102</identifier>", b""), b"<html>sorry</html>")
    assert not report.is_refused
    assert {(issue.file, issue.code, issue.place) for issue in report.issues} == {
        ("1", "element_missing", "alert.identifier"),
        ("2", "not_this_standard", None),
        # The areas and blocks of what was left out.
        (None, "elements_lost", None),
    }
    assert len(feed.rows("warning", "identifier")) == 2
    assert feed.ask("select name, is_refused from ingest.message where source_system = %s order by name") == [
        ("0", False),
        ("1", False),
        ("2", True),
    ]


def test_a_value_of_no_list_is_kept_and_told(feed: Feed):
    report = feed.take(ALERT.replace(b"<severity>Moderate", b"<severity>Apocalyptic"))
    assert "unmapped_code" in codes_of(report)
    assert ("Apocalyptic", None) in feed.rows("warning", "severity_source_value", "severity_code")
    queued = feed.ask("select code_list, source_value from ingest.code_value where source_system = %s")
    assert queued == [("warning_severity", "Apocalyptic")]
