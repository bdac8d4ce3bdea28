"""What the page of a person is made of: its parts in order, and what the rows of each mean. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from watchroom.handover.unit import meaning
from watchroom.model.catalogue import catalogue
from watchroom.model.jurisdiction import Jurisdiction
from watchroom.priority.attention import Attention
from watchroom.priority.facts import has_passed
from watchroom.priority.freshness import SourceAge

# How far ahead visits, events and court are told.
AHEAD = timedelta(days=7)


class PersonRow(NamedTuple):
    """The person of the page, and the cell they are recorded in."""

    person_id: UUID
    prison_number: str | None
    family_name: str | None
    given_names: str | None
    site_code: str | None
    unit_code: str | None
    withheld: list[str]
    cell_path: str | None


class FactRow(NamedTuple):
    """One fact of one part; which code lists it speaks in says the part, and of which entity `row_id` is.

    `ends_at` is only of what is listed for a time. Of whom to keep apart from, `other_person_id` is the other person
    and `note` their name, as far as the asker may know it.
    """

    row_id: UUID
    person_id: UUID
    other_person_id: UUID | None
    what_code: str | None
    what_source: str | None
    detail_code: str | None
    detail_source: str | None
    status_code: str | None
    status_source: str | None
    note: str | None
    told_at: datetime | None
    told_on: date | None
    ends_at: datetime | None
    is_unreliable: bool
    source_system: str
    recorded_from: datetime
    withheld: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the page: its query, which is its name too, and the coded fields that it shows.

    Attributes:
        what: what it shows first, as `entity.field`.
        detail, status: beside it and how far it has come, likewise; empty: nothing.
        time: the field that says at what time, of the entity of `what`; empty: only days are told.
        standing: concept of the statuses in which it is still to come; empty: it is not listed for a time.
        names: the note is a name.
        pending: its status is the legal record that is not known to hold it yet; most have none.
    """

    key: str
    what: str
    detail: str = ""
    status: str = ""
    time: str = ""
    standing: str = ""
    names: bool = False
    pending: bool = False

    @property
    def entities(self) -> frozenset[str]:
        """What it is made of; who may not see all of it is shown none of it."""
        return frozenset(
            name.partition(".")[0] for name in (self.what, self.detail, "" if self.pending else self.status) if name
        )


PARTS: tuple[Part, ...] = (
    Part(key="alerts", what="alert.kind_code", detail="alert.type_code"),
    Part(key="instructions", what="care_need.instruction_code", status="care_need.status_code"),
    Part(key="adjustments", what="reasonable_adjustment.adjustment_code"),
    Part(
        key="cell_sharing",
        what="cell_sharing_risk.level_code",
        detail="cell_sharing_risk.assessment_code",
        status="cell_sharing_risk.status_code",
    ),
    Part(
        key="non_associations",
        what="non_association.restriction_code",
        detail="non_association.reason_code",
        names=True,
    ),
    Part(
        key="incidents",
        what="incident_report.type_code",
        detail="incident_participant.role_code",
        status="incident_report.status_code",
        time="occurred_at",
    ),
    Part(
        key="court",
        what="court_appearance.type_code",
        detail="court_appearance.court_code",
        status="court_appearance.status_code",
        time="starts_at",
        standing="scheduled",
    ),
    Part(
        key="visits",
        what="visit.type_code",
        status="visit.status_code",
        time="starts_at",
        standing="visit_scheduled",
    ),
    Part(
        key="events",
        what="scheduled_event.type_code",
        detail="scheduled_event.sub_type_code",
        status="scheduled_event.status_code",
        time="starts_at",
        standing="scheduled",
    ),
    Part(
        key="notes",
        what="case_note.type_code",
        detail="case_note.sub_type_code",
        status="outbox_item.system_code",
        time="occurred_at",
        pending=True,
    ),
    Part(key="movements", what="movement.kind_code", detail="movement.reason_code", time="moved_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Everything of one person that the asker may see.

    Attributes:
        at: instant up to which things were known, UTC.
        attention: what puts the person on the handover of their unit; None: no listed item.
        is_weighed: the rules could look at the person: they are on a unit that is known.
        parts: by key; None where the part is not the asker's to see.
        past: of the rows of each part, by place in it, those whose time has passed and of which no outcome is recorded.
    """

    at: datetime
    purpose: str
    person: PersonRow
    attention: Attention | None
    is_weighed: bool
    parts: Mapping[str, Sequence[FactRow] | None]
    past: Mapping[str, frozenset[int]]
    sources: Sequence[SourceAge]


def past_of(part: Part, rows: Sequence[FactRow], *, at: datetime, pack: Jurisdiction) -> frozenset[int]:
    """Which rows of a part stand as listed although their time has passed; judged as on the handover."""
    if not part.standing:
        return frozenset()
    codes = meaning(pack, part.standing)
    return frozenset(
        index
        for index, row in enumerate(rows)
        if row.status_code is None or row.status_code in codes
        if has_passed(row.told_at, row.ends_at, at=at, zone=pack.zone)
    )


def list_of(field: str) -> str:
    """The code list in which a field (`entity.field`) speaks; empty for none."""
    if not field:
        return ""
    entity, _, name = field.partition(".")
    return catalogue().entity(entity).field(name).code_list or ""
