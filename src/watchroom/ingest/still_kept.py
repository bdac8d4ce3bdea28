"""Whether what is mapped again is still there: who erases does not wait for whoever takes from the source.

What is kept is counted at first and read later, each time as it is by then. Had something gone in between, what stands
of it would count as given no more, and end.
"""

from watchroom.ingest.again import are_rows_left
from watchroom.ingest.circumstances import Circumstances
from watchroom.ingest.issues import Issue, Severity
from watchroom.ingest.kept_messages import count_erased
from watchroom.store.database import Connection


def is_as_read(connection: Connection, around: Circumstances) -> bool:
    """Whether nothing of what a re-run is made of was erased since it was counted, as loader; so of any other batch.

    INVARIANT: asked in the turn of all writers, so what was erased before it is gone from what is counted again.
    """
    kept, source = around.kept, around.source.name
    if kept is None:
        return True
    if kept.is_heard:
        return count_erased(connection, source) == kept.erased
    return are_rows_left(connection, kept, source)


def erased_meanwhile() -> Issue:
    """The refusal of a re-run of which something was erased."""
    message = "something was erased meanwhile of what is mapped again, so nothing of it stands; run it again"
    return Issue(code="erased_meanwhile", severity=Severity.FATAL, message=message)
