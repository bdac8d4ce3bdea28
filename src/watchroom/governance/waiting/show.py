"""What the page of what waits shows, every word ready. It names nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from watchroom.governance.waiting.rules import Line, Need, Waits, lines_of
from watchroom.model.words import Words

# Where each area is worked.
PATHS: Final[Mapping[str, str]] = {
    "agreements": "/agreements",
    "requests": "/requests",
    "glass": "/break-glass",
    "looks": "/looks",
    "subject_access": "/subject-access",
    "log": "/log",
}
_TONES: Final[Mapping[Need, str]] = {Need.LATE: "late", Need.WAITS: "soon", Need.NOTHING: "done"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitLine:
    """One line: the area with the way there, and how it stands."""

    area: str
    path: str
    text: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPage:
    """What the template receives.

    Attributes:
        waiting: what is late, then what waits.
        rest: where nothing waits.
    """

    title: str
    sentence: str
    none_waits: str
    waiting: tuple[WaitLine, ...]
    rest_title: str
    rest: tuple[WaitLine, ...]
    commands: str


def waiting_page(waits: Waits, words: Words) -> WaitingPage:
    """The page in the language of `words`."""
    phrase, lines = words.phrase, lines_of(waits)
    return WaitingPage(
        title=phrase("waiting.title"),
        sentence=phrase("waiting.sentence"),
        none_waits=phrase("waiting.none"),
        waiting=tuple(_line(one, words) for one in lines if one.need is not Need.NOTHING),
        rest_title=phrase("waiting.rest"),
        rest=tuple(_line(one, words) for one in lines if one.need is Need.NOTHING),
        commands=phrase("waiting.commands"),
    )


def _line(line: Line, words: Words) -> WaitLine:
    return WaitLine(
        area=words.phrase(f"web.nav.{line.area}"),
        path=PATHS[line.area],
        text=words.phrase(f"waiting.{line.area}.{line.said}", count=line.count),
        tone=_TONES[line.need],
    )
