"""How far a rule can be evaluated for an asker: what they may not see, and what did not come, is no finding."""

from enum import StrEnum


class Extent(StrEnum):
    """How far a rule can be evaluated, from what the asker may see and from what was delivered.

    `not_known_here`: nobody has said what the words of the rule are in this jurisdiction. `in_part`: some of what it
    reads is not there, so it may say less, or be silent where it should not.
    """

    WHOLE = "whole"
    IN_PART = "in_part"
    NOT_DELIVERED = "not_delivered"
    NOT_AVAILABLE = "not_available"
    NOT_KNOWN_HERE = "not_known_here"

    @property
    def says_nothing(self) -> bool:
        """Nothing follows from the silence of the rule, not even in part."""
        return self in (Extent.NOT_AVAILABLE, Extent.NOT_DELIVERED, Extent.NOT_KNOWN_HERE)
