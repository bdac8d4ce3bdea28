"""The community of the example world for tests, and its days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from watchroom.demo.world.chance import Chance
from watchroom.demo.world.happening import Day, Happening, days_of
from watchroom.demo.world.partners.council import Council
from watchroom.demo.world.partners.courts import Courts
from watchroom.demo.world.partners.health import HealthTrust
from watchroom.demo.world.partners.police import CustodySuites
from watchroom.demo.world.partners.probation import Probation
from watchroom.demo.world.partners.society import Society

BEGINS = date(2026, 6, 22)
HELD = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """The parts of a world, and what they have in common."""

    society: Society
    suites: CustodySuites
    courts: Courts
    probation: Probation
    health: HealthTrust
    council: Council

    def days(self, number: int) -> Iterator[Day]:
        """So many days from the first, in order."""
        parts = (self.suites, self.courts, self.probation, self.health, self.council)
        return days_of(parts, [BEGINS + timedelta(days=one) for one in range(number)])


def community(*, seed: int = 7, counties: int = 1) -> Community:
    """A community on the eve of its first day."""
    society = Society(Chance(seed), counties=counties)
    # Until the prisons are among the parts, so many people are held when the world begins.
    held = [(life, "ORM") for life in range(HELD)]
    return Community(
        society=society,
        suites=CustodySuites(society),
        courts=Courts(society),
        probation=Probation(society),
        health=HealthTrust(society, held=held),
        council=Council(society),
    )


@lru_cache(maxsize=1)
def ninety_days() -> tuple[Happening, ...]:
    """What happens in the first ninety days of the usual community; nobody may change it."""
    return tuple(one for day in community().days(90) for one in day.happenings)
