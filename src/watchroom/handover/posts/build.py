"""Builds the choice of a post: asks the gate once."""

from datetime import datetime

from watchroom.gate.askers import Asker
from watchroom.gate.door import Act, Asked, Gate, Refused, Seen, View
from watchroom.handover import rows, unit
from watchroom.handover.footings import footings_of, given_of, told_kinds
from watchroom.handover.posts.rules import Posts, RollRow, offered
from watchroom.kernel.named_sql import load_queries
from watchroom.policy.clauses import Duty
from watchroom.priority.freshness import source_ages

QUERIES = load_queries("watchroom.handover.posts")


def build_posts(gate: Gate, asker: Asker, *, purpose: str, at: datetime) -> Seen[Posts] | Refused:
    """The posts that the asker may choose and the roll of their establishments.

    Args:
        at: the node's present, timezone-aware; the sources' ages count from it.
    """

    def look(view: View) -> Posts:
        roll = view.rows(QUERIES["roll_by_unit"], RollRow)
        found = view.rows(unit.PRESENT["freshness"], rows.FreshnessRow)
        given = given_of(found, source_ages(found, at=at), at=at)
        held = view.decision.duties_on(view.today)
        duties = [duty for duty in Duty if duty in held]
        return Posts(
            purpose=purpose,
            offered=offered(roll, units=asker.units),
            roll=roll,
            sources=given.giving(told_kinds(view.model)),
            roll_rests_on=footings_of(given)["roll"],
            duties=duties,
            reads_people=view.may_see("person"),
        )

    return gate.read(asker, asked=Asked(purpose=purpose, act=Act.COUNT, what="posts"), look=look)
