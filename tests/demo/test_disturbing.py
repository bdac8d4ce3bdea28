"""What goes wrong on the way to a node: as often as stated, the same each time, and never unsaid."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from watchroom.demo.deliveries import Delivery, Disturbance, Way
from watchroom.demo.disturbing import Disturbing, Troubles
from watchroom.demo.world.chance import Chance

BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
CAD = Troubles(late=0.02, minutes=10, twice=0.03, swapped=0.05, lost=0.01, outages=40, hours=2)


def written(number: int, *, source: str = "cad", way: Way = Way.POST, minutes: float = 2) -> list[Delivery]:
    found: list[Delivery] = []
    for one in range(number):
        at = BEGINS + timedelta(minutes=minutes * one)
        found.append(Delivery(at=at, written_at=at, source=source, way=way, path=f"{source}/{one:06d}"))
    return found


def disturbed(deliveries: list[Delivery], troubles: Troubles = CAD, *, seed: int = 5) -> list[Delivery]:
    return list(Disturbing(Chance(seed), {"cad": troubles}).disturbed(deliveries))


def test_the_same_world_is_disturbed_the_same_and_another_otherwise() -> None:
    deliveries = written(3000)
    assert disturbed(deliveries) == disturbed(deliveries)
    assert disturbed(deliveries) != disturbed(deliveries, seed=6)


def test_a_source_without_troubles_is_not_touched() -> None:
    deliveries = written(500, source="quiet")
    assert disturbed(deliveries) == deliveries


def test_what_arrives_is_in_order_of_arrival_and_nothing_is_missing_unsaid() -> None:
    deliveries = written(5000)
    told = disturbed(deliveries)
    assert all(first.at <= second.at for first, second in pairwise(told))
    assert all(one.at >= one.written_at for one in told)
    once = [one for one in told if one.disturbed is not Disturbance.TWICE]
    assert sorted(one.path for one in once) == [one.path for one in deliveries]


def test_each_trouble_is_as_frequent_as_stated() -> None:
    number = 40_000
    told = Counter(one.disturbed for one in disturbed(written(number)))
    for trouble, share in (
        (Disturbance.LATE, CAD.late),
        (Disturbance.OUT_OF_ORDER, CAD.swapped),
        (Disturbance.TWICE, CAD.twice * (1 - CAD.lost)),
        (Disturbance.LOST, CAD.lost),
    ):
        assert told[trouble] / number == pytest.approx(share, rel=0.15), trouble
    assert told[Disturbance.OUTAGE] > 100


def test_messages_that_are_swapped_arrive_after_one_that_was_written_later() -> None:
    told = disturbed(written(3000, minutes=0.2), Troubles(swapped=0.05))
    places = {one.path: place for place, one in enumerate(told)}
    swapped = [one for one in told if one.disturbed is Disturbance.OUT_OF_ORDER]
    later = [one for one in swapped if places.get(f"cad/{int(one.path[4:]) + 1:06d}", 1 << 30) < places[one.path]]
    assert len(later) > 0.6 * len(swapped) > 50


def test_what_an_outage_held_back_comes_at_once_when_it_ends() -> None:
    held = [one for one in disturbed(written(20_000), Troubles(outages=60, hours=3)) if one.disturbed]
    assert {one.disturbed for one in held} == {Disturbance.OUTAGE}
    at_once = Counter(one.at for one in held)
    assert max(at_once.values()) > 20
    assert all(one.at > one.written_at for one in held)


def test_what_an_address_would_have_shown_in_an_outage_is_never_seen() -> None:
    told = disturbed(written(20_000, way=Way.SNAPSHOT), Troubles(outages=60, hours=3))
    assert {one.disturbed for one in told} == {None, Disturbance.LOST}


def test_one_more_delivery_moves_nothing_of_the_others() -> None:
    deliveries = written(2000)
    less = disturbed(deliveries[:700] + deliveries[701:])
    assert less == [one for one in disturbed(deliveries) if one.path != deliveries[700].path]
