"""Why a person may see one row, field by field. Of what they may not see, nothing: not even whether it is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from watchroom.audit.entries import Act
from watchroom.gate.askers import Asker
from watchroom.gate.door import Asked, Gate, Refused, Seen, View
from watchroom.gate.see import entity_rows
from watchroom.model.catalogue import Catalogue
from watchroom.model.text import Text
from watchroom.model.words import Words

ALLOWED = "allowed"
NOT_AVAILABLE = "not_available"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause that shows the row."""

    agreement: str
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """One field of the row that is not shown, or only in part."""

    field: str
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why somebody may see one row.

    Attributes:
        decision: `allowed` or `not_available`. The second says the same of a hidden row and of none.
        by: the clauses that show the row.
        withheld: what they do not show of it.
    """

    decision: str
    by: tuple[Clause, ...]
    withheld: tuple[Withheld, ...]

    def as_json(self, words: Words) -> dict[str, object]:
        """The explanation as a JSON-able document, its reasons in words."""
        return {
            "decision": self.decision,
            "by": [{"agreement": clause.agreement, "clause": clause.clause} for clause in self.by],
            "withheld": [{"field": one.field, "reason": words.say(one.reason)} for one in self.withheld],
        }


NOTHING = Explanation(decision=NOT_AVAILABLE, by=(), withheld=())


def explain(
    gate: Gate,
    asker: Asker,
    *,
    entity: str,
    row_id: UUID,
    purpose: str,
    as_of: datetime | None = None,
) -> Seen[Explanation] | Refused:
    """Why the asker may see one row of an entity; recorded as any read.

    Args:
        gate: the door.
        asker: who asks, about their own sight.
        entity: name of an entity.
        row_id: of the row.
        purpose: dotted name.
        as_of: timezone-aware; None: the present.
    """
    if entity not in gate.model.entities:
        return gate.refuse(asker, purpose=purpose, what="explain", code="unknown_entity")
    return gate.read(
        asker,
        asked=Asked(purpose=purpose, act=Act.EXPLAIN, what=entity, as_of=as_of),
        look=lambda view: explanation(view, entity, row_id, model=gate.model),
    )


def explanation(view: View, entity: str, row_id: UUID, *, model: Catalogue) -> Explanation:
    """Why the view shows one row of an entity."""
    # INVARIANT: both are asked, in this order, whatever the first one gives: a hidden row and none cost the same.
    names = view.reasons(entity, row_id)
    rows = entity_rows(view, entity, model=model, row_id=row_id)
    if not names or not rows:
        return NOTHING
    return Explanation(
        decision=ALLOWED,
        by=tuple(_clause(name) for name in names),
        withheld=tuple(_withheld(view, entity, names, field) for field in _names(rows[0])),
    )


def _clause(name: str) -> Clause:
    agreement, _, clause = name.partition("#")
    return Clause(agreement=agreement, clause=clause)


def _names(row: Mapping[str, object]) -> list[str]:
    withheld = row["withheld"]
    return [str(name) for name in withheld] if isinstance(withheld, list) else []  # type: ignore[reportUnknownVariableType]


def _withheld(view: View, entity: str, names: tuple[str, ...], field: str) -> Withheld:
    """Fields are masked, or not agreed, by clause and not by person: the reason says nothing of the row itself."""
    shown = [grant.clause for grant in view.decision.rows_of(entity) if grant.name in names]
    is_masked = any(field in clause.fields for clause in shown)
    return Withheld(field=field, reason=Text(f"gate.withheld.{'masked' if is_masked else 'not_agreed'}"))
