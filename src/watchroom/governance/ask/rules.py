"""What may be asked for about one person. Pure."""

from dataclasses import dataclass

from watchroom.governance.requests.rules import PersonRow
from watchroom.policy.on_request import Askable


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Whom it is about, and what may be asked for about them: at least one thing."""

    person: PersonRow
    askable: tuple[Askable, ...]
