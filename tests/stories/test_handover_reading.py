"""What an officer and a nurse can take from the page at 07:30, and what they must not conclude from it."""

import json
from collections.abc import Generator

import pytest
from handover_world import GOVERNOR, NURSE, OFFICER_H, World, changes, codes, example_night, people, row_of

from watchroom.demo.night import ZONE
from watchroom.gate.door import Seen
from watchroom.handover.document import as_json
from watchroom.handover.print import as_pdf
from watchroom.handover.show import BriefingPage
from watchroom.model.words import Words
from watchroom.priority.rules import RULES

READ = sorted({entity for rule in RULES for entity in rule.reads} - {"custody_episode", "location"})


@pytest.fixture(scope="module")
def night(server, tmp_path_factory) -> Generator[World]:
    with example_night(server, tmp_path_factory.mktemp("night"), with_patch=True) as world:
        yield world


@pytest.fixture(scope="module")
def morning(night: World) -> dict[str, BriefingPage]:
    return {wing: night.page(wing) for wing in ("LEI-A", "LEI-H")}


@pytest.fixture(scope="module")
def nurse(night: World) -> BriefingPage:
    return night.page("LEI-A", asker=NURSE)


def states(page: BriefingPage) -> dict[str, str]:
    return {rule: line.state for line in page.not_evaluated for rule in line.rules}


# ---- withheld is no finding and no reassurance


def test_the_nurse_has_no_finding_on_what_she_may_not_see_and_reads_which_it_is(nurse: BriefingPage) -> None:
    fired = {code for row in people(nurse) for code in codes(row)}
    withheld = {code for code, state in states(nurse).items() if state == "not_available"}

    assert {"cell_sharing_unassessed", "cell_sharing_high", "court_today", "escape_marker"} <= withheld
    assert not fired & withheld
    assert nurse.staleness is not None
    assert "8 checks were not evaluated for you" in nurse.staleness
    assert nurse.not_evaluated[0].text.startswith("Not evaluated (not available to your role): Keep apart, CSRA high,")


def test_to_the_nurse_no_listed_item_is_said_only_of_what_was_evaluated(nurse: BriefingPage) -> None:
    said = [one.text for landing in nurse.roll.landings for cell in landing.cells for one in cell.occupants]

    assert "No listed item among what was evaluated for you" in said
    assert "No listed item" not in said
    assert nurse.roll.unlisted.endswith("with no listed item among what was evaluated for you")
    assert {group.none_listed for group in nurse.attention} == {"No listed item among what was evaluated for you"}


def test_no_text_tells_the_nurse_that_something_is_missing_which_is_only_withheld(nurse: BriefingPage) -> None:
    appointment = row_of(nurse, "A1234AL").reasons[0]
    moved = next(line.text for line in changes(nurse) if line.text.startswith("Moved"))

    assert "where to is not available to your role" in appointment.text
    assert moved == "Moved from 1-5 to 2-1 (not available to your role)"
    assert nurse.sections["movements"].notes == ("Not available to your role here: court appearance and visit.",)
    listed = {line.text for line in nurse.movements}
    assert "Medical/Dental Outpatient Appointment, where to is not available to your role" in listed
    assert "Transfer, where to is not available to your role" in listed


def test_what_is_not_evaluated_stands_in_the_document_too(nurse: BriefingPage, morning) -> None:
    told = {one["rule"]: one["state"] for one in as_json(nurse)["not_evaluated"]}

    assert told["non_association_on_wing"] == "not_available"
    assert told["hold"] == "in_part"
    assert states(morning["LEI-A"]) == {"release_soon": "in_part"}


@pytest.mark.parametrize("entity", READ)
def test_an_entity_that_is_withheld_gives_neither_finding_nor_reassurance(night: World, entity: str) -> None:
    seen, blind = night.page("LEI-A", asker=GOVERNOR), night.without(entity).page("LEI-A", asker=GOVERNOR)
    fired = {code for row in people(blind) for code in codes(row)}
    needing = {rule.code for rule in RULES if any(name.startswith(f"{entity}.") for name in rule.needs)}
    helped = {rule.code for rule in RULES if entity in rule.reads} - needing

    assert not states(seen)
    assert states(blind) == {**dict.fromkeys(helped, "in_part"), **dict.fromkeys(needing, "not_available")}
    assert not fired & needing
    if needing:
        assert blind.roll.unlisted.endswith("with no listed item among what was evaluated for you")
        assert 'No listed item"' not in json.dumps(as_json(blind))


def test_an_officer_of_another_wing_reads_no_part_as_there(night: World) -> None:
    page = night.page("LEI-A", asker=OFFICER_H)
    present = {item.key for item in page.completeness.items if item.is_present}

    assert len(states(page)) == len(RULES)
    assert present == {"roll", "instructions"}


# ---- what rows name


def test_a_high_risk_row_names_the_cell_mate_who_has_a_row_that_names_him(morning) -> None:
    high, mate = (row_of(morning["LEI-A"], number) for number in ("A1234AA", "A1234AC"))

    assert "shares cell 1-1 with Bates, Norman John" in high.reasons[0].text
    assert (mate.level, mate.reasons[0].code) == ("act_now", "cell_mate_high")
    assert "with Anderson, Arthur Boris, who is a high risk" in mate.reasons[0].text


def test_whom_to_keep_apart_is_named_with_the_cell(morning) -> None:
    assert "Keep apart from Smith, Darius, 1-7," in row_of(morning["LEI-A"], "A1234AI").reasons[0].text


def test_a_transfer_tells_from_where_to_where(morning) -> None:
    assert "Transfer, from Leeds to Moorland" in {line.text for line in morning["LEI-A"].movements}
    hold = next(one for one in row_of(morning["LEI-A"], "A1234AC").reasons if one.code == "hold")
    assert "a transfer to Moorland is listed for today at 10:00" in hold.text


# ---- order


def test_the_plan_opened_last_night_leads_and_what_did_not_change_stands_below_what_did(morning) -> None:
    now = [(row.prison_number, row.change.kind) for row in morning["LEI-A"].attention[0].rows]

    assert now[0] == ("A1234AJ", "new")
    assert [kind for _, kind in now] == sorted((kind for _, kind in now), key=["new", "worse", "same"].index)


# ---- times


def test_news_say_when_it_happened_and_when_it_became_known(morning) -> None:
    told = {line.text: line for line in changes(morning["LEI-A"])}

    assault, plan = told["Incident -9001: Assault"], told["Alert: ACCT Open (HMPS)"]
    visit = told["Visit 24 Jul, 14:00: was scheduled, now cancelled"]
    assert (assault.at, assault.known, assault.basis) == ("20:40", "known 08:00", "happened")
    assert (plan.at, plan.known, plan.happened) == ("Today", "known 08:00", "2026-07-24")
    assert (visit.at, visit.known, visit.basis, visit.happened) == ("by 08:00", "", "recorded", None)


def test_within_its_kind_news_stand_the_latest_first_by_when_they_can_have_happened(morning) -> None:
    for page in morning.values():
        for group in page.changes:
            instants = [line.at_instant for line in group.lines]
            assert instants == sorted(instants, reverse=True)


# ---- absences and tasks of long ago


def test_an_absence_of_years_is_watched_with_the_number_of_days_and_a_word_to_check_it(morning) -> None:
    row = next(row for row in people(morning["LEI-H"]) if "out_now" in codes(row) and row.level == "watch")

    assert "Out since 1 December 2021, 1696 days: check the record." in row.reasons[0].text
    assert "have the record corrected" in row.next_action


def test_reviews_that_are_years_overdue_are_grouped_at_the_end_with_their_number(morning) -> None:
    page = morning["LEI-A"]
    tile = next(tile for tile in page.tiles if tile.key == "tasks")

    assert [line.is_long_overdue for line in page.long_overdue] == [True] * 4
    assert page.sections["long_overdue"].count == "4"
    assert not any(line.is_overdue for line in page.tasks)
    assert (tile.value, tile.note) == ("5", "0 overdue; 4 long overdue")
    assert [task["is_long_overdue"] for task in as_json(page)["tasks"]] == [False] * 5 + [True] * 4


# ---- roll


def test_the_record_says_which_cell_and_never_that_anybody_is_in_it(morning) -> None:
    document = as_json(morning["LEI-A"])
    shown = json.dumps(document)

    assert document["roll"]["recorded_where"] == {"cell_recorded": 12, "no_cell_recorded": 1}
    assert "in their cells" not in shown
    assert morning["LEI-A"].sections["everyone"].title == "Where the record puts everyone"


def test_the_capacity_is_told_as_the_source_has_it_with_what_contradicts_itself(morning) -> None:
    capacity = as_json(morning["LEI-H"])["resources"]["capacity"]

    assert (capacity["cells_working"], capacity["cells_maximum"]) == (110, 11)
    assert (capacity["unit_working"], capacity["unit_maximum"]) == (20, 20)
    assert capacity["contradictions"] == [{"place": "1-1", "working": 100, "maximum": 1}]
    assert any("more than its maximum of 1. Check the record." in note for note in capacity["notes"])


def test_who_is_on_no_units_roll_is_counted_on_every_page_and_named_to_those_who_may_know(
    night: World, morning
) -> None:
    governor = night.page("LEI-A", asker=GOVERNOR).roll.no_unit

    for page in morning.values():
        assert (page.roll.no_unit.count, page.roll.no_unit.withheld, page.roll.no_unit.people) == (2, 2, ())
        assert page.roll.no_unit.title == "2 people of the establishment are on no unit's roll"
        assert "Details of 2 of them are withheld from you" in page.roll.no_unit.sentence
    assert [one.prison_number for one in governor.people] == ["A1237AI", "G2823GV"]
    assert governor.withheld == 0


def test_what_is_arranged_for_somebody_is_no_task_of_the_shift(night: World, morning: dict[str, BriefingPage]) -> None:
    seen = night.ask("LEI-A")
    assert isinstance(seen, Seen)
    arranged = [coded for named in seen.value.named.values() for coded in named.instructions]
    assert {coded.code_list for coded in arranged} == {"care_instruction", "reasonable_adjustment"}

    words = Words(zone=ZONE)
    for row in people(morning["LEI-A"]):
        named = next(one for one in seen.value.named.values() if str(one.person_id) == row.person_id)
        for told, of in ((row.instructions, "care_instruction"), (row.adjustments, "reasonable_adjustment")):
            assert list(told) == [words.code(of, one.code) for one in named.instructions if one.code_list == of]


def test_a_place_has_one_name_on_the_page(morning: dict[str, BriefingPage]) -> None:
    assert morning["LEI-A"].agency == "Leeds"
    assert "HMP LEEDS" not in json.dumps(as_json(morning["LEI-A"]))


def test_figures_on_paper_have_a_zero_without_a_stroke(morning: dict[str, BriefingPage]) -> None:
    assert b"WatchroomFigures" in as_pdf(morning["LEI-A"])
