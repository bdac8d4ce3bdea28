"""A charter that is another one but for what is written: what is written is found there once, or it is said."""

import pytest

from watchroom.model.catalogue import catalogue
from watchroom.policy.agreement import charter_text, load_agreement
from watchroom.policy.charter_variants import Variant, varied

TEXT = "clauses:\n  - clause: one\n    entity: person\n  - clause: two\n    entity: alert\nlast: yes\n"


def variant(without: tuple[str, ...] = (), **by: str) -> Variant:
    return Variant(of="other", without=without, by=by)


def test_a_clause_that_it_is_without_is_gone_whole_and_nothing_else() -> None:
    assert varied(TEXT, variant(("one",))) == TEXT.replace("  - clause: one\n    entity: person\n", "")
    assert varied(TEXT, variant(("two",))) == TEXT.replace("  - clause: two\n    entity: alert\n", "")


def test_the_last_clause_of_a_charter_may_be_left_out_too() -> None:
    assert varied("  - clause: one\n    entity: person\n", variant(("one",))) == ""


def test_what_it_says_otherwise_stands_in_the_place_of_the_other_text() -> None:
    assert varied(TEXT, variant(person="location")) == TEXT.replace("person", "location")


@pytest.mark.parametrize("wrong", [variant(("three",)), variant(absent="x"), variant(entity="x")])
def test_what_does_not_stand_once_in_the_other_charter_is_refused(wrong: Variant) -> None:
    with pytest.raises(ValueError, match="does not stand once in charter `other`"):
        varied(TEXT, wrong)


def test_the_charter_of_northern_ireland_is_one_with_other_words() -> None:
    england, ireland = charter_text(), charter_text("prison_northern_ireland")
    assert ireland != england
    assert load_agreement(ireland, where="charter", model=catalogue()).clauses
