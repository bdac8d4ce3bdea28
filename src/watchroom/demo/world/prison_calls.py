"""What a prison calls an ambulance, the fire service or the police about: one emergency in two agencies."""

from collections.abc import Iterable
from datetime import timedelta

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.county import TOWNS, Point
from watchroom.demo.world.happening import Happening
from watchroom.demo.world.happenings_custody import Died
from watchroom.demo.world.happenings_safety import Assaulted, Fought, Method, SelfHarmed
from watchroom.demo.world.happenings_streets import Agency, Spot
from watchroom.demo.world.prisons.places import County
from watchroom.demo.world.streets.surges import OrderedCall

_KINDS = {Method.LIGATURE: "unconscious", Method.OTHER: "overdose"}


class PrisonCalls:
    """Who is called about what happens in the prisons of a world, and where the ambulance is to go."""

    def __init__(self, chance: Chance, counties: Iterable[County]) -> None:
        """Of those prisons, each at the edge of its town."""
        self._chance = chance
        self._at: dict[str, tuple[int, Spot]] = {}
        for county in counties:
            for prison in county.prisons:
                town = next(town for town in TOWNS if town.name == prison.town)
                point = Point(
                    latitude=round(town.centre.latitude + 0.011, 5), longitude=round(town.centre.longitude - 0.017, 5)
                )
                spot = Spot(town=town.name, street="Prison Road", house="1", point=point)
                self._at[prison.code] = (county.number, spot)

    def about(self, one: Happening) -> OrderedCall | None:
        """The call that something brings; None: the prison sees to it itself."""
        if isinstance(one, Died):
            return self._ambulance(one, "cardiac_arrest")
        if isinstance(one, SelfHarmed) and one.is_serious:
            return self._ambulance(one, _KINDS.get(one.method, "bleeding"))
        if isinstance(one, (Assaulted, Fought)) and one.is_serious:
            return self._ambulance(one, "assault")
        return None

    def _ambulance(self, one: Died | SelfHarmed | Assaulted | Fought, kind: str) -> OrderedCall:
        county, spot = self._at[one.prison]
        stream = self._chance.stream("a prison calls", one.life, one.at.isoformat())
        # An officer sees, the radio is passed on, and the control room of the prison dials.
        after = timedelta(seconds=90 + stream.randrange(240))
        return OrderedCall(at=one.at + after, agency=Agency.AMBULANCE, kind=kind, spot=spot, county=county)
