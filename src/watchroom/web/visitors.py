"""Who asks: the person behind the session cookie of a request."""

from dataclasses import dataclass

from watchroom.gate.askers import Asker
from watchroom.gate.openings import Opened
from watchroom.policy.clauses import Duty


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A signed-in person, for one request.

    Attributes:
        asker: as the gate knows them.
        words: name and role, as pages say them.
        purposes: that they may act for; the first one is taken when a page names none.
        duties: that they have today, for whatever purpose; each page asks the gate for its own once more.
        token: of their session.
        mark: of what they may see, taken before anything of the page is read.
        may_break: whether some agreement lets them break the glass in an emergency.
        glasses: how many broken ones they were told of, or have to review, that nobody has reviewed.
        broken: those of their own that are open now, as the database says and not as this process last heard.
        unsent: how many forms are kept for them that their session ended before.
    """

    asker: Asker
    words: str
    purposes: tuple[str, ...]
    duties: frozenset[Duty]
    token: str
    mark: str
    may_break: bool = False
    glasses: int = 0
    broken: tuple[Opened, ...] = ()
    unsent: int = 0
