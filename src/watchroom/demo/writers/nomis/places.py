"""AGENCY_LOCATIONS, AGENCY_INTERNAL_LOCATIONS, IEP_LEVELS and STAFF_MEMBERS."""

from collections.abc import Iterable
from datetime import date

from watchroom.demo.world.county import COURTS, HOSPITALS, Prison, Use
from watchroom.demo.world.names import BACKGROUNDS
from watchroom.demo.world.prisons.leaving import AFAR
from watchroom.demo.world.prisons.places import Cell, cells_of
from watchroom.demo.world.prisons.staff import Staff
from watchroom.demo.writers.nomis.book import Book

_UNIT = {Use.SEGREGATION: "SEG", Use.HEALTHCARE: "HC"}
_ROOMS = (
    ("VISITS", "VISIT", "Visits hall"),
    ("MED", "MEDI", "Healthcare"),
    ("EDUC", "CLAS", "Education"),
    ("CHAP", "FAIT", "Chapel"),
    ("ADJ", "ADJU", "Adjudication room"),
)
_OF_A_PRISON = 10_000


def write_places(book: Book, prisons: Iterable[Prison]) -> None:
    """Write every agency, and every place of the prisons."""
    _agency(book, "OUT", "OUTSIDE", kind="OUT", is_active=False)
    _agency(book, "TRN", "TRANSFER", kind="TRN")
    for court in COURTS:
        _agency(book, court.code, court.name, kind="CRT")
    for hospital in HOSPITALS:
        _agency(book, hospital.code, hospital.name, kind="HSHOSP")
    for code, name in AFAR:
        _agency(book, code, name, kind="INST")
    for number, prison in enumerate(prisons):
        _agency(book, prison.code, prison.name, kind="INST")
        _inside(book, prison, first=(number + 1) * _OF_A_PRISON)
        for level in ("BAS", "STD", "ENH"):
            book.put("IEP_LEVELS", IEP_LEVEL=level, AGY_LOC_ID=prison.code, ACTIVE_FLAG="Y", DEFAULT_FLAG="N")
        _staff(book, prison, number)


def _agency(book: Book, code: str, name: str, *, kind: str, is_active: bool = True) -> None:
    book.put(
        "AGENCY_LOCATIONS",
        AGY_LOC_ID=code,
        DESCRIPTION=name.upper(),
        AGENCY_LOCATION_TYPE=kind,
        ACTIVE_FLAG="Y" if is_active else "N",
        LONG_DESCRIPTION=name,
    )


def _inside(book: Book, prison: Prison, *, first: int) -> None:
    number = first
    for code, kind, name in _ROOMS:
        number += 1
        path = f"{prison.code}-{code}"
        book.locations[path] = number
        book.put(
            "AGENCY_INTERNAL_LOCATIONS",
            INTERNAL_LOCATION_ID=number,
            INTERNAL_LOCATION_CODE=code,
            INTERNAL_LOCATION_TYPE=kind,
            AGY_LOC_ID=prison.code,
            CERTIFIED_FLAG="N",
            DESCRIPTION=path,
            USER_DESC=name,
            ACTIVE_FLAG="Y",
        )
    for wing in prison.wings:
        path = f"{prison.code}-{wing.code}"
        unit = _UNIT.get(wing.use, "NA")
        _above(book, path, kind="WING", unit=unit, capacity=wing.most)
        for landing in range(1, wing.landings + 1):
            _above(book, f"{path}-{landing}", kind="LAND", unit=unit, capacity=wing.cells * wing.beds)
    for cell in cells_of(prison):
        write_cell(book, cell)


def _above(book: Book, path: str, *, kind: str, unit: str, capacity: int) -> None:
    prison, code = path.split("-", 1)[0], path.rsplit("-", 1)[1]
    book.put(
        "AGENCY_INTERNAL_LOCATIONS",
        INTERNAL_LOCATION_ID=_number(book, path),
        INTERNAL_LOCATION_CODE=code,
        INTERNAL_LOCATION_TYPE=kind,
        AGY_LOC_ID=prison,
        UNIT_TYPE=unit,
        CERTIFIED_FLAG="Y",
        CAPACITY=capacity,
        OPERATION_CAPACITY=capacity,
        DESCRIPTION=path,
        PARENT_INTERNAL_LOCATION_ID=book.locations.get(path.rsplit("-", 1)[0], ""),
        USER_DESC=f"{'Wing' if kind == 'WING' else 'Landing'} {code}",
        ACTIVE_FLAG="Y",
    )


def _number(book: Book, path: str) -> int:
    found = book.locations.get(path)
    if found is None:
        prison = tuple(book.prisons).index(path.split("-", 1)[0])
        inside = book.number(f"places of {prison}") - 1_000_000
        found = book.locations[path] = (prison + 1) * _OF_A_PRISON + 100 + inside
    return found


def write_cell(book: Book, cell: Cell, *, closed: tuple[date, str] | None = None) -> None:
    """Write a cell as it is.

    Args:
        book: the tables.
        cell: it.
        closed: the day from which it is out of use, and the code of why; None: it is in use.
    """
    book.put(
        "AGENCY_INTERNAL_LOCATIONS",
        INTERNAL_LOCATION_ID=_number(book, cell.path),
        INTERNAL_LOCATION_CODE=cell.path.rsplit("-", 1)[1],
        INTERNAL_LOCATION_TYPE="CELL",
        AGY_LOC_ID=cell.prison,
        UNIT_TYPE=_UNIT.get(cell.use, "NA"),
        CERTIFIED_FLAG="Y",
        CAPACITY=cell.beds + cell.extra,
        OPERATION_CAPACITY=cell.beds + cell.extra,
        DESCRIPTION=cell.path,
        PARENT_INTERNAL_LOCATION_ID=book.locations[cell.path.rsplit("-", 1)[0]],
        ACTIVE_FLAG="Y" if closed is None else "N",
        DEACTIVATE_DATE="" if closed is None else closed[0].isoformat(),
        DEACTIVATE_REASON_CODE="" if closed is None else closed[1],
    )


def _staff(book: Book, prison: Prison, number: int) -> None:
    stream = book.stream("staff", prison.code)
    english = BACKGROUNDS[0]
    for officer in Staff(prison, number=number).officers:
        sex = stream.choice("MMF")
        book.put(
            "STAFF_MEMBERS",
            STAFF_ID=officer.number,
            ASSIGNED_CASELOAD_ID=prison.code,
            WORKING_CASELOAD_ID=prison.code,
            LAST_NAME=stream.choice(english.families).upper(),
            FIRST_NAME=stream.choice(english.women if sex == "F" else english.men).upper(),
            STATUS="ACTIVE",
            SEX_CODE=sex,
        )
