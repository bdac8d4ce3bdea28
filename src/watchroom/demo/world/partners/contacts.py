"""Contacts of people under probation: made, kept or missed, and what is done about it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from watchroom.demo.world.county_time import at
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_probation import (
    Action,
    ContactEnded,
    ContactPlanned,
    Enforced,
    Kept,
    Kind,
    Sentence,
)
from watchroom.demo.world.partners import figures
from watchroom.demo.world.partners.caseload import Case
from watchroom.demo.world.partners.diary import Hours, minutes, one_of, working_day
from watchroom.demo.world.partners.society import Society
from watchroom.demo.world.partners.words import note

_KINDS = {
    Sentence.ORDER: {Kind.OFFICE: 4.0, Kind.UNPAID_WORK: 3.0, Kind.TELEPHONE: 2.0, Kind.PROGRAMME: 1.0, Kind.HOME: 0.3},
    Sentence.SUSPENDED: {
        Kind.OFFICE: 4.0,
        Kind.UNPAID_WORK: 2.0,
        Kind.TELEPHONE: 2.0,
        Kind.PROGRAMME: 1.0,
        Kind.HOME: 0.3,
    },
    Sentence.LICENCE: {Kind.OFFICE: 6.0, Kind.TELEPHONE: 2.0, Kind.HOME: 1.0, Kind.PROGRAMME: 0.5},
}
_MINUTES = {Kind.UNPAID_WORK: 420, Kind.PROGRAMME: 120, Kind.HOME: 60}
_NOTED, _SENSITIVE = 0.72, 0.05


class Contacts:
    """The appointments of a service, by the day on which they are due."""

    def __init__(self, society: Society) -> None:
        """None made."""
        self._society = society
        self._due: dict[date, list[tuple[Case, ContactPlanned | None]]] = {}

    def first(self, case: Case, stream: Random, *, on: date, is_new: bool) -> None:
        """Settle when somebody is seen first: within five working days where they are new."""
        ahead = stream.randrange(1, 5) if is_new else stream.randrange(0, case.every)
        self._due.setdefault(working_day(on + timedelta(days=ahead)), []).append((case, None))

    def day(self, hours: Hours) -> Iterator[Happening]:
        """What becomes of the contacts of a day, and the next ones, which are made at once."""
        for case, planned in self._due.pop(hours.on, ()):
            if case.is_over:
                continue
            stream = self._society.chance.stream("contact", case.number, hours.on.toordinal())
            made = planned
            if made is None:
                made = self._planned(case, stream, on=hours.on, at=hours.at(8.5), kind=None)
                yield made
            yield from self._went(case, made, stream)
            after = working_day(hours.on + timedelta(days=case.every))
            if after < case.ends_on:
                following = self._planned(case, stream, on=after, at=made.ends + minutes(stream, 2, 30), kind=None)
                yield following
                self._due.setdefault(after, []).append((case, following))

    def _planned(self, case: Case, stream: Random, *, on: date, at: datetime, kind: Kind | None) -> ContactPlanned:
        kind = kind or one_of(stream, _KINDS[case.sentence])
        starts = _starts(stream, on, kind)
        return ContactPlanned(
            at=at,
            life=case.life,
            case=case.number,
            contact=self._society.number("contact"),
            kind=kind,
            starts=starts,
            ends=starts + timedelta(minutes=_MINUTES.get(kind, 30)),
            officer=case.officer,
        )

    def _went(self, case: Case, made: ContactPlanned, stream: Random) -> Iterator[Happening]:
        # Who is in a cell cannot come; their officer hears of it.
        kept = Kept.EXCUSED if case.life in self._society.held else one_of(stream, figures.KEPT)
        ended = made.ends + minutes(stream, 1, 25)
        is_noted = kept is not Kept.KEPT or stream.random() < _NOTED
        yield ContactEnded(
            at=ended,
            life=case.life,
            case=case.number,
            contact=made.contact,
            kept=kept,
            note=note(stream, made.kind, kept) if is_noted else "",
            is_sensitive=stream.random() < _SENSITIVE,
        )
        if kept is not Kept.MISSED:
            case.missed = 0
            return
        case.missed += 1
        action = (Action.LETTER, Action.WARNING)[case.missed - 1] if case.missed < 3 else _LAST[case.sentence]
        yield Enforced(
            at=ended + minutes(stream, 5, 55),
            life=case.life,
            case=case.number,
            contact=made.contact,
            action=action,
            sequence=self._society.number("enforcement"),
        )


_LAST = {Sentence.ORDER: Action.BREACH, Sentence.SUSPENDED: Action.BREACH, Sentence.LICENCE: Action.RECALL}


def _starts(stream: Random, on: date, kind: Kind) -> datetime:
    """Office hours by half hours; unpaid work begins in the morning, programmes late."""
    if kind is Kind.UNPAID_WORK:
        return at(on, 8.5)
    if kind is Kind.PROGRAMME:
        return at(on, 17.0)
    return at(on, 9 + stream.randrange(0, 15) / 2)
