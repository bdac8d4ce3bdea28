"""What the rules know of one person: facts as they stand at the instant asked for, each with its source.

A fact says nothing about what it means; the rules do. Instants are timezone-aware UTC, days are local days of
the node. A date that the source only fills in by default is not a fact: it arrives here as not reliable.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from enum import StrEnum

from watchroom.model.text import Coded, Text


def with_time(at: datetime | None, zone: tzinfo) -> datetime | None:
    """The instant, when a time of day is recorded; midnight is how a source writes a day without one."""
    return None if at is None or at.astimezone(zone).time() == time(0, 0) else at


def has_passed(starts_at: datetime | None, ends_at: datetime | None, *, at: datetime, zone: tzinfo) -> bool:
    """A time of day is recorded, and it and the recorded end lie behind `at`."""
    start = with_time(starts_at, zone)
    return start is not None and max(start, ends_at or start) <= at


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """When something began or happened, as well as it is known.

    Attributes:
        on: local day; None: not recorded.
        at: instant, UTC; None: only the day is known, or nothing.
        is_reliable: False when the source's value is its default and not a fact.
    """

    on: date | None = None
    at: datetime | None = None
    is_reliable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a fact comes from: the name of the source system, and since when this node holds it (UTC)."""

    system: str
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a person is held.

    Attributes:
        path: of the place in the establishment (`LEI-A-1-4`).
        short: what officers say (`1-4`).
        landing: path of the landing, or of the place itself when it has none above it.
        is_cell: False for a landing, a wing or an area, which is not a place to sleep.
    """

    path: str
    short: str
    landing: str
    is_cell: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """One active alert of a person; `code` is the alert code."""

    code: str
    since: When
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class CellSharing:
    """The assessment that counts of a person's risk to a cell mate; `level` HI, MED, LOW, STANDARD or PEND."""

    level: str
    assessed: When
    is_approved: bool
    source: Source


class EngagementKind(StrEnum):
    """What takes a person somewhere today."""

    COURT = "court"
    VISIT = "visit"
    OUTSIDE_APPOINTMENT = "outside_appointment"
    TRANSFER = "transfer"
    APPOINTMENT = "appointment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """Something scheduled for a person.

    Attributes:
        day: local day.
        starts_at, ends_at: UTC; None: no time is recorded.
        status: code; only what the pack counts as scheduled still stands.
        where: name of the place, or the code of the court or agency; None: not recorded.
        what: sort of engagement.
        is_inward: a transfer from another establishment to the person's own.
        is_outward: a transfer to another establishment, which is named. A transfer that is neither is doubtful.
    """

    kind: EngagementKind
    day: date
    starts_at: datetime | None
    ends_at: datetime | None
    status: str
    where: str | Coded | None
    what: Coded
    source: Source
    is_inward: bool = False
    is_outward: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A person of the unit is out of the establishment.

    Attributes:
        is_in_hospital: with an escort or a bed watch, so staff of the wing are out as well.
        reason: as the last movement says it; None: no movement out is recorded.
        other_reason: of another movement that may be the last one: of one of the two the time is no fact.
    """

    since: When
    is_in_hospital: bool
    reason: Coded | None
    source: Source
    other_reason: Coded | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDate:
    """One date on which a person may or will be released; `kind` names the date (confirmed, conditional ...).

    Attributes:
        calculation: counts the calculations that may be the latest one. There is more than one where the day of a
            calculation is no fact, so that nobody can tell which of them holds.
    """

    kind: str
    on: date
    source: Source
    calculation: int = 0

    @property
    def is_confirmed(self) -> bool:
        """The establishment has confirmed this day; the others follow from the sentence."""
        return self.kind == "confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepApart:
    """An open non-association with another person.

    Attributes:
        other_name: None when the asker may not know it.
        other_place: where the record puts the other; None: withheld, or the other is not on the unit.
        is_on_unit, is_on_landing, is_in_cell: the other is held on the same unit, landing, in the same cell.
        meets_at: both are on a list for the same place and time; UTC.
        restriction: CELL, LANDING or WING; empty: not recorded.
    """

    other_id: str
    other_name: str | None
    other_place: Text | None
    is_on_unit: bool
    is_on_landing: bool
    is_in_cell: bool
    meets_at: datetime | None
    restriction: str
    since: When
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPart:
    """A person's part in an incident; `kind` is the type of the incident.

    Attributes:
        reported_at: when it was reported, UTC, by which it had happened; None: no fact.
    """

    reference: str
    occurred: When
    role: Coded
    kind: Coded
    source: Source
    reported_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CellMate:
    """Somebody whom the record puts in the same cell, as far as the asker may know: `cell_others` counts the rest.

    Attributes:
        name: None when the asker may not know it.
        sharing: the assessment that counts of the mate's risk; None: none is recorded.
    """

    name: str | None
    sharing: CellSharing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """Everything the rules look at for one person.

    Attributes:
        is_in: the person is in the establishment, not out at court or elsewhere.
        begun: when this time in custody began.
        cell_others: how many others sleep in the same cell, also those whose details are withheld; None: the
            person is not in a cell, so it is not known.
        cell_mates: those of them whom the asker may know.
        custody_source: where place and begin come from.
        absence: only of who is out.
    """

    person_id: str
    is_in: bool
    begun: When
    place: Place | None
    cell_others: int | None
    custody_source: Source
    cell_mates: tuple[CellMate, ...] = ()
    markers: tuple[Marker, ...] = ()
    cell_sharing: CellSharing | None = None
    engagements: tuple[Engagement, ...] = ()
    release_dates: tuple[ReleaseDate, ...] = ()
    keep_apart: tuple[KeepApart, ...] = ()
    incidents: tuple[IncidentPart, ...] = ()
    absence: Absence | None = None

    @property
    def shares_a_cell(self) -> bool:
        """Somebody else sleeps in the same cell."""
        return self.cell_others is not None and self.cell_others > 0
