"""The life of an incident as happenings, from the first call to its end."""

from collections.abc import Iterator
from random import Random

from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_streets import (
    Agency,
    CallTaken,
    IncidentClosed,
    IncidentGraded,
    IncidentNoted,
    IncidentOpened,
    IncidentPassed,
    Note,
    Result,
    Room,
    UnitMoved,
    UnitState,
)
from watchroom.demo.world.streets.figures import DOORS, GRADED_ANEW, REVIEWED
from watchroom.demo.world.streets.hours import Watch
from watchroom.demo.world.streets.jobs import Job
from watchroom.demo.world.streets.occasions import Occasion

_ANSWERED = {(door.agency, door.line): door.answered for door in DOORS}
_FIRES = ("dwelling_fire", "building_fire", "vehicle_fire", "secondary_fire", "chimney_fire")
_FALSE = ("alarm_automatic", "good_intent", "alarm", "abandoned")


def close(job: Job) -> None:
    """Set when and how an incident ends, once its units are known."""
    stream = job.stream
    if job.same_as is not None:
        job.closed, job.result = job.opened + 120 + stream.expovariate(1 / 400), Result.DUPLICATE
    elif job.moves:
        last = job.moves[-1][0]
        job.closed = last + 60 + stream.expovariate(1 / (1800 if job.agency is Agency.POLICE else 200))
        job.result = _result(job)
    else:
        hours = (0.6, 1.2, 7.0, 11.0)[job.grade - 1]
        job.closed = job.opened + 300 + min(stream.expovariate(1 / (3600 * hours)), 90_000)
        job.result = Result.BY_TELEPHONE


def _result(job: Job) -> Result:
    drawn = job.stream.random()
    if job.agency is Agency.AMBULANCE:
        return Result.TO_HOSPITAL if drawn < 0.58 else Result.LEFT_THERE if drawn < 0.94 else Result.NO_TRACE
    if job.kind.name in _FALSE:
        return Result.FALSE_ALARM if drawn < 0.85 else Result.DEALT_WITH
    if job.agency is Agency.FIRE:
        return Result.DEALT_WITH
    if job.grade == 1 and drawn < 0.16:
        return Result.ARREST
    return Result.REPORT if drawn < 0.55 else Result.NO_TRACE if drawn < 0.68 else Result.DEALT_WITH


def answered(occasion: Occasion, watch: Watch, *, jobs: list[Job], stream: Random) -> Iterator[Happening]:
    """The calls about an occasion, each with the incident that it was written to."""
    written = {number: job.case.incident for job in jobs for number, _ in job.calls}
    room = Room(county=occasion.county, agency=occasion.agency)
    mean = _ANSWERED[occasion.agency, occasion.line]
    for number, called in enumerate(occasion.calls, start=1):
        yield CallTaken(
            at=watch.instant(called),
            story=occasion.story,
            room=room,
            occasion=occasion.key,
            incident=written.get(number),
            line=occasion.line,
            kind=occasion.kind.name,
            number=number,
            waited=int(stream.expovariate(1 / mean)),
        )


def life_of(job: Job, watch: Watch) -> Iterator[Happening]:
    """All that happens on an incident, in no order."""
    occasion, stream, case = job.occasion, job.stream, job.case
    story, from_case = occasion.story, None if job.passed_from is None else job.passed_from.case
    yield IncidentOpened(
        at=watch.instant(job.opened),
        story=story,
        case=case,
        kind=job.kind.name,
        grade=job.grade,
        spot=occasion.spot,
        line=job.line,
        passed_from=None if from_case is None else from_case.room.agency,
        their_incident=None if from_case is None else from_case.incident,
        words=int(stream.random() * 1_000_000),
    )
    for asked, agency in job.passed:
        yield IncidentPassed(at=watch.instant(asked), to=agency, case=case, story=story)
    for second, note in _notes(job):
        words = int(stream.random() * 1_000_000)
        yield IncidentNoted(at=watch.instant(min(second, job.closed)), note=note, words=words, case=case, story=story)
    if stream.random() < GRADED_ANEW and job.same_as is None and occasion.grade is None:
        grade = min(4, max(1, job.grade + stream.choice((-1, 1))))
        if grade != job.grade:
            second = job.opened + (job.closed - job.opened) * (0.1 + 0.3 * stream.random())
            yield IncidentGraded(at=watch.instant(second), grade=grade, case=case, story=story)
    for second, unit, state in job.moves:
        yield UnitMoved(at=watch.instant(second), unit=unit, state=state, case=case, story=story)
    yield IncidentClosed(at=watch.instant(job.closed), result=job.result, same_as=job.same_as, case=case, story=story)


def _notes(job: Job) -> Iterator[tuple[float, Note]]:
    """What is written down while it runs, and when."""
    stream = job.stream
    if job.same_as is not None:
        return
    first = job.moves[0][0] if job.moves else job.closed
    if job.crews and first - job.ready > 900:
        yield job.ready + 600, Note.WAITING
        if first - job.ready > 2400:
            yield job.ready + (first - job.ready) * 0.7, Note.CALLED_BACK
    if stream.random() < REVIEWED:
        yield job.opened + 240 + 900 * stream.random(), Note.REVIEWED
    there = next((second for second, _, state in job.moves if state is UnitState.ON_SCENE), None)
    if there is None:
        return
    clear = job.moves[-1][0]
    if stream.random() < 0.7:
        yield there + (clear - there) * (0.15 + 0.2 * stream.random()), Note.FROM_SCENE
    if job.kind.name in _FIRES:
        yield there + (clear - there) * (0.4 + 0.2 * stream.random()), Note.UNDER_CONTROL
    if job.result is Result.TO_HOSPITAL:
        yield there + (clear - there) * (0.3 + 0.1 * stream.random()), Note.LEAVING
