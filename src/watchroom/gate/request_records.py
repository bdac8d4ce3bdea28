"""One request as it is kept, and how far it has come."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from watchroom.gate.askers import Asker
from watchroom.gate.openings import Times


class AskReason(StrEnum):
    """Why somebody asks: one of a short list, so that it can be compared; words may be added."""

    CARE = "care"
    SAFETY = "safety"
    MOVE = "move"
    REVIEW = "review"
    OTHER = "other"


class RequestState(StrEnum):
    """How far a request has come."""

    WAITING = "waiting"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What somebody asks for.

    Attributes:
        name: of what may be asked for, as `PRISON-CHARTER.1#request-medical-alert`.
        person_id: about whom: any id.
        purpose: dotted name.
        reason: why.
        words: what else is to be said, for whoever decides; may be empty, unless the reason is another one.
    """

    name: str
    person_id: UUID
    purpose: str
    reason: AskReason
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What somebody decides.

    Attributes:
        purpose: for which they look at the person, dotted name.
        lasts: for how long it is given; None: it is refused.
        words: for the asker; a refusal without is none.
    """

    purpose: str
    lasts: timedelta | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request with what was decided. Instants are the node's, those named `machine_` the machine's.

    Attributes:
        id: of its row.
        asked_by, organisation: whose it is.
        digest, name: of the agreement, and what is asked for.
        person_id, site_code: about whom, and where they were then.
        purpose, reason, words: as in `Ask`.
        answer_by: past it, it has come to nothing.
        decision: `given` or `refused`; None: nobody has decided.
        answer: words of whoever decided.
        opening_id, opened_at, closes_at: of the opening that it became.
        words_erased_at, answer_erased_at: machine time; where the entry that held them was erased, they went with it.
        closed_at, closed_by: where the opening was ended early; machine time.
    """

    id: UUID
    asked_by: str
    organisation: str
    digest: str
    name: str
    person_id: UUID
    site_code: str
    purpose: str
    reason: str
    words: str | None
    asked_at: datetime
    answer_by: datetime
    machine_asked_at: datetime
    machine_answer_by: datetime
    decision: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    answer: str | None = None
    withdrawn_at: datetime | None = None
    opening_id: UUID | None = None
    opened_at: datetime | None = None
    closes_at: datetime | None = None
    machine_opened_at: datetime | None = None
    machine_closes_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    words_erased_at: datetime | None = None
    answer_erased_at: datetime | None = None

    def is_of(self, asker: Asker) -> bool:
        """Whether it is somebody's own."""
        return (self.asked_by, self.organisation) == (asker.name, asker.organisation)

    def state(self, at: Times) -> RequestState:
        """How far it has come at an instant, by both clocks: one that is set back opens and revives nothing."""
        if self.withdrawn_at is not None:
            return RequestState.WITHDRAWN
        if self.decision == RequestState.REFUSED:
            return RequestState.REFUSED
        if self.decision is None:
            is_waiting = self.asked_at <= at.node < self.answer_by
            is_waiting = is_waiting and self.machine_asked_at <= at.machine < self.machine_answer_by
            return RequestState.WAITING if is_waiting else RequestState.UNANSWERED
        return RequestState.GIVEN if self._is_open(at) else RequestState.ENDED

    def _is_open(self, at: Times) -> bool:
        begun, ends = self.opened_at, self.closes_at
        machine_begun, machine_ends = self.machine_opened_at, self.machine_closes_at
        if self.closed_at is not None or begun is None or ends is None or machine_begun is None or machine_ends is None:
            return False
        return begun <= at.node < ends and machine_begun <= at.machine < machine_ends
