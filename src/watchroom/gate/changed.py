"""Asking the change feed of those entities only of which something changed: what a unit is told of a night is of few.

The feed looks each change up by the clauses of its entity, so its plan has a part for every entity that an audience
sees. To set up the parts that find nothing took more than half of what the question costs. So the gate first finds out
of which entities a row of the place changed (`enter`, by the index of changes), and gives the question a view of the
feed that has only their parts, under the name of the whole one. What it gives is the same; see ADR 12.

Each set of entities would be a view and, in each connection, a plan of its own, so there are few: a set that is asked
for is answered by a view that has all of it and little more, where there is one, and by the whole feed once there are
enough of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from watchroom.gate.narrow_views import Narrow

CHANGE = "change"
"""Name of the relation of the feed."""

# What an audience has of them at most; a plan of ten entities takes some hundred kilobytes in each connection.
_MOST_VIEWS = 8
# A part that finds nothing costs less than a plan that is made anew.
_SPARE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which changes are sought: those after a sequence of rows of a place, which lie there or left it.

    Attributes:
        after: sealed sequence.
        unit_code: of any entity, on that unit.
        site_code, of_site: and of these entities, anywhere at that establishment.
    """

    after: int
    unit_code: str
    site_code: str
    of_site: tuple[str, ...] = ()

    def as_fact(self) -> Mapping[str, object]:
        """For the entrance."""
        return {
            "after": self.after,
            "unit_code": self.unit_code,
            "site_code": self.site_code,
            "of_site": self.of_site,
        }


def changes_of(wanted: frozenset[str], *, made: Iterable[Narrow], told: frozenset[str]) -> Narrow | None:
    """The view of the feed for a question about the changes of some entities; None: the whole one.

    INVARIANT: it has every wanted entity of whose changes the audience is told.

    Args:
        wanted: names of the entities.
        made: the views of few columns or entities that the audience has.
        told: names of all entities of whose changes it is told.
    """
    needed = wanted & told
    entities = [frozenset(one.entities) for one in made if one.entities is not None]
    covering = sorted((one for one in entities if needed <= one), key=lambda one: (len(one), sorted(one)))
    if covering and len(covering[0]) <= len(needed) + _SPARE:
        return _view(covering[0])
    if len(entities) < _MOST_VIEWS and len(needed) + _SPARE < len(told):
        return _view(needed)
    return _view(covering[0]) if covering else None


def _view(entities: frozenset[str]) -> Narrow:
    return Narrow(relation=CHANGE, entities=tuple(sorted(entities)))
