"""What the person page asks for: its parts in order, and what the rows of each mean."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from watchroom.gate.door import View
from watchroom.handover.rows import FreshnessRow
from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import catalogue

QUERIES = load_queries("watchroom.web")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """The person of the page, and the cell they are recorded in."""

    person_id: UUID
    prison_number: str | None
    family_name: str | None
    given_names: str | None
    unit_code: str | None
    withheld: list[str]
    cell_path: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """One fact of one part; which code lists it speaks in says the part."""

    person_id: UUID
    what_code: str | None
    what_source: str | None
    detail_code: str | None
    detail_source: str | None
    note: str | None
    told_at: datetime | None
    told_on: date | None
    is_unreliable: bool
    source_system: str
    recorded_from: datetime
    withheld: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApartRow(FactRow):
    """A person to be kept apart from; `note` is their name, as far as the asker may know it."""

    other_person_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the page: its query, its entity, and the two coded fields that it shows.

    `title` is the id of its heading; `into` the record of one row; `names` says that the note is a name.
    """

    key: str
    title: str
    query: str
    entity: str
    what: str
    detail: str
    into: type[FactRow] = FactRow
    names: bool = False

    @property
    def what_list(self) -> str:
        """The code list of what it shows first."""
        return catalogue().entity(self.entity).field(self.what).code_list or ""

    @property
    def detail_list(self) -> str:
        """The code list of the detail."""
        return catalogue().entity(self.entity).field(self.detail).code_list or ""


PARTS: tuple[Part, ...] = (
    Part(
        key="alerts",
        title="web.person.alerts",
        query="alerts",
        entity="alert",
        what="kind_code",
        detail="type_code",
    ),
    Part(
        key="instructions",
        title="web.person.instructions",
        query="instructions",
        entity="care_need",
        what="instruction_code",
        detail="status_code",
    ),
    Part(
        key="cell-sharing",
        title="web.person.cell_sharing",
        query="cell_sharing",
        entity="cell_sharing_risk",
        what="level_code",
        detail="assessment_code",
    ),
    Part(
        key="keep-apart",
        title="web.person.non_associations",
        query="non_associations",
        entity="non_association",
        what="restriction_code",
        detail="reason_code",
        into=ApartRow,
        names=True,
    ),
    Part(
        key="court",
        title="web.person.court",
        query="court_appearances",
        entity="court_appearance",
        what="type_code",
        detail="court_code",
    ),
    Part(
        key="visits",
        title="web.person.visits",
        query="visits",
        entity="visit",
        what="type_code",
        detail="status_code",
    ),
    Part(
        key="events",
        title="web.person.events",
        query="events",
        entity="scheduled_event",
        what="type_code",
        detail="status_code",
    ),
    Part(
        key="movements",
        title="web.person.movements",
        query="movements",
        entity="movement",
        what="kind_code",
        detail="reason_code",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """Everything of one person that the asker may see. `parts` has None where the entity is not theirs to see."""

    person: PersonRow
    parts: Mapping[str, list[FactRow] | None]
    sources: list[FreshnessRow]


def read_person(view: View, person_id: UUID, *, today: date, last_day: date) -> PersonFacts | None:
    """The facts of a person through the gate; None when there is nobody, or nobody that the asker may know of."""
    people = view.rows(QUERIES["person"], PersonRow, person_id=person_id)
    if not people:
        return None
    given: dict[str, object] = {"person_id": person_id, "today": today, "last_day": last_day}
    parts: dict[str, list[FactRow] | None] = {}
    for part in PARTS:
        query = QUERIES[part.query]
        asked = {name: given[name] for name in query.parameters}
        parts[part.key] = view.rows(query, part.into, **asked) if view.may_see(part.entity) else None
    return PersonFacts(person=people[0], parts=parts, sources=view.rows(QUERIES["sources"], FreshnessRow))
