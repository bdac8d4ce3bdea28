"""WZDx 4.x work zones and field devices, in: a snapshot of what is published now.

Source: Work Zone Data Exchange 4.2, feeds `WorkZoneFeed` and `DeviceFeed`. Of 4.0 and 4.1 what they share is read.
"""

from functools import partial

from watchroom.sources.codecs.answering import answer
from watchroom.sources.codecs.contract import Codec, Kind, Limits, Object
from watchroom.sources.codecs.geojson import bounds, located
from watchroom.sources.codecs.geometry import Shapes
from watchroom.sources.codecs.instants import instant, order
from watchroom.sources.codecs.json_text import Members, as_json, parsed
from watchroom.sources.codecs.keys import key_of
from watchroom.sources.codecs.part import Part, Reading
from watchroom.sources.codecs.refusal import RefusalError
from watchroom.sources.codecs.wzdx_words import (
    CORE_LISTS,
    CORE_TEXTS,
    CORE_TIMES,
    FEED_TEXTS,
    LANE_TEXTS,
    SOURCE_TEXTS,
    TABLES,
    WHOLE,
    ZONE_TEXTS,
    ZONE_TIMES,
)
from watchroom.sources.faults import FaultCode

# Of versions before 4, and of the successor standard, whose words differ.
_OTHER_VERSIONS = ("road_event_feed_info", "feedInfo")


def _read(content: bytes, limits: Limits, reading: Reading) -> None:
    value = parsed(content, limits)
    if not isinstance(value, Members) or value.get("type") != "FeatureCollection":
        message = "the message is no feed of work zones or devices; send it to the codec of its standard"
        raise RefusalError(FaultCode.NOT_THIS_STANDARD, message)
    feed = reading.part(value, place="", path="feed")
    info = feed.part("feed_info")
    version = info.text("version")
    if version is None or not version.startswith("4."):
        message = "the feed is not of version 4 of WZDx, whose words are others; ask for version 4"
        place = next((name for name in _OTHER_VERSIONS if feed.has(name)), "feed_info.version")
        raise RefusalError(FaultCode.NOT_THIS_STANDARD, message, place=place)
    feed.ignore("type")
    bounds(feed)
    _feed(info, version)
    shapes = Shapes(reading)
    for feature in feed.parts("features"):
        feature.path_is("feature")
        _feature(feature, shapes)


def _feed(info: Part, version: str) -> None:
    values = {column: info.text(name) for name, column in FEED_TEXTS.items()}
    values |= {"VERSION": version, "UPDATE_DATE": instant(info, "update_date")}
    info.ignore("contact_name", "contact_email", "license", "$schema")
    info.reading.add(Object(table="FEED", key=key_of(values["PUBLISHER"]), place=info.place, values=values))
    for source in info.parts("data_sources"):
        source.ignore("contact_name", "contact_email")
        said = {column: source.text(name) for name, column in SOURCE_TEXTS.items()}
        said["UPDATE_DATE"] = instant(source, "update_date")
        key = said["DATA_SOURCE_ID"]
        if key is None:
            source.fault(FaultCode.ELEMENT_MISSING, "a source is known by it; it was left out", name="data_source_id")
        else:
            source.reading.add(Object(table="FEED_SOURCE", key=key, place=source.place, values=said))


def _feature(feature: Part, shapes: Shapes) -> None:
    feature.ignore("type")
    identifier = feature.text("id")
    properties = feature.part("properties")
    core = properties.part("core_details")
    values: dict[str, str | None] = {"ID": identifier, "BBOX": bounds(feature), **located(feature, shapes)}
    values |= {column: core.text(name) for name, column in CORE_TEXTS.items()}
    values |= {column: instant(core, name) for name, column in CORE_TIMES.items()}
    for name, column in CORE_LISTS.items():
        several = core.texts(name)
        values[column] = as_json(list(several)) if several else None
    is_device = core.has("device_type")
    kind = core.text("event_type")
    if identifier is None or not (is_device or kind):
        message = "a feature is known by its id and type; it was left out"
        feature.leave_out(FaultCode.ELEMENT_MISSING, message, name="id" if identifier is None else "properties")
        properties.ignore(*properties.names)
        core.ignore(*core.names)
        return
    if is_device:
        _device(feature, properties, core, values=values)
    else:
        _zone(feature, properties, core, values=values)


def _device(feature: Part, properties: Part, core: Part, *, values: dict[str, str | None]) -> None:
    values["DEVICE_TYPE"] = core.text("device_type")
    said = core.texts("status_messages")
    values |= {
        "DEVICE_STATUS": core.text("device_status"),
        "STATUS_MESSAGES": as_json(list(said)) if said else None,
        "ROAD_DIRECTION": core.text("road_direction"),
        "HAS_AUTOMATIC_LOCATION": core.text("has_automatic_location"),
        "IS_MOVING": core.text("is_moving"),
        "MILEPOST": core.text("milepost"),
    }
    details = Members((name, properties.value(name)) for name in properties.names if name != "core_details")
    values["DETAILS"] = as_json(details) if details else None
    place = feature.place
    feature.reading.add(Object(table="FIELD_DEVICE", key=str(values["ID"]), place=place, values=values))


def _zone(feature: Part, properties: Part, core: Part, *, values: dict[str, str | None]) -> None:
    values["EVENT_TYPE"] = core.text("event_type")
    values |= {column: properties.text(name) for name, column in ZONE_TEXTS.items()}
    values |= {column: instant(properties, name) for name, column in ZONE_TIMES.items()}
    for name, column in WHOLE.items():
        holder = core if core.has(name) else properties
        values[column] = holder.json(name) if holder.has(name) else None
    start, end = order(values["START_DATE"]), order(values["END_DATE"])
    if start is not None and end is not None and end < start:
        message = "it ends before it starts; both are kept"
        properties.fault(FaultCode.VALUES_DISAGREE, message, name="end_date")
    key = str(values["ID"])
    if feature.reading.add(Object(table="WORK_ZONE", key=key, place=feature.place, values=values)):
        for number, lane in enumerate(properties.parts("lanes"), start=1):
            said = {column: lane.text(name) for name, column in LANE_TEXTS.items()}
            said["RESTRICTIONS"] = lane.json("restrictions") if lane.has("restrictions") else None
            said |= {"ZONE_KEY": key, "NUMBER": str(number)}
            row = Object(table="WORK_ZONE_LANE", key=key_of(key, str(number)), place=lane.place, values=said)
            lane.reading.add(row)


CODEC = Codec(
    name="wzdx",
    title="WZDx 4.x",
    media_types=("application/vnd.wzdx+geo+json",),
    kind=Kind.SNAPSHOT,
    tables=TABLES,
    lossy=(
        ("feed_info.contact_name, feed_info.contact_email", "of people who run the feed; also of its sources"),
        ("feed_info.license", "WZDx feeds are CC0 by their standard"),
        ("feature.geometry.coordinates", "rings are turned to the right-hand rule; the shape is the same"),
    ),
    reads=partial(answer, read=_read),
)
