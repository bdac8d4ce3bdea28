"""Assaults, fights and finds, and what follows: charges and their hearings, separation, people kept apart."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_safety import (
    AlertRaised,
    Assaulted,
    Charged,
    ChargeHeard,
    Find,
    Finding,
    Fought,
    Found,
    KeptApart,
    Plea,
    ReferredForViolence,
)
from watchroom.demo.world.prisons import rates
from watchroom.demo.world.prisons.moving import separated
from watchroom.demo.world.prisons.state import Held, House
from watchroom.demo.world.prisons.work import Work, chosen, wing_of

MORNING, AFTERNOON = (8.4, 11.8), (13.9, 18.3)
_OFFENCES = (
    "disobeys any lawful order",
    "has an unauthorised article",
    "uses threatening, abusive or insulting words",
    "destroys or damages any part of a prison",
    "fails drug test",
    "absents himself from where he should be",
)
_OFTEN = (0.34, 0.3, 0.2, 0.08, 0.05, 0.03)
_FACTORS = ("debt", "bullying", "gangs", "mental health", "staff", "not known")
_ASSAULT, _FIGHT, _ARTICLE = "commits any assault", "fights with any person", "has an unauthorised article"


def violence(work: Work, house: House, *, between: tuple[float, float]) -> Iterator[Happening]:
    """Assaults and fights while people are unlocked, morning or afternoon; some go to separation at lock-up."""
    stream = work.stream("violence", house.code, int(between[0]))
    to_separation: list[tuple[Held, float]] = []
    lock_up = between[1] + 0.25 if between is MORNING else 21.6
    for rate, draws in (
        (rates.ASSAULTS_ON_HELD, _on_held),
        (rates.ASSAULTS_ON_STAFF, _on_staff),
        (rates.FIGHTS, _fight),
    ):
        for at in work.hours(stream, work.times(stream, house, per_thousand_a_year=rate / 2), between=between):
            held = work.somebody(house, stream)
            if held is None:
                continue
            yield from draws(work, held, stream, at=at)
            if stream.random() < 0.22:
                to_separation.append((held, lock_up + 0.4 * stream.random()))
    yield from separated(work, house, to_separation)


def _on_held(work: Work, held: Held, stream: Random, *, at: datetime) -> Iterator[Happening]:
    victim = work.somebody(work.estate.houses[held.prison], stream)
    if victim is None or victim.life == held.life:
        return
    incident = work.estate.number()
    yield Assaulted(
        at=at,
        life=held.life,
        prison=held.prison,
        wing=wing_of(held.cell),
        incident=incident,
        victim=victim.life,
        staff=None,
        is_serious=stream.random() < rates.SERIOUS,
    )
    yield from _follows(work, held, stream, at=at, incident=incident)
    if stream.random() < 0.35:
        yield work.take(
            KeptApart(
                at=at + timedelta(hours=2),
                life=victim.life,
                prison=held.prison,
                other=held.life,
                on_wing=stream.random() < 0.6,
                why=stream.choice(("assault", "debt", "threat", "gang")),
            )
        )


def _on_staff(work: Work, held: Held, stream: Random, *, at: datetime) -> Iterator[Happening]:
    incident = work.estate.number()
    wing = wing_of(held.cell)
    yield Assaulted(
        at=at,
        life=held.life,
        prison=held.prison,
        wing=wing,
        incident=incident,
        victim=None,
        staff=work.officer(wing, stream),
        is_serious=stream.random() < rates.SERIOUS,
    )
    yield from _follows(work, held, stream, at=at, incident=incident)
    if "XSA" not in held.alerts and stream.random() < 0.6:
        raised = at + timedelta(minutes=stream.randrange(60, 300))
        yield work.take(AlertRaised(at=raised, life=held.life, prison=held.prison, code="XSA"))


def _fight(work: Work, held: Held, stream: Random, *, at: datetime) -> Iterator[Happening]:
    other = work.somebody(work.estate.houses[held.prison], stream)
    if other is None or other.life == held.life:
        return
    incident = work.estate.number()
    yield Fought(
        at=at,
        life=held.life,
        prison=held.prison,
        wing=wing_of(held.cell),
        incident=incident,
        other=other.life,
        is_serious=stream.random() < rates.SERIOUS / 2,
    )
    for one in (held, other):
        yield charged(work, one, stream, at=at + timedelta(minutes=stream.randrange(40, 200)), about=(incident, _FIGHT))


def _follows(work: Work, held: Held, stream: Random, *, at: datetime, incident: int) -> Iterator[Happening]:
    """After an assault: a charge, and sometimes a referral."""
    if stream.random() < 0.8:
        yield charged(
            work, held, stream, at=at + timedelta(minutes=stream.randrange(40, 200)), about=(incident, _ASSAULT)
        )
    if stream.random() < 0.3:
        yield ReferredForViolence(
            at=at + timedelta(hours=stream.randrange(3, 6)),
            life=held.life,
            prison=held.prison,
            referral=work.estate.number(),
            incident=incident,
            factor=stream.choice(_FACTORS),
            has_plan=stream.random() < 0.5,
        )


def finds(work: Work, house: House) -> Iterator[Happening]:
    """What is found in cells, on people and in the yard, and charges for it."""
    stream = work.stream("finds", house.code)
    number = work.times(stream, house, per_thousand_a_year=rates.FINDS)
    for at in work.hours(stream, number, between=(8.5, 16.5)):
        incident, find = work.estate.number(), chosen(stream, tuple(Find), rates.FOUND)
        held = work.somebody(house, stream) if stream.random() < 0.75 else None
        wing = wing_of(held.cell) if held is not None else stream.choice(house.wings)
        yield Found(
            at=at,
            prison=house.code,
            wing=wing,
            incident=incident,
            life=None if held is None else held.life,
            find=find,
            staff=work.officer(wing, stream),
        )
        if held is not None and stream.random() < 0.7:
            yield charged(work, held, stream, at=at + timedelta(minutes=50), about=(incident, _ARTICLE))


def charges(work: Work, house: House) -> Iterator[Happening]:
    """Charges for other things, and those that are heard today."""
    stream = work.stream("charges", house.code)
    others = rates.CHARGES - 0.8 * (rates.ASSAULTS_ON_HELD + rates.ASSAULTS_ON_STAFF) - 2 * rates.FIGHTS
    number = work.times(stream, house, per_thousand_a_year=others - 0.5 * rates.FINDS)
    for at in work.hours(stream, number, between=(8.4, 18.4)):
        held = work.somebody(house, stream)
        if held is not None:
            yield charged(work, held, stream, at=at, about=(None, chosen(stream, _OFFENCES, _OFTEN)))


def charged(work: Work, held: Held, stream: Random, *, at: datetime, about: tuple[int | None, str]) -> Charged:
    """Somebody is placed on report, to be heard on the next working day."""
    incident, offence = about
    days = 1
    while (work.on + timedelta(days=days)).weekday() > 4:
        days += 1
    return work.take(
        Charged(
            at=at,
            life=held.life,
            prison=held.prison,
            charge=work.estate.number(),
            offence=offence,
            incident=incident,
            hearing=work.later(days, stream.choice((9.5, 10.0, 10.5, 11.0, 11.5))),
            staff=work.officer(wing_of(held.cell), stream),
        )
    )


def heard(work: Work, one: Charged) -> Iterator[Happening]:
    """What becomes of a charge whose hearing is today."""
    stream = work.stream("heard", one.charge)
    sitting = int(one.hearing.date() < work.on)
    finding = chosen(stream, tuple(Finding), rates.FINDINGS)
    at = work.at(stream.uniform(9.5, 11.8))
    plea = chosen(stream, tuple(Plea), rates.PLEAS)
    again = None
    if finding is Finding.ADJOURNED:
        if sitting:
            finding = Finding.NOT_PROCEEDED
        else:
            again = work.later(7, 10.0)
            work.estate.diary.setdefault(again.date(), []).append(one)
    yield ChargeHeard(
        at=at,
        life=one.life,
        prison=one.prison,
        charge=one.charge,
        plea=plea,
        finding=finding,
        sitting=sitting,
        again=again,
    )
