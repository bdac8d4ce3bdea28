"""The one door: a read is for a purpose, by a person, as known at an instant; it is recorded before it is given."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from watchroom.audit.entries import Act, AuditTrail, Entry, Receipt
from watchroom.gate.answers import into_records
from watchroom.gate.askers import Asker
from watchroom.gate.audiences import Audiences
from watchroom.gate.reading import Given, Limits, Reading
from watchroom.gate.rights import right_for
from watchroom.kernel.clock import Clock, MachineClock
from watchroom.kernel.named_sql import Query
from watchroom.model.catalogue import Catalogue, catalogue
from watchroom.model.text import Text
from watchroom.policy.clauses import Agreement, Duty, Right
from watchroom.policy.decision import Decision, Denial, decide, policy_hash
from watchroom.policy.purposes import PURPOSES
from watchroom.policy.sight import may_see
from watchroom.store.database import Database, Principal
from watchroom.store.sealing import Moment

__all__ = ["Act", "Asker", "Gate", "Limits", "Moment", "Receipt", "Refused", "Seen", "View"]

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Generic[T]):
    """What a read gave.

    Attributes:
        value: what `look` returned.
        as_of: from which state of the record it was made.
        receipt: of the audit entry, which was there before this.
    """

    value: T
    as_of: Moment
    receipt: Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A read that was not allowed; it is in the audit log.

    Attributes:
        reason: for the asker; it tells nothing about what is in the record.
        code: of the reason.
    """

    reason: Text
    code: str


class View:
    """The relations of one audience, as known at one moment; for use inside `look` only."""

    def __init__(self, reading: Reading, decision: Decision, moment: Moment) -> None:
        self._reading = reading
        self._decision = decision
        self.moment = moment

    @property
    def decision(self) -> Decision:
        """The clauses that apply."""
        return self._decision

    def rows(self, query: Query, into: type[R], **params: object) -> list[R]:
        """The rows of a named query as records of `into`, whose fields are its columns.

        Raises:
            QuestionError, QuestionFailedError, TooMuchError: nothing is given away.
        """
        names, rows = self._reading.answer(query, self.moment, params)
        return into_records(names, rows, into, query=query.name)

    def soon(self, query: Query, into: type[R], **params: object) -> Callable[[], list[R]]:
        """Ask now, and have the rows, as `rows` gives them, when the returned function is called; see `together`."""
        answer = self._reading.soon(query, self.moment, params)

        def rows() -> list[R]:
            return into_records(*answer(), into, query=query.name)

        return rows

    def together(self) -> AbstractContextManager[None]:
        """Within it, several questions are asked `soon` and answered while the others run."""
        return self._reading.together(self.moment)

    def records(self, query: Query, **params: object) -> list[dict[str, object]]:
        """The rows of a query whose columns follow from the model, by column name."""
        names, rows = self._reading.answer(query, self.moment, params)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def at(self, instant: datetime) -> "View":
        """The same audience in the same transaction, as known at an instant (timezone-aware)."""
        return View(self._reading, self._decision, self._reading.moment(instant))

    def may_see(self, entity: str, field: str | None = None) -> bool:
        """Whether some clause shows the entity, or the field of it, at all."""
        return may_see(self._decision, entity, field)

    def reasons(self, entity: str, row_id: UUID) -> tuple[str, ...]:
        """The names of the clauses that show one row; none when the asker may not know of it."""
        return self._reading.reasons(entity, row_id, self.moment)


class Gate:
    """The door of one node; safe to share between threads."""

    def __init__(
        self,
        *,
        database: Database,
        audit: AuditTrail,
        agreements: Sequence[Agreement],
        clock: Clock,
        zone: ZoneInfo,
        model: Catalogue | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._database = database
        self._audit = audit
        self._agreements = tuple(agreements)
        self._clock = clock
        self._zone = zone
        self._model = model or catalogue()
        self._limits = limits or Limits()
        self._audiences = Audiences(database, model=self._model, machine_clock=MachineClock())
        self._decisions: dict[tuple[str, tuple[str, ...], str, Right], Decision | Denial] = {}
        self._policy_hash = policy_hash(self._agreements)

    @property
    def model(self) -> Catalogue:
        """The entities that there are."""
        return self._model

    def purposes(self, asker: Asker) -> tuple[str, ...]:
        """The purposes for which this person may ask anything at all today, in the order of the register."""
        today = self._clock.now().astimezone(self._zone).date()
        found = (self._decision(asker, purpose, Right.LIST) for purpose in PURPOSES)
        return tuple(one.purpose for one in found if isinstance(one, Decision) and one.is_in_force(today))

    def has_duty(self, asker: Asker, duty: Duty, purpose: str) -> bool:
        """Whether this person may do something that shows no record, for a purpose, today."""
        decision = self._decision(asker, purpose, Right.READ)
        today = self._clock.now().astimezone(self._zone).date()
        return isinstance(decision, Decision) and decision.has_duty(duty, today)

    def read(
        self,
        asker: Asker,
        *,
        purpose: str,
        act: Act,
        what: str,
        look: Callable[[View], T],
        as_of: datetime | None = None,
    ) -> Seen[T] | Refused:
        """What `look` makes of the relations that the asker may see, recorded in the audit log before it is given.

        Args:
            asker: who asks.
            purpose: dotted name from the register.
            act: what it is, for the log; it decides which right a clause must give.
            what: entity or thing that is asked for, for the log.
            look: asks the view and returns a value that does not hold on to it.
            as_of: timezone-aware; None: the present.

        Raises:
            AuditUnavailableError: it could not be recorded; nothing is given.
            QuestionError, QuestionFailedError, TooMuchError: a question failed; nothing is given.
            ValueError: `as_of` has no time zone.
        """
        if as_of is not None and as_of.tzinfo is None:
            raise ValueError("an instant without a time zone cannot be asked for; pass a timezone-aware one")
        now = self._clock.now()
        today = now.astimezone(self._zone).date()
        decision = self._decision(asker, purpose, right_for(act))
        if isinstance(decision, Denial):
            return self._refuse(asker, purpose=purpose, what=what, code=decision)
        if not decision.is_in_force(today):
            return self._refuse(asker, purpose=purpose, what=what, code="expired")
        if as_of is not None and as_of > now:
            return self._refuse(asker, purpose=purpose, what=what, code="not_yet")
        with self._database.connection(Principal.APP) as connection:
            reading = Reading(
                connection,
                decision=decision,
                audiences=self._audiences,
                asker=asker,
                model=self._model,
                limits=self._limits,
                now=now,
                today=today,
            )
            moment = reading.moment(as_of)
            value = look(View(reading, decision, moment))
        # INVARIANT: the entry is kept before anything is returned; where it cannot be, the error leaves here.
        receipt = self._audit.append(
            _entry(asker, decision=decision, act=act, what=what, moment=moment, given=reading.given)
        )
        return Seen(value=value, as_of=moment, receipt=receipt)

    def suspend(self, asker: Asker, *, purpose: str) -> None:
        """Take everything from the audiences of a person's roles for a purpose, also in reads that are running.

        The audience stays closed, for everybody who shares it, until the policy is another one.
        """
        for right in Right:
            decision = self._decision(asker, purpose, right)
            if isinstance(decision, Decision):
                self._audiences.suspend(self._audiences.audience(decision, asker))

    def refuse(self, asker: Asker, *, purpose: str, what: str, code: str) -> Refused:
        """A refusal that a room above decides, recorded like one of the gate's own."""
        return self._refuse(asker, purpose=purpose, what=what, code=code)

    def _decision(self, asker: Asker, purpose: str, right: Right) -> Decision | Denial:
        key = (asker.organisation, tuple(sorted(set(asker.roles))), purpose, right)
        if key not in self._decisions:
            if purpose not in PURPOSES:
                return Denial.UNKNOWN_PURPOSE
            self._decisions[key] = decide(
                self._agreements, organisation=asker.organisation, roles=asker.roles, purpose=purpose, right=right
            )
        return self._decisions[key]

    def _refuse(self, asker: Asker, *, purpose: str, what: str, code: str) -> Refused:
        self._audit.append(
            Entry(
                act=Act.REFUSE,
                actor=asker.name,
                organisation=asker.organisation,
                role="+".join(sorted(asker.roles)),
                purpose=purpose if purpose in PURPOSES else None,
                entity=what,
                policy_hash=self._policy_hash,
                operator=asker.operator,
                detail={"reason": code},
            )
        )
        return Refused(reason=Text(f"gate.refused.{code}"), code=code)


def _entry(asker: Asker, *, decision: Decision, act: Act, what: str, moment: Moment, given: Given) -> Entry:
    clauses = [grant.name for grant in decision.grants if grant.clause.entity in given.relations]
    return Entry(
        act=act,
        actor=asker.name,
        organisation=asker.organisation,
        role="+".join(decision.roles),
        purpose=decision.purpose,
        entity=what,
        count=given.rows,
        subjects=tuple(given.subjects),
        fields=tuple(sorted(given.fields)),
        clauses=tuple(clauses),
        policy_hash=decision.policy_hash,
        query=",".join(dict.fromkeys(given.queries)) or None,
        as_of_seq=moment.sequence,
        operator=asker.operator,
    )
