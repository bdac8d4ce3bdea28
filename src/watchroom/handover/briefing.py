"""What a handover holds before it is put in words: facts, reasons and messages not yet rendered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from watchroom.handover.quality import SourceQuality
from watchroom.model.text import Coded, Text
from watchroom.priority.attention import Attention, Turn
from watchroom.priority.extent import Extent
from watchroom.priority.footing import Footing
from watchroom.priority.freshness import SourceAge


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Which shift hands over to which, and what the handover covers.

    Attributes:
        outgoing, incoming: names of shifts, as in the jurisdiction pack.
        since: start of the outgoing shift, UTC; what happened after it is news.
        until: the instant of the handover, UTC.
    """

    outgoing: str
    incoming: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A person of the unit as the asker may know them; `name` None: withheld. `place` None: no cell recorded.

    Attributes:
        other_alerts: kinds of active alert that no rule speaks of, so that they stand on the page all the same.
    """

    person_id: UUID
    name: str | None
    prison_number: str | None
    place: str | None
    place_path: str | None
    is_in: bool
    withheld: Sequence[str]
    instructions: Sequence[Coded]
    other_alerts: Sequence[Coded] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A person who needs attention. `before` None: had no reason at the start of the last shift.

    Attributes:
        is_compared: something of them was known then; False: the source that tells of them had ended.
    """

    person: Named
    now: Attention
    before: Attention | None
    turn: Turn
    is_compared: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """A person who had reasons at the start of the last shift; `is_here` False: no longer on the unit."""

    person: Named
    before: Attention | None
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of the unit: who is in it, also by number where details are withheld.

    Attributes:
        landing: path of the landing.
        out_of_use: why it is not in use; None: it is.
    """

    path: str
    short: str
    landing: str
    landing_name: str
    occupants: int
    people: Sequence[UUID]
    withheld: int
    capacity: int | None
    out_of_use: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where a group of people of the unit is; `why` per person: since when and what for."""

    key: str
    people: Sequence[tuple[UUID, Text | None]]
    withheld: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What the source says of how many the unit holds; nothing is worked out but the sums. None: not recorded.

    Attributes:
        cells_working, cells_maximum: of the cells in use, added up.
        unit_working, unit_maximum: in the unit's own record, which need not agree.
        contradictions: cells whose working capacity is more than their maximum: path, working, maximum.
    """

    cells_working: int | None
    cells_maximum: int | None
    unit_working: int | None
    unit_maximum: int | None
    contradictions: Sequence[tuple[str, int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """A person of the establishment who is on no unit's roll, as far as the asker may know them."""

    person_id: UUID
    name: str | None
    prison_number: str | None
    is_in: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """The roll of the unit, whole for everyone.

    Attributes:
        on_no_unit: how many people of the establishment are on no unit's roll; no wing's page lists them.
        unplaced: those of them whom the asker may know.
    """

    on_roll: int
    in_now: int
    out_now: int
    no_cell: int
    capacity: Capacity
    withheld: int
    cells: Sequence[Cell]
    whereabouts: Sequence[Whereabouts]
    on_no_unit: int
    unplaced: Sequence[Unplaced]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something with a time: a movement or a task.

    Attributes:
        at: UTC; None: no time recorded.
        day: local day; for a task the last one.
        is_standing: still to happen or happened; False: cancelled.
        is_past: its time has passed, and how it went is not recorded.
        is_overdue: its time has passed and nobody recorded that it was done.
        is_long_overdue: and that for so long that the record is to be checked rather than the deed to be done.
    """

    at: datetime | None
    day: date | None
    person_id: UUID
    text: Text
    status: Text
    source: str
    is_standing: bool = True
    is_past: bool = False
    is_overdue: bool = False
    is_long_overdue: bool = False
    is_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One change since the last shift.

    Attributes:
        at: the latest instant at which it can have happened, UTC; the news are ordered by it.
        happened_at, happened_on: instant (UTC) or local day at which it happened in the world, where the record
            says so; both None: only when it became known is known.
        recorded_at: when this node came to know it, UTC.
    """

    at: datetime
    recorded_at: datetime
    category: str
    person_id: UUID | None
    text: Text
    source: str
    happened_at: datetime | None = None
    happened_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident:
    """An incident that is not closed; `people` of the unit in it, with their part."""

    reference: str
    kind: Coded
    title: str | None
    occurred_at: datetime | None
    status: Coded
    people: Sequence[tuple[UUID, Coded]]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that a handover must cover. `note` says what is missing, or how much is there."""

    key: str
    is_present: bool
    note: Text | None

    @property
    def is_in_part(self) -> bool:
        """It is here, and something of it is missing, which the note names."""
        return self.is_present and self.note is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """The handover of one post at one instant, for one asker and one purpose.

    Attributes:
        agency: name of the establishment, as the source has it; site: its code.
        people: who needs attention, most urgent first.
        unlisted: how many people of the unit have no listed item.
        as_of: the sealed instant up to which the node's knowledge counts, UTC; None: nothing was known.
        is_first: nothing was known at the start of the last shift, so nothing can be compared with it.
        extents: rules that could not be evaluated whole, by code; what they are silent on is not known.
        undated: people of whom it is not known since when they are in custody.
        in_part: entities of which the asker may see only some rows or fields.
        without_status: older incidents of unknown status, which are counted and not listed.
        sources: that give something of which a handover tells.
        footings: on which sources each part rests, by its key.
    """

    post: str
    agency: str
    site: str
    at: datetime
    as_of: datetime | None
    sequence: int
    is_first: bool
    purpose: str
    asker: str
    coverage: Coverage
    named: dict[UUID, Named]
    people: Sequence[Listed]
    cleared: Sequence[Cleared]
    unlisted: int
    roll: Roll
    movements: Sequence[Due]
    news: Sequence[News]
    incidents: Sequence[OpenIncident]
    tasks: Sequence[Due]
    sources: Sequence[SourceAge]
    quality: Sequence[SourceQuality]
    items: Sequence[Item]
    extents: Mapping[str, Extent]
    undated: Sequence[UUID]
    withheld: Sequence[str]
    issues: Sequence[Text]
    in_part: frozenset[str] = frozenset()
    without_status: int = 0
    footings: Mapping[str, Footing] = field(default_factory=dict[str, Footing])

    @property
    def is_all_withheld(self) -> bool:
        """The asker may know of nobody on the unit, though people are there: no list of it says anything."""
        return self.roll.withheld >= self.roll.on_roll > 0

    @property
    def is_blind(self) -> bool:
        """Some rule could not be evaluated at all, so that *no listed item* is said only of the others."""
        return any(extent.says_nothing for extent in self.extents.values())

    @property
    def score(self) -> float:
        """The part of the checklist that is there, 0 to 1."""
        return sum(item.is_present for item in self.items) / len(self.items)
