"""What staff of a control room type on an incident; the texts are in `cad_words.toml`."""

import tomllib
from importlib.resources import files

from watchroom.demo.world.happenings_streets import Agency, Note

_TEXTS: dict[str, dict[str, list[str]]] = tomllib.loads(
    files("watchroom.demo.writers").joinpath("cad_words.toml").read_text(encoding="utf-8")
)


def opening(kind: str, words: int) -> str:
    """The first line on an incident of that kind."""
    return _said(_TEXTS["opening"][kind], words)


def note(of: Note, words: int, *, agency: Agency, unit: str) -> str:
    """A line on what is noted, of a crew or of the control room."""
    if of is Note.FROM_SCENE:
        return _said(_TEXTS["from_scene"][agency.value], words, unit=unit)
    return _said(_TEXTS["note"][of.name], words, unit=unit)


def line(of: str, words: int, **slots: str) -> str:
    """A line of the control room's own, such as that another call came."""
    return _said(_TEXTS["system"][of], words, **slots)


def _said(texts: list[str], words: int, **slots: str) -> str:
    chosen, rest = texts[words % len(texts)], words // len(texts)
    if "{" not in chosen:
        return chosen
    who = _TEXTS["who"]["all"]
    return chosen.format(**{"who": who[rest % len(who)], "age": str(19 + rest % 72)} | slots)
