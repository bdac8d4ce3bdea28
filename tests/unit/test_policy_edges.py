"""Where a decision, a mask or an agreement could go wrong at its edge."""

from datetime import UTC, date, datetime
from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements import changed, line_of, refused
from source_tree import ROOT
from watchroom.model.catalogue import FieldKind, catalogue
from watchroom.policy.agreement import charter_text, load_agreement
from watchroom.policy.canonical import digest_of
from watchroom.policy.clauses import Duty, Right
from watchroom.policy.conditions import All, Comparator, Compare, InFact, Not, Some
from watchroom.policy.decision import Decision, Denial, decide
from watchroom.policy.evaluate import Facts, evaluate
from watchroom.policy.form import MAX_BYTES
from watchroom.policy.masks import Disguise, Mask, is_pseudonym, masked, pseudonym, suits
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


@pytest.mark.parametrize("second", [0, 5])
def test_a_day_is_left_of_an_instant_whatever_part_of_a_second_it_has(second: int) -> None:
    instant = datetime(2026, 7, 24, 12, 34, second, 250, tzinfo=UTC)
    assert masked(Mask.DAY, instant) == datetime(2026, 7, 24, tzinfo=UTC)


SECRET = bytes(range(32))
REFERENCE = UUID("01900000-0000-7000-8000-00000000abcd")


def test_a_pseudonym_is_the_keyed_digest_of_label_and_value() -> None:
    disguise = Disguise(label="f00d", secret=SECRET)
    inner = sha256(SECRET + b"f00d" + "Zo\u00eb".encode()).digest()
    word = masked(Mask.PSEUDONYM, "Zo\u00eb", disguise=disguise)
    assert word == sha256(SECRET + inner).hexdigest()[:32]
    assert word == pseudonym("Zo\u00eb", disguise)


def test_a_pseudonym_of_a_reference_is_an_id_of_version_8_made_of_the_same_digits() -> None:
    disguise = Disguise(label="f00d", secret=SECRET)
    word = masked(Mask.PSEUDONYM, REFERENCE, disguise=disguise)
    assert isinstance(word, UUID)
    assert is_pseudonym(word)
    assert not is_pseudonym(REFERENCE)
    digits = sha256(SECRET + sha256(SECRET + b"f00d" + str(REFERENCE).encode()).digest()).hexdigest()
    assert word.hex == f"{digits[:12]}8{digits[13:16]}8{digits[17:32]}"


@given(value=st.text(), other=st.text(), label=st.text(), other_label=st.text())
def test_one_value_has_one_word_under_one_label_and_others_have_others(
    value: str, other: str, label: str, other_label: str
) -> None:
    def word(text: str, said: str, secret: bytes = SECRET) -> object:
        # Labels are digests: of one length, and so no label is the beginning of another one.
        return pseudonym(text, Disguise(label=sha256(said.encode()).hexdigest(), secret=secret))

    assert word(value, label) == word(value, label)
    assert (word(value, label) == word(other, label)) is (value == other)
    assert (word(value, label) == word(value, other_label)) is (label == other_label)
    assert word(value, label) != word(value, label, SECRET[::-1])


@pytest.mark.parametrize(
    ("value", "disguise"),
    [
        ("text", None),
        ("text", Disguise(label="f00d", secret=None)),
        (None, Disguise(label="f00d", secret=SECRET)),
        (7, Disguise(label="f00d", secret=SECRET)),
    ],
)
def test_without_a_secret_or_for_what_is_no_text_and_no_id_there_is_no_word(
    value: object, disguise: Disguise | None
) -> None:
    assert masked(Mask.PSEUDONYM, value, disguise=disguise) is None


@pytest.mark.parametrize(
    ("mask", "kinds"),
    [
        (Mask.DAY, {FieldKind.INSTANT}),
        (Mask.MONTH, {FieldKind.INSTANT, FieldKind.DATE}),
        (Mask.YEAR, {FieldKind.INSTANT, FieldKind.DATE}),
        (Mask.PSEUDONYM, {FieldKind.TEXT, FieldKind.REFERENCE}),
        (Mask.REDACT, {FieldKind.TEXT}),
        (Mask.NULL, set(FieldKind)),
    ],
)
def test_a_mask_suits_these_kinds_of_field_and_no_other(mask: Mask, kinds: set[FieldKind]) -> None:
    fields = [field for entity in catalogue().entities.values() for field in entity.fields]
    assert {field.kind for field in fields} == set(FieldKind)
    for field in fields:
        assert suits(mask, field) is (field.kind in kinds), field.name
        assert suits(Mask.AREA, field) is (field.name == "postal_code")


def test_a_pseudonym_suits_texts_and_references_alone() -> None:
    person = catalogue().entity("alert")
    fits = {field.kind for field in person.fields if suits(Mask.PSEUDONYM, field)}
    assert fits == {FieldKind.TEXT, FieldKind.REFERENCE}


@pytest.mark.parametrize(
    ("value", "operand"),
    [(NOON, 1), (1, NOON), (NOON.date(), 1), (1, NOON.date()), ("a", "b"), ("a", 1), (1, "a")],
)
def test_values_of_different_kinds_have_no_order(value: object, operand: object) -> None:
    condition = Compare(column="x", comparator=Comparator.LESS, operand=operand)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="only whole numbers, dates and instants have an order"):
        evaluate(condition, {"x": value}, FACTS)


def test_of_parts_that_are_all_false_none_holds() -> None:
    no = Compare(column="x", comparator=Comparator.EQUAL, operand=1)
    assert evaluate(Some(parts=(no, no)), {"x": 2}, FACTS) is False
    assert evaluate(Some(parts=(no, no)), {}, FACTS) is None


def test_of_parts_of_which_one_is_unknown_it_is_unknown_whether_all_hold() -> None:
    yes, unknown = (Compare(column=name, comparator=Comparator.EQUAL, operand=1) for name in "xy")
    assert evaluate(All(parts=(yes, unknown)), {"x": 1}, FACTS) is None
    assert evaluate(Not(part=All(parts=(yes, unknown))), {"x": 1}, FACTS) is None
    assert evaluate(All(parts=(yes, unknown)), {"x": 2}, FACTS) is False
    assert evaluate(All(parts=(yes, unknown)), {"x": 1, "y": 1}, FACTS) is True


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
    refused("#" * (MAX_BYTES + 1), says="larger than", line=1)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("version: 1\n", "version: 1\nno_persons: perhaps\n", "`true` or `false`"),
        ("title: Access charter of a prison service in England and Wales", "title: ' '", "not empty"),
        ("obligations: [record-disclosure, no-onward-sharing]", "obligations: [1]", "a list of texts"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(old: str, new: str, says: str) -> None:
    text = changed((old, new), text=charter_text())
    refused(text, says=says, line=line_of(new.splitlines()[-1], text=text))


def test_a_signatory_may_name_a_key() -> None:
    text = charter_text().replace("name: Director of Prisons}", "name: Director of Prisons, key: ed25519}")
    assert load_agreement(text, where="a.yaml", model=catalogue()).clauses == CHARTER.clauses


def test_the_page_of_access_is_the_one_that_the_charter_makes() -> None:
    page = (ROOT / "docs" / "reference" / "access.md").read_text("utf-8")
    assert page == as_markdown(CHARTER, catalogue())
