"""Keeps the review of looks: the log, the record and the accounts meet here, each read by the login that may.

Whoever asks has been let in by the room above, and hands in the entry of the reading; it is committed before anything
is given.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from watchroom.audit.entries import AuditTrail, Entry
from watchroom.audit.look_cases import keep_cases, opened_case, record_decision, waiting_cases
from watchroom.audit.look_records import Case, Decision, Found, Known, KnownCase, Opened, Review, Reviewer, Waiting
from watchroom.audit.looks import MOST_PEOPLE, copy_looks, first_index_since
from watchroom.audit.own_work import HELD_FOR, OwnWork, WorkSpan, own_work
from watchroom.audit.ranges import IndexRange
from watchroom.audit.witness import enter_reading
from watchroom.gate.askers import Asker
from watchroom.gate.look_facts import Bounds, LookFacts, facts_of_looks
from watchroom.gate.own_matters import hidden_from
from watchroom.kernel.clock import Clock
from watchroom.kernel.ids import uuid7
from watchroom.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """What one review of the log came to.

    Attributes:
        entries: that were looked through.
        looks: how many of them were looks at people.
        stood_out: of how many looks some fact was worth asking about.
        cases: how many cases are new.
    """

    entries: IndexRange
    looks: int
    stood_out: int
    cases: int


Sort = Callable[[Sequence[LookFacts], Sequence[KnownCase]], Sequence[Found]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookKeeper:
    """The review of looks of one node."""

    database: Database
    audit: AuditTrail
    machine: Clock

    def now(self) -> datetime:
        """The machine's present, in which reviews and decisions are dated."""
        return self.machine.now()

    def new_id(self) -> UUID:
        """An id for a fresh case."""
        return uuid7(at=self.machine.now())

    def review(self, *, since: datetime, entry: Entry, bounds: Bounds, sort: Sort) -> Reviewed:
        """Look through the entries since a machine instant and keep the cases that `sort` makes of them.

        Args:
            since: timezone-aware.
            entry: who reviews; about `looks`.
            bounds: from where on a fact counts.
            sort: what is to be kept, of the facts and the cases that there are.

        Raises:
            AuditUnavailableError: the reading could not be entered; nothing was read.
        """
        first = first_index_since(self.database, since)
        witness = enter_reading(self.audit, replace(entry, detail={**entry.detail, "from": since.isoformat()}))
        # Its own entry is the last one, and no look.
        span = IndexRange(first=min(first, witness.receipt.index), last=witness.receipt.index)

        def feed(give: Callable[[bytes], None]) -> None:
            copy_looks(self.database, witness=witness, span=span, most_people=MOST_PEOPLE, give=give)

        found = facts_of_looks(self.database, feed=feed, bounds=bounds)
        review = Review(entries=span, looks=found.looks, receipt=witness.receipt, at=self.machine.now())
        # INVARIANT: a case whose looks reach into this span was not decided before it began, and what a person settled
        # counts for `settled` and no longer: no other case can change what is kept.
        accounts = frozenset(one.account for one in found.facts)
        known = Known(accounts=accounts, since=min(since, self.machine.now() - bounds.settled))
        new = keep_cases(self.database, review=review, known=known, sort=lambda cases: sort(found.facts, cases))
        return Reviewed(entries=span, looks=found.looks, stood_out=len(found.facts), cases=new)

    def waiting(self, *, since: datetime, entry: Entry, chosen: Callable[[Waiting], Sequence[Case]]) -> Waiting:
        """What waits for whoever makes `entry`: see `audit.look_cases.waiting_cases`."""
        return waiting_cases(self.database, log=self.audit, reviewer=self._reviewer(entry), since=since, chosen=chosen)

    def opened(self, case_id: UUID, *, entry: Entry) -> Opened:
        """One case with its entries: see `audit.look_cases.opened_case`."""
        return opened_case(self.database, case_id, log=self.audit, reviewer=self._reviewer(entry))

    def decide(self, case_id: UUID, *, decision: Decision, entry: Entry) -> None:
        """Keep a decision: see `audit.look_cases.record_decision`."""
        dated = replace(entry, machine_at=self.machine.now())
        record_decision(self.database, case_id, decision=decision, log=self.audit, reviewer=self._reviewer(dated))

    def _reviewer(self, entry: Entry) -> Reviewer:
        who = Asker(name=entry.actor, roles=(), organisation=entry.organisation or "")
        return Reviewer(entry=entry, hidden=hidden_from(self.database, who))

    def own_work(self, *, since: datetime, entry: Entry) -> OwnWork:
        """What whoever makes `entry` may know of their own work: see `audit.own_work.own_work`."""
        now = self.machine.now()
        # As long as own entries are shown, those readings are told that are old enough.
        first, last_reading, first_reading = (
            first_index_since(self.database, instant) for instant in (since, now - HELD_FOR, since - HELD_FOR)
        )
        span = WorkSpan(first=first, first_reading=first_reading, last_reading=last_reading)
        return own_work(self.database, span=span, witness=enter_reading(self.audit, entry), now=now)
