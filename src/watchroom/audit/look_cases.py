"""Cases of looks that stand out: kept, put before a reviewer, decided.

What a case is made of, and why, is decided above this room; here it is kept. Each reading is an entry before anything
is given, and names everybody who stands in what is given.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from watchroom.audit.entries import Act, AuditTrail
from watchroom.audit.look_records import (
    Case,
    CaseLook,
    Decision,
    Found,
    Known,
    KnownCase,
    Opened,
    Review,
    Reviewer,
    Seen,
    Waiting,
)
from watchroom.audit.witness import enter_reading, witnessed
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection, Database, Principal

_QUERIES = load_queries("watchroom.audit", "look_cases.sql")


def keep_cases(
    database: Database, *, review: Review, known: Known, sort: Callable[[Sequence[KnownCase]], Sequence[Found]]
) -> int:
    """Keep what a review found, all of it or nothing; how many cases are new.

    Args:
        database: of the node.
        review: that found it.
        known: which cases that there are count.
        sort: what is to be kept, given those; nobody else changes them meanwhile.
    """
    with database.connection(Principal.AUDIT) as connection:
        connection.execute(_QUERIES["take_cases_turn"].text)
        cases = [
            KnownCase(
                id=row[0],
                account=row[1],
                person_id=row[2],
                last_index=-1 if row[3] is None else row[3],
                outcome=row[4],
                decided_at=row[5],
                reasons=frozenset(row[6]),
            )
            for row in connection.execute(_QUERIES["known_cases"].text, known.as_parameters())
        ]
        found = sort(cases)
        _write(connection, found, at=review.at)
        entered = {
            "first_index": review.entries.first,
            "last_index": review.entries.last,
            "looks": review.looks,
            "made_at": review.at,
            "recorded_in": review.receipt.index,
        }
        connection.execute(_QUERIES["enter_review"].text, entered)
    return sum(one.is_new for one in found)


def waiting_cases(
    database: Database,
    *,
    log: AuditTrail,
    reviewer: Reviewer,
    since: datetime,
    chosen: Callable[[Waiting], Sequence[Case]],
) -> Waiting:
    """What waits for a reviewer, with the cases that `chosen` puts before them alone.

    INVARIANT: the entry is committed before anything is returned, and names everybody whose case is.

    Args:
        database: of the node.
        log: where the reading is entered.
        reviewer: who reads; the subjects of their entry are set here.
        since: machine instant from which decisions count.
        chosen: the cases that are given.

    Raises:
        AuditUnavailableError: it could not be entered; nothing is given.
    """
    with database.connection(Principal.AUDIT) as connection:
        cases = tuple(
            Case(
                id=row[0],
                account=row[1],
                person_id=row[2],
                looks=row[3],
                first_at=row[4],
                last_at=row[5],
                reasons=frozenset(row[6]),
            )
            for row in connection.execute(_QUERIES["open_cases"].text, reviewer.as_parameters())
        )
        decided = connection.execute(_QUERIES["decided_since"].text, {"since": since}).fetchone()
        outcomes = connection.execute(_QUERIES["outcomes"].text, {"reviewer": reviewer.entry.actor}).fetchall()
        review = connection.execute(_QUERIES["last_review"].text).fetchone()
    every = Waiting(
        cases=cases,
        decided=decided[0] if decided else 0,
        outcomes={(reason, outcome): count for reason, outcome, count in outcomes},
        reviewed_at=review[0] if review else None,
    )
    given, entry = chosen(every), reviewer.entry
    named = tuple(one.person_id for one in given if one.person_id is not None)
    detail = {**entry.detail, "cases": ",".join(str(one.id) for one in given)}
    log.append(replace(entry, count=len(given), subjects=named, detail=detail))
    return every


def opened_case(database: Database, case_id: UUID, *, log: AuditTrail, reviewer: Reviewer) -> Opened:
    """One case with its entries, for a reviewer.

    Raises:
        NotFoundError: there is no such case, it is about the reviewer or somebody of theirs, or another one decided it:
            one answer.
        AuditUnavailableError: it could not be entered; nothing is given.
    """
    wanted, entry = {"case_id": case_id, **reviewer.as_parameters()}, reviewer.entry
    with database.connection(Principal.AUDIT) as connection:
        row = connection.execute(_QUERIES["case_of"].text, wanted).fetchone()
    if row is None:
        raise _none_for(reviewer, case_id, log=log)
    detail = {**entry.detail, "case": str(case_id)}
    subjects = () if row[2] is None else (row[2],)
    witness = enter_reading(log, replace(entry, subjects=subjects, detail=detail))
    with witnessed(database, witness) as connection:
        rows = connection.execute(_QUERIES["entries_of_case"].text, {"case_id": case_id}).fetchall()
    seen = tuple(
        Seen(
            look=CaseLook(index=index, at=at, reasons=tuple(reasons), facts=facts),
            header=_read(header),
            body=_read(body),
        )
        for index, at, reasons, facts, header, body in rows
    )
    return Opened(id=row[0], account=row[1], person_id=row[2], decided_at=row[3], seen=seen)


def record_decision(
    database: Database, case_id: UUID, *, decision: Decision, log: AuditTrail, reviewer: Reviewer
) -> None:
    """Keep a decision; its entry comes first, so that none is in force without one, and says when (machine time).

    Raises:
        NotFoundError: as `opened_case`; that it was tried is entered.
        UsageError: somebody else decided it meanwhile; nothing was entered.
        AuditUnavailableError: it could not be entered; nothing is decided.
    """
    wanted, entry = {"case_id": case_id, **reviewer.as_parameters()}, reviewer.entry
    with database.connection(Principal.AUDIT) as connection:
        row = connection.execute(_QUERIES["case_of"].text, wanted).fetchone()
    if row is None:
        raise _none_for(reviewer, case_id, log=log)
    said = {"case": str(case_id), "outcome": decision.outcome, "note": decision.note}
    told = {"told": "yes" if decision.is_told else "not_yet"}
    subjects = () if row[2] is None else (row[2],)
    with database.connection(Principal.AUDIT) as connection:
        closed = {"case_id": case_id, "decided_by": entry.actor, "decided_at": entry.machine_at}
        if connection.execute(_QUERIES["close_case"].text, closed).fetchone() is None:
            raise UsageError("somebody else decided this case meanwhile; theirs holds")
        # INVARIANT: entered while nobody else can decide it, so that the log never tells of a decision that none was.
        receipt = log.append(replace(entry, subjects=subjects, detail={**entry.detail, **said, **told}))
        decided = {
            "case_id": case_id,
            "outcome": decision.outcome,
            "is_told": decision.is_told,
            "decided_by": entry.actor,
            "recorded_in": receipt.index,
        }
        connection.execute(_QUERIES["add_decision"].text, decided)


def _none_for(reviewer: Reviewer, case_id: UUID, *, log: AuditTrail) -> NotFoundError:
    """What is said of a case that is none for this reviewer: entered first, alike whatever it was to be asked for."""
    entry = reviewer.entry
    log.append(replace(entry, act=Act.CONSULT, count=0, detail={**entry.detail, "case": str(case_id)}))
    return NotFoundError("no case of this id waits for you; look at the queue again")


def _write(connection: Connection, found: Sequence[Found], *, at: datetime) -> None:
    opened = [
        {"id": one.id, "account": one.account, "person_id": one.person_id, "opened_at": at}
        for one in found
        if one.is_new
    ]
    looks = [
        {
            "case_id": one.id,
            "index": look.index,
            "at": look.at,
            "reasons": list(look.reasons),
            "facts": json.dumps(look.facts),
        }
        for one in found
        for look in one.looks
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_QUERIES["open_case"].text, opened)
        cursor.executemany(_QUERIES["add_look"].text, looks)


def _read(text: str | None) -> dict[str, Any] | None:
    return None if text is None else cast(dict[str, Any], json.loads(text))
