"""Parts of the handover that are read beside the rules: who people are, open incidents, what is missing."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from watchroom.handover import rows
from watchroom.handover.briefing import Item, Named, OpenIncident
from watchroom.handover.facts import name_of, place_of
from watchroom.handover.rules import CHECKLIST, OnRecord, checklist, is_open
from watchroom.handover.sight import Sight
from watchroom.handover.unit import PRESENT, Reader, Unit
from watchroom.model.jurisdiction import Jurisdiction
from watchroom.model.text import Coded, Text
from watchroom.priority.attention import natural
from watchroom.priority.extent import Extent
from watchroom.priority.facts import PersonFacts, When
from watchroom.priority.footing import Given
from watchroom.priority.rules import RULES

# What was not delivered whole: that nothing of it is there says nothing.
_NOT_WHOLE = frozenset({"missing_file", "table_shrank", "table_accepted", "feed_accepted", "column_accepted"})


class Seeing(Reader, Protocol):
    """The part of the gate's view that says what the asker may see at all."""

    def may_see(self, entity: str, field: str | None = None) -> bool:
        """Whether any clause shows something of the entity."""
        ...


def named_people(
    unit: Unit, jurisdiction: Jurisdiction, other_alerts: Mapping[UUID, Sequence[Coded]] | None = None
) -> dict[UUID, Named]:
    """The people of the unit as the asker may know them, with what staff must do for each."""
    named: dict[UUID, Named] = {}
    for person, row in unit.people.items():
        place = place_of(row, unit_code=unit.code, pack=jurisdiction)
        told = {(line.code_list, line.code): None for line in unit.instructions.get(person, ())}
        named[person] = Named(
            person_id=person,
            name=name_of(row),
            prison_number=row.prison_number,
            place=place.short if place is not None and place.is_cell else None,
            place_path=None if place is None else place.path,
            is_in=row.in_out_code == "IN",
            withheld=tuple(row.person_withheld),
            instructions=tuple(Coded(code_list=code_list, code=code) for code_list, code in told),
            other_alerts=(other_alerts or {}).get(person, ()),
        )
    return named


def alerts_of_no_rule(
    facts: Mapping[UUID, PersonFacts], *, today: date, pack: Jurisdiction, extents: Mapping[str, Extent]
) -> dict[UUID, Sequence[Coded]]:
    """The active alerts of each person on which no rule could fire, each kind once.

    A rule that could not be evaluated for the asker speaks of no alert. An alert that is yet to begin is not active.

    Args:
        extents: how far each rule could be evaluated; a rule that is not named is whole.
    """
    spoken = {
        code
        for rule in RULES
        if not extents.get(rule.code, Extent.WHOLE).says_nothing
        for concept in rule.concepts
        if concept in pack.concepts and pack.concepts[concept].code_list == "alert_kind"
        for code in pack.concepts[concept].codes
    }

    def has_begun(since: When) -> bool:
        return since.on is None or not since.is_reliable or since.on <= today

    return {
        person: [
            Coded(code_list="alert_kind", code=code)
            for code in dict.fromkeys(one.code for one in known.markers if has_begun(one.since))
            if code not in spoken
        ]
        for person, known in facts.items()
    }


def open_incidents(
    view: Reader, every: Sequence[rows.IncidentRow], *, unit: Unit
) -> tuple[Sequence[OpenIncident], int]:
    """Incidents of the establishment that are not closed, those with people of the unit first.

    Returns:
        the incidents, and how many older reports without any status are left out.
    """
    found = [row for row in every if is_open(row, at=unit.at)]
    asked = {"site_code": unit.site, "unit_code": unit.code, "incidents": [row.incident_id for row in found]}
    parts = view.rows(PRESENT["incident_people"], rows.IncidentPersonRow, **asked) if found else []
    people: dict[UUID, list[tuple[UUID, Coded]]] = {}
    for part in parts:
        role = Coded(code_list="incident_role", code=part.role_code, source_value=part.role_source_value)
        people.setdefault(part.incident_id, []).append((part.person_id, role))
    opened = [_incident(row, people.get(row.incident_id, [])) for row in found]
    return sorted(opened, key=lambda one: not one.people), len(every) - len(found)


def _incident(row: rows.IncidentRow, people: Sequence[tuple[UUID, Coded]]) -> OpenIncident:
    return OpenIncident(
        reference=row.reference or "",
        kind=Coded(code_list="incident_type", code=row.type_code, source_value=row.type_source_value),
        title=row.title,
        occurred_at=None if row.occurred_is_default else row.occurred_at,
        status=Coded(code_list="incident_status", code=row.status_code, source_value=row.status_source_value),
        people=people,
        source=row.source_system,
    )


def unplaced(view: Reader, unit: Unit, counted: Sequence[rows.RollRow]) -> Sequence[rows.UnplacedRow]:
    """The people of the establishment who are on no unit, as far as the asker may know them; asked if there are any."""
    if not any(part.on_roll for part in counted if part.unit_code is None):
        return ()
    return view.rows(PRESENT["on_no_unit"], rows.UnplacedRow, site_code=unit.site)


def checklist_items(
    view: Seeing,
    *,
    given: Given,
    counts: Sequence[rows.IssueCountRow],
    sight: Sight,
    on_record: OnRecord,
) -> Sequence[Item]:
    """The checklist of this handover, for this asker.

    Args:
        given: which source gives what.
        counts: faults of the last deliveries; a file that did not come makes its item missing.
        sight: how far each rule could be evaluated.
        on_record: of the unit; the unassessed as `unassessed_people` gives them.
    """
    entities = {entity for wanted in CHECKLIST for entity in wanted.entities}
    return checklist(
        may_see={entity: view.may_see(entity) and entity not in sight.hidden for entity in entities},
        given=given,
        missing_files=missing_entities(counts),
        on_record=on_record,
        in_part=sight.in_part,
    )


def _is_assessed(row: rows.CellSharingRow) -> bool:
    return row.is_approved and row.level_code is not None


def unassessed_people(unit: Unit, named: Mapping[UUID, Named], *, sight: Sight) -> Sequence[str]:
    """Who has no approved cell sharing assessment, by cell or name; nobody where that cannot be known whole."""
    if sight.extents["cell_sharing_unassessed"] is not Extent.WHOLE:
        return ()
    assessed = {person for person, found in unit.cell_sharing.items() if any(map(_is_assessed, found))}
    return sorted((_where_or_who(named[person]) for person in unit.people if person not in assessed), key=natural)


def _where_or_who(person: Named) -> str:
    """The cell, or of somebody without one the name; the prison number where that is withheld."""
    return person.place or person.name or person.prison_number or "–"


def missing_entities(counts: Sequence[rows.IssueCountRow]) -> frozenset[str]:
    """The entities for which the last delivery of a source lacked a file, or much of the rows of before."""
    return frozenset(row.entity for row in counts if row.code in _NOT_WHOLE and row.entity)


def not_available(view: Seeing) -> Sequence[str]:
    """Entities of the handover of which the asker may see nothing for this purpose."""
    entities = {"adjudication_hearing", *(entity for wanted in CHECKLIST for entity in wanted.entities)}
    return sorted(entity for entity in entities if not view.may_see(entity))


def issues_of(counts: Sequence[rows.IssueCountRow], *, without_status: int) -> Sequence[Text]:
    """How many faults the last delivery had, per kind of record; what they are stands on the quality page."""
    faults: dict[str, int] = {}
    for row in counts:
        if row.entity is not None and row.severity != "characterisation":
            faults[row.entity] = faults.get(row.entity, 0) + row.number
    told = [Text("issue.count", {"count": faults[name], "record": Text(f"record.{name}")}) for name in sorted(faults)]
    return [Text("issue.undated_incidents", {"count": without_status}), *told] if without_status else told
