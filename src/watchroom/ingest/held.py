"""Rows that are held back: how many, of which table, for which reason, and whether somebody decided to live with it."""

from dataclasses import dataclass
from datetime import datetime

from watchroom.ingest.issues import MEANINGS, Severity
from watchroom.sources.faults import ASIDE

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
