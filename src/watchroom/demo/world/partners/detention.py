"""One time in police detention, from arrest to release or court, as it runs."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import TypedDict

from watchroom.demo.world.county_time import at, wall
from watchroom.demo.world.happenings_police_custody import (
    Arrested,
    CellVisited,
    ChargedWith,
    CustodyRiskAssessed,
    DetentionAuthorised,
    DetentionReviewed,
    Disposal,
    Grounds,
    Help,
    HelpAsked,
    HelpCame,
    HurtInCell,
    LeftCustody,
    Marker,
    OfCustody,
    Offence,
    Watch,
)
from watchroom.demo.world.lives import Life
from watchroom.demo.world.partners import figures
from watchroom.demo.world.partners.diary import minutes, one_of, working_day

_EVERY = {Watch.GENERAL: 60, Watch.INTERMITTENT: 30, Watch.CONSTANT: 60, Watch.CLOSE: 60}
_HURT = (
    "Scratches to the forearm with a zip, dressed in the cell.",
    "Cord taken from the waistband, found at the visit, breathing normally.",
    "Struck the wall with the head twice, seen by the nurse.",
    "Blanket torn, taken away.",
)
_FIRST_REVIEW, _NEXT_REVIEW = timedelta(hours=6), timedelta(hours=9)


class _Who(TypedDict):
    life: int
    custody: int
    suite: str


class Detention:
    """What is settled of one detention at its beginning."""

    def __init__(self, life: Life, stream: Random, *, custody: int, suite: str, arrested: datetime) -> None:
        """Nothing of it drawn yet.

        Args:
            life: who.
            stream: that decides of it.
            custody: number of the record.
            suite: code.
            arrested: when, UTC.
        """
        self.life, self.suite, self.arrested = life, suite, arrested
        self._who = _Who(life=life.number, custody=custody, suite=suite)
        self._stream = stream
        self.arrives = arrested + minutes(stream, 18, 70)
        self.authorised = self.arrives + minutes(stream, 4, 40)
        self.watch = one_of(stream, figures.WATCHES)
        self.cell = f"{'M' if life.sex == 'M' else 'F'}{stream.randrange(1, 19 if life.sex == 'M' else 7):02d}"

    def course(self, *, offence: Offence, court: str) -> Iterator[OfCustody]:
        """All that happens in it, in no order; it ends in release or at court.

        Args:
            offence: for which they are arrested.
            court: code of the court of the suite.
        """
        stream = self._stream
        disposal = one_of(stream, figures.DISPOSALS)
        hours = min(figures.CUSTODY_LIMIT, max(2.0, stream.gammavariate(3.2, figures.CUSTODY_HOURS / 3.2)))
        decided = leaves = self.arrives + timedelta(seconds=int(hours * 3600))
        if disposal is Disposal.COURT:
            leaves = next_court_morning(decided, stream)
        yield Arrested(**self._who, at=self.arrested, offence=offence, arrives=self.arrives)
        yield from self._booked_in(leaves, Grounds.QUESTION if stream.random() < 0.7 else Grounds.EVIDENCE)
        until = decided
        if disposal in (Disposal.COURT, Disposal.CHARGED):
            kept = disposal is Disposal.COURT
            appears = wall(leaves).date() if kept else working_day(wall(leaves).date() + timedelta(days=28))
            yield ChargedWith(
                **self._who,
                at=decided - minutes(stream, 2, 9),
                offence=offence,
                court=court,
                appears_on=appears,
                is_kept=kept,
            )
        yield from self._reviews(until)
        yield from self._visits(leaves)
        yield self._left(leaves, offence=offence, disposal=disposal, court=court)

    def recall(self, *, to: datetime) -> Iterator[OfCustody]:
        """All that happens where somebody is wanted back in prison and leaves for it then."""
        yield Arrested(**self._who, at=self.arrested, offence=Offence.OTHER, arrives=self.arrives)
        yield from self._booked_in(to, Grounds.RECALL)
        yield from self._visits(to)
        yield LeftCustody(**self._who, at=to, offence=Offence.OTHER, disposal=Disposal.PRISON)

    def _booked_in(self, leaves: datetime, grounds: Grounds) -> Iterator[OfCustody]:
        stream = self._stream
        yield DetentionAuthorised(
            **self._who,
            at=self.authorised,
            cell=self.cell,
            grounds=grounds,
            review_by=self.authorised + _FIRST_REVIEW,
        )
        markers = tuple(marker for marker, share in figures.MARKERS.items() if stream.random() < share)
        needs = self._needs(markers)
        if Marker.SUICIDAL in markers:
            self.watch = max(self.watch, Watch.CONSTANT if stream.random() < 0.4 else Watch.INTERMITTENT)
        elif Marker.ALCOHOL in markers or Marker.SELF_HARM in markers:
            self.watch = max(self.watch, Watch.INTERMITTENT)
        yield CustodyRiskAssessed(
            **self._who,
            at=self.authorised + minutes(stream, 3, 14),
            watch=self.watch,
            is_to_be_roused=Marker.ALCOHOL in markers or Marker.DRUGS in markers,
            warnings=markers,
            needs=needs,
        )
        for one in needs:
            yield from self._called(one, leaves)
        if stream.random() < figures.HURT_IN_CELL:
            yield from self._hurt(markers, leaves)

    def _hurt(self, markers: tuple[Marker, ...], leaves: datetime) -> Iterator[OfCustody]:
        """Somebody hurts themselves, is seen, and is watched all the time from then on."""
        stream = self._stream
        hurt = self.authorised + minutes(stream, 30, 300)
        if hurt + timedelta(minutes=20) > leaves:
            return
        note = stream.choice(_HURT)
        yield HurtInCell(**self._who, at=hurt, note=note)
        yield CustodyRiskAssessed(
            **self._who,
            at=hurt + minutes(stream, 4, 15),
            watch=max(self.watch, Watch.CONSTANT),
            is_to_be_roused=False,
            warnings=tuple(dict.fromkeys((*markers, Marker.SELF_HARM))),
            needs=(),
            note=f"Level raised after self-harm. {note}",
        )

    def _needs(self, markers: tuple[Marker, ...]) -> tuple[Help, ...]:
        stream = self._stream
        shares = {
            Help.ADULT: figures.ADULT * (2.2 if Marker.MENTAL in markers else 0.5),
            Help.SOLICITOR: figures.SOLICITOR,
            Help.INTERPRETER: 1.0 if self.life.needs_interpreter else 0.0,
            Help.HEALTHCARE: 1.0 if {Marker.INJURY, Marker.SUICIDAL} & {*markers} else figures.HEALTHCARE,
        }
        return tuple(one for one, share in shares.items() if stream.random() < share)

    def _called(self, one: Help, leaves: datetime) -> Iterator[OfCustody]:
        stream = self._stream
        asked = self.authorised + minutes(stream, 10, 50)
        wait = {
            Help.ADULT: (60, 330),
            Help.SOLICITOR: (30, 400),
            Help.INTERPRETER: (15, 240),
            Help.HEALTHCARE: (20, 190),
        }
        came = asked + minutes(stream, *wait[one])
        if asked < leaves:
            yield HelpAsked(**self._who, at=asked, help=one)
        if came < leaves:
            is_fit = stream.random() < 0.96 if one is Help.HEALTHCARE else None
            yield HelpCame(**self._who, at=came, help=one, is_fit=is_fit)

    def _reviews(self, until: datetime) -> Iterator[OfCustody]:
        stream, sequence, due = self._stream, 1, self.authorised + _FIRST_REVIEW
        while due < until:
            is_late = stream.random() < figures.REVIEWS_LATE
            held = due + minutes(stream, 5, 80) if is_late else due - minutes(stream, 1, 55)
            if held < until:
                by_telephone = stream.random() < figures.REVIEWS_BY_TELEPHONE
                yield DetentionReviewed(**self._who, at=held, sequence=sequence, due=due, by_telephone=by_telephone)
            sequence, due = sequence + 1, due + _NEXT_REVIEW

    def _visits(self, until: datetime) -> Iterator[OfCustody]:
        stream, every = self._stream, timedelta(minutes=_EVERY[self.watch])
        due = self.authorised + every
        rouse = self.watch is Watch.INTERMITTENT
        while due < until:
            is_late = stream.random() < figures.VISITS_LATE
            done = due + minutes(stream, 3, 25) if is_late else due - minutes(stream, 0, 9)
            yield CellVisited(**self._who, at=done, due=due, is_roused=rouse)
            due = done + every

    def _left(self, leaves: datetime, *, offence: Offence, disposal: Disposal, court: str) -> LeftCustody:
        returns = wall(leaves).date() + timedelta(days=28 + self._stream.randrange(0, 56))
        return LeftCustody(
            **self._who,
            at=leaves,
            offence=offence,
            disposal=disposal,
            court=court if disposal is Disposal.COURT else "",
            bail_until=working_day(returns) if disposal is Disposal.BAIL else None,
            is_at_risk=self.watch > Watch.INTERMITTENT or self._stream.random() < 0.05,
        )


def next_court_morning(decided: datetime, stream: Random) -> datetime:
    """When somebody who is kept leaves for court: the next morning that is no Sunday, from half past seven on."""
    morning = wall(decided - timedelta(hours=5)).date() + timedelta(days=1)
    if wall(decided).hour < 5:
        morning = _court_day(wall(decided).date())
    return at(_court_day(morning), 7.5 + 2 * int(stream.random() * 1800) / 1800)


def _court_day(on: date) -> date:
    return on + timedelta(days=1) if on.weekday() == 6 else on
