"""What people call about: each occasion once, with all the calls that it brings."""

from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from random import Random

from watchroom.demo.world.chance import Chance, often
from watchroom.demo.world.happenings_streets import Agency, Line, Spot
from watchroom.demo.world.streets.figures import DOORS, KINDS, Door, Kind
from watchroom.demo.world.streets.hours import Watch, drawn_second, stated_calls, weights_of
from watchroom.demo.world.streets.places import BY_NAME, RESIDENTS, drawn_spot, drawn_town
from watchroom.demo.world.streets.surges import Ordered, OrderedCall, Surge, surges_within


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Something about which people call.

    Attributes:
        key: by which the world knows it.
        county: its number.
        agency, line: whom they call, by which number.
        kind: what it is.
        spot: where.
        calls: when they call, seconds of the watch, in order.
        is_kept: an incident is made of it.
        grade: that is given; None: drawn.
        story: of a storyline.
    """

    key: str
    county: int
    agency: Agency
    line: Line
    kind: Kind
    spot: Spot
    calls: tuple[float, ...]
    is_kept: bool = True
    grade: int | None = None
    story: str | None = None


def _mean_calls(door: Door) -> float:
    """How many calls there are about one occasion on average."""
    kinds = KINDS[door.agency]
    whole = sum(weight for _, weight in door.kinds)
    mean = sum(kinds[name].calls * weight for name, weight in door.kinds) / whole
    return door.kept * mean + (1 - door.kept)


_MEANS = tuple(map(_mean_calls, DOORS))
_KINDS = tuple(
    (tuple(accumulate(weight for _, weight in door.kinds)), tuple(KINDS[door.agency][name] for name, _ in door.kinds))
    for door in DOORS
)


def occasions_of(chance: Chance, county: int, watch: Watch, *, ordered: Iterable[Ordered] = ()) -> list[Occasion]:
    """All occasions of a watch of a county, in no order.

    What surges and storylines add moves nothing of the others.
    """
    found: list[Occasion] = []
    for number, door in enumerate(DOORS):
        found.extend(_usual(chance.stream("calls", county, watch.number, number), county, watch, door=number))
        for surge in surges_within(
            (one for one in ordered if isinstance(one, Surge) and one.county == county),
            watch.begins,
            watch.instant(86_400),
        ):
            words = ("surge", county, watch.number, number, surge.kind, surge.town, surge.begins.isoformat())
            found.extend(_of_surge(chance.stream(*words), surge, watch, door=door))
    found.extend(ordered_occasions(chance, county, watch, ordered=ordered))
    return found


def ordered_occasions(chance: Chance, county: int, watch: Watch, *, ordered: Iterable[Ordered]) -> Iterator[Occasion]:
    """What storylines and other parts of the world want to be called about in a watch."""
    taken: set[str] = set()
    for call in ordered:
        if not isinstance(call, OrderedCall) or call.county != county:
            continue
        second = (call.at - watch.begins).total_seconds()
        if 0 <= second < 86_400:
            key = f"{county}.{watch.number}.o{int(second)}{call.kind}{call.spot.street}"
            while key in taken:
                key += "+"
            taken.add(key)
            yield _of_order(chance.stream("ordered", key), call, second, key=key)


def _usual(stream: Random, county: int, watch: Watch, *, door: int) -> Iterator[Occasion]:
    """What comes through a door on any day."""
    weights, kinds = _KINDS[door]
    hours = weights_of(door, watch)
    whole = weights[-1]
    for number in range(often(stream, hours[-1] / _MEANS[door])):
        kind = kinds[bisect(weights, stream.random() * whole)]
        yield _occasion(
            stream,
            kind,
            drawn_second(stream, watch, hours),
            door=DOORS[door],
            named=(f"{county}.{watch.number}.{door}.{number}", county, ""),
        )


def _occasion(stream: Random, kind: Kind, second: float, *, door: Door, named: tuple[str, int, str]) -> Occasion:
    key, county, town = named
    is_kept = stream.random() < door.kept
    calls = drawn_calls(stream, second, mean=kind.calls) if is_kept else (second,)
    where = BY_NAME[town] if town else drawn_town(stream)
    return Occasion(
        key=key,
        county=county,
        agency=door.agency,
        line=door.line,
        kind=kind,
        spot=drawn_spot(stream, where, on_road=stream.random() < kind.on_road),
        calls=calls,
        is_kept=is_kept,
    )


def drawn_calls(stream: Random, second: float, *, mean: float) -> tuple[float, ...]:
    """When people call about an occasion: the first at that second, the others within some minutes."""
    calls = [second]
    more = (mean - 1) / mean
    while stream.random() < more and len(calls) < 12:
        calls.append(calls[-1] + stream.expovariate(1 / (150 if mean > 1.9 else 900)))
    return tuple(calls)


def _of_surge(stream: Random, surge: Surge, watch: Watch, *, door: Door) -> Iterator[Occasion]:
    """What a surge adds at a door: the usual number of each hour that lies in it, times its factor less one."""
    number = DOORS.index(door)
    weights, kinds = _KINDS[number]
    fitting = [
        (kind, weight) for kind, weight in zip(kinds, _each(weights), strict=True) if surge.kind in ("", kind.name)
    ]
    if not fitting or surge.factor <= 1:
        return
    share = sum(weight for _, weight in fitting) / weights[-1]
    share *= BY_NAME[surge.town].residents / RESIDENTS if surge.town else 1.0
    named = f"{surge.county}.{watch.number}.{number}.{surge.kind}{surge.town}{surge.begins:%H%M}"
    for weekday, hour, second in watch.hours:
        begins = watch.instant(second)
        within = min(surge.ends, begins + timedelta(hours=1)) - max(surge.begins, begins)
        rate = stated_calls(number, weekday, hour) / _MEANS[number] * share * (surge.factor - 1)
        for one in range(often(stream, rate * max(within.total_seconds(), 0) / 3600)):
            after = max((surge.begins - begins).total_seconds(), 0) + stream.random() * within.total_seconds()
            kind = stream.choices(fitting, [weight for _, weight in fitting])[0][0]
            yield _occasion(
                stream,
                kind,
                second + after,
                door=door,
                named=(f"{named}.{hour}.{one}", surge.county, surge.town),
            )


def _each(summed: tuple[float, ...]) -> list[float]:
    return [after - before for before, after in zip((0.0, *summed), summed, strict=False)]


def _of_order(stream: Random, call: OrderedCall, second: float, *, key: str) -> Occasion:
    calls = [second]
    for _ in range(call.calls - 1):
        calls.append(calls[-1] + stream.expovariate(1 / 150))
    return Occasion(
        key=key,
        county=call.county,
        agency=call.agency,
        line=call.line,
        kind=KINDS[call.agency][call.kind],
        spot=call.spot,
        calls=tuple(calls),
        grade=call.grade,
        story=call.story,
    )
