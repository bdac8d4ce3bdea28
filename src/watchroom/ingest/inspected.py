"""A batch that is written, looked at before it is sealed: what stops it, and how far it can be trusted."""

from dataclasses import replace

from watchroom.ingest.circumstances import Circumstances
from watchroom.ingest.inspection import Finding, Looked
from watchroom.ingest.issues import Issue, Severity
from watchroom.ingest.lineage import source_column
from watchroom.ingest.report import BatchReport, Counts
from watchroom.sources.file_names import table_of
from watchroom.store.database import Connection


def inspected(connection: Connection, around: Circumstances, report: BatchReport) -> BatchReport:
    """The report with what was found; without a sequence where what is written may not stand.

    Args:
        connection: the batch's own, with its staging tables.
        around: what it works with.
        report: of the batch, as far as it has come.
    """
    if report.seq is None:
        return report
    is_whole = around.source.is_full
    batch = Looked(seq=report.seq, source=report.source, now=around.clock.now(), is_whole=is_whole)
    records = {name: _records(counts, is_whole=is_whole) for name, counts in report.entities.items()}
    issues = [_told(finding, around) for finding in around.inspect(connection, records, batch)]
    is_stopped = any(issue.severity is Severity.FATAL for issue in issues)
    return replace(report, seq=None if is_stopped else report.seq, issues=(*report.issues, *issues))


def _records(counts: Counts, *, is_whole: bool) -> tuple[int, int]:
    given, moved = counts.new + counts.changed + counts.unchanged, counts.new + counts.changed + counts.ended
    return given, moved if is_whole else max(given, moved)


def _told(finding: Finding, around: Circumstances) -> Issue:
    """The issue that says so, in the words of the source where its column is known."""
    field = finding.field
    if field is not None and finding.file is not None:
        known = around.mapping.rule(table_of(finding.file)).columns
        field = source_column(around.mapping.entities[finding.entity], field, known)
    return Issue(
        code=finding.code,
        severity=Severity(finding.severity),
        message=finding.message,
        file=finding.file,
        row=finding.row,
        field=field,
        entity=finding.entity,
    )
