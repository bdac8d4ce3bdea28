"""Where a decision, a mask or an agreement could go wrong at its edge."""

from datetime import UTC, date, datetime

import pytest

from source_tree import ROOT
from watchroom.model.catalogue import catalogue
from watchroom.policy.agreement import charter_text, load_agreement
from watchroom.policy.canonical import digest_of
from watchroom.policy.clauses import Duty, Right
from watchroom.policy.conditions import Comparator, Compare, InFact
from watchroom.policy.decision import Decision, Denial, decide
from watchroom.policy.errors import AgreementError
from watchroom.policy.evaluate import Facts, evaluate
from watchroom.policy.form import MAX_BYTES
from watchroom.policy.masks import Mask, masked
from watchroom.policy.reference import as_markdown

CHARTER = load_agreement(charter_text(), where="charter.yaml", model=catalogue())
NOON = datetime(2026, 7, 24, 12, 34, 56, tzinfo=UTC)
FACTS = Facts(now=NOON, today=NOON.date(), values={}, clearances=("official",))


@pytest.mark.parametrize(
    ("roles", "purpose", "why"),
    [
        (["nurse"], "curiosity", Denial.UNKNOWN_PURPOSE),
        (["king"], "custody.care", Denial.UNKNOWN_ROLE),
        (["nurse", "king"], "custody.care", Denial.UNKNOWN_ROLE),
        ([], "custody.care", Denial.UNKNOWN_ROLE),
        (["nurse"], "custody.safety", Denial.NOTHING_AGREED),
    ],
)
def test_who_or_what_is_not_in_the_register_is_denied_with_the_reason(
    roles: list[str], purpose: str, why: Denial
) -> None:
    assert decide([CHARTER], organisation="HMPPS", roles=roles, purpose=purpose, right=Right.READ) is why


def test_a_duty_holds_from_the_first_to_the_last_day_of_its_agreement() -> None:
    decision = decide(
        [CHARTER],
        organisation="HMPPS",
        roles=["information_governance"],
        purpose="governance.audit",
        right=Right.READ,
    )
    assert isinstance(decision, Decision)
    assert Duty.READ_AUDIT not in decision.duties_on(date(2025, 12, 31))
    assert Duty.READ_AUDIT in decision.duties_on(date(2026, 1, 1))
    assert Duty.READ_AUDIT in decision.duties_on(date(2028, 12, 31))
    assert Duty.READ_AUDIT not in decision.duties_on(date(2029, 1, 1))
    assert Duty.QUALITY_COUNTS not in decision.duties_on(date(2026, 7, 24))


@pytest.mark.parametrize(
    ("mask", "value", "left"),
    [
        (Mask.DAY, NOON, datetime(2026, 7, 24, tzinfo=UTC)),
        (Mask.MONTH, NOON, datetime(2026, 7, 1, tzinfo=UTC)),
        (Mask.YEAR, NOON, datetime(2026, 1, 1, tzinfo=UTC)),
        (Mask.MONTH, NOON.date(), date(2026, 7, 1)),
        (Mask.YEAR, NOON.date(), date(2026, 1, 1)),
        (Mask.AREA, "LS12 2TJ", "LS12"),
        (Mask.REDACT, "anything", "[withheld]"),
        (Mask.NULL, "anything", None),
        (Mask.REDACT, None, None),
    ],
)
def test_a_mask_leaves_what_it_says(mask: Mask, value: object, left: object) -> None:
    assert masked(mask, value) == left


def test_a_fact_that_is_not_known_of_the_asker_opens_nothing() -> None:
    assert evaluate(InFact(column="unit_code", fact="my_units"), {"unit_code": "LEI-A"}, FACTS) is None


def test_what_has_no_order_is_not_compared() -> None:
    condition = Compare(column="kind_code", comparator=Comparator.LESS, operand="HA")
    with pytest.raises(TypeError, match="order"):
        evaluate(condition, {"kind_code": "A"}, FACTS)


def test_what_has_no_canonical_form_gets_no_hash() -> None:
    with pytest.raises(TypeError, match="no canonical form"):
        digest_of({"of": object()})


def test_an_agreement_of_an_absurd_size_is_not_read() -> None:
    with pytest.raises(AgreementError, match="larger than"):
        load_agreement("#" * (MAX_BYTES + 1), where="a.yaml", model=catalogue())


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("version: 1\n", "version: 1\nno_persons: perhaps\n", "`true` or `false`"),
        ("title: Access charter of a prison service in England and Wales", "title: ' '", "not empty"),
        ("obligations: [record-disclosure, no-onward-sharing]", "obligations: [1]", "a list of texts"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(old: str, new: str, says: str) -> None:
    text = charter_text()
    assert old in text
    with pytest.raises(AgreementError, match=says):
        load_agreement(text.replace(old, new), where="a.yaml", model=catalogue())


def test_a_signatory_may_name_a_key() -> None:
    text = charter_text().replace("name: Director of Prisons}", "name: Director of Prisons, key: ed25519}")
    assert load_agreement(text, where="a.yaml", model=catalogue()).clauses == CHARTER.clauses


def test_the_page_of_access_is_the_one_that_the_charter_makes() -> None:
    page = (ROOT / "docs" / "reference" / "access.md").read_text("utf-8")
    assert page == as_markdown(CHARTER, catalogue())
