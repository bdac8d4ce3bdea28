"""Requests of people who ask who has looked at them: when each came, what was drawn for it, and what was given."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from watchroom.audit.entries import Receipt
from watchroom.kernel.errors import NotFoundError, UsageError
from watchroom.kernel.named_sql import load_queries
from watchroom.store.database import Connection, Database, Principal

_QUERIES = load_queries("watchroom.audit", "subject_requests.sql")
_REFERENCE = re.compile(r"[A-Za-z0-9/._-]{1,30}")


class StepKind(StrEnum):
    """What was done for a request."""

    DRAWN = "drawn"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A draft that was drawn or an answer that was given, of entries below `upto`; `at` is the node's instant."""

    kind: StepKind
    upto: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectRequest:
    """One request.

    Attributes:
        id: opaque; the only one of it that stands in an address.
        person_id: whom it is about.
        reference: the agency's own; names nobody.
        received_on: day of the node on which it came.
        opened_by, opened_at: account, and instant of the node.
        steps: what was done, the first one first.

    Raises:
        UsageError: the reference is none.
    """

    id: UUID
    person_id: UUID
    reference: str
    received_on: date
    opened_by: str
    opened_at: datetime
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if not is_reference(self.reference):
            raise UsageError("a reference has a digit, and letters, digits, `/`, `.`, `_` and `-`, at most 30")

    @property
    def draft(self) -> Step | None:
        """The draft that was drawn last."""
        return self._last(StepKind.DRAWN)

    @property
    def draft_before(self) -> Step | None:
        """The draft before that one."""
        drawn = [step for step in self.steps if step.kind is StepKind.DRAWN]
        return drawn[-2] if len(drawn) > 1 else None

    @property
    def answer(self) -> Step | None:
        """The answer that was given last."""
        return self._last(StepKind.ANSWERED)

    def _last(self, kind: StepKind) -> Step | None:
        return next((step for step in reversed(self.steps) if step.kind is kind), None)


def is_reference(text: str) -> bool:
    """Whether a text can be a reference: it has a digit, so that nobody types a name by habit."""
    return _REFERENCE.fullmatch(text) is not None and any(letter.isdigit() for letter in text)


def add_request(database: Database, request: SubjectRequest, *, receipt: Receipt) -> None:
    """Keep a request with its steps; its entry, of which this is the receipt, came first."""
    with database.connection(Principal.AUDIT) as connection:
        connection.execute(
            _QUERIES["add_request"].text,
            {
                "id": request.id,
                "person_id": request.person_id,
                "reference": request.reference,
                "received_on": request.received_on,
                "opened_by": request.opened_by,
                "opened_at": request.opened_at,
                "recorded_in": receipt.index,
            },
        )
        for step in request.steps:
            _add(connection, request.id, step=step, receipt=receipt)


def add_step(database: Database, request_id: UUID, *, step: Step, receipt: Receipt) -> None:
    """Keep that something was done for a request; its entry came first."""
    with database.connection(Principal.AUDIT) as connection:
        _add(connection, request_id, step=step, receipt=receipt)


def some_requests(
    database: Database, *, hidden: frozenset[UUID], most: int, before: UUID | None = None
) -> tuple[SubjectRequest, ...]:
    """So many requests, the one that came last first.

    Args:
        database: of the node.
        hidden: people about whom none is given.
        most: so many.
        before: from the one on that comes after this one in the list; None: from its beginning.
    """
    wanted = {"hidden": sorted(hidden), "before": before, "most": most}
    with database.connection(Principal.AUDIT) as connection:
        return _with_steps(connection, connection.execute(_QUERIES["requests"].text, wanted).fetchall())


def owed_since(database: Database, *, hidden: frozenset[UUID]) -> tuple[date, ...]:
    """The days on which those requests came that have no answer yet, but of the `hidden`, the first first."""
    with database.connection(Principal.AUDIT) as connection:
        rows = connection.execute(_QUERIES["owed_since"].text, {"hidden": sorted(hidden)})
        return tuple(row[0] for row in rows)


def one_request(database: Database, request_id: UUID) -> SubjectRequest:
    """The request of that id.

    Raises:
        NotFoundError: there is none.
    """
    with database.connection(Principal.AUDIT) as connection:
        found = _with_steps(connection, connection.execute(_QUERIES["request"].text, {"id": request_id}).fetchall())
    if not found:
        raise no_such_request()
    return found[0]


def no_such_request() -> NotFoundError:
    """What is said of one that is not there, and of one that an officer may not work."""
    return NotFoundError(
        "there is no such request; the list names those that there are; for another ask the head of security"
    )


def _add(connection: Connection, request_id: UUID, *, step: Step, receipt: Receipt) -> None:
    facts: Mapping[str, object] = {
        "request_id": request_id,
        "step": step.kind.value,
        "upto": step.upto,
        "done_by": step.by,
        "done_at": step.at,
        "recorded_in": receipt.index,
    }
    connection.execute(_QUERIES["add_step"].text, facts)


def _with_steps(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> tuple[SubjectRequest, ...]:
    names = ("id", "person_id", "reference", "received_on", "opened_by", "opened_at")
    found = [SubjectRequest(**dict(zip(names, row, strict=True))) for row in rows]
    steps: dict[UUID, list[Step]] = {one.id: [] for one in found}
    for request_id, kind, upto, by, at in connection.execute(
        _QUERIES["steps"].text, {"request_ids": [one.id for one in found]}
    ):
        steps[request_id].append(Step(kind=StepKind(kind), upto=upto, by=by, at=at))
    return tuple(replace(one, steps=tuple(steps[one.id])) for one in found)
