"""One read as far as it has come: what its entry in the audit log says, however it ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from watchroom.audit.entries import Act, Entry, Outcome, is_thing
from watchroom.gate.askers import Asker
from watchroom.gate.openings import NOTHING_OPEN, OpenFor
from watchroom.gate.reading import Given
from watchroom.policy.decision import Decision
from watchroom.policy.opened_clauses import is_ask_name
from watchroom.store.sealing import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of the door.

    Attributes:
        purpose: dotted name from the register.
        act: what it is, for the log; it decides which right a clause must give.
        what: entity or thing that is asked for, for the log: one of its words, never one that somebody typed.
        as_of: timezone-aware; None: the present.
        asks: openings of what may be asked for, as `ask_name` names them: about whom. They are open for this read
            alone, and show no field of anybody.
        by: who looks at what the asker may see; None: the asker. The entry names both.
        detail: what else explains the read, as the post that was typed; it stands in the erasable part.

    Raises:
        ValueError: `what` is no word of the audit log, `asks` names another opening, or `as_of` has no time zone. It is
            said before anything is read, for no entry could be made.
    """

    purpose: str
    act: Act
    what: str
    as_of: datetime | None = None
    asks: frozenset[str] = frozenset()
    by: Asker | None = None
    detail: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        if not is_thing(self.what):
            raise ValueError("what is read is an entity of the model or a thing of the audit log; the rest is `detail`")
        # INVARIANT: nobody opens by the way of asking what shows anything.
        if not all(is_ask_name(name) for name in self.asks):
            raise ValueError(
                "`asks` names about whom something may be asked, as `ask_name` does, and opens nothing else"
            )
        if self.as_of is not None and self.as_of.tzinfo is None:
            raise ValueError("an instant without a time zone cannot be asked for; pass a timezone-aware one")


@dataclass(slots=True, kw_only=True)
class Attempt:
    """One read that the policy allows.

    Attributes:
        asker, asked: who asks, and for what.
        decision: the clauses that apply.
        opened: what was open for the asker when it was decided.
        now, today: instant of the node, and its day there.
        moment: as of which it is; None before that is known.
        given: what was read.
    """

    asker: Asker
    asked: Asked
    decision: Decision
    now: datetime
    today: date
    opened: OpenFor = NOTHING_OPEN
    moment: Moment | None = None
    given: Given = field(default_factory=Given)

    def given_away(self) -> Entry:
        """Its entry when all that was read is given."""
        return self._entry(self.asked.act)

    def failed(self, fault: BaseException) -> Entry:
        """Its entry when nothing is given, because of a fault; of that only the kind, its words may hold a value."""
        return self._entry(self.asked.act, outcome=Outcome.FAILED, fault=type(fault).__name__)

    def refused(self, code: str) -> Entry:
        """Its entry when nothing is given, because it may not be."""
        return self._entry(Act.REFUSE, reason=code)

    def _entry(self, act: Act, *, outcome: Outcome | None = None, **detail: str) -> Entry:
        given, decision = self.given, self.decision
        clauses = [grant.name for grant in decision.grants if grant.clause.entity in given.relations]
        # What is open is named also where nothing of it was read: whoever reviews it sees every read under it.
        clauses = list(dict.fromkeys((*clauses, *decision.opened)))
        under = [str(one.id) for one in self.opened.openings if one.name in decision.opened]
        if under:
            detail["opened"] = ",".join(under)
        return Entry(
            act=act,
            actor=(self.asked.by or self.asker).name,
            on_behalf_of=None if self.asked.by is None else self.asker.name,
            organisation=(self.asked.by or self.asker).organisation,
            role="+".join(decision.roles),
            purpose=decision.purpose,
            entity=self.asked.what,
            outcome=outcome,
            count=given.rows,
            subjects=tuple(given.people.values()),
            fields=tuple(sorted(given.fields)),
            clauses=tuple(clauses),
            policy_hash=decision.policy_hash,
            query=",".join(dict.fromkeys(given.queries)) or None,
            as_of_seq=None if self.moment is None else self.moment.sequence,
            operator=(self.asked.by or self.asker).operator,
            detail={**self.asked.detail, **detail},
        )
