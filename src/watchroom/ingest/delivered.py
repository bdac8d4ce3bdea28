"""The tables of a delivery as the mapping's SQL sees them, in DuckDB."""

from collections.abc import Collection, Iterator, Sequence

from watchroom.ingest.duck import Duck, identifier
from watchroom.ingest.mapping import Mapping, TableRule
from watchroom.kernel.named_sql import load_queries
from watchroom.sources.arrow import ArrowTable, empty_table, row_numbers
from watchroom.sources.codecs.contract import Codec
from watchroom.sources.codecs.tables import MESSAGE_COLUMN, OBJECT_COLUMNS
from watchroom.sources.files import ROW_COLUMN, SourceFile

# Those of the macro `bare`.
_BLANKS = " \xa0"
_QUERIES = load_queries("watchroom.ingest", "mapper.sql")


class Delivered:
    """What was read so far: every column of each table that the mapping takes, as text.

    Under a table's own name stand the columns that the mapping names, and its rows with each key once.

    Attributes:
        missing: (table, column) that the mapping may do without and that tables of the delivery do not have.
        unread: tables with rows of which not even the key could be read, or with one key for two that differ: what they
            do not name may still hold.
        has_lost: some rows were left aside since they have no key of their own.
        decided: code list, value and code (None: it means none) of values that the node has decided of; set before
            `arrange`.
    """

    def __init__(self, duck: Duck, mapping: Mapping) -> None:
        self._duck = duck
        self._mapping = mapping
        self._given: dict[str, set[str]] = {}
        self._rows: dict[str, int] = {}
        self._views: dict[str, str] = {}
        self._is_expected = False
        # Of few rows, which are kept from here: to read them back takes longer than they take up.
        self._as_given: dict[str, list[ArrowTable]] = {}
        self.missing = frozenset[tuple[str, str]]()
        self.unread = frozenset[str]()
        self._ambiguous = set[str]()
        self.has_lost = False
        self.decided: Sequence[tuple[str, str, str | None]] = ()

    def receive(self, table: str, rows: ArrowTable) -> None:
        """Keep rows as they are read; those of a table that the mapping does not take are let go.

        A part may have columns that the earlier ones did not, or lack some: its rows, or theirs, have no value there.
        """
        if not self._mapping.rule(table).columns:
            return
        known = self._given.setdefault(table, set())
        is_new = not known
        for column in rows.column_names if not is_new else ():
            if column not in known:
                self._duck.run(f"alter table {identifier(_raw(table))} add column {identifier(column)} varchar")
        known.update(rows.column_names)
        if self._is_expected and self._duck.is_small:
            self._as_given.setdefault(table, []).append(rows)
            self._duck.enter(_raw(table), rows.column_names, _with_no_blanks(rows))
            return
        self._duck.add(_raw(table), rows, is_new=is_new)

    def expect(self, codec: Codec) -> None:
        """Make all tables that messages of a codec come in, and those of what is known, before any comes.

        What has no key of its own in its table, as the rows of messages, needs nothing more once they came.
        """
        for known in self._mapping.messages.known if self._mapping.messages else ():
            self._duck.fill(f"known_{known.entity}", known.give, ())
        for rule in self._mapping.taken():
            header = (*OBJECT_COLUMNS, *codec.tables[rule.name].columns, MESSAGE_COLUMN)
            empty = empty_table(header).append_column(ROW_COLUMN, row_numbers(first=1, count=0))
            self._given[rule.name] = set(empty.column_names)
            self._duck.add(_raw(rule.name), empty, is_new=True)
            file = SourceFile(
                name=rule.name, table_name=rule.name, header=header, is_plain=False, is_bare=self._duck.is_small
            )
            self._views[rule.name] = _view(rule, file)
        self._lay_beside([])
        self._is_expected = True

    def make_up(self) -> None:
        """Put two rows that say nothing into each table that is expected."""
        for table, columns in self._given.items():
            row = [2 if column == ROW_COLUMN else "-" for column in columns]
            self._duck.enter(_raw(table), tuple(columns), (row, row))

    def _lay_beside(self, files: Sequence[tuple[str, str]]) -> None:
        """The tables that stand beside those of the source, and the views of these."""
        self._duck.fill("source_file", ("source_table", "file"), files)
        self._duck.fill("crosswalk", ("list", "source_value", "code"), self._mapping.codes)
        self._duck.run(_QUERIES["make_tables"].sql)
        self._duck.run(";\n".join(self._views.values()))

    def _read_as_decided(self) -> None:
        """What the node has decided of values wins over what comes with us."""
        if self.decided:
            self._duck.fill("decided", ("list", "source_value", "code"), self.decided)
            self._duck.run(_QUERIES["read_as_decided"].sql)

    def arrange(self, files: Sequence[SourceFile]) -> None:
        """Make the mapping's tables, once everything was read.

        A table that was not delivered is empty; a column that was not, and a value of blanks only, is null; a column
        that is not named is not there.
        """
        self._rows = {file.table_name: file.good_rows for file in files if not file.is_refused}
        whole = {file.table_name: file for file in files if not file.is_refused}
        named = [(name, file.name) for name, file in whole.items()]
        if self._is_expected:
            self._duck.enter("source_file", ("source_table", "file"), named)
            self._read_as_decided()
            return
        self.missing = frozenset(
            (rule.name, column)
            for rule in self._mapping.taken()
            if rule.name in whole
            for column in missing_columns(rule, whole[rule.name])
        )
        self._views = {rule.name: _view(rule, whole.get(rule.name)) for rule in self._mapping.taken()}
        self._lay_beside(named)
        self._read_as_decided()
        self._keep_keys_once()
        keyless = frozenset(table for (table,) in self._duck.ask(_QUERIES["tables_without_keys"]))
        self.unread = keyless | self._ambiguous | {file.table_name for file in files if file.bad_rows}
        for code_list, (table, column) in self._mapping.registers.items():
            self._duck.run(
                f"insert into crosswalk select distinct '{code_list}', bare({column}), bare({column}) from {table}"
                f" where bare({column}) not in (select source_value from crosswalk where list = '{code_list}')"
            )

    def is_empty(self, tables: Collection[str]) -> bool:
        """Whether none of the tables, of which there must be some, holds a good row."""
        return bool(tables) and not any(self._rows.get(table) for table in tables)

    def raw(self, duck: Duck, table: str) -> Iterator[ArrowTable]:
        """All good rows of a table as they were given, some at a time; `duck` is the reader's own."""
        if table in self._as_given:
            return iter(self._as_given[table])
        return duck.parts(_QUERIES["raw_rows"], table=_raw(table))

    def holds(self, table: str) -> bool:
        """Whether rows, or at least the columns, of a table were received."""
        return table in self._given

    def raw_name(self, table: str) -> str:
        """Under which name every column of a table stands as it was given."""
        return _raw(table)

    def fingerprint(self, table: str, columns: Collection[str]) -> str:
        """Of all good rows of a table, in no order, by those columns (in capitals) as far as they were given.

        Where a column comes in a file, and whether a whole number is written with a point, makes no other row.
        """
        given = sorted((column for column in self._given[table] if column.upper() in columns), key=str.upper)
        values = ", ".join(
            rf"coalesce(regexp_replace(bare({identifier(column)}), '^(\d+)\.0+$', '\1'), chr(30))" for column in given
        )
        names = "/".join(column.upper() for column in given)
        rows = f"select md5(concat_ws(chr(31), {values})) as row from {identifier(_raw(table))}"
        found = self._duck.rows(f"select md5(concat($1, string_agg(row, '' order by row))) from ({rows})", names)
        return str(found[0][0])

    def _keep_keys_once(self) -> None:
        """Leave rows without a key or with that of an earlier row aside, in the tables where there are any."""
        keyed = {rule.name: rule for rule in self._mapping.taken() if rule.key and rule.name in self._given}
        doubted = " union all ".join(
            f"select '{rule.name}' from {rule.name} group by {', '.join(rule.key)}"
            f" having count(*) > 1 or {' or '.join(f'{name} is null' for name in rule.key)}"
            for rule in keyed.values()
        )
        for (name,) in sorted(self._duck.rows(f"select distinct * from ({doubted})")) if doubted else ():
            self._leave_aside(keyed[name])

    def _leave_aside(self, rule: TableRule) -> None:
        self.has_lost = True
        if self._mapping.snapshot is None and self._is_ambiguous(rule):
            self._ambiguous.add(rule.name)
        missing = "coalesce(" + ", ".join(f"case when {name} is null then '{name}' end" for name in rule.key) + ")"
        self._duck.run(
            f"insert into lost select source_table, source_row, coalesce({missing}, '{'/'.join(rule.key)}'),"
            f" case when {missing} is null then 'duplicate_key' else 'value_missing' end from {rule.name}"
            f" qualify {missing} is not null"
            f" or row_number() over (partition by {', '.join(rule.key)} order by source_row) > 1"
        )
        self._duck.run(f"{self._views[rule.name]} anti join lost on {_IS_LOST.format(rule.name)}")

    def _is_ambiguous(self, rule: TableRule) -> bool:
        """Whether rows with one key differ: one of them has lost its own, and nobody can say which. A row that stands
        twice has lost nothing."""
        key, whole = ", ".join(rule.key), ", ".join(rule.columns)
        found = self._duck.rows(
            f"select 1 from {rule.name} where {' and '.join(f'{name} is not null' for name in rule.key)}"
            f" group by {key} having count(distinct hash({whole})) > 1 limit 1"
        )
        return bool(found)


def missing_columns(rule: TableRule, file: SourceFile) -> list[str]:
    """The columns that the mapping may do without and that the file does not have."""
    given = {column.upper() for column in file.header}
    return [column for column in rule.optional if column not in given]


def _with_no_blanks(rows: ArrowTable) -> list[tuple[object, ...]]:
    """Few rows, in which a value of blanks only is none."""
    columns = (rows.column(name).to_pylist() for name in rows.column_names)
    return list(zip(*([_or_none(value) for value in column] for column in columns), strict=True))


def _or_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip(_BLANKS) else value


_IS_LOST = "lost.source_table = '{}' and lost.source_row = given.source_row"


def _raw(table: str) -> str:
    return f"raw_{table}"


def _view(rule: TableRule, file: SourceFile | None) -> str:
    """The statement that makes the mapping's table of what was read of it."""
    given = {} if file is None else {column.upper(): column for column in file.header}
    # A value of blanks only is none, so that it hides no other that stands in for it.
    read = "given.{0}" if file is None or file.is_bare else "case when bare(given.{0}) <> '' then given.{0} end"
    columns = ", ".join(
        f"{read.format(identifier(given[name]))} as {name}" if name in given else f"cast(null as varchar) as {name}"
        for name in rule.columns
    )
    origin = "(select null as source_row where false)" if file is None else identifier(_raw(rule.name))
    return (
        f"create or replace view {rule.name} as select '{rule.name}' as source_table,"
        f" cast(given.{ROW_COLUMN} as bigint) as source_row, {columns} from {origin} as given"
    )
