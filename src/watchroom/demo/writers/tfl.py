"""The road control centre's disruptions, in the form in which TfL publishes those of London: all that stands."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchroom.demo.world.county import ROADS, Point
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_roads import (
    Extent,
    Impact,
    OfRoad,
    RoadChanged,
    RoadCleared,
    RoadDisrupted,
    Stretch,
    Trouble,
    WorksBegun,
    WorksEnded,
    WorksPlanned,
)
from watchroom.demo.writers.written import Written

MEDIA_TYPE = "application/json"
_TYPE = "Tfl.Api.Presentation.Entities.{0}, Tfl.Api.Presentation.Entities"
_SEVERITIES = ("Minimal", "Moderate", "Serious", "Severe")
_KINDS = {
    Trouble.COLLISION: ("Collisions", "Vehicle collision"),
    Trouble.BREAKDOWN: ("Traffic Incidents", "Broken down vehicle"),
    Trouble.OBSTRUCTION: ("Hazards", "Obstruction"),
    Trouble.FIRE: ("Hazards", "Fire"),
    Trouble.FLOOD: ("Hazards", "Flood"),
    Trouble.CONGESTION: ("Traffic Volume", "Congestion"),
    Trouble.EVENT: ("Special and Planned Events", "Planned event"),
}
_LANES = {
    Extent.NONE: ("all lanes are open", "traffic is passing"),
    Extent.LANE: ("one lane is blocked", "a lane is closed"),
    Extent.CLOSED: ("the road is closed", "the road is blocked and police are diverting traffic"),
}
_NOW = ("Traffic is flowing well.", "Delays are possible.", "Traffic is slow on approach.", "Expect long delays.")
_IMPACTS = {
    Impact.CLOSED: (Extent.CLOSED, 3, "the road is closed"),
    Impact.LANES: (Extent.LANE, 2, "lane closures are in place"),
    Impact.SIGNALS: (Extent.LANE, 2, "temporary signals are in operation"),
    Impact.OPEN: (Extent.NONE, 1, "all lanes are open; the verge is in use"),
}
_NAMES = {road.code: road.name for road in ROADS}
# Works are shown this long before they begin, and what is over for an hour after it.
_AHEAD, _AFTER = timedelta(days=180), timedelta(hours=1)


@dataclass(slots=True, kw_only=True)
class _Disruption:
    """One as the board has it."""

    number: int
    stretch: Stretch
    kind: tuple[str, str]
    extent: Extent
    severity: int
    direction: str
    comments: str
    update: str
    starts: datetime
    ends: datetime | None
    modified: datetime
    is_planned: bool
    has_begun: bool
    line: tuple[Point, ...]
    cleared: datetime | None = None


class RoadBoard:
    """The board of one county: it hears what happens on its roads and shows what stands."""

    def __init__(self, county: int) -> None:
        """A board that knows of nothing yet, of the county of that number."""
        self._county, self._number = county, 200_000
        self._standing: dict[str, _Disruption] = {}

    def hear(self, one: Happening) -> None:
        """Take in what happened; what is of no road, or of another county's, is nothing."""
        if not isinstance(one, OfRoad) or one.stretch.county != self._county:
            return
        known = self._standing.get(one.stretch.key)
        if isinstance(one, RoadDisrupted):
            self._number += 1
            self._standing[one.stretch.key] = _disruption(one, self._number)
        elif isinstance(one, WorksPlanned):
            if known is None:
                self._number += 1
            self._standing[one.stretch.key] = _works(one, self._number if known is None else known.number)
        elif known is None:
            return
        elif isinstance(one, RoadChanged):
            known.extent, known.severity, known.modified = one.extent, one.severity, one.at
            known.update = _now(one.severity)
        elif isinstance(one, WorksBegun):
            known.has_begun, known.modified = True, one.at
        elif isinstance(one, RoadCleared | WorksEnded):
            known.cleared = known.modified = known.ends = one.at

    def snapshot(self, at: datetime) -> Written:
        """What the address answers at an instant; what is over for an hour is gone from then on."""
        gone = [key for key, one in self._standing.items() if one.cleared is not None and one.cleared + _AFTER <= at]
        for key in gone:
            del self._standing[key]
        shown = [one for one in self._standing.values() if one.starts <= at + _AHEAD]
        shown.sort(key=lambda one: (-one.severity, one.number))
        content = json.dumps([_shown(one, place) for place, one in enumerate(shown)], separators=(",", ":"))
        return Written(at=at, content=content.encode(), media_type=MEDIA_TYPE)


def _disruption(one: RoadDisrupted, number: int) -> _Disruption:
    kind, lanes = _KINDS[one.trouble], _LANES[one.extent]
    road = f"[{one.stretch.road}] {_NAMES[one.stretch.road]}"
    said = lanes[one.words % len(lanes)]
    what = kind[1].lower()
    a = "an" if what[0] in "aeiou" else "a"
    comments = f"{road} ({one.direction}) near {one.stretch.town} - {said} due to {a} {what}. "
    if one.trouble is Trouble.CONGESTION:
        comments = f"{road} ({one.direction}) towards {one.stretch.town} - slow moving traffic. "
    return _Disruption(
        number=number,
        stretch=one.stretch,
        kind=kind,
        extent=one.extent,
        severity=one.severity,
        direction=one.direction,
        comments=comments,
        update=_now(one.severity),
        starts=one.at,
        ends=one.until,
        modified=one.at,
        is_planned=False,
        has_begun=True,
        line=(),
    )


def _works(one: WorksPlanned, number: int) -> _Disruption:
    extent, severity, said = _IMPACTS[one.impact]
    road = f"[{one.stretch.road}] {_NAMES[one.stretch.road]}"
    nights = " between 20:00 and 06:00" if one.nights else ""
    utility = "Utility works" if one.promoter != "Orrinshire County Council" else "Highway works"
    return _Disruption(
        number=number,
        stretch=one.stretch,
        kind=("Works", utility),
        extent=extent,
        severity=severity,
        direction="Both directions",
        comments=f"{road} (Both directions) near {one.stretch.town} - {said}{nights} for {one.promoter}: {one.what}. ",
        update=_now(severity),
        starts=one.begins,
        ends=one.ends,
        modified=one.at,
        is_planned=True,
        has_begun=one.at >= one.begins,
        line=one.line,
    )


def _now(severity: int) -> str:
    return _NOW[severity - 1]


def _shown(one: _Disruption, place: int) -> dict[str, object]:
    point, identifier = one.stretch.point, f"ORCC-{one.number}"
    crs = {"type": "name", "properties": {"name": "EPSG:4326"}}
    shown: dict[str, object] = {
        "$type": _TYPE.format("RoadDisruption"),
        "id": identifier,
        "url": f"/Road/All/Disruption/{identifier}",
        "point": f"[{point.longitude},{point.latitude}]",
        "severity": _SEVERITIES[one.severity - 1],
        "ordinal": place,
        "category": one.kind[0],
        "subCategory": one.kind[1],
        "comments": one.comments,
        "currentUpdate": "" if one.is_planned and not one.has_begun else one.update,
        "currentUpdateDateTime": _utc(one.modified),
        "corridorIds": [one.stretch.road.lower()],
        "startDateTime": _utc(one.starts),
        "lastModifiedTime": _utc(one.modified),
        "levelOfInterest": ("Low", "Medium", "High", "High")[one.severity - 1],
        "location": f"[{one.stretch.road}] {_NAMES[one.stretch.road].upper()} ({one.stretch.town})",
        "status": _status(one),
        "geography": {"type": "Point", "coordinates": [point.longitude, point.latitude], "crs": crs},
        "isProvisional": one.is_planned and not one.has_begun,
        "hasClosures": one.extent is Extent.CLOSED,
        "roadDisruptionLines": [],
        "roadDisruptionImpactAreas": [],
        "recurringSchedules": [],
    }
    if one.ends is not None:
        shown["endDateTime"] = _utc(one.ends)
    if one.line:
        shown["streets"] = [_street(one)]
    return shown


def _street(one: _Disruption) -> dict[str, object]:
    line = ",".join(f"[{point.longitude},{point.latitude}]" for point in one.line)
    return {
        "$type": _TYPE.format("Street"),
        "name": f"[{one.stretch.road}] {_NAMES[one.stretch.road].upper()}",
        "closure": "Closed" if one.extent is Extent.CLOSED else "Open",
        "directions": one.direction,
        "segments": [
            {
                "$type": _TYPE.format("StreetSegment"),
                "toid": f"9{one.number:015d}",
                "lineString": f"[{line}]",
                "sourceSystemId": one.number,
                "sourceSystemKey": "ORCC",
            }
        ],
        "sourceSystemId": one.number,
        "sourceSystemKey": "ORCC",
    }


def _status(one: _Disruption) -> str:
    if one.cleared is not None:
        return "Recently Cleared"
    return "Active" if one.has_begun else "Scheduled"


def _utc(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
