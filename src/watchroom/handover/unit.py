"""A unit as it was known at one instant: every row that its handover needs, by person."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol, TypeVar
from uuid import UUID

from watchroom.gate.changed import Sought
from watchroom.handover import rows
from watchroom.kernel.named_sql import Queries, Query, load_queries
from watchroom.model.jurisdiction import Jurisdiction

R = TypeVar("R", bound=NamedTuple)
Row = TypeVar("Row", bound="_OfPerson", covariant=True)

QUERIES: Queries = load_queries("watchroom.handover")
PRESENT: Queries = load_queries("watchroom.handover", "present.sql")


class Reader(Protocol):
    """The part of the gate's view that this room uses."""

    def rows(self, query: Query, into: type[R], **params: object) -> list[R]:
        """The rows of a query as named tuples whose fields are its columns."""
        ...

    def soon(self, query: Query, into: type[R], **params: object) -> Callable[[], list[R]]:
        """The same, asked now and given when the returned function is called."""
        ...

    def changed_soon(self, sought: Sought) -> Callable[[], frozenset[str]]:
        """Gives the names of the entities of which something changed there."""
        ...

    def changes_soon(
        self, query: Query, into: type[R], *, among: frozenset[str], **params: object
    ) -> Callable[[], list[R]]:
        """As `soon`, for a question about the changes of these entities alone."""
        ...

    def together(self) -> AbstractContextManager[None]:
        """Within it, what is asked `soon` is answered while other questions run."""
        ...


class _OfPerson(Protocol):
    @property
    def person_id(self) -> UUID:
        """The person that the row is about."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What was known of a unit at `at` (UTC), where `today` was the local day. Mappings are by person.

    Attributes:
        site: code of the establishment that the unit belongs to.
        people: each person once, by name.
        cells: whole, also those whose occupants' details are withheld.
    """

    code: str
    site: str
    at: datetime
    today: date
    people: Mapping[UUID, rows.PersonRow]
    alerts: Mapping[UUID, Sequence[rows.AlertRow]]
    cell_sharing: Mapping[UUID, Sequence[rows.CellSharingRow]]
    engagements: Mapping[UUID, Sequence[rows.EngagementRow]]
    release_dates: Mapping[UUID, Sequence[rows.ReleaseRow]]
    keep_apart: Mapping[UUID, Sequence[rows.KeepApartRow]]
    incidents: Mapping[UUID, Sequence[rows.IncidentPartRow]]
    last_movements: Mapping[UUID, Sequence[rows.MovementRow]]
    cells: Sequence[rows.CellRow]
    instructions: Mapping[UUID, Sequence[rows.InstructionRow]] = field(
        default_factory=dict[UUID, Sequence[rows.InstructionRow]]
    )


def unit_soon(
    view: Reader, *, code: str, site: str, at: datetime, pack: Jurisdiction
) -> Callable[[], Callable[[], Unit]]:
    """Ask for the unit as `view` knows it. For use within `view.together()`.

    Returns:
        what asks for the names of places, once it is known of which; and that returns what gives the unit.

    Args:
        view: of the gate, at the instant `at`.
        code: path of the unit (`LEI-A`).
        site: code of its establishment.
        at: timezone-aware.
    """
    today = pack.local_day(at)
    since = at - pack.clock("recent_incident") - timedelta(hours=1)

    def of_unit(query: str, into: type[R], **params: object) -> Callable[[], list[R]]:
        return view.soon(QUERIES[query], into, site_code=site, unit_code=code, ids=None, **params)

    # First what another question depends on.
    engagements = of_unit("engagements", rows.EngagementRow, today=today)
    people = of_unit("people", rows.PersonRow)
    alerts = of_unit("alerts", rows.AlertRow)
    cell_sharing = of_unit("cell_sharing", rows.CellSharingRow)
    release_dates = of_unit("release_dates", rows.ReleaseRow)
    keep_apart = of_unit("non_associations", rows.KeepApartRow)
    incidents = of_unit("incident_parts", rows.IncidentPartRow, since=since)
    last_movements = of_unit("last_movements", rows.MovementRow)
    instructions = view.soon(QUERIES["instructions"], rows.InstructionRow, site_code=site, unit_code=code, today=today)
    cells = view.soon(QUERIES["cells"], rows.CellRow, unit_code=code, ids=None)

    def rest_soon() -> Callable[[], Unit]:
        placed = placed_soon(view, engagements())
        return lambda: Unit(
            code=code,
            site=site,
            at=at,
            today=today,
            people=first_of_each(people()),
            alerts=by_person(alerts()),
            cell_sharing=by_person(cell_sharing()),
            release_dates=by_person(release_dates()),
            keep_apart=by_person(keep_apart()),
            incidents=by_person(incidents()),
            last_movements=by_person(last_movements()),
            instructions=by_person(instructions()),
            engagements=by_person(placed()),
            cells=cells(),
        )

    return rest_soon


def placed_soon(view: Reader, engagements: Sequence[rows.EngagementRow]) -> Callable[[], list[rows.EngagementRow]]:
    """The engagements with the names of their places, as far as the asker may know them; asked for now."""
    wanted = list({row.place_id: None for row in engagements if row.place_id is not None})
    found = view.soon(QUERIES["place_names"], rows.PlaceNameRow, ids=wanted) if wanted else list[rows.PlaceNameRow]

    def placed() -> list[rows.EngagementRow]:
        known: dict[UUID | None, str | None] = {row.place_id: row.place_name for row in found()}
        return [row._replace(place_name=known[row.place_id]) if row.place_id in known else row for row in engagements]

    return placed


def meaning(pack: Jurisdiction, concept: str) -> frozenset[str]:
    """The codes that mean a concept in the pack; none where it does not know it, and then nothing fires on it."""
    return pack.concepts[concept].codes if concept in pack.concepts else frozenset()


def first_of_each(found: Iterable[Row]) -> dict[UUID, Row]:
    """The first row about each person: rows come the latest first."""
    first: dict[UUID, Row] = {}
    for row in found:
        first.setdefault(row.person_id, row)
    return first


def by_person(found: Iterable[Row]) -> dict[UUID, list[Row]]:
    """Rows under the person that each is about, in the order in which they came."""
    grouped: dict[UUID, list[Row]] = {}
    for row in found:
        grouped.setdefault(row.person_id, []).append(row)
    return grouped


def short_place(path: str, *, unit_code: str) -> str:
    """What officers on the unit call a place of it: `LEI-A-1-4` is `1-4` on LEI-A."""
    own = path.removeprefix(f"{unit_code}-")
    return own if own != path else path.partition("-")[2] or path
