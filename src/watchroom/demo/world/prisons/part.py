"""The prisons as a part of the world: a day of all of them after the other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.county import Use
from watchroom.demo.world.happening import Day, Happening
from watchroom.demo.world.happenings_courts import SentToPrison
from watchroom.demo.world.happenings_custody import CellChanged, Died, MovedAfar, Received, Released
from watchroom.demo.world.lives import Lives
from watchroom.demo.world.prisons import coming, errands, leaving, moving, ordinary, plans, safety, violence
from watchroom.demo.world.prisons.places import County
from watchroom.demo.world.prisons.start import Beginning
from watchroom.demo.world.prisons.state import Estate, Held, House
from watchroom.demo.world.prisons.taking import Taking
from watchroom.demo.world.prisons.work import Work

_GOING = (Released, MovedAfar, Died)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What is not drawn.

    Attributes:
        cast: lives of whom a storyline decides; they take part in the ordinary day and nothing else is drawn for them.
        ordered: what happens because it is written, by day.
    """

    cast: frozenset[int] = frozenset()
    ordered: Mapping[date, Sequence[Happening]] | None = None


class Prisons:
    """The prisons of a world, from the evening before its first day."""

    def __init__(
        self, chance: Chance, lives: Lives, *, counties: Sequence[County], begins: date, written: Written | None = None
    ) -> None:
        """Prisons in the middle of their life.

        Args:
            chance: of the world.
            lives: its people.
            counties: the prisons, as `prisons_for` gives them.
            begins: the first day.
            written: the storylines' people and what happens to them; who is held at the beginning does not depend
                on it.
        """
        self._chance, self._begins = chance, begins
        self._written = written or Written()
        self.estate = Estate(counties)
        self.estate.cast = self._written.cast
        self._taking = Taking(self.estate, lives)
        past = list(Beginning(self._taking, chance, begins).past())
        past.sort(key=lambda one: one.at)
        self.past = Day(date=begins - timedelta(days=1), happenings=tuple(past))
        self.estate.deltas.clear()

    @property
    def held(self) -> Mapping[int, Held]:
        """Who is held at present, by the number of the life."""
        return self.estate.held

    def day(self, on: date, so_far: Sequence[Happening]) -> Iterator[Happening]:
        """What happens in the prisons on a day; whom the county's courts send is received that evening."""
        work = Work(self._taking, self._chance, on)
        estate = self.estate
        for one in so_far:
            if isinstance(one, SentToPrison) and one.life not in estate.held and one.life not in estate.cast:
                work.sent.setdefault(one.prison, []).append(one)
        estate.deltas.clear()
        estate.left.clear()
        before = {wing: count for house in estate.houses.values() for wing, count in house.counts.items()}
        open_before = {code: dict(house.plans) for code, house in estate.houses.items()}
        yield from self._ordered(work)
        for one in estate.to_come.pop(on, ()):
            if one.life in estate.held and one.life not in estate.cast:
                yield work.take(one)
        for county in estate.counties:
            yield from self._moving_day(work, estate.houses_of(county.number))
        yield from ordinary.due(work)
        for house in estate.houses.values():
            yield from self._ordinary_day(work, house)
            yield from plans.observations(work, house, before=open_before[house.code])
            yield from ordinary.rolls(work, house, before=before)

    def _moving_day(self, work: Work, houses: tuple[House, ...]) -> Iterator[Happening]:
        """Who goes, moves and comes, in the order of the hours, so that a cell is free before it is given."""
        day = (work.on - self._begins).days
        with_young = any(house.has_young for house in houses)
        training = next((house for house in houses if house.kind == "training"), None)
        for house in houses:
            yield from errands.court_days(work, house)
            yield from leaving.releases(work, house)
            yield from errands.hospital(work, house)
            yield from leaving.drafts(work, house)
        for house in houses:
            if training is not None and house.kind == "local":
                yield from leaving.onwards(work, house, training)
        for house in houses:
            yield from violence.violence(work, house, between=violence.MORNING)
            yield from moving.moves(work, house)
            yield from moving.cells(work, house)
            yield from coming.receptions(work, house, day=day, with_young=with_young)
            yield from violence.violence(work, house, between=violence.AFTERNOON)
            yield from leaving.deaths(work, house)

    @staticmethod
    def _ordinary_day(work: Work, house: House) -> Iterator[Happening]:
        for draw in (
            ordinary.shifts,
            plans.kept,
            safety.self_harm,
            safety.alerts,
            safety.troubles,
            safety.levels,
            safety.sharing,
            violence.finds,
            violence.charges,
            ordinary.bookings,
            ordinary.refusals,
            ordinary.notes,
            ordinary.searches,
            ordinary.bells,
        ):
            yield from draw(work, house)

    def _ordered(self, work: Work) -> Iterator[Happening]:
        """What is written for today; a cell that it leaves open is found."""
        for one in (self._written.ordered or {}).get(work.on, ()):
            if isinstance(one, Received) and not one.cell:
                yield from self._received(work, one)
            elif isinstance(one, CellChanged) and not one.cell:
                held = self.estate.held[one.life]
                cell, orders = work.place(self.estate.houses[one.prison], held, at=one.at)
                for order in orders:
                    yield work.take(order)
                yield work.take(replace(one, from_cell=held.cell, cell=cell.path))
            elif isinstance(one, _GOING):
                held = self.estate.held[one.life]
                yield work.take(replace(one, cell=held.cell, prison=held.prison))
            else:
                yield work.take(one)

    def _received(self, work: Work, one: Received) -> Iterator[Happening]:
        house = self.estate.houses[one.prison]
        draft = coming.arriving(work, house, one.life)
        cell, orders = work.place(house, draft, at=one.at, uses=(Use.FIRST_NIGHT,))
        for order in orders:
            yield work.take(order)
        yield work.take(replace(one, cell=cell.path))
