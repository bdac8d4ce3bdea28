"""What differs between two versions of one clause."""

from collections.abc import Iterator

from watchroom.model.catalogue import Catalogue
from watchroom.model.text import Text
from watchroom.policy.changes import Change, Direction, direction_of, gained_and_lost, replaced, reworded
from watchroom.policy.clause_words import rows_in_words
from watchroom.policy.clauses import Clause
from watchroom.policy.implies import implies
from watchroom.policy.masks import Mask, strength


def clause_changes(old: Clause, new: Clause, *, model: Catalogue) -> Iterator[Change]:
    """The changes from `old` to `new`, which have one name."""
    if old.entity != new.entity:
        yield replaced(Text("part.entity"), old.entity, new.entity, direction=Direction.BOTH)
        return
    yield from gained_and_lost(Text("part.role"), old.roles, new.roles, said=lambda name: Text(f"role.{name}"))
    yield from gained_and_lost(
        Text("part.purpose"), old.purposes, new.purposes, said=lambda name: Text(f"purpose.{name}")
    )
    yield from _rights(old, new)
    yield from gained_and_lost(Text("part.field"), old.fields, new.fields, said=str)
    for name in sorted(set(old.fields) & set(new.fields)):
        yield from _mask(name, old.masks.get(name), new.masks.get(name))
    if old.condition != new.condition:
        yield _rows(old, new, model=model)
    if (old.regime, old.basis) != (new.regime, new.basis):
        yield reworded(Text("part.regime"))


def _rights(old: Clause, new: Clause) -> Iterator[Change]:
    if old.is_count_only is not new.is_count_only:
        # Numbers are given for every right but export, rows for those that are named: neither holds the other.
        yield reworded(Text("part.right"), direction=Direction.BOTH)
    else:
        yield from gained_and_lost(Text("part.right"), old.allow, new.allow, said=lambda name: Text(f"right.{name}"))


def _mask(name: str, old: Mask | None, new: Mask | None) -> Iterator[Change]:
    if old is not new:
        widens = strength(new) < strength(old)
        part = Text("part.mask", {"field": name})
        yield replaced(part, _told(old), _told(new), direction=direction_of(widens=widens, narrows=not widens))


def _told(mask: Mask | None) -> Text:
    return Text("part.no_mask") if mask is None else Text(f"mask.{mask}")


def _rows(old: Clause, new: Clause, *, model: Catalogue) -> Change:
    direction = direction_of(
        widens=not implies(new.condition, old.condition), narrows=not implies(old.condition, new.condition)
    )
    entity = model.entity(old.entity)
    return replaced(Text("part.rows"), rows_in_words(old, entity), rows_in_words(new, entity), direction=direction)
