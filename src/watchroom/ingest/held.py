"""Rows that are held back: how many, of which table, for which reason, and whether somebody decided to live with it."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from datetime import datetime

from watchroom.ingest.accounting import FileRows
from watchroom.ingest.duck import Duck
from watchroom.ingest.issues import MEANINGS, Severity
from watchroom.ingest.mapping import Mapping
from watchroom.kernel.named_sql import load_queries
from watchroom.sources.faults import ASIDE
from watchroom.sources.files import SourceFile

_QUERIES = load_queries("watchroom.ingest", "accounting.sql")

MISSING = "raw_row_missing"
"""The reason of a row that was kept, was erased since, and so cannot be mapped again."""

WAIVABLE = frozenset(
    {code for code, (severity, _) in MEANINGS.items() if severity is Severity.CONVENTION}
    | {code.value for code in ASIDE}
    | {MISSING}
)
"""The reasons for which a row is held back. One that refuses a delivery is none of them: nobody can live with that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """That somebody decided to live with rows that are held back for a reason.

    Attributes:
        table, code: whose rows, and the reason.
        reason: why they may stay so.
        by: user of the operating system, or account.
        at: node time, in UTC.
        until: node time from which on it no longer holds, in UTC; None: until it is decided otherwise.
    """

    table: str
    code: str
    reason: str
    by: str
    at: datetime
    until: datetime | None = None

    def as_json(self) -> dict[str, object]:
        """The waiver for a JSON document."""
        until = None if self.until is None else self.until.isoformat()
        return {"reason": self.reason, "by": self.by, "at": self.at.isoformat(), "until": until}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRows:
    """Rows of a batch that were held back for one reason; each row counts once.

    Attributes:
        table: that they are of.
        code: why.
        field: column of the source; empty: the whole row.
        entity: what was to be made of them; empty: they did not come so far.
        rows: how many.
        waiver: that holds for them; None: nobody decided to live with it.
    """

    table: str
    code: str
    field: str = ""
    entity: str = ""
    rows: int = 0
    waiver: Waiver | None = None

    @property
    def reason(self) -> tuple[str, str, str, str]:
        """What tells it from the others of a batch."""
        return self.table, self.code, self.field, self.entity

    def as_json(self) -> dict[str, object]:
        """The rows for a JSON document."""
        return {
            "table": self.table,
            "code": self.code,
            "field": self.field or None,
            "entity": self.entity or None,
            "rows": self.rows,
            "waived": None if self.waiver is None else self.waiver.as_json(),
        }


def held_rows(
    duck: Duck,
    mapping: Mapping,
    files: Sequence[SourceFile],
    account: Sequence[FileRows],
    *,
    reason_of: Callable[[str, str, int], tuple[str, str]],
    missing: Dictionary[str, int],
) -> tuple[HeldRows, ...]:
    """The rows of a batch that were held back, by reason, once it was accounted for.

    Args:
        duck: in which it was mapped.
        mapping: that made it.
        files: as they were read.
        account: where their rows went.
        reason_of: for an entity, a table and the problems of a row the column of the source and the code.
        missing: by file how many of its kept rows were erased before they were mapped again.
    """
    found: Counter[tuple[str, str, str, str]] = Counter()
    for table, code, field, number in duck.ask(_QUERIES["lost_reasons"]):
        found[table, code, field, ""] += number
    for table, entity, problems, code, field, number in duck.ask(_QUERIES["held_reasons"]):
        why = (field, code) if problems is None else reason_of(entity, table, int(problems))
        found[table, why[1], why[0], entity] += number
    for file in files:
        for code, number in _unread(file, missing.get(file.name, 0)):
            found[mapping.table_of(file.name), code, "", ""] += number
    for told in account:
        rule = mapping.rule(told.table)
        left = told.rows.quarantined - sum(number for key, number in found.items() if key[0] == told.table)
        if left > 0:
            code, field = ("reference_missing", rule.link) if rule.link else ("row_not_used", "/".join(rule.key))
            found[told.table, code, field, ""] += left
    quarantined = {told.table for told in account if told.rows.quarantined}
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
