"""The county's incidents for partners: a snapshot of those that run, as GeoJSON, and nothing of any person.

In the form of the major incidents that the NSW Rural Fire Service publishes: state by how far one is fought, an
alert level, and the council area. What is closed stands for some hours more, as such lists have it.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchroom.demo.world.county_time import ZONE
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_streets import (
    Agency,
    IncidentClosed,
    IncidentNoted,
    IncidentOpened,
    Note,
    OfIncident,
    UnitMoved,
    UnitState,
)
from watchroom.demo.writers.written import Written

MEDIA_TYPE = "application/geo+json"
_TYPES: dict[Agency, dict[str, str]] = {
    Agency.FIRE: {
        "dwelling_fire": "Structure Fire",
        "building_fire": "Structure Fire",
        "chimney_fire": "Structure Fire",
        "vehicle_fire": "Vehicle/Equipment Fire",
        "secondary_fire": "Grass Fire",
        "road_collision": "MVA/Transport",
        "flooding": "Flood/Storm/Tree Down",
        "water_rescue": "Flood/Storm/Tree Down",
        "substance": "HAZMAT",
        "alarm_automatic": "Fire Alarm",
        "good_intent": "Fire Alarm",
        "entry": "Assist Other Agency",
        "other_help": "Assist Other Agency",
        "lift": "Other",
        "animal": "Other",
    },
    # Of the others only what partners on the roads need.
    Agency.POLICE: {"collision": "MVA/Transport", "obstruction": "Other"},
    Agency.AMBULANCE: {"traffic": "MVA/Transport"},
}
_OWNERS = {
    Agency.FIRE: "Orrinshire Fire and Rescue Service",
    Agency.POLICE: "Orrinshire Police",
    Agency.AMBULANCE: "Orrinshire Ambulance Service",
}
_AFTER = timedelta(hours=3)


@dataclass(slots=True, kw_only=True)
class _Running:
    """One that runs."""

    number: int
    opened: IncidentOpened
    updated: datetime
    closed: datetime | None = None
    status: str = "Out of control"


class IncidentsFeed:
    """The feed of one county."""

    def __init__(self, county: int) -> None:
        """A feed in which nothing runs yet, of the county of that number."""
        self._county, self._number = county, 300_000 + 100_000 * county
        self._running: dict[str, _Running] = {}

    def hear(self, one: Happening) -> None:
        """Take in what happened; what is no incident that partners are told is nothing."""
        if not isinstance(one, OfIncident):
            return
        room, key = one.case.room, one.case.incident
        if room.county != self._county:
            return
        if isinstance(one, IncidentOpened):
            if one.kind in _TYPES[room.agency]:
                self._number += 1
                self._running[key] = _Running(number=self._number, opened=one, updated=one.at)
        elif key in self._running:
            running = self._running[key]
            running.updated = one.at
            if isinstance(one, IncidentClosed):
                running.closed, running.status = one.at, "Under control"
            elif isinstance(one, IncidentNoted) and one.note is Note.UNDER_CONTROL:
                running.status = "Under control"
            elif isinstance(one, UnitMoved) and one.state is UnitState.ON_SCENE and running.status == "Out of control":
                running.status = "Being controlled"

    def snapshot(self, at: datetime) -> Written:
        """What the address answers at an instant."""
        for key in [key for key, one in self._running.items() if one.closed and one.closed + _AFTER <= at]:
            del self._running[key]
        shown = {"type": "FeatureCollection", "features": [_feature(one) for one in self._running.values()]}
        return Written(at=at, content=json.dumps(shown, separators=(",", ":")).encode(), media_type=MEDIA_TYPE)


def _feature(one: _Running) -> dict[str, object]:
    spot, agency = one.opened.spot, one.opened.case.room.agency
    kind = _TYPES[agency][one.opened.kind]
    return {
        "type": "Feature",
        "id": one.number,
        "geometry": {"type": "Point", "coordinates": [spot.point.longitude, spot.point.latitude]},
        "properties": {
            "alert-level": "Advice" if one.opened.kind in ("building_fire", "substance") else "Not Applicable",
            "council-area": "Orrinshire",
            "fire": "Fire" in kind,
            "guid": f"https://incidents.orrinshire.example/{one.number}",
            # To the street and no nearer: anybody may read this.
            "location": f"{spot.street}, {spot.town}",
            "pub-date": _local(one.opened.at),
            "responsible-agency": _OWNERS[agency],
            "size": 0,
            "status": one.status,
            "title": f"{spot.street}, {spot.town}",
            "type": kind,
            "updated": _local(one.updated),
        },
    }


def _local(at: datetime) -> str:
    return at.astimezone(ZONE).isoformat(timespec="seconds")
