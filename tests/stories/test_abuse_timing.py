"""By time, a restricted person cannot be told from somebody who is not there: through the page and through the gate.

The test is Mann-Whitney's U, two-sided, on 300 answers of each kind, asked in random order one after the other, so
that a machine that grows slower or faster does so for both. One run finds a difference at p < 0.01; a difference is
believed when three runs of their own find it, all in the same direction: by chance alone that happens once in
4 million. Where an answer of one kind is slower than one of the other kind 60 times in 100, one run finds it with a
power of 0.95 and all three with 0.87. The order is drawn from a fixed seed; the times are not.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import erfc, sqrt
from random import Random
from time import perf_counter
from uuid import UUID, uuid4

import pytest
from web_seat import Seat, get

from watchroom.gate.explain import explain
from watchroom.gate.see import see
from watchroom.node.node import Node
from watchroom.store.database import Principal

ANSWERS = 300
RUNS = 3
P_OF_ONE_RUN = 0.01
CARE = "custody.care"
Ask = Callable[[UUID], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """How often an answer of the first kind takes longer than one of the second, and how likely that is by chance."""

    longer: float
    p: float


def mann_whitney(first: Sequence[float], second: Sequence[float]) -> Compared:
    """Mann-Whitney's U with the normal approximation; equal times share their rank."""
    times = sorted([(time, True) for time in first] + [(time, False) for time in second])
    ranks, begin = 0.0, 0
    while begin < len(times):
        end = begin
        while end < len(times) and times[end][0] == times[begin][0]:
            end += 1
        ranks += sum(1 for _, is_first in times[begin:end] if is_first) * (begin + end + 1) / 2
        begin = end
    n, m = len(first), len(second)
    u = ranks - n * (n + 1) / 2
    z = (u - n * m / 2) / sqrt(n * m * (n + m + 1) / 12)
    return Compared(longer=u / (n * m), p=erfc(abs(z) / sqrt(2)))


def run_of(ask: Ask, *, hidden: UUID, random: Random) -> Compared:
    """One run: as many answers about the hidden person as about ids that nobody has, in random order."""
    order = [True] * ANSWERS + [False] * ANSWERS
    random.shuffle(order)
    times: dict[bool, list[float]] = {True: [], False: []}
    for is_hidden in order:
        asked = hidden if is_hidden else uuid4()
        begun = perf_counter()
        ask(asked)
        times[is_hidden].append(perf_counter() - begun)
    return mann_whitney(times[True], times[False])


def told_apart(ask: Ask, *, hidden: UUID) -> list[Compared]:
    """The runs that found a difference; as many as there can be only where it is believed."""
    random, found = Random(20260724), list[Compared]()  # noqa: S311  an order, not a secret
    for asked in (hidden, uuid4()) * 20:
        ask(asked)
    for _ in range(RUNS):
        run = run_of(ask, hidden=hidden, random=random)
        if run.p >= P_OF_ONE_RUN or (found and (run.longer > 0.5) is not (found[0].longer > 0.5)):
            return []
        found.append(run)
    return found


@pytest.fixture
def restricted(node: Node) -> Generator[UUID]:
    """Somebody of A wing, restricted for as long as this lasts."""
    change = "update record.person set is_restricted = %s where id = %s"
    with node.database.connection(Principal.LOADER) as connection:
        row = connection.execute(
            "select id from record.person where unit_code = 'LEI-A' and not is_restricted order by sort_key limit 1"
        ).fetchone()
        assert row is not None
        connection.execute(change, (True, row[0]))
    yield row[0]
    with node.database.connection(Principal.LOADER) as connection:
        connection.execute(change, (False, row[0]))


@pytest.fixture
def elsewhere(node: Node) -> UUID:
    with node.database.connection(Principal.LOADER) as connection:
        row = connection.execute("select id from record.person where unit_code = 'LEI-H' limit 1").fetchone()
    assert row is not None
    return row[0]


def test_the_test_itself_finds_a_difference_of_a_tenth_of_a_millisecond() -> None:
    """It could fail: somebody whose answer takes a little more work than another's is told apart."""
    slow = UUID(int=1)

    def ask(one: UUID) -> None:
        end = perf_counter() + 0.0005 + (0.0001 if one == slow else 0.0)
        while perf_counter() < end:
            pass

    assert len(told_apart(ask, hidden=slow)) == RUNS


def test_equal_samples_are_not_told_apart() -> None:
    assert mann_whitney([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]) == Compared(longer=0.5, p=1.0)


@pytest.mark.timing
@pytest.mark.parametrize("who", ["restricted", "elsewhere"])
def test_the_page_of_a_hidden_person_takes_as_long_as_that_of_nobody(
    seat: Seat, who: str, request: pytest.FixtureRequest
) -> None:
    hidden: UUID = request.getfixturevalue(who)
    with seat.client() as client:
        seat.sign_in(client, "officer.a")

        def ask(one: UUID) -> None:
            # Else the limit of pages in a minute ends it, as it would for anybody who tries this.
            seat.machine_clock.at += timedelta(seconds=1)
            assert get(client, f"/people/{one}?purpose={CARE}").status_code == 404

        assert told_apart(ask, hidden=hidden) == []


@pytest.mark.timing
@pytest.mark.parametrize("who", ["restricted", "elsewhere"])
@pytest.mark.parametrize("way", [see, explain], ids=lambda way: way.__name__)
def test_the_gate_takes_as_long_for_a_hidden_person_as_for_nobody(
    seat: Seat, who: str, way: Callable[..., object], request: pytest.FixtureRequest
) -> None:
    hidden: UUID = request.getfixturevalue(who)
    asker = seat.accounts.asker("officer.a")

    def ask(one: UUID) -> object:
        return way(seat.gate, asker, entity="person", row_id=one, purpose=CARE)

    assert told_apart(ask, hidden=hidden) == []
