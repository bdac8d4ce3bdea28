"""The profile of a delivery that nobody has mapped yet, or that somebody maps already."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from watchroom.ingest.duck import Duck
from watchroom.ingest.overflow import overflow_folder
from watchroom.ingest.profiling.candidates import Candidate, FieldFinder
from watchroom.ingest.profiling.columns import AT_LEAST, MOST_CODES, ColumnProfile, Dates
from watchroom.ingest.profiling.header import masked_names
from watchroom.ingest.profiling.keys import PointsTo, TableColumns, candidate_keys, links
from watchroom.ingest.profiling.known_mappings import known_of
from watchroom.ingest.profiling.tables import Laid, laid_out
from watchroom.kernel.named_sql import load_queries
from watchroom.model.catalogue import Catalogue
from watchroom.model.code_lists import code_list, code_list_names
from watchroom.sources.faults import Fault
from watchroom.sources.files import SourceFile

_QUERIES = load_queries("watchroom.ingest.profiling", "profile.sql")
_STYLES = load_queries("watchroom.ingest", "styles.sql")
_LONGEST_SHAPE, _LOOKED_AT = 24, 2_000
# To plan tables beside each other gains nothing; to look at one with two processors does.
_THREADS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class TableProfile:
    """One table of a delivery.

    Attributes:
        table, file: its name, and the file that it came in.
        rows: that could be read.
        bad_rows: that could not.
        columns: in the order of the header.
        keys: columns that could tell the rows apart, the likeliest first.
        links: to keys of other tables.
        candidates: column -> fields that it may be.
        has_no_header: its first row looks like values; names of columns are not shown.
    """

    table: str
    file: str
    rows: int
    bad_rows: int
    columns: tuple[ColumnProfile, ...]
    keys: tuple[tuple[str, ...], ...] = ()
    links: tuple[PointsTo, ...] = ()
    candidates: Mapping[str, tuple[Candidate, ...]]
    has_no_header: bool = False

    def as_json(self) -> dict[str, object]:
        """The table for a JSON document."""
        return {
            "table": self.table,
            "file": self.file,
            "rows": self.rows,
            "bad_rows": self.bad_rows,
            "has_no_header": self.has_no_header,
            "keys": [list(key) for key in self.keys],
            "links": [link.as_json() for link in self.links],
            "columns": [
                {**column.as_json(), "candidates": [one.as_json() for one in self.candidates.get(column.name, ())]}
                for column in self.columns
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a delivery looks like.

    Attributes:
        delivery: name of the folder or file, without its parents.
        tables: in the order in which they were read.
        faults: why something could not be read.
    """

    delivery: str
    tables: tuple[TableProfile, ...]
    faults: tuple[Fault, ...]

    def as_json(self) -> dict[str, object]:
        """The profile for a JSON document."""
        return {
            "delivery": self.delivery,
            "tables": [table.as_json() for table in self.tables],
            "faults": [
                {"file": one.file, "row": one.row, "field": one.field, "code": one.code.value, "message": one.message}
                for one in self.faults
            ],
        }


def profile(path: Path, *, model: Catalogue, today: date, overflow: Path | None = None) -> Profile:
    """The profile of what a folder, or a file, delivers. Nothing is written, and no value of a person is in it.

    Args:
        path: a folder with a delivery, or one file.
        model: of the node.
        today: by the node's clock; later days are told as such.
        overflow: as of `Intake`.
    """
    with overflow_folder(overflow) as folder, closing(Duck(overflow=folder, threads=_THREADS)) as duck:
        duck.run(_STYLES["make_styles"].sql)
        _fill_lists(duck)
        laid = laid_out(path, duck, overflow=folder)
        files = laid.tables()
        seen = [
            TableColumns(table=file.table_name, rows=file.good_rows, columns=tuple(_columns(laid, file, today)))
            for file in files
        ]
        pointing: dict[str, list[PointsTo]] = defaultdict(list)
        for link in links(laid, seen):
            pointing[link.table].append(link)
        finder = FieldFinder(model=model, known=known_of(model))
        tables = [
            TableProfile(
                table=one.table,
                file=file.name,
                rows=one.rows,
                bad_rows=file.bad_rows,
                columns=one.columns,
                keys=candidate_keys(laid, one),
                links=tuple(pointing[one.table]),
                candidates=finder.candidates(one.table, one.columns),
            )
            for file, one in zip(files, seen, strict=True)
        ]
        return Profile(delivery=path.name, tables=tuple(_shown(one) for one in tables), faults=laid.faults)


def _shown(table: TableProfile) -> TableProfile:
    """The table, without names of columns where they may be the values of its first row."""
    names = masked_names(table.columns)
    if names is None:
        return table
    columns = tuple(replace(column, name=names[column.name], codes={}) for column in table.columns)
    return replace(table, columns=columns, keys=(), links=(), candidates={}, has_no_header=True)


def _fill_lists(duck: Duck) -> None:
    rows = [(name, code) for name in code_list_names() for code in code_list(name).codes]
    duck.fill("code_of_list", ("list", "code"), rows)


def _columns(laid: Laid, file: SourceFile, today: date) -> Iterator[ColumnProfile]:
    duck = laid.duck
    # INVARIANT: a name of our own, which no delivery can shape.
    duck.ask(_QUERIES["make_seen"], table=laid.names[file.table_name])
    facts = {name: found for name, *found in duck.ask(_QUERIES["column_facts"])}
    styles, shapes, lists = (defaultdict[str, dict[str, int]](dict) for _ in range(3))
    for name, style, rows, _ in duck.ask(_QUERIES["column_styles"]):
        styles[name][style] = rows
    looked = {"at_least": AT_LEAST, "longest": _LONGEST_SHAPE, "looked_at": _LOOKED_AT}
    for name, shape, rows in duck.ask(_QUERIES["column_shapes"], **looked):
        shapes[name][shape] = rows
    for name, code_list_name, held, _ in duck.ask(_QUERIES["list_overlaps"], at_most=500):
        lists[name][code_list_name] = held
    dates = dict(_dates(duck, today))
    made = [
        ColumnProfile(
            name=name,
            place=place,
            rows=file.good_rows,
            styles=styles[name],
            shapes=shapes[name],
            lists=lists[name],
            dates=dates.get(name),
            **dict(
                zip(("filled", "different", "shortest", "longest", "most_of_one"), facts.get(name, ()), strict=False)
            ),
        )
        for place, name in enumerate(laid.columns_of(file), start=1)
    ]
    yield from _with_codes(duck, [replace(one, dates=_told(one)) for one in made])


def _told(column: ColumnProfile) -> Dates | None:
    """What is told of days: of a column of days, and no decade of a few rows, which would be somebody's."""
    if column.dates is None or column.kind not in ("date", "instant"):
        return None
    if column.filled < AT_LEAST:
        return replace(column.dates, first_decade=None, last_decade=None)
    return column.dates


def _with_codes(duck: Duck, columns: Sequence[ColumnProfile]) -> Iterator[ColumnProfile]:
    codes: dict[str, dict[str, int]] = defaultdict(dict)
    names = [column.name for column in columns if column.is_code]
    if names:
        asked = {"names": names, "at_least": AT_LEAST, "at_most": MOST_CODES}
        for name, value, rows in duck.ask(_QUERIES["frequencies"], **asked):
            codes[name][value] = rows
    for column in columns:
        yield replace(column, codes=codes[column.name]) if column.name in codes else column


def _dates(duck: Duck, today: date) -> Iterator[tuple[str, Dates]]:
    orders = {name: _order(day, month) for name, day, month in duck.ask(_QUERIES["date_orders"])}
    for name, first, last, no_day, before, after in duck.ask(_QUERIES["date_facts"], today=today):
        yield (
            name,
            Dates(
                order=orders.get(name),
                first_decade=first,
                last_decade=last,
                no_day=no_day,
                before_1900=before,
                in_future=after,
            ),
        )


def _order(day_first: int, month_first: int) -> str:
    if day_first and month_first:
        return "both"
    if day_first:
        return "day first"
    return "month first" if month_first else "cannot be told"
