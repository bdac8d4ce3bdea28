"""Where in the county something happens: a street of a town, or a point of a road."""

from bisect import bisect
from itertools import accumulate
from math import cos, hypot, pi, radians, sin
from random import Random

from watchroom.demo.world.county import ROADS, STREETS, TOWNS, Point, Road, Town
from watchroom.demo.world.happenings_streets import Spot

RESIDENTS = sum(town.residents for town in TOWNS)
KILOMETRES = 111.2  # of a degree of latitude
_ACROSS = KILOMETRES * cos(radians(54.7))
_TOWNS = tuple(accumulate(town.residents for town in TOWNS))
BY_NAME = {town.name: town for town in TOWNS}
_ROADS_AT = {
    town.name: tuple(
        road for road in ROADS if town.name in road.name or (town.name, road.code) == ("Orrinmouth", "A906")
    )
    for town in TOWNS
}


def drawn_town(stream: Random) -> Town:
    """A town, each as often as its residents are many."""
    return TOWNS[bisect(_TOWNS, stream.random() * RESIDENTS)]


def drawn_spot(stream: Random, town: Town, *, on_road: bool = False) -> Spot:
    """A place in a town, or on a road of it."""
    if on_road:
        road = stream.choice(_ROADS_AT[town.name])
        point, near = point_on(road, stream.random())
        return Spot(town=near, street=road.code, house="", point=point, road=road.code)
    away, way = town.radius * stream.random() ** 0.7, 2 * pi * stream.random()
    point = Point(
        latitude=round(town.centre.latitude + away * sin(way) / KILOMETRES, 5),
        longitude=round(town.centre.longitude + away * cos(way) / _ACROSS, 5),
    )
    return Spot(
        town=town.name,
        street=STREETS[int(stream.random() * len(STREETS))],
        house=str(1 + int(stream.random() * 139)),
        point=point,
    )


def point_on(road: Road, along: float) -> tuple[Point, str]:
    """The point at a share of a road, and the name of the nearest town."""
    legs = len(road.line) - 1
    leg = min(int(along * legs), legs - 1)
    rest = along * legs - leg
    first, last = road.line[leg], road.line[leg + 1]
    point = Point(
        latitude=round(first.latitude + (last.latitude - first.latitude) * rest, 5),
        longitude=round(first.longitude + (last.longitude - first.longitude) * rest, 5),
    )
    return point, min(TOWNS, key=lambda town: kilometres(town.centre, point)).name


def kilometres(first: Point, last: Point) -> float:
    """How far two points of the county are from each other."""
    return hypot((first.latitude - last.latitude) * KILOMETRES, (first.longitude - last.longitude) * _ACROSS)
