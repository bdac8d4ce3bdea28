"""Jurisdiction packs: a rule names a concept, the pack names the word, the codes and the clocks.

A pack is a TOML file in `jurisdictions/`.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from watchroom.kernel.errors import NotFoundError, UsageError

DEFAULT_JURISDICTION = "england_and_wales"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """What a rule asks for: the codes of one code list that mean it."""

    code_list: str
    codes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftStart:
    """When a shift of that name starts each day, by the clock on the wall."""

    name: str
    starts: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One shift of one day.

    Attributes:
        name: of the shift: `day`, `night`.
        starts_at, ends_at: instants in the zone of the pack; it ends where the next one starts.
        previous_starts_at: start of the shift before it.
    """

    name: str
    starts_at: datetime
    ends_at: datetime
    previous_starts_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Jurisdiction:
    """One pack.

    Attributes:
        key: name of its file.
        name: in English.
        languages: that its users may choose, the first one is the default.
        zone: time zone in which naive source times are read and times are said.
        shifts: starts, in order of the day.
        clocks: durations, by name.
        concepts: by name; each has codes.
        not_known: names of concepts and clocks of which the pack says that nobody has told us what they are here.
        public_holidays: by year; a year that is not there is not known.
        terms: language -> message id -> the word of the field.
        legal_records: of a note of staff, codes of `legal_record`, the usual one first.
        legal_mappings: legal record -> the mapping that reads its deliveries.
    """

    key: str
    name: str
    languages: tuple[str, ...]
    zone: ZoneInfo
    shifts: tuple[ShiftStart, ...]
    clocks: Mapping[str, timedelta]
    concepts: Mapping[str, Concept]
    terms: Mapping[str, Mapping[str, str]]
    not_known: frozenset[str]
    public_holidays: Mapping[int, frozenset[date]]
    legal_records: tuple[str, ...]
    legal_mappings: Mapping[str, str]

    def codes(self, concept: str) -> frozenset[str]:
        """The codes that mean the concept here.

        Raises:
            NotFoundError: the pack does not know the concept; `knows` says whether it does.
        """
        try:
            return self.concepts[concept].codes
        except KeyError:
            raise NotFoundError(f"jurisdiction `{self.key}` has no concept `{concept}`; add it to its file") from None

    def knows(self, name: str) -> bool:
        """Whether the pack says what the concept or the clock of that name is here."""
        return name in self.concepts or name in self.clocks

    def is_public_holiday(self, day: date) -> bool | None:
        """Whether it is one; None: the pack does not know the holidays of that year."""
        return day in self.public_holidays[day.year] if day.year in self.public_holidays else None

    @property
    def meanings(self) -> Mapping[str, frozenset[str]]:
        """The codes of every concept, by name."""
        return {name: concept.codes for name, concept in self.concepts.items()}

    def clock(self, name: str) -> timedelta:
        """The duration of that name.

        Raises:
            NotFoundError: the pack does not set it.
        """
        try:
            return self.clocks[name]
        except KeyError:
            raise NotFoundError(f"jurisdiction `{self.key}` has no clock `{name}`; add it to its file") from None

    def with_shifts(self, shifts: Sequence[ShiftStart]) -> "Jurisdiction":
        """The same pack with an agency's own shift pattern.

        Raises:
            UsageError: there is none, or two start at the same time.
        """
        return replace(self, shifts=_in_order(shifts))

    def shift_bounds(self, instant: datetime) -> Shift:
        """The shift that runs at that instant; at the very start of a shift, that one.

        Starts are read off the clock on the wall, so the night of a clock change is an hour longer or shorter.

        Args:
            instant: timezone-aware.
        """
        here = instant.astimezone(self.zone)
        # INVARIANT: instants of one zone compare by the wall clock in Python, so they are compared as timestamps.
        starts = [
            (datetime.combine(here.date() + timedelta(days=day), shift.starts, tzinfo=self.zone), shift.name)
            for day in (-2, -1, 0, 1)
            for shift in self.shifts
        ]
        at = instant.timestamp()
        running = max(index for index, (starts_at, _) in enumerate(starts) if starts_at.timestamp() <= at)
        starts_at, name = starts[running]
        return Shift(
            name=name,
            starts_at=starts_at,
            ends_at=starts[running + 1][0],
            previous_starts_at=starts[running - 1][0],
        )

    def local_day(self, instant: datetime) -> date:
        """The day of an instant in the zone of the pack."""
        return instant.astimezone(self.zone).date()


@cache
def pack(key: str) -> Jurisdiction:
    """The pack of that name.

    Raises:
        NotFoundError: there is no such pack.
    """
    if key not in pack_names():
        raise NotFoundError(f"there is no jurisdiction `{key}`; there are {', '.join(pack_names())}")
    text = files("watchroom.model").joinpath("jurisdictions", f"{key}.toml").read_text(encoding="utf-8")
    return _read(key, tomllib.loads(text))


@cache
def pack_names() -> tuple[str, ...]:
    """The names of all packs, in order."""
    found = files("watchroom.model").joinpath("jurisdictions").iterdir()
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in found if entry.name.endswith(".toml")))


def _read(key: str, document: Mapping[str, Any]) -> Jurisdiction:
    shifts = [ShiftStart(name=entry["name"], starts=entry["starts"]) for entry in document["shifts"]]
    return Jurisdiction(
        key=key,
        name=document["name"],
        languages=tuple(document["languages"]),
        zone=ZoneInfo(document["time_zone"]),
        shifts=_in_order(shifts),
        clocks={name: timedelta(**parts) for name, parts in document["clocks"].items()},
        concepts={
            name: Concept(code_list=entry["list"], codes=frozenset(entry["codes"]))
            for name, entry in document["concepts"].items()
        },
        terms=document["terms"],
        not_known=frozenset(name for names in document.get("not_known", {}).values() for name in names),
        public_holidays={int(year): frozenset(days) for year, days in document["public_holidays"].items()},
        legal_records=tuple(document["legal_records"]["case_note"]),
        legal_mappings=document["legal_records"]["mappings"],
    )


def _in_order(shifts: Sequence[ShiftStart]) -> tuple[ShiftStart, ...]:
    if not shifts or len({shift.starts for shift in shifts}) < len(shifts):
        raise UsageError("a shift pattern needs at least one shift, and no two that start at the same time")
    return tuple(sorted(shifts, key=lambda shift: shift.starts))
