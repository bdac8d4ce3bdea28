"""Laws of conditions as SQL: what stands without facts about the asker shows nothing that needs one."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given

from policy_cases import FACTS, condition_of
from row_cases import rows_of
from watchroom.gate.condition_sql import needs_fact
from watchroom.model.catalogue import catalogue
from watchroom.policy.conditions import ALWAYS, All, Condition, InFact, IsNull, Not, Some
from watchroom.policy.evaluate import Facts, Row, evaluate

ALERT = catalogue().entity("alert")
MINE = InFact(column="unit_code", fact="my_units")
LOOSE = IsNull(column="unit_code")
# Nothing written (unknown), and nothing among them: neither may show a row.
ABSENT: tuple[Mapping[str, tuple[str, ...]], ...] = ({}, {"my_units": (), "my_sites": ()})


@given(condition=condition_of(ALERT), row=rows_of(ALERT), facts=FACTS)
def test_a_condition_that_needs_a_fact_holds_of_no_row_without_facts(
    condition: Condition, row: Row, facts: Facts
) -> None:
    if needs_fact(condition):
        assert all(evaluate(condition, row, replace(facts, values=values)) is not True for values in ABSENT)


@pytest.mark.parametrize(
    ("condition", "needs"),
    [
        (MINE, True),
        (All(parts=(LOOSE, MINE)), True),
        (Some(parts=(MINE, All(parts=(MINE, LOOSE)))), True),
        (Some(parts=(MINE, LOOSE)), False),
        (Not(part=MINE), False),
        (All(parts=(LOOSE, Not(part=MINE))), False),
        (ALWAYS, False),
        (LOOSE, False),
    ],
)
def test_which_conditions_need_a_fact(condition: Condition, *, needs: bool) -> None:
    assert needs_fact(condition) is needs
