"""Asking to be shown something of one person, and deciding on it.

What may be asked for stands in an agreement. Whoever asks must be one who may, about somebody whom they may know of and
may ask about: anybody else, hidden or absent, gives the same answer and the same entry. Whoever decides must be one who
may, at the site of the person and seeing them through the gate; never the asker. It is decided once. What is given is
an opening for a time, which is a clause like any other.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from threading import BoundedSemaphore
from typing import Final, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from watchroom.audit.entries import Act, AuditTrail, Entry
from watchroom.gate.agreements import is_same_text
from watchroom.gate.askers import Asker
from watchroom.gate.door import Asked, Declined, Gate, Refused, View
from watchroom.gate.openings import Times, close_opening
from watchroom.gate.request_records import Ask, AskReason, Request, RequestState, Verdict
from watchroom.gate.request_rows import (
    QUERIES,
    enter_verdict,
    locked,
    new_request,
    request_of,
    requests_at,
    requests_by,
    standing_of,
)
from watchroom.gate.see import site_of
from watchroom.kernel.clock import Clock
from watchroom.kernel.ids import uuid7
from watchroom.policy.on_request import Askable, askable_by, decided_by, every_askable
from watchroom.policy.opened_clauses import ask_name
from watchroom.store.database import Connection, Database, Principal

# So many of one person's requests may wait at once: an inbox that is flooded is not read.
MOST_WAITING: Final = 20
# Words of a person, in characters.
MOST_WORDS: Final = 500
LEAST_GIVEN: Final = timedelta(minutes=5)
# So many are worked on at once in a process: a quarter of a pool's connections, see `_changing`.
_AT_ONCE: Final = 2
# What waits, or was given and is open.
STANDS: Final = (RequestState.WAITING, RequestState.GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """The requests of one node; safe to share between threads.

    Attributes:
        database, audit, gate, zone: of the node.
        clock, machine: the node's and the machine's.
        turns: one for each that is worked on.
    """

    database: Database
    audit: AuditTrail
    gate: Gate
    zone: ZoneInfo
    clock: Clock
    machine: Clock
    turns: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(_AT_ONCE), repr=False, compare=False)

    def now(self) -> Times:
        """This instant by both clocks."""
        return Times(node=self.clock.now(), machine=self.machine.now())

    def askable(self, asker: Asker, *, purpose: str) -> tuple[Askable, ...]:
        """What somebody may ask for, about whomever it may be asked about. It follows from the agreements alone."""
        today = self.clock.now().astimezone(self.zone).date()
        agreements = self.gate.policy.agreements
        return askable_by(agreements, organisation=asker.organisation, roles=asker.roles, purpose=purpose, on=today)

    def decided_by(self, asker: Asker) -> tuple[Askable, ...]:
        """What somebody decides on when others ask for it."""
        today = self.clock.now().astimezone(self.zone).date()
        return decided_by(self.gate.policy.agreements, organisation=asker.organisation, roles=asker.roles, on=today)

    def known(self) -> dict[str, Askable]:
        """All that may be asked for by anybody, by name."""
        return {one.name: one for one in every_askable(self.gate.policy.agreements)}

    def mine(self, asker: Asker, *, most: int, before: UUID | None = None) -> tuple[Request, ...]:
        """So many of what somebody has asked for, the latest first; with `before`, of what was asked before that."""
        with self.database.connection(Principal.APP) as connection:
            return requests_by(connection, asker, before=before, most=most)

    def standing(self, asker: Asker, *, person_id: UUID | None = None) -> tuple[Request, ...]:
        """What somebody has asked for, about that person or anybody, and that waits or is open, the latest first.

        It has an end: so much may wait at once, and what is given ends within weeks.
        """
        at = self.now()
        with self.database.connection(Principal.APP) as connection:
            found = standing_of(connection, asker, at=at, person_id=person_id)
        return tuple(one for one in found if one.state(at) in STANDS)

    def for_decider(self, asker: Asker) -> tuple[Request, ...]:
        """What waits for somebody to decide or was given and is open, the oldest first, none of it their own.

        It is to be shown as far as they see the person, and no further.
        """
        names = [one.name for one in self.decided_by(asker)]
        if not names:
            return ()
        at = self.now()
        with self.database.connection(Principal.APP) as connection:
            found = requests_at(connection, names=names, sites=asker.all_sites, at=at)
        return tuple(one for one in reversed(found) if not one.is_of(asker) and one.state(at) in STANDS)

    def count_waiting(self, asker: Asker) -> int:
        """How many wait for somebody: for the way there, on every page."""
        names = [one.name for one in self.decided_by(asker)]
        if not names:
            return 0
        at = self.now()
        facts = {"names": names, "sites": list(asker.all_sites), "now": at.node, "machine_now": at.machine}
        whose = {"account": asker.name, "organisation": asker.organisation}
        with self.database.connection(Principal.APP) as connection:
            row = connection.execute(QUERIES["count_waiting"].text, {**facts, **whose}).fetchone()
        return row[0] if row else 0

    def ask(self, asker: Asker, ask: Ask) -> Request | Refused:
        """Ask to be shown something; its entry is kept before whoever decides can read it.

        Raises:
            AuditUnavailableError: it could not be recorded; nothing was asked.
        """
        found = next((one for one in self.askable(asker, purpose=ask.purpose) if one.name == ask.name), None)
        if found is None:
            return self.gate.refuse(asker, purpose=ask.purpose, what="request", code="not_askable")
        if ask.reason is AskReason.OTHER and not ask.words.strip():
            return self.gate.refuse(asker, purpose=ask.purpose, what="request", code="asked_without_words")
        with self._changing() as connection:
            connection.execute(QUERIES["lock_requests"].text)
            at = self.now()
            mine = standing_of(connection, asker, at=at)
            code = _too_much(mine, ask, at=at)
            if code is not None:
                return self.gate.refuse(asker, purpose=ask.purpose, what="request", code=code)
            request_id = uuid7(at=at.machine)
            row = new_request(asker, ask, found=found, at=at) | {"id": request_id}
            seen = self.gate.read(
                asker,
                asked=Asked(
                    purpose=ask.purpose,
                    act=Act.ASK,
                    what="request",
                    detail={"request": str(request_id), "name": ask.name, "reason": ask.reason, "words": ask.words},
                    asks=frozenset({ask_name(found.name)}),
                ),
                look=partial(_where_they_are, person_id=ask.person_id, asks=ask_name(found.name)),
            )
            if isinstance(seen, Refused):
                return seen
            connection.execute(QUERIES["enter_request"].text, {**row, "site_code": seen.value})
            return request_of(connection, request_id)

    def decide(self, decider: Asker, request_id: UUID, verdict: Verdict) -> Request | Refused:
        """Give what was asked for, or refuse it; once, by whoever was first. Its entry is kept before it holds.

        Raises:
            AuditUnavailableError: it could not be recorded; nothing was decided.
        """
        with self._changing() as connection:
            request, at = locked(connection, request_id), self.now()
            found = {one.name: one for one in self.decided_by(decider)}.get(request.name) if request else None
            asked = Asked(
                purpose=verdict.purpose,
                act=Act.ANSWER,
                what="request",
                detail={
                    "request": str(request_id),
                    "decision": "refused" if verdict.lasts is None else "given",
                    "lasts": "" if verdict.lasts is None else str(int(verdict.lasts.total_seconds())),
                    "words": verdict.words,
                },
            )
            if request is None or found is None or request.is_of(decider):
                return self._of_nobody(decider, asked)
            code = self._why_not(request, found, verdict, at=at)
            look = partial(_at_my_site, person_id=request.person_id, sites=decider.all_sites, code=code)
            seen = self.gate.read(decider, asked=asked, look=look)
            if isinstance(seen, Refused):
                return seen
            enter_verdict(connection, request, verdict, by=decider, at=at)
            return request_of(connection, request.id)

    def withdraw(self, asker: Asker, request_id: UUID, *, purpose: str) -> Request | Refused:
        """Take back what was asked for and nobody has decided.

        Raises:
            AuditUnavailableError: it is withdrawn, and that could not be recorded.
        """
        with self._changing() as connection:
            request, at = locked(connection, request_id), self.now()
            if request is None or not request.is_of(asker):
                return self._refused(asker, purpose, code="no_such_request")
            if request.state(at) is not RequestState.WAITING:
                return self._refused(asker, purpose, code="decided_already")
            facts = {"id": request.id, "withdrawn_at": at.node}
            connection.execute(QUERIES["withdraw_request"].text, facts)
        self._enter(Act.WITHDRAW, asker, request)
        return self._again(request.id)

    def end(self, asker: Asker, request_id: UUID, *, purpose: str) -> Request | Refused:
        """End early what was given: the asker may, and whoever decides on such things and sees the person at the site.

        Raises:
            AuditUnavailableError: it could not be recorded; ended it is all the same where it is the asker's own.
        """
        with self._changing() as connection:
            request, at = locked(connection, request_id), self.now()
            asked = Asked(purpose=purpose, act=Act.END, what="request", detail={"request": str(request_id)})
            if request is None or not (request.is_of(asker) or self._decides(asker, request)):
                return self._of_nobody(asker, asked)
            code = None if request.state(at) is RequestState.GIVEN else "not_open"
            if not request.is_of(asker):
                seen = self.gate.read(
                    asker,
                    asked=asked,
                    look=partial(_at_my_site, person_id=request.person_id, sites=asker.all_sites, code=code),
                )
                if isinstance(seen, Refused):
                    return seen
            elif code is not None:
                return self._refused(asker, purpose, code=code)
            # INVARIANT: what was given has an opening; by the table, too.
            close_opening(connection, cast(UUID, request.opening_id), at=at.machine, by=asker.name)
        if request.is_of(asker):
            self._enter(Act.END, asker, request)
        return self._again(request.id)

    def _why_not(self, request: Request, found: Askable, verdict: Verdict, *, at: Times) -> str | None:
        """The code of why it cannot be decided so; None: it can."""
        match request.state(at):
            case RequestState.WAITING:
                pass
            case RequestState.UNANSWERED:
                return "answered_late"
            case _:
                return "decided_already"
        if verdict.lasts is None:
            return None if verdict.words.strip() else "refused_without_words"
        if not LEAST_GIVEN <= verdict.lasts <= found.asked.lasts:
            return "given_too_long"
        return None if is_same_text(found.agreement, request.digest) else "no_longer_agreed"

    def _decides(self, asker: Asker, request: Request) -> bool:
        return request.name in {one.name for one in self.decided_by(asker)}

    def _of_nobody(self, asker: Asker, asked: Asked) -> Refused:
        """What is said where there is no request of theirs.

        INVARIANT: the gate is asked as about a person whom it does not show, so that a request about somebody hidden
        and none cost the same, and are entered alike.
        """
        nobody = uuid7(at=self.machine.now())
        look = partial(_at_my_site, person_id=nobody, sites=asker.all_sites, code="no_such_request")
        seen = self.gate.read(asker, asked=asked, look=look)
        return seen if isinstance(seen, Refused) else self._refused(asker, asked.purpose, code="no_such_request")

    def _refused(self, asker: Asker, purpose: str, *, code: str) -> Refused:
        return self.gate.refuse(asker, purpose=purpose, what="request", code=code)

    def _again(self, request_id: UUID) -> Request:
        with self.database.connection(Principal.APP) as connection:
            return request_of(connection, request_id)

    def _enter(self, act: Act, asker: Asker, request: Request) -> None:
        self.audit.append(
            Entry(
                act=act,
                actor=asker.name,
                organisation=asker.organisation,
                role=asker.role,
                purpose=request.purpose,
                entity="request",
                subjects=(request.person_id,),
                clauses=(request.name,),
                operator=asker.operator,
                detail={"request": str(request.id)},
            )
        )

    @contextmanager
    def _changing(self) -> Generator[Connection]:
        # INVARIANT: whoever is in here asks the gate, which makes views on a connection of the same pool. Were all of
        # them held by changes that wait for one more, no new view of anybody could be made until they gave up.
        with self.turns, self.database.connection(Principal.MIGRATOR) as connection:
            yield connection


def _where_they_are(view: View, *, person_id: UUID, asks: str) -> str | Declined:
    """The site of a person whom the asker may know of and ask about."""
    # INVARIANT: both are asked whatever the first one gives: somebody hidden and nobody cost the same.
    clauses = set(view.reasons("person", person_id))
    site = site_of(view, person_id)
    is_known = bool(clauses - {asks})
    return site if site is not None and is_known and asks in clauses else Declined(code="not_askable")


def _at_my_site(view: View, *, person_id: UUID, sites: Sequence[str], code: str | None) -> str | Declined:
    """The site of a person, where whoever decides may see them there; `code`: why it cannot be decided all the same."""
    site = site_of(view, person_id)
    if site is None or site not in sites:
        return Declined(code="no_such_request")
    return site if code is None else Declined(code=code)


def _too_much(mine: Sequence[Request], ask: Ask, *, at: Times) -> str | None:
    """The code of why somebody may not ask just now, by what they have asked before; None: they may."""
    waiting = [one for one in mine if one.state(at) is RequestState.WAITING]
    same = [one for one in mine if (one.name, one.person_id) == (ask.name, ask.person_id)]
    if any(one.state(at) in STANDS for one in same):
        return "asked_already"
    return "too_many_asked" if len(waiting) >= MOST_WAITING else None
