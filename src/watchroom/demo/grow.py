"""Grows the extract: the same tables and codes for as many people as asked, for benchmarks and load tests.

Every grown establishment has wings of sixty single cells on three landings. Names are drawn from those of the
extract's own fictional people. The same seed gives the same bytes. Rates are round numbers chosen to exercise
each rule of the briefing, not estimates of any prison: nothing about a real population follows from them.
"""

import csv
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase

from watchroom.demo.grown_people import (
    CELLS_PER_LANDING,
    FIRST_ID,
    PEOPLE_PER_ESTABLISHMENT,
    PEOPLE_PER_WING,
    Growth,
    write_person,
)
from watchroom.demo.source_tables import SourceTables

# What grows; every other table of the extract that carries codes is copied, and the rest is left out.
_GROWN = (
    "AGENCY_INTERNAL_LOCATIONS",
    "BED_ASSIGNMENT_HISTORIES",
    "COURT_EVENTS",
    "OFFENDERS",
    "OFFENDER_ALERTS",
    "OFFENDER_ASSESSMENTS",
    "OFFENDER_BOOKINGS",
    "OFFENDER_CASE_NOTES",
    "OFFENDER_EXTERNAL_MOVEMENTS",
    "OFFENDER_HEALTH_PROBLEMS",
    "OFFENDER_IDENTIFIERS",
    "OFFENDER_IEP_LEVELS",
    "OFFENDER_IND_SCHEDULES",
    "OFFENDER_KEY_WORKERS",
    "OFFENDER_SENT_CALCULATIONS",
    "OFFENDER_VISITS",
)


def grow(base: Path, target: Path, growth: Growth) -> None:
    """Write into the folder `target` an extract of `growth.people` people, in the form of the extract `base`."""
    target.mkdir(parents=True, exist_ok=True)
    people_tables = {table.stem for table in base.glob("*.csv") if _holds_people(table)}
    for table in sorted(base.glob("*.csv")):
        if table.stem in _GROWN:
            continue
        if table.stem in people_tables:
            header = table.read_text(encoding="utf-8").split("\n", 1)[0]
            (target / table.name).write_text(header + "\n", encoding="utf-8")
        else:
            shutil.copyfile(table, target / table.name)
    names = _names(base)
    with ExitStack() as stack:
        tables = SourceTables(base, target, stack)
        establishments = -(-growth.people // PEOPLE_PER_ESTABLISHMENT)
        codes = _establishment_codes(establishments)
        _write_establishments(tables, codes)
        for number in range(growth.people):
            write_person(tables, number, codes=codes, names=names, growth=growth)
    _add_agencies(target / "AGENCY_LOCATIONS.csv", codes)


def wing_of(number: int, codes: list[str]) -> tuple[str, str, str]:
    """Establishment, wing path and cell path of the person with that running number."""
    establishment = codes[number // PEOPLE_PER_ESTABLISHMENT]
    within = number % PEOPLE_PER_ESTABLISHMENT
    wing = ascii_uppercase[within // PEOPLE_PER_WING]
    place = within % PEOPLE_PER_WING
    landing, cell = place // CELLS_PER_LANDING + 1, place % CELLS_PER_LANDING + 1
    return establishment, f"{establishment}-{wing}", f"{establishment}-{wing}-{landing}-{cell:03d}"


def _establishment_codes(count: int) -> list[str]:
    return ["LEI", *(f"G{number:02d}" for number in range(1, count))]


def _holds_people(table: Path) -> bool:
    header = table.read_text(encoding="utf-8").split("\n", 1)[0]
    return any(column in header.split(",") for column in ("OFFENDER_BOOK_ID", "OFFENDER_ID", "INCIDENT_CASE_ID"))


def _names(base: Path) -> tuple[list[str], list[str]]:
    with (base / "OFFENDERS.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return sorted({row["LAST_NAME"] for row in rows}), sorted({row["FIRST_NAME"] for row in rows})


def _add_agencies(file: Path, codes: list[str]) -> None:
    with file.open(encoding="utf-8", newline="") as stream:
        header = next(csv.reader(stream))
    with file.open("a", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header, restval="", lineterminator="\n")
        for code in codes[1:]:
            writer.writerow(
                {"AGY_LOC_ID": code, "DESCRIPTION": f"GROWN {code}", "AGENCY_LOCATION_TYPE": "INST", "ACTIVE_FLAG": "Y"}
            )


def _write_establishments(tables: SourceTables, codes: list[str]) -> None:
    wings = PEOPLE_PER_ESTABLISHMENT // PEOPLE_PER_WING
    for establishment_number, code in enumerate(codes):
        for wing_number in range(wings):
            _write_wing(
                tables, code, ascii_uppercase[wing_number], FIRST_ID * (establishment_number + 1) + wing_number * 1000
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """One place: its number and path, of which kind, in which place, for how many people."""

    number: int
    path: str
    kind: str
    parent: int | str
    capacity: int


def _write_wing(tables: SourceTables, establishment: str, wing: str, first: int) -> None:
    path = f"{establishment}-{wing}"
    _write_place(tables, _Place(number=first, path=path, kind="WING", parent="", capacity=PEOPLE_PER_WING))
    for landing in (1, 2, 3):
        number = first + landing
        on_landing = f"{path}-{landing}"
        _write_place(
            tables, _Place(number=number, path=on_landing, kind="LAND", parent=first, capacity=CELLS_PER_LANDING)
        )
        for cell in range(1, CELLS_PER_LANDING + 1):
            cell_number = first + landing * 100 + cell
            cell_path = f"{on_landing}-{cell:03d}"
            _write_place(tables, _Place(number=cell_number, path=cell_path, kind="CELL", parent=number, capacity=1))


def _write_place(tables: SourceTables, place: _Place) -> None:
    tables.add(
        "AGENCY_INTERNAL_LOCATIONS",
        INTERNAL_LOCATION_ID=place.number,
        INTERNAL_LOCATION_CODE=place.path.rsplit("-", 1)[1],
        INTERNAL_LOCATION_TYPE=place.kind,
        AGY_LOC_ID=place.path.split("-", 1)[0],
        UNIT_TYPE="NA",
        CERTIFIED_FLAG="Y",
        CAPACITY=place.capacity,
        OPERATION_CAPACITY=place.capacity,
        DESCRIPTION=place.path,
        PARENT_INTERNAL_LOCATION_ID=place.parent,
        ACTIVE_FLAG="Y",
    )


def posts(growth: Growth) -> Iterator[str]:
    """The wings of a grown extract, in order."""
    codes = _establishment_codes(-(-growth.people // PEOPLE_PER_ESTABLISHMENT))
    for number in range(0, growth.people, PEOPLE_PER_WING):
        yield wing_of(number, codes)[1]
