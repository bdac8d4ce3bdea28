"""People who are missing, from the report until they are found."""

from collections.abc import Iterator
from random import Random

from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_streets import MissingGraded, PersonFound, PersonMissing, Result, Risk
from watchroom.demo.world.streets.figures import (
    MISSING_CHILD,
    MISSING_DAYS_AT_MOST,
    MISSING_FROM_CARE,
    MISSING_HOURS,
    MISSING_RISK,
)
from watchroom.demo.world.streets.hours import Watch
from watchroom.demo.world.streets.jobs import Job
from watchroom.demo.world.streets.places import drawn_town

_RISKS = (Risk.HIGH, Risk.MEDIUM, Risk.LOW, Risk.NO_APPARENT)


def search(job: Job) -> None:
    """Set when somebody missing is found, which is what closes the incident."""
    median, spread = MISSING_HOURS
    found = job.opened + 3600 * median * job.stream.lognormvariate(0, spread)
    last = job.moves[-1][0] if job.moves else job.opened
    latest = job.opened + 86_400 * MISSING_DAYS_AT_MOST
    job.closed, job.result = max(last + 300, min(found, latest)), Result.FOUND


def missing(job: Job, watch: Watch) -> Iterator[Happening]:
    """Who is missing, how the risk is graded, and the finding."""
    occasion, stream = job.occasion, job.stream
    case, story = job.case, occasion.story
    is_child = stream.random() < MISSING_CHILD
    risk = stream.choices(_RISKS, MISSING_RISK)[0]
    yield PersonMissing(
        at=watch.instant(job.opened + 60),
        age=stream.randrange(11, 18) if is_child else _grown(stream),
        sex="F" if stream.random() < 0.5 else "M",
        risk=risk,
        is_from_care=is_child and stream.random() < MISSING_FROM_CARE / MISSING_CHILD,
        case=case,
        story=story,
    )
    graded = job.opened + 3600 * (2 + 4 * stream.random())
    if risk is not Risk.HIGH and graded < job.closed and stream.random() < 0.12:
        yield MissingGraded(at=watch.instant(graded), risk=_RISKS[_RISKS.index(risk) - 1], case=case, story=story)
    came_back = stream.random() < 0.55
    town = occasion.spot.town if came_back else drawn_town(stream).name
    yield PersonFound(at=watch.instant(job.closed - 120), town=town, came_back=came_back, case=case, story=story)


def _grown(stream: Random) -> int:
    """An age of somebody grown up; one in six is old."""
    return stream.randrange(70, 93) if stream.random() < 0.17 else stream.randrange(18, 70)
