"""The mapping at work: a delivery's tables in, typed rows of each entity and the issues of their fields out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from watchroom.ingest.duck import Duck
from watchroom.ingest.issues import COUNTED, ISSUES_AT_MOST, Issue, capped, issue_of
from watchroom.ingest.lineage import source_column, source_columns
from watchroom.ingest.mapping import Mapping, TableRule, macros
from watchroom.ingest.typed import Value, copied, rough, typed_sql, values_of
from watchroom.model.catalogue import Entity
from watchroom.model.code_lists import crosswalk_rows
from watchroom.sources.arrow import empty_table
from watchroom.sources.files import ROW_COLUMN, SourceFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """What the mapping of one entity made.

    Attributes:
        entity: of the catalogue.
        columns: staging columns in the order of `Mapper.blocks`.
        issues: of its rows and fields.
    """

    entity: Entity
    columns: tuple[str, ...]
    issues: tuple[Issue, ...]


class Mapper:
    """One delivery on its way through a mapping."""

    def __init__(self, duck: Duck, mapping: Mapping, *, zone: str) -> None:
        """A mapper on an empty DuckDB; `zone` is where the source writes its times."""
        self._duck = duck
        self._mapping = mapping
        self._values: dict[str, tuple[Value, ...]] = {}
        self._ragged = frozenset[str]()
        self._rough = set[str]()
        duck.run("set variable zone = $1", zone)
        duck.run(macros())
        duck.fill("crosswalk", ("list", "source_value", "code"), list(crosswalk_rows(mapping.kind)))
        # Rows that no record can be made of: their key is missing or repeats.
        duck.run("create table lost (source_table varchar, source_row bigint, field varchar, code varchar)")

    def take(self, files: Sequence[SourceFile]) -> None:
        """Make the mapping's tables from the files, each key once.

        A table that was not delivered is empty; a column that was not is null; one that is not taken is not there.
        """
        self._ragged = frozenset(file.table_name for file in files if file.bad_rows)
        whole = {file.table_name: file for file in files if not file.is_refused}
        self._duck.fill("source_file", ("source_table", "file"), [(name, file.name) for name, file in whole.items()])
        for rule in self._mapping.taken():
            self._take_table(rule, whole.get(rule.name))
        self._keep_keys_once()
        for code_list, (table, column) in self._mapping.registers.items():
            self._duck.run(
                f"insert into crosswalk select distinct '{code_list}', trim({column}), trim({column}) from {table}"
                f" where trim({column}) not in (select source_value from crosswalk where list = '{code_list}')"
            )

    def default_instant(self) -> datetime | None:
        """The instant that stands as a default in several stamped tables, by the source's clock, without zone."""
        stamps = " union all ".join(
            f"select '{table}' as source_table, wall_clock({column}) as stamp from {table} where length({column}) > 10"
            for table, column in self._mapping.stamped
        )
        rows = self._duck.rows(
            f"select stamp from ({stamps}) where cast(stamp as time) <> time '00:00:00' group by stamp"
            " having count(distinct source_table) >= 2 and count(*) >= 5 order by count(*) desc, stamp desc limit 1"
        )
        return rows[0][0] if rows else None

    def prepare(self, *, extract_at: datetime, default_instants: Sequence[datetime]) -> None:
        """Run the mapping's prelude.

        Args:
            extract_at: the instant of the extract, by the source's clock, without zone.
            default_instants: instants that the source fills in for dates it does not know, the same way.
        """
        self._duck.run("set variable extract_at = $1::timestamp", extract_at)
        self._duck.run("set variable default_instants = $1::timestamp[]", list(default_instants))
        self._duck.run(self._mapping.prelude)

    def map(self, entity: Entity) -> Mapped:
        """Make the rows of an entity; they stand ready for `blocks`.

        Raises:
            MappingError: the mapping selects what the model does not have.
        """
        text = self._mapping.entities[entity.name]
        values = self._values[entity.name] = values_of(entity, tuple(source_columns(text)))
        table = f"typed_{entity.name}"
        self._duck.run(f"create table {table} as {typed_sql(text, values)}")
        is_noted, is_rough = self._duck.rows(
            f"select coalesce(bool_or(is_lost or len(problems) > 0), false), coalesce(bool_or({rough(values)}), false)"
            f" from {table}"
        )[0]
        self._rough |= {entity.name} if is_rough else set()
        columns = tuple(name for name, _ in copied(values))
        issues = tuple(self._issues(entity, text)) if is_noted else ()
        return Mapped(entity=entity, columns=columns, issues=issues)

    def blocks(self, mapped: Mapped) -> Iterator[memoryview]:
        """The rows of an entity, held ones included, as blocks of PostgreSQL's text format of COPY."""
        table = f"typed_{mapped.entity.name}"
        values, is_rough = self._values[mapped.entity.name], mapped.entity.name in self._rough
        fields = ", ".join(f"coalesce({text}, '\\N')" for _, text in copied(values, is_rough=is_rough))
        return self._duck.blocks(
            f"select concat(concat_ws(chr(9), {fields}), chr(10)) from {table} as t"
            " left join source_file as f on t.source_table = f.source_table where not t.is_lost"
        )

    def key_issues(self) -> tuple[Issue, ...]:
        """Rows that were left aside because their key is missing or repeats."""
        return tuple(
            issue_of(code, field=field, file=file, row=row)
            for file, row, field, code in self._duck.rows(
                "select f.file, l.source_row, l.field, l.code from lost as l"
                " inner join source_file as f on l.source_table = f.source_table order by f.file, l.source_row"
            )
        )

    def unread(self) -> frozenset[str]:
        """Tables with rows of which not even the key could be read: what they do not name may still hold."""
        keyless = self._duck.rows("select distinct source_table from lost where code = 'value_missing'")
        return frozenset(table for (table,) in keyless) | self._ragged

    def findings(self) -> tuple[Issue, ...]:
        """Disagreements between rows, found by the mapping's own query."""
        if not self._mapping.findings:
            return ()
        rows = self._duck.rows(
            f"select distinct f.file, t.source_row, t.field, t.code from ({self._mapping.findings}) as t"
            " inner join source_file as f on t.source_table = f.source_table order by all"
        )
        return capped([issue_of(code, field=field, file=file, row=row) for file, row, field, code in rows])

    def _take_table(self, rule: TableRule, file: SourceFile | None) -> None:
        given = {} if file is None else {column.upper(): column for column in file.header}
        self._duck.show(f"raw_{rule.name}", empty_table([ROW_COLUMN]) if file is None else file.table)
        columns = ", ".join(
            f"cast({_identifier(given[name]) if name in given else 'null'} as varchar) as {name}"
            for name in rule.columns
        )
        self._duck.run(
            f"create table {rule.name} as select '{rule.name}' as source_table,"
            f" cast({ROW_COLUMN} as bigint) as source_row, {columns} from raw_{rule.name}"
        )

    def _keep_keys_once(self) -> None:
        """Leave rows without a key or with that of an earlier row aside, in the tables where there are any."""
        keyed = {rule.name: rule for rule in self._mapping.taken() if rule.key}
        doubted = " union all ".join(
            f"select '{rule.name}' from {rule.name} group by {', '.join(rule.key)}"
            f" having count(*) > 1 or {' or '.join(f'{name} is null' for name in rule.key)}"
            for rule in keyed.values()
        )
        for (name,) in sorted(self._duck.rows(f"select distinct * from ({doubted})")) if doubted else ():
            self._leave_aside(keyed[name])

    def _leave_aside(self, rule: TableRule) -> None:
        missing = "coalesce(" + ", ".join(f"case when {name} is null then '{name}' end" for name in rule.key) + ")"
        lost = self._duck.number(
            f"insert into lost select source_table, source_row, coalesce({missing}, '{'/'.join(rule.key)}'),"
            f" case when {missing} is null then 'duplicate_key' else 'value_missing' end from {rule.name}"
            f" qualify {missing} is not null"
            f" or row_number() over (partition by {', '.join(rule.key)} order by source_row) > 1"
        )
        if lost:
            self._duck.run(
                f"delete from {rule.name} where source_row in"
                f" (select source_row from lost where source_table = '{rule.name}')"
            )

    def _issues(self, entity: Entity, text: str) -> Iterator[Issue]:
        rows = self._duck.rows(
            f"""
            with found as (
                select source_table, source_row, unnest(problems) as problem from typed_{entity.name} where not is_lost
                union all
                select source_table, source_row, 'source_key|duplicate_key' from typed_{entity.name} where is_lost
            ),
            counted as (
                select
                    *,
                    count(*) over (partition by source_table, problem) as number,
                    row_number() over (partition by source_table, problem order by source_row) as nth
                from found
            )
            select c.source_table, f.file, c.source_row, c.problem, c.number
            from counted as c
            left join source_file as f on c.source_table = f.source_table
            where c.nth <= {ISSUES_AT_MOST}
            order by f.file, c.source_row, c.problem
            """
        )
        told: set[tuple[str, str]] = set()
        for table, file, row, problem, number in rows:
            given, code = problem.split("|")
            field = source_column(text, given, self._mapping.rule(table).columns)
            is_counted = code in COUNTED
            if is_counted and (table, problem) in told:
                continue
            issue = issue_of(code, field=field, file=file, row=None if is_counted else row, entity=entity.name)
            if (is_counted or number > ISSUES_AT_MOST) and (table, problem) not in told:
                issue = issue.counted(number)
            told.add((table, problem))
            yield issue


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
