"""The council's planned works as a work zone feed (WZDx 4.2): all that is planned for the next months or running."""

import json
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_roads import Impact, OfRoad, WorksBegun, WorksEnded, WorksPlanned
from watchroom.demo.writers.written import Written

MEDIA_TYPE = "application/geo+json"
_IMPACTS = {
    Impact.CLOSED: "all-lanes-closed",
    Impact.LANES: "some-lanes-closed",
    Impact.SIGNALS: "temporary-traffic-signal",
    Impact.OPEN: "all-lanes-open",
}
_LANES = {
    Impact.CLOSED: ("closed", "closed"),
    Impact.LANES: ("closed", "open"),
    Impact.SIGNALS: ("closed", "alternating-flow"),
    Impact.OPEN: ("open", "open"),
}
_WORK = {
    "resurfacing": "surface-work",
    "junction works": "roadway-relocation",
    "bridge inspection": "maintenance",
}
_AHEAD = timedelta(days=90)


class WorksFeed:
    """The feed of one county: it hears of works and shows those that stand."""

    def __init__(self, county: int) -> None:
        """A feed that knows of none yet, of the county of that number."""
        self._county = county
        self._planned: dict[str, tuple[WorksPlanned, datetime, datetime | None]] = {}

    def hear(self, one: Happening) -> None:
        """Take in what happened; what is of no works, or of another county's, is nothing."""
        if not isinstance(one, OfRoad) or one.stretch.county != self._county:
            return
        key = one.stretch.key
        if isinstance(one, WorksPlanned):
            known = self._planned.get(key)
            self._planned[key] = (one, one.at if known is None else known[1], None if known is None else known[2])
        elif key in self._planned and isinstance(one, WorksBegun):
            self._planned[key] = (*self._planned[key][:2], one.at)
        elif isinstance(one, WorksEnded):
            self._planned.pop(key, None)

    def snapshot(self, at: datetime) -> Written:
        """What the address answers at an instant."""
        # Some years of works are known before they begin; those that are long over were ended, or never told of.
        features = [_feature(*known) for known in self._planned.values() if known[0].begins <= at + _AHEAD]
        feed = {
            "feed_info": {
                "publisher": "Orrinshire County Council (fictional)",
                "update_date": _utc(at),
                "update_frequency": 900,
                "version": "4.2",
                "license": "https://creativecommons.org/publicdomain/zero/1.0/",
                "data_sources": [{"data_source_id": "orcc", "organization_name": "Orrinshire street works register"}],
            },
            "type": "FeatureCollection",
            "features": features,
        }
        return Written(at=at, content=json.dumps(feed).encode(), media_type=MEDIA_TYPE)


def _feature(works: WorksPlanned, made: datetime, begun: datetime | None) -> dict[str, object]:
    first, last = works.line[0], works.line[-1]
    north, east = last.latitude - first.latitude, last.longitude - first.longitude
    way = ("northbound" if north > 0 else "southbound") if abs(north) > abs(east) else _sideways(east)
    return {
        "id": str(uuid5(NAMESPACE_URL, f"urn:orrinshire:works:{works.stretch.key}")),
        "type": "Feature",
        "properties": {
            "core_details": {
                "data_source_id": "orcc",
                "event_type": "work-zone",
                "road_names": [works.stretch.road],
                "direction": way,
                "name": f"{works.stretch.road} {works.what}",
                "description": f"{works.promoter}: {works.what}{', nights only' if works.nights else ''}",
                "creation_date": _utc(made),
                "update_date": _utc(works.at if begun is None else max(begun, works.at)),
            },
            "is_start_position_verified": False,
            "is_end_position_verified": False,
            "start_date": _utc(works.begins if begun is None else begun),
            "end_date": _utc(works.ends),
            "is_start_date_verified": begun is not None,
            "is_end_date_verified": False,
            "location_method": "other",
            "work_zone_type": "static",
            "vehicle_impact": _IMPACTS[works.impact],
            "worker_presence": {"are_workers_present": begun is not None and not works.nights, "method": "scheduled"},
            "types_of_work": [{"type_name": _WORK.get(works.what, "below-road-work")}],
            "lanes": [
                {"order": place, "status": status, "type": "general"}
                for place, status in enumerate(_LANES[works.impact], start=1)
            ],
        },
        "geometry": {
            "type": "LineString",
            "coordinates": [[point.longitude, point.latitude] for point in works.line],
        },
    }


def _sideways(east: float) -> str:
    return "eastbound" if east > 0 else "westbound"


def _utc(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
