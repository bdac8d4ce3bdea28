"""Laws of what may be added: an agreement, a role, a mask or an error never shows more than it says."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from party_cases import cases, parties
from policy_cases import FACTS, NURSE, TODAY, Asking, agreement_of, clauses, decision_of, masked_by
from row_cases import rows_of
from watchroom.model.catalogue import catalogue
from watchroom.policy.clauses import Agreement, Clause
from watchroom.policy.conditions import ALWAYS, All, Comparator, Compare, Not, Some
from watchroom.policy.evaluate import Facts, Row
from watchroom.policy.masks import Mask
from watchroom.policy.sight import is_excluded, sight

ALERT = catalogue().entity("alert")
ROWS = rows_of(ALERT)
CLAUSES = clauses(entities=("alert",))
SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
FIELDS = [field.name for field in ALERT.fields]


def cells(agreements: list[Agreement], asking: Asking, row: Row) -> dict[str, object] | None:
    """What is shown whole of a row by clauses, or None; with what is masked left out."""
    decision = decision_of(agreements, asking)
    seen = None if decision is None else sight(decision, ALERT, row, asking.facts)
    return None if seen is None else {name: seen.values[name] for name in FIELDS if name not in seen.withheld}


def is_shut(agreements: list[Agreement], asking: Asking, row: Row) -> bool:
    decision = decision_of(agreements, asking)
    return decision is None or is_excluded(decision, "alert", row, asking.facts)


@SLOW
@given(case=cases(), added=parties(), row=ROWS)
def test_adding_an_agreement_never_widens_the_fields_or_rows_of_another(
    case: tuple[list[Agreement], Asking], added: Agreement, row: Row
) -> None:
    agreements, asking = case
    alone, own = cells(agreements, asking, row), cells([added], asking, row)
    both = cells([*agreements, added], asking, row)
    assert (both or {}) == {**(alone or {}), **(own or {})}
    assert (both is None) == (alone is None and own is None)
    if both is not None:
        assert is_shut([*agreements, added], asking, row) >= (alone is not None and is_shut(agreements, asking, row))


@SLOW
@given(case=cases(), more=st.sampled_from(["nurse", "wing_officer", "duty_governor", "board"]), row=ROWS)
def test_a_wider_set_of_roles_never_shows_less(case: tuple[list[Agreement], Asking], more: str, row: Row) -> None:
    agreements, asking = case
    wider = replace(asking, roles=(*asking.roles, more))
    before, after = cells(agreements, asking, row), cells(agreements, wider, row)
    if before is not None:
        assert after is not None
        assert before.items() <= after.items()
        assert is_shut(agreements, wider, row) is is_shut(agreements, asking, row)


@given(clause=CLAUSES, row=ROWS, facts=FACTS)
def test_a_mask_never_shows_more_than_the_field_unmasked(clause: Clause, row: Row, facts: Facts) -> None:
    asking = replace(NURSE, facts=facts)
    masked = decision_of([agreement_of([clause])], asking)
    bare = decision_of([agreement_of([replace(clause, masks={})])], asking)
    assert masked is not None
    assert bare is not None
    less, more = sight(masked, ALERT, row, facts), sight(bare, ALERT, row, facts)
    assert (less is None) is (more is None)
    if less is None or more is None:
        return
    assert set(less.withheld) >= set(more.withheld)
    for name, value in less.values.items():
        if value != more.values[name]:
            # Only a field that says so, and then less of the same or nothing; its source value goes with it.
            owner = next(f.name for f in ALERT.fields if name in (f.name, f.source_value_name))
            assert owner in clause.masks
            assert more.values[name] is not None
        assert more.values[name] is not None or value is None


@pytest.mark.parametrize("mask", [None, *Mask])
@given(row=ROWS)
def test_who_is_agreed_with_is_shown_every_field_that_is_named(mask: Mask | None, row: Row) -> None:
    seen = cells([masked_by(mask)], NURSE, row)
    named = masked_by(mask).clauses[1]
    assert named.entity == "alert"
    if row["classification"] == "secret":
        assert seen is None
    else:
        assert seen == {name: row[name] for name in FIELDS if name not in named.masks}


@given(row=ROWS, facts=FACTS)
def test_an_error_never_permits(row: Row, facts: Facts) -> None:
    wrong = Compare(column="id", comparator=Comparator.LESS, operand=5)
    for whole in (wrong, Not(part=wrong), All(parts=(ALWAYS, wrong)), Some(parts=(Some(parts=()), wrong))):
        clause = replace(masked_by(None).clauses[1], condition=whole)
        asking = replace(NURSE, facts=facts)
        if row["classification"] in facts.clearances:
            with pytest.raises(TypeError):
                cells([agreement_of([clause])], asking, row)


@pytest.mark.parametrize(("day", "holds"), [(-11, False), (-10, True), (0, True), (10, True), (11, False)])
def test_an_agreement_holds_from_its_first_to_its_last_day(day: int, holds: bool) -> None:
    on = TODAY.fromordinal(TODAY.toordinal() + day)
    decision = decision_of([masked_by(None)], NURSE)
    assert decision is not None
    assert decision.is_in_force(on) is holds
    assert decision.rows_of("alert")[0].holds_on(on) is holds


@pytest.mark.parametrize(
    ("highest", "row", "shown"),
    [
        ("official", "official", True),
        ("official", "official_sensitive", False),
        ("official_sensitive", "official", True),
        ("official_sensitive", "official_sensitive", True),
        ("official_sensitive", "secret", False),
        ("secret", "official", False),
    ],
)
def test_an_agreement_covers_its_classification_and_those_below(highest: str, row: str, shown: bool) -> None:
    found = cells([masked_by(None, highest=highest)], NURSE, {"classification": row})
    assert (found is not None) is shown
