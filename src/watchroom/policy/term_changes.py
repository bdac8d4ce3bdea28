"""What differs between two versions of the terms of an agreement."""

from collections.abc import Iterator
from datetime import timedelta

from watchroom.model.text import Text
from watchroom.policy.changes import Change, Direction, direction_of, gained_and_lost, replaced, reworded
from watchroom.policy.clauses import CLASSIFICATIONS, Agreement, Recipient
from watchroom.policy.implies import implies
from watchroom.policy.openings import Addition, BreakGlass, Room
from watchroom.policy.periods import Period
from watchroom.policy.term_words import period_in_words
from watchroom.policy.terms import Obligation, Retention


def obligation_changes(old: tuple[Obligation, ...], new: tuple[Obligation, ...]) -> Iterator[Change]:
    """The promises that were added, taken, or given another time; one that is taken widens."""
    before, after = ({one.name: one.within for one in both} for both in (old, new))
    yield from gained_and_lost(Text("part.obligation"), before, after, said=str, narrows=True)
    for name in sorted(before.keys() & after.keys()):
        then, now = before[name], after[name]
        if then is not None and now is not None and then != now:
            yield replaced(Text("part.obligation"), _period(then), _period(now), direction=_longer_is_wider(then, now))


def retention_change(old: Retention, new: Retention) -> Iterator[Change]:
    """Longer is wider; where more than the period differs, it is both."""
    if old == new:
        return
    only_keep = (old.after, old.at_end, old.unless, old.minutes) == (new.after, new.at_end, new.unless, new.minutes)
    if not only_keep:
        yield reworded(Text("part.retention"), direction=Direction.BOTH)
    elif old.keep is None or new.keep is None:
        yield reworded(Text("part.retention"), direction=Direction.WIDER if new.keep is None else Direction.NARROWER)
    else:
        widens, narrows = new.keep.at_most > old.keep.at_least, new.keep.at_least < old.keep.at_most
        was, is_now = period_in_words(old.keep), period_in_words(new.keep)
        yield replaced(Text("part.retention"), was, is_now, direction=direction_of(widens=widens, narrows=narrows))


def glass_change(old: BreakGlass | None, new: BreakGlass | None) -> Iterator[Change]:
    """Whether more people can break it, for more, for longer, or with less care."""
    if old == new:
        return
    widens = new is not None and (old is None or not _glass_within(new, old))
    narrows = old is not None and (new is None or not _glass_within(old, new))
    yield reworded(Text("part.break_glass"), direction=direction_of(widens=widens, narrows=narrows))


def room_change(old: Room | None, new: Room | None) -> Iterator[Change]:
    """A room closes what it is around: to take it away widens."""
    if old != new:
        direction = Direction.WIDER if new is None else Direction.NARROWER if old is None else Direction.BOTH
        yield reworded(Text("part.room"), direction=direction)


def recipient_changes(old: Agreement, new: Agreement) -> Iterator[Change]:
    """The organisations with their roles, and what is asked of those who stay."""
    before, after = _recipients(old), _recipients(new)
    yield from gained_and_lost(Text("part.recipient"), before, after, said=str)
    for name in sorted(before.keys() & after.keys()):
        if before[name] != after[name]:
            yield _recipient_change(before[name], after[name])


def _recipients(agreement: Agreement) -> dict[str, set[tuple[int, str]]]:
    """What is asked of each role of each organisation: the place of the clearance, and the kind of room or none."""
    found: dict[str, set[tuple[int, str]]] = {}
    for one in agreement.recipients:
        for role in one.roles:
            found.setdefault(f"{one.organisation}: {role}", set()).add((_clearance(one), one.member_of or ""))
    return found


def _clearance(recipient: Recipient) -> int:
    return -1 if recipient.clearance is None else CLASSIFICATIONS.index(recipient.clearance)


def _recipient_change(old: set[tuple[int, str]], new: set[tuple[int, str]]) -> Change:
    def within(one: tuple[int, str], other: tuple[int, str]) -> bool:
        """Whoever does what `one` asks does what `other` asks."""
        return one[0] >= other[0] and other[1] in ("", one[1])

    widens = not all(any(within(one, other) for other in old) for one in new)
    narrows = not all(any(within(one, other) for other in new) for one in old)
    return reworded(Text("part.recipient_terms"), direction=direction_of(widens=widens, narrows=narrows))


def _glass_within(one: BreakGlass, other: BreakGlass) -> bool:
    """Nothing can be opened by `one` that cannot by `other`, nor with less care."""
    return (
        all(any(_addition_within(mine, its) for its in other.additions) for mine in one.additions)
        and one.basis == other.basis
        and set(one.roles) <= set(other.roles)
        and set(one.purposes) <= set(other.purposes)
        and set(one.needs) >= set(other.needs)
        and set(one.tell) >= set(other.tell)
        and one.lasts <= other.lasts
        and one.review_within <= other.review_within
    )


def _addition_within(one: Addition, other: Addition) -> bool:
    return (
        one.entity == other.entity
        and set(one.roles) <= set(other.roles)
        and set(one.fields) <= set(other.fields)
        and implies(one.condition, other.condition)
    )


def _longer_is_wider(old: timedelta, new: timedelta) -> Direction:
    return Direction.WIDER if new > old else Direction.NARROWER


def _period(span: timedelta) -> Text:
    return period_in_words(Period(span=span))
