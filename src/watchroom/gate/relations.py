"""The relations of one audience, by name, each composed when it is first asked for."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from psycopg import sql

from watchroom.gate.asking import Asking
from watchroom.gate.entity_views import EntityViews
from watchroom.gate.feed_views import FeedViews
from watchroom.gate.held_sql import held_rows
from watchroom.gate.narrow_views import Narrow
from watchroom.gate.place_views import PlaceViews
from watchroom.gate.relation_sql import own_people
from watchroom.gate.source_views import SourceViews
from watchroom.gate.suppression import shown_issues
from watchroom.model.catalogue import Catalogue
from watchroom.policy.clauses import Duty
from watchroom.policy.decision import Decision
from watchroom.policy.purposes import PURPOSES

# What product SQL may name beside the entities of the model.
BESIDE_ENTITIES = ("change", "source_freshness", "ingest_issue_count", "source_quality", "roll", "occupancy")

# Persons whom an exclusion hides today; only the owner may read it, in the function that notes who asks.
HIDDEN_PEOPLE = "hidden_people"

# Cases in which the asker has a part; likewise.
OWN_CASES = "own_cases"

# To whom the asker has a relation; likewise.
OWN_PEOPLE = "own_people"
FOR_THE_ENTRANCE = (HIDDEN_PEOPLE, OWN_CASES, OWN_PEOPLE)

# Says by which clauses a visible row is shown; only the gate itself asks it.
REASONS_PREFIX = "why_"

# Says where a visible row came from, and its raw row as far as it may be shown; likewise.
ORIGIN_PREFIX = "from_"

# Rows of deliveries of which no record came; likewise.
HELD_ROWS = "held_row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One view: its query, and whether it is for the entrance (`enter`) and not for the audience.

    Attributes:
        columns: names of those of the query that it has; none: all of them.
    """

    name: str
    query: sql.Composable
    is_for_entrance: bool = False
    columns: tuple[str, ...] = ()

    @property
    def shown(self) -> sql.Composable:
        """Its columns, of a query that is called `shown`."""
        if not self.columns:
            return sql.SQL("shown.*")
        return sql.SQL(", ").join(sql.Identifier("shown", name) for name in self.columns)


class Relations:
    """Composes the views of the audience of one decision."""

    def __init__(self, decision: Decision, *, model: Catalogue, asking: Asking) -> None:
        self._decision = decision
        self._model = model
        self._asking = asking
        self._views = EntityViews(decision, model=model, asking=self._asking)

    def relation(self, name: str | Narrow) -> Relation:
        """The relation of that name, or one of few columns or entities."""
        if isinstance(name, Narrow) and name.entities is not None:
            return Relation(name=name.name, query=self._feeds(name.entities).change())
        if isinstance(name, Narrow):
            return replace(self.relation(name.relation), name=name.name, columns=name.columns)
        if name in self._model.entities:
            return Relation(name=name, query=self._views.view(self._model.entity(name)))
        if name == HIDDEN_PEOPLE:
            return Relation(name=name, query=self._views.exclusions.hidden_people(), is_for_entrance=True)
        if name == OWN_CASES:
            return Relation(name=name, query=self._views.exclusions.own_cases(), is_for_entrance=True)
        if name == OWN_PEOPLE:
            return Relation(name=name, query=own_people(self._asking), is_for_entrance=True)
        if name.startswith(REASONS_PREFIX):
            entity = self._model.entity(name.removeprefix(REASONS_PREFIX))
            return Relation(name=name, query=self._views.reasons(entity))
        if name.startswith(ORIGIN_PREFIX):
            return Relation(name=name, query=self._views.origins(self._model.entity(name.removeprefix(ORIGIN_PREFIX))))
        if name == HELD_ROWS:
            return Relation(name=name, query=held_rows(self._decision, model=self._model, asking=self._asking))
        return self._beside(name)

    @property
    def told(self) -> tuple[str, ...]:
        """The names of the entities of whose changes the audience is told, sorted."""
        return tuple(sorted(name for name in self._model.entities if self._decision.rows_of(name)))

    def _feeds(self, among: Collection[str] | None = None) -> FeedViews:
        entities = [entity for name, entity in self._model.entities.items() if among is None or name in among]
        return FeedViews(entities, views=self._views, asking=self._asking)

    def _beside(self, name: str) -> Relation:
        sources = SourceViews(self._asking)
        match name:
            case "change":
                return Relation(name=name, query=self._feeds().change())
            case "source_freshness":
                return Relation(name=name, query=sources.freshness())
            case "source_quality":
                return Relation(name=name, query=sources.quality(is_whole=self._counts_issues_whole))
            case "ingest_issue_count":
                issues = sources.issues()
                is_whole = self._counts_issues_whole
                return Relation(name=name, query=issues if is_whole else shown_issues(issues, asking=self._asking))
            case "roll":
                return Relation(name=name, query=self._roll())
            case _:
                return self._occupancy(name)

    def _roll(self) -> sql.Composable:
        if not self._counts_whole:
            return self._places.no_roll()
        return self._places.roll() if self._shows_persons else self._places.board_roll()

    def _occupancy(self, name: str) -> Relation:
        is_whole = self._counts_whole and self._shows_persons
        return Relation(name=name, query=self._places.occupancy() if is_whole else self._places.no_occupancy())

    @property
    def _counts_whole(self) -> bool:
        return _counts_whole(self._decision)

    @property
    def _shows_persons(self) -> bool:
        return bool(self._decision.rows_of("person"))

    @property
    def _counts_issues_whole(self) -> bool:
        """Whoever is shown no person, and does not keep the data, might tell somebody by a small number."""
        shown = (grant.clause for grant in self._decision.grants if not grant.clause.is_count_only)
        sees_people = any(self._model.entity(clause.entity).about_person for clause in shown)
        return sees_people or any(duty is Duty.QUALITY_COUNTS for duty, _, _ in self._decision.duties)

    @cached_property
    def _places(self) -> PlaceViews:
        return PlaceViews(model=self._model, asking=self._asking, views=self._views)


def is_agreed(decision: Decision, relation: str, *, today: date) -> bool:
    """Whether anything of a relation is agreed on a day of the node, be there rows of it or none."""
    granted = [grant for grant in decision.grants if grant.holds_on(today)]
    match relation:
        case "source_freshness" | "ingest_issue_count" | "source_quality":
            return True
        case "roll":
            return _counts_whole(decision)
        case "occupancy":
            rows = decision.rows_of("person")
            return _counts_whole(decision) and any(grant.holds_on(today) for grant in rows)
        case "change":
            return any(not grant.clause.is_count_only for grant in granted)
        case _:
            return any(grant.clause.entity == relation for grant in granted)


def _counts_whole(decision: Decision) -> bool:
    return PURPOSES[decision.purpose].counts_whole


def schema_name(audience: str) -> str:
    """The schema of an audience's views."""
    return f"seen_{audience}"


def role_name(prefix: str, audience: str) -> str:
    """The role of an audience; roles are shared by a server's databases, hence the node's prefix."""
    return f"{prefix}_seen_{audience}"
