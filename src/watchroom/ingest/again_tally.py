"""What became of several deliveries that are mapped again, told together."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from watchroom.ingest.accounting import Account, FileRows, LeftOut, Rows
from watchroom.ingest.held import HeldRows
from watchroom.ingest.issues import ISSUES_AT_MOST, Issue
from watchroom.ingest.report import BatchReport

_Kind = tuple[str, str, str | None, str | None]


@dataclass(slots=True, kw_only=True)
class Tally:
    """The sum of what deliveries came to; it holds as much of a million as of a thousand that have the same faults.

    Attributes:
        files: where the rows of each file went; that of messages is one of each table.
        left_out: rows by file and reason.
        held: rows that were held back, by reason.
        issues: the first `ISSUES_AT_MOST` that say the same of an entity and field.
        numbers: how many there were of each such kind.
    """

    files: dict[str, FileRows] = field(default_factory=dict[str, FileRows])
    left_out: dict[tuple[str, str], LeftOut] = field(default_factory=dict[tuple[str, str], LeftOut])
    held: dict[tuple[str, str, str, str], HeldRows] = field(default_factory=dict[tuple[str, str, str, str], HeldRows])
    issues: dict[_Kind, list[Issue]] = field(default_factory=dict[_Kind, list[Issue]])
    numbers: Counter[_Kind] = field(default_factory=Counter[_Kind])

    def add(self, account: Account, held: Iterable[HeldRows]) -> None:
        """Add where the rows of a delivery went, and which of them were held back."""
        for file in account.files:
            before = self.files.get(file.file)
            self.files[file.file] = replace(file, rows=file.rows + (before.rows if before else Rows()))
        for out in account.left_out:
            earlier = self.left_out.get((out.file, out.reason))
            self.left_out[out.file, out.reason] = replace(out, rows=out.rows + (earlier.rows if earlier else 0))
        for one in held:
            known = self.held.get(one.reason)
            self.held[one.reason] = replace(one, rows=one.rows + (known.rows if known else 0))
        self.note(account.issues)

    def note(self, issues: Iterable[Issue]) -> None:
        """Add what was found wrong."""
        for issue in issues:
            kind = (issue.code, issue.message, issue.entity, issue.field)
            self.numbers[kind] += 1
            told = self.issues.setdefault(kind, [])
            # What is said of a whole delivery is said once.
            if len(told) < (1 if issue.file is None else ISSUES_AT_MOST):
                told.append(issue)

    def told(self, report: BatchReport) -> BatchReport:
        """The report with all of it."""
        issues = [
            replace(issue, message=f"{issue.message} (found {self.numbers[kind]} times in all)")
            if number == 0 and issue.file is not None and self.numbers[kind] > ISSUES_AT_MOST
            else issue
            for kind, found in self.issues.items()
            for number, issue in enumerate(found)
        ]
        return replace(
            report,
            files=len(self.files),
            file_rows=(*report.file_rows, *self.files.values()),
            left_out=(*report.left_out, *self.left_out.values()),
            held=(*report.held, *self.held.values()),
            issues=(*report.issues, *issues),
        )
