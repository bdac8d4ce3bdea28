"""Why a person may see one row, field by field. Of what they may not see, nothing: not even whether it is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from watchroom.audit.entries import Act
from watchroom.gate.askers import Asker
from watchroom.gate.door import Asked, Gate, Refused, Seen, View
from watchroom.gate.see import entity_row_soon
from watchroom.model.catalogue import Catalogue, Entity
from watchroom.model.text import Text
from watchroom.model.words import Words
from watchroom.policy.clause_words import regime_in_words, rows_in_words
from watchroom.policy.decision import Grant
from watchroom.policy.masks import strength

ALLOWED = "allowed"
NOT_AVAILABLE = "not_available"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause that shows the row.

    Attributes:
        agreement, clause: their names.
        rows: which rows it shows.
        regime: the legal regime under which it shows them.
    """

    agreement: str
    clause: str
    rows: Text
    regime: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """One field of the row that is not shown, or only in part."""

    field: str
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why somebody may see one row.

    INVARIANT: of a row that is not available it holds nothing but the purpose: a hidden one and none are told alike.

    Attributes:
        decision: `allowed` or `not_available`. The second says the same of a hidden row and of none.
        purpose: for which it was asked.
        by: the clauses that show the row.
        withheld: what they do not show of it.
    """

    decision: str
    purpose: str
    by: tuple[Clause, ...] = ()
    withheld: tuple[Withheld, ...] = ()

    @property
    def next(self) -> Text | None:
        """What to do where the row is not available."""
        return None if self.decision == ALLOWED else Text("gate.not_available.next")

    def as_json(self, words: Words) -> dict[str, object]:
        """The explanation as a JSON-able document, its reasons in words."""
        return {
            "decision": self.decision,
            "purpose": {"name": self.purpose, "text": words.phrase(f"purpose.{self.purpose}")},
            "by": [
                {
                    "agreement": clause.agreement,
                    "clause": clause.clause,
                    "rows": words.say(clause.rows),
                    "regime": words.say(clause.regime),
                }
                for clause in self.by
            ],
            "withheld": [{"field": one.field, "reason": words.say(one.reason)} for one in self.withheld],
            "next": None if self.next is None else words.say(self.next),
        }

    def as_lines(self, words: Words) -> list[str]:
        """The explanation as lines for a terminal: a word for what it is, and what it says, between tabs."""
        lines = [self.decision, f"purpose\t{self.purpose}\t{words.phrase(f'purpose.{self.purpose}')}"]
        for clause in self.by:
            told = (clause.agreement, clause.clause, words.say(clause.rows), words.say(clause.regime))
            lines.append("\t".join(("by", *told)))
        lines += [f"withheld\t{one.field}\t{words.say(one.reason)}" for one in self.withheld]
        return lines if self.next is None else [*lines, f"next\t{words.say(self.next)}"]


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
    return explained(view, entity, row_id, model=model)[0]


def explained(
    view: View, entity: str, row_id: UUID, *, model: Catalogue
) -> tuple[Explanation, Sequence[Mapping[str, object]]]:
    """The same, and the row itself as the view shows it, or none: in one look."""
    # INVARIANT: both are asked, in this order, whatever the first one gives: a hidden row and none cost the same.
    with view.together():
        reasons = view.reasons_soon(entity, row_id)
        row = entity_row_soon(view, model.entity(entity), row_id)
    names, rows = reasons(), row()
    purpose = view.decision.purpose
    if not names or not rows:
        return Explanation(decision=NOT_AVAILABLE, purpose=purpose), rows
    granted = view.decision.rows_of(entity)
    shown = [grant for grant in granted if grant.name in names]
    found = Explanation(
        decision=ALLOWED,
        purpose=purpose,
        by=tuple(_clause(grant, model.entity(entity)) for grant in shown),
        withheld=tuple(Withheld(field=one, reason=_reason(one, shown, of=granted)) for one in _names(rows[0])),
    )
    return found, rows


def _clause(grant: Grant, entity: Entity) -> Clause:
    return Clause(
        agreement=grant.agreement,
        clause=grant.clause.name,
        rows=rows_in_words(grant.clause, entity),
        regime=regime_in_words(grant.clause),
    )


def _names(row: Mapping[str, object]) -> list[str]:
    withheld = row["withheld"]
    return [str(name) for name in withheld] if isinstance(withheld, list) else []  # type: ignore[reportUnknownVariableType]


def _reason(field: str, shown: Sequence[Grant], *, of: Sequence[Grant]) -> Text:
    """Fields are masked, or not agreed, by clause and not by person: the reason says nothing of the row itself.

    Args:
        field: that the row withholds.
        shown: the clauses that show the row.
        of: all that show rows of the entity.
    """
    masks = [grant.clause.masks.get(field) for grant in shown if field in grant.clause.fields]
    left = min(masks, key=strength, default=None)
    if left is not None:
        return Text(f"gate.withheld.{left.value}")
    is_elsewhere = any(field in grant.clause.fields for grant in of)
    return Text(f"gate.withheld.{'not_this_row' if is_elsewhere else 'not_agreed'}")
