"""Which crew goes to which incident, and when it comes and is free again."""

from collections.abc import Iterable, Sequence
from heapq import nsmallest

from watchroom.demo.world.happenings_streets import Agency, UnitState
from watchroom.demo.world.streets.crews import Crew
from watchroom.demo.world.streets.figures import SPEED, STOOD_DOWN
from watchroom.demo.world.streets.jobs import Job
from watchroom.demo.world.streets.places import kilometres

# Seconds until a crew that is free can be sent again.
_BREATH = 20.0


def send(jobs: Iterable[Job], crews: Sequence[Crew]) -> None:
    """Send the crews of an agency to those of its incidents that want any, as they become ready."""
    for job in sorted((job for job in jobs if job.crews), key=lambda job: (job.ready, job.case.incident)):
        pace = 3600 / SPEED[0 if job.grade <= 2 else 1]
        reach = [
            (
                sent := max(job.ready, crew.free),
                sent + 60 + kilometres(crew.point, job.occasion.spot.point) * pace,
                crew,
            )
            for crew in crews
            if max(job.ready, crew.free) < crew.ends
        ]
        # Towards the end of a watch none may be left who has not ended: then whoever is free first stays on.
        near = nsmallest(job.crews, reach, key=lambda one: (one[1], one[2].unit.call_sign))
        for place, (sent, there, crew) in enumerate(near):
            _moves(job, crew, (sent, there), place=place)
        job.moves.sort(key=lambda move: move[0])


def _moves(job: Job, crew: Crew, way: tuple[float, float], *, place: int) -> None:
    """What one crew does for an incident; the second and later ones may be stood down on their way."""
    stream, unit = job.stream, crew.unit
    sent, there = way
    on_way = min(sent + 20 + 40 * stream.random(), there)
    job.moves.append((sent, unit, UnitState.SENT))
    if place and stream.random() < STOOD_DOWN * 2:
        down = on_way + (there - on_way) * (0.3 + 0.7 * stream.random())
        job.moves += [(on_way, unit, UnitState.ON_WAY), (down, unit, UnitState.STOOD_DOWN)]
        crew.free = down + _BREATH
        return
    mean = 60 * job.kind.scene * (1.0 if place == 0 or job.agency is Agency.AMBULANCE else 0.6)
    clear = there + max(240.0, stream.gammavariate(2.2, mean / 2.2))
    job.moves += [
        (on_way, unit, UnitState.ON_WAY),
        (there, unit, UnitState.ON_SCENE),
        (clear, unit, UnitState.CLEAR),
    ]
    crew.free, crew.point = clear + _BREATH, job.occasion.spot.point
