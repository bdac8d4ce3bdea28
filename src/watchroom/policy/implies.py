"""Whether one condition lets through no row that another one does not: said only where it is certain."""

from watchroom.policy.conditions import All, Comparator, Compare, Condition, Now, OneOf, Some

_SINCE = (Comparator.GREATER, Comparator.GREATER_OR_EQUAL)


def implies(first: Condition, second: Condition) -> bool:
    """Whether every row for which `first` is known to hold is one for which `second` is; no: that cannot be told."""
    if first == second:
        return True
    if isinstance(second, All):
        return all(implies(first, part) for part in second.parts)
    if isinstance(first, Some):
        return all(implies(part, second) for part in first.parts)
    if isinstance(first, All) and any(implies(part, second) for part in first.parts):
        return True
    if isinstance(second, Some):
        return any(implies(first, part) for part in second.parts)
    return _leaf_implies(first, second)


def _leaf_implies(first: Condition, second: Condition) -> bool:
    one, other = _as_list(first), _as_list(second)
    if one is not None and other is not None:
        return one.column == other.column and all(value in other.values for value in one.values)
    if isinstance(first, Compare) and isinstance(second, Compare):
        return _is_later(first, second)
    return False


def _as_list(leaf: Condition) -> OneOf | None:
    if isinstance(leaf, Compare) and leaf.comparator is Comparator.EQUAL and not isinstance(leaf.operand, Now):
        return OneOf(column=leaf.column, values=(leaf.operand,))
    return leaf if isinstance(leaf, OneOf) else None


def _is_later(first: Compare, second: Compare) -> bool:
    """Both ask for what is since some time before now, and the first for a shorter one."""
    if first.column != second.column or first.comparator is not second.comparator or first.comparator not in _SINCE:
        return False
    mine, theirs = first.operand, second.operand
    if not isinstance(mine, Now) or not isinstance(theirs, Now):
        return False
    return mine.is_day is theirs.is_day and mine.ago <= theirs.ago
