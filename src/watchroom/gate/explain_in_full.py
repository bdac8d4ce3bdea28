"""Why somebody else may see one row, or may not: the full text, for whoever has the duty to explain.

To the asker hidden and absent give the same document (`explain`). Whoever explains is told of each clause about the
entity what keeps it from showing the row, the nearest first. They are not told whether the row is there: a clause that
fits and does not show it says that the row does not meet it, is hidden from that account or from them, or is not there.
"""

from dataclasses import dataclass
from functools import partial
from typing import assert_never
from uuid import UUID

from watchroom.audit.entries import Act
from watchroom.gate.askers import Asker
from watchroom.gate.door import Asked, Gate, Refused, View
from watchroom.gate.explain import NOT_AVAILABLE, Explanation, explained
from watchroom.model.catalogue import Catalogue
from watchroom.model.text import Text
from watchroom.model.words import Words
from watchroom.policy.clause_words import rows_in_words
from watchroom.policy.clauses import Duty
from watchroom.policy.near_misses import Miss, NearMiss, Sought, near_misses
from watchroom.policy.term_words import listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is to be explained.

    Attributes:
        account: whose sight.
        entity, row_id: of the row.
        purpose: for which they would ask, dotted name.
    """

    account: Asker
    entity: str
    row_id: UUID
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One clause that does not show the row, and why, in the order of `Miss`."""

    agreement: str
    clause: str
    misses: tuple[Miss, ...]
    why: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FullExplanation:
    """Why an account may see one row, or may not.

    Attributes:
        account: its name.
        own: what it is told itself.
        refused: code of why it may ask nothing for that purpose; None: it may.
        kept: the clauses that do not show the row, the nearest first.
    """

    account: str
    own: Explanation
    refused: str | None
    kept: tuple[Kept, ...]

    def as_json(self, words: Words) -> dict[str, object]:
        """The explanation as a JSON-able document, its reasons in words."""
        kept = [
            {
                "agreement": one.agreement,
                "clause": one.clause,
                "misses": [miss.value for miss in one.misses],
                "why": [words.say(text) for text in one.why],
            }
            for one in self.kept
        ]
        return {**self.own.as_json(words), "account": self.account, "refused": self.refused, "kept": kept}

    def as_lines(self, words: Words) -> list[str]:
        """The explanation as lines for a terminal."""
        kept = [
            "\t".join(("kept", one.agreement, one.clause, "+".join(one.misses), *map(words.say, one.why)))
            for one in self.kept
        ]
        return [f"account\t{self.account}", *self.own.as_lines(words), *kept]


def explain_in_full(
    gate: Gate, auditor: Asker, *, question: Question, purpose: str = "governance.audit"
) -> FullExplanation | Refused:
    """Why an account may see one row, or may not; one entry, which names the auditor and the account.

    Args:
        gate: the door.
        auditor: who explains; the duty `explain` is asked for.
        question: what.
        purpose: of the auditor.
    """
    refused = gate.not_on_duty(auditor, purpose=purpose, duty=Duty.EXPLAIN, what="explain")
    if refused is not None:
        return refused
    if question.entity not in gate.model.entities:
        return gate.refuse(auditor, purpose=purpose, what="explain", code="unknown_entity")
    asker = question.account
    seen = gate.read(
        asker,
        asked=Asked(
            purpose=question.purpose,
            act=Act.EXPLAIN,
            what=question.entity,
            by=auditor,
            detail={"explained_for": purpose},
        ),
        look=partial(
            _look,
            question=question,
            model=gate.model,
            hidden=gate.all_hidden_from(auditor),
        ),
    )
    sought = Sought(
        organisation=asker.organisation,
        roles=asker.roles,
        purpose=question.purpose,
        entity=question.entity,
        today=gate.today,
    )
    own = Explanation(decision=NOT_AVAILABLE, purpose=question.purpose) if isinstance(seen, Refused) else seen.value
    shown = frozenset(f"{one.agreement}#{one.clause}" for one in own.by)
    found = near_misses(gate.policy.agreements, sought, shown=shown)
    return FullExplanation(
        account=asker.name,
        own=own,
        refused=seen.code if isinstance(seen, Refused) else None,
        kept=tuple(_kept(one, gate) for one in found),
    )


def _look(view: View, *, question: Question, model: Catalogue, hidden: frozenset[UUID]) -> Explanation:
    """The account's own explanation; of whom or of which the auditor may not know, that of a row that is not there."""
    found, rows = explained(view, question.entity, question.row_id, model=model)
    named = {str(value) for row in rows for value in row.values()}
    if named.isdisjoint(map(str, hidden)):
        return found
    return Explanation(decision=NOT_AVAILABLE, purpose=question.purpose)


def _kept(one: NearMiss, gate: Gate) -> Kept:
    return Kept(
        agreement=one.agreement,
        clause=one.clause.name,
        misses=one.misses,
        why=tuple(_why(miss, one, gate) for miss in one.misses),
    )


def _why(miss: Miss, one: NearMiss, gate: Gate) -> Text:
    clause = one.clause
    match miss:
        case Miss.PURPOSE:
            return Text("gate.miss.purpose", {"purposes": listed(Text(f"purpose.{name}") for name in clause.purposes)})
        case Miss.ROLE:
            return Text("gate.miss.role", {"roles": listed(Text(f"role.{name}") for name in clause.roles)})
        case Miss.CONDITION:
            return Text("gate.miss.condition", {"rows": rows_in_words(clause, gate.model.entity(clause.entity))})
        case Miss.DATE:
            return Text("gate.miss.date")
        case _:
            assert_never(miss)
