"""The storylines of the example: each says what happened, who held which part of it, and whom the whole would serve."""

import copy
import tomllib
from datetime import date
from importlib.resources import files

import pytest

from watchroom.demo.stories.story import AGENCIES, Story, StoryError, stories, story_of

STORIES = stories()
ONE = tomllib.loads(files("watchroom.demo.stories").joinpath("eleven_minutes.toml").read_text(encoding="utf-8"))


@pytest.fixture(params=STORIES, ids=[story.name for story in STORIES])
def story(request: pytest.FixtureRequest) -> Story:
    return request.param


def test_there_are_at_least_twelve_and_together_every_agency_holds_a_part() -> None:
    assert len(STORIES) >= 12
    assert {beat.agency for story in STORIES for beat in story.facts} >= AGENCIES - {"fire"}
    assert {beat.agency for story in STORIES for beat in story.beats} == AGENCIES


def test_nobody_holds_the_whole_of_a_storyline_before_the_harm(story: Story) -> None:
    held = story.holders(before=story.harm)
    whole = {fact for facts in held.values() for fact in facts}
    assert len(held) > 1
    assert all(facts < whole for facts in held.values())


def test_every_fact_is_known_to_somebody_before_the_harm_and_serves_some_post(story: Story) -> None:
    begins = date(2026, 7, 20)
    for beat in story.facts:
        assert beat.instant(begins) < story.harm.instant(begins)
        assert beat.matters


def test_everybody_in_the_cast_has_a_part(story: Story) -> None:
    named = {beat.who for beat in story.beats} | {
        role for beat in story.beats for role in (beat.said.get("victim"), beat.said.get("same_wing_as"))
    }
    wanted = {str(value) for role in story.cast for value in role.wants.values()}
    assert {role.name for role in story.cast} <= named | wanted


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"moral": "none"}, "moral"),
        ({"harm": None}, "harm"),
        ({"beats": []}, "0 facts"),
    ],
)
def test_a_storyline_that_lacks_a_part_or_has_one_too_many_is_refused_by_name(
    change: dict[str, object], told: str
) -> None:
    given = {key: value for key, value in (ONE | change).items() if value is not None}
    with pytest.raises(StoryError, match="eleven_minutes") as refused:
        story_of("eleven_minutes", given)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"who": "nobody"}, "not in its cast"),
        ({"agency": "newspaper"}, "newspaper"),
        ({"matters": []}, "to nobody"),
        ({"fact": "not eating"}, "twice"),
    ],
)
def test_a_beat_that_cannot_happen_is_refused_with_its_day_and_hour(change: dict[str, object], told: str) -> None:
    given = copy.deepcopy(ONE)
    given["beats"][0] |= change
    with pytest.raises(StoryError) as refused:
        story_of("eleven_minutes", given)
    assert told in str(refused.value)
