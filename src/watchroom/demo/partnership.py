"""The example partnership as a whole: the parts of its world, in the order in which they hear of each other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.happening import Day, Part, days_of
from watchroom.demo.world.lives import Lives
from watchroom.demo.world.partners.council import Council
from watchroom.demo.world.partners.courts import Courts
from watchroom.demo.world.partners.health import HealthTrust
from watchroom.demo.world.partners.police import CustodySuites
from watchroom.demo.world.partners.probation import Probation
from watchroom.demo.world.partners.society import Society
from watchroom.demo.world.prison_calls import PrisonCalls
from watchroom.demo.world.prisons.part import Prisons
from watchroom.demo.world.prisons.places import County, prisons_for
from watchroom.demo.world.streets.part import Streets


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How large a world is, where it begins, and which one it is.

    Attributes:
        people: in custody, about; the rest of the partnership is in proportion.
        begins: the first day.
        days: how many.
        seed: same seed, same bytes.
    """

    people: int
    begins: date
    days: int
    seed: int = 20260724

    @property
    def dates(self) -> Iterator[date]:
        """The days, in order."""
        return (self.begins + timedelta(days=number) for number in range(self.days))


class Partnership:
    """A world with everything in it, on the eve of its first day."""

    def __init__(self, extent: Extent) -> None:
        """The world of that extent."""
        self.extent = extent
        self.chance = Chance(extent.seed)
        self.lives = Lives(self.chance)
        self.counties: Sequence[County] = prisons_for(extent.people)
        number = len(self.counties)
        self.society = Society(self.chance, counties=number)
        self.prisons = Prisons(self.chance, self.lives, counties=self.counties, begins=extent.begins)
        calls = PrisonCalls(self.chance, self.counties)
        self.streets = Streets(self.chance, counties=number, calls=calls.about)
        held = ((life, one.prison) for life, one in self.prisons.held.items())
        self._parts: tuple[Part, ...] = (
            CustodySuites(self.society),
            Courts(self.society),
            self.prisons,
            HealthTrust(self.society, held=held),
            Probation(self.society),
            Council(self.society),
            self.streets,
        )

    def days(self) -> Iterator[Day]:
        """Each day of its extent; to be asked once, for the world goes on."""
        return days_of(self._parts, self.extent.dates)
