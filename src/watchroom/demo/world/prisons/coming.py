"""Who comes: receptions in the afternoon and evening, with what is done on the first night."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from watchroom.demo.world.chance import often
from watchroom.demo.world.county import COURTS, Use
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_courts import Reason
from watchroom.demo.world.happenings_custody import (
    Coming,
    HearingListed,
    Legal,
    Received,
    SharingRiskSet,
)
from watchroom.demo.world.happenings_regime import (
    AppointmentMade,
    KeyWorkerGiven,
    LevelSet,
    NoteWritten,
    Topic,
    VisitOrderGiven,
)
from watchroom.demo.world.happenings_safety import AlertRaised, Concern
from watchroom.demo.world.prisons import plans, rates
from watchroom.demo.world.prisons.sentences import category_of, drawn_dates, goes_onwards, recall_until, settle
from watchroom.demo.world.prisons.state import Held, House
from watchroom.demo.world.prisons.work import Work, chosen, wing_of

# Lives that come are numbered from here, in blocks of a prison and a day.
FIRST_ARRIVAL, BLOCK = 1_000_000, 400
_BY_WEEKDAY = (1.35, 1.25, 1.2, 1.2, 1.3, 0.62, 0.08)
_KINDS = (Coming.REMAND, Coming.SENTENCE, Coming.RECALL, Coming.CURFEW_RECALL)
_BY_REASON = {Reason.REMAND: Coming.REMAND, Reason.SENTENCE: Coming.SENTENCE, Reason.RECALL: Coming.RECALL}
_PROTECTED = 0.14
_HOURS = (15.9, 21.4)


class _Came(NamedTuple):
    """When somebody comes, who, and how many periods of theirs in custody are known here."""

    at: datetime
    life: int
    period: int = 0


def receptions(work: Work, house: House, *, day: int, with_young: bool) -> Iterator[Happening]:
    """Who is received into a prison today.

    Args:
        work: the day.
        house: the prison.
        day: how many days the world has run.
        with_young: another prison of the county holds the young men.
    """
    stream = work.stream("arrivals", house.code)
    sent = work.sent.get(house.code, ())
    for one in sent:
        at = one.leaves_at + timedelta(minutes=work.stream("van", one.life).randrange(35, 110))
        yield from _received(work, house, _Came(at, one.life), coming=_BY_REASON[one.reason])
    # The rest come from courts elsewhere: how many come in all stays as it is stated.
    number = max(0, often(stream, _expected(house) * _BY_WEEKDAY[work.on.weekday()]) - len(sent))
    block = FIRST_ARRIVAL + (day * len(work.estate.houses) + house.number) * BLOCK
    fresh = (life for life in range(block, block + BLOCK) if _fits(work, house, life, with_young=with_young))
    for at in work.hours(stream, number, between=_HOURS):
        coming = Coming.FROM_AFAR if house.kind == "training" else chosen(stream, _KINDS, rates.COMING)
        known = _known(work, house, stream, coming=coming)
        life = next(fresh, None) if known is None else known[0]
        if life is None:
            return
        came = _Came(at, life, 0 if known is None else known[1])
        yield from _received(work, house, came, coming=coming)


def _received(work: Work, house: House, came: _Came, *, coming: Coming) -> Iterator[Happening]:
    at, life, period = came
    legal = Legal.REMAND if coming is Coming.REMAND else Legal.SENTENCED
    held = arriving(work, house, life)
    cell, orders = work.place(house, held, at=at, uses=(Use.FIRST_NIGHT,))
    for order in orders:
        yield work.take(order)
    yield work.take(
        Received(at=at, life=life, prison=house.code, cell=cell.path, coming=coming, legal=legal, period=period)
    )
    work.busy.add(life)
    work.estate.held[life].is_high = held.is_high
    yield from _first_hours(work, house, work.estate.held[life], coming=coming)


def _expected(house: House) -> float:
    """How many are expected on a day; fewer where a prison is fuller than it should be."""
    if house.kind == "training":
        usual = rates.FROM_AFAR * house.target / 365
        return max(0.0, usual + 0.12 * (house.target - len(house.roll)))
    lack = (house.target - len(house.roll)) / house.target
    return rates.ARRIVALS[house.kind] * house.target / 365 * min(1.5, max(0.35, 1 + 5 * lack))


def _fits(work: Work, house: House, life: int, *, with_young: bool) -> bool:
    return house.takes(work.lives.of(life), work.on, with_young=with_young)


def _known(work: Work, house: House, stream: Random, *, coming: Coming) -> tuple[int, int] | None:
    """Somebody who is on licence from here and how many periods they have had, where a recall is drawn; who comes back
    is often one of them. None: nobody who is known."""
    known = work.estate.on_licence
    if coming not in (Coming.RECALL, Coming.CURFEW_RECALL) or len(known) < 20 or stream.random() < 0.4:
        return None
    for _ in range(6):
        place = int(stream.random() * len(known))
        life, period, sort = known[place]
        if (sort == "M") != house.has_women and work.estate.houses and life not in work.estate.held:
            known[place] = known[-1]
            known.pop()
            return life, period
    return None


def arriving(work: Work, house: House, life: int) -> Held:
    """Somebody as far as a cell is to be found for them."""
    one = work.lives.of(life)
    return Held(
        life=life,
        prison=house.code,
        cell="",
        legal=Legal.REMAND,
        received=work.at(0),
        since=work.on,
        period=0,
        is_woman=one.sex == "F",
        is_young=house.has_young,
        is_high=work.stream("sharing", life).random() < rates.NOT_SHARING,
    )


def _first_hours(work: Work, house: House, held: Held, *, coming: Coming) -> Iterator[Happening]:
    stream = work.stream("first night", held.life)
    held.is_protected = not house.has_women and stream.random() < _PROTECTED
    held.takes_medication = stream.random() < 0.45
    at = held.received
    yield work.take(
        SharingRiskSet(
            at=at + timedelta(minutes=stream.randrange(25, 90)),
            life=held.life,
            prison=house.code,
            is_high=held.is_high,
            is_first=True,
            review_on=work.on + timedelta(days=stream.choice((30, 60, 90))),
        )
    )
    yield work.take(
        LevelSet(
            at=at + timedelta(minutes=stream.randrange(40, 100)),
            life=held.life,
            prison=house.code,
            level="standard",
            why="reception",
        )
    )
    order = work.estate.number()
    yield VisitOrderGiven(at=at + timedelta(minutes=58), life=held.life, prison=house.code, order=order, on=work.on)
    yield from alerts_of(work, house, held, stream=stream)
    yield from _first_note(work, house, held, stream=stream)
    if stream.random() < rates.PLAN_AT_FIRST_NIGHT * (2.0 if coming is Coming.REMAND else 1.0):
        minutes = timedelta(minutes=stream.randrange(30, 150))
        yield from plans.opened(work, held, stream, at=at + minutes, concern=Concern.FIRST_NIGHT)
    yield from _by_what_right(work, house, held, coming=coming)
    _next_days(work, house, held, stream=stream)


def _first_note(work: Work, house: House, held: Held, *, stream: Random) -> Iterator[Happening]:
    about = held.received + timedelta(minutes=stream.randrange(20, 60))
    yield NoteWritten(
        at=about + timedelta(minutes=stream.randrange(5, 120)),
        life=held.life,
        prison=house.code,
        about=about,
        topic=Topic.FIRST_NIGHT,
        staff=work.officer(wing_of(held.cell), stream),
    )


def codes_of(held: Held, stream: Random) -> list[str]:
    """The codes of the alerts that somebody has; of two that rule each other out, one."""
    shares = {**rates.ALERTS, **(rates.ALERTS_PROTECTED if held.is_protected else {})}
    found: list[str] = []
    for code, share in shares.items():
        if stream.random() * 100 < share and rates.RIVALS.get(code) not in found:
            found.append(code)
    return found


def alerts_of(work: Work, house: House, held: Held, *, stream: Random) -> Iterator[Happening]:
    """The alerts that somebody comes with: most at reception, the rest as papers arrive."""
    for code in codes_of(held, stream):
        if stream.random() < 0.7:
            at = held.received + timedelta(minutes=stream.randrange(15, 130))
            yield work.take(AlertRaised(at=at, life=held.life, prison=house.code, code=code))
        else:
            days = stream.randrange(1, 9)
            at = work.later(days, stream.uniform(9, 16.5))
            work.estate.later(AlertRaised(at=at, life=held.life, prison=house.code, code=code))


def _by_what_right(work: Work, house: House, held: Held, *, coming: Coming) -> Iterator[Happening]:
    """The next hearing of somebody on remand, or the dates of who is sentenced or recalled."""
    stream = work.stream("right", held.life)
    if coming is Coming.REMAND:
        yield work.take(listed(work, house, held, stream=stream))
        return
    if coming in (Coming.RECALL, Coming.CURFEW_RECALL):
        recall_until(stream, now=work.on, held=held)
    else:
        back = 0 if coming is Coming.SENTENCE else stream.randrange(30, 500)
        begins = work.on - timedelta(days=back)
        dates = drawn_dates(held, stream, at=work.later(1, stream.uniform(9, 15)), begins=begins)
        settle(held, dates, stream, now=work.on)
        work.estate.later(dates)
        work.estate.later(category_of(held, stream, at=work.later(stream.randrange(1, 8), stream.uniform(9, 16))))
    if goes_onwards(held, house, now=work.on):
        held.onwards_on = work.on + timedelta(days=stream.randrange(6, 45))


def listed(work: Work, house: House, held: Held, *, stream: Random) -> HearingListed:
    """The next hearing of somebody: by the papers that came back from court today."""
    court = COURTS[0] if held.legal in (Legal.TRIAL, Legal.CONVICTED) else COURTS[1 + int(stream.random() < 0.3)]
    days = stream.randint(*rates.DAYS_BETWEEN_HEARINGS)
    while (work.on + timedelta(days=days)).weekday() > 4:
        days += 1
    return HearingListed(
        at=held.received if held.since == work.on else work.at(stream.uniform(16.5, 19)),
        life=held.life,
        number=work.estate.number(),
        prison=house.code,
        court=court.code,
        starts=work.later(days, stream.choice((10.0, 10.0, 10.5, 11.0, 14.0))),
        by_video=stream.random() < rates.BY_VIDEO,
    )


def _next_days(work: Work, house: House, held: Held, *, stream: Random) -> None:
    """What the days after a reception bring: induction, a key worker, the nurse."""
    wing = house.wings[int(stream.random() * len(house.wings))]
    given = work.later(stream.randrange(2, 8), stream.uniform(9, 16))
    key_worker = work.officer(wing, stream)
    work.estate.later(KeyWorkerGiven(at=given, life=held.life, prison=house.code, staff=key_worker))
    for kind, hour in (("induction", 9.25), ("doctor", 10.5)):
        starts = work.later(1, hour)
        work.estate.later(
            AppointmentMade(
                at=work.later(1, 8.2),
                life=held.life,
                prison=house.code,
                number=work.estate.number(),
                kind=kind,
                starts=starts,
                minutes=45,
            )
        )
