"""Names of the example world, by whose ways people are named; the lists are in `names.toml`."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """By whose ways somebody is named, and what goes with it.

    Attributes:
        name: of it, for errors that depend on it.
        share: of the people who come into custody.
        men, women, families: names in Latin letters.
        given: weights of one, two and three given names.
        ethnicities, nationalities, religions, languages: each as often as it stands there.
        interpreter: share of those who need one.
        variants: other spellings of a name, each as an agency may write it.
    """

    name: str
    share: float
    men: tuple[str, ...]
    women: tuple[str, ...]
    families: tuple[str, ...]
    given: tuple[int, int, int]
    ethnicities: tuple[str, ...]
    nationalities: tuple[str, ...]
    religions: tuple[str, ...]
    languages: tuple[str, ...]
    interpreter: float
    variants: dict[str, tuple[str, ...]]


def _read() -> tuple[Background, ...]:
    given = tomllib.loads(files("watchroom.demo.world").joinpath("names.toml").read_text(encoding="utf-8"))
    return tuple(
        Background(
            name=name,
            share=one["share"],
            men=tuple(one["men"]),
            women=tuple(one["women"]),
            families=tuple(one["families"]),
            given=(one["given"][0], one["given"][1], one["given"][2]),
            ethnicities=tuple(one["ethnicities"]),
            nationalities=tuple(one["nationalities"]),
            religions=tuple(one["religions"]),
            languages=tuple(one["languages"]),
            interpreter=one["interpreter"],
            variants={key: tuple(values) for key, values in one.get("variants", {}).items()},
        )
        for name, one in given.items()
    )


BACKGROUNDS = _read()
