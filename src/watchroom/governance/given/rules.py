"""What was given of one person. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from watchroom.gate.request_records import Request
from watchroom.governance.requests.rules import PersonRow
from watchroom.model.catalogue import Entity
from watchroom.policy.on_request import Askable


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The rows that an opening shows, with whom they are about.

    Attributes:
        request: that it was given for.
        found: what was asked for, as it is agreed.
        entity: of the rows.
        person: None: the reader may not know of them any more.
        rows: by column; the newest last.
    """

    request: Request
    found: Askable
    entity: Entity
    person: PersonRow | None
    rows: Sequence[Mapping[str, object]]
