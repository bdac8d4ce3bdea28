"""The probation service: whom it supervises, contacts, registers, recalls, and records that are kept from staff."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from watchroom.demo.world.chance import often
from watchroom.demo.world.county_time import wall
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_courts import CourtDecided, Decision
from watchroom.demo.world.happenings_police_custody import Offence
from watchroom.demo.world.happenings_probation import (
    AccessLimited,
    AccessOpened,
    Deregistered,
    Ended,
    OfficerChanged,
    RecallOrdered,
    Register,
    Registered,
    Sentence,
    SupervisionBegun,
    SupervisionEnded,
)
from watchroom.demo.world.partners import figures
from watchroom.demo.world.partners.caseload import (
    Case,
    days_between,
    drawn_sentence,
    officers_of,
    registers,
    team_of,
    until,
)
from watchroom.demo.world.partners.contacts import Contacts
from watchroom.demo.world.partners.diary import Hours, one_of
from watchroom.demo.world.partners.society import Area, Society
from watchroom.demo.world.partners.words import RECALLS, conditions, requirements

_CONDITIONAL = "conditional release"
_ON_LICENCE = frozenset({_CONDITIONAL, "home detention curfew", "end of a recall for a fixed term"})
# How often in a year for one case.
_OFFICER_CHANGES, _NEW_ENTRIES, _ENDED_ENTRIES, _ACCESS_OPENED = 0.45, 0.22, 0.15, 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """Somebody who comes under supervision.

    Attributes:
        at: when, UTC.
        days, served: of the sentence in the community, in all and so far.
        court: code; empty: of another county, or not known.
        offence, requirements: None and empty where nobody said.
    """

    at: datetime
    life: int
    sentence: Sentence
    days: int
    served: int = 0
    court: str = ""
    offence: Offence | None = None
    requirements: tuple[str, ...] = ()


class Probation:
    """The part of the world in which people are supervised. It comes after courts and prisons, of which it hears."""

    def __init__(self, society: Society) -> None:
        """Nobody; on the first day everybody who is supervised already."""
        self._society = society
        self._cases: dict[int, Case] = {}
        self._ends: dict[date, list[int]] = {}
        self._contacts = Contacts(society)
        self._has_begun = False

    def __len__(self) -> int:
        """How many people are supervised."""
        return len(self._cases)

    def day(self, on: date, so_far: Sequence[Happening]) -> Iterator[Happening]:
        """What happens on a day; who was sentenced or released on it comes to probation."""
        hours = Hours(on)
        if not self._has_begun:
            self._has_begun = True
            yield from self._everybody(hours)
        yield from self._heard(so_far)
        for life in self._ends.pop(on, ()):
            case = self._cases.get(life)
            if case is not None and case.ends_on == on:
                yield self._ended(case, Ended.EXPIRED, hours.at(0.05))
        for area in self._society.areas:
            yield from self._transferred(area, hours)
            yield from self._changes(area, hours)
        yield from self._contacts.day(hours)
        yield from self._recalled(hours)

    def _everybody(self, hours: Hours) -> Iterator[Happening]:
        number = round(figures.CASELOAD_PER_RESIDENT * figures.RESIDENTS)
        for area in self._society.areas:
            for _ in range(number):
                life = self._society.newcomer("supervised")
                stream = self._society.chance.stream("supervised", life)
                sentence, days = drawn_sentence(stream)
                served = int(days * stream.random())
                coming = Coming(at=hours.at(0), life=life, sentence=sentence, days=days, served=served)
                yield from self._begun(area, stream, coming)

    def _begun(self, area: Area, stream: Random, coming: Coming) -> Iterator[Happening]:
        on = wall(coming.at).date()
        offence = coming.offence or one_of(stream, figures.ARREST_OFFENCES)
        in_registers = registers(stream, offence)
        is_high = Register.HIGH in in_registers or Register.VERY_HIGH in in_registers
        case = Case(
            number=self._society.number("case"),
            life=coming.life,
            area=area.number,
            sentence=coming.sentence,
            offence=offence,
            officer=area.number * officers_of(0) + stream.randrange(officers_of(0)),
            since=on - timedelta(days=coming.served),
            ends_on=until(on, coming.days, served=coming.served),
            every=days_between(coming.sentence, days_served=coming.served, is_high=is_high),
        )
        self._cases[case.life] = case
        self._society.supervised[area.number].add(case.life)
        self._ends.setdefault(case.ends_on, []).append(case.life)
        yield _begun(case, coming, stream)
        for register in in_registers:
            ago = stream.randrange(coming.served) if coming.served else 0
            yield self._registered(case, register, stream, at=coming.at + timedelta(minutes=5), ago=ago)
        yield from self._limited(case, stream, at=coming.at + timedelta(minutes=6))
        self._contacts.first(case, stream, on=on, is_new=not coming.served)

    def _registered(self, case: Case, register: Register, stream: Random, *, at: datetime, ago: int = 0) -> Registered:
        entry = self._society.number("registration")
        case.entries[register] = entry
        is_mappa = register is Register.MAPPA
        return Registered(
            at=at,
            life=case.life,
            case=case.number,
            entry=entry,
            register=register,
            level=one_of(stream, dict(zip((1, 2, 3), figures.MAPPA_LEVELS, strict=True))) if is_mappa else 0,
            category=(1 if case.offence is Offence.SEXUAL else stream.choice((2, 2, 2, 3))) if is_mappa else 0,
            since=wall(at).date() - timedelta(days=ago),
            review_on=at.date() + timedelta(days=stream.randrange(20, 180)),
        )

    def _limited(self, case: Case, stream: Random, *, at: datetime) -> Iterator[Happening]:
        for share, is_exclusion in ((figures.RESTRICTED, False), (figures.EXCLUDED, True)):
            if stream.random() < share:
                entry = self._society.number("exclusion" if is_exclusion else "restriction")
                case.limits.append((entry, is_exclusion))
                named = (
                    case.officer if not is_exclusion else case.area * officers_of(0) + stream.randrange(officers_of(0))
                )
                yield AccessLimited(
                    at=at, life=case.life, case=case.number, entry=entry, is_exclusion=is_exclusion, named=named
                )

    def _heard(self, so_far: Sequence[Happening]) -> Iterator[Happening]:
        for one in so_far:
            if isinstance(one, CourtDecided):
                yield from self._sentenced(one)
            elif type(one).__name__ == "Released":
                # Of the prisons, whose module need not be there: told by its name.
                yield from self._released(one)

    def _sentenced(self, one: CourtDecided) -> Iterator[Happening]:
        known = self._cases.get(one.life)
        if one.decision in (Decision.PRISON, Decision.REMANDED) and known is not None:
            if one.decision is Decision.PRISON:
                yield self._ended(known, Ended.RESENTENCED, one.at + timedelta(hours=1))
            return
        sentences = {Decision.ORDER: Sentence.ORDER, Decision.SUSPENDED: Sentence.SUSPENDED}
        if one.decision not in sentences or one.life in self._cases:
            return
        area = next(area for area in self._society.areas if one.court in {court.code for court in area.courts})
        stream = self._society.chance.stream("sentenced", one.hearing)
        coming = Coming(
            at=one.at + timedelta(minutes=45),
            life=one.life,
            sentence=sentences[one.decision],
            days=one.days,
            court=one.court,
            offence=one.offence,
            requirements=one.requirements,
        )
        yield from self._begun(area, stream, coming)

    def _released(self, one: Happening) -> Iterator[Happening]:
        told: Any = one
        life, leaving, prison = int(told.life), str(told.leaving), str(told.prison)
        self._society.held.discard(life)
        if leaving not in _ON_LICENCE or life in self._cases:
            return
        area = next((area for area in self._society.areas if prison in (area.men, area.women)), self._society.areas[0])
        stream = self._society.chance.stream("released", life, one.at.toordinal())
        _, days = drawn_sentence(stream)
        yield from self._begun(area, stream, Coming(at=one.at, life=life, sentence=Sentence.LICENCE, days=days))

    def _ended(self, case: Case, why: Ended, at: datetime) -> SupervisionEnded:
        case.is_over = True
        del self._cases[case.life]
        self._society.supervised[case.area].drop(case.life)
        return SupervisionEnded(at=at, life=case.life, case=case.number, why=why)

    def _transferred(self, area: Area, hours: Hours) -> Iterator[Happening]:
        """Who comes from another area, or from a prison of another county: more where there are fewer than usual."""
        if hours.on.weekday() > 4:
            return
        stream = self._society.chance.stream("transferred", area.number, hours.on.toordinal())
        usual = figures.CASELOAD_PER_RESIDENT * figures.RESIDENTS
        lack = usual - len(self._society.supervised[area.number])
        for _ in range(often(stream, max(0.2, 1.2 + 0.08 * lack))):
            life = self._society.newcomer("transferred")
            days = drawn_sentence(stream)[1]
            came = hours.at(9.5 + 6 * stream.random())
            yield from self._begun(area, stream, Coming(at=came, life=life, sentence=Sentence.LICENCE, days=days))

    def _changes(self, area: Area, hours: Hours) -> Iterator[Happening]:
        if hours.on.weekday() > 4:
            return
        stream = self._society.chance.stream("probation changes", area.number, hours.on.toordinal())
        crowd = self._society.supervised[area.number]
        a_day = len(crowd) / 261
        for rate, change in (
            (_OFFICER_CHANGES, self._moved),
            (_NEW_ENTRIES, self._put_in_register),
            (_ENDED_ENTRIES, self._struck_off),
            (_ACCESS_OPENED * (figures.RESTRICTED + figures.EXCLUDED), self._opened),
        ):
            for _ in range(often(stream, rate * a_day)):
                life = crowd.one(stream)
                if life is not None and life not in self._society.cast and self._cases[life].since < hours.on:
                    yield from change(self._cases[life], stream, hours.at(9 + 7.5 * stream.random()))

    def _moved(self, case: Case, stream: Random, at: datetime) -> Iterator[Happening]:
        case.officer = case.area * officers_of(0) + stream.randrange(officers_of(0))
        yield OfficerChanged(at=at, life=case.life, case=case.number, officer=case.officer, team=team_of(case.officer))

    def _put_in_register(self, case: Case, stream: Random, at: datetime) -> Iterator[Happening]:
        open_to = {one: share for one, share in figures.REGISTERS.items() if one not in case.entries}
        yield self._registered(case, one_of(stream, open_to), stream, at=at)

    def _struck_off(self, case: Case, stream: Random, at: datetime) -> Iterator[Happening]:
        if case.entries:
            register = stream.choice(list(case.entries))
            yield Deregistered(at=at, life=case.life, case=case.number, entry=case.entries.pop(register))

    def _opened(self, case: Case, stream: Random, at: datetime) -> Iterator[Happening]:
        del stream
        if case.limits:
            entry, is_exclusion = case.limits.pop()
            yield AccessOpened(at=at, life=case.life, case=case.number, entry=entry, is_exclusion=is_exclusion)

    def _recalled(self, hours: Hours) -> Iterator[Happening]:
        for area in self._society.areas:
            stream = self._society.chance.stream("recalls", area.number, hours.on.toordinal())
            crowd = self._society.supervised[area.number]
            for _ in range(often(stream, figures.RECALLS_PER_PERSON_YEAR * len(crowd) / 365.25)):
                case = self._on_licence(area, stream)
                if case is None:
                    continue
                ordered = hours.at(16.6 + 1.4 * stream.random())
                yield RecallOrdered(
                    at=ordered,
                    life=case.life,
                    case=case.number,
                    recall=self._society.number("recall"),
                    why=stream.choice(RECALLS),
                )
                yield self._ended(case, Ended.RECALLED, ordered + timedelta(minutes=1))
                self._society.wanted[area.number].append(case.life)

    def _on_licence(self, area: Area, stream: Random) -> Case | None:
        for _ in range(12):
            life = self._society.supervised[area.number].one(stream)
            case = None if life is None else self._cases[life]
            if case is not None and case.sentence is Sentence.LICENCE and case.life not in self._society.cast:
                return case
        return None


def _begun(case: Case, coming: Coming, stream: Random) -> SupervisionBegun:
    is_licence = case.sentence is Sentence.LICENCE
    in_community = timedelta(days=coming.served + (coming.days if is_licence else 0))
    return SupervisionBegun(
        at=coming.at,
        life=case.life,
        case=case.number,
        sentence=case.sentence,
        offence=case.offence,
        court=coming.court,
        sentenced_on=wall(coming.at).date() - in_community,
        since=wall(coming.at).date() - timedelta(days=coming.served),
        days=coming.days * (2 if is_licence else 1),
        officer=case.officer,
        team=team_of(case.officer),
        conditions=coming.requirements or (conditions(stream) if is_licence else requirements(stream)),
        from_prison=is_licence,
        ends_on=case.ends_on,
    )
