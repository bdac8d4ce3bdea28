"""One reading transaction: it becomes its audience, answers questions, and remembers what it gave away."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import partial
from time import monotonic
from typing import Any, LiteralString, TypeVar, cast
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from watchroom.gate.askers import Asker
from watchroom.gate.audiences import Audience, Audiences
from watchroom.gate.errors import QuestionError, QuestionFailedError, TooMuchError
from watchroom.gate.questions import question
from watchroom.kernel.named_sql import Query, load_queries
from watchroom.model.catalogue import Catalogue, columns_of
from watchroom.policy.decision import Decision
from watchroom.store.database import Connection
from watchroom.store.sealing import Moment, sequence_at

R = TypeVar("R")

_QUERIES = load_queries("watchroom.gate", "door.sql")

# Columns that name a person, under whatever relation.
_SUBJECTS = frozenset({"person_id", "other_person_id", "visible_person_ids"})
# Parameters that may name one: `row_id` does where the row that is asked for is a person.
_ASKED = _SUBJECTS | {"row_id"}

# Of so many queries under so many audiences is remembered what their answers are made of.
_SHAPES_MOST = 10_000
_SHAPES: dict[tuple[str, str], "_Shape"] = {}

# Never by counting: a statement is prepared when, and only when, it is asked for under its audience's name.
_NEVER_BY_COUNTING = 2**31 - 1
_PREPARED_MOST = 1_000
# A prepared statement does not look a relation up by name, and only that makes a running transaction hear of a
# REVOKE elsewhere. So it looks one up at least this often: a suspension bites after as many seconds at the latest.
_HEARING_SECONDS = 0.05


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
    """What a read gave away, for its audit entry."""

    subjects: set[UUID] = field(default_factory=set[UUID])
    fields: set[str] = field(default_factory=set[str])
    relations: set[str] = field(default_factory=set[str])
    queries: list[str] = field(default_factory=list[str])
    rows: int = 0


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the answers of one query under one audience are made of: worked out once, from the first of them.

    Attributes:
        names: of the columns.
        origins: for each column `entity.column` where it comes straight from one, else its name.
        subjects: places of the columns that name persons.
    """

    names: list[str]
    origins: tuple[str, ...]
    subjects: tuple[int, ...]


Answer = tuple[list[str], list[TupleRow]]


class Reading:
    """The transaction behind the views of one read. Not for use after it, nor by another thread."""

    def __init__(
        self,
        connection: Connection,
        *,
        decision: Decision,
        audiences: Audiences,
        asker: Asker,
        model: Catalogue,
        limits: Limits,
        now: datetime,
        today: date,
    ) -> None:
        self._connection = connection
        self._decision = decision
        self._audience = audiences.audience(decision, asker)
        self._audiences = audiences
        self._asker = asker
        self._model = model
        self._limits = limits
        self._now = now
        self._today = today
        self._turned_to: Moment | None = None
        self._knows_hidden = False
        self._heard_at = monotonic()
        self.given = Given()
        connection.prepare_threshold = _NEVER_BY_COUNTING
        connection.prepared_max = _PREPARED_MOST
        connection.execute(_QUERIES["open_reading"].text)
        row = connection.execute(_QUERIES["last_sequence"].text, prepare=True).fetchone()
        self.last_sequence: int = row[0] if row else 0

    def moment(self, instant: datetime | None) -> Moment:
        """The moment that an instant means; None: the present. Call it before the first question, or `turn` away."""
        if instant is None:
            return Moment(instant=self._now, sequence=self.last_sequence)
        if self._turned_to is not None:
            self._connection.execute(_QUERIES["leave_audience"].text)
            self._turned_to = None
        return sequence_at(self._connection, instant)

    @contextmanager
    def together(self, moment: Moment) -> Generator[None]:
        """Within it, questions as known at `moment` are sent one behind the other, and answered while others run.

        The limit of one statement is then that of all of them.

        Raises:
            QuestionFailedError, TooMuchError: as `answer`; of whichever question failed first.
        """
        with self._told("together"):
            self._turn(moment)
            with self._connection.pipeline():
                yield

    def soon(self, query: Query, moment: Moment, parameters: Mapping[str, object]) -> Callable[[], Answer]:
        """Send a question; what is returned gives, once, the names of the columns and the rows.

        Raises:
            QuestionError: the query does more than read relations of the audience.
            QuestionFailedError, TooMuchError: also of the returned function.
        """
        asked = question(query)
        # Who is asked for is remembered before anything can fail: looking somebody up leaves a trace either way.
        is_of_people = "person" in asked.relations
        for name in _ASKED & parameters.keys():
            if is_of_people or name != "row_id":
                self.given.subjects.update(_ids(parameters[name]))
        with self._told(query.name):
            self._turn(moment)
            self._audiences.ensure(self._audience, asked.relations)
            cursor = self._sent(self._own(query), parameters)
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

    def reasons(self, entity: str, row_id: UUID, moment: Moment) -> tuple[str, ...]:
        """The names of the clauses that show one row; none when the asker may not know it."""
        relation = f"why_{entity}"
        with self._told(relation):
            self._turn(moment)
        self._audiences.ensure(self._audience, [relation])
        text = sql.SQL("select clauses from {}.{} where id = %(id)s").format(
            sql.Identifier(self._audience.schema), sql.Identifier(relation)
        )
        with self._told(relation):
            row = self._sent(text, {"id": row_id}).fetchone()
        return tuple(row[0]) if row else ()

    def _own(self, query: Query) -> LiteralString:
        """The query's text under the name of the audience.

        INVARIANT: a prepared statement keeps the relations of the search path under which it was planned. Two
        audiences never share one, because their texts differ; and PostgreSQL plans anew where the path differs.
        """
        return cast(LiteralString, f"/* {self._audience.schema} */ {query.text}")

    def _sent(self, text: Any, parameters: Mapping[str, object]) -> psycopg.Cursor[TupleRow]:
        if monotonic() - self._heard_at > _HEARING_SECONDS:
            self._connection.execute(_QUERIES["hear_of_revokes"].text)
            self._heard_at = monotonic()
        return self._connection.execute(text, parameters, prepare=True)

    def _received(self, cursor: psycopg.Cursor[TupleRow], query: Query, audience: Audience) -> Answer:
        with self._told(query.name):
            rows = cursor.fetchmany(self._limits.rows + 1)
        if len(rows) > self._limits.rows:
            raise TooMuchError(f"query `{query.name}` gives more than {self._limits.rows} rows; ask for fewer")
        shape = self._shape(cursor, query, audience)
        if rows:
            self._note(shape, rows)
        return shape.names, rows

    @contextmanager
    def _told(self, name: str) -> Generator[None]:
        """A fault of the database in our words."""
        try:
            yield
        except psycopg.errors.QueryCanceled:
            raise TooMuchError(f"query `{name}` took longer than {self._limits.statement} ms; ask for less") from None
        except psycopg.Error as fault:
            # INVARIANT: what the database says of a failure may hold a value of a row, so nobody is told.
            code = fault.sqlstate or "no connection"
            raise QuestionFailedError(f"query `{name}` failed in the database ({code})") from None

    def _turn(self, moment: Moment) -> None:
        """Be the audience, with that moment: facts about the asker are written as the app, then the role is left."""
        if self._turned_to == moment:
            return
        is_present = moment.sequence >= self.last_sequence
        self._audience = audience = self._audiences.audience(self._decision, self._asker, is_past=not is_present)
        facts = {
            "audience": audience.name,
            "asker": self._asker.name,
            "sites": list(self._asker.all_sites),
            "units": list(self._asker.units),
            "as_of_seq": None if is_present else moment.sequence,
            "as_of_at": None if is_present else moment.instant,
            "node_now": self._now,
            "today": self._today,
        }
        frame = {
            "search_path": f"{audience.schema}, pg_temp",
            "workers": str(audience.workers),
            "statement": str(self._limits.statement),
            "lock": str(self._limits.lock),
            "idle": str(self._limits.idle),
        }
        with self._connection.pipeline():
            self._connection.execute(_QUERIES["leave_audience"].text)
            self._connection.execute(_QUERIES["frame_reading"].text, frame, prepare=True)
            self._connection.execute(_QUERIES["note_asking"].text, facts, prepare=True)
            if not self._knows_hidden:
                self._connection.execute(self._own(_QUERIES["note_hidden"]), prepare=True)
            self._connection.execute(_QUERIES["become_audience"].text, {"role": audience.role}, prepare=True)
        # Who is hidden today is so at every moment of this transaction.
        self._knows_hidden = True
        self._turned_to = moment
        self._heard_at = monotonic()

    def _note(self, shape: _Shape, rows: list[TupleRow]) -> None:
        """Remember who was shown, and which fields."""
        self.given.rows += len(rows)
        self.given.fields.update(shape.origins)
        for place in shape.subjects:
            for row in rows:
                value = row[place]
                if type(value) is UUID:
                    self.given.subjects.add(value)
                else:
                    self.given.subjects.update(_ids(value))

    def _shape(self, cursor: psycopg.Cursor[TupleRow], query: Query, audience: Audience) -> _Shape:
        key = (audience.schema, query.sql)
        known = _SHAPES.get(key)
        if known is None:
            if len(_SHAPES) > _SHAPES_MOST:
                _SHAPES.clear()
            known = _SHAPES[key] = self._shape_of(cursor, audience)
        return known

    def _shape_of(self, cursor: psycopg.Cursor[TupleRow], audience: Audience) -> _Shape:
        names = [column.name for column in cursor.description or ()]
        origins = self._origins(cursor, audience, names)
        subjects = [
            place
            for place, (name, origin) in enumerate(zip(names, origins, strict=True))
            if name in _SUBJECTS or origin == "person.id"
        ]
        return _Shape(names=names, origins=tuple(origins), subjects=tuple(subjects))

    def _origins(self, cursor: psycopg.Cursor[TupleRow], audience: Audience, names: list[str]) -> list[str]:
        """For each column of an answer, `entity.column` where it comes straight from one, else its name."""
        result = cursor.pgresult
        relations = {oid: name for name, oid in audience.made.items()}
        origins: list[str] = []
        for place, name in enumerate(names):
            relation = relations.get(result.ftable(place)) if result is not None else None
            entity = self._model.entities.get(relation or "")
            number = result.ftablecol(place) if result is not None else 0
            columns = columns_of(entity) if entity is not None else ()
            origins.append(f"{relation}.{columns[number - 1].name}" if 0 < number <= len(columns) else name)
        return origins


def into_records(names: list[str], rows: list[TupleRow], into: type[R], *, query: str) -> list[R]:
    """The rows as records of a dataclass whose fields are the columns.

    Raises:
        QuestionError: the columns and the fields differ.
    """
    wanted = {declared.name for declared in fields(into)}  # type: ignore[arg-type]
    if wanted != set(names) or len(names) != len(wanted):
        raise QuestionError(
            f"query `{query}` gives {sorted(names)} and `{into.__name__}` holds {sorted(wanted)}; make them equal"
        )
    return [into(**dict(zip(names, row, strict=True))) for row in rows]


def _ids(value: object) -> list[UUID]:
    match value:
        case UUID():
            return [value]
        case list() | tuple():
            return [entry for entry in value if isinstance(entry, UUID)]  # type: ignore[reportUnknownVariableType]
        case _:
            return []
