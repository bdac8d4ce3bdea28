"""What stands on the page of what is around, in which order, and how much of it. Pure.

What happens (warnings, roads, incidents) stands apart from what is planned (events). Something that its feed has ceased
to name is in no list: it is told as that, and never as over. What is an exercise or a test says so and stands last.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Protocol, TypeVar
from uuid import UUID

from watchroom.model.text import Coded, Param, Text
from watchroom.picture.rows import AreaRow, GoneRow, IncidentRow, RoadRow, WarningRow, WorksRow
from watchroom.picture.series import Happening, Happenings
from watchroom.priority.freshness import SourceAge

# So far ahead is told as coming.
AHEAD = timedelta(hours=24)
# Planned events are told so far ahead, apart from those; of each series so many times, and so many in all.
HORIZON = timedelta(days=60)
TIMES_OF_SERIES = 4
LATER_AT_MOST = 40
# Of each kind so many are listed; how many more there are is said.
LISTED_AT_MOST = 100
# Series and changed times are looked through whole: more planned events than these no page can tell.
EVENTS_AT_MOST = 5_000
# So long something that is no longer named is told as that.
GONE_WITHIN = timedelta(hours=24)
GONE_AT_MOST = 20

# The parts of the page, in their order, and the entities of which each is made.
PARTS: Mapping[str, tuple[str, ...]] = {
    "warnings": ("warning",),
    "incidents": ("incident",),
    "roads": ("road_disruption", "work_zone"),
    "events": ("planned_event",),
}
ENTITIES = tuple(entity for entities in PARTS.values() for entity in entities)

# The one purpose for which this is read: who has it answers for what happens.
INCIDENT_PURPOSE = "operations.incident-response"

_ACTUAL = "actual"


class Weight(IntEnum):
    """How much something asks for a look; the least first."""

    NOW = 0
    SOON = 1
    WATCH = 2
    PLAIN = 3


_SEVERITY = {"Extreme": Weight.NOW, "Severe": Weight.NOW, "Moderate": Weight.SOON, "Minor": Weight.WATCH}
_ROAD = {"SEVERE": Weight.SOON, "SERIOUS": Weight.SOON, "MODERATE": Weight.WATCH, "MINIMAL": Weight.PLAIN}

# Words of WZDx for works that are in no direction of travel.
_NO_DIRECTION = frozenset({"undefined", "unknown"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that happens or is planned.

    Attributes:
        row_id: of its record.
        source: the source system.
        realness: as the record has it; `actual` is the real world.
        marks: what must be known before all else, beside the realness.
        title, where: as its source says it; None: it does not.
        facts: in this order.
        own_words: what its sender says at length.
        starts_at, ends_at: UTC; None: not told.
        is_all_day: days are named and no times; `ends_at` is the day after the last one.
        said_at: when its source last said something of it, UTC; else when that became known here.
    """

    row_id: UUID
    source: str
    realness: str
    weight: Weight
    title: Text | str | None
    where: str | None
    said_at: datetime
    marks: tuple[Text, ...] = ()
    facts: tuple[Text, ...] = ()
    own_words: tuple[str, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_all_day: bool = False

    @property
    def is_actual(self) -> bool:
        """Whether it is of the real world."""
        return self.realness == _ACTUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the page.

    Attributes:
        is_shown: some clause shows the asker what it is made of.
        items: in the order in which they stand.
        left_off: how many more there are.
        told_by: sources that tell of it, be there anything or not.
        behind: those of them that are late or silent; unjudged: of which nobody can say whether they are.
        missing: sources that would tell of it and tell nothing: they ended, gave nothing since they were taken up
            again, or never delivered anything.
        gone, gone_total: what its feed has ceased to name lately, and how much in all.
    """

    key: str
    is_shown: bool
    items: Sequence[Item] = ()
    left_off: int = 0
    told_by: Sequence[str] = ()
    behind: Sequence[SourceAge] = ()
    unjudged: Sequence[SourceAge] = ()
    missing: Sequence[SourceAge] = ()
    gone: Sequence[GoneRow] = ()
    gone_total: int = 0

    @property
    def real(self) -> int:
        """How many of the items are of the real world."""
        return sum(item.is_actual for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What one person may know of what is around, at one instant.

    Attributes:
        at: UTC.
        later: planned events after the next day, up to the horizon; `later_left_off`: how many more there are.
        unclear: how many series there are of which nobody can work out the times.
        sources: that tell of any of it, or would.
    """

    at: datetime
    parts: Sequence[Part]
    later: Sequence[Item]
    later_left_off: int
    unclear: int
    sources: Sequence[SourceAge]


class _Counted(Protocol):
    @property
    def total(self) -> int: ...


R = TypeVar("R", bound=_Counted)


def listed(rows: Sequence[R], item: Callable[[R], Item]) -> tuple[list[Item], int]:
    """The rows as they stand on the page, and how many more there are."""
    total = rows[0].total if rows else 0
    return in_order(item(row) for row in rows), total - len(rows)


def in_order(items: Iterable[Item]) -> list[Item]:
    """What is real first, then what asks most for a look; of several the order is kept."""
    return sorted(items, key=lambda item: (not item.is_actual, item.weight))


def in_one_language(rows: Sequence[WarningRow], *, language: str) -> list[WarningRow]:
    """Of each warning that says the same in several languages, the blocks in that of the page.

    Blocks may be languages or hazards, and CAP does not say which: where a warning does not have as many blocks in each
    language, all of them stand.
    """
    by_warning: dict[tuple[str, str | None, str | None], dict[str, list[WarningRow]]] = {}
    for row in rows:
        spoken = (row.language or "en").partition("-")[0].lower()
        by_warning.setdefault((row.source_system, row.sender, row.identifier), {}).setdefault(spoken, []).append(row)
    kept: set[UUID] = set()
    for spoken in by_warning.values():
        are_equal = len({len(blocks) for blocks in spoken.values()}) == 1
        blocks = (
            spoken[language] if language in spoken and are_equal else [one for more in spoken.values() for one in more]
        )
        kept |= {row.id for row in blocks}
    return [row for row in rows if row.id in kept]


def warning_item(row: WarningRow, areas: Mapping[UUID, Sequence[AreaRow]]) -> Item:
    """A warning; how severe it is decides, and one that does not say so counts as moderate."""
    severity = Coded(code_list="warning_severity", code=row.severity_code, source_value=row.severity_source_value)
    certainty = Coded(code_list="warning_certainty", code=row.certainty_code, source_value=row.certainty_source_value)
    urgency = Coded(code_list="warning_urgency", code=row.urgency_code)
    facts = [Text("around.warning.grade", {"severity": severity, "certainty": certainty, "urgency": urgency})]
    if row.response_type_code is not None:
        facts.append(_coded("around.warning.response", "warning_response", row.response_type_code))
    if row.headline and row.event and row.event != row.headline:
        facts.append(Text("around.warning.event", {"event": row.event}))
    if row.sender:
        facts.append(Text("around.warning.sender", {"sender": row.sender}))
    places = [area.description or area.geocode or "" for area in areas.get(row.id, ())]
    return Item(
        row_id=row.id,
        source=row.source_system,
        realness=row.realness,
        weight=_SEVERITY.get(row.severity_code or "", Weight.SOON),
        title=row.headline or row.event or Text("around.warning.untitled"),
        where=", ".join(dict.fromkeys(filter(None, places))) or None,
        said_at=row.sent_at or row.recorded_from,
        marks=_restricted(row.sharing_restriction),
        facts=tuple(facts),
        own_words=tuple(filter(None, (row.description, row.instruction))),
        starts_at=row.starts_at,
        ends_at=row.expires_at,
    )


def road_item(row: RoadRow) -> Item:
    """A disruption of a road."""
    severity = Coded(code_list="road_severity", code=row.severity_code, source_value=row.severity_source_value)
    facts = [Text("around.road.severity", {"severity": severity})]
    if row.has_closures:
        facts.append(Text("around.road.closed"))
    if row.sub_category:
        facts.append(Text("around.road.kind", {"kind": row.sub_category}))
    if row.is_provisional:
        facts.append(Text("around.road.provisional"))
    weight = Weight.SOON if row.has_closures else _ROAD.get(row.severity_code or "", Weight.WATCH)
    category = Coded(code_list="road_category", code=row.category_code, source_value=row.category_source_value)
    return Item(
        row_id=row.id,
        source=row.source_system,
        realness=row.realness,
        weight=weight,
        title=Text("around.road.title", {"category": category}),
        where=row.place_text or row.road_name,
        said_at=row.updated_at or row.recorded_from,
        facts=tuple(facts),
        own_words=tuple(filter(None, (row.public_text,))),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )


def works_item(row: WorksRow) -> Item:
    """Works on a road, or a diversion."""
    impact = Coded(
        code_list="vehicle_impact", code=row.vehicle_impact_code, source_value=row.vehicle_impact_source_value
    )
    is_told = row.vehicle_impact_code is not None or row.vehicle_impact_source_value is not None
    facts = [Text("around.works.impact", {"impact": impact})] if is_told else []
    if row.lanes_total is not None and row.lanes_open is not None:
        facts.append(Text("around.works.lanes", {"open": row.lanes_open, "total": row.lanes_total}))
    direction = None if row.direction in _NO_DIRECTION else row.direction
    is_closed = row.vehicle_impact_code == "all-lanes-closed"
    is_open = (row.vehicle_impact_code or "").startswith("all-lanes-open")
    kind = Coded(code_list="work_zone_type", code=row.event_type_code or "work-zone")
    return Item(
        row_id=row.id,
        source=row.source_system,
        realness=row.realness,
        weight=Weight.SOON if is_closed else Weight.PLAIN if is_open else Weight.WATCH,
        title=Text("around.works.title", {"kind": kind}),
        where=" ".join(filter(None, (row.road_names, direction))) or None,
        said_at=row.updated_at or row.recorded_from,
        facts=tuple(facts),
        own_words=tuple(filter(None, (row.description,))),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )


def incident_item(row: IncidentRow) -> Item:
    """An incident that nobody has closed."""
    status: Param = row.status_text or Coded(code_list="incident_state", code=row.status_code)
    facts = [Text("around.incident.status", {"status": status})]
    if row.owner_organisation:
        facts.append(Text("around.incident.owner", {"owner": row.owner_organisation}))
    if row.reference:
        facts.append(Text("around.incident.reference", {"reference": row.reference}))
    kind = _coded("around.incident.title", "incident_family", row.family_code)
    # Of one that happens to somebody, or is of no known kind, the reader may not know what its feed calls it.
    unknown = kind if row.family_code is not None else Text("around.incident.untold")
    return Item(
        row_id=row.id,
        source=row.source_system,
        realness=row.realness,
        weight=Weight.NOW if row.is_major else Weight.SOON,
        title=row.type_text or unknown,
        where=row.place_text,
        said_at=row.updated_at or row.reported_at or row.recorded_from,
        marks=(Text("around.mark.major"),) if row.is_major else (),
        facts=tuple(facts),
        starts_at=row.occurred_at or row.reported_at,
    )


def event_item(one: Happening) -> Item:
    """One time of a planned event; one that is cancelled stands, and says so."""
    row = one.event
    is_cancelled = row.status_code == "CANCELLED"
    facts: list[Text] = []
    if row.kind_code is not None:
        facts.append(_coded("around.event.kind", "planned_event_kind", row.kind_code))
    if row.status_code is not None and not is_cancelled:
        facts.append(_coded("around.event.status", "planned_event_status", row.status_code))
    if row.expected_attendance is not None:
        facts.append(Text("around.event.attendance", {"count": row.expected_attendance}))
    if one.is_of_series:
        facts.append(Text("around.event.changed" if row.recurs_instead_at else "around.event.series"))
    return Item(
        row_id=row.id,
        source=row.source_system,
        realness=row.realness,
        weight=Weight.PLAIN if is_cancelled else Weight.WATCH,
        title=row.name or Text("around.event.untitled"),
        where=row.place_text,
        said_at=row.updated_at or row.recorded_from,
        marks=(Text("around.mark.cancelled"),) if is_cancelled else (),
        facts=tuple(facts),
        own_words=tuple(filter(None, (row.road_orders,))),
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        is_all_day=bool(row.is_all_day),
    )


def next_day(found: Happenings, *, at: datetime) -> list[Item]:
    """What goes on at `at`, begins within a day of it, or is at a time that nobody has told; by its time."""
    told = [one for one in found.times if one.starts_at is None or one.starts_at < at + AHEAD]
    return sorted(map(event_item, told), key=lambda item: not item.is_actual)


def later(found: Happenings, *, at: datetime) -> tuple[list[Item], int]:
    """What begins after the next day and is not cancelled: of each series the next few times; and how many more."""
    times: dict[UUID, int] = {}
    told: list[Item] = []
    for one in found.times:
        event = one.event
        if one.starts_at is None or one.starts_at < at + AHEAD or event.status_code == "CANCELLED":
            continue
        if event.is_series:
            times[event.id] = times.get(event.id, 0) + 1
            if times[event.id] > TIMES_OF_SERIES:
                continue
        told.append(event_item(one))
    return told[:LATER_AT_MOST], max(len(told) - LATER_AT_MOST, 0)


def _coded(message: str, code_list: str, code: str | None) -> Text:
    return Text(message, {"code": Coded(code_list=code_list, code=code)})


def _restricted(restriction: str | None) -> tuple[Text, ...]:
    return (Text("around.mark.restricted", {"restriction": restriction}),) if restriction else ()
