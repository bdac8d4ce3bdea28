"""Views of few columns, for questions that count over everything that an asker with many places may see.

The barrier of a view hands up every column for each row, a NULL where the question wants none of it: a third of what a
count of a million rows takes (ADR 12). Where a question names the few columns that it wants, it is given a view that
has no others, under the name of the whole one; rows, masks and barrier are the same.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from watchroom.gate.entity_views import EXTRA_COLUMNS
from watchroom.model.catalogue import Catalogue, Entity, columns_of
from watchroom.policy.decision import Decision

# A wider view saves little, and each one is made when it is first asked for.
_MOST_COLUMNS = 6
_BEGINS_WITH = re.compile(r"\A(?:\s|--[^\n]*\n)*with\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrow:
    """One view of few columns; or of the changes of few entities (`gate.changed`).

    Attributes:
        relation: name of the entity, or `change`.
        columns: their names, in the order of the view; none where it has them all.
        entities: names of those of whose changes it tells, sorted; None where it is no view of changes.
    """

    relation: str
    columns: tuple[str, ...] = ()
    entities: tuple[str, ...] | None = None

    @property
    def name(self) -> str:
        """The name of the view in the audience's schema."""
        return (
            f"few_{sha256(' '.join((self.relation, *self.columns, *(self.entities or ()))).encode()).hexdigest()[:16]}"
        )


def narrow_views(
    relations: Iterable[str], columns: frozenset[str], *, decision: Decision, model: Catalogue
) -> tuple[Narrow, ...]:
    """The views of few columns that do for a question about these relations; none for one of which it wants much.

    Args:
        relations: their names.
        columns: names among which all are that the question takes of any of them.
        decision: of the audience.
        model: of the node.
    """
    entities = [model.entities[name] for name in relations if name in model.entities]
    wanted = [
        Narrow(relation=entity.name, columns=_in_order(entity, columns))
        for entity in entities
        if decision.rows_of(entity.name)
    ]
    return tuple(one for one in wanted if len(one.columns) <= _MOST_COLUMNS)


def _in_order(entity: Entity, names: frozenset[str]) -> tuple[str, ...]:
    """Those of the view of an entity, also where a name of the question is another relation's; the id where none is."""
    every = (*(column.name for column in columns_of(entity)), *EXTRA_COLUMNS)
    return tuple(name for name in every if name in names) or ("id",)


def with_narrow(text: str, narrow: Sequence[Narrow]) -> str:
    """The text of a question in which each of these relations is its view of few columns.

    A part of the statement hides a relation of its name, and PostgreSQL puts it in place of each mention.
    """
    if not narrow:
        return text
    parts = ", ".join(f"{one.relation} as not materialized (select * from {one.name})" for one in narrow)
    own = _BEGINS_WITH.match(text)
    return f"with {parts}\n{text}" if own is None else f"{own[0]} {parts},{text[own.end() :]}"
