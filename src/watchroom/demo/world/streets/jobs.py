"""What an occasion becomes in each control room: an incident, two of the same, or three in three agencies."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from watchroom.demo.world.happenings_streets import Agency, Case, Line, Result, Room, Unit, UnitState
from watchroom.demo.world.streets.figures import HELD_BACK, KINDS, MADE_TWICE, REKEYED, Kind
from watchroom.demo.world.streets.occasions import Occasion


@dataclass(slots=True, kw_only=True)
class Job:
    """An incident of one agency, while its life is drawn; instants are seconds of the watch.

    Attributes:
        occasion: what it is about.
        stream: the chance of its life.
        case: the same as happenings name it.
        kind, grade, line: as of `IncidentOpened`.
        opened: when.
        ready: from when somebody is to be sent.
        crews: how many are to go; 0: nobody.
        passed_from: the incident of the agency that passed it on.
        passed: to whom it is passed, and when they are asked.
        calls: which calls of the occasion were written to it, each with its number.
        same_as: the incident that it is the same as.
        moves: what its units did.
        closed, result: how it ended.
    """

    case: Case
    occasion: Occasion
    stream: Random
    kind: Kind
    grade: int
    line: Line | None
    opened: float
    ready: float = 0.0
    crews: int = 0
    passed_from: "Job | None" = None
    passed: list[tuple[float, Agency]] = field(default_factory=list[tuple[float, Agency]])
    calls: list[tuple[int, float]] = field(default_factory=list[tuple[int, float]])
    same_as: str | None = None
    moves: list[tuple[float, Unit, UnitState]] = field(default_factory=list[tuple[float, Unit, UnitState]])
    closed: float = 0.0
    result: Result = Result.DEALT_WITH

    @property
    def agency(self) -> Agency:
        """Whose it is."""
        return self.case.room.agency


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """With what an incident begins."""

    kind: Kind
    agency: Agency
    opened: float
    mark: str = ""


def jobs_of(occasion: Occasion, stream: Random) -> list[Job]:
    """The incidents of an occasion that is kept: the first agency's own, its duplicates, and what is passed on."""
    opened = _keyed(stream, occasion.calls[0])
    first = _job(occasion, stream, _Start(kind=occasion.kind, agency=occasion.agency, opened=opened))
    first.line = occasion.line
    first.calls.append((1, occasion.calls[0]))
    jobs = [first, *_duplicates(first)]
    for agency, kind, share in occasion.kind.passes:
        if stream.random() < share:
            asked = first.opened + 40 + stream.expovariate(1 / 150)
            first.passed.append((asked, agency))
            keyed = asked + 60 * stream.lognormvariate(0, REKEYED[1]) * REKEYED[0]
            other = _job(occasion, stream, _Start(kind=KINDS[agency][kind], agency=agency, opened=keyed))
            other.passed_from = first
            jobs.append(other)
    return jobs


def _keyed(stream: Random, called: float) -> float:
    """When an incident is made of a call: within its first minute or two."""
    return called + 20 + 70 * stream.random()


def _job(occasion: Occasion, stream: Random, start: _Start) -> Job:
    kind, agency, opened = start.kind, start.agency, start.opened
    grade = occasion.grade or 1 + _placed(stream.random() * 100, kind.grades)
    room = Room(county=occasion.county, agency=agency)
    return Job(
        case=Case(room=room, incident=f"{occasion.key}{agency.value[0]}{start.mark}", occasion=occasion.key),
        occasion=occasion,
        stream=stream,
        kind=kind,
        grade=grade,
        line=None,
        opened=opened,
        ready=opened + _wait(stream, agency, grade),
        crews=_crews(stream, kind, grade),
    )


def _placed(value: float, weights: tuple[int, ...]) -> int:
    for place, weight in enumerate(weights):
        value -= weight
        if value < 0:
            return place
    return len(weights) - 1


def _wait(stream: Random, agency: Agency, grade: int) -> float:
    return 30 + 60 * stream.expovariate(1.0) * HELD_BACK[agency][grade - 1]


def _crews(stream: Random, kind: Kind, grade: int) -> int:
    if (grade > 1 and stream.random() > kind.attended) or (grade == 4 and stream.random() < 0.8):
        return 0
    whole = int(kind.crews)
    return max(1, whole + (stream.random() < kind.crews - whole))


def _duplicates(first: Job) -> Iterator[Job]:
    """Further calls: most are written to the incident that stands, some to one of their own."""
    for number, called in enumerate(first.occasion.calls[1:], start=2):
        if first.stream.random() >= MADE_TWICE:
            first.calls.append((number, called))
            continue
        opened = _keyed(first.stream, called)
        start = _Start(kind=first.kind, agency=first.agency, opened=opened, mark=str(number))
        twin = _job(first.occasion, first.stream, start)
        twin.line = first.occasion.line
        twin.calls.append((number, called))
        twin.same_as = first.case.incident
        twin.crews = 0
        yield twin
