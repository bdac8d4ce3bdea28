"""The published extract alone: the board before our patch."""

from collections.abc import Generator
from datetime import timedelta

import pytest
from handover_world import GOVERNOR, MORNING, World, codes, example_night, people

from watchroom.handover.document import as_json
from watchroom.handover.show import BriefingPage
from watchroom.store.roles import Principal

WINGS = ("LEI-A", "LEI-H")


@pytest.fixture(scope="module")
def plain(server, tmp_path_factory) -> Generator[World]:
    with example_night(server, tmp_path_factory.mktemp("plain"), with_patch=False) as world:
        yield world


@pytest.fixture(scope="module")
def pages(plain: World) -> list[BriefingPage]:
    return [plain.page(wing) for wing in WINGS]


def test_without_the_patch_few_rules_fire_and_no_first_night_is_made_of_a_default_date(pages) -> None:
    fired = {code for page in pages for row in people(page) for code in codes(row)}

    assert {"care_plan_open", "controlled_unlock", "cell_missing"} <= fired
    assert not fired & {"first_days", "non_association_on_wing", "recent_incident", "court_today"}


def test_the_default_dates_of_reception_are_said_to_be_unreliable(pages) -> None:
    marked = [one for page in pages for one in as_json(page)["roll"]["reception_date_unreliable"]]

    # 25 of the establishment's 28 bookings begin at the extract's own instant; one of them is on no unit.
    assert len(marked) == len(set(marked)) == 24
    for page, number in zip(pages, (11, 13), strict=True):
        (note,) = page.sections["not_evaluated"].notes
        assert f"of {number} people the date of reception is unreliable" in note


def test_what_the_source_did_not_deliver_is_named_and_is_neither_finding_nor_reassurance(plain: World, pages) -> None:
    page = plain.page("LEI-A", asker=GOVERNOR)
    items = {item.key: item for item in page.completeness.items}

    assert not items["keep_apart"].is_present
    assert items["keep_apart"].note == "not delivered: the source left out a file for it"
    assert [(line.rules, line.state) for line in page.not_evaluated] == [
        (("non_association_on_wing",), "not_delivered")
    ]
    assert page.roll.unlisted.endswith("among what was evaluated for you")
    assert page.staleness is not None
    assert "1 check was not evaluated for you" in page.staleness


def test_a_source_that_does_not_say_of_when_it_is_is_not_said_to_lack_an_agreed_interval(plain: World) -> None:
    with plain.database.connection(Principal.LOADER) as connection:
        batches = connection.execute("select id, dated_by from ingest.batch").fetchall()
        connection.execute("update ingest.batch set dated_by = 'loaded'")
    try:
        page = plain.page("LEI-H")
    finally:
        with plain.database.connection(Principal.LOADER) as connection:
            for batch, dated_by in batches:
                connection.execute("update ingest.batch set dated_by = %s where id = %s", (dated_by, batch))
    assert page.sources[0].shown == "unjudged"
    assert page.staleness is not None
    assert "does not say of when it is" in page.staleness
    assert "Nobody has said" not in page.staleness


def test_a_source_without_an_agreed_interval_is_not_called_late_nor_fresh_and_silent_after_a_day(plain: World) -> None:
    with plain.database.connection(Principal.LOADER) as connection:
        connection.execute("update ingest.source set expected_every_seconds = null")
    try:
        page = plain.page("LEI-H", at=MORNING + timedelta(hours=20))
        later = plain.page("LEI-H", at=MORNING + timedelta(days=3))
    finally:
        with plain.database.connection(Principal.LOADER) as connection:
            connection.execute("update ingest.source set expected_every_seconds = 900")

    assert (page.sources[0].shown, page.sources[0].word) == ("unjudged", "age not judged")
    assert page.sources[0].age
    assert page.staleness is not None
    assert "not judged" in page.staleness
    assert not any(reason.is_late for row in people(page) for reason in row.reasons)
    assert (later.sources[0].shown, later.sources[0].state) == ("silent", "silent"), (
        "after a day it is told all the same"
    )
    assert later.staleness is not None
    assert "Late or silent: NOMIS" in later.staleness
