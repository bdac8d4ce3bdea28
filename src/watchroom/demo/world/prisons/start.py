"""Prisons in the middle of their life: who is held when a world begins, and what led to it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.county import COURTS, Use
from watchroom.demo.world.county_time import at as hour_of
from watchroom.demo.world.happening import Happening, OfLife
from watchroom.demo.world.happenings_custody import (
    CellChanged,
    CellClosed,
    Coming,
    HearingListed,
    Legal,
    PrisonChanged,
    Received,
    SharingRiskSet,
    Why,
)
from watchroom.demo.world.happenings_regime import (
    AppointmentMade,
    KeyWorkerGiven,
    LevelSet,
    NoteWritten,
    Topic,
    VisitBooked,
)
from watchroom.demo.world.happenings_safety import AlertRaised, KeptApart
from watchroom.demo.world.prisons import plans, rates
from watchroom.demo.world.prisons.coming import FIRST_ARRIVAL, codes_of
from watchroom.demo.world.prisons.sentences import category_of, drawn_dates, goes_onwards, recall_until, settle
from watchroom.demo.world.prisons.state import Held, House
from watchroom.demo.world.prisons.taking import Taking
from watchroom.demo.world.prisons.work import Work, chosen, wing_of

_STAYED = {"local": 62.0, "women and young": 95.0, "training": 190.0}
_REMAND = {"local": 0.44, "women and young": 0.35, "training": 0.0}


class Beginning:
    """Fills the prisons of a world, person by person."""

    def __init__(self, taking: Taking, chance: Chance, begins: date) -> None:
        """The evening before a world begins.

        Args:
            taking: into prisons that are empty.
            chance: of the world.
            begins: its first day.
        """
        self._taking, self._chance, self._begins = taking, chance, begins
        self._work = Work(taking, chance, begins - timedelta(days=1))
        # Beds that were left before are free on the evening for which a cell is looked for.
        self._eve = hour_of(begins, 0)

    def past(self) -> Iterator[Happening]:
        """What led to the beginning, person by person, each in the order of time."""
        for county in self._taking.estate.counties:
            houses = self._taking.estate.houses_of(county.number)
            for house, life in self._filled(county.number, houses):
                yield from self._biography(house, life)
            for house in houses:
                yield from self._cells(house)
                yield from self._apart(house)
                yield from self._booked(house)

    def _filled(self, county: int, houses: tuple[House, ...]) -> Iterator[tuple[House, int]]:
        """Which life goes to which prison: by sex and age, as far as there is room."""
        lives, with_young = self._taking.lives, any(house.has_young for house in houses)
        room = {house.code: _room(house) for house in houses}
        count = len(self._taking.estate.counties)
        number = county
        tries = 0
        while any(any(one.values()) for one in room.values()) and number < FIRST_ARRIVAL and tries < 12_000:
            tries += 1
            life = lives.of(number)
            fits = [house for house in houses if house.takes(life, self._begins, with_young=with_young)]
            fits = [house for house in fits if room[house.code][life.sex]]
            if fits:
                house = max(fits, key=lambda one: room[one.code][life.sex])
                room[house.code][life.sex] -= 1
                yield house, number
            number += count

    def _at(self, days: float, hour: float) -> datetime:
        """The instant of an hour so many days before the world begins."""
        return hour_of(self._begins - timedelta(days=max(1, int(days))), int(hour * 60) / 60)

    def _biography(self, house: House, life: int) -> Iterator[Happening]:
        stream = self._chance.stream("start", life)
        days = min(2_400.0, 1 + stream.expovariate(1 / _STAYED[house.kind]))
        remand = stream.random() < _REMAND[house.kind]
        recall = not remand and stream.random() < 0.22
        coming = Coming.REMAND if remand else Coming.RECALL if recall else Coming.SENTENCE
        received = Received(
            at=self._at(days, stream.uniform(16, 21)),
            life=life,
            prison=house.code,
            cell="",
            coming=coming,
            legal=Legal.REMAND if remand else Legal.SENTENCED,
        )
        draft = Held(
            life=life,
            prison=house.code,
            cell="",
            legal=received.legal,
            received=received.at,
            since=received.at.date(),
            period=0,
            is_woman=self._taking.lives.of(life).sex == "F",
            is_young=house.has_young,
            is_protected=not house.has_women and stream.random() < 0.14,
            is_high=stream.random() < rates.NOT_SHARING,
        )
        yield from self._placed(house, draft, received, stream=stream)
        held = self._taking.estate.held[life]
        held.is_protected, held.is_inducted = draft.is_protected, days > 3
        held.takes_medication = stream.random() < 0.45
        yield from self._first_hours(house, held, draft, stream=stream)
        yield from self._by_what_right(house, held, stream, coming=coming)
        yield from self._since(house, held, stream)

    def _placed(self, house: House, draft: Held, received: Received, *, stream: Random) -> Iterator[Happening]:
        """Received into a cell of the first nights, and moved to where they are now."""
        work = self._work
        days = (self._begins - received.at.date()).days
        if house.kind == "training":
            yield from self._through_the_local_prison(house, draft, received, stream=stream)
            return
        first, _ = work.place(house, draft, at=self._eve, uses=(Use.FIRST_NIGHT,))
        yield self._taking.take(replace(received, cell=first.path))
        if days <= 2:
            return
        apart = stream.random() < 0.02
        uses = (Use.SEGREGATION, Use.HEALTHCARE) if apart else None
        cell, orders = work.place(house, replace(draft, cell=first.path), at=self._eve, uses=uses)
        for order in orders:
            yield self._taking.take(order)
        at = self._at(days - 1 - stream.random(), stream.uniform(14, 15.5))
        moved = CellChanged(
            at=max(at, received.at + timedelta(hours=14)),
            life=draft.life,
            prison=house.code,
            from_cell=first.path,
            cell=cell.path,
            why=Why.INDUCTED,
        )
        yield self._taking.take(moved)
        if apart:
            back = self._begins + timedelta(days=stream.randrange(1, 9))
            self._taking.estate.held[draft.life].back_from_separation = back

    def _through_the_local_prison(
        self, house: House, draft: Held, received: Received, *, stream: Random
    ) -> Iterator[Happening]:
        estate = self._taking.estate
        local = next(one for one in estate.houses_of(house.county) if one.kind == "local")
        first, _ = self._work.place(local, draft, at=self._eve, uses=(Use.FIRST_NIGHT,))
        before = timedelta(days=stream.randrange(10, 50))
        yield self._taking.take(replace(received, at=received.at - before, prison=local.code, cell=first.path))
        cell, orders = self._work.place(house, replace(draft, cell=first.path), at=self._eve)
        for order in orders:
            yield self._taking.take(order)
        yield self._taking.take(
            PrisonChanged(
                at=received.at.replace(hour=13),
                life=draft.life,
                from_prison=local.code,
                prison=house.code,
                from_cell=first.path,
                cell=cell.path,
                left=received.at.replace(hour=8, minute=20),
            )
        )

    def _first_hours(self, house: House, held: Held, draft: Held, *, stream: Random) -> Iterator[Happening]:
        at = held.received + timedelta(minutes=stream.randrange(30, 90))
        yield self._taking.take(
            SharingRiskSet(
                at=at,
                life=held.life,
                prison=house.code,
                is_high=draft.is_high,
                is_first=True,
                review_on=self._begins + timedelta(days=stream.randrange(5, 90)),
            )
        )
        yield self._taking.take(LevelSet(at=at, life=held.life, prison=house.code, level="standard", why="reception"))
        for code in codes_of(held, stream):
            raised = held.received + timedelta(minutes=stream.randrange(15, 200))
            yield self._taking.take(AlertRaised(at=raised, life=held.life, prison=house.code, code=code))

    def _by_what_right(self, house: House, held: Held, stream: Random, *, coming: Coming) -> Iterator[Happening]:
        if coming is Coming.REMAND:
            yield self._taking.take(self._listed(house, held, stream))
            return
        if coming is Coming.RECALL:
            recall_until(stream, now=self._begins, held=held)
        else:
            at = held.received + timedelta(days=1) - timedelta(hours=6)
            dates = drawn_dates(held, stream, at=at, begins=held.received.date())
            held_for = (self._begins - held.received.date()).days
            if dates.release_on is not None and (dates.release_on - self._begins).days < 2 and held_for > 1:
                again = self._begins + timedelta(days=2 + round(stream.expovariate(1 / 110)))
                dates = replace(dates, release_on=again, expires_on=again + timedelta(days=held_for), curfew_on=None)
            settle(held, dates, stream, now=self._begins)
            yield self._taking.take(dates)
            given = min(held.received + timedelta(days=stream.randrange(1, 9)), self._at(1, 12))
            yield self._taking.take(category_of(held, stream, at=given))
        if goes_onwards(held, house, now=self._begins):
            held.onwards_on = self._begins + timedelta(days=stream.randrange(0, 40))

    def _listed(self, house: House, held: Held, stream: Random) -> HearingListed:
        day = self._begins + timedelta(days=stream.randrange(0, 26))
        while day.weekday() > 4:
            day += timedelta(days=1)
        return HearingListed(
            at=self._at(1 + stream.randrange(0, max(1, min(14, (self._begins - held.since).days))), 17.5),
            life=held.life,
            number=self._taking.estate.number(),
            prison=house.code,
            court=stream.choice(COURTS).code,
            starts=hour_of(day, stream.choice((10.0, 10.5, 11.0, 14.0))),
            by_video=stream.random() < rates.BY_VIDEO,
        )

    def _since(self, house: House, held: Held, stream: Random) -> Iterator[Happening]:
        """Level, key worker, some notes, and a care plan of those who have one."""
        wing, life, code = wing_of(held.cell), held.life, house.code
        level = chosen(stream, ("basic", "standard", "enhanced"), rates.LEVELS)
        since = max(1, (self._begins - held.since).days)
        if level != "standard":
            at = self._at(stream.randrange(0, since) + 1, 11)
            yield self._taking.take(LevelSet(at=at, life=life, prison=code, level=level, why="review"))
        if since > 5:
            staff = house.staff.one(wing, stream)
            given = self._at(since - 3, 10.5)
            yield self._taking.take(KeyWorkerGiven(at=given, life=life, prison=code, staff=staff))
        for _ in range(min(6, int(since * rates.NOTES / 100) + 1)):
            about = self._at(1 + stream.randrange(0, min(since, 60)), stream.uniform(8, 19))
            if about > held.received:
                topic = stream.choice((Topic.SETTLED, Topic.WORK, Topic.KEY_WORK, Topic.WARNING, Topic.PRAISE))
                written = about + timedelta(minutes=stream.randrange(5, 90))
                staff = house.staff.one(wing, stream)
                yield NoteWritten(at=written, life=life, prison=code, about=about, topic=topic, staff=staff)
        if stream.random() * 100 < rates.PLANS_OPEN:
            at = self._at(1 + stream.randrange(0, min(since, 12)), stream.uniform(9, 20))
            yield from plans.opened(self._work, held, stream, at=max(at, held.received), concern=chosen_concern(stream))

    def _cells(self, house: House) -> Iterator[Happening]:
        """Cells that are out of use."""
        stream = self._chance.stream("start", "cells", house.code)
        number = round(rates.CELLS_CLOSED * len(house.roll) / 100 * rates.CELL_DAYS)
        empty = [cell.path for cell in house.cells.values() if not cell.lives]
        for path in stream.sample(empty, min(number, len(empty) // 4)):
            house.closed[path] = self._begins + timedelta(days=stream.randrange(1, 15))
            why = chosen(stream, ("damage", "work", "damp", "staff"), (0.5, 0.3, 0.1, 0.1))
            at = self._at(stream.randrange(1, 20), 15)
            yield self._taking.take(CellClosed(at=at, prison=house.code, cell=path, why=why))

    def _apart(self, house: House) -> Iterator[Happening]:
        """Pairs who are to be kept apart, and who do not share a wing."""
        stream = self._chance.stream("start", "apart", house.code)
        held = self._taking.estate.held
        for _ in range(len(house.roll) // 16):
            one, other = held[house.roll.one(stream)], held[house.roll.one(stream)]
            if one.life == other.life or wing_of(one.cell) == wing_of(other.cell):
                continue
            at = max(one.received, other.received) + timedelta(hours=16)
            why = stream.choice(("assault", "debt", "threat", "gang"))
            yield self._taking.take(
                KeptApart(at=at, life=one.life, prison=house.code, other=other.life, on_wing=True, why=why)
            )

    def _booked(self, house: House) -> Iterator[Happening]:
        """Visits and appointments of the days to come, as they stand booked."""
        stream = self._chance.stream("start", "booked", house.code)
        for kind, per_hundred, days in (("visit", rates.VISITS, 7), ("appointment", rates.APPOINTMENTS, 4)):
            for _ in range(round(per_hundred * len(house.roll) / 100 * days)):
                life = house.roll.one(stream)
                day = self._begins + timedelta(days=stream.randrange(0, days))
                number, at = self._taking.estate.number(), self._at(1, stream.uniform(9, 16))
                one: OfLife = VisitBooked(
                    at=at, life=life, prison=house.code, number=number, starts=hour_of(day, 14.0), is_official=False
                )
                if kind == "appointment":
                    starts = hour_of(day, stream.choice((9.0, 9.5, 10.25, 14.25)))
                    one = AppointmentMade(
                        at=at,
                        life=life,
                        prison=house.code,
                        number=number,
                        kind=stream.choice(("nurse", "doctor", "education", "key work")),
                        starts=starts,
                        minutes=30,
                    )
                yield self._taking.take(one)


def _room(house: House) -> dict[str, int]:
    """For how many women and men there is room on an ordinary day."""
    total = int(house.target)
    women = sum(wing.most for wing in house.prison.wings if wing.use is Use.WOMEN)
    young = sum(wing.most for wing in house.prison.wings if wing.use is Use.YOUNG)
    women = round(total * women / (women + young)) if women else 0
    return {"F": women, "M": total - women}


def chosen_concern(stream: Random) -> plans.Concern:
    """Why a plan was opened that is open when a world begins."""
    return stream.choice((plans.Concern.SELF_HARM, plans.Concern.LOW_MOOD, plans.Concern.THREATS))
