"""GeoJSON (RFC 7946), in and out.

Positions are longitude, latitude in WGS 84; `crs` of the older draft is not taken. Rings are wound by the right-hand
rule on reading, so that what is written is what was read.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import cast

from watchroom.sources.codecs.answering import answer
from watchroom.sources.codecs.contract import Codec, Kind, Limits, Object, Table
from watchroom.sources.codecs.geometry import Shapes
from watchroom.sources.codecs.json_text import Members, Number, as_json, parsed
from watchroom.sources.codecs.keys import key_of
from watchroom.sources.codecs.part import Part, Reading
from watchroom.sources.codecs.refusal import RefusalError
from watchroom.sources.faults import FaultCode

_SHAPES = {
    *("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"),
}
_NOTHING_KEPT = ("crs",)

TABLES = {
    "FEATURE": Table(
        row="a feature, or a shape that stands alone",
        columns={
            "ID": "`id`",
            "ID_KIND": "`string` or `number`",
            "GEOMETRY": "`geometry` as GeoJSON text, where it is sound",
            "GEOMETRY_UNSOUND": "`geometry` as it was sent, where it is not",
            "BBOX": "`bbox` as JSON text, where it is sound",
        },
    ),
    "FEATURE_PROPERTY": Table(
        row="a member of a feature's `properties`",
        columns={
            "FEATURE_KEY": "`OBJECT_KEY` of the feature",
            "NAME": "its name",
            "VALUE": "its value, or JSON text where it is an object or a list",
            "KIND": "`string`, `number`, `boolean` or `json`",
        },
    ),
}


def _read(content: bytes, limits: Limits, reading: Reading) -> None:
    value = parsed(content, limits)
    kind = value.get("type") if isinstance(value, Members) else None
    shapes = Shapes(reading)
    if kind == "FeatureCollection":
        whole = reading.part(value, place="", path="collection")
        whole.ignore("type", *_NOTHING_KEPT)
        bounds(whole)
        for number, one in enumerate(whole.parts("features")):
            _feature(one, shapes, number)
    elif kind == "Feature":
        _feature(reading.part(value, place="", path="feature"), shapes, 0)
    elif isinstance(kind, str) and kind in _SHAPES:
        wrapped = Members([("type", "Feature"), ("geometry", value), ("properties", None)])
        _feature(reading.part(wrapped, place="", path="feature"), shapes, 0)
    else:
        message = "the message is no feature, no collection of them and no shape; send it to the codec of its standard"
        raise RefusalError(FaultCode.NOT_THIS_STANDARD, message)


def _feature(feature: Part, shapes: Shapes, number: int) -> None:
    feature.ignore(*_NOTHING_KEPT)
    if feature.text("type") != "Feature":
        message = "here a feature is due; what stands here was left out"
        feature.leave_out(FaultCode.ELEMENT_NOT_UNDERSTOOD, message, name="type")
        return
    given = feature.value("id")
    identifier = feature.text("id")
    kind = None if identifier is None else "number" if isinstance(given, Number) else "string"
    if isinstance(given, bool):
        feature.fault(FaultCode.ELEMENT_UNREADABLE, "an id is a text or a number; it was not taken", name="id")
        identifier = kind = None
    # A feature without an id is known by where it stands, which is all that there is.
    key = key_of(kind, identifier) if identifier is not None else key_of("place", str(number))
    values = {"ID": identifier, "ID_KIND": kind, "BBOX": bounds(feature)} | located(feature, shapes)
    if feature.reading.add(Object(table="FEATURE", key=key, place=feature.place, values=values)):
        _properties(feature, key)


def located(feature: Part, shapes: Shapes) -> dict[str, str | None]:
    """`GEOMETRY` and `GEOMETRY_UNSOUND` of a feature; both empty: it has none."""
    value = feature.value("geometry")
    if value is None:
        return {}
    sound = shapes.checked(value, place=feature.at("geometry"))
    return {"GEOMETRY": sound} if sound is not None else {"GEOMETRY_UNSOUND": feature.json("geometry")}


def bounds(part: Part) -> str | None:
    """`bbox` as JSON text; None: there is none, or it is unsound, which is a fault."""
    value = part.value("bbox")
    if value is None:
        return None
    items = cast("list[object]", value) if isinstance(value, list) else []
    numbers = [float(one) for one in items if isinstance(one, Number) and len(one) <= 40]
    half = len(items) // 2
    is_sound = len(items) in (4, 6) and len(numbers) == len(items)
    if is_sound:
        # West may be east of the antimeridian; south is never north.
        is_sound = all(-180 <= numbers[at] <= 180 for at in (0, half)) and -90 <= numbers[1] <= numbers[half + 1] <= 90
    if not is_sound:
        message = "the bounding box is not west, south, east, north in degrees; it was not taken"
        part.fault(FaultCode.BAD_GEOMETRY, message, name="bbox")
        return None
    return part.json("bbox")


def _properties(feature: Part, key: str) -> None:
    if not feature.has("properties"):
        feature.ignore("properties")
        return
    properties = feature.part("properties")
    for name in properties.names:
        value = properties.value(name)
        kind = "boolean" if isinstance(value, bool) else "number" if isinstance(value, Number) else "string"
        if isinstance(value, dict | list):
            kind, text = "json", properties.json(name)
        else:
            text = properties.text(name)
        if text is None:
            continue
        row = {"FEATURE_KEY": key, "NAME": name, "VALUE": text, "KIND": kind}
        place = properties.at(name)
        properties.reading.add(Object(table="FEATURE_PROPERTY", key=key_of(key, name), place=place, values=row))


def write(objects: Sequence[Object]) -> bytes:
    """A collection of the features; what a shape that was unsound looked like is not written."""
    properties: dict[str | None, list[Mapping[str, str | None]]] = {}
    for one in objects:
        if one.table == "FEATURE_PROPERTY":
            properties.setdefault(one.values.get("FEATURE_KEY"), []).append(one.values)
    features = [_text(one.values, properties.get(one.key, ())) for one in objects if one.table == "FEATURE"]
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'.encode()


def _text(values: Mapping[str, str | None], properties: Iterable[Mapping[str, str | None]]) -> str:
    said = {str(one["NAME"]): _value(one.get("VALUE"), one.get("KIND")) for one in properties}
    members = {"type": '"Feature"'}
    if values.get("ID") is not None:
        members["id"] = _value(values["ID"], values.get("ID_KIND"))
    if values.get("BBOX") is not None:
        members["bbox"] = str(values["BBOX"])
    members["geometry"] = values.get("GEOMETRY") or "null"
    members["properties"] = "{" + ",".join(f"{as_json(name)}:{text}" for name, text in said.items()) + "}"
    return "{" + ",".join(f"{as_json(name)}:{text}" for name, text in members.items()) + "}"


def _value(text: str | None, kind: str | None) -> str:
    return as_json(text) if kind == "string" or text is None else text


CODEC = Codec(
    name="geojson",
    title="GeoJSON (RFC 7946)",
    media_types=("application/geo+json",),
    kind=Kind.SNAPSHOT,
    tables=TABLES,
    lossy=(
        ("crs", "RFC 7946 has WGS 84 only; a `crs` of the older draft is not taken"),
        ("feature.properties.*", "a member that is null or an empty text counts as not there"),
        ("geometry.coordinates", "rings are turned to the right-hand rule; the shape is the same"),
        ("collection.bbox", "checked and not kept: it follows from the features"),
    ),
    reads=partial(answer, read=_read),
    writes=write,
)
