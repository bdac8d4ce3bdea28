"""SQL, plain Python and Cedar decide alike of more than a hundred thousand cells, also of what is open for a time."""

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cedar_oracle import ABSENT, LEVELS, WHOLE, WITHHELD
from party_cases import cases
from pointed_policies import pointed_openings, pointed_policies
from policy_cases import NURSE, Asking, decision_of, masked_by
from three_readings import BATCHES, Readings, Record
from watchroom.policy.clauses import Agreement, Right
from watchroom.policy.decision import Grant
from watchroom.policy.masks import Mask
from watchroom.store.database import Database

LEAST = 100_000


def test_sql_python_and_cedar_decide_alike_of_100_000_cells(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    readings = Readings(Record(database))
    granted: Counter[str] = Counter()

    def compare(case: tuple[list[Agreement], Asking], sequence: int | None) -> None:
        readings.compare(*case, sequence=sequence)
        decision = decision_of(*case)
        granted.update(() if decision is None else map(_kind_of, decision.grants))

    for mask in Mask:
        readings.compare([masked_by(mask)], NURSE, sequence=None)
    for number, agreements in enumerate(pointed_policies()):
        readings.compare(agreements, NURSE, sequence=BATCHES - 1 if number % 5 == 4 else None)
    for agreements, asking in pointed_openings():
        compare((agreements, asking), None)
    for of, examples in ((None, 18), ("glass", 6), ("request", 6), ("room", 6)):
        _each(cases(of=of), examples=examples, look=compare)
    counted = readings.counted
    with capsys.disabled():
        print(f"\n{counted.total()} cells decided alike: {dict(counted)}, of {dict(granted)}")  # noqa: T201
    assert counted.total() >= LEAST
    # Some of what was decided was open for a time, or for the members of a room alone.
    assert min(granted[kind] for kind in ("clause", "glass", "request", "room")) >= 20
    # A comparison in which nearly everything is absent would show little.
    assert counted.total() - counted[ABSENT] >= LEAST / 5
    assert counted[WHOLE] >= LEAST / 20
    assert counted.keys() == {ABSENT, WITHHELD, *LEVELS}


def _each(
    among: st.SearchStrategy[tuple[list[Agreement], Asking]],
    *,
    examples: int,
    look: Callable[[tuple[list[Agreement], Asking], int | None], None],
) -> None:
    """Look at so many of the cases, mostly in the present; at the same ones in every run."""

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    @given(
        case=among.filter(lambda case: case[1].right is not Right.SUBSCRIBE),
        sequence=st.sampled_from([None, None, None, *range(BATCHES + 1)]),
    )
    def of_each(case: tuple[list[Agreement], Asking], sequence: int | None) -> None:
        look(case, sequence)

    of_each()


def _kind_of(grant: Grant) -> str:
    """Why it applies: what was opened counts before the room in which it was opened."""
    if grant.opening is not None:
        return grant.opening.partition("#")[2].partition("-")[0]
    return "room" if "my_case_rooms" in repr(grant.clause.condition) else "clause"
