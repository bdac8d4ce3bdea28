"""Where an agreement stands on a day: whether it gives anything, and whether it is due for review."""

from datetime import date
from enum import StrEnum
from typing import assert_never

from watchroom.model.text import Text
from watchroom.policy.clauses import Agreement


class Standing(StrEnum):
    """What holds of an agreement on one day."""

    NOT_YET = "not_yet"
    IN_FORCE = "in_force"
    REVIEW_DUE = "review_due"
    ENDED = "ended"


def standing(agreement: Agreement, *, on: date) -> Standing:
    """Where `agreement` stands on a day of the node. Past its review it still gives; past its end it gives nothing."""
    if on < agreement.valid_from:
        return Standing.NOT_YET
    if on > agreement.valid_to:
        return Standing.ENDED
    return Standing.REVIEW_DUE if on > agreement.review_by else Standing.IN_FORCE


def standing_in_words(agreement: Agreement, *, on: date) -> Text:
    """The same in words, with its day; a review that is due is a warning to both data protection officers."""
    stands = standing(agreement, on=on)
    match stands:
        case Standing.NOT_YET:
            return Text("standing.not_yet", {"day": agreement.valid_from})
        case Standing.IN_FORCE:
            return Text("standing.in_force", {"day": agreement.valid_to})
        case Standing.REVIEW_DUE:
            return Text("standing.review_due", {"day": agreement.review_by})
        case Standing.ENDED:
            return Text("standing.ended", {"day": agreement.valid_to})
        case _:
            assert_never(stands)
