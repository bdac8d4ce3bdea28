"""Road disruptions of Transport for London's Unified API, in: a snapshot of what is reported now.

Positions are JSON within a string, longitude first. Closures are said twice and the two may disagree; both are kept.
"""

from functools import partial
from typing import cast

from watchroom.sources.codecs.answering import answer
from watchroom.sources.codecs.contract import Codec, Kind, Limits, Object, Table
from watchroom.sources.codecs.geometry import Shapes
from watchroom.sources.codecs.instants import instant, order
from watchroom.sources.codecs.json_text import Members, as_json, parsed
from watchroom.sources.codecs.keys import key_of
from watchroom.sources.codecs.part import Part, Reading
from watchroom.sources.codecs.refusal import RefusalError
from watchroom.sources.faults import FaultCode

_TEXTS = {
    "url": "URL",
    "severity": "SEVERITY",
    "ordinal": "ORDINAL",
    "category": "CATEGORY",
    "subCategory": "SUB_CATEGORY",
    "comments": "COMMENTS",
    "currentUpdate": "CURRENT_UPDATE",
    "levelOfInterest": "LEVEL_OF_INTEREST",
    "location": "LOCATION",
    "status": "STATUS",
    "linkText": "LINK_TEXT",
    "linkUrl": "LINK_URL",
    "timeFrame": "TIME_FRAME",
    "isProvisional": "IS_PROVISIONAL",
    "hasClosures": "HAS_CLOSURES",
}
_TIMES = {
    "currentUpdateDateTime": "CURRENT_UPDATE_AT",
    "startDateTime": "STARTS_AT",
    "endDateTime": "ENDS_AT",
    "lastModifiedTime": "LAST_MODIFIED_AT",
    "publishStartDate": "PUBLISHED_FROM",
    "publishEndDate": "PUBLISHED_UNTIL",
}
_UNKEPT = ("$type", "roadProject", "roadDisruptionLines", "roadDisruptionImpactAreas", "geometry")

TABLES = {
    "ROAD_DISRUPTION": Table(
        row="a disruption that is reported now",
        columns={
            "ID": "`id`",
            **{column: f"`{name}`" for name, column in {**_TEXTS, **_TIMES}.items()},
            "CORRIDOR_IDS": "`corridorIds`, a JSON list",
            "GEOMETRY": "`geography`, or `point` where there is none, as GeoJSON text",
            "GEOMETRY_UNSOUND": "the same as it was sent, where it is not sound",
            "RECURRING_SCHEDULES": "`recurringSchedules` as JSON text",
        },
    ),
    "ROAD_DISRUPTION_STREET": Table(
        row="a street of a disruption",
        columns={
            "DISRUPTION_KEY": "`OBJECT_KEY` of the disruption",
            "NUMBER": "its place among the streets, from 1",
            "NAME": "`name`",
            "CLOSURE": "`closure`",
            "DIRECTIONS": "`directions`",
            "SOURCE_SYSTEM_ID": "`sourceSystemId`",
            "SOURCE_SYSTEM_KEY": "`sourceSystemKey`",
            "TOIDS": "`segments.toid`, a JSON list",
            "GEOMETRY": "the sound lines of `segments.lineString` as GeoJSON text",
        },
    ),
}


def _read(content: bytes, limits: Limits, reading: Reading) -> None:
    value = parsed(content, limits)
    if not isinstance(value, list):
        message = "the message is no list of disruptions (it may be an error of the service); ask for it again"
        raise RefusalError(FaultCode.NOT_THIS_STANDARD, message)
    shapes = Shapes(reading)
    listed = Members([("disruptions", cast("list[object]", value))])
    for one in reading.part(listed, place="", path="").parts("disruptions"):
        one.path_is("disruption")
        _disruption(one, shapes)


def _disruption(one: Part, shapes: Shapes) -> None:
    identifier = one.text("id")
    values = {column: one.text(name) for name, column in _TEXTS.items()}
    values |= {column: instant(one, name, needs_zone=False) for name, column in _TIMES.items()}
    several = one.texts("corridorIds")
    values |= {"ID": identifier, "CORRIDOR_IDS": as_json(list(several)) if several else None, **_place(one, shapes)}
    values["RECURRING_SCHEDULES"] = one.json("recurringSchedules") if one.value("recurringSchedules") else None
    for name in _UNKEPT:
        # What is empty says nothing; what is not is named as lost.
        if one.peek(name) in (None, [], "") or name in ("$type", "geometry"):
            one.ignore(name)
    if identifier is None:
        one.leave_out(FaultCode.ELEMENT_MISSING, "a disruption is known by it; it was left out", name="id")
        one.ignore("streets")
        return
    _check_times(one, values)
    if one.reading.add(Object(table="ROAD_DISRUPTION", key=identifier, place=one.place, values=values)):
        streets = enumerate(one.parts("streets"), start=1)
        closures = [_street(street, shapes, disruption=identifier, number=number) for number, street in streets]
        if values["HAS_CLOSURES"] == "false" and "Closed" in closures:
            message = "it says that nothing is closed, and names a street that is; both are kept"
            one.fault(FaultCode.VALUES_DISAGREE, message, name="hasClosures")


def _check_times(one: Part, values: dict[str, str | None]) -> None:
    start, end = order(values["STARTS_AT"]), order(values["ENDS_AT"])
    if start is not None and end is not None and end < start:
        one.fault(FaultCode.VALUES_DISAGREE, "it ends before it starts; both are kept", name="endDateTime")


def _place(one: Part, shapes: Shapes) -> dict[str, str | None]:
    geography, point = one.value("geography"), one.text("point")
    if isinstance(geography, Members):
        # The service still sends the `crs` of an older draft.
        plain = Members((name, value) for name, value in geography.items() if name != "crs")
        sound = shapes.checked(plain, place=one.at("geography"))
        return {"GEOMETRY": sound} if sound else {"GEOMETRY_UNSOUND": one.json("geography")}
    if point is None:
        return {}
    sound = _shape("Point", point, shapes, place=one.at("point"))
    return {"GEOMETRY": sound} if sound else {"GEOMETRY_UNSOUND": point}


def _shape(kind: str, text: str, shapes: Shapes, *, place: str) -> str | None:
    """The shape of coordinates that are JSON within a string."""
    try:
        coordinates = parsed(text.encode("utf-8"), Limits(depth=4, elements=100_000))
    except RefusalError:
        coordinates = None
    return shapes.checked(Members([("type", kind), ("coordinates", coordinates)]), place=place)


def _street(street: Part, shapes: Shapes, *, disruption: str, number: int) -> str | None:
    """Whether it is closed, as the source says it."""
    street.ignore("$type")
    toids: list[str] = []
    lines: list[str] = []
    for segment in street.parts("segments"):
        segment.ignore("$type", "sourceSystemId", "sourceSystemKey")
        toids += segment.texts("toid")
        line = segment.text("lineString")
        sound = _shape("LineString", line, shapes, place=segment.at("lineString")) if line else None
        if sound is not None:
            lines.append(sound.removeprefix('{"type":"LineString","coordinates":').removesuffix("}"))
    values = {
        "DISRUPTION_KEY": disruption,
        "NUMBER": str(number),
        "NAME": street.text("name"),
        "CLOSURE": street.text("closure"),
        "DIRECTIONS": street.text("directions"),
        "SOURCE_SYSTEM_ID": street.text("sourceSystemId"),
        "SOURCE_SYSTEM_KEY": street.text("sourceSystemKey"),
        "TOIDS": as_json(toids) if toids else None,
        "GEOMETRY": f'{{"type":"MultiLineString","coordinates":[{",".join(lines)}]}}' if lines else None,
    }
    key = key_of(disruption, str(number))
    street.reading.add(Object(table="ROAD_DISRUPTION_STREET", key=key, place=street.place, values=values))
    return values["CLOSURE"]


CODEC = Codec(
    name="tfl-disruption",
    title="TfL Unified API, road disruptions",
    media_types=("application/vnd.tfl.road-disruption+json",),
    kind=Kind.SNAPSHOT,
    tables=TABLES,
    lossy=(
        ("disruption.$type, streets.$type", "of the service's own machinery"),
        ("disruption.point", "where `geography` says the same"),
        ("disruption.geometry", "the whole works area, drawn anew with each pull; `geography` locates it"),
        ("streets.segments.sourceSystemId", "that of the street"),
    ),
    reads=partial(answer, read=_read),
)
