"""The establishments and units that deliveries have named: what an account may be assigned to."""

from collections.abc import Iterable
from dataclasses import dataclass

from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection

_QUERIES = load_queries("watchroom.ingest")


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


def known_places(connection: Connection) -> KnownPlaces:
    """The places of the record, as loader."""
    rows = connection.execute(_QUERIES["places"].text).fetchall()
    return KnownPlaces(
        sites=tuple(sorted({site for site, _ in rows})), units=tuple(sorted({unit for _, unit in rows if unit}))
    )
