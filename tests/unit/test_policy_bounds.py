"""Bounds of what an agreement may say, and what makes two audiences two."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from test_policy_agreement import SOUND, load

from policy_cases import NURSE, decision_of, masked_by
from watchroom.policy.agreement import charter_text
from watchroom.policy.clauses import Duty
from watchroom.policy.decision import Decision, audience_hash
from watchroom.policy.errors import AgreementError


def decided() -> Decision:
    decision = decision_of([masked_by(None)], NURSE)
    assert decision is not None
    return decision


def test_an_exclusion_is_for_the_entities_that_it_names_and_no_other() -> None:
    named = SOUND.replace("{where: is_restricted, reason: ask}", "{where: is_active, entities: [alert], reason: ask}")
    assert set(load(named).exclusions[0].conditions) == {"alert"}


def test_whatever_shapes_an_audience_gives_it_another_name() -> None:
    one = decided()
    others = [
        replace(one, policy_hash="x"),
        replace(one, organisation="police"),
        replace(one, roles=("board",)),
        replace(one, purpose="custody.safety"),
        replace(one, grants=one.grants[:1]),
        replace(one, duties=((Duty.EXPLAIN, date(2026, 1, 1), date(2026, 1, 2)),)),
    ]
    names = [audience_hash(one, shape="a"), audience_hash(one, shape="b")]
    names += [audience_hash(other, shape="a") for other in others]
    assert len(set(names)) == len(names)
    assert all(len(name) == 12 and set(name) <= set("0123456789abcdef") for name in names)


def test_an_agreement_may_begin_be_reviewed_and_end_on_one_day() -> None:
    day = "valid: {from: 2026-01-01, to: 2026-01-01, review_by: 2026-01-01}"
    text = SOUND.replace("valid: {from: 2026-01-01, to: 2026-12-31, review_by: 2026-06-30}", day)
    assert load(text).valid_from == load(text).valid_to == load(text).review_by


def test_an_agreement_holds_for_three_years_and_not_a_day_more() -> None:
    first = date(2026, 1, 1)
    for days, is_sound in ((3 * 366, True), (3 * 366 + 1, False)):
        text = SOUND.replace("to: 2026-12-31", f"to: {first + timedelta(days=days)}")
        if is_sound:
            assert load(text).valid_to == first + timedelta(days=days)
        else:
            with pytest.raises(AgreementError, match="three years"):
                load(text)


@pytest.mark.parametrize(("number", "is_sound"), [(2**63 - 1, True), (-5, True), (2**63, False), (2**64, False)])
def test_a_whole_number_is_one_that_the_database_holds(number: int, is_sound: bool) -> None:
    text = SOUND.replace("kind_code in ('HA', 'HA1') and active_to is null", f"seq_from = {number}")
    if is_sound:
        load(text)
    else:
        with pytest.raises(AgreementError, match="no constant"):
            load(text)


def test_numbers_are_told_by_the_clauses_that_count_and_by_no_other() -> None:
    decision = decided()
    assert decision.counts_of("alert") == ()
    assert len(decision.rows_of("alert")) == 1
    assert decision.rows_of("nothing") == ()


def test_the_file_and_line_are_told_of_what_is_no_agreement_at_all() -> None:
    for text in ("", "[]", "a: [", "\x00", "1: 2"):
        with pytest.raises(AgreementError) as caught:
            load(text)
        assert caught.value.where == "a.yaml"
        assert caught.value.line >= 1


def test_the_charter_that_comes_with_the_package_is_found_by_its_name() -> None:
    assert charter_text("prison_england_and_wales") == charter_text()
