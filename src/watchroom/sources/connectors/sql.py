"""A database of a source system: all tables as of one instant, and of those that say when a row changed only the news.

What a mapping makes of a row depends on other rows, so a delivery is always whole: the rows that changed are put in the
place of those that the node holds from the last batch. Where the number of rows is not what the source counts in the
same transaction, something went or came late, and the table is read whole at once. What changed without telling so is
found only when everything is read again, so only that confirms what is known.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy
from sqlalchemy import exc

from watchroom.sources.arrow import ArrowTable, pa
from watchroom.sources.connectors.contract import (
    Answer,
    Asked,
    FailureCode,
    FetchError,
    Laid,
    Nothing,
    TableAsked,
)
from watchroom.sources.connectors.guard import Guard
from watchroom.sources.connectors.sql_engine import opened
from watchroom.sources.connectors.sql_marks import Highest, Mark, Rows, UnusableColumnError, edge_of
from watchroom.sources.connectors.sql_rows import ROWS_AT_ONCE, Changed, Laying, texts
from watchroom.sources.connectors.sql_tables import Found, Tables

# With more rows than this that changed, a table is read whole.
_CHANGED_AT_MOST = 200_000
# What a driver raises where it cannot make a value of what it was sent; it may say the value.
_UNREADABLE = (ValueError, TypeError, ArithmeticError, LookupError, exc.DataError)


def fetch_sql(asked: Asked) -> Answer:
    """The tables of the mapping as of one instant, laid down as Parquet."""
    reading = _Reading(asked)
    try:
        with Guard(asked) as guard, opened(asked, guard) as connection:
            return reading.answer(connection)
    except FetchError as fault:
        return fault.answer(size=reading.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """The rows of a table that may be new or changed, and what is known of the others.

    Attributes:
        rows: as text.
        marks: up to where it is read with them.
        count: of rows that the source has.
    """

    rows: Any
    marks: Highest
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A table that was read.

    Attributes:
        mark: up to where.
        after_now: how many rows tell of an instant that is still to come, by column.
        lay: lays it down, where that was not needed yet, and gives what was read then.
    """

    mark: Mark
    after_now: dict[str, int] = field(default_factory=dict[str, int])
    lay: "Callable[[], _Read] | None" = None


class _Reading:
    """One reading of a database."""

    def __init__(self, asked: Asked) -> None:
        self.size = 0
        self._asked = asked
        before = cast(dict[str, Any], asked.cursor.get("tables", {}))
        self._before = {name: Mark(**mark) for name, mark in before.items()}
        swept = cast(str | None, asked.cursor.get("swept_at"))
        since = None if swept is None else asked.now - datetime.fromisoformat(swept)
        is_due = since is None or not timedelta(0) <= since < timedelta(seconds=asked.number("sweep"))
        self._is_whole = asked.is_whole or is_due
        self._swept_at = asked.now.isoformat() if self._is_whole else swept
        self._overlap = timedelta(seconds=asked.number("overlap"))
        # Whether of every table every row was read.
        self._has_all = True

    def answer(self, connection: sqlalchemy.Connection) -> Answer:
        tables = Tables(connection, schema=self._asked.options["schema"] or None)
        read: dict[str, _Read] = {}
        for rule in self._asked.tables:
            found = tables.find(rule)
            if found is not None:
                read[rule.name] = self._read(connection, rule, found)
        if not read:
            message = "the database shows none of the tables of the mapping; see its address, the option `schema`, and"
            raise FetchError(FailureCode.REFUSED_REQUEST, f"{message} what its user may read")
        noted = self._noted(read)
        if not self._asked.is_whole and _digests(read) == {name: mark.sha256 for name, mark in self._before.items()}:
            # INVARIANT: `rows` is of the file that the node holds, and nothing is delivered now.
            marks = {name: replace(one.mark, rows=self._before[name].rows) for name, one in read.items()}
            return self._nothing(marks, noted)
        read = {name: one if one.lay is None else one.lay() for name, one in read.items()}
        sha256 = hashlib.sha256(json.dumps(_digests(read), sort_keys=True).encode()).hexdigest()
        cursor = self._cursor({name: one.mark for name, one in read.items()})
        return Laid(folder=self._asked.into, cursor=cursor, size=self.size, sha256=sha256, noted=noted)

    def _nothing(self, marks: dict[str, Mark], noted: str) -> Nothing:
        message = "the database holds what it held before"
        if not self._has_all:
            message = "the database tells of no change; one that it does not tell of is found when all is read again"
        return Nothing(
            code="nothing_new",
            message="; ".join(filter(None, [message, noted])),
            is_confirmed=self._has_all,
            size=self.size,
            cursor=self._cursor(marks),
        )

    def _cursor(self, marks: dict[str, Mark]) -> dict[str, object]:
        return {"tables": {name: mark.as_json() for name, mark in marks.items()}, "swept_at": self._swept_at}

    def _noted(self, read: dict[str, _Read]) -> str:
        told = [
            f"in table `{table}`, `{column}` of {number} rows is later than now, so they are read each time: correct"
            " them at the source, or the time zone of the source"
            for table, one in read.items()
            for column, number in one.after_now.items()
            if number
        ]
        return "; ".join(told)

    def _read(self, connection: sqlalchemy.Connection, rule: TableAsked, found: Found) -> _Read:
        before = self._known(rule, found)
        try:
            news = None if before is None else self._news(connection, rule, found, before=before)
        except (UnusableColumnError, FetchError):
            news = None
        if before is None or news is None:
            return self._whole(connection, rule, found)

        def lay() -> _Read:
            merged = self._merged(connection, rule, found, news=news, before=before)
            return merged or self._whole(connection, rule, found)

        self._has_all = False
        if news.count == before.count and edge_of(news.rows) == before.edge:
            return _Read(mark=before, after_now=news.marks.after_now, lay=lay)
        return lay()

    def _known(self, rule: TableAsked, found: Found) -> Mark | None:
        """Up to where a table was read of which only the news are asked for; None: it is read whole."""
        before = self._before.get(rule.name)
        if self._is_whole or before is None or not found.changed or not rule.key:
            return None
        if list(before.columns) != list(found.columns) or list(before.values) != list(found.changed):
            return None
        return before if any(before.values.values()) and before.rows >= 0 else None

    def _news(self, connection: sqlalchemy.Connection, rule: TableAsked, found: Found, *, before: Mark) -> _News | None:
        """The rows that may be new or changed; None: there are too many of them."""
        marks = Highest(found.changed, now=self._asked.now, since=before.values)
        rows = self._edge(
            connection, found.since(before.values, key=rule.key, overlap=self._overlap), found, marks=marks
        )
        return None if rows is None else _News(rows=rows, marks=marks, count=self._count(connection, found))

    def _edge(
        self, connection: sqlalchemy.Connection, wanted: "sqlalchemy.Select[Any]", found: Found, *, marks: Highest
    ) -> Any:
        """The rows that may be new or changed; None: there are too many of them."""
        parts: list[Any] = [pa.table({name: pa.array([], pa.string()) for name in found.columns})]
        for rows in self._rows(connection, found, wanted):
            parts.append(marks.seen(rows))
            if sum(part.num_rows for part in parts) > _CHANGED_AT_MOST:
                return None
        return pa.concat_tables(parts)

    def _merged(
        self, connection: sqlalchemy.Connection, rule: TableAsked, found: Found, *, news: _News, before: Mark
    ) -> _Read | None:
        """The table with its news laid down; None: it has to be read whole."""
        known = self._asked.known.rows(found.name)
        if known is None:
            return None
        changed = Changed(news.rows, key=rule.key, columns=found.columns)
        laying = Laying(self._asked.into / f"{found.name}.parquet", found.columns)
        for kept in changed.kept(known):
            self._asked.watch(0)
            laying.add(kept)
        fresh = changed.fresh()
        laying.add(fresh)
        # What was erased is not known any more, and stands at the source all the same.
        is_known_whole = changed.known + self._asked.known.erased(found.name) == before.rows
        if not is_known_whole or news.count != before.count + news.rows.num_rows - changed.replaced:
            laying.abandon()
            return None
        sha256 = laying.close()
        mark = Mark(
            columns=found.columns,
            values=news.marks.values,
            # With nothing fresh it is the table that it was, whatever of it was erased here since.
            sha256=sha256 if fresh.num_rows else before.sha256,
            rows=laying.rows,
            count=news.count,
        )
        return _Read(mark=self._edged(connection, rule, found, mark=mark), after_now=news.marks.after_now)

    def _whole(self, connection: sqlalchemy.Connection, rule: TableAsked, found: Found) -> _Read:
        """The table read whole and laid down."""
        path = self._asked.into / f"{rule.name}.parquet"
        laying, marks = Laying(path, found.columns), Highest(found.changed, now=self._asked.now)
        try:
            for rows in self._rows(connection, found, found.every(rule.key)):
                laying.add(marks.seen(rows))
        except (UnusableColumnError, FetchError) as fault:
            laying.abandon()
            is_unreadable = isinstance(fault, UnusableColumnError) or fault.code is FailureCode.UNREADABLE
            if not found.changed or not is_unreadable:
                raise
            # By what tells no changes none are looked for.
            return self._whole(connection, rule, found.untold())
        sha256 = laying.close()
        mark = Mark(columns=found.columns, values=marks.values, sha256=sha256, rows=laying.rows, count=laying.rows)
        return _Read(mark=self._edged(connection, rule, found, mark=mark), after_now=marks.after_now)

    def _edged(self, connection: sqlalchemy.Connection, rule: TableAsked, found: Found, *, mark: Mark) -> Mark:
        """The mark with what is read once more the next time: if it is the same then, nothing has changed."""
        if not rule.key or not any(mark.values.values()):
            return mark
        wanted = found.since(mark.values, key=rule.key, overlap=self._overlap)
        rows = self._edge(connection, wanted, found, marks=Highest(found.changed, now=self._asked.now))
        return mark if rows is None else replace(mark, edge=edge_of(rows))

    def _count(self, connection: sqlalchemy.Connection, found: Found) -> int:
        return int(connection.execute(found.count()).scalar_one())

    def _rows(
        self, connection: sqlalchemy.Connection, found: Found, wanted: "sqlalchemy.Select[Any]"
    ) -> Iterator[Rows]:
        most = self._asked.number("most")
        for part in _parts(connection, wanted, found):
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
            yield Rows(rows=rows, told=told)


def _digests(read: dict[str, _Read]) -> dict[str, str]:
    return {name: one.mark.sha256 for name, one in read.items()}


def _parts(
    connection: sqlalchemy.Connection, wanted: "sqlalchemy.Select[Any]", found: Found
) -> Iterator[Sequence[Any]]:
    """The rows that are wanted of a table, so many at a time.

    Raises:
        FetchError: the driver cannot make a value of what it was sent.
    """
    streamed = connection.execution_options(stream_results=True, max_row_buffer=ROWS_AT_ONCE)
    try:
        with streamed.execute(wanted) as answer:
            parts = answer.partitions(ROWS_AT_ONCE)
            while (part := _next(parts, found)) is not None:
                yield part
    except exc.DataError:
        raise _unreadable(found) from None


def _next(parts: Iterator[Sequence[Any]], found: Found) -> Sequence[Any] | None:
    try:
        return next(parts, None)
    except _UNREADABLE:
        raise _unreadable(found) from None


def _unreadable(found: Found) -> FetchError:
    where = ", ".join(f"`{name}`" for name in found.narrow()) or "its texts"
    message = f"a value in table `{found.name}` cannot be read; look for one out of its range or encoding in {where}"
    return FetchError(FailureCode.UNREADABLE, message)
