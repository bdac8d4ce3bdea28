"""Why rows of a batch were held back: read off what the mapping, the store and the reader of the files left."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Dictionary

from watchroom.ingest.accounting import FileRows
from watchroom.ingest.duck import Duck
from watchroom.ingest.held import MISSING, HeldRows
from watchroom.ingest.mapping import Mapping
from watchroom.kernel.named_sql import load_queries
from watchroom.sources.faults import ASIDE
from watchroom.sources.files import SourceFile

_QUERIES = load_queries("watchroom.ingest", "holding.sql")


def held_rows(
    duck: Duck,
    taken: Sequence[tuple[SourceFile, FileRows]],
    *,
    mapping: Mapping,
    reason_of: Callable[[str, str, int], tuple[str, str]],
    missing: Dictionary[str, int],
) -> tuple[HeldRows, ...]:
    """The rows of a batch that were held back, by reason, once it was accounted for.

    Args:
        duck: in which it was mapped.
        taken: its files as they were read, each with where its rows went.
        mapping: that made it.
        reason_of: for an entity, a table and the problems of a row the column of the source and the code.
        missing: by file how many of its kept rows were erased before they were mapped again.
    """
    found: Counter[tuple[str, str, str, str]] = Counter()
    for table, code, field, number in duck.ask(_QUERIES["lost_reasons"]):
        found[table, code, field, ""] += number
    for table, entity, problems, code, field, number in duck.ask(_QUERIES["held_reasons"]):
        why = (field, code) if problems is None else reason_of(entity, table, int(problems))
        found[table, why[1], why[0], entity] += number
    for file, _ in taken:
        for code, number in _unread(file, missing.get(file.name, 0)):
            found[mapping.table_of(file.name), code, "", ""] += number
    for _, told in taken:
        rule = mapping.rule(told.table)
        left = told.rows.quarantined - sum(number for key, number in found.items() if key[0] == told.table)
        if left > 0:
            code, field = ("reference_missing", rule.link) if rule.link else ("row_not_used", "/".join(rule.key))
            found[told.table, code, field, ""] += left
    quarantined = {told.table for _, told in taken if told.rows.quarantined}
    return tuple(
        HeldRows(table=table, code=code, field=field, entity=entity, rows=number)
        for (table, code, field, entity), number in sorted(found.items())
        if table in quarantined
    )


def _unread(file: SourceFile, missing: int) -> Iterator[tuple[str, int]]:
    """By code how many rows of a file could not be read; `missing` of them were erased since."""
    codes = Counter(fault.code.value for fault in file.faults if fault.code in ASIDE and fault.row is not None)
    codes[MISSING] += missing
    # A row with several faults, or one that was told by its number only, is a bad row of the first kind.
    codes[next(iter(codes))] += file.bad_rows - sum(codes.values())
    yield from ((code, number) for code, number in codes.items() if number > 0)
