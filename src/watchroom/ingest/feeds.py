"""Deliveries that hold all there is: one that lacks much of the last is held, for it may be cut off and not quiet."""

from collections.abc import Iterator, Sequence

from watchroom.ingest.circumstances import Before, Circumstances
from watchroom.ingest.issues import Issue, Severity
from watchroom.sources.connectors.registry import KINDS
from watchroom.sources.files import Delivery

# So few may go at once from anything: of five entries two are much and no mass.
_FEW = 4
# Where its setting lets a table lack more, it is told from here on.
_HALF, _MANY = 50, 20
Fed = Sequence[str | None]


def lacks_much(number: int, *, of: int, percent: int) -> bool:
    """Whether so many missing ones are more than a source loses by itself."""
    return number > _FEW and number * 100 > of * percent


def shrunken(delivery: Delivery, around: Circumstances, *, before: Before) -> Iterator[Issue]:
    """Why a delivery is held, or was accepted although it would be.

    A file that was cut off at the end of a line is whole to every other check, and all that it lacks would end.

    An empty table that had rows is refused whatever anybody accepts (`table_vanished`). Of rolls `rolls` decides, of
    messages `unreported`: what they hold is taken, and what they do not hold stays.
    """
    mapping, percent = around.mapping, around.source.shrinks_percent
    if not around.source.is_full or mapping.snapshot is not None or mapping.messages is not None:
        return
    kind = KINDS.get(around.source.kind)
    is_feed = kind is not None and kind.may_shrink is not None
    taken = {rule.name for rule in mapping.taken()}
    for file in delivery.files:
        was, now = before.rows.get(file.table_name, 0), file.rows_read
        if file.table_name not in taken or file.is_refused or not file.good_rows:
            continue
        what, fed = "feed" if is_feed else "table", mapping.fed_by(file.table_name) or (None,)
        message = f"the {what} has {now} rows and had {was} the last time"
        if lacks_much(was - now, of=was, percent=percent):
            message += f", more than {percent} % fewer"
            yield from _held(file.name, message, what=what, accepted=around.accepted, fed=fed)
        elif was - now >= _MANY and lacks_much(was - now, of=was, percent=_HALF):
            yield from _known(file.name, f"{message}; make sure that it is whole", code="table_shrank", fed=fed)


def _held(file: str, message: str, *, what: str, accepted: str | None, fed: Fed) -> Iterator[Issue]:
    if accepted is None:
        message += "; nobody and nothing is ended: see whether it is whole, or run with --accept-shrunken REASON"
        yield Issue(code=f"{what}_shrunk", severity=Severity.FATAL, message=message, file=file)
        return
    message = f"accepted by the operator, though it would be held: {message}"
    yield from _known(file, message, code=f"{what}_accepted", fed=fed)


def _known(file: str, message: str, *, code: str, fed: Fed) -> Iterator[Issue]:
    """What is taken all the same, once for each entity that the file feeds: whoever reads one of them must know."""
    for entity in fed:
        yield Issue(code=code, severity=Severity.CHARACTERISATION, message=message, file=file, entity=entity)
