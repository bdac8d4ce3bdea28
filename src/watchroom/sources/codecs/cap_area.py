"""Areas of CAP alerts: polygons and circles of latitude, longitude."""

from collections.abc import Sequence

from watchroom.sources.codecs.geometry import Shapes, Unsound, number
from watchroom.sources.codecs.json_text import Members, as_json
from watchroom.sources.codecs.part import Part
from watchroom.sources.faults import FaultCode

_EXCLUDES = "EXCLUDE_POLYGON"


def area_values(area: Part, shapes: Shapes, codes: Sequence[str]) -> dict[str, str | None]:
    """The columns of `ALERT_AREA` but its keys.

    Args:
        area: the element.
        shapes: which checks them.
        codes: names of its `geocode`s.
    """
    polygons, unsound = _polygons(area, shapes)
    circles = _circles(area, shapes, unsound)
    if _EXCLUDES in codes:
        message = "a code says that the area has holes, which are not taken; the area is smaller than its shape"
        area.fault(FaultCode.ELEMENT_NOT_UNDERSTOOD, message, name="geocode")
    return {
        "AREA_DESC": area.text("areaDesc"),
        "GEOMETRY": _joined(polygons),
        "GEOMETRY_UNSOUND": as_json(unsound) if unsound else None,
        "CIRCLES": as_json(circles) if circles else None,
        "ALTITUDE": area.text("altitude"),
        "CEILING": area.text("ceiling"),
        "LOCATED_BY": "shape" if polygons or circles else "code" if codes else "words",
    }


def _polygons(area: Part, shapes: Shapes) -> tuple[list[str], list[str]]:
    """Coordinates of the sound ones as JSON text, and the text of the others."""
    sound: list[str] = []
    unsound: list[str] = []
    for one in area.all("polygon"):
        if one.value == "":
            message = "a polygon without points was left out"
            area.reading.fault(FaultCode.MENDED_GEOMETRY, message, place=one.place)
            continue
        text = one.value if isinstance(one.value, str) else as_json(one.value)
        try:
            ring: object = [_position(pair) for pair in text.split()]
        except Unsound:
            ring = None
        checked = shapes.checked(Members([("type", "Polygon"), ("coordinates", [ring])]), place=one.place)
        if checked is None:
            unsound.append(text)
        else:
            sound.append(checked.removeprefix('{"type":"Polygon","coordinates":').removesuffix("}"))
    return sound, unsound


def _joined(polygons: Sequence[str]) -> str | None:
    if not polygons:
        return None
    if len(polygons) == 1:
        return f'{{"type":"Polygon","coordinates":{polygons[0]}}}'
    return f'{{"type":"MultiPolygon","coordinates":[{",".join(polygons)}]}}'


def _circles(area: Part, shapes: Shapes, unsound: list[str]) -> list[object]:
    """The sound ones; the text of the others is added to `unsound`."""
    sound: list[object] = []
    for one in area.all("circle"):
        text = one.value if isinstance(one.value, str) else as_json(one.value)
        centre, _, radius = text.strip().partition(" ")
        try:
            position, length = _position(centre), number(radius)
        except Unsound:
            message = "the circle is not `latitude,longitude radius`; it is kept as it was sent"
            area.reading.fault(FaultCode.BAD_GEOMETRY, message, place=one.place)
            unsound.append(text)
            continue
        if shapes.checked(Members([("type", "Point"), ("coordinates", position)]), place=one.place) is None:
            unsound.append(text)
        else:
            sound.append([*position, length])
    return sound


def _position(pair: str) -> list[object]:
    latitude, comma, longitude = pair.partition(",")
    if not comma:
        raise Unsound("a position is not `latitude,longitude`")
    return [number(longitude), number(latitude)]
