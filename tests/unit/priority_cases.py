"""Facts of one person, as the rules see them, and for every rule cases in which it fires and does not."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from watchroom.model.jurisdiction import pack
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
)
from watchroom.priority.setting import Setting

ZONE = ZoneInfo("Europe/London")
NOW = datetime(2026, 7, 24, 8, 0, tzinfo=ZONE).astimezone(UTC)
TODAY = date(2026, 7, 24)
SOURCE = Source(system="nomis", known_at=NOW)
SETTING = Setting(
    now=NOW,
    zone=ZONE,
    codes=pack("england_and_wales").meanings,
)
CELL = Place(path="LEI-A-1-4", short="1-4", landing="LEI-A-1", is_cell=True)
LANDING = Place(path="LEI-A-1", short="1", landing="LEI-A-1", is_cell=False)
STANDARD = CellSharing(level="STANDARD", assessed=When(on=date(2026, 6, 1)), is_approved=True, source=SOURCE)
HIGH = CellSharing(level="HI", assessed=When(on=date(2026, 6, 1)), is_approved=True, source=SOURCE)
HIGH_UNAPPROVED = CellSharing(level="HI", assessed=When(on=date(2026, 6, 1)), is_approved=False, source=SOURCE)
LONG_AGO = When(on=date(2025, 1, 1), at=datetime(2025, 1, 1, 17, tzinfo=UTC))


def person(**facts: object) -> PersonFacts:
    """Somebody alone in a cell, assessed, long in custody, with nothing listed, but for what is named."""
    usual: dict[str, object] = {
        "person_id": "01980000-0000-7000-8000-000000000001",
        "is_in": True,
        "begun": LONG_AGO,
        "place": CELL,
        "cell_others": 0,
        "custody_source": SOURCE,
        "cell_sharing": STANDARD,
    }
    return PersonFacts(**(usual | facts))  # pyright: ignore[reportArgumentType]


def marked(code: str, *, on: date | None = date(2026, 7, 1), is_reliable: bool = True) -> PersonFacts:
    return person(markers=(Marker(code=code, since=When(on=on, is_reliable=is_reliable), source=SOURCE),))


def begun(hours_ago: float, **facts: object) -> PersonFacts:
    at = NOW - timedelta(hours=hours_ago)
    return person(begun=When(on=at.astimezone(ZONE).date(), at=at), **facts)


def engagement(kind: EngagementKind, **facts: object) -> Engagement:
    usual: dict[str, object] = {
        "kind": kind,
        "day": TODAY,
        "starts_at": NOW + timedelta(hours=2),
        "ends_at": None,
        "status": "SCH",
        "where": Coded(code_list="agency", code="COURT1"),
        "what": Coded(code_list="court_appearance_type", code="CRT"),
        "source": SOURCE,
    }
    return Engagement(**(usual | facts))  # pyright: ignore[reportArgumentType]


def engaged(kind: EngagementKind, **facts: object) -> PersonFacts:
    return person(engagements=(engagement(kind, **facts),))


def released(kind: str, on: date, *others: tuple[str, date]) -> PersonFacts:
    dates = [(kind, on), *others]
    return person(release_dates=tuple(ReleaseDate(kind=name, on=day, source=SOURCE) for name, day in dates))


def calculated(*dates: tuple[int, str, date]) -> PersonFacts:
    """Release dates by calculations of which nobody can tell the latest: number, kind and day."""
    return person(
        release_dates=tuple(ReleaseDate(kind=kind, on=on, source=SOURCE, calculation=one) for one, kind, on in dates)
    )


def kept_apart(**facts: object) -> PersonFacts:
    usual: dict[str, object] = {
        "other_id": "01980000-0000-7000-8000-000000000002",
        "other_name": "Other, Another",
        "other_place": Text("reason.place.cell", {"place": "2-1"}),
        "is_on_unit": True,
        "is_on_landing": False,
        "is_in_cell": False,
        "meets_at": None,
        "restriction": "LANDING",
        "since": When(on=date(2026, 7, 1)),
        "source": SOURCE,
    }
    return person(keep_apart=(KeepApart(**(usual | facts)),))  # pyright: ignore[reportArgumentType]


_TAKEN_ILL = Coded(code_list="movement_reason", code="C6")


def away(
    *, is_in_hospital: bool, reason: Coded | None = _TAKEN_ILL, hours: float = 11, is_reliable: bool = True
) -> PersonFacts:
    since = When(at=NOW - timedelta(hours=hours), is_reliable=is_reliable)
    absence = Absence(since=since, is_in_hospital=is_in_hospital, reason=reason, source=SOURCE)
    return person(is_in=False, absence=absence)


def in_incident(
    hours_ago: float, *, is_reliable: bool = True, reported: float | None = None, known: float = 0
) -> PersonFacts:
    part = IncidentPart(
        reference="-9001",
        occurred=When(at=NOW - timedelta(hours=hours_ago), is_reliable=is_reliable),
        role=Coded(code_list="incident_role", code="VICTIM"),
        kind=Coded(code_list="incident_type", code="ASSAULT"),
        source=replace(SOURCE, known_at=NOW - timedelta(hours=known)),
        reported_at=None if reported is None else NOW - timedelta(hours=reported),
    )
    return person(incidents=(part,))


def beside(sharing: CellSharing | None, *, name: str | None = "Mate, Cell") -> PersonFacts:
    return person(cell_others=1, cell_mates=(CellMate(name=name, sharing=sharing),))


_COURT, _VISIT = EngagementKind.COURT, EngagementKind.VISIT
_OUTSIDE, _TRANSFER = EngagementKind.OUTSIDE_APPOINTMENT, EngagementKind.TRANSFER
_leaving_on_escape_list = person(
    markers=marked("XEL").markers, engagements=(engagement(_COURT, starts_at=NOW + timedelta(hours=2)),)
)
_held_and_transferred = person(
    markers=marked("TSE").markers, engagements=(engagement(_TRANSFER, what=Coded(code_list="event_type", code="TRN")),)
)

# Per rule: what fires, with the level it gives; and what does not fire.
FIRES: Mapping[str, Mapping[str, tuple[PersonFacts, str]]] = {
    "care_plan_open": {
        "however old the plan is": (marked("HA", on=date(2020, 5, 13)), "act_now"),
        "with an unreliable date": (marked("HA", on=None, is_reliable=False), "act_now"),
    },
    "care_plan_post_closure": {"after the closure": (marked("HA1"), "this_shift")},
    "controlled_unlock": {"with the marker": (marked("XCU"), "act_now")},
    "cell_sharing_high": {
        "while sharing": (person(cell_sharing=HIGH, cell_others=1), "act_now"),
        "alone": (person(cell_sharing=HIGH), "this_shift"),
        "without a cell": (person(cell_sharing=HIGH, place=LANDING, cell_others=None), "this_shift"),
    },
    "cell_mate_high": {
        "with a mate of high risk": (beside(HIGH), "act_now"),
        "with one whose name is withheld": (beside(HIGH, name=None), "act_now"),
    },
    "cell_sharing_unassessed": {
        "new, sharing, after a night": (begun(11, cell_sharing=None, cell_others=1), "act_now"),
        "new, sharing, since this morning": (begun(1, cell_sharing=None, cell_others=1), "this_shift"),
        "new, alone": (begun(11, cell_sharing=None), "this_shift"),
        "long in custody, sharing": (person(cell_sharing=None, cell_others=1), "this_shift"),
        "with a rating nobody approved": (person(cell_sharing=HIGH_UNAPPROVED, cell_others=1), "this_shift"),
        "with a pending rating": (
            person(
                cell_sharing=CellSharing(level="PEND", assessed=When(), is_approved=True, source=SOURCE), cell_others=2
            ),
            "this_shift",
        ),
    },
    "arson": {"with the marker": (marked("XA"), "this_shift")},
    "escape_marker": {
        "on the list": (marked("XEL"), "this_shift"),
        "a risk": (marked("XER"), "this_shift"),
        "on the list and to court today": (_leaving_on_escape_list, "act_now"),
    },
    "first_days": {"received last evening": (begun(11), "this_shift"), "on the third day": (begun(71), "this_shift")},
    "court_today": {
        "at a time": (engaged(_COURT), "this_shift"),
        "without a time": (engaged(_COURT, starts_at=None), "this_shift"),
        "with no status that is known": (engaged(_COURT, status=""), "this_shift"),
        "at midnight, which means no time": (
            engaged(_COURT, starts_at=datetime(2026, 7, 24, 0, 0, tzinfo=ZONE)),
            "this_shift",
        ),
        "begun, with no end recorded": (engaged(_COURT, starts_at=NOW - timedelta(hours=1)), "this_shift"),
    },
    "visit_today": {
        "in the afternoon": (engaged(_VISIT), "watch"),
        "nowhere named": (engaged(_VISIT, where=None), "watch"),
    },
    "outside_appointment_today": {"to hospital": (engaged(_OUTSIDE), "this_shift")},
    "out_now": {
        "in hospital": (away(is_in_hospital=True), "this_shift"),
        "at court": (away(is_in_hospital=False), "watch"),
        "out, and no movement says why": (away(is_in_hospital=False, reason=None), "watch"),
        "out for four years": (away(is_in_hospital=False, hours=4 * 8766), "watch"),
        "in hospital for thirty days, by the record": (away(is_in_hospital=True, hours=30 * 24), "watch"),
        "in hospital since a default date": (away(is_in_hospital=True, hours=9999, is_reliable=False), "this_shift"),
    },
    "release_soon": {
        "confirmed for Monday": (released("confirmed", date(2026, 7, 27)), "watch"),
        "calculated for the seventh day": (released("conditional", date(2026, 7, 31)), "watch"),
        "today": (released("confirmed", TODAY), "this_shift"),
        "tomorrow": (released("automatic", date(2026, 7, 25)), "this_shift"),
        "today by one calculation, and confirmed for later by another that may be the latest": (
            calculated((0, "conditional", TODAY), (1, "confirmed", date(2026, 9, 1))),
            "this_shift",
        ),
    },
    "hold": {
        "without a transfer": (marked("TG"), "watch"),
        "with a transfer today": (_held_and_transferred, "this_shift"),
    },
    "non_association_on_wing": {
        "on another landing": (kept_apart(), "this_shift"),
        "on the same landing": (kept_apart(is_on_landing=True), "act_now"),
        "on the same landing, only the cell barred": (kept_apart(is_on_landing=True, restriction="CELL"), "this_shift"),
        "in the same cell, the cell barred": (
            kept_apart(is_on_landing=True, is_in_cell=True, restriction="CELL"),
            "act_now",
        ),
        "on the wing, the wing barred": (kept_apart(restriction="WING"), "act_now"),
        "both listed for one place and time": (kept_apart(meets_at=NOW + timedelta(hours=2)), "act_now"),
        "with somebody whose details are withheld": (kept_apart(other_name=None, other_place=None), "this_shift"),
        "on the same landing, restriction unknown": (kept_apart(is_on_landing=True, restriction=""), "act_now"),
    },
    "conflict_on_wing": {"with the marker": (marked("RCON"), "this_shift")},
    "cell_missing": {
        "on a landing": (person(place=LANDING, cell_others=None), "this_shift"),
        "nowhere": (person(place=None, cell_others=None), "this_shift"),
        "in or out not recorded": (person(place=None, is_in=False, cell_others=None), "this_shift"),
    },
    "recent_incident": {
        "last night": (in_incident(11), "this_shift"),
        "two days ago": (in_incident(47), "watch"),
        "72 hours ago to the second": (in_incident(72), "watch"),
        "at a default date, known just now": (in_incident(1, is_reliable=False), "this_shift"),
        "at a default date, reported two days ago": (in_incident(1, is_reliable=False, reported=47), "watch"),
    },
}
DOES_NOT_FIRE: Mapping[str, Mapping[str, PersonFacts]] = {
    "care_plan_open": {
        "nothing": person(),
        "closed long ago": marked("HA2"),
        "from tomorrow": marked("HA", on=date(2026, 7, 25)),
    },
    "care_plan_post_closure": {"the plan is still open": marked("HA")},
    "controlled_unlock": {"another security marker": marked("XTACT")},
    "cell_sharing_high": {
        "a standard rating": person(cell_others=1),
        "a high one that nobody approved": person(cell_sharing=HIGH_UNAPPROVED, cell_others=1),
    },
    "cell_mate_high": {
        "with a mate of standard risk": beside(STANDARD),
        "with one nobody assessed": beside(None),
        "with one whose high rating nobody approved": beside(HIGH_UNAPPROVED),
        "alone": person(cell_sharing=HIGH),
    },
    "cell_sharing_unassessed": {
        "alone and long in custody": person(cell_sharing=None),
        "assessed": begun(11, cell_others=1),
        "a default date does not make one new": person(
            cell_sharing=None, begun=When(at=NOW, on=TODAY, is_reliable=False)
        ),
    },
    "arson": {"nothing": person()},
    "escape_marker": {"at court without a marker": engaged(_COURT)},
    "first_days": {
        "a default date": person(begun=When(at=NOW, on=TODAY, is_reliable=False)),
        "after three days": begun(72),
        "a date in the future": begun(-1),
    },
    "court_today": {
        "cancelled": engaged(_COURT, status="CANC"),
        "done": engaged(_COURT, status="COMP"),
        "tomorrow": engaged(_COURT, day=date(2026, 7, 25)),
        "over": engaged(_COURT, starts_at=NOW - timedelta(hours=2), ends_at=NOW - timedelta(hours=1)),
    },
    "visit_today": {
        "cancelled": engaged(_VISIT, status="CANC"),
        "over": engaged(_VISIT, starts_at=NOW - timedelta(hours=7), ends_at=NOW - timedelta(hours=7)),
    },
    "outside_appointment_today": {
        "denied": engaged(_OUTSIDE, status="DEN"),
        "inside": engaged(EngagementKind.APPOINTMENT),
    },
    "out_now": {"in": person(), "no cell recorded, but in": person(place=None, cell_others=None)},
    "release_soon": {
        "past": released("confirmed", date(2026, 7, 23)),
        "later": released("automatic", date(2026, 8, 1)),
        "confirmed for later, although one date is near": released(
            "confirmed", date(2026, 9, 1), ("conditional", date(2026, 7, 27))
        ),
        "none": person(),
    },
    "hold": {"transferred without a hold": engaged(_TRANSFER)},
    "non_association_on_wing": {"on another wing": kept_apart(is_on_unit=False)},
    "conflict_on_wing": {"nothing": person()},
    "cell_missing": {"in a cell": person(), "out": replace(away(is_in_hospital=False), place=None, cell_others=None)},
    "recent_incident": {
        "older than 72 hours": in_incident(72.1),
        "in the future": in_incident(-1),
        "a default date, reported four days ago": in_incident(1, is_reliable=False, reported=96),
        "a default date, known here for four days": in_incident(1, is_reliable=False, known=96),
    },
}
