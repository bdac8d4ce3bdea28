"""Opaque identifiers: uuid version 7, made from the instant that is passed in."""

import secrets
from datetime import datetime
from uuid import UUID

from watchroom.kernel.clock import Clock


def uuid7(*, at: datetime) -> UUID:
    """A new random identifier whose order follows `at` (RFC 9562, section 5.7).

    Args:
        at: timezone-aware instant; kept to the millisecond.
    """
    milliseconds = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    value = (milliseconds << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    return UUID(int=value)


def first_id(*, at: datetime) -> UUID:
    """The identifier before which every one that was made from an earlier instant stands.

    Args:
        at: timezone-aware instant; kept to the millisecond.
    """
    return UUID(int=(int(at.timestamp() * 1000) & ((1 << 48) - 1)) << 80)


def id_in(text: str) -> UUID | None:
    """The identifier that a text is; None: it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


class Ids:
    """A source of identifiers on a given clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def new(self) -> UUID:
        """A new identifier."""
        return uuid7(at=self._clock.now())
