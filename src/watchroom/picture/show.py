"""What the page of what is around shows, every word ready. Nothing listed is never said as nothing there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchroom.model.text import Text
from watchroom.model.words import Words
from watchroom.picture.rules import HORIZON, TIMES_OF_SERIES, Around, Item, Part, Weight
from watchroom.priority.footing import ENDED_IS_NEWS
from watchroom.priority.freshness import SourceAge, SourceLine, shown_state, source_lines, source_name

# Further away than this an instant is told with its year.
_SHORT_WITHIN = timedelta(days=180)
_TONES = {Weight.NOW: "now", Weight.SOON: "soon", Weight.WATCH: "watch", Weight.PLAIN: "plain"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that happens or is planned.

    Attributes:
        row_id: of its record.
        tone: now, soon, watch or plain.
        marks: what must be read first: an exercise, a restriction, that it is cancelled.
        own_words: at length; folded on the screen.
        is_behind: its source is late or silent; `source_state` says which.
    """

    row_id: str
    tone: str
    marks: tuple[str, ...]
    title: str
    facts: tuple[str, ...]
    where: str
    when: str
    is_over_time: bool
    source: str
    source_state: str
    is_behind: bool
    said: str
    own_words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What feeds have ceased to name. `title` says how much; `lines` which."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the page.

    Attributes:
        none_listed: said where there is no line.
        notes: what must be known of it beside its lines.
    """

    key: str
    title: str
    count: int
    lines: tuple[Line, ...]
    none_listed: str
    notes: tuple[str, ...] = ()
    gone: Gone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of the line at the top; `is_word`: there is no number to tell."""

    key: str
    label: str
    value: str
    note: str
    is_word: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AroundPage:
    """The page. `behind`: for each source that is late or silent, what that means for it."""

    title: str
    sentence: str
    behind: tuple[str, ...]
    figures: tuple[Figure, ...]
    heads: tuple[str, ...]
    sections: tuple[Section, ...]
    own_words: str
    sources: tuple[SourceLine, ...]
    as_of_words: str


def around_page(around: Around, words: Words) -> AroundPage:
    """The page in the language of `words`, with times of its zone."""
    late = {age.system: age for part in around.parts for age in part.behind}
    missing = {age.system: age for part in around.parts for age in part.missing if _is_news(age, at=around.at)}
    lines = _Lines(at=around.at, late=late, words=words)
    sections = [_section(part, lines, words=words) for part in around.parts]
    if any(part.key == "events" and part.is_shown for part in around.parts):
        sections.append(_later(around, lines, words=words))
    return AroundPage(
        title=words.phrase("around.title"),
        sentence=words.phrase("around.sentence"),
        behind=tuple(_behind(age, words) for age in (late | missing).values()),
        figures=tuple(_figure(part, words) for part in around.parts),
        heads=tuple(words.phrase(f"around.head.{head}") for head in ("what", "where", "when", "source")),
        sections=tuple(sections),
        own_words=words.phrase("around.own_words"),
        sources=source_lines(around.sources, words=words),
        as_of_words=words.phrase("around.as_of", at=around.at),
    )


def _is_news(age: SourceAge, *, at: datetime) -> bool:
    """Whether it stands above all else that a source tells nothing: of one that ended, for a while."""
    return age.ended_at is None or at - age.ended_at < ENDED_IS_NEWS


def _behind(age: SourceAge, words: Words) -> str:
    source = source_name(age.system)
    if age.away_at is not None:
        return words.phrase("around.resumed" if age.is_resumed else "around.ended", source=source, at=age.away_at)
    if age.as_of is None and age.refused_at is not None:
        return words.phrase("around.behind.refused", source=source, at=age.refused_at)
    if age.as_of is None:
        return words.phrase("around.behind.never", source=source)
    state = words.phrase(f"source.{shown_state(age)}")
    return words.phrase("around.behind", source=source, state=state, at=age.as_of)


def _figure(part: Part, words: Words) -> Figure:
    # Exercises stand last: where one is listed, what is left off are exercises.
    number = part.real + (part.left_off if part.real == len(part.items) else 0)
    is_known = part.is_shown and bool(part.told_by) and bool(number or not _says_nothing(part))
    value = str(number) if is_known else words.phrase("around.figure.none")
    unreal = len(part.items) - part.real
    told = _noted(part, words)
    return Figure(
        key=part.key,
        label=words.phrase(f"around.{part.key}"),
        value=value,
        note=words.phrase("around.figure.unreal", told=told, count=unreal) if unreal else told,
        is_word=not value.isdigit(),
    )


def _says_nothing(part: Part) -> bool:
    """Whether a source of the part tells nothing, or what it told is too old, so that there may be more."""
    return bool(part.missing) or any(age.state == "silent" for age in part.behind)


def _noted(part: Part, words: Words) -> str:
    """What stands under a figure: who says so, and who does not."""
    if not part.is_shown or not (part.told_by or part.missing):
        return words.phrase("around.figure.unfed" if part.is_shown else "around.figure.unshown")
    ended = [age for age in part.missing if age.away_at is not None]
    told = [
        words.phrase(f"around.figure.{key}", sources=_named(found, words))
        for key, found in (
            ("listed", part.told_by),
            ("behind", [age.system for age in part.behind]),
            ("unjudged", [age.system for age in part.unjudged]),
            ("ended", [age.system for age in ended]),
            ("never", [age.system for age in part.missing if age not in ended]),
        )
        if found
    ]
    return "; ".join(told)


def _named(systems: Sequence[str], words: Words) -> str:
    return words.listed([source_name(one) for one in systems])


def _section(part: Part, lines: "_Lines", *, words: Words) -> Section:
    notes: list[str] = []
    if part.key == "roads" and part.items:
        notes.append(words.phrase("around.roads.everywhere"))
    if part.left_off:
        notes.append(words.phrase("around.left_off", count=part.left_off))
    if part.unjudged:
        unjudged = _named([age.system for age in part.unjudged], words)
        notes.append(words.phrase("around.unjudged", sources=unjudged))
    if part.told_by:
        notes += [_behind(age, words) for age in part.missing]
    return Section(
        key=part.key,
        title=words.phrase(f"around.{part.key}"),
        count=len(part.items),
        lines=tuple(map(lines.line, part.items)),
        none_listed=_none_listed(part, words),
        notes=tuple(notes),
        gone=_gone(part, lines, words=words) if part.gone else None,
    )


def _none_listed(part: Part, words: Words) -> str:
    if not part.is_shown:
        return words.phrase("around.none.unshown")
    if not part.told_by and not part.missing:
        return words.phrase("around.none.unfed")
    if not part.told_by:
        why = " ".join(_behind(age, words) for age in part.missing)
        return words.phrase("around.none.missing", why=why)
    key = "around.none.behind" if part.behind else "around.none"
    return words.phrase(key, sources=_named(part.told_by, words))


def _gone(part: Part, lines: "_Lines", *, words: Words) -> Gone:
    return Gone(
        title=words.phrase("around.gone", count=part.gone_total),
        lines=tuple(
            words.phrase(
                "around.gone.line",
                title=row.title or words.phrase("value.not_recorded"),
                source=source_name(row.source_system),
                at=lines.instant(row.no_longer_reported_at),
            )
            for row in part.gone
        ),
    )


def _later(around: Around, lines: "_Lines", *, words: Words) -> Section:
    notes: list[str] = []
    if around.later_left_off:
        notes.append(words.phrase("around.left_off", count=around.later_left_off))
    if around.unclear:
        notes.append(words.phrase("around.unclear", count=around.unclear))
    events = next(part for part in around.parts if part.key == "events")
    is_told = bool(events.told_by) and not events.behind and not events.missing
    return Section(
        key="later",
        title=words.phrase("around.later", days=HORIZON.days),
        count=len(around.later),
        lines=tuple(map(lines.line, around.later)),
        none_listed=words.phrase("around.later.none", days=HORIZON.days) if is_told else _none_listed(events, words),
        notes=(*notes, words.phrase("around.later.note", times=TIMES_OF_SERIES)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lines:
    """How things are told at one instant: `late` are the sources that are late or silent."""

    at: datetime
    late: dict[str, SourceAge]
    words: Words

    def line(self, item: Item) -> Line:
        """The thing in words."""
        words = self.words
        late = self.late.get(item.source)
        marks = [] if item.is_actual else [words.phrase(f"around.realness.{item.realness}")]
        seconds = (self.at - item.said_at).total_seconds()
        said = words.phrase(
            "around.said" if seconds >= 0 else "around.said.ahead",
            at=self.instant(item.said_at),
            age=words.age(seconds),
        )
        return Line(
            row_id=str(item.row_id),
            tone=_TONES[item.weight] if item.is_actual else "plain",
            marks=(*marks, *map(words.say, item.marks)),
            title=words.say(item.title) if isinstance(item.title, Text) else item.title or "",
            facts=tuple(map(words.say, item.facts)),
            where=item.where or words.phrase("around.where.untold"),
            when=self.when(item),
            is_over_time=self.is_over_time(item),
            source=source_name(item.source),
            source_state=words.phrase(f"source.{shown_state(late)}") if late else "",
            is_behind=late is not None,
            said=said,
            own_words=item.own_words,
        )

    def is_over_time(self, item: Item) -> bool:
        """Whether it goes on though its end has passed."""
        return item.ends_at is not None and item.ends_at <= self.at and item.starts_at != item.ends_at

    def when(self, item: Item) -> str:
        """From when until when, as far as that is told."""
        phrase, starts, ends = self.words.phrase, item.starts_at, item.ends_at
        if item.is_all_day and starts is not None:
            return self._days(starts, ends or starts)
        if starts is None:
            return phrase("around.when.until", ends=self.instant(ends)) if ends else phrase("around.when.untold")
        if ends is None or ends == starts:
            which = "at" if ends == starts or starts > self.at else "since"
            return phrase(f"around.when.{which}", starts=self.instant(starts))
        zone = self.words.zone
        if starts > self.at and starts.astimezone(zone).date() == ends.astimezone(zone).date():
            return phrase("around.when.same_day", day=self.instant(starts), ends=ends)
        which = "over" if self.is_over_time(item) else "from" if starts > self.at else "since_until"
        return phrase(f"around.when.{which}", starts=self.instant(starts), ends=self.instant(ends))

    def _days(self, starts: datetime, ends: datetime) -> str:
        zone, words = self.words.zone, self.words
        first = starts.astimezone(zone).date()
        last = max((ends - timedelta(microseconds=1)).astimezone(zone).date(), first)
        if first == last:
            return words.phrase("around.when.day", day=first)
        return words.phrase("around.when.days", first=first, last=last)

    def instant(self, at: datetime) -> str:
        """An instant, with its year where that is not plain."""
        return self.words.instant(at, "short" if abs(self.at - at) < _SHORT_WITHIN else "")
