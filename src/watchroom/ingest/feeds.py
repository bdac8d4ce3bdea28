"""Feeds of what is there now: one that lacks much of what it had is held, for it may be broken and not quiet."""

from collections.abc import Iterator

from watchroom.ingest.circumstances import Before, Circumstances
from watchroom.ingest.issues import Issue, Severity
from watchroom.sources.connectors.registry import KINDS
from watchroom.sources.files import Delivery

# So few may go at once from any feed: of one with five entries two are much and no mass.
_FEW = 4


def shrunken_feed(delivery: Delivery, around: Circumstances, *, before: Before) -> Iterator[Issue]:
    """Why the delivery of a feed is held, or was accepted although it would be; nothing for other kinds of sources.

    An empty table that had rows is refused as in every delivery (`table_vanished`). Of rolls `rolls` decides.
    """
    kind = KINDS.get(around.source.kind)
    if kind is None or kind.may_shrink is None or around.mapping.snapshot is not None:
        return
    percent = around.source.shrinks_percent
    for file in delivery.files:
        was = before.rows.get(file.table_name, 0)
        lacks = was - file.good_rows
        if file.is_refused or not file.good_rows or lacks <= _FEW or lacks * 100 <= was * percent:
            continue
        message = f"the feed has {file.good_rows} rows and had {was} the last time, more than {percent} % fewer"
        if around.accepted is None:
            message += "; nobody and nothing is ended: see whether it is whole, or run with --accept-shrunken REASON"
            yield Issue(code="feed_shrunk", severity=Severity.FATAL, message=message, file=file.name)
        else:
            message = f"accepted by the operator, though it would be held: {message}"
            yield Issue(code="feed_accepted", severity=Severity.CHARACTERISATION, message=message, file=file.name)
