"""What the page of posts shows, every word ready."""

from dataclasses import dataclass

from watchroom.handover.posts.rules import FIGURES, Posts, RollRow
from watchroom.model.words import Words
from watchroom.priority.freshness import SourceLine, source_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post to choose. `code` is that of the unit."""

    code: str
    name: str
    site: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RollLine:
    """One line of the roll in words."""

    name: str
    site: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsPage:
    """What the template of the choice receives. `purpose` is that of the read; links keep it."""

    title: str
    sentence: str
    purpose: str
    posts: tuple[Post, ...]
    none_listed: str
    roll_title: str
    roll_heads: tuple[str, ...]
    roll: tuple[RollLine, ...]
    sources: tuple[SourceLine, ...]


def posts_page(posts: Posts, words: Words) -> PostsPage:
    """The choice of posts in the language of `words`."""
    return PostsPage(
        title=words.phrase("posts.title"),
        sentence=words.phrase("posts.sentence"),
        purpose=posts.purpose,
        posts=tuple(_post(row, words=words) for row in posts.offered),
        none_listed=words.phrase("posts.none"),
        roll_title=words.phrase("posts.roll.title"),
        roll_heads=tuple(words.phrase(f"posts.roll.{head}") for head in ("unit", "site", *FIGURES)),
        roll=tuple(_line(row, words=words) for row in posts.roll),
        sources=source_lines(posts.sources, words=words),
    )


def _post(row: RollRow, *, words: Words) -> Post:
    unit = row.unit_code or ""
    return Post(
        code=unit,
        name=_unit_name(unit, words=words),
        site=words.code("agency", row.site_code),
        note=words.phrase("posts.note", count=row.on_roll),
    )


def _line(row: RollRow, *, words: Words) -> RollLine:
    """One line of the roll; a figure that nobody recorded says so."""
    figures = (getattr(row, name) for name in FIGURES)
    return RollLine(
        name=_unit_name(row.unit_code, words=words) if row.unit_code else words.phrase("posts.roll.no_unit"),
        site=words.code("agency", row.site_code),
        figures=tuple(words.phrase("value.not_recorded") if one is None else str(one) for one in figures),
    )


def _unit_name(unit: str, *, words: Words) -> str:
    """A unit as people call it, from its code: `LEI-A` is A wing."""
    return words.phrase("page.wing", unit=unit.partition("-")[2] or unit)
