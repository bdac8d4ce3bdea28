"""What a handover asks of the present beside its unit: sent together, answered while the rest is worked out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchroom.gate.changed import Sought
from watchroom.handover import rows
from watchroom.handover.outbox.rules import PENDING
from watchroom.handover.unit import PRESENT, Reader, Unit, meaning, unit_soon
from watchroom.model.jurisdiction import Jurisdiction

# Of what changes are told wherever in the establishment it lies: as `changes` has it.
_TOLD_OF_SITE = ("incident_report",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The questions that decide who needs attention; each attribute gives its rows once it is called.

    Attributes:
        changed: entities of which something changed since the last shift began, for `beside_soon`.
        faults: what the last deliveries lacked.
        sources: how old each source is.
        quality: when what each gave was checked, and what was found.
        unit: the unit itself, in two steps: see `unit_soon`.
    """

    changed: Callable[[], frozenset[str]]
    faults: Callable[[], Sequence[rows.IssueCountRow]]
    sources: Callable[[], Sequence[rows.FreshnessRow]]
    quality: Callable[[], Sequence[rows.QualityRow]]
    unit: Callable[[], Callable[[], Unit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The other questions, asked while that is decided; each attribute gives its rows once it is called.

    Attributes:
        places, roll: of the unit; the roll with whoever of the establishment is on no unit.
        hearings: of disciplinary charges, on the local day.
        pending: what staff wrote of people of the unit and its legal record is not known to hold.
        incidents: of the establishment that are not closed.
        observations: how those of the outgoing shift and to come stand.
        plans: of care, that are open.
        changes: since the last shift began.
    """

    places: Callable[[], Sequence[rows.PlaceRow]]
    roll: Callable[[], Sequence[rows.RollRow]]
    hearings: Callable[[], Sequence[rows.HearingRow]]
    pending: Callable[[], Sequence[rows.PendingEntryRow]]
    incidents: Callable[[], Sequence[rows.IncidentRow]]
    observations: Callable[[], Sequence[rows.ObservationRow]]
    plans: Callable[[], Sequence[rows.PlanRow]]
    changes: Callable[[], Sequence[rows.ChangeRow]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Of which unit, and when.

    Attributes:
        code: path of the unit (`LEI-A`).
        site: code of its establishment.
        at: timezone-aware.
        since: when the outgoing shift began; what was due before is not told as late.
        after: last sequence that was known when the last shift began; 0: none, and then nothing is a change.
    """

    code: str
    site: str
    at: datetime
    since: datetime
    after: int


def present_soon(view: Reader, place: Place, pack: Jurisdiction) -> Present:
    """Ask what decides who needs attention. For use within `view.together()`."""
    sought = Sought(after=place.after, unit_code=place.code, site_code=place.site, of_site=_TOLD_OF_SITE)
    return Present(
        # Before the others: it is answered on the way into the present.
        changed=view.changed_soon(sought) if place.after else frozenset[str],
        faults=view.soon(PRESENT["issue_counts"], rows.IssueCountRow),
        sources=view.soon(PRESENT["freshness"], rows.FreshnessRow),
        quality=view.soon(PRESENT["quality"], rows.QualityRow),
        unit=unit_soon(view, code=place.code, site=place.site, at=place.at, pack=pack),
    )


def beside_soon(view: Reader, place: Place, pack: Jurisdiction, *, changed: frozenset[str]) -> Beside:
    """Ask the rest. For use within `view.together()`: it is answered while the people are looked at.

    Args:
        view, place, pack: who asks, of which unit, in which jurisdiction.
        changed: entities of which something changed, of `Present`.
    """
    of_site = {"site_code": place.site}
    of_unit = {**of_site, "unit_code": place.code}
    day = place.at.astimezone(pack.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    hours = {"from_at": day, "to_at": day + timedelta(days=1)}
    pending = [state.value for state in PENDING]
    closed = sorted(meaning(pack, "incident_closed"))
    return Beside(
        places=view.soon(PRESENT["places"], rows.PlaceRow, **of_unit),
        roll=view.soon(PRESENT["roll_of_unit"], rows.RollRow, **of_unit),
        hearings=view.soon(PRESENT["hearings"], rows.HearingRow, **of_unit, **hours),
        pending=view.soon(PRESENT["pending_entries"], rows.PendingEntryRow, **of_unit, states=pending),
        incidents=view.soon(PRESENT["open_incidents"], rows.IncidentRow, **of_site, closed=closed),
        observations=view.soon(
            PRESENT["observations"], rows.ObservationRow, **of_unit, since=place.since, until=place.at
        ),
        plans=view.soon(PRESENT["open_plans"], rows.PlanRow, **of_unit),
        changes=(
            view.changes_soon(PRESENT["changes"], rows.ChangeRow, among=changed, **of_unit, after=place.after)
            if place.after
            else list[rows.ChangeRow]
        ),
    )
