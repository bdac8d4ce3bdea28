"""Every rule fires where it should, stays silent where it should, and says what it must."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from priority_cases import (
    CELL,
    DOES_NOT_FIRE,
    FIRES,
    HIGH,
    NOW,
    SETTING,
    begun,
    engaged,
    in_incident,
    marked,
    person,
)

from watchroom.model.jurisdiction import pack
from watchroom.model.message_files import messages
from watchroom.model.text import Text
from watchroom.priority.attention import Turn, attention, in_order, natural, turn
from watchroom.priority.facts import EngagementKind, PersonFacts
from watchroom.priority.reasons import Level, Reason
from watchroom.priority.reference import as_markdown
from watchroom.priority.rules import RULES, Rule
from watchroom.priority.setting import Setting

BY_CODE = {rule.code: rule for rule in RULES}
FIRING = [(code, name) for code, cases in FIRES.items() for name in cases]
SILENT = [(code, name) for code, cases in DOES_NOT_FIRE.items() for name in cases]
DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "rules.md"


def reasons_of(rule: Rule, facts: PersonFacts, setting: Setting = SETTING) -> list[Reason]:
    return list(rule.apply(facts, setting))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_a_case_in_which_it_fires_and_one_in_which_it_does_not(rule: Rule) -> None:
    assert FIRES.get(rule.code), "no firing case"
    assert DOES_NOT_FIRE.get(rule.code), "no silent case"


def test_no_rule_is_named_twice() -> None:
    assert len(BY_CODE) == len(RULES)


@pytest.mark.parametrize(("code", "name"), FIRING)
def test_it_fires_with_its_level_and_all_its_words(code: str, name: str) -> None:
    facts, level = FIRES[code][name]

    found = reasons_of(BY_CODE[code], facts)

    assert [reason.level for reason in found] == [Level(level)]
    assert found[0].code == code
    assert found[0].source.system == "nomis"
    assert isinstance(found[0].next_action.text, Text)


@pytest.mark.parametrize(("code", "name"), SILENT)
def test_it_stays_silent(code: str, name: str) -> None:
    assert reasons_of(BY_CODE[code], DOES_NOT_FIRE[code][name]) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_cases_show_every_level_that_the_rule_declares(rule: Rule) -> None:
    assert {level for _, level in FIRES[rule.code].values()} == {str(level) for level in rule.levels}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_that_asks_the_pack_is_silent_when_the_pack_does_not_know_the_concept(rule: Rule) -> None:
    without = Setting(now=SETTING.now, zone=SETTING.zone, codes={})
    silent = {code for code in BY_CODE if code not in ("cell_sharing_unassessed", "first_days", "release_soon")}
    fired = [reason for facts, _ in FIRES[rule.code].values() for reason in rule.apply(facts, without)]
    if rule.concepts and rule.code in silent:
        assert fired == []


@pytest.mark.parametrize(("code", "name"), FIRING)
def test_everything_that_a_reason_says_has_words_and_everything_that_the_words_name(code: str, name: str) -> None:
    facts, _ = FIRES[code][name]
    english = messages("en")

    for reason in reasons_of(BY_CODE[code], facts):
        for text in (reason.headline, reason.text, reason.next_action.text, reason.when):
            if text is not None:
                named = {slot.name for slot in english[text.id].slots if not slot.name.startswith("term.")}
                assert named <= set(text.params), text.id


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_jurisdiction_pack_knows_every_concept_that_a_rule_asks_for(rule: Rule) -> None:
    for concept in rule.concepts:
        assert pack("england_and_wales").codes(concept)


def test_an_unreliable_date_is_said_and_gives_no_instant() -> None:
    (reason,) = reasons_of(BY_CODE["controlled_unlock"], marked("XCU", is_reliable=False))

    assert reason.when == Text("reason.when.unreliable")
    assert (reason.at, reason.on) == (None, None)


def test_controlled_unlock_never_leaves_out_that_the_number_of_staff_is_not_recorded() -> None:
    (reason,) = reasons_of(BY_CODE["controlled_unlock"], marked("XCU"))

    assert reason.text.id == "reason.controlled_unlock.text"


def test_a_night_ends_at_six_so_who_came_after_it_has_not_slept_here() -> None:
    rule = BY_CODE["cell_sharing_unassessed"]

    at_six = reasons_of(rule, begun(2, cell_sharing=None, cell_others=1))
    just_before = reasons_of(rule, begun(2.01, cell_sharing=None, cell_others=1))

    assert at_six[0].level is Level.THIS_SHIFT
    assert just_before[0].level is Level.ACT_NOW


def test_today_is_the_local_day_and_not_the_day_in_utc() -> None:
    late = Setting(now=NOW.replace(hour=23, minute=30), zone=SETTING.zone, codes=SETTING.codes)

    assert late.today == date(2026, 7, 25)
    assert reasons_of(BY_CODE["court_today"], engaged(EngagementKind.COURT), late) == []


def test_what_depends_on_a_late_source_is_marked() -> None:
    late = Setting(now=NOW, zone=SETTING.zone, codes=SETTING.codes, late_sources=frozenset({"nomis"}))
    found = attention(marked("HA"), late)

    assert found is not None
    assert [reason.is_late for reason in found.reasons] == [True]


def test_who_has_no_reason_gets_no_attention() -> None:
    assert attention(person(), SETTING) is None


def test_the_most_urgent_reason_leads_and_gives_level_and_next_action() -> None:
    found = attention(person(markers=(*marked("TG").markers, *marked("HA").markers)), SETTING)

    assert found is not None
    assert [reason.code for reason in found.reasons] == ["care_plan_open", "hold"]
    assert found.level is Level.ACT_NOW
    assert found.next_action.text.id == "reason.care_plan_open.next"


def test_within_a_level_what_is_due_first_comes_first_then_the_place() -> None:
    later = engaged(EngagementKind.COURT, starts_at=NOW + timedelta(hours=5))
    sooner = engaged(EngagementKind.COURT, starts_at=NOW + timedelta(hours=1))
    people = [attention(facts, SETTING) for facts in (in_incident(11), later, sooner)]

    ordered = in_order(found for found in people if found is not None)

    assert [one.facts for one in ordered] == [sooner, later, in_incident(11)]


def test_cell_nine_comes_before_cell_ten() -> None:
    assert sorted(["LEI-A-1-10", "LEI-A-1-9"], key=natural) == ["LEI-A-1-9", "LEI-A-1-10"]


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (marked("HA"), person(), Turn.NEW),
        (marked("HA"), marked("HA1"), Turn.WORSE),
        (marked("HA1"), marked("HA"), Turn.BETTER),
        (marked("HA"), marked("HA"), Turn.SAME),
        (person(markers=(*marked("HA").markers, *marked("XCU").markers)), marked("HA"), Turn.WORSE),
        (marked("HA"), person(markers=(*marked("HA").markers, *marked("XCU").markers)), Turn.BETTER),
        (person(markers=(*marked("HA").markers, *marked("XA").markers)), marked("HA"), Turn.SAME),
        (person(cell_sharing=HIGH, cell_others=1), person(cell_sharing=HIGH, place=CELL), Turn.WORSE),
    ],
)
def test_how_a_person_stands_against_the_last_shift(now: PersonFacts, before: PersonFacts, expected: Turn) -> None:
    here = attention(now, SETTING)

    assert here is not None
    assert turn(here, attention(before, SETTING)) is expected


def test_the_reference_page_is_the_one_that_the_rules_make() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == as_markdown(), (
        "write what `watchroom.priority.reference.as_markdown()` gives into docs/reference/rules.md"
    )
