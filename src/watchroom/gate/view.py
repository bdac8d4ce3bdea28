"""What a read gives, or why it gives nothing; and the view through which it is made."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from watchroom.audit.entries import Receipt
from watchroom.gate.answers import into_records
from watchroom.gate.changed import Sought
from watchroom.gate.reading import Answer, Reading
from watchroom.gate.relations import is_agreed
from watchroom.kernel.named_sql import Query
from watchroom.model.catalogue import Catalogue
from watchroom.model.text import Text
from watchroom.policy.decision import Decision
from watchroom.policy.sight import may_see
from watchroom.store.sealing import Moment

T = TypeVar("T")
R = TypeVar("R", bound=NamedTuple)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined:
    """What `look` returns when it will give nothing after all: the door makes a recorded refusal of it.

    Attributes:
        code: of the reason; the text `gate.refused.<code>` says it to the asker.
    """

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

    @property
    def model(self) -> Catalogue:
        """The model of the node, with what its agency adds."""
        return self._reading.model

    @property
    def today(self) -> date:
        """The day of the read where the node is."""
        return self._reading.today

    def rows(self, query: Query, into: type[R], **params: object) -> list[R]:
        """The rows of a named query as named tuples of `into`, whose fields are its columns.

        Raises:
            QuestionError, QuestionFailedError, TooMuchError: nothing is given away.
        """
        return self.soon(query, into, **params)()

    def soon(self, query: Query, into: type[R], **params: object) -> Callable[[], list[R]]:
        """Ask now, and have the rows, as `rows` gives them, when the returned function is called; see `together`."""
        return self._as(self._reading.soon(query, self.moment, params), query, into)

    def changed_soon(self, sought: Sought) -> Callable[[], frozenset[str]]:
        """Gives the names of the entities of which something changed there, for `changes_soon`; see `together`.

        Asked before any other question of its moment it takes no journey of its own. It knows of rows that the asker
        may not see, so a product shows nobody what it gives.
        """
        return self._reading.changed_soon(sought, self.moment)

    def changes_soon(
        self, query: Query, into: type[R], *, among: frozenset[str], **params: object
    ) -> Callable[[], list[R]]:
        """As `soon`, for a question that wants of the feed no change of an entity that is not `among` them."""
        return self._as(self._reading.soon(query, self.moment, params, among=among), query, into)

    def together(self) -> AbstractContextManager[None]:
        """Within it, questions asked `soon`, also of another moment, are answered while the others run."""
        return self._reading.together()

    def records(self, query: Query, **params: object) -> list[dict[str, object]]:
        """The rows of a query whose columns follow from the model, by column name."""
        return self.records_soon(query, **params)()

    def records_soon(self, query: Query, **params: object) -> Callable[[], list[dict[str, object]]]:
        """The same, asked now and given when the returned function is called; see `together`."""
        answer = self._reading.soon(query, self.moment, params)

        @cache
        def records() -> list[dict[str, object]]:
            names, rows = answer()
            return [dict(zip(names, row, strict=True)) for row in rows]

        return records

    def at(self, instant: datetime) -> "View":
        """The same audience in the same transaction, as known at an instant (timezone-aware)."""
        return View(self._reading, self._decision, self._reading.moment(instant))

    def present(self) -> "View":
        """The same audience in the same transaction, as known now."""
        return View(self._reading, self._decision, self._reading.moment(None))

    def may_see(self, entity: str, field: str | None = None) -> bool:
        """Whether some clause shows the entity, or the field of it, at all."""
        return may_see(self._decision, entity, field)

    def is_agreed(self, relation: str) -> bool:
        """Whether anything of a relation is agreed for the asker today, be there rows of it or none."""
        return is_agreed(self._decision, relation, today=self._reading.today)

    @staticmethod
    def _as(answer: Callable[[], Answer], query: Query, into: type[R]) -> Callable[[], list[R]]:
        return cache(lambda: into_records(*answer(), into, query=query.name))

    def reasons(self, entity: str, row_id: UUID) -> tuple[str, ...]:
        """The names of the clauses that show one row; none when the asker may not know of it."""
        return self.reasons_soon(entity, row_id)()

    def reasons_soon(self, entity: str, row_id: UUID) -> Callable[[], tuple[str, ...]]:
        """Gives the names of the clauses that show one row, none when the asker may not know of it; see `together`."""
        return self._reading.reasons_soon(entity, row_id, self.moment)

    def origin(self, entity: str, row_id: UUID) -> dict[str, Any] | None:
        """Where one row came from, by the columns of `origin_sql`; None when the asker may not know of it."""
        return self._reading.origin(entity, row_id, self.moment)

    def held(self, sought: Mapping[str, object]) -> list[dict[str, Any]]:
        """Rows of a source of which no record came, by the columns of `held_sql`; `sought` is of `held_rows`."""
        return self._reading.held(sought, self.moment)
