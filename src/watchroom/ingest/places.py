"""The establishments and units that deliveries have named: what an account may be assigned to."""

from collections.abc import Iterable
from dataclasses import dataclass

from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection

_QUERIES = load_queries("watchroom.ingest")

# So many known places are named where an unknown one is refused.
_LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPlaces:
    """Places of the record, in order.

    Attributes:
        sites: codes of establishments.
        units: paths of wings.
    """

    sites: tuple[str, ...]
    units: tuple[str, ...]

    @property
    def are_none(self) -> bool:
        """Whether nothing was delivered yet that names a place."""
        return not self.sites

    def unknown(self, sites: Iterable[str], units: Iterable[str]) -> tuple[str, ...]:
        """Those of the named places that the record does not hold."""
        missing = [site for site in sites if site not in self.sites]
        return (*missing, *(unit for unit in units if unit not in self.units))

    def without(self, places: tuple[str, ...]) -> str:
        """What is not known, and what is: the wings of the establishments that were meant, else the establishments."""
        meant = {place.partition("-")[0] for place in places}
        near = [unit for unit in self.units if unit.partition("-")[0] in meant] or list(self.sites)
        listed = ", ".join(near[:_LISTED]) + (f" and {len(near) - _LISTED} more" if len(near) > _LISTED else "")
        return f"no delivery has named `{'`, `'.join(places)}`; known are {listed}: name one of these, or take in first"


def known_places(connection: Connection) -> KnownPlaces:
    """The places of the record, as loader."""
    rows = connection.execute(_QUERIES["places"].text).fetchall()
    return KnownPlaces(
        sites=tuple(sorted({site for site, _ in rows})), units=tuple(sorted({unit for _, unit in rows if unit}))
    )
