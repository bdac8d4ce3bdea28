"""A delivery laid out in DuckDB to be looked at: each table under a name of our own, its values as they were given."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from watchroom.ingest.duck import Duck, identifier
from watchroom.sources.arrow import ArrowTable
from watchroom.sources.faults import Fault
from watchroom.sources.files import ROW_COLUMN, Delivery, SourceFile, read_file, read_folder
from watchroom.sources.formats import How


@dataclass(slots=True, kw_only=True)
class Laid:
    """The tables of a delivery in DuckDB.

    Attributes:
        duck: that holds them.
        names: table of the delivery -> table there.
        files: of the delivery, those that can be trusted.
        faults: of the delivery.
    """

    duck: Duck
    names: dict[str, str] = field(default_factory=dict[str, str])
    columns: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    files: tuple[SourceFile, ...] = ()
    faults: tuple[Fault, ...] = ()

    def receive(self, table: str, rows: ArrowTable) -> None:
        """Keep rows as they are read; a later part of a table may have columns that the earlier ones did not."""
        is_new = table not in self.names
        name = self.names.setdefault(table, f"given_{len(self.names)}")
        known = self.columns.setdefault(table, set())
        for column in rows.column_names if not is_new else ():
            if column not in known:
                self.duck.run(f"alter table {name} add column {identifier(column)} varchar")
        known.update(rows.column_names)
        self.duck.add(name, rows, is_new=is_new)

    def value(self, column: str) -> str:
        """SQL of a column's value without the blanks around it; an empty one is null."""
        return f"nullif(trim({identifier(column)}, chr(32) || chr(160)), '')"

    def tables(self) -> Sequence[SourceFile]:
        """The tables that hold a column."""
        return [file for file in self.files if file.table_name in self.names and self.columns_of(file)]

    def columns_of(self, file: SourceFile) -> tuple[str, ...]:
        """The columns of a table in the order of its header."""
        return tuple(column for column in file.header if column != ROW_COLUMN)


def laid_out(path: Path, duck: Duck, *, overflow: Path) -> Laid:
    """What a folder or a file delivers, in DuckDB; what cannot be read is among the faults."""
    laid = Laid(duck=duck)
    how = How(folder=overflow)
    if path.is_file():
        contents = read_file(path, take=laid.receive, how=how)
        delivery = Delivery(folder=path.parent, files=contents.files, faults=contents.faults)
    else:
        delivery = read_folder(path, take=laid.receive, how=how)
    laid.files = tuple(file for file in delivery.files if not file.is_refused)
    laid.faults = (*delivery.faults, *(fault for file in delivery.files for fault in file.faults))
    return laid
