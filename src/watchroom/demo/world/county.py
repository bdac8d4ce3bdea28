"""Orrinshire, the invented county of the example: towns, roads, and the places of its agencies.

It lies in the middle of the North Sea, so that no point of it is a real place. Every name is made up.
"""

from dataclasses import dataclass
from enum import StrEnum


class Use(StrEnum):
    """What a part of a prison is for."""

    FIRST_NIGHT = "first night"
    REMAND = "remand"
    STANDARD = "standard"
    VULNERABLE = "vulnerable people"
    SEGREGATION = "care and separation"
    HEALTHCARE = "healthcare"
    WOMEN = "women"
    YOUNG = "young adults"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place on the earth, WGS 84, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A town of the county.

    Attributes:
        name: of it.
        residents: how many live there.
        centre: its middle.
        radius: within so many kilometres most of its streets are.
        outcode: first part of its postal codes, of an area that does not exist.
    """

    name: str
    residents: int
    centre: Point
    radius: float
    outcode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wing:
    """A wing of a prison: `landings` with `cells` each, in which `beds` people can be held in a cell at most."""

    code: str
    use: Use
    landings: int
    cells: int
    beds: int = 1

    @property
    def places(self) -> int:
        """For how many people it is certified: one in a cell."""
        return self.landings * self.cells

    @property
    def most(self) -> int:
        """How many people it can hold."""
        return self.places * self.beds


@dataclass(frozen=True, slots=True, kw_only=True)
class Prison:
    """A prison: its code as the service writes it, and its wings."""

    code: str
    name: str
    town: str
    is_local: bool
    wings: tuple[Wing, ...]

    @property
    def places(self) -> int:
        """For how many people it is certified."""
        return sum(wing.places for wing in self.wings)

    @property
    def most(self) -> int:
        """How many people it can hold."""
        return sum(wing.most for wing in self.wings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place of another agency: a court, custody suite, hospital, station or control room."""

    code: str
    name: str
    town: str


def _at(latitude: float, longitude: float) -> Point:
    return Point(latitude=latitude, longitude=longitude)


TOWNS = (
    Town(name="Orrinmouth", residents=186_000, centre=_at(54.712, 2.184), radius=5.5, outcode="QO1"),
    Town(name="Hesk", residents=74_000, centre=_at(54.823, 2.421), radius=3.2, outcode="QO2"),
    Town(name="Pellmarsh", residents=52_000, centre=_at(54.604, 2.395), radius=2.8, outcode="QO3"),
    Town(name="Ostrigg", residents=31_000, centre=_at(54.866, 2.088), radius=2.2, outcode="QO4"),
    Town(name="Tarnholm", residents=19_000, centre=_at(54.561, 2.118), radius=1.8, outcode="QO5"),
    Town(name="Skarwell", residents=12_000, centre=_at(54.741, 2.602), radius=1.5, outcode="QO6"),
)


def _wings(codes: str, use: Use, *, landings: int, cells: int, beds: int = 1) -> tuple[Wing, ...]:
    return tuple(Wing(code=code, use=use, landings=landings, cells=cells, beds=beds) for code in codes)


PRISONS = (
    Prison(
        code="ORM",
        name="ORRINMOUTH (HMP)",
        town="Orrinmouth",
        is_local=True,
        wings=(
            *_wings("AB", Use.REMAND, landings=3, cells=26, beds=2),
            *_wings("CE", Use.STANDARD, landings=3, cells=26, beds=2),
            *_wings("D", Use.VULNERABLE, landings=3, cells=20, beds=2),
            *_wings("F", Use.FIRST_NIGHT, landings=2, cells=20, beds=2),
            *_wings("H", Use.HEALTHCARE, landings=1, cells=16),
            *_wings("S", Use.SEGREGATION, landings=1, cells=14),
        ),
    ),
    Prison(
        code="HSK",
        name="HESK (HMP)",
        town="Hesk",
        is_local=False,
        wings=(
            *_wings("ABCDEG", Use.STANDARD, landings=3, cells=32),
            *_wings("V", Use.VULNERABLE, landings=3, cells=30),
            *_wings("F", Use.FIRST_NIGHT, landings=1, cells=24),
            *_wings("S", Use.SEGREGATION, landings=1, cells=18),
        ),
    ),
    Prison(
        code="PLM",
        name="PELLMARSH (HMP & YOI)",
        town="Pellmarsh",
        is_local=True,
        wings=(
            *_wings("WX", Use.WOMEN, landings=3, cells=27),
            *_wings("YZ", Use.YOUNG, landings=3, cells=36),
            *_wings("F", Use.FIRST_NIGHT, landings=1, cells=20),
            *_wings("S", Use.SEGREGATION, landings=1, cells=10),
        ),
    ),
)

COURTS = (
    Site(code="ORMCC", name="Orrinmouth Crown Court", town="Orrinmouth"),
    Site(code="ORMMC", name="Orrinmouth Magistrates Court", town="Orrinmouth"),
    Site(code="HSKMC", name="Hesk Magistrates Court", town="Hesk"),
)
SUITES = (
    Site(code="OM", name="Orrinmouth custody suite", town="Orrinmouth"),
    Site(code="HK", name="Hesk custody suite", town="Hesk"),
)
HOSPITALS = (
    Site(code="ORINF", name="Orrinmouth Infirmary", town="Orrinmouth"),
    Site(code="HSKGH", name="Hesk General Hospital", town="Hesk"),
)
FIRE_STATIONS = tuple(
    Site(code=f"F{number:02d}", name=f"{town.name} fire station", town=town.name)
    for number, town in enumerate(TOWNS, start=1)
)
AMBULANCE_STATIONS = tuple(
    Site(code=f"A{number:02d}", name=f"{town.name} ambulance station", town=town.name)
    for number, town in enumerate(TOWNS[:4], start=1)
)
POLICE_STATIONS = tuple(
    Site(code=f"P{number:02d}", name=f"{town.name} police station", town=town.name)
    for number, town in enumerate(TOWNS[:5], start=1)
)
STREETS = (
    *("Anchor Street", "Barley Lane", "Canal Street", "Chandler Row", "Chapel Hill", "Cooper Street", "Cornmarket"),
    *("Dyehouse Lane", "Fleece Street", "Foundry Road", "Gasworks Road", "Granary Wharf", "Harbour Road", "Heron Way"),
    *("Jubilee Terrace", "Kiln Lane", "Lantern Street", "Larch Avenue", "Lime Grove", "Market Square", "Mill Road"),
    *(
        "Netmakers Quay",
        "New Bridge Street",
        "North Parade",
        "Orchard Close",
        "Pound Lane",
        "Priory Road",
        "Quay Street",
    ),
    *("Ropewalk", "Saltpan Road", "Station Road", "Tallow Street", "Tenter Field", "Victoria Parade", "Weaver Street"),
    *("West Dock Road", "Whitebeam Drive", "Windmill Lane", "Wool Street", "Yard End"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Road:
    """A road of the county that the road control centre watches, as a line through its points."""

    code: str
    name: str
    line: tuple[Point, ...]


def _town(name: str) -> Point:
    return next(town.centre for town in TOWNS if town.name == name)


ROADS = (
    Road(code="A901", name="Orrinmouth to Hesk", line=(_town("Orrinmouth"), _at(54.771, 2.295), _town("Hesk"))),
    Road(
        code="A902", name="Orrinmouth to Pellmarsh", line=(_town("Orrinmouth"), _at(54.655, 2.301), _town("Pellmarsh"))
    ),
    Road(code="A903", name="Orrinmouth to Ostrigg", line=(_town("Orrinmouth"), _at(54.79, 2.121), _town("Ostrigg"))),
    Road(code="A904", name="Orrinmouth to Tarnholm", line=(_town("Orrinmouth"), _at(54.633, 2.142), _town("Tarnholm"))),
    Road(code="A905", name="Hesk to Skarwell", line=(_town("Hesk"), _at(54.79, 2.533), _town("Skarwell"))),
    Road(
        code="A906",
        name="Orrinmouth ring road",
        line=(
            _at(54.73, 2.13),
            _at(54.745, 2.19),
            _at(54.72, 2.245),
            _at(54.685, 2.22),
            _at(54.69, 2.14),
            _at(54.73, 2.13),
        ),
    ),
)
