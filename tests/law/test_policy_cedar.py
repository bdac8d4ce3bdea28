"""Cedar decides of every row and field what `policy` decides: two readings of an agreement that share no code."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cedar_oracle import ABSENT, WHOLE, WITHHELD, Cedar, word_of
from party_cases import cases
from policy_cases import ENTITIES, NURSE, Asking, agreement_of, decision_of, names_of
from row_cases import rows_of
from watchroom.model.catalogue import Entity, catalogue
from watchroom.policy.clauses import Agreement, Exclusion
from watchroom.policy.conditions import Comparator, Compare
from watchroom.policy.masks import Mask, masked
from watchroom.policy.sight import is_excluded, sight


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    case=cases(),
    entity=st.sampled_from(ENTITIES).map(catalogue().entity),
    data=st.data(),
)
def test_cedar_and_python_decide_alike_of_every_row_and_field(
    case: tuple[list[Agreement], Asking], entity: Entity, data: st.DataObject
) -> None:
    agreements, asking = case
    rows = data.draw(st.lists(rows_of(entity), min_size=1, max_size=4))
    cedar, decision = Cedar(agreements, asking), decision_of(agreements, asking)
    is_open = cedar.is_open(entity, rows)
    closed = [not one for one in is_open]
    if decision is not None:
        assert closed == [is_excluded(decision, entity.name, row, asking.facts) for row in rows]
    for row, hidden, cells in zip(
        rows, closed, cedar.cells(entity, rows, names=names_of(entity), closed=closed), strict=True
    ):
        seen = None if decision is None or hidden else sight(decision, entity, row, asking.facts)
        for name, cell in cells.items():
            assert (cell == ABSENT) is (seen is None)
            if seen is None or decision is None:
                continue
            value, kept = seen.values[name], row.get(name)
            if cell == WHOLE:
                assert value == kept
            elif cell == WITHHELD:
                assert value is None
            elif cell.startswith("pseudonym:"):
                assert value == (None if kept is None else word_of(kept, cell.removeprefix("pseudonym:")))
            else:
                assert value == masked(Mask(cell), kept)
        if seen is not None:
            whole = {name for name, cell in cells.items() if cell == WHOLE}
            assert set(seen.withheld) == {field.name for field in entity.fields} - whole


def test_an_error_of_cedar_is_no_permission_but_fails_the_comparison() -> None:
    alert = catalogue().entity("alert")
    err = Exclusion(conditions={"alert": Compare(column="id", comparator=Comparator.LESS, operand=5)}, reason="x")
    cedar = Cedar([agreement_of([], exclusions=[err])], NURSE)
    with pytest.raises(AssertionError, match="type error"):
        cedar.is_open(alert, [{"id": "a", "classification": "official"}])
