"""Breaking the glass: an agreement's own emergency opening, told of at once, and reviewed by somebody else.

What widens is in the audit log before it holds. Where the log cannot be written, and only then, the break is entered in
the local spool, and so is every read under it (`door`); what the spool cannot keep does not open.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from watchroom.audit.entries import Act, AuditTrail, AuditUnavailableError, Entry
from watchroom.gate.askers import Asker
from watchroom.gate.door import Gate
from watchroom.gate.glass_kept import (
    QUERIES,
    RATE_DAYS,
    Broken,
    Listed,
    Offer,
    Outcome,
    Rate,
    Span,
    glasses_of_ids,
    glasses_since,
    rate_of,
)
from watchroom.gate.openings import Opened, Times, close_opening, enter_opening, is_agreed, new_opening
from watchroom.kernel.clock import Clock
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.policy.clauses import Agreement
from watchroom.policy.opened_clauses import GLASS, opening_name
from watchroom.policy.openings import LONGEST_GLASS, REASONS, TOLD_ROLES
from watchroom.store.database import Connection, Database, Principal

MOST_WORDS: Final = 500
_NO_SUCH: Final = "there is no broken glass of that id; `glass list` names those there are"
# It stands beside the log and is not erased with it. It has a digit, so that nobody types a name by habit.
_INCIDENT: Final = re.compile(r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9/._-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody gives before the glass breaks.

    Attributes:
        reason: of REASONS.
        words: their own; kept in the erasable part of the audit entry and nowhere else.
        incident: reference of the incident; empty: none.
        second: the second person, who has shown who they are; None: nobody.
    """

    reason: str
    words: str
    incident: str = ""
    second: Asker | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Glass:
    """The glasses of one node.

    Attributes:
        gate, database, audit: of the node.
        spool: where a break is entered while the log cannot be written.
        clock, machine: of the node and of the machine.
    """

    gate: Gate
    database: Database
    audit: AuditTrail
    spool: AuditTrail
    clock: Clock
    machine: Clock

    def offers(self, asker: Asker) -> tuple[Offer, ...]:
        """The glasses that somebody may break today."""
        found = (_offer(one, asker) for one in self.gate.policy.agreements if _holds(one, self.gate.today))
        return tuple(one for one in found if one is not None)

    def offered(self, asker: Asker, name: str) -> Offer:
        """The glass of that name, which somebody may break today.

        Raises:
            NotFoundError: there is none for this person; that it was tried is entered.
            AuditUnavailableError: that could not be entered.
        """
        if (offer := next((one for one in self.offers(asker) if one.name == name), None)) is None:
            raise self._not_theirs(
                asker, "there is no glass of that name for you; `glass list --as` names those there are"
            )
        return offer

    def broken_by(self, asker: Asker) -> tuple[Opened, ...]:
        """Those that are broken by somebody now, under agreements that hold."""
        now, machine_now, policy = self.clock.now(), self.machine.now(), self.gate.policy
        with self.database.connection(Principal.APP) as connection:
            mine = glasses_since(connection, machine_now - LONGEST_GLASS, by=asker)
        still_open = (one.opened for one in mine if one.is_open(now=now, machine_now=machine_now))
        return tuple(one for one in still_open if is_agreed(one, policy))

    def break_(self, asker: Asker, name: str, said: Said) -> Broken:
        """Open what the agreement adds, from the next read on.

        Raises:
            NotFoundError: there is no such glass for this person; that it was tried is entered.
            UsageError: something that is needed was not given, or it is broken already.
            AuditUnavailableError: neither the log nor the spool can keep it; nothing is open.
        """
        offer = self.offered(asker, name)
        if said.second is not None and faults_of(offer, said, asker=asker)["second"]:
            self.refuse_second(asker)
        require_said(offer, said, asker=asker)
        times = Times(self.clock.now(), self.machine.now())
        opened = new_opening(
            asker, name=offer.name, digest=offer.agreement.digest, times=times, lasts=offer.glass.lasts
        )
        try:
            self._enter(opened, offer, said, asker=asker, log=self.audit)
        except AuditUnavailableError:
            self._enter(opened, offer, said, asker=asker, log=self.spool)
        return self.one(opened.id)

    def refuse_second(self, asker: Asker) -> None:
        """Enter that somebody was named as the second person who is none: the asker, or not shown to be them."""
        self.gate.refuse(asker, purpose="", what="glass", code="no_second_person")

    def close(self, asker: Asker, opening: UUID) -> None:
        """Close one's own glass before its time; it bites at once, and is entered afterwards.

        Raises:
            NotFoundError: it is not this person's, or there is none of that id; that it was tried is entered.
            UsageError: it is closed already.
            AuditUnavailableError: it is closed, and that could not be recorded.
        """
        one = self._found(opening)
        if one is None or (one.opened.account, one.opened.organisation) != (asker.name, asker.organisation):
            raise self._not_theirs(asker, "you have broken no such glass; `glass list --as` names yours")
        with self.database.connection(Principal.MIGRATOR) as connection:
            if not close_opening(connection, opening, at=self.machine.now(), by=asker.name):
                raise UsageError("it is closed already; nothing more is to be done")
        entry = self._entry(Act.GLASS_CLOSE, asker, name=one.opened.name, detail={"opening": str(opening)})
        try:
            self.audit.append(entry)
        except AuditUnavailableError:
            self.spool.append(entry)

    def review(self, asker: Asker, opening: UUID, *, outcome: Outcome, words: str) -> Broken:
        """Say, once, what a broken glass was: somebody else than who broke it, and than the second person.

        Only once it is over: a read that came after its review would never be looked at.

        Whoever calls it has asked the gate whether this is the asker's duty.

        Raises:
            NotFoundError: there is no such broken glass; that it was tried is entered.
            UsageError: it is one's own, which is entered as a refusal; it is open, was reviewed, or no words are given.
            AuditUnavailableError: it could not be recorded, and is not reviewed.
        """
        one = self._found(opening)
        if one is None:
            raise self._not_theirs(asker, _NO_SUCH)
        if asker.name in (one.opened.account, one.second):
            self.gate.refuse(asker, purpose="", what="glass", code="own_glass")
            raise UsageError("somebody else than who broke the glass must review it")
        if one.is_open(now=self.clock.now(), machine_now=self.machine.now()):
            raise UsageError("it is still open; review it once it is closed, with every read under it")
        if not words.strip() or len(words) > MOST_WORDS:
            raise UsageError(f"say in your own words what was found, in at most {MOST_WORDS} characters")
        with self.database.connection(Principal.MIGRATOR) as connection:
            facts = {"opening_id": opening, "outcome": outcome.value, "reviewed_by": asker.name}
            done = connection.execute(
                QUERIES["enter_glass_review"].text, {**facts, "reviewed_at": self.machine.now()}
            ).fetchone()
            if done is None:
                raise UsageError("it was reviewed already; a review is given once")
            detail = {"opening": str(opening), "outcome": outcome.value, "words": words.strip()}
            self.audit.append(self._entry(Act.GLASS_REVIEW, asker, name=one.opened.name, detail=detail))
        return self.one(opening)

    def listed(self, asker: Asker, *, span: Span, is_owner: bool = False, is_own: bool = False) -> Listed:
        """Some of what somebody may know of: their own and, while they are whom one tells, what they were told of.

        Those whose review is late come first, then those that nobody has reviewed, then the rest, the latest first.

        Args:
            asker: who reads.
            span: how much of it.
            is_owner: they may know of each.
            is_own: of their own alone.
        """
        facts = {"account": asker.name, "is_owner": is_owner, "is_own": is_own, "machine_now": self.machine.now()}
        part = {"after": span.after, "most": span.most + 1}
        with self.database.connection(Principal.APP) as connection:
            ids = [row[0] for row in connection.execute(QUERIES["listed_glasses"].text, {**facts, **part})]
            page = ids[: span.most]
            found = {one.id: one for one in glasses_of_ids(connection, page)}
        return Listed(broken=tuple(found[one] for one in page), more=page[-1] if len(ids) > span.most else None)

    def one(self, opening: UUID) -> Broken:
        """One of them.

        Raises:
            NotFoundError: there is none of that id.
        """
        if (found := self._found(opening)) is None:
            raise NotFoundError(_NO_SUCH)
        return found

    def count_unreviewed(self, asker: Asker, *, is_owner: bool) -> int:
        """How many that nobody has reviewed somebody was told of, or, as `is_owner`, may review: for every page."""
        facts = {"account": asker.name, "is_owner": is_owner}
        with self.database.connection(Principal.APP) as connection:
            row = connection.execute(QUERIES["count_unreviewed"].text, facts).fetchone()
        return row[0] if row else 0

    def rate(self) -> Rate:
        """How often lately, by whom, and what was not reviewed in time."""
        now = self.machine.now()
        with self.database.connection(Principal.APP) as connection:
            return rate_of(glasses_since(connection, now - RATE_DAYS), machine_now=now)

    def _found(self, opening: UUID) -> Broken | None:
        with self.database.connection(Principal.APP) as connection:
            return next(iter(glasses_of_ids(connection, [opening])), None)

    def _not_theirs(self, asker: Asker, words: str) -> NotFoundError:
        """What is said of a glass that is another's, or none: entered first, alike for both."""
        self.gate.refuse(asker, purpose="", what="glass", code="not_your_glass")
        return NotFoundError(words)

    def _enter(self, opened: Opened, offer: Offer, said: Said, *, asker: Asker, log: AuditTrail) -> None:
        """Keep it in one transaction, with its entry before the commit."""
        with self.database.connection(Principal.MIGRATOR) as connection:
            connection.execute(QUERIES["lock_openings"].text)
            self._require_whole(connection, opened)
            told = self._told(connection, offer, asker)
            detail = {
                "opening": str(opened.id),
                "reason": said.reason,
                "words": said.words.strip(),
                "incident": said.incident,
                "second": "" if said.second is None else said.second.name,
                "told": ",".join(told),
                "closes": opened.closes_at.isoformat(),
            }
            receipt = log.append(self._entry(Act.GLASS_BREAK, asker, name=opened.name, detail=detail))
            enter_opening(connection, opened)
            facts = {
                "opening_id": opened.id,
                "reason": said.reason,
                "incident": said.incident or None,
                "second_account": None if said.second is None else said.second.name,
                "review_by": opened.machine_opened_at + offer.glass.review_within,
                "recorded_in": receipt.index if log is self.audit else None,
            }
            connection.execute(QUERIES["enter_glass"].text, facts)
            for account, roles in told.items():
                inbox = {"account": account, "roles": sorted(roles), "sites": list(asker.all_sites)}
                connection.execute(QUERIES["tell"].text, {"opening_id": opened.id, **inbox})

    def _require_whole(self, connection: Connection, opened: Opened) -> None:
        facts = {"account": opened.account, "organisation": opened.organisation, "name": opened.name}
        now = {"now": opened.opened_at, "machine_now": opened.machine_opened_at}
        if connection.execute(QUERIES["is_broken"].text, {**facts, **now}).fetchone() is not None:
            raise UsageError("you have broken it already and it is still open; close it first, or go on under it")

    def _told(self, connection: Connection, offer: Offer, asker: Asker) -> dict[str, set[str]]:
        """The accounts that are told, in order, and for which roles."""
        found: dict[str, set[str]] = {}
        for told in offer.glass.tell:
            organisation = offer.agreement.provider if told.startswith("provider-") else asker.organisation
            facts = {"roles": list(TOLD_ROLES[told]), "organisations": [organisation], "asker": asker.name}
            rows = connection.execute(QUERIES["who_is_told"].text, {**facts, "sites": list(asker.all_sites)}).fetchall()
            for (name,) in rows:
                found.setdefault(name, set()).update(TOLD_ROLES[told])
        return dict(sorted(found.items()))

    def _entry(self, act: Act, asker: Asker, *, name: str, detail: Mapping[str, str]) -> Entry:
        return Entry(
            act=act,
            actor=asker.name,
            organisation=asker.organisation,
            role=asker.role,
            entity="glass",
            clauses=(name,),
            policy_hash=self.gate.policy.hash,
            operator=asker.operator,
            detail=dict(detail),
        )


def require_said(offer: Offer, said: Said, *, asker: Asker) -> None:
    """Nothing, unless something that the agreement needs was not given.

    Raises:
        UsageError: what is missing; its words name a message for pages (`glass.fault.*`).
    """
    for code, is_wrong in faults_of(offer, said, asker=asker).items():
        if is_wrong:
            raise UsageError(_FAULTS[code])


def faults_of(offer: Offer, said: Said, *, asker: Asker) -> Mapping[str, bool]:
    """What is wrong with what was given, by the field of the form, in its order."""
    needs, second = offer.glass.needs, said.second
    wants_incident = "incident" in needs or bool(said.incident)
    return {
        "reason": said.reason not in REASONS,
        "incident": wants_incident and not _INCIDENT.fullmatch(said.incident),
        "words": not said.words.strip() or len(said.words) > MOST_WORDS,
        "second": "second_person" in needs and (second is None or second.name == asker.name),
    }


_FAULTS: Mapping[str, str] = {
    "reason": f"a reason is one of {', '.join(REASONS)}",
    "words": f"say in your own words why, in at most {MOST_WORDS} characters",
    "incident": "name the incident by its reference: it has a digit, and letters, digits and `/._-`, at most 40",
    "second": "a second person must sign in as well, and be somebody else",
}


def _holds(agreement: Agreement, today: date) -> bool:
    return agreement.valid_from <= today <= agreement.valid_to


def _offer(agreement: Agreement, asker: Asker) -> Offer | None:
    glass, held = agreement.break_glass, agreement.roles_for(asker.organisation) & set(asker.roles)
    additions = () if glass is None else tuple(one for one in glass.additions if held & set(one.roles))
    if glass is None or not additions:
        return None
    return Offer(name=opening_name(agreement, GLASS), agreement=agreement, glass=glass, additions=additions)
