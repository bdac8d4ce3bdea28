"""What the queries of this room give: one record each, with the columns of the query in its order. Instants are UTC."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID


class WarningRow(NamedTuple):
    """A block of a warning. `total`: of those in force, with the ones that are left off."""

    id: UUID
    source_system: str
    realness: str
    recorded_from: datetime
    sharing_restriction: str | None
    identifier: str | None
    sender: str | None
    sent_at: datetime | None
    category_code: str | None
    event: str | None
    response_type_code: str | None
    urgency_code: str | None
    severity_code: str | None
    severity_source_value: str | None
    certainty_code: str | None
    certainty_source_value: str | None
    starts_at: datetime | None
    expires_at: datetime | None
    language: str | None
    headline: str | None
    description: str | None
    instruction: str | None
    total: int
    is_unreal: bool = False
    gravity: int = 0


class AreaRow(NamedTuple):
    """An area of a warning."""

    warning_id: UUID
    description: str | None
    geocode: str | None


class RoadRow(NamedTuple):
    """A disruption of a road."""

    id: UUID
    source_system: str
    realness: str
    recorded_from: datetime
    category_code: str | None
    category_source_value: str | None
    sub_category: str | None
    severity_code: str | None
    severity_source_value: str | None
    status_code: str | None
    road_name: str | None
    place_text: str | None
    has_closures: bool | None
    is_provisional: bool | None
    starts_at: datetime | None
    ends_at: datetime | None
    updated_at: datetime | None
    public_text: str | None
    total: int
    is_unreal: bool = False
    closes: bool = False
    gravity: int = 0


class WorksRow(NamedTuple):
    """Works on a road, or a diversion."""

    id: UUID
    source_system: str
    realness: str
    recorded_from: datetime
    event_type_code: str | None
    status_code: str | None
    road_names: str | None
    direction: str | None
    vehicle_impact_code: str | None
    vehicle_impact_source_value: str | None
    lanes_total: int | None
    lanes_open: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    updated_at: datetime | None
    description: str | None
    total: int
    is_unreal: bool = False
    closes: bool = False


class IncidentRow(NamedTuple):
    """An incident of other agencies."""

    id: UUID
    source_system: str
    realness: str
    recorded_from: datetime
    reference: str | None
    family_code: str | None
    type_text: str | None
    status_code: str | None
    status_text: str | None
    place_text: str | None
    occurred_at: datetime | None
    reported_at: datetime | None
    owner_organisation: str | None
    is_major: bool | None
    updated_at: datetime | None
    total: int
    is_unreal: bool = False
    is_declared: bool = False
    last_at: datetime | None = None


class EventRow(NamedTuple):
    """A planned event, a series of them by its rule, or a changed time of one."""

    id: UUID
    source_system: str
    realness: str
    recorded_from: datetime
    reference: str | None
    name: str | None
    kind_code: str | None
    expected_attendance: int | None
    place_text: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    is_all_day: bool | None
    recurrence_text: str | None
    recurrence_zone: str | None
    recurrence_except: str | None
    recurrence_also: str | None
    recurs_instead_at: datetime | None
    status_code: str | None
    road_orders: str | None
    updated_at: datetime | None
    total: int

    @property
    def is_series(self) -> bool:
        """Whether it repeats, so that its own time is only the first."""
        return self.recurrence_zone is not None or self.recurrence_text is not None


class ToldRow(NamedTuple):
    """That a source has said something for a part of the page at any time."""

    part: str
    source_system: str


class GoneRow(NamedTuple):
    """Something that its feed has ceased to name. `total`: of its kind."""

    part: str
    source_system: str
    title: str | None
    no_longer_reported_at: datetime
    total: int


class SourceRow(NamedTuple):
    """A source system, when it last delivered and how often it should, and what became of its deliveries."""

    source_system: str
    last_sealed_at: datetime | None
    extract_as_at: datetime | None
    expected_every_seconds: int | None
    refused_at: datetime | None = None
    loaded_at: datetime | None = None
    dated_by: str | None = None
    ended_at: datetime | None = None
    away_at: datetime | None = None
    mapping: str | None = None
