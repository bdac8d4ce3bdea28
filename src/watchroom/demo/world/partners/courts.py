"""The courts of the county: the lists of the day, what is decided, and the vans to the prisons."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from watchroom.demo.world.chance import often
from watchroom.demo.world.county_time import at
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_courts import (
    Brought,
    CourtDecided,
    Decision,
    Hearing,
    HearingFixed,
    Reason,
    SentToPrison,
    VanLate,
)
from watchroom.demo.world.happenings_police_custody import ChargedWith, LeftCustody, Offence
from watchroom.demo.world.partners import figures
from watchroom.demo.world.partners.diary import Hours, is_working_day, minutes, one_of, working_day
from watchroom.demo.world.partners.society import Area, Society
from watchroom.demo.world.partners.words import requirements

_HELD = (Decision.REMANDED, Decision.PRISON)


@dataclass(slots=True, kw_only=True)
class Case:
    """A case that is listed for a day."""

    life: int
    court: str
    kind: Hearing
    brought: Brought
    offence: Offence
    hearing: int = 0


class Courts:
    """The part of the world in which courts sit. It comes after the custody suites and before the prisons."""

    def __init__(self, society: Society) -> None:
        """Empty lists."""
        self._society = society
        self._lists: dict[date, list[tuple[int, Case]]] = {}

    def day(self, on: date, so_far: Sequence[Happening]) -> Iterator[Happening]:
        """What the courts list and decide on a day, of the people who come from the suites too."""
        hours = Hours(on)
        listed = self._lists.pop(on, [])
        kept = [one for one in so_far if isinstance(one, LeftCustody) and one.court]
        for area in self._society.areas:
            courts = {court.code for court in area.courts}
            cases = [case for number, case in listed if number == area.number]
            cases += [self._brought(area, one) for one in kept if one.court in courts]
            yield from self._sitting(area, cases, hours)
        for one in so_far:
            if isinstance(one, ChargedWith) and not one.is_kept:
                yield from self._charged(one)

    def _brought(self, area: Area, one: LeftCustody) -> Case:
        on_saturday = one.at.weekday() == 5
        return Case(
            life=one.life,
            court=area.courts[1].code if on_saturday else one.court,
            kind=Hearing.FIRST,
            brought=Brought.POLICE,
            offence=one.offence,
        )

    def _charged(self, one: ChargedWith) -> Iterator[Happening]:
        area = next(area for area in self._society.areas if one.court in {court.code for court in area.courts})
        case = Case(life=one.life, court=one.court, kind=Hearing.FIRST, brought=Brought.BAIL, offence=one.offence)
        yield self._fixed(area, case, on=one.appears_on, at=one.at + timedelta(minutes=10))

    def _fixed(self, area: Area, case: Case, *, on: date, at: datetime) -> HearingFixed:
        case.hearing = self._society.number("hearing")
        self._lists.setdefault(on, []).append((area.number, case))
        return self._listing(case, on=on, at=at)

    def _listing(self, case: Case, *, on: date, at: datetime) -> HearingFixed:
        stream = self._society.chance.stream("listing", case.hearing)
        return HearingFixed(
            at=at,
            life=case.life,
            hearing=case.hearing,
            court=case.court,
            starts=_starts(on, case),
            room=stream.randrange(1, 5),
            kind=case.kind,
            brought=case.brought,
            offence=case.offence,
        )

    def _sitting(self, area: Area, cases: list[Case], hours: Hours) -> Iterator[Happening]:
        for case in cases:
            if not case.hearing:
                case.hearing = self._society.number("hearing")
                yield self._listing(case, on=hours.on, at=hours.at(9.0))
        if is_working_day(hours.on):
            for case in self._of_old(area, cases, hours):
                yield self._listing(case, on=hours.on, at=hours.at(7.75))
                cases.append(case)
        sent: list[tuple[Case, CourtDecided]] = []
        for case in cases:
            decided = self._decided(case, hours)
            yield decided
            if decided.next_on is not None:
                after = Case(
                    life=case.life,
                    court=area.courts[0].code if decided.decision is Decision.SENT_UP else case.court,
                    kind=Hearing.PLEA if decided.decision is Decision.SENT_UP else _after(case.kind),
                    brought=Brought.BAIL,
                    offence=case.offence,
                )
                yield self._fixed(area, after, on=decided.next_on, at=decided.at + timedelta(minutes=4))
            if decided.decision in _HELD:
                self._society.held.add(case.life)
                sent.append((case, decided))
            elif case.brought is Brought.POLICE:
                self._society.held.discard(case.life)
        yield from self._vans(area, sent, hours)

    def _of_old(self, area: Area, cases: list[Case], hours: Hours) -> Iterator[Case]:
        """Those whose cases began before the world, or by summons: as many as the list lacks."""
        society = self._society
        stream = society.chance.stream("court lists", area.number, hours.on.toordinal())
        crown = area.courts[0].code
        at_crown = sum(case.court == crown for case in cases)
        lacking = {
            crown: figures.CROWN_A_DAY - at_crown,
            **{
                court.code: figures.MAGISTRATES_A_DAY * share
                for court, share in zip(area.courts[1:], (0.66, 0.34), strict=True)
            },
        }
        for court, expected in lacking.items():
            for _ in range(often(stream, expected)):
                kinds = {Hearing.PLEA: 3.0, Hearing.TRIAL: 2.0, Hearing.SENTENCE: 2.0} if court == crown else _USUAL
                kind = one_of(stream, kinds)
                share = 1.0 if kind is Hearing.BREACH else 0.2
                yield Case(
                    life=society.known_or_new(area, stream, way="summoned", share_known=share),
                    court=court,
                    kind=kind,
                    brought=Brought.SUMMONS if court != crown else Brought.BAIL,
                    offence=one_of(stream, figures.ARREST_OFFENCES),
                    hearing=society.number("hearing"),
                )

    def _decided(self, case: Case, hours: Hours) -> CourtDecided:
        stream = self._society.chance.stream("decided", case.hearing)
        is_crown = case.court.startswith("ORMCC")
        shares = (
            figures.FROM_CUSTODY
            if case.brought is Brought.POLICE
            else figures.AT_CROWN
            if is_crown
            else figures.FROM_HOME
        )
        # Who is in a cell by now is not here, and whoever produces them has hearings of their own.
        is_held = case.brought is not Brought.POLICE and case.life in self._society.held
        decision = Decision.ADJOURNED if is_held else one_of(stream, shares)
        next_on = None
        if decision in (Decision.BAILED, Decision.ADJOURNED, Decision.SENT_UP):
            next_on = working_day(hours.on + timedelta(days=stream.randrange(14, 50)))
        return CourtDecided(
            at=min(_starts(hours.on, case) + minutes(stream, 15, 200), hours.at(16.4)),
            life=case.life,
            hearing=case.hearing,
            court=case.court,
            offence=case.offence,
            kind=case.kind,
            decision=decision,
            days=_length(stream, decision, is_crown=is_crown),
            requirements=requirements(stream) if decision in (Decision.ORDER, Decision.SUSPENDED) else (),
            next_on=next_on,
        )

    def _vans(self, area: Area, sent: list[tuple[Case, CourtDecided]], hours: Hours) -> Iterator[Happening]:
        stream = self._society.chance.stream("vans", area.number, hours.on.toordinal())
        for court in area.courts:
            due = hours.at(16.75 + stream.random() * 0.5)
            is_late = stream.random() < figures.VANS_LATE
            leaves = due + minutes(stream, 25, 150) if is_late else due + minutes(stream, 0, 12)
            of_it = [(case, decided) for case, decided in sent if case.court == court.code]
            for case, decided in of_it:
                yield SentToPrison(
                    at=decided.at + timedelta(minutes=2),
                    life=case.life,
                    court=court.code,
                    prison=area.prison_for(self._society.lives.of(case.life), hours.on),
                    reason=Reason.REMAND if decided.decision is Decision.REMANDED else Reason.SENTENCE,
                    leaves_at=leaves,
                    days=decided.days,
                )
            if is_late and of_it:
                yield VanLate(at=due, court=court.code, due=due, leaves_at=leaves, people=len(of_it))


_USUAL = {Hearing.FIRST: 5.0, Hearing.TRIAL: 2.0, Hearing.SENTENCE: 2.0, Hearing.BREACH: 1.0}


def _starts(on: date, case: Case) -> datetime:
    """Morning or afternoon list: first hearings and pleas in the morning."""
    in_morning = case.kind in (Hearing.FIRST, Hearing.PLEA, Hearing.TRIAL) or case.hearing % 2
    return at(on, 10.0 if in_morning else 14.0)


def _after(kind: Hearing) -> Hearing:
    return {Hearing.FIRST: Hearing.TRIAL, Hearing.PLEA: Hearing.TRIAL, Hearing.TRIAL: Hearing.SENTENCE}.get(kind, kind)


def _length(stream: Random, decision: Decision, *, is_crown: bool) -> int:
    if decision is Decision.PRISON:
        return (
            round(min(5_000, stream.lognormvariate(6.5, 0.75)))
            if is_crown
            else stream.choice((28, 56, 84, 112, 126, 182))
        )
    if decision is Decision.SUSPENDED:
        return stream.choice((365, 365, 548, 730))
    return stream.choice((182, 365, 365, 548)) if decision is Decision.ORDER else 0
