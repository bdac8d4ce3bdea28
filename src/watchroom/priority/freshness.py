"""How old each source is, and how that is told: one rule for the handover, the pages beside it and the board. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from watchroom.model.words import Words

# A source that is older than this many of its intervals is silent, not late.
SILENT_AFTER = 4
ASSUMED_EXPECTED_SECONDS = 900
# Longer than this no source may say nothing and not be called silent, whether an interval was agreed or not.
SILENT_WITHOUT_INTERVAL = timedelta(hours=24)


class Delivered(Protocol):
    """A source system, when it last delivered and how often it should: a row of `source_freshness`."""

    @property
    def source_system(self) -> str:
        """Its name."""
        ...

    @property
    def last_sealed_at(self) -> datetime | None:
        """When its last delivery was taken in, UTC."""
        ...

    @property
    def extract_as_at(self) -> datetime | None:
        """The instant of which that delivery tells, UTC."""
        ...

    @property
    def expected_every_seconds(self) -> int | None:
        """How often it was agreed to deliver; None: nothing was agreed."""
        ...

    @property
    def refused_at(self) -> datetime | None:
        """When a delivery after that one was refused, UTC; None: none was."""
        ...

    @property
    def loaded_at(self) -> datetime | None:
        """When that delivery was loaded by the node's clock, UTC: later than it is sealed where it was dated back."""
        ...

    @property
    def dated_by(self) -> str | None:
        """How `extract_as_at` is known: `told`, `shown`, or `loaded` where nothing but the loading tells it."""
        ...

    @property
    def ended_at(self) -> datetime | None:
        """Since when it has ended, so that nothing more comes of it, UTC; None: it has not."""
        ...

    @property
    def away_at(self) -> datetime | None:
        """Since when nothing of it stands: it ended and has delivered nothing since, UTC; None: what it gave stands."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAge:
    """How old a source is at the instant of asking. `state` is fresh, late or silent.

    Attributes:
        refused_at: when its last delivery was refused, UTC, so that what is told is of the one before; None: it stands.
        loaded_at: when what is told was loaded, UTC, if that was after the instant of asking; None: it was before.
        is_dated: that it says of when it is; else `as_of` is when it was loaded, and it may be older.
        is_judged: that `state` can be told to people: it has been silent for a day, or an interval was agreed and it
            says of when it is.
        is_expected: an interval was agreed.
        ended_at: since when it has ended: it says nothing any more, and nobody waits for it, UTC; None: it has not.
        away_at: since when nothing of it stands, also where it is taken up again and has given nothing yet, UTC; None:
            what it gave stands.
    """

    system: str
    as_of: datetime | None
    age_seconds: float | None
    state: str
    refused_at: datetime | None = None
    loaded_at: datetime | None = None
    is_dated: bool = True
    is_judged: bool = True
    is_expected: bool = True
    ended_at: datetime | None = None
    away_at: datetime | None = None

    @property
    def is_resumed(self) -> bool:
        """It ended, is taken up again, and has given nothing yet."""
        return self.away_at is not None and self.ended_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One source in words; `state` is fresh, late, silent, ended, or unjudged where `word` says that nobody can tell.

    Attributes:
        notes: what else must be known of it, as that its last delivery was refused.
    """

    source: str
    as_of: str
    age: str
    state: str
    word: str
    notes: tuple[str, ...] = ()


def source_ages(found: Iterable[Delivered], *, at: datetime) -> list[SourceAge]:
    """How old each source is at `at`: late when older than its interval, silent when older than four of them.

    A source that has never delivered is silent, and so is one without an agreed interval after a day. Before that
    nobody can say whether it is late, nor of one that does not say of when it is unless even its loading is late: the
    age is told and not judged. Documents that must have a state call it late after a quarter of an hour, as a
    case-management feed would be, and silent only when people are told so.
    One that has ended is silent and nobody waits for it: it has no age. Taken up again it is silent until it delivers.
    """
    return [_aged(row, at) for row in found]


def _aged(row: Delivered, at: datetime) -> SourceAge:
    as_of = row.extract_as_at or row.last_sealed_at
    if row.ended_at is not None:
        return SourceAge(
            system=row.source_system,
            as_of=as_of,
            age_seconds=None,
            state="silent",
            is_expected=False,
            ended_at=row.ended_at,
            away_at=row.away_at or row.ended_at,
        )
    if row.away_at is not None:
        is_expected = row.expected_every_seconds is not None
        return SourceAge(
            system=row.source_system,
            as_of=as_of,
            age_seconds=None,
            state="silent",
            refused_at=row.refused_at,
            is_expected=is_expected,
            away_at=row.away_at,
        )
    age = None if as_of is None else (at - as_of).total_seconds()
    is_dated = as_of is None or row.dated_by != "loaded"
    state = _state(age, row.expected_every_seconds)
    is_agreed = row.expected_every_seconds is not None and (is_dated or state != "fresh")
    return SourceAge(
        system=row.source_system,
        as_of=as_of,
        age_seconds=age,
        state=state,
        refused_at=row.refused_at,
        loaded_at=row.loaded_at if row.loaded_at is not None and row.loaded_at > at else None,
        is_dated=is_dated,
        is_judged=is_agreed or state == "silent",
        is_expected=row.expected_every_seconds is not None,
    )


def behind(ages: Iterable[SourceAge]) -> frozenset[str]:
    """The source systems that are late or silent though something is expected of them."""
    return frozenset(age.system for age in ages if age.is_judged and age.state != "fresh" and age.ended_at is None)


def source_lines(ages: Iterable[SourceAge], *, words: Words) -> tuple[SourceLine, ...]:
    """Each source in words."""
    return tuple(
        SourceLine(
            source=source_name(age.system),
            as_of=as_of_words(age, words=words),
            age="" if age.age_seconds is None else words.phrase("source.age", age=words.age(age.age_seconds)),
            state=shown_state(age),
            word=words.phrase(f"source.{shown_state(age)}"),
            notes=source_notes(age, words=words),
        )
        for age in ages
    )


def shown_state(age: SourceAge) -> str:
    """The state as people are told it: fresh, late, silent, unjudged or ended."""
    if age.ended_at is not None:
        return "ended"
    return age.state if age.is_judged else "unjudged"


def as_of_words(age: SourceAge, *, words: Words) -> str:
    """Of when it tells, as far as that is known; of a source that has ended since when it tells nothing."""
    if age.ended_at is not None:
        return words.phrase("source.ended_on", at=age.ended_at)
    if age.is_resumed:
        return words.phrase("source.nothing_since", at=age.away_at)
    if age.as_of is None:
        return words.phrase("source.never")
    return words.phrase("source.as_of" if age.is_dated else "source.loaded", at=age.as_of)


def source_notes(age: SourceAge, *, words: Words) -> tuple[str, ...]:
    """What else must be known of a source: a refused delivery, one of no date, one that was loaded later."""
    notes: list[str] = []
    if age.refused_at is not None:
        notes.append(words.phrase("source.refused" if age.as_of else "source.refused_never", at=age.refused_at))
    if not age.is_dated:
        notes.append(words.phrase("source.undated"))
    if age.loaded_at is not None:
        notes.append(words.phrase("source.loaded_later", at=age.loaded_at))
    return tuple(notes)


def source_name(source_system: str) -> str:
    """A source system as people call it."""
    return source_system.upper()


def _state(age: float | None, expected: int | None) -> str:
    silent_after = SILENT_WITHOUT_INTERVAL.total_seconds() if expected is None else SILENT_AFTER * expected
    if age is None or age > silent_after:
        return "silent"
    return "late" if age > (expected or ASSUMED_EXPECTED_SECONDS) else "fresh"
