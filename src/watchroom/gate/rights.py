"""Which right a clause must give for an act."""

from collections.abc import Mapping

from watchroom.audit.entries import Act
from watchroom.policy.clauses import Right

_RIGHTS: Mapping[Act, Right] = {
    Act.LIST: Right.LIST,
    Act.BRIEF: Right.LIST,
    Act.COUNT: Right.COUNT,
    Act.EXPORT: Right.EXPORT,
}


def right_for(act: Act) -> Right:
    """The right that a clause must give so that `act` may use it; reading, where nothing else is said."""
    return _RIGHTS.get(act, Right.READ)
