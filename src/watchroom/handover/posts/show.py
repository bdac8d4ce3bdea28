"""What the page of posts shows, every word ready."""

from dataclasses import dataclass

from watchroom.handover.posts.rules import FIGURES, Posts, RollRow
from watchroom.model.words import Words
from watchroom.policy.clauses import Duty
from watchroom.priority.freshness import SourceLine, source_lines, source_name


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
class DutyLine:
    """Something that the asker may do that shows no record, and the command that does it."""

    text: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostsPage:
    """What the template of the choice receives. `purpose` is that of the read; links keep it.

    Attributes:
        duties: what the asker may do besides; of whoever has a post to choose or a roll to read there are none.
    """

    title: str
    sentence: str
    purpose: str
    posts: tuple[Post, ...]
    none_listed: str
    roll_title: str
    roll_heads: tuple[str, ...]
    roll: tuple[RollLine, ...]
    sources: tuple[SourceLine, ...]
    duties_title: str
    duties: tuple[DutyLine, ...]


# What does each duty: the pages do none of them.
_COMMANDS = {
    Duty.EXPLAIN: "watchroom explain DIR ENTITY ID --as USER --purpose governance.audit",
    Duty.READ_AUDIT: "watchroom audit verify DIR",
    Duty.ERASE_AUDIT: "watchroom audit erase DIR --from N --to N --reason TEXT --as USER",
    Duty.ERASE_RECORDS: "watchroom erase person DIR PERSON --rule TEXT --as USER",
    Duty.LEGAL_HOLDS: "watchroom hold list DIR --as USER",
    Duty.QUALITY_COUNTS: "watchroom quality DIR",
    Duty.RESTRICT_PEOPLE: "watchroom restrict add DIR PERSON_ID --kind KIND --as USER",
    Duty.REVIEW_GLASS: "watchroom glass list DIR --as USER",
    Duty.RECORD: "watchroom serve DIR",
    Duty.AGREEMENTS: "watchroom agreement preview DIR FILE --as USER",
}


def posts_page(posts: Posts, words: Words) -> PostsPage:
    """The choice of posts in the language of `words`; for whoever has none, what there is to do instead."""
    # Of whoever reads records an empty roll says that nobody tells it, and not that there is nothing for them here.
    has_duties_only = bool(posts.duties) and not posts.roll and not posts.reads_people
    ended = [source_name(name) for name in posts.roll_rests_on.ended]
    none = words.phrase("posts.none_known", sources=words.listed(ended)) if ended else words.phrase("posts.none")
    return PostsPage(
        title=words.phrase("posts.duties.heading" if has_duties_only else "posts.title"),
        sentence=words.phrase("posts.duties.sentence" if has_duties_only else "posts.sentence"),
        purpose=posts.purpose,
        posts=tuple(_post(row, words=words) for row in posts.offered),
        none_listed=words.phrase("posts.duties.none") if has_duties_only else none,
        roll_title=words.phrase("posts.roll.title"),
        roll_heads=tuple(words.phrase(f"posts.roll.{head}") for head in ("unit", "site", *FIGURES)),
        roll=tuple(_line(row, words=words) for row in posts.roll),
        sources=source_lines(posts.sources, words=words),
        duties_title=words.phrase("posts.duties.title"),
        duties=tuple(
            DutyLine(text=words.phrase(f"posts.duty.{duty}"), command=_COMMANDS[duty])
            for duty in (posts.duties if has_duties_only else ())
        ),
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
