"""How things look on a handover, on the screen and on paper."""

from enum import StrEnum


class Tone(StrEnum):
    """How a thing looks; each has a shape and a word as well, never the colour alone."""

    NOW = "now"
    SOON = "soon"
    WATCH = "watch"
    PLAIN = "plain"
    LATE = "late"
    OUT = "out"
    EMPTY = "empty"
    CLOSED = "closed"
    WITHHELD = "withheld"
