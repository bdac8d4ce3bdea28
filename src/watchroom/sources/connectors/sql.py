"""A database of a source system: all tables as of one instant, and of those that say when a row changed only the news.

What a mapping makes of a row depends on other rows, so a delivery is always whole: the rows that changed are put in the
place of those that the node holds from the last batch. Where the number of rows is not what the source counts in the
same transaction, something went or came late, and the table is read whole at once.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

import sqlalchemy
from sqlalchemy import exc

from watchroom.sources.arrow import ArrowTable, pa
from watchroom.sources.connectors.addresses import is_local
from watchroom.sources.connectors.contract import (
    Answer,
    Asked,
    FailureCode,
    FetchError,
    Laid,
    Nothing,
    TableAsked,
)
from watchroom.sources.connectors.sql_rows import ROWS_AT_ONCE, Changed, Laying, texts

# With more rows than this that changed, a table is read whole.
_CHANGED_AT_MOST = 200_000
# In which no other transaction is seen halfway; the first that a database knows is taken.
_LEVELS = ("REPEATABLE READ", "SNAPSHOT", "SERIALIZABLE")
_DRIVERS = {"postgresql": "postgresql+psycopg"}
_DENIED = ("42501", "42P01")


def fetch_sql(asked: Asked) -> Answer:
    """The tables of the mapping as of one instant, laid down as Parquet."""
    try:
        engine = _engine(asked)
    except FetchError as fault:
        return fault.answer()
    reading = _Reading(asked)
    try:
        with engine.connect() as connection:
            level = _level(connection)
            opened = connection.execution_options(isolation_level=level, postgresql_readonly=True)
            with opened.begin():
                return reading.answer(opened)
    except FetchError as fault:
        return fault.answer(size=reading.size)
    except exc.SQLAlchemyError as fault:
        return _fault(fault).answer(size=reading.size)
    finally:
        engine.dispose()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """Up to where a table was read.

    Attributes:
        columns: that were read of it.
        values: the highest of each column that tells changes, as JSON can hold them.
        sha256: of the file that was made of it.
    """

    columns: Sequence[str]
    values: Mapping[str, str | int | None]
    sha256: str

    def as_json(self) -> dict[str, object]:
        return {"columns": list(self.columns), "values": dict(self.values), "sha256": self.sha256}


class _Reading:
    """One reading of a database."""

    def __init__(self, asked: Asked) -> None:
        self.size = 0
        self._asked = asked
        before = cast(dict[str, Any], asked.cursor.get("tables", {}))
        self._before = {name: _Mark(**mark) for name, mark in before.items()}
        swept = cast(str | None, asked.cursor.get("swept_at"))
        since = None if swept is None else asked.now - datetime.fromisoformat(swept)
        is_due = since is None or not timedelta(0) <= since < timedelta(seconds=asked.number("sweep"))
        self._is_whole = asked.is_whole or is_due
        self._swept_at = asked.now.isoformat() if self._is_whole else swept

    def answer(self, connection: sqlalchemy.Connection) -> Answer:
        tables = _Tables(connection, schema=self._asked.options["schema"] or None)
        marks: dict[str, _Mark] = {}
        for rule in self._asked.tables:
            found = tables.find(rule)
            if found is not None:
                marks[rule.name] = self._read(connection, rule, found)
        if not marks:
            message = "the database shows none of the tables of the mapping; see its address, the option `schema`, and"
            raise FetchError(FailureCode.REFUSED_REQUEST, f"{message} what its user may read")
        cursor = {"tables": {name: mark.as_json() for name, mark in marks.items()}, "swept_at": self._swept_at}
        digests = {name: mark.sha256 for name, mark in marks.items()}
        if digests == {name: mark.sha256 for name, mark in self._before.items()} and not self._asked.is_whole:
            message = "the database holds what it held before"
            return Nothing(code="nothing_new", message=message, is_confirmed=True, size=self.size, cursor=cursor)
        sha256 = hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()
        return Laid(folder=self._asked.into, cursor=cursor, size=self.size, sha256=sha256)

    def _read(self, connection: sqlalchemy.Connection, rule: TableAsked, found: "_Found") -> _Mark:
        news = None if self._is_whole else self._news(rule, found)
        if news is not None:
            mark = self._with_news(connection, found, news)
            if mark is not None:
                return mark
        laying = Laying(self._asked.into / f"{rule.name}.parquet", found.columns)
        marks = _Highest(found.changed)
        for rows in self._rows(connection, found, found.every(rule.key)):
            laying.add(marks.seen(rows))
        return _Mark(columns=found.columns, values=marks.values, sha256=laying.close())

    def _news(self, rule: TableAsked, found: "_Found") -> "_News | None":
        """What is asked for of a table of which much is known; None: it is read whole."""
        before = self._before.get(rule.name)
        if before is None or not found.changed or not rule.key or list(before.columns) != list(found.columns):
            return None
        if list(before.values) != list(found.changed) or not any(before.values.values()):
            return None
        known = self._asked.known.rows(rule.name)
        overlap = timedelta(seconds=self._asked.number("overlap"))
        return None if known is None else _News(key=rule.key, before=before, known=known, overlap=overlap)

    def _with_news(self, connection: sqlalchemy.Connection, found: "_Found", news: "_News") -> _Mark | None:
        """The table with its news; None: it has to be read whole."""
        marks = _Highest(found.changed, since=news.before.values)
        parts: list[Any] = [pa.table({name: pa.array([], pa.string()) for name in found.columns})]
        for rows in self._rows(connection, found, found.since(news)):
            parts.append(marks.seen(rows))
            if sum(part.num_rows for part in parts) > _CHANGED_AT_MOST:
                return None
        changed = Changed(pa.concat_tables(parts), key=news.key, columns=found.columns)
        laying = Laying(self._asked.into / f"{found.name}.parquet", found.columns)
        for kept in changed.kept(news.known):
            self._asked.watch(0)
            laying.add(kept)
        laying.add(changed.fresh())
        if laying.rows != connection.execute(found.count()).scalar_one():
            laying.abandon()
            return None
        return _Mark(columns=found.columns, values=marks.values, sha256=laying.close())

    def _rows(
        self, connection: sqlalchemy.Connection, found: "_Found", wanted: "sqlalchemy.Select[Any]"
    ) -> Iterator["_Rows"]:
        most = self._asked.number("most")
        answer = connection.execution_options(stream_results=True, max_row_buffer=ROWS_AT_ONCE).execute(wanted)
        with answer:
            for part in answer.partitions(ROWS_AT_ONCE):
                columns = list(zip(*part, strict=True))
                text = {
                    name: texts(values, table=found.name, column=name)
                    for name, values in zip(found.columns, columns, strict=False)
                }
                rows: ArrowTable = pa.table(text)
                self.size += rows.nbytes
                self._asked.watch(rows.nbytes)
                if self.size > most:
                    message = f"the database gives more than {most} bytes; raise the option `most` if that is right"
                    raise FetchError(FailureCode.TOO_LARGE, message)
                told = dict(zip(found.changed, columns[len(found.columns) :], strict=True))
                yield _Rows(rows=rows, told=told)


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """What is asked for of a table of which much is known."""

    key: Sequence[str]
    before: _Mark
    known: Iterator[ArrowTable]
    overlap: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Some rows as text, with the values of the columns that tell changes."""

    rows: ArrowTable
    told: Mapping[str, Sequence[object]]


class _Highest:
    """The highest value of each column that tells changes."""

    def __init__(self, columns: Sequence[str], since: Mapping[str, str | int | None] | None = None) -> None:
        self._values: dict[str, Any] = {name: _value((since or {}).get(name)) for name in columns}

    @property
    def values(self) -> dict[str, str | int | None]:
        """As JSON can hold them."""
        return {name: _kept(value) for name, value in self._values.items()}

    def seen(self, rows: _Rows) -> ArrowTable:
        """The rows, once their values are seen."""
        for name, values in rows.told.items():
            there = [value for value in [*values, self._values[name]] if value is not None]
            self._values[name] = max(cast(list[Any], there), default=None)
        return rows.rows


class _Found:
    """A table as it is found in the database."""

    def __init__(
        self, name: str, table: sqlalchemy.TableClause, *, columns: Sequence[str], changed: Sequence[str]
    ) -> None:
        self.name = name
        self.columns = columns
        self.changed = changed
        self._table = table
        self._given = {column.name.upper(): column for column in table.columns}

    def every(self, key: Sequence[str]) -> "sqlalchemy.Select[Any]":
        """All of its rows, in an order that is the same the next time."""
        order = [name for name in key or self.columns if name in self._given]
        return self._select().order_by(*(self._given[name] for name in order))

    def since(self, news: _News) -> "sqlalchemy.Select[Any]":
        """The rows that may be new or changed: those at the edge, and a little before it, are given once more."""
        edges: list[sqlalchemy.ColumnElement[bool]] = []
        for name in self.changed:
            value = _value(news.before.values[name])
            if value is None:
                edges.append(self._given[name].is_not(None))
            elif isinstance(value, datetime):
                edges.append(self._given[name] >= value - news.overlap)
            else:
                edges.append(self._given[name] >= value)
        return self._select().where(sqlalchemy.or_(*edges)).order_by(*(self._given[name] for name in news.key))

    def count(self) -> "sqlalchemy.Select[int]":
        """How many rows it has."""
        return sqlalchemy.select(sqlalchemy.func.count()).select_from(self._table)

    def _select(self) -> "sqlalchemy.Select[Any]":
        return sqlalchemy.select(*(self._given[name] for name in (*self.columns, *self.changed)))


class _Tables:
    """The tables and views that the user of a database may see, whatever the case of their names."""

    def __init__(self, connection: sqlalchemy.Connection, *, schema: str | None) -> None:
        self._schema = schema
        self._inspector = sqlalchemy.inspect(connection)
        named = [*self._inspector.get_table_names(schema), *self._inspector.get_view_names(schema)]
        self._names = {name.upper(): name for name in named}

    def find(self, rule: TableAsked) -> _Found | None:
        """The table of a rule; None: there is none."""
        name = self._names.get(rule.name)
        if name is None:
            return None
        given = {column["name"].upper(): column for column in self._inspector.get_columns(name, self._schema)}
        wanted = [column for column in (*rule.required, *rule.optional) if column in given]
        if not wanted:
            return None
        columns = [sqlalchemy.column(column["name"], column["type"]) for column in given.values()]
        table = sqlalchemy.table(name, *columns, schema=self._schema)
        # With only some of them a change could go unseen.
        is_told = all(column in given for column in rule.changed)
        return _Found(rule.name, table, columns=wanted, changed=rule.changed if is_told else ())


def _engine(asked: Asked) -> sqlalchemy.Engine:
    try:
        url = sqlalchemy.make_url(asked.location)
        url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
        if asked.secret is not None:
            url = url.set(password=asked.secret.reveal())
        more: dict[str, object] = {}
        if url.drivername.startswith("postgresql"):
            more = {"connect_timeout": 10, "passfile": os.devnull, "application_name": "watchroom"}
            if not is_local(url.host) and "sslmode" not in url.query:
                more |= {"sslmode": "verify-full", "sslrootcert": asked.options["ca"] or "system"}
        return sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool, hide_parameters=True, connect_args=more)
    except (exc.ArgumentError, exc.NoSuchModuleError, ImportError):
        message = "nothing here speaks to a database of that address; see its first part, and install its driver"
        raise FetchError(FailureCode.REFUSED_REQUEST, message) from None


def _level(connection: sqlalchemy.Connection) -> Any:
    known = connection.dialect.get_isolation_level_values(connection.connection.dbapi_connection)  # type: ignore[arg-type]
    connection.rollback()
    for level in _LEVELS:
        if level in known:
            return level
    raise FetchError(FailureCode.REFUSED_REQUEST, "the database cannot show all tables as of one instant")


def _kept(value: Any) -> str | int | None:
    """A value of a column that tells changes, as JSON can hold it."""
    if isinstance(value, date):
        return value.isoformat()
    return None if value is None else int(value)


def _value(kept: str | int | None) -> datetime | date | int | None:
    """A value of a column that tells changes, as it was before it was kept as JSON."""
    if not isinstance(kept, str):
        return kept
    return date.fromisoformat(kept) if len(kept) == len("2026-01-01") else datetime.fromisoformat(kept)


def _fault(fault: exc.SQLAlchemyError) -> FetchError:
    """What a driver says may hold a value or a name, so only its kind is told."""
    origin = getattr(fault, "orig", None)
    state = getattr(origin, "sqlstate", None)
    text = str(origin).lower()
    if state in _DENIED:
        message = "the database does not let its user read a table of the mapping; grant it, for reading only"
        return FetchError(FailureCode.REFUSED_REQUEST, message)
    if "authentication failed" in text or "no password" in text or state in ("28P01", "28000"):
        return FetchError(FailureCode.UNAUTHORISED, "the database does not let its user in; give another --secret-file")
    if isinstance(fault, exc.OperationalError | exc.InterfaceError):
        why = type(origin).__name__ if origin is not None else type(fault).__name__
        message = f"the database does not answer ({why}); see whether it and the network are up"
        return FetchError(FailureCode.UNREACHABLE, message)
    message = f"the database refuses what is asked of it ({type(fault).__name__}, {state or 'no state'})"
    return FetchError(FailureCode.REFUSED_REQUEST, message)
