"""Of what instant a delivery shows itself to be, and that it is older than what is known."""

from dataclasses import replace
from datetime import UTC, datetime

from watchroom.ingest.circumstances import Before, Circumstances
from watchroom.ingest.duck import Duck
from watchroom.ingest.issues import Issue, Severity
from watchroom.ingest.report import BatchReport, DatedBy


def dated(report: BatchReport, duck: Duck, around: Circumstances, *, before: Before) -> BatchReport:
    """The report of messages that say themselves when they were made, of the latest instant that one says.

    An instant that is still to come on the node's clock is not believed. Messages that are all older than what is
    known would undo it, so they are refused.
    """
    rules = around.mapping.messages
    if rules is None or rules.made_at is None or around.as_at is not None:
        return report
    table, column = rules.made_at
    said = duck.rows(f"select max(epoch_us(offset_point({column}))) from {table}")[0][0]
    if said is None:
        return report
    shown = datetime.fromtimestamp(said / 1_000_000, UTC)
    if shown > around.now:
        return report
    report = replace(report, as_at=shown, dated_by=DatedBy.SHOWN)
    if before.as_at is not None and shown < before.as_at:
        return replace(report, issues=(*report.issues, older(shown, before.as_at)))
    return report


def older(shown: datetime, last: datetime) -> Issue:
    """The refusal of a delivery that is older than the last one."""
    message = (
        f"the extract shows itself to be of {shown.isoformat()}, older than the one of {last.isoformat()} that is"
        " loaded; it would undo what is known since: deliver the newer one"
    )
    return Issue(code="out_of_order", severity=Severity.FATAL, message=message)
