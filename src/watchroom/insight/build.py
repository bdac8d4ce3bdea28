"""Builds the board's page: asks the gate once, and gathers what it may tell."""

from datetime import UTC, datetime
from functools import partial

from watchroom.gate.askers import Asker
from watchroom.gate.door import Act, Asked, Gate, Refused, Seen, View
from watchroom.insight.rules import (
    BOARD_PURPOSE,
    RECORDS,
    Board,
    NumberRow,
    Numbers,
    PlacesRow,
    RollRow,
    SourceRow,
    kept_fields,
    numbers_of,
    sites_of,
)
from watchroom.kernel.named_sql import load_queries
from watchroom.model.jurisdiction import Jurisdiction
from watchroom.priority.freshness import source_ages

QUERIES = load_queries("watchroom.insight")


def build_board(gate: Gate, asker: Asker, *, at: datetime, jurisdiction: Jurisdiction) -> Seen[Board] | Refused:
    """The numbers that a board may be told now, for the one purpose that there is for them.

    Args:
        at: the node's present, timezone-aware; the sources' ages count from it.
    """
    look = partial(_look, at=at.astimezone(UTC), jurisdiction=jurisdiction)
    return gate.read(asker, asked=Asked(purpose=BOARD_PURPOSE, act=Act.COUNT, what="board"), look=look)


def _look(view: View, *, at: datetime, jurisdiction: Jurisdiction) -> Board:
    roll = view.rows(QUERIES["roll_by_site"], RollRow)
    cells = sorted(jurisdiction.concepts["cell"].codes) if "cell" in jurisdiction.concepts else []
    places = view.rows(QUERIES["places_by_site"], PlacesRow, cells=cells) if view.may_see("location") else []
    sources = source_ages(view.rows(QUERIES["sources"], SourceRow), at=at)
    return Board(
        at=at,
        is_known=any(source.as_of is not None for source in sources),
        sites=sites_of(roll, places),
        on_roll=next((row.on_roll for row in roll if row.counted == "total"), None),
        care_plans=_numbers(view, "care_plans", entity="alert"),
        incidents=_numbers(view, "incidents", entity="incident_report"),
        kept_fields=kept_fields(roll),
        kept_records=[entity for entity in RECORDS if not view.may_see(entity)],
        sources=sources,
    )


def _numbers(view: View, query: str, *, entity: str) -> Numbers:
    return numbers_of(view.rows(QUERIES[query], NumberRow) if view.may_see(entity) else ())
