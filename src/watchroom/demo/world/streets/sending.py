"""Which crew goes to which incident, and when it comes and is free again."""

from collections.abc import Iterable, Sequence

from watchroom.demo.world.happenings_streets import Agency, UnitState
from watchroom.demo.world.streets.crews import Crew
from watchroom.demo.world.streets.figures import SPEED, STOOD_DOWN
from watchroom.demo.world.streets.jobs import Job
from watchroom.demo.world.streets.places import kilometres

# Seconds until a crew that is free can be sent again.
_BREATH = 20.0
# Seconds before the beginning of its shift from which a crew is reckoned with.
_SOON = 1800.0


def send(jobs: Iterable[Job], crews: Sequence[Crew]) -> None:
    """Send the crews of an agency to those of its incidents that want any, as they become ready."""
    for job in sorted((job for job in jobs if job.crews), key=lambda job: (job.ready, job.case.incident)):
        pace = 3600 / SPEED[0 if job.grade <= 2 else 1]
        spot = job.occasion.spot.point
        reach: list[tuple[float, str, float, Crew]] = []
        for crew in crews:
            sent = crew.free if crew.free > job.ready else job.ready
            # Whoever begins much later is not waited for; whoever has ended is gone.
            if sent < crew.ends and crew.begins < job.ready + _SOON:
                there = sent + 60 + kilometres(crew.point, spot) * pace
                reach.append((there, crew.unit.call_sign, sent, crew))
        # Towards the end of a watch none may be left who has not ended: then whoever is free first stays on.
        near = [min(reach)] if job.crews == 1 and reach else sorted(reach)[: job.crews]
        for place, (there, _, sent, crew) in enumerate(near):
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
