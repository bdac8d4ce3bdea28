"""Turns the rows of a unit into the facts that the rules of attention look at."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from watchroom.handover import rows
from watchroom.handover.unit import Unit, meaning, short_place
from watchroom.model.jurisdiction import Jurisdiction
from watchroom.model.text import Coded, Text
from watchroom.priority.facts import (
    Absence,
    CellMate,
    CellSharing,
    Engagement,
    EngagementKind,
    IncidentPart,
    KeepApart,
    Marker,
    PersonFacts,
    Place,
    ReleaseDate,
    Source,
    When,
    with_time,
)

_Row = TypeVar("_Row")

# The agency code that the source writes for "somewhere outside": it names no place.
SOMEWHERE = frozenset({"OUT", "TRN"})
_RELEASE_KINDS = {
    "confirmed_release_on": "confirmed",
    "automatic_release_on": "automatic",
    "conditional_release_on": "conditional",
    "non_parole_on": "non_parole",
    "post_recall_release_on": "post_recall",
    "home_detention_curfew_eligibility_on": "home_detention_curfew",
    "parole_eligibility_on": "parole",
    "sentence_expiry_on": "sentence_expiry",
}


def facts_of(unit: Unit, pack: Jurisdiction) -> dict[UUID, PersonFacts]:
    """The facts of every person of the unit, by person."""
    cells = {person: cell for cell in unit.cells if cell.is_cell for person in cell.visible_person_ids}
    engagements = {person: _engagements(unit, person, pack) for person in unit.people}
    return {
        person: PersonFacts(
            person_id=str(person),
            is_in=row.in_out_code == "IN",
            begun=When(
                at=row.begun_at,
                on=None if row.begun_at is None else pack.local_day(row.begun_at),
                is_reliable=not row.begun_is_default,
            ),
            place=place_of(row, unit_code=unit.code, pack=pack),
            cell_others=cells[person].occupants - 1 if person in cells else None,
            cell_mates=_cell_mates(unit, person, cells.get(person), pack=pack),
            custody_source=_source(row),
            markers=_markers(unit, person),
            cell_sharing=_rating(unit.cell_sharing.get(person, ()), pack=pack),
            engagements=engagements[person],
            release_dates=_releases(unit.release_dates.get(person, ())),
            keep_apart=tuple(_keep_apart(unit, person, pack=pack)),
            incidents=tuple(map(_incident, unit.incidents.get(person, ()))),
            absence=_absence(unit, person, pack=pack),
        )
        for person, row in unit.people.items()
    }


def undated(unit: Unit) -> tuple[UUID, ...]:
    """The people of whom it is not known when they came: the source's date is its default, or there is none."""
    return tuple(person for person, row in unit.people.items() if row.begun_is_default or row.begun_at is None)


def name_of(row: rows.PersonRow) -> str | None:
    """Family name, given names; None when the asker may not know it."""
    return written_name(row.family_name, row.given_names)


def written_name(family_name: str | None, given_names: str | None) -> str | None:
    """The parts of a name as people write them; None without a family name."""
    if family_name is None:
        return None
    return ", ".join(_in_case(part) for part in (family_name, given_names) if part)


def _in_case(name: str) -> str:
    # The source writes names in capitals; a name that somebody wrote in mixed case stays as written.
    return name.title() if name.isupper() else name


def place_of(row: rows.PersonRow, *, unit_code: str, pack: Jurisdiction) -> Place | None:
    """Where the record puts the person; None when it names no place, or one that does not exist."""
    if row.place_path is None:
        return None
    is_landing = row.place_kind in meaning(pack, "landing")
    landing = row.place_path if is_landing or row.landing_path is None else row.landing_path
    return Place(
        path=row.place_path,
        short=short_place(row.place_path, unit_code=unit_code),
        landing=landing,
        is_cell=row.place_kind in meaning(pack, "cell"),
    )


def _absence(unit: Unit, person: UUID, *, pack: Jurisdiction) -> Absence | None:
    own = unit.people[person]
    if own.in_out_code == "IN" or own.in_out_code is None:
        return None
    ways = movements_out(unit, person, pack)
    if not ways:
        return Absence(since=When(), is_in_hospital=False, reason=None, source=_source(own))
    last = ways[0]
    return Absence(
        since=When(at=last.moved_at, is_reliable=not last.moved_is_default and len(ways) == 1),
        is_in_hospital=last.reason_code in meaning(pack, "to_hospital"),
        reason=reason_of(last),
        source=Source(system=last.source_system, known_at=last.recorded_from),
        other_reason=reason_of(ways[1]) if len(ways) > 1 else None,
    )


def movements_out(unit: Unit, person: UUID, pack: Jurisdiction) -> Sequence[rows.MovementRow]:
    """The passages out that may be the person's last, one for each reason, the one that asks most of staff first.

    There is more than one where the time of a passage is missing or the source's default, which orders nothing.
    """
    found = unit.last_movements.get(person, ())
    open_order = [runs[0] for runs in _possibly_last(found, lambda row: _is_fact(row.moved_at, row.moved_is_default))]
    hospital = meaning(pack, "to_hospital")
    ways: dict[tuple[str | None, Coded], rows.MovementRow] = {}
    for row in open_order:
        if row.direction_code == "OUT":
            ways.setdefault((row.kind_code, reason_of(row)), row)
    return sorted(ways.values(), key=lambda row: row.reason_code not in hospital)


def _possibly_last(found: Sequence[_Row], is_dated: Callable[[_Row], bool]) -> Sequence[Sequence[_Row]]:
    """The runs of rows that nobody can put after one another, each latest first; the first of each may be the last.

    Those whose date is a fact make one run. Any other makes one of its own: it orders nothing and loses to none.
    """
    # INVARIANT: rows come latest first.
    dated = [row for row in found if is_dated(row)]
    return [run for run in (dated, *([row] for row in found if not is_dated(row))) if run]


def _is_fact(when: date | None, is_default: bool | None) -> bool:  # noqa: FBT001
    """A date that orders something: it is there, and it is not the source's default."""
    return when is not None and not is_default


def reason_of(row: rows.MovementRow) -> Coded:
    """Why somebody passed the gate, as the source has it."""
    return Coded(code_list="movement_reason", code=row.reason_code, source_value=row.reason_source_value)


def _source(row: rows.PersonRow | rows.AlertRow | rows.CellSharingRow | rows.EngagementRow | rows.ReleaseRow) -> Source:
    return Source(system=row.source_system, known_at=row.recorded_from)


def _cell_mates(unit: Unit, person: UUID, cell: rows.CellRow | None, *, pack: Jurisdiction) -> tuple[CellMate, ...]:
    """Those whom the record puts in the same cell and whom the asker may know; the others are only counted."""
    mates = () if cell is None else (unit.people.get(mate) for mate in cell.visible_person_ids if mate != person)
    return tuple(
        CellMate(name=name_of(mate), sharing=_rating(unit.cell_sharing.get(mate.person_id, ()), pack=pack))
        for mate in mates
        if mate is not None
    )


def _markers(unit: Unit, person: UUID) -> tuple[Marker, ...]:
    return tuple(
        Marker(
            code=row.kind_code,
            since=When(on=row.active_from, is_reliable=not row.from_is_default),
            source=_source(row),
        )
        for row in unit.alerts.get(person, ())
        if row.kind_code is not None and not _has_ended(row, today=unit.today)
    )


def _has_ended(row: rows.AlertRow, *, today: date) -> bool:
    return row.active_to is not None and not row.to_is_default and row.active_to <= today


def _rating(found: Sequence[rows.CellSharingRow], *, pack: Jurisdiction) -> CellSharing | None:
    """The assessment that holds; of several of which nobody can tell the later one, the one with the higher risk.

    An approved one without a level that is known tells nothing, so it counts as not approved.
    """
    if not found:
        return None
    # INVARIANT: an approved assessment holds until a later one is approved.
    approved = [row for row in found if row.is_approved and row.level_code is not None]
    runs = _possibly_last(approved, lambda row: _is_fact(row.assessed_on, row.assessed_is_default))
    worst_first = (meaning(pack, "cell_sharing_high"), meaning(pack, "cell_sharing_pending"))
    open_order = sorted(
        (run[0] for run in runs), key=lambda row: [row.level_code not in codes for codes in worst_first]
    )
    row = next(iter((*open_order, *found)))
    return CellSharing(
        level=row.level_code or "",
        assessed=When(on=row.assessed_on, is_reliable=not row.assessed_is_default),
        is_approved=row.is_approved and row.level_code is not None,
        source=_source(row),
    )


def _engagements(unit: Unit, person: UUID, pack: Jurisdiction) -> tuple[Engagement, ...]:
    found: list[Engagement] = []
    for row in unit.engagements.get(person, ()):
        kind = kind_of(row, pack)
        is_transfer = kind is EngagementKind.TRANSFER
        found.append(
            Engagement(
                kind=kind,
                day=row.day,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                status=row.status_code or "",
                where=_where(row, kind),
                what=what_of(row),
                source=_source(row),
                is_inward=is_transfer and row.agency_code_there == unit.site and _names(row.agency_code_from, unit),
                is_outward=is_transfer and _names(row.agency_code_there, unit),
            )
        )
    return tuple(found)


def _names(agency: str | None, unit: Unit) -> bool:
    """The code names an establishment that is not the unit's own."""
    return agency is not None and agency not in SOMEWHERE and agency != unit.site


def kind_of(row: rows.EngagementRow, pack: Jurisdiction) -> EngagementKind:
    """What the engagement takes a person to."""
    if row.entity == "visit":
        return EngagementKind.VISIT
    if row.entity == "court_appearance" or row.type_code in meaning(pack, "court"):
        return EngagementKind.COURT
    if row.type_code in meaning(pack, "outside_appointment"):
        return EngagementKind.OUTSIDE_APPOINTMENT
    if row.type_code in meaning(pack, "transfer"):
        return EngagementKind.TRANSFER
    return EngagementKind.APPOINTMENT


def what_of(row: rows.EngagementRow) -> Coded:
    """What sort of engagement it is, as a code with its list."""
    if row.entity == "scheduled_event":
        if row.sub_type_code is not None:
            return Coded(code_list="event_sub_type", code=row.sub_type_code)
        return Coded(code_list="event_type", code=row.type_code, source_value=row.type_source_value)
    code_list = "visit_type" if row.entity == "visit" else "court_appearance_type"
    return Coded(code_list=code_list, code=row.type_code, source_value=row.type_source_value)


def _where(row: rows.EngagementRow, kind: EngagementKind) -> str | Coded | None:
    outside = kind in (EngagementKind.COURT, EngagementKind.OUTSIDE_APPOINTMENT, EngagementKind.TRANSFER)
    if outside and row.agency_code_there is not None and row.agency_code_there not in SOMEWHERE:
        return Coded(code_list="agency", code=row.agency_code_there)
    return None if outside else row.place_name


def _releases(found: Sequence[rows.ReleaseRow]) -> tuple[ReleaseDate, ...]:
    """The dates of the latest calculation, and of each of which nobody can tell whether it is later."""
    if not found:
        return ()
    # INVARIANT: the dates of an earlier calculation no longer hold.
    runs = _possibly_last(found, lambda row: _is_fact(row.calculated_on, row.calculated_is_default))
    numbered = enumerate(runs)
    return tuple(one for number, calculated in numbered for one in _release_dates(calculated, number))


def _release_dates(found: Sequence[rows.ReleaseRow], calculation: int) -> Sequence[ReleaseDate]:
    """The dates of the first row; a confirmed day holds until a later calculation has another one."""
    last = found[0]
    confirmed = next((row for row in found if row.confirmed_release_on is not None), last)
    dates: list[ReleaseDate] = []
    for field, kind in _RELEASE_KINDS.items():
        row = confirmed if kind == "confirmed" else last
        on = getattr(row, field)
        if on is not None:
            dates.append(ReleaseDate(kind=kind, on=on, source=_source(row), calculation=calculation))
    return dates


def _keep_apart(unit: Unit, person: UUID, *, pack: Jurisdiction) -> Iterator[KeepApart]:
    own = unit.people[person]
    for row in unit.keep_apart.get(person, ()):
        other = unit.people.get(row.other_person_id)
        there = None if other is None else place_of(other, unit_code=unit.code, pack=pack)
        here = place_of(own, unit_code=unit.code, pack=pack)
        yield KeepApart(
            other_id=str(row.other_person_id),
            other_name=None if other is None else name_of(other),
            other_place=None if other is None else _said_place(other, there),
            is_on_unit=other is not None,
            is_on_landing=here is not None and there is not None and here.landing == there.landing,
            is_in_cell=here is not None and here.is_cell and here == there,
            meets_at=_meeting(unit, person, row.other_person_id, pack=pack),
            restriction=row.restriction_code or "",
            since=When(on=row.from_on, is_reliable=not row.from_is_default),
            source=Source(system=row.source_system, known_at=row.recorded_from),
        )


def _said_place(row: rows.PersonRow, place: Place | None) -> Text:
    """Where the record puts somebody, in words: a cell, no cell, or out."""
    if row.in_out_code not in (None, "IN"):
        return Text("reason.place.out")
    if place is None:
        return Text("reason.place.none")
    return Text("reason.place.cell" if place.is_cell else "reason.place.not_a_cell", {"place": place.short})


def _meeting(unit: Unit, one: UUID, other: UUID, *, pack: Jurisdiction) -> datetime | None:
    """The first instant, not past, at which both are listed for one place."""
    times = [
        max(first[0], second[0])
        for first in _stays(unit, one, pack)
        for second in _stays(unit, other, pack)
        if first[2] == second[2] and first[0] < second[1] and second[0] < first[1]
    ]
    return min(times, default=None)


def _stays(unit: Unit, person: UUID, pack: Jurisdiction) -> Iterator[tuple[datetime, datetime, UUID]]:
    standing: Mapping[bool, frozenset[str]] = {
        True: meaning(pack, "visit_scheduled"),
        False: meaning(pack, "scheduled"),
    }
    for row in unit.engagements.get(person, ()):
        if row.place_id is None or row.starts_at is None or with_time(row.starts_at, pack.zone) is None:
            continue
        # Without an end it may last all day.
        ends_at = row.ends_at or row.starts_at + timedelta(days=1)
        if ends_at > unit.at and (row.status_code is None or row.status_code in standing[row.entity == "visit"]):
            yield row.starts_at, ends_at, row.place_id


def _incident(row: rows.IncidentPartRow) -> IncidentPart:
    return IncidentPart(
        reference=row.reference or "",
        occurred=When(at=row.occurred_at, is_reliable=not row.occurred_is_default),
        role=Coded(code_list="incident_role", code=row.role_code, source_value=row.role_source_value),
        kind=Coded(code_list="incident_type", code=row.type_code, source_value=row.type_source_value),
        source=Source(system=row.source_system, known_at=row.recorded_from),
        reported_at=row.reported_at,
    )
