"""The rows in which requests are kept."""

from collections.abc import Sequence
from uuid import UUID

from watchroom.audit.entries import storable
from watchroom.gate.askers import Asker
from watchroom.gate.openings import Times, enter_opening, new_opening
from watchroom.gate.request_records import Ask, Request, Verdict
from watchroom.kernel.ids import first_id
from watchroom.kernel.named_sql import load_queries
from watchroom.policy.on_request import Askable
from watchroom.policy.openings import LATEST_ANSWER, LONGEST_GIVEN
from watchroom.store.database import Connection

QUERIES = load_queries("watchroom.gate", "requests.sql")

_EVERY = dict.fromkeys(
    ("id", "account", "organisation", "names", "sites", "person_id", "stands_at", "oldest", "before", "most"), None
)


def requests_by(connection: Connection, asker: Asker, *, before: UUID | None, most: int) -> tuple[Request, ...]:
    """So many of what somebody has asked for, the latest first; with `before`, of what was asked before that one."""
    return _requests(connection, account=asker.name, organisation=asker.organisation, before=before, most=most)


def standing_of(
    connection: Connection, asker: Asker, *, at: Times, person_id: UUID | None = None
) -> tuple[Request, ...]:
    """What somebody has asked for, about that person or anybody, and that waits or is open, the latest first."""
    whose = {"account": asker.name, "organisation": asker.organisation}
    return _requests(connection, **whose, person_id=person_id, **_standing(at))


def requests_at(
    connection: Connection, *, names: Sequence[str], sites: Sequence[str], at: Times
) -> tuple[Request, ...]:
    """What of these names was asked for at these sites and waits or is open, the latest first."""
    return _requests(connection, names=list(names), sites=list(sites), **_standing(at))


def _standing(at: Times) -> dict[str, object]:
    """What waits or is open: none is older than the longest answer and the longest time for which it is given."""
    # INVARIANT: so what is read of the table does not grow with it.
    return {"stands_at": at.machine, "oldest": first_id(at=at.machine - LATEST_ANSWER - LONGEST_GIVEN)}


def request_of(connection: Connection, request_id: UUID) -> Request:
    """A request that there is."""
    (found,) = _requests(connection, id=request_id)
    return found


def locked(connection: Connection, request_id: UUID) -> Request | None:
    """A request that nobody else can decide on until this transaction ends; None: there is none of that id."""
    connection.execute(QUERIES["lock_request"].text, {"id": request_id})
    # INVARIANT: read after the lock was given, so it is what the one before has made of it.
    found = _requests(connection, id=request_id)
    return found[0] if found else None


def new_request(asker: Asker, ask: Ask, *, found: Askable, at: Times) -> dict[str, object]:
    """The row of a new request, but for its id and the site of the person, which the gate finds out."""
    within = found.asked.answer_within
    return {
        "asked_by": asker.name,
        "organisation": asker.organisation,
        "digest": found.agreement.digest,
        "name": ask.name,
        "person_id": ask.person_id,
        "purpose": ask.purpose,
        "reason": ask.reason.value,
        "words": storable(ask.words),
        "asked_at": at.node,
        "answer_by": at.node + within,
        "machine_asked_at": at.machine,
        "machine_answer_by": at.machine + within,
    }


def enter_verdict(connection: Connection, request: Request, verdict: Verdict, *, by: Asker, at: Times) -> None:
    """Keep what was decided; what is given is open from then on."""
    opening = None
    if verdict.lasts is not None:
        opening = new_opening(
            Asker(name=request.asked_by, roles=(), organisation=request.organisation),
            name=request.name,
            digest=request.digest,
            person_id=request.person_id,
            times=at,
            lasts=verdict.lasts,
        )
        enter_opening(connection, opening)
    facts = {
        "id": request.id,
        "decision": "refused" if opening is None else "given",
        "decided_by": by.name,
        "decided_at": at.node,
        "answer": storable(verdict.words),
        "opening_id": None if opening is None else opening.id,
    }
    connection.execute(QUERIES["decide_request"].text, facts)


def _requests(connection: Connection, **wanted: object) -> tuple[Request, ...]:
    rows = connection.execute(QUERIES["requests"].text, {**_EVERY, **wanted})
    return tuple(Request(**dict(zip(Request.__slots__, row, strict=True))) for row in rows)
