"""Saying that what is shown is not the present: somebody may find the page, or the sheet, that another one left."""

from datetime import datetime, timedelta

from watchroom.model.words import Words

# An instant that is so little older than now is now: the field of the page names whole minutes.
STILL_NOW = timedelta(minutes=5)


def past_notice(at: datetime, *, now: datetime, words: Words) -> str | None:
    """The sentence that says as known when, and that this is not now; None: it is now.

    Args:
        at: as known when, timezone-aware.
        now: of the node.
    """
    return words.phrase("page.past", at=at) if now - at > STILL_NOW else None
