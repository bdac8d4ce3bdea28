"""Builds the form on which something is asked for: asks the gate once, for the person and whether one may ask."""

from functools import partial
from uuid import UUID

from watchroom.gate.askers import Asker
from watchroom.gate.door import Act, Asked, Declined, Gate, Refused, Seen, View
from watchroom.governance.ask.rules import Form
from watchroom.governance.requests.build import QUERIES
from watchroom.governance.requests.rules import PersonRow
from watchroom.policy.on_request import Askable
from watchroom.policy.opened_clauses import ask_name


def build_ask(
    gate: Gate, asker: Asker, *, purpose: str, person_id: UUID, askable: tuple[Askable, ...]
) -> Seen[Form] | Refused:
    """What somebody may ask for about a person; the same refusal for whom they may not know of and for nobody.

    Args:
        gate: the door.
        asker: who asks.
        purpose: for which, dotted name.
        person_id: any id.
        askable: what they may ask for at all.
    """
    return gate.read(
        asker,
        asked=Asked(
            purpose=purpose,
            act=Act.CONSULT,
            what="request",
            asks=frozenset(ask_name(one.name) for one in askable),
        ),
        look=partial(_look, person_id=person_id, askable=askable),
    )


def _look(view: View, *, person_id: UUID, askable: tuple[Askable, ...]) -> Form | Declined:
    # INVARIANT: both are asked whatever the first one gives: somebody hidden and nobody cost the same.
    clauses = set(view.reasons("person", person_id))
    people = view.rows(QUERIES["people_asked_about"], PersonRow, person_ids=[person_id])
    asks = {ask_name(one.name) for one in askable}
    found = tuple(one for one in askable if ask_name(one.name) in clauses)
    if not people or not found or not clauses - asks:
        return Declined(code="not_askable")
    return Form(person=people[0], askable=found)
