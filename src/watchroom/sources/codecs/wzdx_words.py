"""The words of WZDx 4.x: members and the columns that they go into."""

from collections.abc import Mapping

from watchroom.sources.codecs.contract import Table


def _upper(*names: str) -> dict[str, str]:
    return {name: name.upper() for name in names}


FEED_TEXTS: Mapping[str, str] = _upper("publisher", "update_frequency")
SOURCE_TEXTS: Mapping[str, str] = _upper(
    "data_source_id", "organization_name", "update_frequency", "lrs_type", "lrs_url", "location_verify_method"
)
CORE_TEXTS: Mapping[str, str] = _upper("data_source_id", "direction", "name", "description")
CORE_TIMES: Mapping[str, str] = _upper("creation_date", "update_date")
CORE_LISTS: Mapping[str, str] = _upper("road_names")
ZONE_TEXTS: Mapping[str, str] = _upper(
    *("event_status", "work_zone_type", "vehicle_impact", "location_method"),
    *("beginning_cross_street", "ending_cross_street", "beginning_milepost", "ending_milepost"),
    *("is_start_position_verified", "is_end_position_verified", "is_start_date_verified", "is_end_date_verified"),
    *("beginning_accuracy", "ending_accuracy", "start_date_accuracy", "end_date_accuracy"),
    "reduced_speed_limit_kph",
)
ZONE_TIMES: Mapping[str, str] = _upper("start_date", "end_date")
# Kept as JSON text: lists of objects, few and of many forms.
WHOLE: Mapping[str, str] = _upper(
    *(
        "types_of_work",
        "worker_presence",
        "restrictions",
        "relationship",
        "related_road_events",
        "impacted_cds_curb_zones",
    ),
)
LANE_TEXTS: Mapping[str, str] = _upper("order", "type", "status", "lane_number")

_PLACE = {
    "BBOX": "`bbox` as JSON text",
    "GEOMETRY": "`geometry` as GeoJSON text, where it is sound",
    "GEOMETRY_UNSOUND": "`geometry` as it was sent, where it is not",
}


def _columns(*members: Mapping[str, str], note: str = "") -> dict[str, str]:
    return {column: f"`{name}`{note}" for one in members for name, column in one.items()}


TABLES: Mapping[str, Table] = {
    "FEED": Table(
        row="the feed itself",
        columns={**_columns(FEED_TEXTS), "VERSION": "`version`", "UPDATE_DATE": "`update_date`"},
    ),
    "FEED_SOURCE": Table(
        row="a `data_sources` of the feed", columns={**_columns(SOURCE_TEXTS), "UPDATE_DATE": "`update_date`"}
    ),
    "WORK_ZONE": Table(
        row="a work zone or a detour",
        columns={
            "ID": "`id`",
            "EVENT_TYPE": "`event_type`",
            **_columns(CORE_TEXTS, CORE_TIMES),
            **_columns(CORE_LISTS, note=", a JSON list"),
            **_columns(ZONE_TEXTS, ZONE_TIMES),
            **_columns(WHOLE, note=" as JSON text"),
            **_PLACE,
        },
    ),
    "WORK_ZONE_LANE": Table(
        row="a lane of a work zone",
        columns={
            "ZONE_KEY": "`OBJECT_KEY` of the zone",
            "NUMBER": "its place among the lanes, from 1",
            **_columns(LANE_TEXTS),
            "RESTRICTIONS": "`restrictions` as JSON text",
        },
    ),
    "FIELD_DEVICE": Table(
        row="a device on the road",
        columns={
            "ID": "`id`",
            "DEVICE_TYPE": "`device_type`",
            "DEVICE_STATUS": "`device_status`",
            "STATUS_MESSAGES": "`status_messages`, a JSON list",
            **_columns(CORE_TEXTS, CORE_TIMES),
            **_columns(CORE_LISTS, note=", a JSON list"),
            "ROAD_DIRECTION": "`road_direction`",
            "HAS_AUTOMATIC_LOCATION": "`has_automatic_location`",
            "IS_MOVING": "`is_moving`",
            "MILEPOST": "`milepost`",
            "DETAILS": "what its type has of its own, as JSON text",
            **_PLACE,
        },
    ),
}
