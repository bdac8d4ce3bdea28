"""The example night, as the officer of the morning reads it: every rule on real tables, through the gate."""

import gc
import json
import re
from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import pytest
from handover_world import (
    BOARD,
    EVENING,
    MORNING,
    NURSE,
    OFFICER,
    OFFICER_H,
    World,
    codes,
    everyone,
    example_night,
    people,
    row_of,
)

from watchroom.audit.entries import Act, AuditUnavailableError, Outcome
from watchroom.demo.night import ZONE
from watchroom.gate.door import Asked, Refused, Seen
from watchroom.handover.build import UnknownPostError
from watchroom.handover.document import as_json
from watchroom.handover.page import briefing_page, hash_of
from watchroom.handover.print import as_pdf
from watchroom.handover.show import BriefingPage
from watchroom.handover.tones import Tone
from watchroom.handover.whereabouts import KEYS
from watchroom.kernel.named_sql import parse_queries
from watchroom.model.words import Words
from watchroom.priority.attention import Turn
from watchroom.priority.rules import RULES

WINGS = ("LEI-A", "LEI-H")


@pytest.fixture(scope="module")
def night(server, tmp_path_factory) -> Generator[World]:
    with example_night(server, tmp_path_factory.mktemp("night"), with_patch=True) as world:
        yield world


@pytest.fixture(scope="module")
def morning(night: World) -> dict[str, BriefingPage]:
    return {wing: night.page(wing) for wing in WINGS}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_fires_for_somebody_and_not_for_everybody(morning: dict[str, BriefingPage], rule) -> None:
    listed = [row for page in morning.values() for row in people(page)]
    fired = [row for row in listed if rule.code in codes(row)]

    assert fired, "fires for nobody on LEI-A or LEI-H"
    assert len(fired) < len(listed)


def test_the_wing_reads_what_the_patch_tells(morning: dict[str, BriefingPage]) -> None:
    told = {row.prison_number: (row.level, row.change.kind, codes(row)) for row in people(morning["LEI-A"])}

    assert told["A1234AJ"] == ("act_now", "new", {"care_plan_open": "act_now", "recent_incident": "this_shift"})
    assert told["A1234AF"][:2] == ("this_shift", "better")
    assert told["A1234AG"] == ("act_now", "worse", {"escape_marker": "act_now", "court_today": "this_shift"})
    assert told["A1181HH"] == ("act_now", "new", {"cell_sharing_unassessed": "act_now", "first_days": "this_shift"})
    assert told["A1234AI"][2]["non_association_on_wing"] == "act_now"
    assert told["A1234AK"][2] == {
        "non_association_on_wing": "act_now",
        "conflict_on_wing": "this_shift",
        "recent_incident": "this_shift",
    }
    assert "A1060AA" not in told


def test_both_of_a_pair_to_be_kept_apart_are_listed_with_the_time_at_which_they_would_meet(morning) -> None:
    for number in ("A1234AI", "A1234AK"):
        row = row_of(morning["LEI-A"], number)
        assert row.next_by == "By 10:00 at the latest"


def test_a_default_date_is_said_to_be_unreliable_and_makes_nobody_new(morning: dict[str, BriefingPage]) -> None:
    unlock = row_of(morning["LEI-A"], "A1234AH").reasons[0]

    assert unlock.code == "controlled_unlock"
    assert "Date unreliable." in unlock.text
    assert unlock.at is None
    assert [row.prison_number for row in people(morning["LEI-A"]) if "first_days" in codes(row)] == ["A1181HH"]


@pytest.mark.parametrize("wing", WINGS)
def test_everybody_on_the_roll_is_counted_in_exactly_one_place(morning: dict[str, BriefingPage], wing: str) -> None:
    roll = morning[wing].roll
    assert {line.key for line in roll.lines} <= {*KEYS, "withheld"}

    assert sum(line.count for line in roll.lines) == roll.on_roll
    assert roll.in_now + roll.out_now == roll.on_roll
    listed = len(people(morning[wing]))
    assert str(roll.on_roll - listed) in roll.unlisted


def test_who_was_listed_in_the_evening_and_is_no_more_does_not_just_disappear(morning) -> None:
    (cleared,) = morning["LEI-H"].cleared

    assert "Controlled unlock" in cleared.text
    assert cleared.text.startswith("No listed item now")


def test_the_page_says_what_changed_since_the_last_shift_and_what_it_was(morning: dict[str, BriefingPage]) -> None:
    told = [(line.place, line.text) for group in morning["LEI-A"].changes for line in group.lines]

    assert ("1-6", "Alert: ACCT Open (HMPS)") in told
    assert ("1-2", "Alert ended: ACCT Open (HMPS)") in told
    assert ("2-1", "Moved from 1-5 to 2-1 (conflict with Other Prisoners)") in told
    assert ("1-8", "Arrived on the wing") in told
    assert ("1-7", "Court 24 Jul, 14:00: was scheduled (Approved), now cancelled") in told
    assert not [text for _, text in told if "Begin of custody" in text]


def test_the_evening_asked_for_again_is_the_evening(night: World) -> None:
    page = night.page("LEI-A", at=EVENING)

    assert row_of(page, "A1234AF").level == "act_now"
    assert "A1181HH" not in {row.prison_number for row in people(page)}
    assert page.hash == night.page("LEI-A", at=EVENING).hash


def test_the_hash_is_of_exactly_what_is_shown(night: World, morning: dict[str, BriefingPage]) -> None:
    page = morning["LEI-A"]

    assert page.hash == hash_of(page) == night.page("LEI-A").hash
    assert len({page.hash, morning["LEI-H"].hash, night.page("LEI-A", asker=NURSE).hash}) == 3


def test_a_source_that_misses_a_delivery_is_late_and_marks_what_depends_on_it(night: World) -> None:
    page = night.page("LEI-A", at=MORNING + timedelta(minutes=20))

    assert page.sources[0].state == "late"
    assert page.staleness is not None
    assert "NOMIS" in page.staleness
    assert all(reason.is_late for row in people(page) for reason in row.reasons)


def test_a_silent_source_takes_parts_of_the_handover_away_and_never_gives_zeros(night: World) -> None:
    page = night.page("LEI-A", at=MORNING + timedelta(hours=3))

    assert page.sources[0].state == "silent"
    assert page.completeness.present == 0
    assert page.attention[0].rows


def test_what_no_source_gives_is_named_as_missing(morning: dict[str, BriefingPage]) -> None:
    missing = {item.key: item.note for item in morning["LEI-A"].completeness.items if not item.is_present}

    assert missing["staffing"] == "no source is connected"
    assert missing["observation_schedule"] == "none on record this shift"
    assert missing["outgoing_note"] == "not yet written"
    assert morning["LEI-A"].completeness.score == 0.6


def test_the_officer_reads_instructions_and_no_diagnosis(morning: dict[str, BriefingPage]) -> None:
    row = row_of(morning["LEI-A"], "A1234AA")
    shown = json.dumps(as_json(morning["LEI-A"])).lower()

    assert row.instructions
    assert "asthma" not in shown
    assert "some description text" not in shown
    assert "nothing outstanding" not in shown


def test_an_officer_of_another_wing_gets_the_whole_roll_and_nobodys_name(night: World) -> None:
    page = night.page("LEI-A", asker=OFFICER_H)

    assert page.roll.on_roll == 13
    assert page.roll.withheld == 13
    assert not people(page)
    occupied = [cell for landing in page.roll.landings for cell in landing.cells if cell.count]
    assert {cell.tone for cell in occupied} == {Tone.WITHHELD}
    assert "Anderson" not in json.dumps(as_json(page))


def test_the_board_has_no_handover_and_its_asking_is_recorded(night: World) -> None:
    before = len(night.audit.entries)
    refused = night.ask("LEI-A", asker=BOARD, purpose="oversight.board")

    assert isinstance(refused, Refused)
    (entry,) = night.audit.entries[before:]
    assert (entry.act, entry.outcome, entry.detail["reason"]) == (Act.REFUSE, None, "nothing_agreed")


def test_one_entry_names_everybody_on_the_page_before_it_is_given(night: World) -> None:
    before = len(night.audit.entries)
    page = night.page("LEI-A")

    (entry,) = night.audit.entries[before:]
    assert (entry.act, entry.actor, entry.entity) == (Act.BRIEF, OFFICER.name, "handover")
    assert entry.detail == {"post": "LEI-A"}
    assert {row.person_id for row in people(page)} <= {str(subject) for subject in entry.subjects}


def test_without_an_entry_there_is_no_handover(night: World) -> None:
    night.audit.is_available = False
    try:
        with pytest.raises(AuditUnavailableError):
            night.ask("LEI-A")
    finally:
        night.audit.is_available = True


def test_a_post_that_is_no_unit_is_said_to_be_unknown(night: World) -> None:
    before = len(night.audit.entries)
    with pytest.raises(UnknownPostError, match="path of a wing") as caught:
        night.ask("LEI-Q", asker=OFFICER)
    assert "LEI-Q" not in str(caught.value)
    (entry,) = night.audit.entries[before:]
    assert (entry.act, entry.outcome, entry.entity) == (Act.BRIEF, Outcome.FAILED, "handover")
    assert entry.detail == {"post": "LEI-Q", "fault": "UnknownPostError"}


def test_the_document_has_the_names_that_others_rely_on(morning: dict[str, BriefingPage]) -> None:
    document = as_json(morning["LEI-A"])
    person, change, source = document["people"][0], document["changes"][0], document["freshness"][0]

    assert {"post", "at", "as_of", "hash", "people", "changes", "incidents", "tasks", "events", "resources"} <= set(
        document
    )
    assert {"id", "place", "level", "change", "reasons", "next"} <= set(person)
    assert {"code", "text", "source", "at"} <= set(person["reasons"][0])
    assert {"at", "category", "text", "subject", "source"} <= set(change)
    assert {"source", "as_of", "age_seconds", "state"} <= set(source)
    assert set(document["completeness"]) >= {"score", "missing"}
    assert document["roll"]["on_roll"] == 13
    json.dumps(document)


def test_equal_pages_make_equal_accessible_pdfs(night: World, morning: dict[str, BriefingPage]) -> None:
    printed = as_pdf(morning["LEI-A"])

    assert printed.startswith(b"%PDF-")
    assert b"pdfuaid" in printed
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2, "the example fits two sheets"
    assert printed == as_pdf(night.page("LEI-A"))


def test_a_seen_handover_says_from_which_state_of_the_record_it_was_made(night: World) -> None:
    seen = night.ask("LEI-A")

    assert isinstance(seen, Seen)
    assert seen.as_of.sequence == seen.value.sequence == 2


def test_to_an_officer_who_may_know_of_nobody_there_no_tile_is_reassuring(night: World) -> None:
    page = night.page("LEI-A", asker=OFFICER_H)

    assert page.staleness is not None
    assert "Details of 13 people here are withheld" in page.staleness
    tiles = {tile.key: tile for tile in page.tiles}
    assert [tiles[key].value for key in ("act_now", "this_shift", "tasks")] == ["–", "–", "–"]
    assert tiles["roll"].note == "13 with details withheld"
    assert {group.none_listed for group in page.attention} == {"details withheld; ask the manager"}
    assert {group.count for group in page.attention} == {"–"}
    assert tiles["incidents"].note == "3 of unknown status; details withheld; ask the manager"
    assert page.roll.unlisted == ""


def test_whoever_may_not_know_all_of_the_wing_reads_in_how_many_incidents_they_are_at_least(night: World) -> None:
    seen = night.ask("LEI-A")
    assert isinstance(seen, Seen)
    some = replace(seen.value, roll=replace(seen.value.roll, withheld=1))

    (tile,) = (tile for tile in briefing_page(some, Words(zone=ZONE)).tiles if tile.key == "incidents")

    assert "; at least " in tile.note

    none = replace(some, incidents=[replace(one, people=()) for one in some.incidents])
    (tile,) = (tile for tile in briefing_page(none, Words(zone=ZONE)).tiles if tile.key == "incidents")
    assert "none known to be with people of this wing" in tile.note


def test_nobody_with_an_active_alert_is_only_a_name(morning: dict[str, BriefingPage], night: World) -> None:
    for wing, page in morning.items():
        told = {row.person_id: row.other_alerts for row in people(page)}
        told |= {one.person_id: one.other_alerts for one in everyone(page) if one.person_id not in told}
        seen = night.ask(wing)
        assert isinstance(seen, Seen)
        for person, named in seen.value.named.items():
            assert len(told.get(str(person), ())) == len(named.other_alerts)
    shown = {alert for page in morning.values() for row in people(page) for alert in row.other_alerts}
    unlisted = [one for page in morning.values() for one in everyone(page) if one.other_alerts]

    assert {"Self Harm - Custody", "Rule 45 - Own Protection"} & shown
    assert all(one.alerts.startswith("Other active alerts: ") for one in unlisted)
    document = as_json(morning["LEI-A"])
    assert [row["other_alerts"] for row in document["people"]] == [
        list(row.other_alerts) for row in people(morning["LEI-A"])
    ]


def test_a_part_of_which_something_is_missing_is_no_tick_and_names_whom_it_concerns(morning) -> None:
    part = morning["LEI-A"].completeness
    cell_sharing = next(item for item in part.items if item.key == "cell_sharing")

    assert cell_sharing.in_part
    assert re.search(r"have no approved CSRA: \d+-\d+(, \d+-\d+)*", cell_sharing.note)
    assert re.search(r"are here, \d of them in part\.", part.sentence)
    assert as_json(morning["LEI-A"])["completeness"]["in_part"] == [item.key for item in part.items if item.in_part]
    assert {item.label for item in part.items} == {
        item.label for item in part.items if any(item.label in line for line in part.summary)
    }


def test_a_cell_above_its_capacity_stands_in_a_line_that_everybody_can_see(night: World) -> None:
    seen = night.ask("LEI-A")
    assert isinstance(seen, Seen)
    roll = seen.value.roll
    cells = [replace(cell, capacity=1) if cell.occupants > 1 else cell for cell in roll.cells]
    shared = [cell.short for cell in cells if cell.occupants > 1]

    page = briefing_page(replace(seen.value, roll=replace(roll, cells=cells)), Words(zone=ZONE))

    assert shared
    assert [line.partition(":")[0] for line in page.roll.over] == shared
    assert all(line.endswith(" people, more than its capacity of 1") for line in page.roll.over)


def test_the_key_says_of_a_plain_cell_no_more_than_what_was_evaluated(night: World, morning) -> None:
    def plain(page: BriefingPage) -> list[str]:
        return [word for _, tone, word in page.roll.key if tone is Tone.PLAIN]

    assert plain(night.page("LEI-A", asker=NURSE)) == ["No listed item among what was evaluated for you"]
    assert plain(morning["LEI-A"]) == ["No listed item"]
    assert plain(night.page("LEI-A", asker=OFFICER_H)) == []


def test_a_reason_less_at_the_same_level_lowers_no_level(night: World) -> None:
    seen = night.ask("LEI-A")
    assert isinstance(seen, Seen)
    one = seen.value.people[0]
    told = replace(seen.value, people=[replace(one, before=one.now, turn=Turn.BETTER)])

    (row,) = people(briefing_page(told, Words(zone=ZONE)))

    assert (row.change.kind, row.change.word) == ("better", "Fewer reasons")


def test_a_lower_level_is_said_as_such_and_never_as_better(morning: dict[str, BriefingPage]) -> None:
    row = row_of(morning["LEI-A"], "A1234AF")

    assert (row.change.kind, row.change.word) == ("better", "Level lowered")
    assert [group.count for group in morning["LEI-A"].attention] == [
        str(len(group.rows)) for group in morning["LEI-A"].attention
    ]


def test_the_first_delivery_is_compared_with_nothing_and_makes_nobody_new(night: World) -> None:
    page = night.page("LEI-A", at=EVENING)

    assert page.staleness is not None
    assert "First delivery" in page.staleness
    assert people(page)
    assert {row.change.kind for row in people(page)} == {"same"}
    assert page.changes == ()
    # "No change" and "0 new" would say that it was looked at.
    assert {row.change.word for row in people(page)} == {"Nothing to compare with"}
    assert all("new" not in tile.note for tile in page.tiles)
    assert page.sections["changes"].count == "–"
    assert page.sections["changes"].none_listed == "Nothing to compare with"


def test_of_two_assessments_of_one_day_the_later_in_the_sources_count_stands(night: World) -> None:
    class Found(NamedTuple):
        source_key: str | None

    asked = parse_queries(
        "-- name: keys()\nselect cell_sharing_risk.source_key from cell_sharing_risk", where="a test"
    )["keys"]
    seen = night.gate.read(
        OFFICER,
        asked=Asked(purpose="custody.care", act=Act.LIST, what="cell_sharing_risk"),
        look=lambda view: view.rows(asked, Found),
    )
    assert isinstance(seen, Seen)
    assert seen.value
    assert all(row.source_key for row in seen.value), "the order of the handover rests on it"


def test_a_handover_leaves_no_rings_of_garbage_so_that_the_collector_may_look_for_them_rarely(night: World) -> None:
    night.page("LEI-A")
    gc.collect()
    gc.disable()
    try:
        night.page("LEI-A")
        assert gc.collect() == 0
    finally:
        gc.enable()
