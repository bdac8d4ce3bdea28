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
from watchroom.store.unreported import count_unreported, stage_unreported


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
    found = tuple(_doubts(connection, around, post=post, named=named))
    if found and around.accepted is None:
        return Unreported(issues=found)
    staged = {
        entity: stage_unreported(
            connection,
            around.model.entity(entity),
            staging_of(around.model.entity(entity)),
            named=[key for key in keys if key is not None],
            source_system=around.source.name,
            at=report.as_at,
        )
        for entity, keys in named.items()
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


def _doubts(
    connection: Connection, around: Circumstances, *, post: Post, named: dict[str, list[str | None]]
) -> Iterator[Issue]:
    """Why what the snapshot does not name may be there all the same."""
    first, keys = next(iter(named.items()))
    entity = around.model.entity(first)
    known = [key for key in keys if key is not None]
    reported, lacking = count_unreported(connection, entity, named=known, source_system=around.source.name)
    if not lacking:
        return
    if not post.is_whole or any(None in given for given in named.values()):
        yield _doubt(
            "snapshot_in_part",
            f"a part of the snapshot could not be read, or it is none of all that there is, so none of the {lacking}"
            " that it does not name counts as no longer reported; have it corrected at the source",
        )
    elif not known or lacks_much(lacking, of=reported, percent=around.source.shrinks_percent):
        yield _doubt(
            "snapshot_shrunk",
            f"the snapshot names {reported - lacking} of the {reported} that are reported; all of them still count as"
            " reported: see whether it is whole, or run with --accept-shrunken REASON",
        )


def _doubt(code: str, message: str) -> Issue:
    return Issue(code=code, severity=Severity.CONVENTION, message=message)
