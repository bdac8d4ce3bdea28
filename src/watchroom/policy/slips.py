"""Reading on after a slip, so that whoever writes an agreement sees all that can be found at once. Pure."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from watchroom.policy.errors import AgreementError
from watchroom.policy.form import Form

T = TypeVar("T")


class Slips:
    """The slips that were found so far.

    Attributes:
        found: in the order in which they were found.
    """

    def __init__(self) -> None:
        self.found: list[AgreementError] = []

    def take(self, read: Callable[[], T]) -> T | None:
        """What `read` gives; None where it finds a slip, which is kept."""
        try:
            return read()
        except AgreementError as slip:
            self.found.append(slip)
            return None

    def each(self, forms: Callable[[], Sequence[Form]], read: Callable[[Form], T]) -> tuple[T, ...] | None:
        """What `read` gives of each form; None where one of them has a slip, or the list itself."""
        parts = self.take(forms)
        if parts is None:
            return None
        given = [self.take(lambda part=part: read(part)) for part in parts]
        whole = tuple(one for one in given if one is not None)
        return whole if len(whole) == len(given) else None
