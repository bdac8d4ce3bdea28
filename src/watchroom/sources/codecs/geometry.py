"""Shapes of GeoJSON (RFC 7946): WGS 84, longitude before latitude, rings closed and wound; checked, never guessed.

What can be mended without a doubt is mended and said (a ring that is not closed); what cannot is a fault, and the
codec keeps it as it was sent in a column of its own.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import cast

from watchroom.sources.codecs.crossing import Budget, crosses_itself
from watchroom.sources.codecs.json_text import Members, Number, as_json
from watchroom.sources.codecs.part import Reading
from watchroom.sources.faults import FaultCode

# Within it lies the United Kingdom: west, south, east, north.
UNITED_KINGDOM = (-9.0, 49.0, 3.0, 61.5)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,15})(?:\.\d{1,40})?(?:[eE][+-]?\d{1,3})?")
_GEOMETRIES_AT_MOST = 1000
Position = list[Number]


class Unsound(Exception):  # noqa: N818  it is caught where it can be said at which place
    """What is wrong with a shape."""


class Shapes:
    """Checks the shapes of one message; how much work that may be is bounded for all of them together."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._budget = Budget()

    def checked(self, value: object, *, place: str) -> str | None:
        """The shape as GeoJSON text, its rings closed and wound; None and a fault: it is unsound."""
        try:
            shape = self._shape(value, place, depth=0)
        except Unsound as unsound:
            message = f"{unsound}; the shape is kept as it was sent, and nothing is located by it"
            self._reading.fault(FaultCode.BAD_GEOMETRY, message, place=place)
            return None
        if any(_is_swapped(one) for one in positions(shape)):
            message = "points lie in the United Kingdom only if latitude and longitude change places; check the order"
            self._reading.fault(FaultCode.SWAPPED_AXES, message, place=place)
        return as_json(shape)

    def _shape(self, value: object, place: str, depth: int) -> Members:
        if not isinstance(value, Members):
            raise Unsound("the shape is no object")
        kind = value.get("type")
        if kind == "GeometryCollection":
            members = value.get("geometries")
            if depth or not isinstance(members, list) or len(cast("list[object]", members)) > _GEOMETRIES_AT_MOST:
                raise Unsound("the collection lies in another, has no list of shapes, or too many")
            inner = [self._shape(one, place, depth + 1) for one in cast("list[object]", members)]
            return Members([("type", kind), ("geometries", inner)])
        for name in set(value) - {"type", "coordinates", "bbox"}:
            # A coordinate system beside WGS 84 is obsolete, and what else stands here has no meaning.
            self._reading.lose(f"geometry.{name if name == 'crs' else '(a name)'}")
        return Members([("type", kind), ("coordinates", self._coordinates(kind, value.get("coordinates"), place))])

    def _coordinates(self, kind: object, value: object, place: str) -> object:
        match kind:
            case "Point":
                return _position(value)
            case "MultiPoint":
                return [_position(one) for one in _items(value)]
            case "LineString":
                return self._line(value)
            case "MultiLineString":
                return [self._line(one) for one in _items(value)]
            case "Polygon":
                return self._polygon(value, place)
            case "MultiPolygon":
                return [self._polygon(one, place) for one in _items(value)]
            case _:
                raise Unsound("the shape is of no type that GeoJSON has")

    def _line(self, value: object) -> list[Position]:
        points = [_position(one) for one in _items(value)]
        if len(points) < 2:
            raise Unsound("a line has fewer than two points")
        return points

    def _polygon(self, value: object, place: str) -> list[list[Position]]:
        rings = [self._ring(one, place, is_hole=index > 0) for index, one in enumerate(_items(value))]
        if not rings:
            raise Unsound("a polygon has no ring")
        return rings

    def _ring(self, value: object, place: str, *, is_hole: bool) -> list[Position]:
        points = [_position(one) for one in _items(value)]
        if points and as_floats(points[0]) != as_floats(points[-1]):
            points.append(points[0])
            message = "a ring did not end where it began; it was closed"
            self._reading.fault(FaultCode.MENDED_GEOMETRY, message, place=place)
        if len(points) < 4:
            raise Unsound("a ring has fewer than four points, the last being the first")
        flat = [as_floats(point) for point in points]
        crosses = crosses_itself(flat, self._budget)
        if crosses is None:
            message = "so many points cannot be checked for rings that cross themselves; this one was not"
            self._reading.fault(FaultCode.MENDED_GEOMETRY, message, place=place)
        if crosses:
            raise Unsound("a ring crosses or touches itself")
        return points if (_area(flat) < 0) == is_hole else points[::-1]


def number(text: str) -> Number:
    """Digits of other standards as a number of JSON.

    Raises:
        Unsound: they are none.
    """
    text = text.strip().removeprefix("+")
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, point, fraction = digits.partition(".")
    digits = (whole.lstrip("0") or "0") + (f".{fraction}" if point and fraction else "")
    if not _NUMBER.fullmatch(sign + digits) or not (whole or fraction):
        raise Unsound("a coordinate is no number")
    return Number(sign + digits)


def positions(shape: object) -> Iterator[tuple[float, float]]:
    """Every point of a sound shape, longitude first."""
    if isinstance(shape, Members):
        yield from positions(shape.get("coordinates", shape.get("geometries")))
    elif isinstance(shape, list):
        items = cast("list[object]", shape)
        if items and isinstance(items[0], Number):
            yield as_floats(cast("Position", items))
        else:
            for one in items:
                yield from positions(one)


def as_floats(position: Sequence[str]) -> tuple[float, float]:
    """Longitude and latitude of a sound position."""
    return float(position[0]), float(position[1])


def _items(value: object) -> list[object]:
    if not isinstance(value, list):
        raise Unsound("coordinates are not lists of the depth that the type needs")
    return cast("list[object]", value)


def _position(value: object) -> Position:
    items = _items(value)
    if not 2 <= len(items) <= 3:
        raise Unsound("a position has not two or three numbers")
    if not all(isinstance(one, Number) and _NUMBER.fullmatch(one) for one in items):
        raise Unsound("a coordinate is no number")
    position = cast("Position", items)
    longitude, latitude = as_floats(position)
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise Unsound("a position lies outside the world (longitude comes first, in degrees)")
    return position


def _area(ring: Sequence[tuple[float, float]]) -> float:
    """Twice the area within the ring, negative when it runs clockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))


def _is_swapped(position: tuple[float, float]) -> bool:
    return not _is_within(position) and _is_within((position[1], position[0]))


def _is_within(position: tuple[float, float]) -> bool:
    west, south, east, north = UNITED_KINGDOM
    return west <= position[0] <= east and south <= position[1] <= north
