"""Feeds of what is there now: one that lacks much of what it had is held, for it may be broken and not quiet."""

from collections.abc import Iterator

from watchroom.ingest.circumstances import Before, Circumstances
from watchroom.ingest.issues import Issue, Severity
from watchroom.sources.connectors.registry import KINDS
from watchroom.sources.files import Delivery

# So few may go at once from any feed: of one with five entries two are much and no mass.
_FEW = 4


def lacks_much(number: int, *, of: int, percent: int) -> bool:
    """Whether so many missing ones are more than a feed loses by itself."""
    return number > _FEW and number * 100 > of * percent


def shrunken_feed(delivery: Delivery, around: Circumstances, *, before: Before) -> Iterator[Issue]:
    """Why the delivery of a feed is held, or was accepted although it would be; nothing for other kinds of sources.

    An empty table that had rows is refused as in every delivery (`table_vanished`). Of rolls `rolls` decides.
    """
    kind = KINDS.get(around.source.kind)
    mapping = around.mapping
    # Of messages `unreported` decides: what they hold is taken, and what they do not hold stays.
    if kind is None or kind.may_shrink is None or mapping.snapshot is not None or mapping.messages is not None:
        return
    percent = around.source.shrinks_percent
    for file in delivery.files:
        was = before.rows.get(file.table_name, 0)
        if file.is_refused or not file.good_rows or not lacks_much(was - file.good_rows, of=was, percent=percent):
            continue
        message = f"the feed has {file.good_rows} rows and had {was} the last time, more than {percent} % fewer"
        if around.accepted is None:
            message += "; nobody and nothing is ended: see whether it is whole, or run with --accept-shrunken REASON"
            yield Issue(code="feed_shrunk", severity=Severity.FATAL, message=message, file=file.name)
        else:
            message = f"accepted by the operator, though it would be held: {message}"
            yield Issue(code="feed_accepted", severity=Severity.CHARACTERISATION, message=message, file=file.name)
