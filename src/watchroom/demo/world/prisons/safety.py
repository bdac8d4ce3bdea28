"""Self-harm, violence, finds and charges, alerts, debts and bad news."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from watchroom.demo.world.chance import often
from watchroom.demo.world.county import HOSPITALS
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_custody import CameBack, Errand, SharingRiskSet, WentOut
from watchroom.demo.world.happenings_regime import LevelSet, NoteWritten, Topic
from watchroom.demo.world.happenings_safety import (
    AlertEnded,
    AlertRaised,
    BadNewsCame,
    Concern,
    DebtHeardOf,
    Method,
    SelfHarmed,
)
from watchroom.demo.world.prisons import plans, rates
from watchroom.demo.world.prisons.state import Held, House
from watchroom.demo.world.prisons.work import Work, chosen, wing_of

# The hours of a day from 0, and how often somebody hurts themselves in each: most in the evening and at night.
_BY_HOUR = (5, 4, 3, 2, 2, 1, 1, 2, 3, 4, 4, 4, 4, 4, 5, 5, 6, 7, 8, 9, 9, 8, 7, 6)
_NEWS = ("a death in the family", "a relative is gravely ill", "a relationship has ended", "children taken into care")
_KEPT_IN_MIND = frozenset({"HA", "SR", "SO", "VOP", "XEL"})


def self_harm(work: Work, house: House) -> Iterator[Happening]:
    """Who hurts themselves: those on a plan and those who came lately more often than others."""
    women = sum(1 for life in house.roll if work.estate.held[life].is_woman)
    for sex, number in (("F", women), ("M", len(house.roll) - women)):
        stream = work.stream("self-harm", house.code, sex)
        for _ in range(often(stream, rates.SELF_HARM[sex] * number / 365_000)):
            held = _at_risk(work, house, stream, sex=sex)
            hour = chosen(stream, range(24), _BY_HOUR) + stream.random()
            if held is not None:
                yield from _harmed(work, house, held, at=work.at(min(hour, 23.6)))


def _at_risk(work: Work, house: House, stream: Random, *, sex: str) -> Held | None:
    """Somebody of a sex who may hurt themselves today."""
    on_plan = [work.estate.held[life] for life in house.plans]
    fit = [held for held in on_plan if held.is_in and held.since < work.on and not held.is_cast]
    fit = [held for held in fit if held.life not in work.busy and held.is_woman == (sex == "F")]
    if fit and stream.random() < 0.5:
        return fit[int(stream.random() * len(fit))]
    last: Held | None = None
    for _ in range(24):
        held = work.somebody(house, stream)
        if held is None or held.is_woman != (sex == "F"):
            continue
        last = held
        is_likely = (work.on - held.since).days < 21 or "HC" in held.alerts or "HS" in held.alerts
        if is_likely or stream.random() < 0.35:
            break
    return last


def _harmed(work: Work, house: House, held: Held, *, at: datetime) -> Iterator[Happening]:
    stream = work.stream("harmed", held.life, at.hour * 60 + at.minute)
    is_serious = stream.random() < rates.SELF_HARM_OUTSIDE
    staff = work.officer(wing_of(held.cell), stream)
    yield SelfHarmed(
        at=at,
        life=held.life,
        prison=house.code,
        cell=held.cell,
        incident=work.estate.number(),
        method=chosen(stream, tuple(Method), rates.METHODS),
        is_serious=is_serious,
        staff=staff,
    )
    if held.plan is None and stream.random() < rates.PLAN_AFTER_SELF_HARM:
        yield from plans.opened(
            work, held, stream, at=at + timedelta(minutes=stream.randrange(15, 70)), concern=Concern.SELF_HARM
        )
    if "HC" not in held.alerts and stream.random() < 0.5:
        raised = at + timedelta(minutes=stream.randrange(20, 200))
        yield work.take(AlertRaised(at=raised, life=held.life, prison=house.code, code="HC"))
    if is_serious:
        work.busy.add(held.life)
        left = at + timedelta(minutes=stream.randrange(30, 60))
        back = left + timedelta(hours=4)
        place = HOSPITALS[house.county % 2].code
        work.away[held.life] = (left, back)
        errand = Errand.OUTPATIENT
        if back < work.at(24):
            yield work.take(WentOut(at=left, life=held.life, prison=house.code, place=place, errand=errand))
            yield work.take(CameBack(at=back, life=held.life, prison=house.code, place=place, errand=errand))


def alerts(work: Work, house: House) -> Iterator[Happening]:
    """Alerts that are raised and ended in the ordinary course."""
    stream = work.stream("alerts", house.code)
    codes, shares = tuple(rates.ALERTS), tuple(rates.ALERTS.values())
    number = work.times(stream, house, per_thousand_a_year=rates.ALERTS_RAISED * 10)
    for at in work.hours(stream, number, between=(8.3, 17.5)):
        held = work.somebody(house, stream)
        code = chosen(stream, codes, shares)
        if held is not None and code not in held.alerts and rates.RIVALS.get(code) not in held.alerts:
            yield work.take(AlertRaised(at=at, life=held.life, prison=house.code, code=code))
    number = work.times(stream, house, per_thousand_a_year=rates.ALERTS_ENDED * 10)
    for at in work.hours(stream, number, between=(8.3, 17.5)):
        held = work.somebody(house, stream)
        ends = sorted(held.alerts - _KEPT_IN_MIND) if held is not None else []
        if held is not None and ends:
            yield work.take(AlertEnded(at=at, life=held.life, prison=house.code, code=stream.choice(ends)))


def troubles(work: Work, house: House) -> Iterator[Happening]:
    """Debts, heard of by staff or told to security, and bad news from home."""
    stream = work.stream("troubles", house.code)
    for at in work.hours(stream, work.daily(stream, house, per_hundred=rates.DEBTS), between=(8.5, 18.5)):
        held = work.somebody(house, stream)
        if held is None:
            continue
        as_intelligence = stream.random() < 0.6
        yield DebtHeardOf(at=at, life=held.life, prison=house.code, as_intelligence=as_intelligence)
        if not as_intelligence:
            yield _note(work, held, stream, at=at, topic=Topic.DEBT)
    for at in work.hours(stream, work.daily(stream, house, per_hundred=rates.BAD_NEWS), between=(9, 19.5)):
        held = work.somebody(house, stream)
        if held is None:
            continue
        yield BadNewsCame(at=at, life=held.life, prison=house.code, news=stream.choice(_NEWS))
        if stream.random() < 0.8:
            yield _note(work, held, stream, at=at, topic=Topic.CHAPLAIN)
        if stream.random() < 0.2:
            later = at + timedelta(minutes=stream.randrange(30, 180))
            yield from plans.opened(work, held, stream, at=later, concern=Concern.BAD_NEWS)


def levels(work: Work, house: House) -> Iterator[Happening]:
    """Incentive levels that are reviewed: most to the next one up, some down."""
    stream = work.stream("levels", house.code)
    number = work.times(stream, house, per_thousand_a_year=rates.LEVEL_CHANGES * 1000)
    for at in work.hours(stream, number, between=(9, 16.5)):
        held = work.somebody(house, stream)
        if held is None:
            continue
        level = {"basic": "standard", "enhanced": "standard"}.get(held.level, "enhanced")
        if held.level == "standard" and stream.random() < 0.2:
            level = "basic"
        why = "reports of conduct" if level == "basic" else "review"
        yield work.take(LevelSet(at=at, life=held.life, prison=house.code, level=level, why=why))


def sharing(work: Work, house: House) -> Iterator[Happening]:
    """Reviews of who may share a cell; who may no more is moved when there is a cell."""
    stream = work.stream("sharing", house.code)
    for life in list(house.roll):
        held = work.estate.held[life]
        if (held.sharing_review_on or work.on) > work.on or held.is_cast or life in work.busy or not held.is_in:
            continue
        if work.on.weekday() > 4 or stream.random() >= rates.SHARING_REVIEWED:
            continue
        at = work.at(stream.uniform(9, 17))
        is_high = held.is_high != (stream.random() < rates.SHARING_CHANGED)
        review_on = work.on + timedelta(days=30 if is_high else 180)
        yield work.take(
            SharingRiskSet(
                at=at, life=held.life, prison=house.code, is_high=is_high, is_first=False, review_on=review_on
            )
        )


def _note(work: Work, held: Held, stream: Random, *, at: datetime, topic: Topic) -> NoteWritten:
    return NoteWritten(
        at=at + timedelta(minutes=stream.randrange(10, 400)),
        life=held.life,
        prison=held.prison,
        about=at,
        topic=topic,
        staff=work.officer(wing_of(held.cell), stream),
    )
