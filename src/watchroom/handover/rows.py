"""One row of each query of this room. Instants are UTC, days are local; what may not be seen is None."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID


class PersonRow(NamedTuple):
    """A running time in custody of a person on the unit, and where it puts them."""

    person_id: UUID
    prison_number: str | None
    family_name: str | None
    given_names: str | None
    person_withheld: Sequence[str]
    in_out_code: str | None
    begun_at: datetime | None
    begun_is_default: bool | None
    source_system: str
    recorded_from: datetime
    place_id: UUID | None
    place_path: str | None
    place_kind: str | None
    landing_path: str | None
    landing_kind: str | None


class AlertRow(NamedTuple):
    """An alert that the source reports as active."""

    person_id: UUID
    kind_code: str | None
    active_from: date | None
    from_is_default: bool | None
    active_to: date | None
    to_is_default: bool | None
    source_system: str
    recorded_from: datetime


class CellSharingRow(NamedTuple):
    """An assessment of the risk to a cell mate."""

    person_id: UUID
    level_code: str | None
    assessed_on: date | None
    assessed_is_default: bool | None
    next_review_on: date | None
    is_approved: bool
    source_system: str
    recorded_from: datetime


class EngagementRow(NamedTuple):
    """A visit, court appearance or scheduled event of the day."""

    person_id: UUID
    entity: str
    class_code: str | None
    type_code: str | None
    type_source_value: str | None
    sub_type_code: str | None
    status_code: str | None
    status_source_value: str | None
    day: date
    starts_at: datetime | None
    ends_at: datetime | None
    place_id: UUID | None
    place_name: str | None
    agency_code_there: str | None
    agency_code_from: str | None
    source_system: str
    recorded_from: datetime
    id: UUID


class PlaceNameRow(NamedTuple):
    """What a place is called."""

    place_id: UUID
    place_name: str | None


class ReleaseRow(NamedTuple):
    """One calculation of the dates of a sentence; the field names are the kinds of date."""

    person_id: UUID
    calculated_on: date | None
    calculated_is_default: bool | None
    confirmed_release_on: date | None
    automatic_release_on: date | None
    conditional_release_on: date | None
    non_parole_on: date | None
    post_recall_release_on: date | None
    home_detention_curfew_eligibility_on: date | None
    parole_eligibility_on: date | None
    sentence_expiry_on: date | None
    source_system: str
    recorded_from: datetime


class KeepApartRow(NamedTuple):
    """An open non-association of a person on the unit."""

    person_id: UUID
    other_person_id: UUID
    restriction_code: str | None
    from_on: date | None
    from_is_default: bool | None
    source_system: str
    recorded_from: datetime


class IncidentPartRow(NamedTuple):
    """A person's part in an incident."""

    person_id: UUID
    reference: str | None
    type_code: str | None
    type_source_value: str | None
    occurred_at: datetime | None
    occurred_is_default: bool | None
    reported_at: datetime | None
    role_code: str | None
    role_source_value: str | None
    source_system: str
    recorded_from: datetime


class IncidentRow(NamedTuple):
    """An incident that is not closed."""

    incident_id: UUID
    reference: str | None
    type_code: str | None
    type_source_value: str | None
    status_code: str | None
    status_source_value: str | None
    occurred_at: datetime | None
    occurred_is_default: bool | None
    title: str | None
    source_system: str


class IncidentPersonRow(NamedTuple):
    """A person of the unit in an open incident."""

    incident_id: UUID
    person_id: UUID
    role_code: str | None
    role_source_value: str | None


class MovementRow(NamedTuple):
    """A passage of the gate that the source counts as the last of a person."""

    person_id: UUID
    moved_at: datetime | None
    moved_is_default: bool | None
    kind_code: str | None
    reason_code: str | None
    reason_source_value: str | None
    direction_code: str | None
    source_system: str
    recorded_from: datetime


class InstructionRow(NamedTuple):
    """Something staff must do for a person."""

    person_id: UUID
    code: str
    code_list: str


class PendingEntryRow(NamedTuple):
    """A note of staff that its legal record is not known to hold."""

    person_id: UUID
    case_note_id: UUID | None
    system_code: str
    typed_at: datetime
    source_system: str


class HearingRow(NamedTuple):
    """A hearing of a disciplinary charge."""

    person_id: UUID
    type_code: str | None
    hearing_at: datetime
    source_system: str


class CellRow(NamedTuple):
    """A cell with its occupants, or a person of the unit without one."""

    location_id: UUID | None
    path: str | None
    is_cell: bool
    occupants: int
    visible_person_ids: Sequence[UUID]
    withheld_count: int


class PlaceRow(NamedTuple):
    """A place of the unit."""

    place_id: UUID
    path: str
    name: str | None
    kind_code: str | None
    parent_id: UUID | None
    is_active: bool
    deactivated_on: date | None
    deactivated_reason_code: str | None
    working_capacity: int | None
    max_capacity: int | None


class ObservationRow(NamedTuple):
    """How the observations of one kind of one person stand.

    Attributes:
        last_done_at: the latest that was done.
        late_since, late_count: the first that is not done, was due since then and whose time has come; how many.
        missed_since, missed: the first that was due before the last that was done, and is not done; how many.
        next_at: the next to come.
    """

    person_id: UUID
    kind_code: str | None
    kind_source_value: str | None
    source_system: str
    last_done_at: datetime | None
    late_since: datetime | None
    late_count: int
    missed_since: datetime | None
    missed: int
    next_at: datetime | None


class PlanRow(NamedTuple):
    """An open plan of care of a person on the unit."""

    person_id: UUID
    next_review_at: datetime | None
    source_system: str


class RollRow(NamedTuple):
    """The roll of a part of the unit; `unit_code` None: of those of the establishment who are on no unit."""

    site_code: str
    unit_code: str | None
    landing: str | None
    on_roll: int
    in_now: int
    out_now: int
    no_cell: int
    capacity: int | None
    max_capacity: int | None


class UnplacedRow(NamedTuple):
    """A person of the establishment who is on no unit."""

    person_id: UUID
    prison_number: str | None
    family_name: str | None
    given_names: str | None
    in_out_code: str | None


class SiteRow(NamedTuple):
    """The agency of the unit."""

    site_code: str
    name: str | None


class ChangeRow(NamedTuple):
    """A change of one row; `before` holds the old values of the changed fields as text.

    `record` holds what may be said of the version after the change, or of the one that ended; None: nothing.
    `is_end_of_source`: it ended for its source ended. `is_back`: it stood until its source ended, which gives it again.
    """

    seq: int
    recorded_at: datetime
    entity: str
    id: UUID
    op: str
    changed_fields: Sequence[str]
    categories: Sequence[str]
    person_id: UUID | None
    before: Mapping[str, str | None] | None
    record: Mapping[str, object] | None = None
    source_system: str | None = None
    unreliable_dates: Sequence[str] | None = None
    other_person_id: UUID | None = None
    is_end_of_source: bool = False
    is_back: bool = False


class FreshnessRow(NamedTuple):
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
    is_whole: bool | None = None


class QualityRow(NamedTuple):
    """When what a source gave was last checked; one thing that was found in it, or none."""

    source_system: str
    checked_at: datetime | None
    is_current: bool | None
    entity: str | None = None
    field: str | None = None
    check_name: str | None = None
    severity: str | None = None
    bad: int | None = None
    of: int | None = None


class IssueCountRow(NamedTuple):
    """How many faults of a kind the last ingest found."""

    entity: str | None
    code: str
    severity: str
    number: int
