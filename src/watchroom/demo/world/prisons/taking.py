"""How what happens changes who and what is in the prisons; the same for what is drawn and what a storyline orders."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from watchroom.demo.world import happenings_custody as custody
from watchroom.demo.world import happenings_regime as regime
from watchroom.demo.world import happenings_safety as safety
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_custody import Leaving
from watchroom.demo.world.lives import Lives
from watchroom.demo.world.prisons.places import Cell
from watchroom.demo.world.prisons.state import Estate, Held, Plan, is_young

H = TypeVar("H", bound=Happening)
_LICENSED = (Leaving.CONDITIONAL, Leaving.CURFEW)
_KNOWN_ON_LICENCE = 4_000


class Taking:
    """Takes what happens into an estate."""

    def __init__(self, estate: Estate, lives: Lives) -> None:
        """What happens to the people of `lives` in that estate."""
        self.estate, self.lives = estate, lives
        self._by_kind: dict[type[Happening], Callable[..., None]] = {
            custody.Received: self._received,
            custody.CellChanged: self._cell_changed,
            custody.PrisonChanged: self._prison_changed,
            custody.MovedAfar: self._gone,
            custody.Released: self._released,
            custody.Died: self._gone,
            custody.WentOut: self._went_out,
            custody.CameBack: self._came_back,
            custody.HearingListed: self._listed,
            custody.EscortBooked: self._escort,
            custody.HearingHeld: self._heard,
            custody.LegalChanged: self._legal,
            custody.ReleaseConfirmed: self._confirmed,
            custody.CategorySet: self._category,
            custody.SharingRiskSet: self._risk,
            custody.CellClosed: self._cell_closed,
            custody.CellOpened: self._cell_opened,
            custody.CrowdingOrdered: self._crowded,
            safety.AlertRaised: self._alert,
            safety.AlertEnded: self._alert_ended,
            safety.CarePlanOpened: self._plan_opened,
            safety.CarePlanReviewed: self._plan_reviewed,
            safety.CarePlanClosed: self._plan_closed,
            safety.KeptApart: self._apart,
            safety.Charged: self._due_hearing,
            regime.LevelSet: self._level,
            regime.KeyWorkerGiven: self._key_worker,
            regime.AppointmentMade: self._due,
            regime.VisitBooked: self._due,
        }

    def take(self, happening: H) -> H:
        """Take what happened; it, for whoever hears of it next. What changes nothing here passes."""
        taking = self._by_kind.get(type(happening))
        if taking is not None:
            taking(happening)
        return happening

    def _received(self, one: custody.Received) -> None:
        life = self.lives.of(one.life)
        on = one.at.date()
        held = Held(
            life=one.life,
            prison=one.prison,
            cell=one.cell,
            legal=one.legal,
            received=one.at,
            since=on,
            period=one.period,
            is_woman=life.sex == "F",
            is_young=is_young(life, on),
            is_cast=one.life in self.estate.cast,
        )
        self.estate.held[one.life] = held
        self.estate.houses[one.prison].roll.add(one.life)
        self._put(held, one.cell, one.at)

    def _put(self, held: Held, path: str, at: datetime) -> None:
        held.cell = path
        cell = self.estate.cell(path)
        cell.lives.append(held.life)
        self._count(cell, at, 1)

    def _take_out(self, held: Held, at: datetime) -> None:
        cell = self.estate.cell(held.cell)
        cell.lives.remove(held.life)
        cell.left = at if cell.left is None else max(cell.left, at)
        cell.extra = max(0, min(cell.extra, len(cell.lives) - cell.beds))
        if held.is_in:
            self._count(cell, at, -1)

    def _count(self, cell: Cell, at: datetime, number: int) -> None:
        self.estate.houses[cell.prison].counts[cell.wing] += number
        self.estate.deltas.append((at, cell.wing, number))

    def _cell_changed(self, one: custody.CellChanged) -> None:
        held = self.estate.held[one.life]
        self._take_out(held, one.at)
        self._put(held, one.cell, one.at)
        if one.why is custody.Why.INDUCTED:
            held.is_inducted = True
        if one.why is custody.Why.BACK:
            held.back_from_separation = None

    def _prison_changed(self, one: custody.PrisonChanged) -> None:
        held = self.estate.held[one.life]
        self._take_out(held, one.left)
        was = self.estate.houses[held.prison]
        was.roll.drop(one.life)
        house = self.estate.houses[one.prison]
        house.roll.add(one.life)
        plan = was.plans.pop(one.life, None)
        if plan is not None:
            house.plans[one.life] = plan
        held.prison, held.since, held.onwards_on = one.prison, one.at.date(), None
        held.is_inducted, held.back_from_separation = False, None
        self._put(held, one.cell, one.at)

    def _released(self, one: custody.Released) -> None:
        held = self.estate.held[one.life]
        if one.leaving in _LICENSED and not held.is_cast:
            sort = "F" if held.is_woman else "Y" if held.is_young else "M"
            self.estate.on_licence.append((one.life, held.period + 1, sort))
            del self.estate.on_licence[: -_KNOWN_ON_LICENCE * len(self.estate.counties)]
        self._gone(one)

    def _gone(self, one: custody.Released | custody.MovedAfar | custody.Died) -> None:
        held = self.estate.held.pop(one.life)
        self._take_out(held, one.at)
        house = self.estate.houses[held.prison]
        house.roll.drop(one.life)
        house.plans.pop(one.life, None)
        self.estate.left[one.life] = one.at

    def _went_out(self, one: custody.WentOut) -> None:
        held = self.estate.held[one.life]
        if held.is_in:
            self._count(self.estate.cell(held.cell), one.at, -1)
        held.errand = one.errand

    def _came_back(self, one: custody.CameBack) -> None:
        held = self.estate.held[one.life]
        if not held.is_in:
            self._count(self.estate.cell(held.cell), one.at, 1)
        held.errand, held.back_on = None, None

    def _listed(self, one: custody.HearingListed) -> None:
        self.estate.held[one.life].hearing = one

    def _escort(self, one: custody.EscortBooked) -> None:
        self.estate.houses[one.prison].escorts.setdefault(one.starts.date(), []).append(one)

    def _heard(self, one: custody.HearingHeld) -> None:
        self.estate.held[one.life].hearing = None

    def _legal(self, one: custody.LegalChanged) -> None:
        self.estate.held[one.life].legal = one.legal

    def _confirmed(self, one: custody.ReleaseConfirmed) -> None:
        held = self.estate.held[one.life]
        held.leaves_on, held.leaving, held.is_confirmed = one.on, one.leaving, True

    def _category(self, one: custody.CategorySet) -> None:
        self.estate.held[one.life].category = one.category

    def _risk(self, one: custody.SharingRiskSet) -> None:
        held = self.estate.held[one.life]
        held.is_high, held.sharing_review_on = one.is_high, one.review_on

    def _cell_closed(self, one: custody.CellClosed) -> None:
        self.estate.cell(one.cell).is_open = False

    def _cell_opened(self, one: custody.CellOpened) -> None:
        self.estate.cell(one.cell).is_open = True
        self.estate.houses[one.prison].closed.pop(one.cell, None)

    def _crowded(self, one: custody.CrowdingOrdered) -> None:
        cell = self.estate.cell(one.cell)
        cell.extra = max(cell.extra, one.beds - cell.beds)

    def _alert(self, one: safety.AlertRaised) -> None:
        self.estate.held[one.life].alerts.add(one.code)

    def _alert_ended(self, one: safety.AlertEnded) -> None:
        self.estate.held[one.life].alerts.discard(one.code)

    def _plan_opened(self, one: safety.CarePlanOpened) -> None:
        held = self.estate.held[one.life]
        held.plan = Plan(
            number=one.plan,
            life=one.life,
            opened=one.at,
            by_day=one.by_day,
            by_night=one.by_night,
            review_on=one.review_on,
            closes_on=one.review_on + timedelta(days=14),
        )
        self.estate.houses[held.prison].plans[one.life] = held.plan

    def _plan_reviewed(self, one: safety.CarePlanReviewed) -> None:
        plan = self.estate.held[one.life].plan
        if plan is not None:
            plan.by_day, plan.by_night, plan.review_on = one.by_day, one.by_night, one.review_on

    def _plan_closed(self, one: safety.CarePlanClosed) -> None:
        held = self.estate.held[one.life]
        held.plan = None
        self.estate.houses[held.prison].plans.pop(one.life, None)

    def _apart(self, one: safety.KeptApart) -> None:
        for life, other in ((one.life, one.other), (one.other, one.life)):
            if life in self.estate.held:
                self.estate.held[life].apart.add(other)

    def _level(self, one: regime.LevelSet) -> None:
        self.estate.held[one.life].level = one.level

    def _key_worker(self, one: regime.KeyWorkerGiven) -> None:
        self.estate.held[one.life].key_worker = one.staff

    def _due(self, one: regime.AppointmentMade | regime.VisitBooked) -> None:
        self.estate.diary.setdefault(one.starts.date(), []).append(one)

    def _due_hearing(self, one: safety.Charged) -> None:
        self.estate.diary.setdefault(one.hearing.date(), []).append(one)
