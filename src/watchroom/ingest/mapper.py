"""The mapping at work: a delivery's tables in, lines of each entity for the store and issues of their fields out."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from watchroom.ingest.delivered import Delivered
from watchroom.ingest.duck import Duck, RunError
from watchroom.ingest.issues import COUNTED, ISSUES_AT_MOST, Issue, Severity, issue_of, told
from watchroom.ingest.lineage import (
    crosses,
    known_columns,
    readings_beneath,
    source_column,
    source_columns,
    source_tables,
    unsaid,
)
from watchroom.ingest.mapping import Mapping, macros
from watchroom.ingest.typed import copied, holding_of, problems_of, rest_of, typed_sql
from watchroom.ingest.values import LEAVES_REST, Value, values_of
from watchroom.kernel.errors import WatchroomError
from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import LONGEST_KEY, Entity
from watchroom.sources.files import SourceFile

_QUERIES = load_queries("watchroom.ingest", "mapper.sql")
# By the code of its issue, when a value cannot be read.
_UNREADABLE = {
    "bad_boolean": "parse_flag({0}) is null",
    "bad_date": "wall_clock(bare({0})) is null and offset_point({0}) is null",
    "bad_decimal": "parse_decimal({0}) is null",
    "bad_geometry": "parse_geometry({0}) is null",
    "bad_number": "parse_number({0}) is null",
}


class MappingRunError(WatchroomError):
    """The SQL of a mapping cannot be run over the rows of a delivery, though it could over none."""

    def __init__(self, *, mapping: str, part: str) -> None:
        self.mapping, self.part = mapping, part
        # INVARIANT: what DuckDB says of it may hold a value of a row.
        super().__init__(
            f"`{part}.sql` of mapping `{mapping}` cannot be run over these rows: a value is not what it takes it for;"
            " read values with the shared macros, which give null where they cannot, and run `watchroom mapping test`"
        )

    def issue(self) -> Issue:
        """The refusal of the delivery."""
        return Issue(code="mapping_failed", severity=Severity.FATAL, message=str(self))


# Why a row is refused: its bits, or that it has no key of its own as the named query `problems` tells it.
_WHY = (
    f"case when is_lost then if(coalesce(strlen(source_key) > {LONGEST_KEY}, false), -2, -1)"
    " when is_held then problems end"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """What the mapping of one entity made.

    Attributes:
        entity: of the catalogue.
        rows: how many.
        columns: staging columns in the order of a line.
        issues: of its rows and fields.
        keeps: in some rows something of an earlier delivery stays.
        lines: of few rows, what `blocks` gives, which was asked with the rest; None: it is asked for.
    """

    entity: Entity
    rows: int = 0
    columns: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()
    keeps: bool = False
    lines: Sequence[str] | None = None

    @property
    def table(self) -> str:
        """Where its rows stand in DuckDB until they are let go."""
        return f"typed_{self.entity.name}"


class Mapper:
    """One delivery on its way through a mapping."""

    def __init__(self, duck: Duck, mapping: Mapping, *, zone: str, gone: frozenset[str] = frozenset()) -> None:
        """A mapper on an empty DuckDB.

        Args:
            duck: to work in.
            mapping: of the source.
            zone: where the source writes its times.
            gone: columns, as `TABLE.COLUMN`, that it no longer gives: nothing that they gave stands.
        """
        self._duck = duck
        self._mapping = mapping
        self.delivered = Delivered(duck, mapping)
        self._gone = gone
        duck.set({"zone": ("varchar", zone)})
        duck.run(macros())
        if mapping.macros:
            duck.run(mapping.macros)

    def take(self, files: Sequence[SourceFile]) -> None:
        """Make the mapping's tables, once every row of the files was received."""
        taken = [file for file in files if self._mapping.rule(file.table_name).columns]
        # Messages may hold anything, and of none of them nothing is known.
        if self._mapping.messages is None and all(file.is_plain for file in taken):
            self._duck.run("create or replace macro copy_text(raw) as raw")
        if self._mapping.messages is None and all(file.is_bare for file in taken):
            self._duck.run("create or replace macro bare(raw) as raw")
        self.delivered.arrange(files)

    def default_instant(self) -> datetime | None:
        """The instant that stands as a default in several stamped tables, by the source's clock, without zone."""
        if not self._mapping.stamped:
            return None
        stamps = " union all ".join(
            f"select '{table}' as source_table, wall_clock({column}) as stamp from {table} where length({column}) > 10"
            for table, column in self._mapping.stamped
        )
        rows = self._duck.rows(
            f"select stamp from ({stamps}) where cast(stamp as time) <> time '00:00:00' group by stamp"
            " having count(distinct source_table) >= 2 and count(*) >= 5 order by count(*) desc, stamp desc limit 1"
        )
        return rows[0][0] if rows else None

    def unread_beneath(self) -> list[tuple[str, int, str, int]]:
        """File, row and column of values that cannot be read and that rows are found, joined or ranked by.

        Of each file and column the first ones only, with the number of all of them.
        """
        texts = (self._mapping.prelude, *self._mapping.entities.values())
        readings = dict.fromkeys(reading for text in texts for reading in readings_beneath(text))
        parts = [
            f"select source_table, source_row, '{column}' as field from {reading.table}"
            f" where bare({reading.given}) <> '' and {reading.parser}({reading.given}) is null"
            f" and bare({column}) <> '' and {reading.parser}(bare({column})) is null"
            for reading in readings
            if not self.delivered.is_empty((reading.table,))
            for column in reading.columns
        ]
        if not parts:
            return []
        self._duck.run(f"create view unread_beneath as {' union '.join(parts)}")
        return self._duck.ask(_QUERIES["unread_beneath"], at_most=ISSUES_AT_MOST)

    def lost_rows(self) -> tuple[Issue, ...]:
        """Rows without a key of their own."""
        return _lost(self._duck)

    def rehearse(self) -> None:
        """Map made-up rows and throw them away, once the tables of messages are there.

        What DuckDB takes of memory for its first rows costs it milliseconds, and a message would wait for them.
        """
        self._duck.run("begin")
        try:
            self.delivered.make_up()
            for known in self._mapping.messages.known if self._mapping.messages else ():
                self._duck.rows(known.keys)
            self._duck.run(self._mapping.prelude)
        except RunError:
            # The mapping may say that of a row that is none.
            pass
        finally:
            self._duck.run("rollback")

    def prepare(self, *, extract_at: datetime, default_instants: Sequence[datetime]) -> None:
        """Run the mapping's prelude.

        Args:
            extract_at: the instant of the extract, by the source's clock, without zone.
            default_instants: instants that the source fills in for dates it does not know, the same way.
        """
        self._duck.set(
            {"extract_at": ("timestamp", extract_at), "default_instants": ("timestamp[]", tuple(default_instants))}
        )
        with self._running("prelude"):
            self._duck.run(self._mapping.prelude)

    @contextmanager
    def _running(self, part: str) -> Generator[None]:
        try:
            yield
        except RunError:
            raise MappingRunError(mapping=self._mapping.kind, part=part) from None

    # What follows runs on several threads, so each is given its own connection.

    def map(self, duck: Duck, entity: Entity) -> Mapped:
        """Make the rows of an entity; they stand ready for `blocks` until `let_go`.

        Raises:
            MappingError: the mapping selects what the model does not have.
        """
        text = self._mapping.entities[entity.name]
        values = values_of(entity, tuple(source_columns(text)))
        # INVARIANT: a row of an entity speaks from a row of a table that the mapping's text names; that of an empty
        # roll that somebody accepted speaks from its not being there.
        if self._mapping.snapshot is None and self.delivered.is_empty(source_tables(text)):
            return Mapped(entity=entity)
        if (when := self._mapping.when.get(entity.name)) is not None and not duck.rows(when)[0][0]:
            return Mapped(entity=entity)
        mapped = Mapped(entity=entity, columns=copied(values))
        missing = {place for place in self.delivered.missing if ".".join(place) not in self._gone}
        rest = rest_of(entity, values) if LEAVES_REST in source_columns(text) else None
        is_crossing = crosses(text, self._mapping)
        typed = typed_sql(text, values, unsaid=unsaid(text, missing), is_crossing=is_crossing, rest=rest)
        with self._running(entity.name):
            duck.run(f"create table {mapped.table} as {typed}")
        verdict = _QUERIES["verdict_of_few"] if duck.is_small else _QUERIES["verdict"]
        rows, is_keyless, is_repeated, has_problems, keeps, *lines = duck.ask(verdict, table=mapped.table)[0]
        mapped = replace(mapped, rows=rows, keeps=keeps, lines=(lines[0] or ()) if lines and not is_repeated else None)
        if is_repeated:
            _lose_repeats(duck, mapped.table)
        if is_keyless or is_repeated or has_problems:
            return replace(mapped, issues=tuple(self._issues(duck, mapped, values)))
        return mapped

    def blocks(self, duck: Duck, mapped: Mapped) -> Iterator[memoryview]:
        """The rows of an entity, held ones included, as blocks of PostgreSQL's text format of COPY."""
        if mapped.lines is not None:
            return iter((memoryview("".join(mapped.lines).encode()),))
        return duck.blocks(_QUERIES["lines"], table=mapped.table) if mapped.rows else iter(())

    def let_go(self, duck: Duck, entities: Sequence[Mapped]) -> None:
        """Keep of the rows of entities only what accounting needs."""
        made = [mapped for mapped in entities if mapped.rows]
        if not made:
            return
        places = " union all ".join(
            f"select '{mapped.entity.name}', source_table, source_row, is_held or is_lost, {_WHY} from {mapped.table}"
            for mapped in made
        )
        dropped = "".join(f"; drop table {mapped.table}" for mapped in made) if not duck.is_small else ""
        duck.run(f"insert into mapped {places}{dropped}")

    def reason(self, entity: Entity, table: str, problems: int) -> tuple[str, str]:
        """The column of the source and the code for which a row of a table is held back, of its `problems`."""
        text = self._mapping.entities[entity.name]
        of_bits = problems_of(values_of(entity, tuple(source_columns(text))))
        if problems < 0:
            given, code = "source_key", "duplicate_key" if problems == -1 else "text_too_long"
        else:
            # The lowest bit: the first field in the order of the model.
            given, code = of_bits[(problems & -problems).bit_length() - 1]
        return source_column(text, given, self._mapping.rule(table).columns), code

    def findings(self, duck: Duck) -> tuple[Issue, ...]:
        """Rows without a key of their own, and disagreements between rows, found by the mapping's own query."""
        lost = _lost(duck) if self.delivered.has_lost else ()
        if not self._mapping.findings:
            return lost
        with self._running("findings"):
            if duck.is_small and not duck.rows(f"select 1 from ({self._mapping.findings}\n) limit 1"):
                return lost
            duck.run(f"create view finding as {self._mapping.findings}")
            return lost + _of_rows(duck.ask(_QUERIES["findings"], at_most=ISSUES_AT_MOST))

    def _issues(self, duck: Duck, mapped: Mapped, values: Sequence[Value]) -> Iterator[Issue]:
        text = self._mapping.entities[mapped.entity.name]
        # The last two stand for -2 and -1.
        of_bits = problems_of(values)
        problems = [*of_bits, ("source_key", "text_too_long"), ("source_key", "duplicate_key")]
        holding = [*holding_of(values), True, True]
        asked = {"bits": len(of_bits), "longest_key": LONGEST_KEY, "at_most": ISSUES_AT_MOST}
        rows = duck.ask(_QUERIES["problems"], table=mapped.table, **asked)
        named: set[tuple[str, int]] = set()
        for table, file, row, bit, number in rows:
            problem = int(bit)
            given, code = problems[problem]
            known = self._mapping.rule(table).columns
            columns = known_columns(text, given, known)
            field = source_column(text, given, known)
            if code in _UNREADABLE and len(columns) > 1:
                field = _at_fault(duck, code, place=(table, row), columns=columns)
            is_counted = code in COUNTED
            if is_counted and (table, problem) in named:
                continue
            issue = issue_of(code, field=field, file=file, row=None if is_counted else row, entity=mapped.entity.name)
            issue = replace(issue, holds=holding[problem] and not is_counted)
            if (is_counted or number > ISSUES_AT_MOST) and (table, problem) not in named:
                issue = issue.counted(number)
            named.add((table, problem))
            yield issue


def _at_fault(duck: Duck, code: str, *, place: tuple[str, int], columns: Sequence[str]) -> str:
    """Which of the columns of a field cannot be read in a row; all of them where each can."""
    table, row = place
    cases = ", ".join(
        f"case when bare({column}) <> '' and {_UNREADABLE[code].format(column)} then '{column}' end"
        for column in columns
    )
    found = duck.rows(f"select coalesce({cases}, '{'/'.join(columns)}') from {table} where source_row = $1", row)
    return str(found[0][0]) if found else "/".join(columns)


def _lose_repeats(duck: Duck, table: str) -> None:
    """Mark the rows that repeat the key of an earlier one as lost."""
    duck.run(
        f"update {table} set is_lost = true where rowid in (select rowid from {table}"
        " qualify row_number() over (partition by source_key order by source_table, source_row) > 1)"
    )


def _lost(duck: Duck) -> tuple[Issue, ...]:
    return _of_rows(duck.ask(_QUERIES["lost_rows"], at_most=ISSUES_AT_MOST))


def _of_rows(rows: Sequence[tuple[str, int, str, str, int]]) -> tuple[Issue, ...]:
    """Issues of rows of (file, row, field, code, number of all of that kind)."""
    return tuple(
        told((issue_of(code, field=field, file=file, row=row), number) for file, row, field, code, number in rows)
    )
