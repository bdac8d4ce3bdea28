"""Every rule fires where it should, stays silent where it should, and says what it must."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from priority_cases import (
    CELL,
    DOES_NOT_FIRE,
    FIRES,
    HIGH,
    NOW,
    SETTING,
    away,
    begun,
    beside,
    calculated,
    engaged,
    in_incident,
    kept_apart,
    marked,
    person,
)

from watchroom.model.catalogue import catalogue
from watchroom.model.jurisdiction import pack
from watchroom.model.message_files import messages
from watchroom.model.text import Text
from watchroom.priority.attention import Attention, Turn, attention, in_order, natural, turn
from watchroom.priority.extent import Extent
from watchroom.priority.facts import CellMate, EngagementKind, PersonFacts
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
    for concept in rule.asked:
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


def found(facts: PersonFacts, number: int) -> Attention:
    one = attention(replace(facts, person_id=str(UUID(int=number))), SETTING)
    assert one is not None
    return one


def numbers(people: Sequence[Attention]) -> list[int]:
    return [UUID(one.facts.person_id).int for one in people]


def test_within_a_level_what_changed_stands_before_what_did_not() -> None:
    people = [found(marked("HA"), number) for number in range(1, 5)]
    turns = dict(
        zip((one.facts.person_id for one in people), (Turn.SAME, Turn.BETTER, Turn.WORSE, Turn.NEW), strict=True)
    )

    assert numbers(in_order(people, turns)) == [4, 3, 2, 1]


def test_a_care_plan_opened_last_night_stands_above_what_did_not_change_even_if_that_has_a_time() -> None:
    unchanged = found(kept_apart(meets_at=NOW + timedelta(hours=2)), 1)
    opened = found(marked("HA"), 2)

    assert numbers(in_order([unchanged, opened], {opened.facts.person_id: Turn.NEW})) == [2, 1]


def test_changed_or_not_a_level_never_stands_above_a_more_urgent_one() -> None:
    new_visit, old_plan = found(engaged(EngagementKind.VISIT), 1), found(marked("HA"), 2)

    assert numbers(in_order([new_visit, old_plan], {new_visit.facts.person_id: Turn.NEW})) == [2, 1]


def test_then_the_weight_of_the_leading_reason_decides_which_is_the_order_of_the_rules() -> None:
    timed = found(kept_apart(meets_at=NOW + timedelta(hours=2)), 1)
    plan, unlock = found(marked("HA"), 3), found(marked("XCU"), 2)

    assert numbers(in_order([timed, unlock, plan])) == [3, 2, 1]
    assert [rule.code for rule in RULES][:3] == ["care_plan_open", "controlled_unlock", "non_association_on_wing"]


def test_then_what_is_due_first_then_the_place_then_the_id() -> None:
    later = found(engaged(EngagementKind.COURT, starts_at=NOW + timedelta(hours=5)), 1)
    sooner = found(engaged(EngagementKind.COURT, starts_at=NOW + timedelta(hours=1)), 2)
    untimed = [
        found(replace(engaged(EngagementKind.COURT, starts_at=None), place=place), number)
        for number, place in ((5, replace(CELL, path="LEI-A-1-10")), (4, CELL), (3, CELL))
    ]

    assert numbers(in_order([later, *untimed, sooner])) == [2, 1, 3, 4, 5]


def test_a_person_is_due_when_the_first_reason_of_their_own_level_is() -> None:
    at = NOW + timedelta(hours=1)
    both = person(markers=marked("XA").markers, engagements=engaged(EngagementKind.COURT, starts_at=at).engagements)
    only_watched = person(
        markers=marked("XA").markers, engagements=engaged(EngagementKind.VISIT, starts_at=at).engagements
    )

    assert found(both, 1).due == at
    assert found(only_watched, 2).due is None


# ---- what the asker may not see, and what did not come


@pytest.mark.parametrize(("code", "name"), FIRING)
def test_a_rule_whose_inputs_are_withheld_does_not_fire(code: str, name: str) -> None:
    facts, _ = FIRES[code][name]
    one = attention(facts, replace(SETTING, extents={code: Extent.NOT_AVAILABLE}))

    assert code not in {reason.code for reason in (() if one is None else one.reasons)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_that_fires_where_a_record_is_missing_says_nothing_when_the_file_did_not_come(rule: Rule) -> None:
    undelivered = replace(SETTING, extents={rule.code: Extent.NOT_DELIVERED})
    ones = [attention(facts, undelivered) for facts, _ in FIRES[rule.code].values()]
    fired = {reason.code for one in ones if one is not None for reason in one.reasons}

    assert (rule.code in fired) is not rule.fires_on_absence
    assert rule.fires_on_absence is (rule.code in {"cell_sharing_unassessed", "cell_missing"})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_input_of_a_rule_is_a_field_of_the_model(rule: Rule) -> None:
    assert rule.needs
    for name in rule.inputs:
        entity, _, field = name.partition(".")
        assert catalogue().entity(entity).field(field)


@pytest.mark.parametrize(
    ("code", "facts", "lacking", "said"),
    [
        ("escape_marker", marked("XEL"), "court_appearance.status_code", "reason.escape_marker.not_seen"),
        ("out_now", away(is_in_hospital=False, reason=None), "movement.reason_code", "reason.out_now.not_seen"),
        (
            "outside_appointment_today",
            engaged(EngagementKind.OUTSIDE_APPOINTMENT, where=None),
            "scheduled_event.to_agency_code",
            "reason.outside_appointment_today.timed_unseen",
        ),
    ],
)
def test_what_is_withheld_is_neither_said_to_be_missing_nor_to_be_well(code, facts, lacking: str, said: str) -> None:
    (seen,) = reasons_of(BY_CODE[code], facts)
    (blind,) = reasons_of(BY_CODE[code], facts, replace(SETTING, lacking=frozenset({lacking})))

    assert blind.text.id == said != seen.text.id


# ---- what the reasons name


def test_who_is_a_high_risk_to_a_cell_mate_is_told_with_the_mates_name_and_those_withheld_are_counted() -> None:
    def said(others: int, *names: str | None) -> Text:
        mates = tuple(CellMate(name=name, sharing=None) for name in names)
        facts = person(cell_sharing=HIGH, cell_others=others, cell_mates=mates)
        (reason,) = reasons_of(BY_CODE["cell_sharing_high"], facts)
        shared = reason.text.params["with"]
        assert isinstance(shared, Text)
        return shared

    assert said(1, "Mate, A") == Text("reason.shared_with.known", {"place": "1-4", "names": "Mate, A", "count": 0})
    assert said(2, "Mate, A").id == "reason.shared_with.some"
    assert said(2, "Mate, A").params["count"] == 1
    assert said(1).id == said(1, None).id == "reason.shared_with.withheld"


def test_the_cell_mate_of_somebody_of_high_risk_has_a_row_that_names_who_it_is() -> None:
    (reason,) = reasons_of(BY_CODE["cell_mate_high"], beside(HIGH))
    (withheld,) = reasons_of(BY_CODE["cell_mate_high"], beside(HIGH, name=None))

    assert reason.text.params == {"name": "Mate, Cell", "place": "1-4"}
    assert withheld.text.params["name"] == Text("reason.somebody_withheld")


def test_an_absence_of_years_says_since_when_for_how_many_days_and_to_check_the_record() -> None:
    (reason,) = reasons_of(BY_CODE["out_now"], away(is_in_hospital=False, hours=24 * 1461))

    assert reason.text.id == "reason.out_now.long"
    assert reason.text.params["count"] == 1461
    assert reason.next_action.text == Text("reason.out_now.next_long")


@pytest.mark.parametrize(("is_reliable", "told"), [(True, "next"), (False, "next_undated")])
def test_the_latest_day_of_a_post_closure_review_is_told_only_where_the_day_of_closure_is_known(
    is_reliable: object, told: str
) -> None:
    (reason,) = reasons_of(BY_CODE["care_plan_post_closure"], marked("HA1", is_reliable=bool(is_reliable)))
    assert reason.next_action.text.id == f"reason.care_plan_post_closure.{told}"


# ---- the list that issue 2 gives of what puts a person before staff

_ASKED_FOR = {
    "open care plan": ("care_plan_open",),
    "controlled unlock": ("controlled_unlock",),
    "high cell-sharing risk": ("cell_sharing_high", "cell_mate_high"),
    "arson or escape markers": ("arson", "escape_marker"),
    "first days in custody": ("first_days",),
    "court today": ("court_today",),
    "visit today": ("visit_today",),
    "outside appointment today": ("outside_appointment_today",),
    "release soon": ("release_soon",),
    "hold alerts": ("hold",),
    "non-association on the wing": ("non_association_on_wing",),
    "conflict on the wing": ("conflict_on_wing",),
    "cell missing": ("cell_missing",),
    "recent incident": ("recent_incident",),
}


@pytest.mark.parametrize("asked", _ASKED_FOR)
def test_everything_that_was_asked_for_has_its_rule_with_a_firing_and_a_silent_case(asked: str) -> None:
    for code in _ASKED_FOR[asked]:
        assert BY_CODE[code].code in FIRES
        assert DOES_NOT_FIRE[code]


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


def test_a_release_that_stands_on_an_unreliable_calculation_is_told_with_the_other_one_that_is_possible() -> None:
    today, later = date(2026, 7, 24), date(2026, 9, 1)

    [found] = reasons_of(BY_CODE["release_soon"], calculated((0, "confirmed", later), (1, "conditional", today)))
    [alone] = reasons_of(
        BY_CODE["release_soon"], calculated((0, "confirmed", today), (1, "conditional", date(2026, 7, 1)))
    )
    [agreed] = reasons_of(BY_CODE["release_soon"], calculated((0, "automatic", today), (1, "automatic", today)))

    assert (found.on, found.level) == (today, Level.THIS_SHIFT)
    assert found.when == Text(
        "reason.release_soon.unordered", {"other": Text("reason.release_soon.confirmed", {"on": later})}
    )
    assert alone.when == Text("reason.release_soon.unordered_none")
    assert agreed.when is None


def test_an_incident_without_a_reliable_instant_says_so_and_names_no_time() -> None:
    [found] = reasons_of(BY_CODE["recent_incident"], in_incident(1, is_reliable=False))

    assert (found.at, found.when) == (None, Text("reason.when.unreliable"))
    assert "at" not in found.text.params
