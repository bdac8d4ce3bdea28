"""How far a batch has come, told to whoever watches."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far a batch has come.

    Attributes:
        what: `fetch`, `replay`, `read`, `stage` or `write`.
        done, of: how many tables, rolls or entities are done, and of how many; of none: nobody knows yet.
        name: the table that is read, the roll, or the entity that is staged or written.
        rows: of it, so far; of what is fetched bytes.
    """

    what: str
    done: int
    of: int
    name: str = ""
    rows: int = 0


Progress = Callable[[Step], None]
