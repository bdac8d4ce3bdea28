"""One's own broken glasses: what counts as broken by somebody now, and that a namesake elsewhere cannot touch it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from test_glass import GOVERNOR, NAME, SAID, SECOND_GOVERNOR, World, filled, world_of
from test_openings import GLASS_TEXT, WITH_GLASS

from gate_world import charter
from watchroom.kernel.errors import NotFoundError
from watchroom.store.database import Database

__all__ = ["filled"]
NAMESAKE = replace(GOVERNOR, organisation="police")


@pytest.fixture
def world(filled: Database, tmp_path: Path) -> World:
    return world_of(filled, tmp_path / "spool", WITH_GLASS)


def test_a_glass_is_broken_by_who_broke_it_for_as_long_as_it_is_open(world: World) -> None:
    broken = world.glass.break_(GOVERNOR, NAME, SAID)
    assert world.glass.broken_by(GOVERNOR) == (broken.opened,)
    assert world.glass.broken_by(SECOND_GOVERNOR) == world.glass.broken_by(NAMESAKE) == ()
    world.clock.move(timedelta(hours=4))
    assert world.glass.broken_by(GOVERNOR) == ()


def test_a_glass_of_an_agreement_that_says_something_else_by_now_is_broken_by_nobody(
    world: World, tmp_path: Path
) -> None:
    world.glass.break_(GOVERNOR, NAME, SAID)
    other = charter(GLASS_TEXT.replace("review_within: PT72H", "review_within: PT48H"))
    later = world_of(world.database, tmp_path / "later", other)
    assert later.glass.broken_by(GOVERNOR) == ()


def test_a_namesake_of_another_organisation_closes_no_glass(world: World) -> None:
    broken = world.glass.break_(GOVERNOR, NAME, SAID)
    with pytest.raises(NotFoundError, match="you have broken no such glass"):
        world.glass.close(NAMESAKE, broken.id)
    assert world.glass.broken_by(GOVERNOR) == (broken.opened,)
