"""The sample of mutants: the same for a seed, each module by its share, and an interval that does not overstate."""

import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

TOOLS = Path(__file__).parents[2] / "tools"


@pytest.fixture(scope="module")
def sample() -> ModuleType:
    sys.path.insert(0, str(TOOLS))
    try:
        import mutant_sample
    finally:
        sys.path.remove(str(TOOLS))
    return mutant_sample


def mutants(**sizes: int) -> dict[str, dict[str, int | None]]:
    return {module: {f"{module}.{number}": None for number in range(size)} for module, size in sizes.items()}


def test_a_sample_is_the_same_for_its_seed_whatever_was_run_already(sample: ModuleType) -> None:
    every = mutants(sheet=300, lint=100, masks=33)
    drawn = sample.chosen(every, size=100, seed=3)
    run = {module: dict.fromkeys(reversed(list(names)), 0) for module, names in every.items()}
    assert sample.chosen(run, size=100, seed=3) == drawn
    assert sample.chosen(every, size=100, seed=4) != drawn


@given(sizes=st.lists(st.integers(1, 400), min_size=1, max_size=12), size=st.integers(1, 1000))
def test_each_module_has_its_share_of_the_sample_to_within_one(sample: ModuleType, sizes: list[int], size: int) -> None:
    every = mutants(**{f"module_{number}": count for number, count in enumerate(sizes)})
    drawn = sample.chosen(every, size=size)
    total = sum(sizes)
    assert len(drawn) == len(set(drawn)) == min(size, total)
    counted = Counter(name.partition(".")[0] for name in drawn)
    for module, names in every.items():
        assert set(drawn) & set(names) == {name for name in drawn if name.startswith(f"{module}.")}
        assert abs(counted[module] - min(size, total) * len(names) / total) < 1


def test_where_there_are_no_more_than_the_sample_all_are_in_it(sample: ModuleType) -> None:
    assert len(sample.chosen(mutants(sheet=5, lint=7), size=12)) == 12


# Worked by hand from the formula of Wilson; 10 of 10 is the known (n / (n + z squared), 1).
@pytest.mark.parametrize(
    ("noticed", "run", "low", "high"),
    [(0, 0, 0, 1), (10, 10, 0.7225, 1), (0, 10, 0, 0.2775), (50, 100, 0.4038, 0.5962), (90, 100, 0.8256, 0.9448)],
)
def test_the_interval_is_that_of_wilson(sample: ModuleType, noticed: int, run: int, low: float, high: float) -> None:
    assert sample.wilson(noticed, run) == pytest.approx((low, high), abs=1e-4)
