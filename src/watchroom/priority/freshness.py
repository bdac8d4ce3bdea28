"""How old each source is, and how that is told: one rule for the handover, the pages beside it and the board. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from watchroom.model.words import Words

# A source that is older than this many of its intervals is silent, not late.
SILENT_AFTER = 4


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAge:
    """How old a source is at the instant of asking. `state` is fresh, late, silent or unjudged.

    Attributes:
        refused_at: when its last delivery was refused, UTC, so that what is told is of the one before; None: it stands.
    """

    system: str
    as_of: datetime | None
    age_seconds: float | None
    state: str
    refused_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One source in words; `state` is fresh, late, silent or unjudged.

    Attributes:
        refused: that its last delivery was refused; else empty.
    """

    source: str
    as_of: str
    age: str
    state: str
    word: str
    refused: str = ""


def source_ages(found: Iterable[Delivered], *, at: datetime) -> list[SourceAge]:
    """How old each source is at `at`: late when older than its interval, silent when older than four of them.

    A source that has never delivered is silent. For one without an agreed interval nobody can say what is late: its
    age is told and not judged.
    """
    ages: list[SourceAge] = []
    for row in found:
        as_of = row.extract_as_at or row.last_sealed_at
        age = None if as_of is None else (at - as_of).total_seconds()
        state = _state(age, row.expected_every_seconds)
        ages.append(
            SourceAge(system=row.source_system, as_of=as_of, age_seconds=age, state=state, refused_at=row.refused_at)
        )
    return ages


def behind(ages: Iterable[SourceAge]) -> frozenset[str]:
    """The source systems that are late or silent."""
    return frozenset(age.system for age in ages if age.state in ("late", "silent"))


def source_lines(ages: Iterable[SourceAge], *, words: Words) -> tuple[SourceLine, ...]:
    """Each source in words."""
    return tuple(
        SourceLine(
            source=source_name(age.system),
            as_of=words.phrase("source.as_of", at=age.as_of) if age.as_of else words.phrase("source.never"),
            age="" if age.age_seconds is None else words.phrase("source.age", age=words.age(age.age_seconds)),
            state=age.state,
            word=words.phrase(f"source.{age.state}"),
            refused=refused_words(age, words=words),
        )
        for age in ages
    )


def refused_words(age: SourceAge, *, words: Words) -> str:
    """That the last delivery was refused, and of which one the record tells; empty: it was not."""
    if age.refused_at is None:
        return ""
    return words.phrase("source.refused" if age.as_of else "source.refused_never", at=age.refused_at)


def source_name(source_system: str) -> str:
    """A source system as people call it."""
    return source_system.upper()


def _state(age: float | None, expected: int | None) -> str:
    if age is None:
        return "silent"
    if expected is None:
        return "unjudged"
    if age > SILENT_AFTER * expected:
        return "silent"
    return "late" if age > expected else "fresh"
