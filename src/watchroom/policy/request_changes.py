"""What differs between two versions of what may be asked for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from watchroom.model.catalogue import Catalogue
from watchroom.model.text import Text
from watchroom.policy.changes import Change, Direction, direction_of, gained_and_lost, replaced, reworded
from watchroom.policy.clause_changes import clause_changes
from watchroom.policy.clauses import OnRequest
from watchroom.policy.implies import implies
from watchroom.policy.periods import Period
from watchroom.policy.term_words import period_in_words


def request_changes(old: tuple[OnRequest, ...], new: tuple[OnRequest, ...], *, model: Catalogue) -> Iterator[Change]:
    """The changes from `old` to `new`; one is the same when its name is. What can be asked for in addition widens."""
    before, after = ({one.name: one for one in both} for both in (old, new))
    yield from gained_and_lost(Text("part.on_request"), before, after, said=str)
    for name in (name for name in before if name in after):
        then, now = before[name], after[name]
        for change in (*clause_changes(then.clause, now.clause, model=model), *_beside(then, now)):
            yield replace(change, clause=now.clause.name)


def _beside(old: OnRequest, new: OnRequest) -> Iterator[Change]:
    """Who may be asked about, who decides, and the two times. Another decider may take less care: it is both."""
    if old.title != new.title:
        yield replaced(Text("part.title"), old.title, new.title, direction=Direction.WORDED)
    if old.about != new.about:
        widens, narrows = not implies(new.about, old.about), not implies(old.about, new.about)
        yield reworded(Text("part.asked_about"), direction=direction_of(widens=widens, narrows=narrows))
    yield from gained_and_lost(
        Text("part.decider"), old.decided_by, new.decided_by, said=lambda name: Text(f"role.{name}")
    )
    for part, was, is_now in (
        ("part.asked_lasts", old.lasts, new.lasts),
        ("part.answer_within", old.answer_within, new.answer_within),
    ):
        if was != is_now:
            direction = direction_of(widens=is_now > was, narrows=is_now < was)
            yield replaced(Text(part), _period(was), _period(is_now), direction=direction)


def _period(span: timedelta) -> Text:
    return period_in_words(Period(span=span))
