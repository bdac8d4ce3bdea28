"""A storyline as it is written: who is in it, what happens, who wrote down which fact, and whom it would serve."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.resources import files
from typing import NotRequired, TypedDict, cast

from watchroom.demo.world.county_time import at
from watchroom.kernel.errors import WatchroomError

AGENCIES = frozenset(
    {"prison", "police", "ambulance", "fire", "roads", "weather", "events", "probation", "health", "council", "courts"}
)

# So many at least, or the whole is no more than a part.
_FACTS = 3


class _WrittenBeat(TypedDict):
    day: int
    hour: float
    agency: str
    what: str
    who: NotRequired[str]
    fact: NotRequired[str]
    matters: NotRequired[list[str]]


class _Harm(TypedDict):
    day: int
    hour: float
    what: str


class _Written(TypedDict):
    title: str
    days: int
    told: str
    harm: _Harm
    cast: NotRequired[dict[str, dict[str, object]]]
    beats: list[_WrittenBeat]


_PARTS = frozenset(_Written.__annotations__)
_OF_BEAT = frozenset(_WrittenBeat.__annotations__)


class StoryError(WatchroomError):
    """A storyline that does not say what it must."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Somebody in a storyline, before a life is found that fits.

    Attributes:
        name: in the storyline.
        wants: what the life must be like, such as `held`, `use`, `sex`, `born_between`.
    """

    name: str
    wants: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """One thing that happens in a storyline.

    Attributes:
        day: counted from the day on which the storyline begins; before it is negative.
        hour: by the county's clocks; 24 and more is the next day.
        who: role of whoever it happens to or who does it; None: of nobody in particular.
        agency: that writes it down.
        what: kind of what happens, in the words of the storylines.
        said: the rest of it.
        fact: name of the fact that it makes known; None: it is no fact that anybody would have missed.
        matters: posts whose next shift must be told of it, in the words of the storyline.
    """

    day: int
    hour: float
    who: str | None
    agency: str
    what: str
    said: Mapping[str, object] = field(default_factory=dict[str, object])
    fact: str | None = None
    matters: tuple[str, ...] = ()

    def instant(self, begins: date) -> datetime:
        """When it happens in a storyline that begins on that day, UTC."""
        return at(begins, self.day * 24 + self.hour)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A storyline.

    Attributes:
        name: of its file.
        title: for people.
        days: how long it lasts.
        told: what happened, for whoever teaches with it.
        harm: what came of it.
        cast: who is in it.
        beats: in the order in which they happen.
    """

    name: str
    title: str
    days: int
    told: str
    harm: Beat
    cast: tuple[Role, ...]
    beats: tuple[Beat, ...]

    @property
    def facts(self) -> tuple[Beat, ...]:
        """The beats that make a fact known, in order."""
        return tuple(beat for beat in self.beats if beat.fact is not None)

    def holders(self, *, before: Beat) -> Mapping[str, frozenset[str]]:
        """Which agency held which facts before a beat."""
        held: dict[str, set[str]] = {}
        for beat in self.facts:
            if _moment(beat) < _moment(before):
                held.setdefault(beat.agency, set()).add(str(beat.fact))
        return {agency: frozenset(facts) for agency, facts in held.items()}


def stories() -> tuple[Story, ...]:
    """All storylines that come with the example, by name.

    Raises:
        StoryError: one does not say what it must.
    """
    folder = files("watchroom.demo.stories")
    found = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return tuple(
        story_of(name.removesuffix(".toml"), tomllib.loads(folder.joinpath(name).read_text(encoding="utf-8")))
        for name in found
    )


def story_of(name: str, given: Mapping[str, object]) -> Story:
    """The storyline of a file's contents.

    Raises:
        StoryError: it lacks a part, has one of an unknown name, or names somebody who is not in its cast.
    """
    unknown, missing = sorted(set(given) - _PARTS), sorted(_PARTS - {"cast"} - set(given))
    if unknown or missing:
        raise _fault(name, f"has {unknown or 'nothing'} too much and lacks {missing or 'nothing'}")
    written = cast("_Written", given)
    roles = written.get("cast", {})
    beats = tuple(sorted((_beat(name, beat, roles) for beat in written["beats"]), key=_moment))
    facts = [beat.fact for beat in beats if beat.fact is not None]
    if len(facts) != len(set(facts)):
        raise _fault(name, "names a fact twice")
    if len(facts) < _FACTS:
        raise _fault(name, f"has {len(facts)} facts; with fewer than {_FACTS} there is nothing to put together")
    harm = written["harm"]
    return Story(
        name=name,
        title=written["title"],
        days=written["days"],
        told=" ".join(written["told"].split()),
        harm=Beat(day=harm["day"], hour=harm["hour"], who=None, agency="", what=harm["what"]),
        cast=tuple(Role(name=role, wants=wants) for role, wants in roles.items()),
        beats=beats,
    )


def _beat(name: str, given: "_WrittenBeat", roles: Mapping[str, object]) -> Beat:
    said = {key: value for key, value in given.items() if key not in _OF_BEAT}
    place = f"beat {given.get('day')}/{given.get('hour')}"
    if not _WrittenBeat.__required_keys__ <= set(given):
        raise _fault(name, f"{place} does not say when, what, and which agency writes it down")
    if given["agency"] not in AGENCIES:
        raise _fault(name, f"{place} is written down by no agency of the example: `{given['agency']}`")
    for role in (given.get("who"), said.get("victim"), said.get("same_wing_as")):
        if role is not None and role not in roles:
            raise _fault(name, f"{place} names `{role}`, who is not in its cast")
    if ("fact" in given) != bool(given.get("matters")):
        raise _fault(name, f"{place} tells a fact to nobody, or somebody no fact")
    return Beat(
        day=given["day"],
        hour=given["hour"],
        who=given.get("who"),
        agency=given["agency"],
        what=given["what"],
        said=said,
        fact=given.get("fact"),
        matters=tuple(given.get("matters", ())),
    )


def _moment(beat: Beat) -> float:
    return beat.day * 24 + beat.hour


def _fault(name: str, what: str) -> StoryError:
    return StoryError(f"storyline `{name}` {what}; mend its file")
