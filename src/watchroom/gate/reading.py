"""One reading transaction: it becomes its audience, answers questions, and remembers what it gave away."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from time import monotonic
from typing import Any, LiteralString, cast
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from watchroom.gate.answers import SUBJECTS, Shape, ids_in, shape_of
from watchroom.gate.askers import Asker
from watchroom.gate.audiences import Audience, Audiences
from watchroom.gate.changed import CHANGE, Sought, changes_of
from watchroom.gate.errors import AudienceGoneError, QuestionError, QuestionFailedError, SuspendedError, TooMuchError
from watchroom.gate.eviction import touch
from watchroom.gate.held_sql import HELD_PAGE
from watchroom.gate.narrow_views import Narrow, narrow_views, with_narrow
from watchroom.gate.openings import NOTHING_OPEN, OpenFor
from watchroom.gate.questions import Question, question
from watchroom.kernel.named_sql import Query, load_queries
from watchroom.model.catalogue import Catalogue
from watchroom.policy.decision import Decision
from watchroom.policy.masks import is_pseudonym
from watchroom.store.database import Connection
from watchroom.store.sealing import Moment

_QUERIES = load_queries("watchroom.gate", "door.sql")

# Parameters that may name a person: `row_id` does where the row that is asked for is a person.
_ASKED = SUBJECTS | {"row_id"}

# Never by counting: a statement is prepared when, and only when, it is asked for under its audience's name.
_NEVER_BY_COUNTING = 2**31 - 1
_PREPARED_MOST = 1_000
# What PostgreSQL says where an audience was dropped: by its own entrance, or because a name is there no more, or
# (XX000) vanished between two steps of one statement.
_GONE = frozenset({"WR002", "3F000", "42883", "42P01", "42704", "XX000"})
# A prepared statement does not look a relation up by name, and only that makes a running transaction hear of a
# REVOKE elsewhere. So it looks one up at least this often when it sends a question. Of questions that wait in a
# pipeline only the look at the end of the read hears (`Gate.read`), and then nothing of them is given.
HEARING_SECONDS = 0.05
"""After so many seconds at the latest a read asks whether it may still go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one read may take; times in milliseconds.

    Attributes:
        statement: longest statement.
        lock: longest wait for a lock.
        idle: longest time between two questions of one read.
        rows: most rows of one question.
    """

    statement: int = 15_000
    lock: int = 2_000
    idle: int = 60_000
    rows: int = 100_000


@dataclass(slots=True)
class Given:
    """What a read gave away, for its audit entry.

    Attributes:
        people: who was shown or asked for, by their number: an id is hashed in Python, a thousand times for a handover.
    """

    people: dict[int, UUID] = field(default_factory=dict[int, UUID])
    fields: set[str] = field(default_factory=set[str])
    relations: set[str] = field(default_factory=set[str])
    queries: list[str] = field(default_factory=list[str])
    rows: int = 0


Answer = tuple[list[str], list[TupleRow]]


class Reading:
    """The transaction behind the views of one read. Not for use after it, nor by another thread."""

    def __init__(
        self,
        connection: Connection,
        *,
        audience: Audience,
        decision: Decision,
        audiences: Audiences,
        asker: Asker,
        model: Catalogue,
        limits: Limits,
        now: datetime,
        today: date,
        opened: OpenFor = NOTHING_OPEN,
    ) -> None:
        self._connection = connection
        self._decision = decision
        self._present = self._audience = audience
        self._audiences = audiences
        self._asker = asker
        self.model = model
        self._limits = limits
        self._now = now
        self._opened = opened
        self.today = today
        self._turn_of_openings: UUID | None
        self._turned_to: Moment | None = None
        self._is_together = False
        self._is_over = False
        self._fault: QuestionFailedError | TooMuchError | None = None
        self._heard_at = monotonic()
        self.given = Given()
        connection.prepare_threshold = _NEVER_BY_COUNTING
        connection.prepared_max = _PREPARED_MOST
        with self._told("begin_reading"):
            begun = connection.execute(audience.entrance.begin)
            while begun.nextset():
                pass
            row = begun.fetchone()
        sequence, sealed_at, self._transaction, self._turn_of_openings = row or (None, None, "", None)
        # A batch may have been committed since the reader looked at the clock; it is of the present as well.
        self.last = Moment(instant=max(now, sealed_at or now), sequence=sequence or 0)

    def end(self) -> None:
        """The read is over: what was not taken by now is not given any more.

        Raises:
            QuestionFailedError, TooMuchError: a question failed, whatever became of that within the read.
        """
        self._is_over = True
        if self._fault is not None:
            raise self._fault

    def require_open(self) -> UUID:
        """At which turn the openings are, unless the audience may be given nothing.

        Raises:
            SuspendedError: its footing is suspended, or stands on a policy that is not in force.
        """
        # INVARIANT: without a turn nothing could be closed any more, so nothing is given.
        if self._turn_of_openings is None:
            raise SuspendedError("access on this footing is suspended")
        return self._turn_of_openings

    def moment(self, instant: datetime | None) -> Moment:
        """The moment that an instant means; None: the present. Call it before the first question, or `turn` away."""
        if instant is None:
            return self.last
        if self._turned_to is not None:
            self._connection.execute(_QUERIES["leave_audience"].text)
            self._turned_to = None
        row = self._connection.execute(self._present.entrance.sequence_at, {"instant": instant}).fetchone()
        return Moment(instant=instant, sequence=row[0] if row else 0)

    @contextmanager
    def together(self) -> Generator[None]:
        """Within it, questions, of whatever moments, are sent one behind the other, and answered while others run.

        Each of them has the limit of one statement. Within another `together` it adds nothing.

        Raises:
            QuestionFailedError, TooMuchError: as `answer`; of whichever question failed first.
        """
        if self._is_together:
            yield
            return
        self._is_together = True
        try:
            with self._told("together"), self._connection.pipeline():
                yield
        finally:
            self._is_together = False

    def changed_soon(self, sought: Sought, moment: Moment) -> Callable[[], frozenset[str]]:
        """Ask now of which entities something changed; for `among`. It is of all rows, so it is told to nobody."""
        with self._told("changed"):
            cursor = self._turn(moment, sought=sought)
        return partial(self._changed, cursor)

    def soon(
        self, query: Query, moment: Moment, parameters: Mapping[str, object], *, among: frozenset[str] | None = None
    ) -> Callable[[], Answer]:
        """Send a question; what is returned gives, once, the names of the columns and the rows.

        Args:
            query, moment, parameters: what is asked, as known when.
            among: names of the entities of whose changes it tells at most; None: of all.

        Raises:
            QuestionError: the query does more than read relations of the audience.
            QuestionFailedError, TooMuchError: also of the returned function.
        """
        asked = question(query, model=self.model)
        # Who is asked for is remembered before anything can fail: looking somebody up leaves a trace either way.
        is_of_people = "person" in asked.relations
        for name in _ASKED & parameters.keys():
            if is_of_people or name != "row_id":
                self.given.people |= {one.int: one for one in ids_in(parameters[name])}
        with self._told(query.name):
            self._turn(moment)
            narrow = self._narrow(asked, among)
            hidden = {one.relation for one in narrow}
            self._audiences.ensure(self._audience, [*narrow, *(n for n in asked.relations if n not in hidden)])
            # INVARIANT: the driver holds every row that the server gives, so the server must not give more.
            most = None if asked.is_limited else self._limits.rows + 1
            cursor = self._sent(self._own(query, narrow, most=most), parameters)
        self.given.relations.update(asked.relations)
        self.given.queries.append(query.name)
        return partial(self._received, cursor, query, self._audience)

    def answer(self, query: Query, moment: Moment, parameters: Mapping[str, object]) -> Answer:
        """Column names and rows of a question, as known at `moment`.

        Raises:
            QuestionError: the query does more than read relations of the audience.
            QuestionFailedError: the database could not answer.
            TooMuchError: more rows, or longer, than one read may take.
        """
        return self.soon(query, moment, parameters)()

    def reasons_soon(self, entity: str, row_id: UUID, moment: Moment) -> Callable[[], tuple[str, ...]]:
        """Ask now; what is returned gives, once, the names of the clauses that show one row, none where none does."""
        relation = f"why_{entity}"
        with self._told(relation):
            self._turn(moment)
        self._audiences.ensure(self._audience, [relation])
        text = sql.SQL("select clauses from {}.{} where id = %(id)s").format(
            sql.Identifier(self._audience.schema), sql.Identifier(relation)
        )
        with self._told(relation):
            cursor = self._sent(text, {"id": row_id})
        return partial(self._reasons, cursor, relation)

    def _reasons(self, cursor: psycopg.Cursor[TupleRow], relation: str) -> tuple[str, ...]:
        with self._told(relation):
            row = cursor.fetchone()
        return tuple(row[0]) if row else ()

    def origin(self, entity: str, row_id: UUID, moment: Moment) -> dict[str, Any] | None:
        """Where one row came from, as `origin_sql` gives it; None when the asker may not know it."""
        relation = f"from_{entity}"
        with self._told(relation):
            self._turn(moment)
        self._audiences.ensure(self._audience, [relation])
        text = sql.SQL("select * from {}.{} where id = %(id)s").format(
            sql.Identifier(self._audience.schema), sql.Identifier(relation)
        )
        with self._told(relation):
            cursor = self._sent(text, {"id": row_id})
            row = cursor.fetchone()
        self.given.queries.append(relation)
        return (
            None if row is None else dict(zip((column.name for column in cursor.description or ()), row, strict=True))
        )

    def held(self, sought: Mapping[str, object], moment: Moment) -> list[dict[str, Any]]:
        """Rows of a source of which no record came, as `held_sql` gives them, in order; see `gate.held_rows`."""
        relation = "held_row"
        with self._told(relation):
            self._turn(moment)
        self._audiences.ensure(self._audience, [relation])
        text = sql.SQL(HELD_PAGE).format(sql.Identifier(self._audience.schema), sql.Identifier(relation))
        with self._told(relation):
            cursor = self._sent(text, sought)
            rows = cursor.fetchall()
        self.given.queries.append(relation)
        self.given.rows += len(rows)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _narrow(self, asked: Question, among: frozenset[str] | None) -> tuple[Narrow, ...]:
        if among is not None and CHANGE in asked.relations:
            audience = self._audience
            made, told = list(audience.narrow.values()), frozenset(audience.relations.told)
            changes = changes_of(among, made=made, told=told)
            return () if changes is None else (changes,)
        # Whoever sees little is answered sooner than a view would be made.
        if not self._audience.workers or not asked.counts or asked.columns is None:
            return ()
        return narrow_views(asked.relations, asked.columns, decision=self._decision, model=self.model)

    def _own(self, query: Query, narrow: Sequence[Narrow], *, most: int | None = None) -> LiteralString:
        """The query's text under the name of the audience; `most`: and with so many rows at most.

        INVARIANT: a prepared statement keeps the relations of the search path under which it was planned. Two
        audiences never share one, because their texts differ; and PostgreSQL plans anew where the path differs.
        """
        limit = "" if most is None else f"\nlimit {most}"
        return cast(LiteralString, f"/* {self._audience.schema} */ {with_narrow(query.text, narrow)}{limit}")

    def _sent(self, text: Any, parameters: Mapping[str, object]) -> psycopg.Cursor[TupleRow]:
        if monotonic() - self._heard_at > HEARING_SECONDS:
            self._connection.execute(_QUERIES["hear_of_revokes"].text)
            self._heard_at = monotonic()
        return self._connection.execute(text, parameters, prepare=True)

    def _received(self, cursor: psycopg.Cursor[TupleRow], query: Query, audience: Audience) -> Answer:
        if self._is_over:
            raise QuestionError(f"query `{query.name}` is asked for its answer after the read; take it within")
        with self._told(query.name):
            rows = cursor.fetchmany(self._limits.rows + 1)
        if len(rows) > self._limits.rows:
            raise TooMuchError(f"query `{query.name}` gives more than {self._limits.rows} rows; ask for fewer")
        shape = shape_of(cursor, query, audience=audience, model=self.model)
        if rows:
            self._note(shape, rows, has_pseudonyms=audience.has_pseudonyms)
        return shape.names, rows

    @contextmanager
    def _told(self, name: str) -> Generator[None]:
        """A fault of the database in our words."""
        try:
            yield
        except psycopg.errors.LockNotAvailable:
            self._fault = QuestionFailedError(
                f"`{name}` waited in vain for a delivery that is being entered; ask again"
            )
            raise self._fault from None
        except psycopg.errors.QueryCanceled:
            self._fault = TooMuchError(f"query `{name}` took longer than {self._limits.statement} ms; ask for less")
            raise self._fault from None
        except psycopg.Error as fault:
            # INVARIANT: what the database says of a failure may hold a value of a row, so nobody is told.
            code = fault.sqlstate or "no connection"
            kind = AudienceGoneError if code in _GONE else QuestionFailedError
            self._fault = self._fault or kind(f"query `{name}` failed in the database ({code})")
            raise self._fault from None

    def _turn(self, moment: Moment, *, sought: Sought | None = None) -> psycopg.Cursor[TupleRow] | None:
        """Be the audience, with that moment: what it is told of the asker is what this process vouches for."""
        if self._turned_to == moment and sought is None:
            return None
        is_present = moment.sequence >= self.last.sequence
        past = None if is_present else self._audiences.audience(self._decision, self._asker, is_past=True)
        self._audience = audience = past or self._present
        entrance = audience.entrance
        touch(self._connection, audience.name)
        facts = self._facts(None if is_present else moment.sequence, moment)
        if sought is not None:
            facts["changed"] = sought.as_fact()
        text, voucher = self._audiences.vouching.vouched(facts)
        with self.together():
            if self._turned_to is not None:
                self._connection.execute(_QUERIES["leave_audience"].text)
            self._connection.execute(entrance.path)
            entered = self._connection.execute(entrance.enter, {"facts": text, "voucher": voucher}, prepare=True)
            self._connection.execute(entrance.become)
        self._turned_to = moment
        self._heard_at = monotonic()
        return entered

    def _changed(self, cursor: psycopg.Cursor[TupleRow] | None) -> frozenset[str]:
        with self._told("changed"):
            row = cursor.fetchone() if cursor else None
        if row is None or row[0] is None:
            raise QuestionFailedError("`changed` was not answered by the entrance; ask again")
        return frozenset(row[0])

    def _facts(self, as_of_seq: int | None, moment: Moment) -> dict[str, object]:
        """What the views are told of the asker, for this transaction and audience; `as_of_seq` None: the present."""
        return {
            "audience": self._audience.name,
            "made_as": self._audience.made_as,
            "xact": self._transaction,
            "asker": self._asker.name,
            "organisation": self._asker.organisation,
            "sites": self._asker.all_sites,
            "units": self._asker.units,
            "as_of_seq": as_of_seq,
            "as_of_at": moment.instant.isoformat(),
            "node_now": self._now.isoformat(),
            "today": self.today.isoformat(),
            "opened_names": [name for name, _ in self._opened.of_people],
            "opened_people": [str(person) for _, person in self._opened.of_people],
            "statement": str(self._limits.statement),
            "lock": str(self._limits.lock),
            "idle": str(self._limits.idle),
        }

    def _note(self, shape: Shape, rows: list[TupleRow], *, has_pseudonyms: bool) -> None:
        """Remember who was shown, and which fields. Whom a made-up word stands for was not shown."""
        self.given.rows += len(rows)
        self.given.fields.update(shape.fields(rows))
        for place in shape.subjects:
            values = [row[place] for row in rows]
            if all(type(value) is UUID for value in values):
                self.given.people |= {one.int: one for one in values}
            else:
                self.given.people |= {one.int: one for value in values for one in ids_in(value)}
        if has_pseudonyms:
            people = self.given.people
            self.given.people = {number: one for number, one in people.items() if not is_pseudonym(one)}
