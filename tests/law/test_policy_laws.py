"""Laws of decisions: deny by default, whole clauses, exclusions that win, order that does not matter."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from policy_cases import FACTS, TODAY, agreement_of, agreements, clauses, exclusions
from row_cases import rows_of
from watchroom.model.catalogue import catalogue
from watchroom.policy.clauses import Agreement, Clause, Exclusion, Recipient, Right
from watchroom.policy.conditions import IsNull, Not
from watchroom.policy.decision import Decision, Denial, audience_hash, decide
from watchroom.policy.evaluate import Facts, Row, evaluate
from watchroom.policy.purposes import PURPOSES
from watchroom.policy.roles import ROLES
from watchroom.policy.sight import Sight, is_excluded, may_see, sight

PERSON = catalogue().entity("person")
ALERT = catalogue().entity("alert")
ROWS = rows_of(ALERT)
ALERT_CLAUSES = clauses(entities=("alert",))


def decided(*agreements: Agreement) -> Decision:
    made = decide(agreements, organisation="HMPPS", roles=["nurse"], purpose="custody.care", right=Right.READ)
    assert isinstance(made, Decision)
    return made


def shown(row: Row, facts: Facts, *found: Clause) -> Sight | None:
    return sight(decided(agreement_of(list(found))), ALERT, row, facts)


def visible(sight: Sight | None) -> dict[str, object]:
    """What a row shows, field by field, of what is shown whole."""
    if sight is None:
        return {}
    fields = {field.name for field in ALERT.fields} - set(sight.withheld)
    return {name: sight.values[name] for name in fields}


@given(row=ROWS, facts=FACTS)
def test_what_no_clause_names_is_not_shown(row: Row, facts: Facts) -> None:
    nothing = decide([], organisation="HMPPS", roles=["nurse"], purpose="custody.care", right=Right.READ)
    assert nothing is Denial.NOTHING_AGREED


@given(clause=clauses(entities=("person",)), row=ROWS, facts=FACTS)
def test_a_clause_for_one_entity_shows_nothing_of_another(clause: Clause, row: Row, facts: Facts) -> None:
    assert shown(row, facts, clause) is None


@given(clause=ALERT_CLAUSES, row=ROWS, facts=FACTS)
def test_only_named_fields_are_shown(clause: Clause, row: Row, facts: Facts) -> None:
    seen = shown(row, facts, clause)
    if seen is not None:
        for field in ALERT.fields:
            if field.name not in clause.fields:
                assert seen.values[field.name] is None
                assert field.name in seen.withheld


@given(
    role=st.sampled_from(sorted(ROLES)),
    purpose=st.sampled_from(sorted(PURPOSES)),
    organisation=st.sampled_from(["HMPPS", "police", ""]),
    right=st.sampled_from(Right),
    clause=ALERT_CLAUSES,
)
def test_a_clause_is_for_its_roles_purposes_organisation_and_rights_together(
    role: str, purpose: str, organisation: str, right: Right, clause: Clause
) -> None:
    made = decide([agreement_of([clause])], organisation=organisation, roles=[role], purpose=purpose, right=right)
    fits = role in clause.roles and purpose in clause.purposes and organisation == "HMPPS" and right in clause.allow
    assert isinstance(made, Decision) is fits


@given(first=ALERT_CLAUSES, second=ALERT_CLAUSES, row=ROWS, facts=FACTS)
def test_a_row_shows_by_two_clauses_exactly_what_each_shows_by_itself(
    first: Clause, second: Clause, row: Row, facts: Facts
) -> None:
    both = shown(row, facts, first, second)
    alone = [shown(row, facts, first), shown(row, facts, second)]
    assert (both is None) == (alone == [None, None])
    assert visible(both) == {**visible(alone[0]), **visible(alone[1])}
    if both is not None:
        for name, value in both.values.items():
            assert value in [one.values[name] for one in alone if one is not None]


@given(found=st.lists(ALERT_CLAUSES, min_size=1, max_size=4), added=ALERT_CLAUSES, row=ROWS, facts=FACTS)
def test_adding_a_clause_never_widens_another(found: list[Clause], added: Clause, row: Row, facts: Facts) -> None:
    without = shown(row, facts, *found)
    having = shown(row, facts, *found, added)
    own = shown(row, facts, added)
    if own is None:
        assert having == without
    for name, value in visible(having).items():
        assert visible(without).get(name, value) == value
        assert name in visible(without) or name in visible(own)


@given(clause=ALERT_CLAUSES, exclusion=exclusions(), row=ROWS, facts=FACTS)
def test_an_exclusion_that_is_not_known_to_be_false_excludes(
    clause: Clause, exclusion: Exclusion, row: Row, facts: Facts
) -> None:
    decision = decided(agreement_of([clause], exclusions=[exclusion]))
    condition = exclusion.conditions.get("alert")
    expected = condition is not None and evaluate(condition, row, facts) is not False
    assert is_excluded(decision, "alert", row, facts) is expected


@given(clause=ALERT_CLAUSES, exclusion=exclusions(), row=ROWS, facts=FACTS, other=agreements())
def test_an_exclusion_holds_against_the_clauses_of_every_agreement(
    clause: Clause, exclusion: Exclusion, row: Row, facts: Facts, other: Agreement
) -> None:
    mine = agreement_of([clause], exclusions=[exclusion])
    assert is_excluded(decided(mine, other), "alert", row, facts) >= is_excluded(decided(mine), "alert", row, facts)


@given(
    clause=ALERT_CLAUSES,
    exclusion=exclusions(),
    row=ROWS,
    facts=FACTS,
    silent=st.sampled_from(
        [
            {"recipients": [Recipient(organisation="police", roles=("nurse",))]},
            {"recipients": [Recipient(organisation="HMPPS", roles=("board",))]},
            {"recipients": []},
            {"valid_to": TODAY - timedelta(days=1)},
            {"valid_from": TODAY + timedelta(days=1)},
            {"assignments": []},
        ]
    ),
)
def test_an_exclusion_always_wins_also_that_of_an_agreement_which_gives_nothing_here(
    clause: Clause, exclusion: Exclusion, row: Row, facts: Facts, silent: dict[str, list[object]]
) -> None:
    other = agreement_of([] if "assignments" in silent else [clause], name="OTHER", exclusions=[exclusion], **silent)
    with_it, alone = decided(agreement_of([clause]), other), decided(other, agreement_of([clause]))
    condition = exclusion.conditions.get("alert")
    expected = condition is not None and evaluate(condition, row, facts) is not False
    assert is_excluded(with_it, "alert", row, facts) is is_excluded(alone, "alert", row, facts) is expected


@given(found=st.lists(agreements(), min_size=1, max_size=3, unique_by=lambda one: one.name), data=st.data())
def test_the_order_of_clauses_and_agreements_does_not_matter(found: list[Agreement], data: st.DataObject) -> None:
    shuffled = [
        agreement_of(
            data.draw(st.permutations(one.clauses)),
            name=one.name,
            exclusions=list(one.exclusions),
            valid_from=one.valid_from,
            valid_to=one.valid_to,
            highest=one.highest,
        )
        for one in data.draw(st.permutations(found))
    ]
    first, second = decided(*found), decided(*shuffled)
    assert first.grants == second.grants
    assert sorted(map(repr, first.exclusions)) == sorted(map(repr, second.exclusions))
    same = decided(*data.draw(st.permutations(found)))
    assert audience_hash(same, shape="x") == audience_hash(first, shape="x")


@given(clause=ALERT_CLAUSES, row=ROWS, facts=FACTS)
def test_the_unknown_never_permits(clause: Clause, row: Row, facts: Facts) -> None:
    if evaluate(clause.condition, row, facts) is None:
        assert shown(row, facts, clause) is None


@given(row=ROWS, facts=FACTS, agreement=agreements())
def test_what_has_ended_or_not_begun_gives_nothing(row: Row, facts: Facts, agreement: Agreement) -> None:
    decision = decided(agreement)
    if not agreement.valid_from <= TODAY <= agreement.valid_to:
        assert sight(decision, ALERT, row, facts) is None
        assert not decision.is_in_force(TODAY)


@given(row=ROWS, facts=FACTS, agreement=agreements())
def test_nobody_sees_above_their_clearance_or_above_what_was_agreed(
    row: Row, facts: Facts, agreement: Agreement
) -> None:
    if sight(decided(agreement), ALERT, row, facts) is not None:
        assert row["classification"] in facts.clearances
        assert row["classification"] in ("official", agreement.highest)


@given(clause=ALERT_CLAUSES)
def test_may_see_speaks_of_clauses_and_not_of_rows(clause: Clause) -> None:
    decision = decided(agreement_of([clause]))
    assert may_see(decision, "alert")
    assert not may_see(decision, "person")
    for field in ALERT.fields:
        assert may_see(decision, "alert", field.name) is (field.name in clause.fields)


def test_the_end_of_an_agreement_closes_and_never_opens() -> None:
    never = Exclusion(conditions={"alert": Not(part=IsNull(column="id"))}, reason="x")
    gone = agreement_of([], exclusions=[never], valid_to=TODAY - timedelta(days=1))
    assert decide([gone], organisation="HMPPS", roles=["nurse"], purpose="custody.care", right=Right.READ) is (
        Denial.NOTHING_AGREED
    )
