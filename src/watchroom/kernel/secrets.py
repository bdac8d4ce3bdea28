"""Values that must not be shown: a `repr` or a log line never holds what is inside."""

from typing import Generic, TypeVar, cast

T = TypeVar("T")


class Secret(Generic[T]):
    """A value that shows itself only when asked by name.

    >>> str(Secret("Anderson"))
    "Secret('**********')"
    """

    __slots__ = ("_value",)

    def __init__(self, value: T) -> None:
        self._value = value

    def reveal(self) -> T:
        """The value itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('**********')"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return False
        return self._value == cast(Secret[object], other).reveal()

    def __hash__(self) -> int:
        return hash(self._value)
