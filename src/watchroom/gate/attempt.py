"""One read as far as it has come: what its entry in the audit log says, however it ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from watchroom.audit.entries import Act, Entry, Outcome, is_thing
from watchroom.gate.askers import Asker
from watchroom.gate.reading import Given
from watchroom.policy.decision import Decision
from watchroom.store.sealing import Moment


@dataclass(slots=True, kw_only=True)
class Attempt:
    """One read that the policy allows.

    Attributes:
        asker, act, what: who asks, and for what.
        decision: the clauses that apply.
        now, today: instant of the node, and its day there.
        detail: what else explains it; it stands in the erasable part.
        moment: as of which it is; None before that is known.
        given: what was read.

    Raises:
        ValueError: `what` is no word of the audit log; said before anything is read, for no entry could be made.
    """

    asker: Asker
    decision: Decision
    act: Act
    what: str
    now: datetime
    today: date
    detail: Mapping[str, str]
    moment: Moment | None = None
    given: Given = field(default_factory=Given)

    def __post_init__(self) -> None:
        if not is_thing(self.what):
            raise ValueError("what is read is an entity of the model or a thing of the audit log; the rest is `detail`")

    def given_away(self) -> Entry:
        """Its entry when all that was read is given."""
        return self._entry(self.act)

    def failed(self, fault: BaseException) -> Entry:
        """Its entry when nothing is given, because of a fault; of that only the kind, its words may hold a value."""
        return self._entry(self.act, outcome=Outcome.FAILED, fault=type(fault).__name__)

    def refused(self, code: str) -> Entry:
        """Its entry when nothing is given, because it may not be."""
        return self._entry(Act.REFUSE, reason=code)

    def _entry(self, act: Act, *, outcome: Outcome | None = None, **detail: str) -> Entry:
        given, decision = self.given, self.decision
        clauses = [grant.name for grant in decision.grants if grant.clause.entity in given.relations]
        return Entry(
            act=act,
            actor=self.asker.name,
            organisation=self.asker.organisation,
            role="+".join(decision.roles),
            purpose=decision.purpose,
            entity=self.what,
            outcome=outcome,
            count=given.rows,
            subjects=tuple(given.subjects),
            fields=tuple(sorted(given.fields)),
            clauses=tuple(clauses),
            policy_hash=decision.policy_hash,
            query=",".join(dict.fromkeys(given.queries)) or None,
            as_of_seq=None if self.moment is None else self.moment.sequence,
            operator=self.asker.operator,
            detail={**self.detail, **detail},
        )
