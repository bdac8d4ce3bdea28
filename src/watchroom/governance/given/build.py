"""Builds the page of what was given: asks the gate once, for the rows that the opening shows and no others."""

from functools import partial
from typing import cast
from uuid import UUID

from watchroom.gate.askers import Asker
from watchroom.gate.door import Act, Asked, Gate, Refused, Seen, View
from watchroom.gate.request_records import Request
from watchroom.gate.see import rows_about
from watchroom.governance.given.rules import Given
from watchroom.governance.requests.build import QUERIES
from watchroom.governance.requests.rules import PersonRow
from watchroom.model.catalogue import Entity
from watchroom.policy.on_request import Askable


def build_given(gate: Gate, asker: Asker, *, request: Request, found: Askable) -> Seen[Given] | Refused:
    """What a request of the asker shows them now, for the purpose that it was given for.

    Args:
        gate: the door.
        asker: who asked for it.
        request: given to them.
        found: what was asked for, as it is agreed.
    """
    entity = gate.model.entity(found.asked.clause.entity)
    return gate.read(
        asker,
        asked=Asked(purpose=request.purpose, act=Act.CONSULT, what="request"),
        look=partial(_look, request=request, found=found, entity=entity),
    )


def _look(view: View, *, request: Request, found: Askable, entity: Entity) -> Given:
    people = view.rows(QUERIES["people_asked_about"], PersonRow, person_ids=[request.person_id])
    rows = rows_about(view, entity, request.person_id)
    # Other clauses may show other rows of the same person: what was given is what the opening shows.
    with view.together():
        reasons = [view.reasons_soon(entity.name, cast(UUID, row["id"])) for row in rows]
    shown = [row for row, clauses in zip(rows, reasons, strict=True) if request.name in clauses()]
    return Given(
        request=request, found=found, entity=entity, person=people[0] if people else None, rows=shown if people else ()
    )
