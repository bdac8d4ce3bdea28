"""What a source system sends or shows."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A message, or a snapshot as it stands.

    Attributes:
        at: when it was sent, or the instant that a snapshot is of; UTC.
        content: its bytes.
        media_type: of it.
        headers: beside its media type.
    """

    at: datetime
    content: bytes
    media_type: str
    headers: tuple[tuple[str, str], ...] = ()
