"""How old each source is, for the pages beside the handover; the same rule decides as on the handover."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from watchroom.handover.rows import FreshnessRow
from watchroom.handover.rules import source_ages
from watchroom.model.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One source in words; `state` is fresh, late or silent."""

    source: str
    as_of: str
    age: str
    state: str
    word: str


def source_lines(rows: Sequence[FreshnessRow], *, words: Words, at: datetime) -> tuple[SourceLine, ...]:
    """Each source in words, with its age at the node instant `at`."""
    return tuple(
        SourceLine(
            source=source_name(age.system, words=words),
            as_of=words.phrase("web.source.as_of", at=age.as_of) if age.as_of else words.phrase("web.source.never"),
            age="" if age.age_seconds is None else words.phrase("web.source.age", age=words.age(age.age_seconds)),
            state=age.state,
            word=words.phrase(f"web.source.{age.state}"),
        )
        for age in source_ages(rows, at=at)
    )


def source_name(source_system: str, *, words: Words) -> str:
    """A source system as people call it."""
    return words.phrase("web.source.name", name=source_system.upper())
