"""How the instant of an extract is known."""

from enum import StrEnum


class DatedBy(StrEnum):
    """How the instant of an extract is known."""

    TOLD = "told"
    """Whoever loaded it said so."""
    SHOWN = "shown"
    """The dates that it fills in where it knows none are its own instant."""
    ASKED = "asked"
    """The node asked the source then, and it answered with what it held."""
    LOADED = "loaded"
    """It is not: that it was loaded then is all there is, and it may be older."""
