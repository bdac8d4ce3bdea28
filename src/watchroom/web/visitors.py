"""Who asks: the person behind the session cookie of a request."""

from dataclasses import dataclass

from watchroom.gate.askers import Asker


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A signed-in person, for one request.

    Attributes:
        asker: as the gate knows them.
        words: name and role, as pages say them.
        purposes: that they may act for; the first one is taken when a page names none.
        token: of their session.
    """

    asker: Asker
    words: str
    purposes: tuple[str, ...]
    token: str
