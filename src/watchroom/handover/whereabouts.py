"""The roll of a unit and where everyone of it is; everybody is counted in exactly one place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from watchroom.handover import rows
from watchroom.handover.briefing import Capacity, Cell, Roll, Unplaced, Whereabouts
from watchroom.handover.facts import movements_out, reason_of, written_name
from watchroom.handover.unit import Unit, meaning, short_place
from watchroom.model.jurisdiction import Jurisdiction
from watchroom.model.text import Coded, Text
from watchroom.priority.attention import natural

# Where the record puts people, in the order in which the page tells it. It says in which cell somebody is to sleep,
# never that anybody has been seen there.
KEYS = ("cell_recorded", "no_cell_recorded", "court", "hospital", "temporary_absence", "out", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class RollRows:
    """What a roll is made of beside the unit.

    Attributes:
        counted: the roll of the unit by part, and that of those of its establishment who are on no unit.
        places: of the unit.
        unplaced: people on no unit whom the asker may know.
    """

    counted: Sequence[rows.RollRow] = ()
    places: Sequence[rows.PlaceRow] = ()
    unplaced: Sequence[rows.UnplacedRow] = ()


def roll_of(unit: Unit, found: RollRows, *, pack: Jurisdiction, lacking: frozenset[str] = frozenset()) -> Roll:
    """The roll, whole for everyone, and where the record puts everyone as far as the asker may know.

    Args:
        lacking: `entity.field` that the asker may not see: what is withheld is not said to be missing.
    """
    on_no_unit = sum(part.on_roll for part in found.counted if part.unit_code is None)
    counted = [part for part in found.counted if part.unit_code is not None]
    on_roll = sum(part.on_roll for part in counted)
    return Roll(
        on_roll=on_roll,
        in_now=sum(part.in_now for part in counted),
        out_now=sum(part.out_now for part in counted),
        no_cell=sum(part.no_cell for part in counted),
        capacity=_capacity(unit, counted, found.places),
        withheld=max(0, on_roll - len(unit.people)),
        cells=_cells(unit, found.places),
        whereabouts=_whereabouts(unit, pack, lacking),
        on_no_unit=on_no_unit,
        unplaced=[_unplaced(row) for row in found.unplaced],
    )


def _capacity(unit: Unit, counted: Sequence[rows.RollRow], places: Sequence[rows.PlaceRow]) -> Capacity:
    own = next((place for place in places if place.path == unit.code), None)
    cells = {cell.location_id for cell in unit.cells if cell.is_cell}
    return Capacity(
        cells_working=_sum(part.capacity for part in counted),
        cells_maximum=_sum(part.max_capacity for part in counted),
        unit_working=None if own is None else own.working_capacity,
        unit_maximum=None if own is None else own.max_capacity,
        contradictions=[
            (short_place(place.path, unit_code=unit.code), place.working_capacity, place.max_capacity)
            for place in places
            if place.place_id in cells
            and place.working_capacity is not None
            and place.max_capacity is not None
            and place.working_capacity > place.max_capacity
        ],
    )


def _sum(figures: Iterable[int | None]) -> int | None:
    known = [figure for figure in figures if figure is not None]
    return sum(known) if known else None


def _unplaced(row: rows.UnplacedRow) -> Unplaced:
    is_in = None if row.in_out_code is None else row.in_out_code == "IN"
    name = written_name(row.family_name, row.given_names)
    return Unplaced(person_id=row.person_id, name=name, prison_number=row.prison_number, is_in=is_in)


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
                capacity=None if place is None else _places_in(place),
                out_of_use=None if place is None else _out_of_use(place),
            )
        )
    return sorted(cells, key=lambda cell: (natural(cell.landing), natural(cell.path)))


def _places_in(place: rows.PlaceRow) -> int | None:
    """How many a cell holds; where the source contradicts itself the smaller figure, so that nobody is overlooked."""
    return min((known for known in (place.working_capacity, place.max_capacity) if known is not None), default=None)


def _out_of_use(place: rows.PlaceRow) -> Text | None:
    if place.deactivated_on is None and place.is_active:
        return Text("cell.no_capacity") if place.working_capacity == 0 else None
    why = Coded(code_list="location_deactivation_reason", code=place.deactivated_reason_code)
    if place.deactivated_on is None:
        return Text("cell.out_of_use", {"why": why})
    return Text("cell.out_of_use_since", {"on": place.deactivated_on, "why": why})


def _whereabouts(unit: Unit, pack: Jurisdiction, lacking: frozenset[str]) -> list[Whereabouts]:
    groups: dict[str, list[tuple[UUID, Text | None]]] = {key: [] for key in KEYS}
    for person, row in unit.people.items():
        key, why = _place_of(row, unit, pack)
        if key == "out" and "movement.reason_code" in lacking:
            why = Text("whereabouts.not_available")
        groups[key].append((person, why))
    return [Whereabouts(key=key, people=tuple(people)) for key, people in groups.items()]


def _place_of(row: rows.PersonRow, unit: Unit, pack: Jurisdiction) -> tuple[str, Text | None]:
    if row.in_out_code == "IN":
        return ("cell_recorded" if row.place_kind in meaning(pack, "cell") else "no_cell_recorded"), None
    if row.in_out_code is None:
        return "unknown", None
    ways = movements_out(unit, row.person_id, pack)
    if not ways:
        return "out", Text("whereabouts.no_movement")
    if len(ways) > 1:
        either = {"reason": reason_of(ways[0]), "other": reason_of(ways[1])}
        return _kind_of_absence(ways[0], pack), Text("whereabouts.out_either", either)
    return _kind_of_absence(ways[0], pack), _why_out(ways[0], pack)


def _kind_of_absence(last: rows.MovementRow, pack: Jurisdiction) -> str:
    if last.kind_code in meaning(pack, "to_court"):
        return "court"
    if last.reason_code in meaning(pack, "to_hospital"):
        return "hospital"
    return "temporary_absence" if last.kind_code in meaning(pack, "temporary_absence") else "out"


def _why_out(last: rows.MovementRow, pack: Jurisdiction) -> Text:
    reason = reason_of(last)
    if last.moved_is_default:
        return Text("whereabouts.out_unreliable", {"reason": reason})
    if last.moved_at is None:
        return Text("whereabouts.out_because", {"reason": reason})
    here = last.moved_at.astimezone(pack.zone)
    # Midnight is how the source writes a day without a time.
    at: datetime | date = here.date() if here.time() == time(0) else last.moved_at
    return Text("whereabouts.out_since", {"reason": reason, "at": at})


def places_by_id(places: Sequence[rows.PlaceRow], *, unit_code: str) -> Mapping[UUID, str]:
    """What officers call each place of the unit, by its id."""
    return {place.place_id: short_place(place.path, unit_code=unit_code) for place in places}
