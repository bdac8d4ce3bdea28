"""What a decision holds: who it is for, what is shown and what only counted, until when, and by which name."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from policy_cases import agreement_of
from watchroom.model.catalogue import catalogue
from watchroom.policy.clauses import (
    Agreement,
    Assignment,
    Clause,
    Duty,
    Exclusion,
    Recipient,
    Right,
    classifications_from,
    classifications_up_to,
)
from watchroom.policy.conditions import ALWAYS, Holds
from watchroom.policy.decision import Decision, Denial, audience_hash, decide, policy_hash
from watchroom.policy.evaluate import Facts
from watchroom.policy.masks import Disguise, Mask, pseudonym, strength
from watchroom.policy.sight import excluded_ids, may_see, sight

ALERT, PERSON, PAIR = (catalogue().entity(name) for name in ("alert", "person", "non_association"))
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
ONE_DAY = timedelta(days=1)
FACTS = Facts(now=None, today=FIRST, values={}, clearances=("official",))  # type: ignore[arg-type]


def clause(name: str = "1", entity: str = "alert", **more: object) -> Clause:
    made = Clause(
        name=name,
        entity=entity,
        roles=("nurse",),
        purposes=("custody.care",),
        allow=frozenset({Right.READ}),
        fields=("comment",),
        masks={},
        condition=ALWAYS,
        regime="uk-gdpr",
    )
    return replace(made, **more)  # type: ignore[arg-type]


def agreed(*clauses: Clause, **more: object) -> Agreement:
    return agreement_of(list(clauses), **{"valid_from": FIRST, "valid_to": LAST, "name": "DSA", **more})


def decided(*agreements: Agreement, right: Right = Right.READ, roles: tuple[str, ...] = ("nurse",)) -> Decision:
    made = decide(agreements, organisation="HMPPS", roles=roles, purpose="custody.care", right=right)
    assert isinstance(made, Decision), made
    return made


def on_duty(*duties: Duty, purposes: tuple[str, ...] = ("custody.care",)) -> list[Assignment]:
    return [Assignment(roles=("nurse",), purposes=purposes, duties=frozenset(duties))]


def test_a_decision_says_whom_and_what_it_is_for() -> None:
    made = decided(agreed(clause()), roles=("nurse", "board", "nurse"))
    assert (made.organisation, made.roles, made.purpose, made.right) == (
        "HMPPS",
        ("board", "nurse"),
        "custody.care",
        Right.READ,
    )
    assert made.policy_hash == policy_hash([agreed(clause())])
    assert [grant.name for grant in made.grants] == ["DSA.1#1"]
    assert made.grants[0].classifications == ("official", "official_sensitive")


def test_what_is_only_counted_is_apart_from_what_is_shown() -> None:
    counting = clause("2", allow=frozenset({Right.COUNT}))
    made = decided(agreed(clause("1", "person"), counting))
    assert [grant.clause.name for grant in made.counts_of("alert")] == ["2"]
    assert [grant.clause.name for grant in made.rows_of("person")] == ["1"]
    assert made.rows_of("alert") == ()
    assert made.counts_of("person") == ()


@pytest.mark.parametrize("right", Right)
def test_numbers_are_given_for_everything_but_an_export(right: Right) -> None:
    counting = agreed(clause(allow=frozenset({Right.COUNT})))
    made = decide([counting], organisation="HMPPS", roles=["nurse"], purpose="custody.care", right=right)
    assert (made is Denial.NOTHING_AGREED) is (right is Right.EXPORT)


def test_all_clauses_of_one_entity_are_found_in_order() -> None:
    made = decided(agreed(clause("b"), clause("a"), clause("c", "person")))
    assert [grant.clause.name for grant in made.rows_of("alert")] == ["a", "b"]


@pytest.mark.parametrize(
    ("day", "holds"), [(FIRST - ONE_DAY, False), (FIRST, True), (LAST, True), (LAST + ONE_DAY, False)]
)
def test_clauses_and_duties_hold_from_the_first_to_the_last_day(day: date, *, holds: bool) -> None:
    by_clause = decided(agreed(clause()))
    by_duty = decided(agreed(assignments=on_duty(Duty.EXPLAIN)))
    assert by_clause.is_in_force(day) is holds
    assert by_duty.is_in_force(day) is holds
    assert by_clause.grants[0].holds_on(day) is holds
    assert (Duty.EXPLAIN in by_duty.duties_on(day)) is holds


def test_a_duty_is_for_its_roles_and_purposes_alone() -> None:
    other_role = agreed(
        assignments=on_duty(Duty.EXPLAIN), recipients=[Recipient(organisation="HMPPS", roles=("board",))]
    )
    other_purpose = agreed(assignments=on_duty(Duty.EXPLAIN, purposes=("custody.safety",)))
    for agreement in (other_role, other_purpose):
        made = decide([agreement], organisation="HMPPS", roles=["nurse"], purpose="custody.care", right=Right.READ)
        assert made is Denial.NOTHING_AGREED


def test_duties_are_in_order_and_each_once() -> None:
    two = agreed(assignments=[*on_duty(Duty.READ_AUDIT, Duty.EXPLAIN), *on_duty(Duty.EXPLAIN)])
    assert [duty for duty, _, _ in decided(two).duties] == [Duty.EXPLAIN, Duty.READ_AUDIT]


def test_an_audience_is_another_one_for_whatever_shapes_it() -> None:
    made = decided(agreed(clause(), assignments=on_duty(Duty.EXPLAIN)))
    names = [
        audience_hash(made, shape="form"),
        audience_hash(made, shape="another form"),
        *(
            audience_hash(replace(made, **change), shape="form")  # type: ignore[arg-type]
            for change in (
                {"policy_hash": "other"},
                {"organisation": "police"},
                {"roles": ("board",)},
                {"purpose": "custody.safety"},
                {"grants": ()},
                {"duties": ()},
            )
        ),
    ]
    assert len(set(names)) == len(names)
    assert all(len(name) == 12 and int(name, 16) >= 0 for name in names)
    assert audience_hash(made, shape="form") == names[0]


def test_the_words_of_an_agreement_differ_by_giver_receiver_and_name_and_not_by_version() -> None:
    to_all = [Recipient(organisation=name, roles=("nurse",)) for name in ("HMPPS", "police")]
    (label,) = {decided(agreed(clause(), version=number)).grants[0].label for number in (1, 2)}
    others = [decided(agreed(clause(), provider="police")), decided(agreed(clause(), name="DSA-2"))]
    police = decide(
        [agreed(clause(), recipients=to_all)],
        organisation="police",
        roles=["nurse"],
        purpose="custody.care",
        right=Right.READ,
    )
    assert isinstance(police, Decision)
    assert len({label, *(made.grants[0].label for made in (*others, police))}) == 4


def test_classifications_are_told_from_the_least_to_the_most_protected() -> None:
    assert classifications_up_to("official") == ("official",)
    assert classifications_up_to("official_sensitive") == ("official", "official_sensitive")
    assert classifications_from("official") == ("official", "official_sensitive")
    assert classifications_from("official_sensitive") == ("official_sensitive",)
    assert classifications_up_to("secret") == classifications_from("secret") == ()


def test_an_agreement_is_for_all_roles_of_an_organisation_and_none_of_another() -> None:
    both = agreed(recipients=[Recipient(organisation="HMPPS", roles=(role,)) for role in ("nurse", "board")])
    assert both.roles_for("HMPPS") == {"nurse", "board"}
    assert both.roles_for("police") == frozenset()


def test_the_purposes_of_an_agreement_are_those_of_its_clauses_and_duties_each_once() -> None:
    two = clause(purposes=("custody.safety", "custody.care"))
    assert agreed(two, clause("2"), assignments=on_duty(Duty.EXPLAIN, purposes=("governance.audit",))).purposes == (
        "custody.safety",
        "custody.care",
        "governance.audit",
    )


def test_who_is_excluded_is_told_by_id() -> None:
    hiding = Exclusion(conditions={"person": Holds(column="is_restricted")}, reason="x")
    made = decided(agreed(clause()), agreed(clause("2"), name="B", exclusions=[hiding]))
    rows = [
        {"id": "open", "is_restricted": False},
        {"id": "hidden", "is_restricted": True},
        {"id": "unknown", "is_restricted": None},
    ]
    assert excluded_ids(made, "person", rows, FACTS) == {"hidden", "unknown"}
    assert excluded_ids(made, "alert", rows, FACTS) == frozenset()


def test_what_may_be_seen_is_what_some_clause_names_of_rows_or_numbers() -> None:
    made = decided(agreed(clause(), clause("2", "person", allow=frozenset({Right.COUNT}), fields=("sex_code",))))
    assert may_see(made, "alert")
    assert may_see(made, "person")
    assert not may_see(made, "visit")
    assert may_see(made, "alert", "comment")
    assert not may_see(made, "alert", "kind_code")
    assert may_see(made, "person", "sex_code")
    assert may_see(made, "alert", "recorded_from")
    assert not may_see(made, "visit", "recorded_from")


def test_of_several_masks_the_one_that_shows_most_counts_and_its_clauses_are_named() -> None:
    shown = {
        "1": {"comment": Mask.REDACT},
        "2": {"comment": Mask.NULL},
    }
    made = decided(agreed(*(clause(name, masks=masks) for name, masks in shown.items())))
    row = {"id": "a", "comment": "text", "classification": "official"}
    seen = sight(made, ALERT, row, FACTS)
    assert seen is not None
    assert seen.values["comment"] == "[withheld]"
    assert seen.by == ("DSA.1#1", "DSA.1#2")
    assert seen.withheld == tuple(sorted(field.name for field in ALERT.fields))


def test_a_row_shows_where_it_comes_from_beside_what_its_clauses_name() -> None:
    row = {"id": "a", "comment": "text", "classification": "official", "source_system": "nomis"}
    seen = sight(decided(agreed(clause())), ALERT, row, FACTS)
    assert seen is not None
    assert (seen.values["id"], seen.values["source_system"], seen.values["comment"]) == ("a", "nomis", "text")


def test_a_pseudonym_is_made_with_the_label_of_its_agreement_and_the_least_of_several() -> None:
    row = {"id": "a", "comment": "text", "classification": "official"}
    facts = replace(FACTS, secret=bytes(range(32)))
    disguised = clause(masks={"comment": Mask.PSEUDONYM})
    made = decided(agreed(disguised), agreed(disguised, name="DSA-2"))
    labels = sorted(grant.label for grant in made.grants)
    seen = sight(made, ALERT, row, facts)
    assert seen is not None
    assert seen.values["comment"] == pseudonym("text", Disguise(label=labels[0], secret=facts.secret))
    assert seen.values["comment"] != pseudonym("text", Disguise(label=labels[1], secret=facts.secret))
    assert "comment" in seen.withheld


def test_the_order_of_masks_is_from_what_leaves_most_to_what_leaves_least() -> None:
    ranks = [strength(None), *(strength(mask) for mask in Mask)]
    assert ranks == sorted(set(ranks))
    assert list(Mask) == [Mask.DAY, Mask.MONTH, Mask.YEAR, Mask.AREA, Mask.PSEUDONYM, Mask.REDACT, Mask.NULL]


def test_the_value_of_the_source_is_shown_beside_a_code_that_is_shown_whole_and_else_not() -> None:
    row = {"id": "a", "kind_code": "HA", "kind_source_value": "ha", "classification": "official"}
    (whole, masked, absent) = (
        sight(decided(agreed(one)), ALERT, row, FACTS)
        for one in (
            clause(fields=("kind_code",)),
            clause(fields=("kind_code",), masks={"kind_code": Mask.NULL}),
            clause(),
        )
    )
    assert whole is not None
    assert masked is not None
    assert absent is not None
    assert (whole.values["kind_code"], whole.values["kind_source_value"]) == ("HA", "ha")
    assert (masked.values["kind_code"], masked.values["kind_source_value"]) == (None, None)
    assert (absent.values["kind_code"], absent.values["kind_source_value"]) == (None, None)
    assert "kind_code" not in whole.withheld
    assert "kind_code" in masked.withheld
