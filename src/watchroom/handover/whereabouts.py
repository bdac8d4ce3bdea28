"""The roll of a unit and where everyone of it is; everybody is counted in exactly one place."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from watchroom.handover import rows
from watchroom.handover.briefing import Cell, Roll, Whereabouts
from watchroom.handover.unit import Unit, meaning, short_place
from watchroom.model.jurisdiction import Jurisdiction
from watchroom.model.text import Coded, Text
from watchroom.priority.attention import natural

# Where people are, in the order in which the page tells it.
KEYS = ("in_cell", "no_cell", "court", "hospital", "temporary_absence", "out", "unknown")


def roll_of(
    unit: Unit,
    *,
    counted: Sequence[rows.RollRow],
    places: Sequence[rows.PlaceRow],
    pack: Jurisdiction,
) -> Roll:
    """The roll, whole for everyone, and where everyone is as far as the asker may know.

    Args:
        counted: the roll of the unit, by part.
        places: of the unit.
    """
    capacities = [part.capacity for part in counted if part.capacity is not None]
    on_roll = sum(part.on_roll for part in counted)
    return Roll(
        on_roll=on_roll,
        in_now=sum(part.in_now for part in counted),
        out_now=sum(part.out_now for part in counted),
        no_cell=sum(part.no_cell for part in counted),
        capacity=sum(capacities) if capacities else None,
        withheld=max(0, on_roll - len(unit.people)),
        cells=_cells(unit, places),
        whereabouts=_whereabouts(unit, pack),
    )


def _cells(unit: Unit, places: Sequence[rows.PlaceRow]) -> list[Cell]:
    by_id = {place.place_id: place for place in places}
    cells: list[Cell] = []
    for row in unit.cells:
        place = None if row.location_id is None else by_id.get(row.location_id)
        if not row.is_cell or row.path is None:
            continue
        landing = None if place is None or place.parent_id is None else by_id.get(place.parent_id)
        path = unit.code if landing is None else landing.path
        cells.append(
            Cell(
                path=row.path,
                short=short_place(row.path, unit_code=unit.code),
                landing=path,
                landing_name=short_place(path, unit_code=unit.code),
                occupants=row.occupants,
                people=tuple(row.visible_person_ids),
                withheld=row.withheld_count,
                capacity=None if place is None else place.working_capacity,
                out_of_use=None if place is None else _out_of_use(place),
            )
        )
    return sorted(cells, key=lambda cell: (natural(cell.landing), natural(cell.path)))


def _out_of_use(place: rows.PlaceRow) -> Text | None:
    if place.deactivated_on is None and place.is_active:
        return Text("cell.no_capacity") if place.working_capacity == 0 else None
    why = Coded(code_list="location_deactivation_reason", code=place.deactivated_reason_code)
    if place.deactivated_on is None:
        return Text("cell.out_of_use", {"why": why})
    return Text("cell.out_of_use_since", {"on": place.deactivated_on, "why": why})


def _whereabouts(unit: Unit, pack: Jurisdiction) -> list[Whereabouts]:
    groups: dict[str, list[tuple[UUID, Text | None]]] = {key: [] for key in KEYS}
    for person, row in unit.people.items():
        key, why = _place_of(row, unit.last_movements.get(person), pack)
        groups[key].append((person, why))
    return [Whereabouts(key=key, people=tuple(people)) for key, people in groups.items()]


def _place_of(row: rows.PersonRow, last: rows.MovementRow | None, pack: Jurisdiction) -> tuple[str, Text | None]:
    if row.in_out_code == "IN":
        return ("in_cell" if row.place_kind in meaning(pack, "cell") else "no_cell"), None
    if row.in_out_code is None:
        return "unknown", None
    if last is None or last.direction_code != "OUT":
        return "out", Text("whereabouts.no_movement")
    return _kind_of_absence(last, pack), _why_out(last)


def _kind_of_absence(last: rows.MovementRow, pack: Jurisdiction) -> str:
    if last.kind_code in meaning(pack, "to_court"):
        return "court"
    if last.reason_code in meaning(pack, "to_hospital"):
        return "hospital"
    return "temporary_absence" if last.kind_code in meaning(pack, "temporary_absence") else "out"


def _why_out(last: rows.MovementRow) -> Text:
    reason = Coded(code_list="movement_reason", code=last.reason_code, source_value=last.reason_source_value)
    moved_at: datetime | None = None if last.moved_is_default else last.moved_at
    if moved_at is None:
        return Text("whereabouts.out_because", {"reason": reason})
    return Text("whereabouts.out_since", {"reason": reason, "at": moved_at})


def places_by_id(places: Sequence[rows.PlaceRow], *, unit_code: str) -> Mapping[UUID, str]:
    """What officers call each place of the unit, by its id."""
    return {place.place_id: short_place(place.path, unit_code=unit_code) for place in places}
