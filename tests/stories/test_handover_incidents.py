"""Open incidents on the handover: whom they concern, who is told, and what is no zero."""

from collections.abc import Generator
from dataclasses import replace

import pytest
from handover_world import GOVERNOR, NURSE, World, codes, example_night, people

from watchroom.demo.night import ZONE
from watchroom.gate.door import Seen
from watchroom.handover.document import as_json
from watchroom.handover.page import briefing_page
from watchroom.model.words import Words


@pytest.fixture(scope="module")
def night(server, tmp_path_factory) -> Generator[World]:
    with example_night(server, tmp_path_factory.mktemp("night"), with_patch=True) as world:
        yield world


def test_the_nurse_is_told_who_harmed_themselves_and_of_no_other_incident(night: World) -> None:
    on_a, on_h = (night.page(wing, asker=NURSE) for wing in ("LEI-A", "LEI-H"))

    tile = next(tile for tile in on_a.tiles if tile.key == "incidents")
    assert (tile.value, tile.note) == ("1", "only the incidents that your role may know of")
    assert [line.reference for line in on_a.incidents] == ["-9002"]
    assert [len(line.people) for line in on_a.incidents] == [1]
    assert "recent_incident" in {code for row in people(on_a) for code in codes(row) if row.prison_number == "A1234AJ"}
    assert {row.prison_number for row in people(on_a) if "recent_incident" in codes(row)} == {"A1234AJ"}
    assert [line.people for line in on_h.incidents] == [()], "the establishment's, with nobody of this wing"
    assert "Only the incidents that your role may know of." in on_a.sections["incidents"].notes


def test_incidents_of_which_the_nurse_sees_some_kinds_only_are_no_reassuring_zero(night: World) -> None:
    seen = night.ask("LEI-A", asker=NURSE)
    assert isinstance(seen, Seen)

    page = briefing_page(replace(seen.value, incidents=()), Words(zone=ZONE))

    tile = next(tile for tile in page.tiles if tile.key == "incidents")
    assert tile.value == "–"
    assert page.sections["incidents"].none_listed == "None listed as open"


def test_incidents_of_unknown_status_are_counted_beside_those_that_are_open(night: World) -> None:
    seen = night.ask("LEI-A")
    assert isinstance(seen, Seen)

    page = briefing_page(replace(seen.value, incidents=(), without_status=3), Words(zone=ZONE))

    tile = next(tile for tile in page.tiles if tile.key == "incidents")
    assert (tile.value, tile.of) == ("0", "+ 3")
    assert tile.note == "3 of unknown status; 0 with people of this wing"
    assert page.sections["incidents"].none_listed == "None listed as open"
    assert page.sections["incidents"].notes == ("3 older reports of unknown status are not listed; they may be open.",)
    assert as_json(page)["incident_notes"] == list(page.sections["incidents"].notes)


def test_incidents_that_are_not_the_askers_to_see_are_no_reassuring_zero(night: World) -> None:
    page = night.without("incident_report").page("LEI-A", asker=GOVERNOR)

    tile = next(tile for tile in page.tiles if tile.key == "incidents")
    assert (tile.value, tile.note) == ("–", "not available to you for this purpose")
    assert page.sections["incidents"].none_listed == "Not available to you for this purpose."
