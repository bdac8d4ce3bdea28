"""Who moves within a prison, and cells that go out of use and come back."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from watchroom.demo.world.county import Use
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_custody import CellChanged, CellClosed, CellOpened, Why
from watchroom.demo.world.happenings_regime import NoteWritten, Topic
from watchroom.demo.world.prisons import rates
from watchroom.demo.world.prisons.places import Cell
from watchroom.demo.world.prisons.state import Held, House
from watchroom.demo.world.prisons.work import Work, chosen, wing_of

_APART = (Use.SEGREGATION, Use.HEALTHCARE)
_CLOSED_FOR = ("damage", "work", "damp", "staff")
_HOURS = (14.0, 15.7)


def cells(work: Work, house: House) -> Iterator[Happening]:
    """Cells that come back into use this morning, and empty or damaged ones that go out of it."""
    stream = work.stream("cells", house.code)
    back = [path for path, until in house.closed.items() if until <= work.on]
    for path, at in zip(back, work.hours(stream, len(back), between=(11.5, 12.0)), strict=True):
        yield work.take(CellOpened(at=at, prison=house.code, cell=path))
    number = work.daily(stream, house, per_hundred=rates.CELLS_CLOSED)
    for at in work.hours(stream, number, between=(15.75, 15.88)):
        cell = house.cells[house.paths[int(stream.random() * len(house.paths))]]
        if cell.lives or not cell.is_open:
            cell = next((one for one in house.cells.values() if not one.lives and one.is_open), cell)
        if cell.lives or not cell.is_open or not cell.is_left(at):
            continue
        house.closed[cell.path] = work.on + timedelta(days=1 + round(stream.expovariate(1 / rates.CELL_DAYS)))
        why = chosen(stream, _CLOSED_FOR, (0.5, 0.3, 0.1, 0.1))
        yield work.take(CellClosed(at=at, prison=house.code, cell=cell.path, why=why))


def moves(work: Work, house: House) -> Iterator[Happening]:
    """Who moves after noon: from the first nights to a wing, back from separation, and for other reasons."""
    stream = work.stream("moves", house.code)
    going: list[tuple[Held, Why]] = []
    for life in house.roll:
        held = work.estate.held[life]
        if held.is_cast or life in work.busy or not held.is_in:
            continue
        use = work.estate.cell(held.cell).use
        if use is Use.FIRST_NIGHT and (work.on - held.since).days >= 1 + int(stream.random() < 0.4):
            going.append((held, Why.INDUCTED))
        elif held.is_high and len(work.estate.cell(held.cell).lives) > 1:
            going.append((held, Why.CONFLICT))
        elif use in _APART and (held.back_from_separation or work.on) <= work.on:
            going.append((held, Why.BACK))
    for _ in range(work.daily(stream, house, per_hundred=rates.CELL_MOVES)):
        held = work.somebody(house, stream)
        if held is None or work.estate.cell(held.cell).use in (*_APART, Use.FIRST_NIGHT):
            continue
        why = chosen(stream, (Why.LOCATION, Why.CONFLICT, Why.HEALTH), (0.8, 0.15, 0.05))
        if held.life not in {one.life for one, _ in going}:
            going.append((held, why))
    for (held, why), at in zip(going, work.hours(stream, len(going), between=_HOURS), strict=True):
        yield from _moved(work, house, stream, move=(held, why), at=at)


def _moved(work: Work, house: House, stream: Random, *, move: tuple[Held, Why], at: datetime) -> Iterator[Happening]:
    held, why = move
    if why is Why.HEALTH:
        cell = _empty(house, Use.HEALTHCARE, at=at)
        if cell is None:
            return
        held.back_from_separation = work.on + timedelta(days=stream.randrange(2, 10))
    else:
        cell, orders = work.place(house, held, at=at)
        if orders or (why is Why.INDUCTED and cell.use is Use.FIRST_NIGHT):
            return
    from_cell = held.cell
    yield work.take(CellChanged(at=at, life=held.life, prison=house.code, from_cell=from_cell, cell=cell.path, why=why))
    if stream.random() < 0.3:
        yield NoteWritten(
            at=at + timedelta(minutes=stream.randrange(10, 300)),
            life=held.life,
            prison=house.code,
            about=at,
            topic=Topic.INDUCTION if why is Why.INDUCTED else Topic.MOVE,
            staff=work.officer(wing_of(cell.path), stream),
        )


def separated(work: Work, house: House, wanted: list[tuple[Held, float]]) -> Iterator[Happening]:
    """Those who go to care and separation at lock-up, as far as there is room, each at an hour; in order of these."""
    stream = work.stream("separated", house.code, len(wanted))
    for held, hour in sorted(wanted, key=lambda one: one[1]):
        at = work.at(hour)
        cell = _empty(house, Use.SEGREGATION, at=at)
        if cell is None or held.life not in work.estate.held or not held.is_in:
            continue
        if work.estate.cell(held.cell).use in _APART:
            continue
        from_cell = held.cell
        held.back_from_separation = work.on + timedelta(days=stream.randrange(2, 12))
        yield work.take(
            CellChanged(
                at=at, life=held.life, prison=house.code, from_cell=from_cell, cell=cell.path, why=Why.SEPARATED
            )
        )


def _empty(house: House, use: Use, *, at: datetime) -> Cell | None:
    cells = house.by_use.get(use, ())
    return next((cell for cell in cells if cell.is_open and not cell.lives and cell.is_left(at)), None)
