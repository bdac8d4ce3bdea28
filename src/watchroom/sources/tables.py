"""Tables that are made record by record: columns come as records name them, rows go on as they are read."""

from collections.abc import Mapping
from dataclasses import replace

from watchroom.sources.arrow import ArrowColumn, ArrowTable, pa
from watchroom.sources.caps import RECORD_AT_MOST, require_short
from watchroom.sources.csv_table import BAD_ROWS_AT_MOST, ROW_COLUMN
from watchroom.sources.faults import Fault, FaultCode, FileFaultError
from watchroom.sources.file_names import part_name, table_of
from watchroom.sources.source_file import Contents, SourceFile, Take

PARENT_COLUMN = "parent_row"
COLUMNS_AT_MOST = 2000
TABLES_AT_MOST = 200
# Values, and characters of text, that wait for being handed on.
_VALUES_HELD = 1 << 18
_TEXT_HELD = 4 << 20

Row = Mapping[str, str | None]


class Table:
    """One table of a file on its way in."""

    def __init__(self, name: str, take: Take, *, has_parent: bool = False) -> None:
        """A table without rows or columns.

        Args:
            name: of the file or part of it.
            take: is given its rows.
            has_parent: each row belongs to a row of another table, which `parent_row` names.
        """
        self.name = name
        self.rows_read = 0
        self._take = take
        self._columns: dict[str, str] = {}
        self._waiting: dict[str, None] = {}
        self._has_parent = has_parent
        self._rows: list[Row] = []
        self._numbers: list[int] = []
        self._parents: list[int] = []
        self._text = 0
        self._bad = 0
        self._torn = 0
        self._told: list[Fault] = []
        self._notes: list[Fault] = []
        self._is_given = False

    def declare(self, columns: tuple[str, ...]) -> None:
        """Columns that are there whether a record names them or not."""
        for column in columns:
            self._column(column)

    def add(self, row: Row, *, parent: int = 0, number: int | None = None) -> int:
        """One row by its columns in capitals; it goes on with others.

        Returns:
            its number.

        Raises:
            FileFaultError: it is longer than any may be.
        """
        length = sum(len(value) for value in row.values() if value)
        if length > RECORD_AT_MOST // 4:
            require_short(sum(len(value.encode("utf-8", "surrogatepass")) for value in row.values() if value))
        self.rows_read += 1
        number = self.rows_read if number is None else number
        self._rows.append(row)
        self._numbers.append(number)
        self._parents.append(parent)
        self._waiting.update(dict.fromkeys(row))
        self._text += length
        if self._text > _TEXT_HELD or len(self._rows) * (len(self._waiting) + 8) > _VALUES_HELD:
            self.flush()
        return number

    def know(self, names: Mapping[str, str]) -> None:
        """Columns that are there from now on: in capitals, and as they are named.

        Raises:
            FileFaultError: the table has more columns than any has.
        """
        if not names.keys() <= self._columns.keys():
            for key, name in names.items():
                if key not in self._columns:
                    self._column(name)

    def aside(self, fault: Fault) -> None:
        """Set a row aside.

        Raises:
            FileFaultError: so many records are none that the file is no table.
        """
        self.rows_read += 1
        self._bad += 1
        self._torn += fault.code in (FaultCode.MALFORMED_RECORD, FaultCode.NESTED_TOO_DEEP)
        if len(self._told) < BAD_ROWS_AT_MOST:
            self._told.append(fault)
        if self._torn > BAD_ROWS_AT_MOST:
            message = f"over {BAD_ROWS_AT_MOST} records of the file cannot be read; deliver it again"
            raise FileFaultError(FaultCode.RAGGED_FILE, message)

    def note(self, fault: Fault) -> None:
        """Say something of the table that sets nothing aside."""
        self._notes.append(fault)

    def flush(self) -> None:
        """Hand on what waits."""
        # A record of lists only has no column and is a row all the same.
        if not self._rows and (self._is_given or not self._columns):
            return
        # Filled by row, so that columns which few of many rows name cost little.
        values: dict[str, list[str | None]] = {key: [None] * len(self._rows) for key in self._waiting}
        for at, row in enumerate(self._rows):
            for key, value in row.items():
                values[key][at] = value
        columns: dict[str, ArrowColumn] = {
            self._columns[key]: pa.array(column, pa.string()) for key, column in values.items()
        }
        if self._has_parent:
            columns[PARENT_COLUMN] = pa.array([str(parent) for parent in self._parents], pa.string())
        columns[ROW_COLUMN] = pa.array(self._numbers, pa.int64())
        table: ArrowTable = pa.table(columns)
        self._take(table_of(self.name), table)
        self._is_given = True
        self._rows, self._numbers, self._parents, self._text = [], [], [], 0
        self._waiting = {}

    def file(self) -> SourceFile:
        """What is known of it once all of it was read."""
        faults = list(self._told)
        if self._bad > len(faults):
            faults[0] = replace(faults[0], message=f"{faults[0].message} ({self._bad} rows are set aside in all)")
        header = tuple(self._columns.values())
        return SourceFile(
            name=self.name,
            table_name=table_of(self.name),
            header=(*header, PARENT_COLUMN) if self._has_parent else header,
            faults=(*faults, *self._notes),
            rows_read=self.rows_read,
            bad_rows=self._bad,
            is_plain=False,
            is_bare=False,
        )

    def _column(self, key: str) -> None:
        if len(self._columns) >= COLUMNS_AT_MOST:
            message = f"the records name over {COLUMNS_AT_MOST} columns; where names are values, deliver them as values"
            raise FileFaultError(FaultCode.TOO_MANY_COLUMNS, message)
        self._columns[key.upper()] = key
        self._waiting[key.upper()] = None


class Tables:
    """The tables of one file: its own, and those that stand within its records."""

    def __init__(self, name: str, take: Take) -> None:
        """The file's own table, empty."""
        self.name = name
        self._take = take
        self.own = Table(name, take)
        self._within: dict[str, Table] = {}

    def within(self, path: str) -> Table:
        """The table of what stands at that path within the records.

        Raises:
            FileFaultError: there are more than any file has.
        """
        key = path.upper()
        if key not in self._within:
            if len(self._within) >= TABLES_AT_MOST:
                message = (
                    f"the records hold over {TABLES_AT_MOST} kinds of lists; where names are values, deliver values"
                )
                raise FileFaultError(FaultCode.TOO_MANY_COLUMNS, message)
            own = table_of(self.name).lower()
            name = part_name(self.name, f"{own}_{path}")
            self._within[key] = Table(name, self._take, has_parent=True)
        return self._within[key]

    def contents(self) -> Contents:
        """All tables, once everything was read."""
        for table in self._all():
            table.flush()
        return Contents(files=tuple(table.file() for table in self._all()))

    def refused(self, fault: Fault) -> Contents:
        """All tables that are known by now, none of which can be trusted."""
        files = [
            SourceFile(name=table.name, table_name=table_of(table.name), faults=(replace(fault, file=table.name),))
            for table in self._all()
        ]
        return Contents(files=tuple(files))

    def _all(self) -> list[Table]:
        return [self.own, *self._within.values()]
