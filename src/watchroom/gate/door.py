"""The one door: a read is for a purpose, by a person, as known at an instant; it is recorded before it is given.

Every read leaves exactly one entry: that it was given, that it was refused, or that it failed. The latter two say as
well what had been read until then.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from time import monotonic
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from watchroom.audit.entries import Act, AuditTrail, AuditUnavailableError, Entry, Receipt
from watchroom.gate.access_mark import AccessMarks
from watchroom.gate.askers import Asker
from watchroom.gate.attempt import Asked, Attempt
from watchroom.gate.audiences import Audience, Audiences
from watchroom.gate.errors import AudienceGoneError, QuestionFailedError, SuspendedError
from watchroom.gate.eviction import Evicted, Stay, evict
from watchroom.gate.footing import Footing
from watchroom.gate.openings import OpenFor, OpeningsHeld
from watchroom.gate.own_matters import all_hidden_from, hidden_from, own_people, records_hidden_from
from watchroom.gate.policy_in_force import Policy, PolicyInForce, Renew
from watchroom.gate.reading import HEARING_SECONDS, Limits, Reading
from watchroom.gate.rights import right_for
from watchroom.gate.view import Declined, Refused, Seen, View
from watchroom.kernel.clock import Clock, MachineClock
from watchroom.kernel.errors import UsageError
from watchroom.model.catalogue import Catalogue, catalogue
from watchroom.model.text import Text
from watchroom.policy.clauses import Agreement, Duty, Right
from watchroom.policy.decision import Decision, Denial
from watchroom.policy.opened_clauses import is_glass
from watchroom.policy.purposes import PURPOSES
from watchroom.policy.roles import ROLES
from watchroom.store.database import Database, Principal
from watchroom.store.sealing import Moment

__all__ = ["Act", "Asked", "Asker", "Declined", "Gate", "Limits", "Moment", "Receipt", "Refused", "Seen", "View"]

T = TypeVar("T")

_SUSPENDED = "suspended"
# Why somebody does not have a duty; the log keeps which.
_NO_DUTY = frozenset({"nothing_agreed", "not_your_duty"})
# So often a read is begun whose audience is dropped under it each time.
_TRIES = 3


class Gate:
    """The door of one node; safe to share between threads.

    Attributes:
        marks: by which an open page hears that it has to be asked for again.
    """

    def __init__(
        self,
        *,
        database: Database,
        audit: AuditTrail,
        agreements: Sequence[Agreement] | Renew,
        clock: Clock,
        zone: ZoneInfo,
        machine: Clock | None = None,
        spool: AuditTrail | None = None,
        model: Catalogue | None = None,
    ) -> None:
        """The door to a record.

        Args:
            database, audit, clock, zone: of the node.
            machine: clock of the machine, where it is not the one that there is.
            model: of the node; None: ours without what an agency adds.
            spool: takes the entries of reads under a broken glass while the log cannot be written.
            agreements: in force for good; or what gives those in force, when first needed and when a read was refused.
        """
        self._database = database
        self._audit = audit
        self._spool = spool
        self._policy = PolicyInForce(agreements)
        self._clock = clock
        self._zone = zone
        self._model = model or catalogue()
        self._limits = Limits()
        self._machine = machine = machine or MachineClock()
        self.marks = AccessMarks(database, clock=clock, machine=machine)
        self._audiences = Audiences(database, model=self._model, machine_clock=machine)
        self._openings = OpeningsHeld(database, clock=clock, machine=machine)

    @property
    def model(self) -> Catalogue:
        """The entities that there are."""
        return self._model

    def purposes(self, asker: Asker) -> tuple[str, ...]:
        """The purposes for which this person may ask anything at all today, in the order of the register."""
        return tuple(one.purpose for one in self._decisions(asker))

    def duties(self, asker: Asker) -> frozenset[Duty]:
        """The duties that this person has today, for whatever purpose. Only a hint: `is_on_duty` decides."""
        return frozenset(duty for one in self._decisions(asker) for duty in one.duties_on(self.today))

    @property
    def policy(self) -> Policy:
        """The policy in force, as this process knows it."""
        return self._policy.held

    def open_for(self, asker: Asker) -> OpenFor:
        """What is open for somebody now, as this process knows it. Only a hint: each read finds out for itself."""
        return self._openings.of(asker, policy=self._policy.held)

    def _decisions(self, asker: Asker) -> list[Decision]:
        policy, today = self._policy.held, self.today
        found = (policy.decision(asker, purpose, Right.LIST) for purpose in PURPOSES)
        return [one for one in found if isinstance(one, Decision) and one.is_in_force(today)]

    @property
    def today(self) -> date:
        """The day where the node is."""
        return self._clock.now().astimezone(self._zone).date()

    def read(self, asker: Asker, *, asked: Asked, look: Callable[[View], T | Declined]) -> Seen[T] | Refused:
        """What `look` makes of the relations that the asker may see, recorded in the audit log before it is given.

        Whatever else leaves `look`, the attempt is recorded first, with what it had read by then.

        Args:
            asker: who asks.
            asked: for which purpose, as known when, and what the log says of it.
            look: asks the view and returns a value that does not hold on to it, or declines.

        Raises:
            AuditUnavailableError: it could not be recorded, that it failed included; nothing is given.
            QuestionError, QuestionFailedError, TooMuchError: a question failed; nothing is given.
        """
        policy = self._policy.held
        found = self._read(asker, asked, look, policy=policy)
        # INVARIANT: what `look` made on a policy that no longer holds was not given to anybody.
        if isinstance(found, Attempt) and (self._policy.renewed(policy) or self.open_for(asker) != found.opened):
            found = self._read(asker, asked, look, policy=self._policy.held)
        return self._give(found.refused(_SUSPENDED), _SUSPENDED) if isinstance(found, Attempt) else found

    def _read(
        self, asker: Asker, asked: Asked, look: Callable[[View], T | Declined], *, policy: Policy
    ) -> Seen[T] | Refused | Attempt:
        """As `read`, on one policy; the attempt, where that one or what it stands on is not open any more."""
        now = self._clock.now()
        today = now.astimezone(self._zone).date()
        opened = self._openings.of(asker, policy=policy)
        decision = policy.decision(asker, asked.purpose, right_for(asked.act), opened=opened.names | asked.asks)
        if isinstance(decision, Denial):
            return self._refuse(asker, asked, code=decision)
        if not decision.is_in_force(today):
            return self._refuse(asker, asked, code="expired")
        if asked.as_of is not None and asked.as_of > now:
            return self._refuse(asker, asked, code="not_yet")
        attempt = Attempt(asker=asker, asked=asked, decision=decision, opened=opened, now=now, today=today)
        found = self._look(attempt, look, policy=policy)
        if isinstance(found, Declined):
            return attempt if found.code == _SUSPENDED else self._give(attempt.refused(found.code), found.code)
        # INVARIANT: the entry is kept before anything is returned; where it cannot be, the error leaves here.
        receipt = self._keep(attempt)
        value, moment = found
        return Seen(value=value, as_of=moment, receipt=receipt)

    def _keep(self, attempt: Attempt) -> Receipt:
        """Keep the entry of a read; in the spool where the log cannot take it and the asker has broken a glass.

        Raises:
            AuditUnavailableError: it cannot be kept.
        """
        entry = attempt.given_away()
        try:
            return self._audit.append(entry)
        except AuditUnavailableError:
            if self._spool is None or not any(map(is_glass, attempt.decision.opened)):
                raise
            return self._spool.append(entry)

    def suspend(self, asker: Asker, *, purpose: str, by: str, operator: str | None = None) -> None:
        """Take everything from whoever holds a person's roles for a purpose, also in reads that are running.

        They stay closed, also for other processes and after a restart, until the policy is another one. It bites
        whether or not it can be recorded, for it gives nothing away.

        Args:
            asker: whose roles and organisation it is about.
            purpose: dotted name.
            by: account of who suspends, or the name of the job.
            operator: user of the operating system, for commands.

        Raises:
            UsageError: there is no such purpose.
            AuditUnavailableError: it is suspended, and that could not be recorded.
        """
        if purpose not in PURPOSES:
            raise UsageError("there is no such purpose in the register; name one that there is")
        roles = tuple(sorted(set(asker.roles)))
        footing = Footing(
            policy_hash=self._policy.held.hash, organisation=asker.organisation, roles=roles, purpose=purpose
        )
        self._audiences.suspend(footing)
        self._audit.append(
            Entry(
                act=Act.POLICY_CHANGE,
                actor=by,
                entity="policy",
                policy_hash=self._policy.held.hash,
                operator=operator,
                detail={
                    "did": "suspended",
                    "organisation": asker.organisation,
                    "roles": "+".join(roles),
                    "purpose": purpose,
                },
            )
        )

    def evict(self, stay: Stay | None = None) -> Evicted:
        """Drop the audiences that nobody used for a while or that nobody can enter any more, unless a read is in them.

        Raises:
            DatabaseUnavailableError: no connection could be had.
        """
        stay = stay or Stay()
        used = self._audiences.used_within(stay.unused.total_seconds())
        return evict(self._database, used=used, stay=stay, machine=self._machine, forget=self._audiences.forget_one)

    def not_on_duty(self, asker: Asker, *, purpose: str, duty: Duty, what: str) -> Refused | None:
        """Why the asker may not do a duty, recorded as a refusal; None where they may, and whoever does it enters it.

        Args:
            asker: who asks.
            purpose: dotted name.
            duty: what is to be done.
            what: the thing that it is about, for the log.

        Raises:
            AuditUnavailableError: the refusal could not be recorded.
            DatabaseUnavailableError: it cannot be found out whether access is suspended.
        """
        code = self._why_off_duty(asker, purpose=purpose, duty=duty)
        if code is None:
            return None
        refused = self.refuse(asker, purpose=purpose, what=what, code=code)
        if code not in _NO_DUTY:
            return refused
        # Whoever does a duty chooses no purpose: what is said is which duty is missing, and who gives it.
        return replace(refused, reason=Text("gate.refused.no_duty", {"duty": Text(f"duty.{duty.value}")}))

    def is_on_duty(self, asker: Asker, *, purpose: str, duty: Duty) -> bool:
        """Whether the asker may do a duty now. Nothing is entered: whoever asks enters what comes of it.

        Raises:
            DatabaseUnavailableError: it cannot be found out whether access is suspended.
        """
        return self._why_off_duty(asker, purpose=purpose, duty=duty) is None

    def is_suspended(self, asker: Asker, *, purpose: str) -> bool:
        """Whether the asker's roles are suspended for a purpose; of one that no clause gives them, nothing is.

        Raises:
            DatabaseUnavailableError: it cannot be found out.
        """
        decision = self._policy.held.decision(asker, purpose, Right.READ)
        return not isinstance(decision, Denial) and self._audiences.is_suspended(Footing.of(decision))

    def _why_off_duty(self, asker: Asker, *, purpose: str, duty: Duty) -> str | None:
        """The code of why the asker may not do a duty; None: they may."""
        policy = self._policy.held
        decision = policy.decision(asker, purpose, Right.READ)
        if isinstance(decision, Denial):
            return decision
        if duty not in decision.duties_on(self.today):
            return "not_your_duty"
        if not self._audiences.is_suspended(Footing.of(decision)):
            return None
        if self._policy.renewed(policy):
            return self._why_off_duty(asker, purpose=purpose, duty=duty)
        return _SUSPENDED

    def hidden_from(self, asker: Asker) -> frozenset[UUID]:
        """Whom no view names to somebody today: restricted people, their own, kin. To compare with, never to show."""
        return hidden_from(self._database, asker)

    def own_people(self, asker: Asker) -> frozenset[UUID]:
        """Who is somebody's own person or kin today. To compare with, never to show."""
        return own_people(self._database, asker)

    def records_hidden_from(self, asker: Asker) -> frozenset[UUID]:
        """Which records no view shows to somebody today whoever they are about. To compare with, never to show."""
        return records_hidden_from(self._database, asker)

    def all_hidden_from(self, asker: Asker) -> frozenset[UUID]:
        """The people of `hidden_from` and the records of `records_hidden_from`. To compare with, never to show."""
        return all_hidden_from(self._database, asker)

    def refuse(self, asker: Asker, *, purpose: str, what: str, code: str) -> Refused:
        """A refusal that a room above decides, recorded like one of the gate's own."""
        return self._refuse(asker, Asked(purpose=purpose, act=Act.REFUSE, what=what), code=code)

    def _look(
        self, attempt: Attempt, look: Callable[[View], T | Declined], *, policy: Policy, tries: int = _TRIES
    ) -> tuple[T, Moment] | Declined:
        """What `look` gives, or that it may not; of anything else there is an entry before it leaves.

        Where the audience was dropped under a read, by this process or another, it is made again and looked at anew.
        """
        audience: Audience | None = None
        begun = monotonic()
        try:
            audience = self._audiences.audience(attempt.decision, attempt.asker)
            with self._database.glance(Principal.READER) as connection:
                reading = Reading(
                    connection,
                    audience=audience,
                    decision=attempt.decision,
                    audiences=self._audiences,
                    asker=attempt.asker,
                    model=self._model,
                    limits=self._limits,
                    now=attempt.now,
                    today=attempt.today,
                    opened=attempt.opened,
                )
                attempt.given = reading.given
                self._require_turn(reading.require_open(), attempt, policy=policy)
                attempt.moment = moment = reading.moment(attempt.asked.as_of)
                value = look(View(reading, attempt.decision, moment))
                reading.end()
            # Questions that were sent together hear of nothing until they are answered, and a look may take its time.
            # INVARIANT: where that cannot be found out, nothing is given.
            if monotonic() - begun > HEARING_SECONDS:
                with self._database.glance(Principal.APP) as again:
                    turn = self._audiences.require_open(again, audience)
                self._require_turn(turn, attempt, policy=policy)
            self._require_unchanged(attempt, policy=policy)
        except SuspendedError:
            return Declined(code=_SUSPENDED)
        except BaseException as fault:
            # A question whose relations were taken away while it ran fails like any other one.
            if (
                isinstance(fault, QuestionFailedError)
                and audience is not None
                and self._audiences.was_suspended(audience)
            ):
                return Declined(code=_SUSPENDED)
            if audience is not None:
                self._audiences.forget(audience.footing)
            if isinstance(fault, AudienceGoneError) and tries > 1:
                return self._look(attempt, look, policy=policy, tries=tries - 1)
            self._audit.append(attempt.failed(fault))
            raise
        return value if isinstance(value, Declined) else (value, moment)

    def _require_turn(self, turn: UUID, attempt: Attempt, *, policy: Policy) -> None:
        """Nothing, unless something else is open for the asker than was thought, at that turn of the openings.

        Raises:
            SuspendedError: so it is.
        """
        self._openings.hear(turn)
        self._require_unchanged(attempt, policy=policy)

    def _require_unchanged(self, attempt: Attempt, *, policy: Policy) -> None:
        # INVARIANT: what is given was open by the clock when the read was over, and not only when it began.
        if self._openings.of(attempt.asker, policy=policy) != attempt.opened:
            raise SuspendedError("something else is open for the asker by now")

    def _refuse(self, asker: Asker, asked: Asked, *, code: str) -> Refused:
        """A refusal before anything was read."""
        who = asked.by or asker
        entry = Entry(
            act=Act.REFUSE,
            actor=who.name,
            on_behalf_of=None if asked.by is None else asker.name,
            organisation=who.organisation,
            role="+".join(sorted(ROLES.keys() & set(asker.roles))) or None,
            purpose=asked.purpose if asked.purpose in PURPOSES else None,
            entity=asked.what,
            policy_hash=self._policy.held.hash,
            operator=who.operator,
            detail={**asked.detail, "reason": code},
        )
        return self._give(entry, code)

    def _give(self, entry: Entry, code: str) -> Refused:
        """The refusal, once its entry is kept."""
        self._audit.append(entry)
        return Refused(reason=Text(f"gate.refused.{code}"), code=code)
