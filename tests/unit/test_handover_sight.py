"""How far each rule can be evaluated for an asker: what is withheld or did not come is never a finding."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from watchroom.handover.sight import Sight, Standing, sight_of
from watchroom.model.catalogue import catalogue
from watchroom.model.jurisdiction import pack
from watchroom.policy.agreement import charter_text, load_agreement
from watchroom.policy.clauses import Right
from watchroom.policy.decision import Decision, decide
from watchroom.policy.masks import Mask
from watchroom.priority.extent import Extent
from watchroom.priority.rules import RULES, Rule

PACK = pack("england_and_wales")
CHARTER = load_agreement(charter_text(), where="charter.yaml", model=catalogue())
ON_A = Standing(
    unit="LEI-A",
    site="LEI",
    units=("LEI-A",),
    sites=("LEI",),
    now=datetime(2026, 7, 24, 7, tzinfo=UTC),
    today=date(2026, 7, 24),
)
BY_CODE = {rule.code: rule for rule in RULES}
NEEDS = [(rule, name) for rule in RULES for name in rule.needs]


def decision(role: str) -> Decision:
    found = decide([CHARTER], organisation="HMPPS", roles=(role,), purpose="custody.care", right=Right.LIST)
    assert isinstance(found, Decision)
    return found


OFFICER, NURSE, GOVERNOR = decision("wing_officer"), decision("nurse"), decision("duty_governor")


def seen(by: Decision, *, standing: Standing = ON_A, undelivered: tuple[str, ...] = ()) -> Sight:
    return sight_of(by, standing, pack=PACK, undelivered=undelivered)


def without(by: Decision, name: str) -> Decision:
    """The decision of a charter that does not show one field."""
    entity, _, field = name.partition(".")
    grants = tuple(
        replace(grant, clause=replace(grant.clause, fields=tuple(one for one in grant.clause.fields if one != field)))
        if grant.clause.entity == entity
        else grant
        for grant in by.grants
    )
    return replace(by, grants=grants)


def test_a_governor_of_the_establishment_has_every_rule_evaluated_whole() -> None:
    found = seen(GOVERNOR)

    assert set(found.extents.values()) == {Extent.WHOLE}
    assert not found.lacking | found.in_part | found.hidden


def test_an_officer_has_all_rules_but_some_dates_of_release() -> None:
    found = seen(OFFICER)

    assert {code for code, extent in found.extents.items() if extent is not Extent.WHOLE} == {"release_soon"}
    assert found.extents["release_soon"] is Extent.IN_PART


def test_a_nurse_has_no_finding_on_what_she_may_not_see() -> None:
    found = seen(NURSE).extents

    for code in ("cell_sharing_high", "cell_mate_high", "cell_sharing_unassessed", "non_association_on_wing"):
        assert found[code] is Extent.NOT_AVAILABLE
    for code in ("court_today", "visit_today", "release_soon"):
        assert found[code] is Extent.NOT_AVAILABLE
    for code in ("care_plan_open", "controlled_unlock", "arson", "conflict_on_wing", "first_days", "out_now"):
        assert found[code] is Extent.WHOLE


def test_a_nurse_is_told_of_self_harm_and_not_of_any_other_incident() -> None:
    found = seen(NURSE)

    assert found.extents["recent_incident"] is Extent.IN_PART
    assert "incident_report" in found.in_part


def test_of_kinds_of_alert_each_is_looked_at_for_itself() -> None:
    found = seen(NURSE)

    assert found.extents["escape_marker"] is Extent.NOT_AVAILABLE, "she sees neither XEL nor XER"
    assert found.extents["hold"] is Extent.IN_PART, "of the holds she sees the medical one"
    assert "alert" in found.in_part
    assert "alert.kind_code" not in found.lacking


def test_an_officer_of_another_wing_has_no_rule_evaluated_there() -> None:
    found = seen(OFFICER, standing=replace(ON_A, units=("LEI-H",)))

    assert set(found.extents.values()) == {Extent.NOT_AVAILABLE}
    assert "alert" in found.hidden


@pytest.mark.parametrize(("rule", "name"), NEEDS, ids=[f"{rule.code}-{name}" for rule, name in NEEDS])
def test_a_rule_without_one_of_its_inputs_is_not_evaluated(rule: Rule, name: str) -> None:
    blind = seen(without(GOVERNOR, name))

    assert blind.extents[rule.code] is Extent.NOT_AVAILABLE
    assert name in blind.lacking


@pytest.mark.parametrize("name", sorted({name for rule in RULES for name in rule.helps}))
def test_a_rule_without_what_decides_its_level_or_words_is_evaluated_in_part(name: str) -> None:
    blind = seen(without(GOVERNOR, name))

    for rule in RULES:
        if name in rule.helps and name not in rule.needs:
            assert blind.extents[rule.code] is Extent.IN_PART


def test_a_masked_field_is_not_the_field() -> None:
    masked = replace(
        GOVERNOR,
        grants=tuple(
            replace(grant, clause=replace(grant.clause, masks={"level_code": Mask.REDACT}))
            if grant.clause.entity == "cell_sharing_risk"
            else grant
            for grant in GOVERNOR.grants
        ),
    )

    assert seen(masked).extents["cell_sharing_high"] is Extent.NOT_AVAILABLE


def test_a_clause_that_has_run_out_shows_nothing() -> None:
    late = replace(ON_A, today=date(2029, 1, 1))

    assert set(seen(GOVERNOR, standing=late).extents.values()) == {Extent.NOT_AVAILABLE}


@pytest.mark.parametrize("entity", sorted({entity for rule in RULES for entity in rule.reads}))
def test_what_was_not_delivered_makes_no_rule_whole_that_reads_it(entity: str) -> None:
    found = seen(GOVERNOR, undelivered=(entity,))

    for rule in RULES:
        is_needed = any(name.startswith(f"{entity}.") for name in rule.needs)
        expected = Extent.NOT_DELIVERED if is_needed else Extent.IN_PART if entity in rule.reads else Extent.WHOLE
        assert found.extents[rule.code] is expected
    assert all(name in found.lacking for rule in RULES for name in rule.inputs if name.startswith(f"{entity}."))
