"""What a snapshot no longer names is no longer reported, which does not say that it is over.

A snapshot that may be broken says so of nothing: one of which a part could not be read, an empty one, one that names
much less than is reported. What it does name is taken all the same, for it may be news.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from watchroom.ingest.circumstances import Circumstances
from watchroom.ingest.duck import Duck
from watchroom.ingest.feeds import lacks_much
from watchroom.ingest.hearing import Post
from watchroom.ingest.issues import Issue, Severity
from watchroom.ingest.registry import PUSH
from watchroom.ingest.report import BatchReport
from watchroom.store.database import Connection
from watchroom.store.staging import staging_of
from watchroom.store.unreported import Named, count_unreported, stage_unreported


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreported:
    """What became of what a snapshot does not name.

    Attributes:
        staged: how many records of each entity are noted as no longer reported.
        issues: why none is, or why an operator let it be.
        accepted: that operator's reason; None: nobody had to.
    """

    staged: dict[str, int] = field(default_factory=dict[str, int])
    issues: tuple[Issue, ...] = ()
    accepted: str | None = None


def leave_unreported(
    connection: Connection, duck: Duck, around: Circumstances, *, post: Post | None, report: BatchReport
) -> Unreported:
    """Stage what a post of snapshots does not name, in the turn of all writers.

    Args:
        connection: as loader.
        duck: with the tables of the delivery.
        around: what the batch works with.
        post: that is taken; None: what is taken are no messages.
        report: of the batch; its instant is that of the snapshot.
    """
    rules = around.mapping.messages
    # What is pushed comes in parts: a sender tells of one thing at a time.
    if post is None or rules is None or not rules.reported or not post.heard or around.source.kind == PUSH:
        return Unreported()
    named = {entity: _keys(duck, text) for entity, text in rules.reported.items()}
    first = next(iter(named))
    entity, given = around.model.entity(first), _named(named[first], around, report)
    reported, lacking = count_unreported(connection, entity, given)
    is_whole = post.is_whole and not any(None in keys for keys in named.values())
    found = tuple(_doubts(around, reported=reported, lacking=lacking, is_whole=is_whole))
    if found and around.accepted is None:
        return Unreported(issues=found)
    staged = {
        entity.name: stage_unreported(connection, entity, staging_of(entity), named=_named(keys, around, report))
        for entity, keys in ((around.model.entity(name), keys) for name, keys in named.items())
    }
    accepted = tuple(
        Issue(
            code="feed_accepted",
            severity=Severity.CHARACTERISATION,
            message=f"accepted by the operator, though it would end nothing: {issue.message}",
        )
        for issue in found
    )
    return Unreported(staged=staged, issues=accepted, accepted=around.accepted if found else None)


def _keys(duck: Duck, text: str) -> list[str | None]:
    return [None if row[0] is None else str(row[0]) for row in duck.rows(text)]


def _named(keys: list[str | None], around: Circumstances, report: BatchReport) -> Named:
    known = [key for key in keys if key is not None]
    is_beside = around.kept is not None
    return Named(keys=known, source_system=around.source.name, at=report.as_at, is_beside=is_beside)


def _doubts(around: Circumstances, *, reported: int, lacking: int, is_whole: bool) -> Iterator[Issue]:
    """Why what the snapshot does not name may be there all the same."""
    if not lacking:
        return
    if not is_whole:
        yield _doubt(
            "snapshot_in_part",
            f"a part of the snapshot could not be read, or it is none of all that there is, so none of the {lacking}"
            " that it does not name counts as no longer reported; have it corrected at the source",
        )
    elif lacking == reported or lacks_much(lacking, of=reported, percent=around.source.shrinks_percent):
        yield _doubt(
            "snapshot_shrunk",
            f"the snapshot names {reported - lacking} of the {reported} that are reported; all of them still count as"
            " reported: see whether it is whole, or run with --accept-shrunken REASON",
        )


def _doubt(code: str, message: str) -> Issue:
    return Issue(code=code, severity=Severity.CONVENTION, message=message)
