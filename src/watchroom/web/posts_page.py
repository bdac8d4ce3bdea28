"""Where one can go: the posts of my units or of my site, and the roll, which is whole for everyone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from watchroom.gate.door import View
from watchroom.handover.rows import FreshnessRow
from watchroom.model.words import Words
from watchroom.web.freshness import SourceLine, source_lines
from watchroom.web.person_parts import QUERIES

FIGURES = ("on_roll", "in_now", "out_now", "no_cell", "capacity")
BOARD_FIGURES = ("on_roll",)


@dataclass(frozen=True, slots=True, kw_only=True)
class RollRow:
    """The roll of one unit. `counted` says of what: a place, an establishment or all; None: not to be told."""

    counted: str
    site_code: str | None
    unit_code: str | None
    on_roll: int | None
    in_now: int | None
    out_now: int | None
    no_cell: int | None
    capacity: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RollFacts:
    """What the page is made of."""

    roll: Sequence[RollRow]
    sources: Sequence[FreshnessRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post to choose."""

    path: str
    name: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RollLine:
    """One line of the roll in words."""

    name: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsPage:
    """What the template of the choice receives."""

    title: str
    sentence: str
    posts: tuple[Post, ...]
    none_listed: str
    roll_title: str
    roll_heads: tuple[str, ...]
    roll: tuple[RollLine, ...]
    roll_note: str | None
    sources: tuple[SourceLine, ...]


def read_roll(view: View) -> RollFacts:
    """The roll and the sources' ages, through the gate."""
    return RollFacts(
        roll=view.rows(QUERIES["roll_by_unit"], RollRow),
        sources=view.rows(QUERIES["sources"], FreshnessRow),
    )


def posts_page(facts: RollFacts, *, words: Words, at: datetime, units: Sequence[str], purpose: str) -> PostsPage:
    """The choice of posts in words.

    Args:
        facts: as read through the gate.
        words: of the node.
        at: node instant, for the sources' ages.
        units: that the asker is assigned to; none: every unit of the roll is offered.
        purpose: of the read; links keep it.
    """
    offered = [row for row in facts.roll if row.unit_code and (not units or row.unit_code in units)]
    is_by_unit = all(row.counted == "place" for row in facts.roll)
    figures = FIGURES if is_by_unit else BOARD_FIGURES
    return PostsPage(
        title=words.phrase("web.posts.title"),
        sentence=words.phrase("web.posts.sentence"),
        posts=tuple(post(row, words=words, purpose=purpose) for row in offered),
        none_listed=words.phrase("web.posts.none"),
        roll_title=words.phrase("web.roll.title" if is_by_unit else "web.roll.title_board"),
        roll_heads=tuple(words.phrase(f"web.roll.{head}") for head in ("unit" if is_by_unit else "site", *figures)),
        roll=tuple(roll_line(row, figures, words=words) for row in facts.roll),
        roll_note=None if is_by_unit else words.phrase("web.roll.small_numbers"),
        sources=source_lines(facts.sources, words=words, at=at),
    )


def post(row: RollRow, *, words: Words, purpose: str) -> Post:
    """One post, with how many are on its roll."""
    unit = row.unit_code or ""
    return Post(
        path=f"/handover/{quote(unit)}?purpose={quote(purpose)}",
        name=unit_name(unit, words=words),
        note=words.phrase("web.posts.note", count=row.on_roll) if row.on_roll is not None else "",
    )


def unit_name(unit: str, *, words: Words) -> str:
    """A unit as people call it, from its code: `LEI-A` is A wing."""
    return words.phrase("web.posts.name", unit=unit.partition("-")[2] or unit)


def roll_line(row: RollRow, shown: Sequence[str], *, words: Words) -> RollLine:
    """One line of the roll; a figure that may not be told says so."""
    withheld = words.phrase("web.roll.withheld")
    figures = tuple(withheld if (figure := getattr(row, name)) is None else str(figure) for name in shown)
    return RollLine(name=line_name(row, words=words), figures=figures)


def line_name(row: RollRow, *, words: Words) -> str:
    """What a line of the roll counts: a unit, an establishment, or all."""
    if row.counted == "place":
        return unit_name(row.unit_code, words=words) if row.unit_code else words.phrase("web.roll.no_unit")
    return words.code("agency", row.site_code) if row.site_code else words.phrase("web.roll.all")
