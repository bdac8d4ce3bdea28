"""SQL, plain Python and Cedar decide alike of more than a hundred thousand cells, also where the glass is broken."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cedar_oracle import ABSENT, LEVELS, WHOLE, WITHHELD
from pointed_policies import pointed_policies
from policy_cases import NURSE, Asking, cases, decision_of, masked_by
from three_readings import BATCHES, Readings, Record
from watchroom.policy.clauses import Agreement, Right
from watchroom.policy.masks import Mask
from watchroom.store.database import Database

LEAST = 100_000


def test_sql_python_and_cedar_decide_alike_of_100_000_cells(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    readings = Readings(Record(database))
    opened: Counter[bool] = Counter()

    @settings(
        max_examples=60,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    @given(
        case=cases().filter(lambda case: case[1].right is not Right.SUBSCRIBE),
        sequence=st.sampled_from([None, None, None, *range(BATCHES + 1)]),
    )
    def compare(case: tuple[list[Agreement], Asking], sequence: int | None) -> None:
        readings.compare(*case, sequence=sequence)
        decision = decision_of(*case)
        opened.update(() if decision is None else (grant.opening is not None for grant in decision.grants))

    for mask in Mask:
        readings.compare([masked_by(mask)], NURSE, sequence=None)
    for number, agreements in enumerate(pointed_policies()):
        readings.compare(agreements, NURSE, sequence=BATCHES - 1 if number % 5 == 4 else None)
    compare()
    counted = readings.counted
    with capsys.disabled():
        print(f"\n{counted.total()} cells decided alike: {dict(counted)}")  # noqa: T201
    assert counted.total() >= LEAST
    # Some of what was decided was open for a time.
    assert opened[True] >= 20
    assert opened[False] >= 20
    # A comparison in which nearly everything is absent would show little.
    assert counted.total() - counted[ABSENT] >= LEAST / 5
    assert counted[WHOLE] >= LEAST / 20
    assert counted.keys() == {ABSENT, WITHHELD, *LEVELS}
