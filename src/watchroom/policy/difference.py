"""The difference between two versions of an agreement, as values that a page and a command can say.

How many people more are seen is not told here: that takes present rows, which this room does not know.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from watchroom.model.catalogue import Catalogue
from watchroom.model.text import Text
from watchroom.policy.changes import Change, Direction, direction_of, gained_and_lost, replaced, reworded
from watchroom.policy.clause_changes import clause_changes
from watchroom.policy.clauses import CLASSIFICATIONS, Agreement, Exclusion
from watchroom.policy.conditions import Condition
from watchroom.policy.request_changes import request_changes
from watchroom.policy.term_changes import (
    glass_change,
    obligation_changes,
    recipient_changes,
    retention_change,
    room_change,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """All changes: those of the agreement, then clause by clause."""

    changes: tuple[Change, ...]

    @property
    def is_wider(self) -> bool:
        """Whether anything may be given that was not, or with less care. False is certain; True may be caution."""
        return any(change.direction in (Direction.WIDER, Direction.BOTH) for change in self.changes)

    @property
    def is_narrower(self) -> bool:
        """Whether anything may not be given any more. False is certain; True may be caution."""
        return any(change.direction in (Direction.NARROWER, Direction.BOTH) for change in self.changes)


def difference(old: Agreement, new: Agreement, *, model: Catalogue) -> Difference:
    """What changes from `old` to `new`, which were read with `model`. A clause is the same when its name is."""
    before = {clause.name: clause for clause in old.clauses}
    after = {clause.name: clause for clause in new.clauses}
    changes = [
        *_of_whole(old, new),
        *recipient_changes(old, new),
        *_exclusions(old, new),
        *_duties(old, new),
        *_of_terms(old, new),
        *gained_and_lost(Text("part.clause"), before, after, said=str),
        *request_changes(old.on_request, new.on_request, model=model),
    ]
    for name in (name for name in before if name in after):
        found = clause_changes(before[name], after[name], model=model)
        changes += [replace(change, clause=name) for change in found]
    return Difference(changes=tuple(changes))


def _of_whole(old: Agreement, new: Agreement) -> Iterator[Change]:
    if old.provider != new.provider:
        yield replaced(Text("part.provider"), old.provider, new.provider, direction=Direction.BOTH)
    if old.title != new.title:
        yield replaced(Text("part.title"), old.title, new.title, direction=Direction.WORDED)
    days = (
        ("part.valid_from", new.valid_from < old.valid_from, old.valid_from, new.valid_from),
        ("part.valid_to", new.valid_to > old.valid_to, old.valid_to, new.valid_to),
        ("part.review_by", new.review_by > old.review_by, old.review_by, new.review_by),
    )
    for part, widens, was, is_now in days:
        if was != is_now:
            yield replaced(Text(part), was, is_now, direction=direction_of(widens=widens, narrows=not widens))
    if old.highest != new.highest:
        widens = CLASSIFICATIONS.index(new.highest) > CLASSIFICATIONS.index(old.highest)
        was, is_now = (Text(f"classification.{one.highest}") for one in (old, new))
        yield replaced(Text("part.highest"), was, is_now, direction=direction_of(widens=widens, narrows=not widens))
    if old.no_persons is not new.no_persons:
        direction = direction_of(widens=old.no_persons, narrows=new.no_persons)
        yield reworded(Text("part.no_persons"), direction=direction)


def _of_terms(old: Agreement, new: Agreement) -> Iterator[Change]:
    yield from obligation_changes(old.terms.obligations, new.terms.obligations)
    yield from retention_change(old.terms.retention, new.terms.retention)
    yield from glass_change(old.break_glass, new.break_glass)
    yield from room_change(old.room, new.room)
    if old.terms.law != new.terms.law:
        yield reworded(Text("part.law"))
    if (old.terms.controller, old.terms.contact) != (new.terms.controller, new.terms.contact):
        yield reworded(Text("part.controller"))
    if old.terms.signatories != new.terms.signatories:
        yield reworded(Text("part.signatories"))


def _exclusions(old: Agreement, new: Agreement) -> Iterator[Change]:
    """By entity and condition, since it is those that hide rows; one that is taken widens."""
    before, after = _hidden(old), _hidden(new)
    for exclusion in new.exclusions:
        if not _pairs(exclusion) <= before:
            yield _exclusion("difference.added", exclusion, direction=Direction.NARROWER)
    for exclusion in old.exclusions:
        if not _pairs(exclusion) <= after:
            yield _exclusion("difference.taken", exclusion, direction=Direction.WIDER)
    if before == after and _reasons(old) != _reasons(new):
        yield reworded(Text("part.reason"))


def _exclusion(message: str, exclusion: Exclusion, *, direction: Direction) -> Change:
    return Change(direction=direction, text=Text(message, {"part": Text("part.exclusion"), "value": exclusion.reason}))


def _pairs(exclusion: Exclusion) -> frozenset[tuple[str, Condition]]:
    return frozenset(exclusion.conditions.items())


def _hidden(agreement: Agreement) -> frozenset[tuple[str, Condition]]:
    return frozenset(pair for exclusion in agreement.exclusions for pair in _pairs(exclusion))


def _reasons(agreement: Agreement) -> frozenset[tuple[str, Condition, str]]:
    return frozenset((*pair, one.reason) for one in agreement.exclusions for pair in _pairs(one))


def _duties(old: Agreement, new: Agreement) -> Iterator[Change]:
    before, after = (
        [
            f"{role}: {duty} ({purpose})"
            for one in agreement.assignments
            for role in one.roles
            for duty in one.duties
            for purpose in one.purposes
        ]
        for agreement in (old, new)
    )
    yield from gained_and_lost(Text("part.duty"), before, after, said=str)
