"""A message as a source system sends it, before anything goes wrong on its way."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message.

    Attributes:
        at: when it was written, UTC.
        content: the bytes.
        media_type: of them.
        headers: that go with it.
        name: of the file, where it is one.
    """

    at: datetime
    content: bytes
    media_type: str
    headers: tuple[tuple[str, str], ...] = ()
    name: str = ""
