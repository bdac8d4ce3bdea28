"""One reading transaction: it becomes its audience, answers questions, and remembers what it gave away."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
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
from watchroom.store.database import Connection
from watchroom.store.sealing import Moment, sequence_at

R = TypeVar("R")

_QUERIES = load_queries("watchroom.gate", "door.sql")

# Columns that name a person, under whatever relation.
_SUBJECTS = frozenset({"person_id", "other_person_id", "visible_person_ids"})
# Parameters that may name one: `row_id` does where the row that is asked for is a person.
_ASKED = _SUBJECTS | {"row_id"}

_BECOME = """
set local role none;
insert into gate.asking (
    backend_pid, xact, audience, asker, sites, units, as_of_seq, as_of_at, node_now, today
) values (
    pg_backend_pid(), pg_current_xact_id(), {audience}, {asker}, {sites}, {units},
    {sequence}, {instant}, {now}, {today}
)
on conflict (backend_pid) do update set
    xact = excluded.xact,
    audience = excluded.audience,
    asker = excluded.asker,
    sites = excluded.sites,
    units = excluded.units,
    as_of_seq = excluded.as_of_seq,
    as_of_at = excluded.as_of_at,
    node_now = excluded.node_now,
    today = excluded.today,
    hidden_people = null;
update gate.asking
set hidden_people = (select coalesce(array_agg(distinct h.id order by h.id), '{{}}') from {schema}.hidden_people as h)
where asking.backend_pid = pg_backend_pid();
set local search_path = {schema}, pg_temp;
set local statement_timeout = {statement};
set local lock_timeout = {lock};
set local idle_in_transaction_session_timeout = {idle};
set local jit = off;
set local enable_nestloop = off;
set local plan_cache_mode = force_generic_plan;
set local role {role};
"""

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


class Reading:
    """The transaction behind the views of one read. Not for use after it, nor by another thread."""

    def __init__(
        self,
        connection: Connection,
        *,
        audience: Audience,
        audiences: Audiences,
        asker: Asker,
        model: Catalogue,
        limits: Limits,
        now: datetime,
        today: date,
    ) -> None:
        self._connection = connection
        self._audience = audience
        self._audiences = audiences
        self._asker = asker
        self._model = model
        self._limits = limits
        self._now = now
        self._today = today
        self._turned_to: Moment | None = None
        self._heard_at = monotonic()
        self.given = Given()
        connection.prepare_threshold = _NEVER_BY_COUNTING
        connection.prepared_max = _PREPARED_MOST
        connection.execute(_QUERIES["open_reading"].text)
        row = connection.execute(_QUERIES["last_sequence"].text).fetchone()
        self.last_sequence: int = row[0] if row else 0

    def moment(self, instant: datetime | None) -> Moment:
        """The moment that an instant means; None: the present. Call it before the first question, or `turn` away."""
        if instant is None:
            return Moment(instant=self._now, sequence=self.last_sequence)
        if self._turned_to is not None:
            self._connection.execute("set local role none")
            self._turned_to = None
        return sequence_at(self._connection, instant)

    def answer(
        self, query: Query, moment: Moment, parameters: Mapping[str, object]
    ) -> tuple[list[str], list[TupleRow]]:
        """Column names and rows of a question, as known at `moment`.

        Raises:
            QuestionError: the query does more than read relations of the audience.
            QuestionFailedError: the database could not answer.
            TooMuchError: more rows, or longer, than one read may take.
        """
        asked = question(query)
        # Who is asked for is remembered before anything can fail: looking somebody up leaves a trace either way.
        is_of_people = "person" in asked.relations
        for name in _ASKED & parameters.keys():
            if is_of_people or name != "row_id":
                self.given.subjects.update(_ids(parameters[name]))
        self._audiences.ensure(self._audience, asked.relations)
        cursor = self._execute(query.name, self._own(query), parameters, moment)
        names = [column.name for column in cursor.description or ()]
        rows = cursor.fetchmany(self._limits.rows + 1)
        if len(rows) > self._limits.rows:
            raise TooMuchError(f"query `{query.name}` gives more than {self._limits.rows} rows; ask for fewer")
        self.given.relations.update(asked.relations)
        self.given.queries.append(query.name)
        self._note(cursor, names, rows)
        return names, rows

    def reasons(self, entity: str, row_id: UUID, moment: Moment) -> tuple[str, ...]:
        """The names of the clauses that show one row; none when the asker may not know it."""
        relation = f"why_{entity}"
        self._audiences.ensure(self._audience, [relation])
        text = sql.SQL("select clauses from {}.{} where id = %(id)s").format(
            sql.Identifier(self._audience.schema), sql.Identifier(relation)
        )
        row = self._execute(relation, text, {"id": row_id}, moment).fetchone()
        return tuple(row[0]) if row else ()

    def _own(self, query: Query) -> LiteralString:
        """The query's text under the name of the audience.

        INVARIANT: a prepared statement keeps the relations of the search path under which it was planned. Two
        audiences never share one, because their texts differ; and PostgreSQL plans anew where the path differs.
        """
        return cast(LiteralString, f"/* {self._audience.schema} */ {query.text}")

    def _execute(
        self, name: str, text: Any, parameters: Mapping[str, object], moment: Moment
    ) -> psycopg.Cursor[TupleRow]:
        try:
            self._turn(moment)
            if monotonic() - self._heard_at > _HEARING_SECONDS:
                self._connection.execute(_QUERIES["hear_of_revokes"].text)
                self._heard_at = monotonic()
            return self._connection.execute(text, dict(parameters), prepare=True)
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
        self._connection.execute(
            sql.SQL(_BECOME).format(
                audience=sql.Literal(self._audience.name),
                asker=sql.Literal(self._asker.name),
                sites=_texts(self._asker.all_sites),
                units=_texts(self._asker.units),
                sequence=sql.Literal(None if is_present else moment.sequence),
                instant=sql.Literal(None if is_present else moment.instant),
                now=sql.Literal(self._now),
                today=sql.Literal(self._today),
                schema=sql.Identifier(self._audience.schema),
                statement=sql.Literal(self._limits.statement),
                lock=sql.Literal(self._limits.lock),
                idle=sql.Literal(self._limits.idle),
                role=sql.Identifier(self._audience.role),
            )
        )
        self._turned_to = moment
        self._heard_at = monotonic()

    def _note(
        self,
        cursor: psycopg.Cursor[TupleRow],
        names: list[str],
        rows: list[TupleRow],
    ) -> None:
        """Remember who was shown, and which fields."""
        if not rows:
            return
        self.given.rows += len(rows)
        origins = self._origins(cursor, len(names))
        named = [
            place
            for place, (name, origin) in enumerate(zip(names, origins, strict=True))
            if name in _SUBJECTS or origin == "person.id"
        ]
        self.given.fields.update(origin or name for name, origin in zip(names, origins, strict=True))
        for row in rows:
            for place in named:
                self.given.subjects.update(_ids(row[place]))

    def _origins(self, cursor: psycopg.Cursor[TupleRow], width: int) -> list[str | None]:
        """For each column of an answer, `entity.column` where it comes straight from one."""
        result = cursor.pgresult
        relations = {oid: name for name, oid in self._audience.made.items()}
        origins: list[str | None] = []
        for place in range(width):
            relation = relations.get(result.ftable(place)) if result is not None else None
            entity = self._model.entities.get(relation or "")
            number = result.ftablecol(place) if result is not None else 0
            columns = columns_of(entity) if entity is not None else ()
            origins.append(f"{relation}.{columns[number - 1].name}" if 0 < number <= len(columns) else None)
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


def _texts(values: tuple[str, ...]) -> sql.Composed:
    return sql.SQL("array[{}]::text[]").format(sql.SQL(", ").join(sql.Literal(value) for value in values))
