"""Rules on where a person is held, since when and until when."""

from collections.abc import Iterator, Sequence
from functools import reduce

from watchroom.model.text import Param, Text
from watchroom.priority.facts import Absence, CellSharing, PersonFacts, ReleaseDate, When
from watchroom.priority.reasons import Level, NextAction, Reason, reliable_at, reliable_on, said_when
from watchroom.priority.setting import Setting


def cell_sharing_high(facts: PersonFacts, setting: Setting) -> Iterator[Reason]:
    """A high risk to a cell mate: act now when somebody shares the cell, otherwise before anybody does."""
    rating = facts.cell_sharing
    if rating is None or not is_high(rating, setting):
        return
    shared = facts.shares_a_cell
    text = Text(f"reason.cell_sharing_high.{'alone' if facts.cell_others == 0 else 'no_cell'}")
    yield Reason(
        code="cell_sharing_high",
        level=Level.ACT_NOW if shared else Level.THIS_SHIFT,
        headline=Text("reason.cell_sharing_high.headline"),
        text=Text("reason.cell_sharing_high.shared", {"with": shared_with(facts)}) if shared else text,
        when=said_when(rating.assessed),
        at=reliable_at(rating.assessed),
        on=reliable_on(rating.assessed),
        source=rating.source,
        next_action=NextAction(text=Text(f"reason.cell_sharing_high.next_{'shared' if shared else 'alone'}")),
    )


def cell_mate_high(facts: PersonFacts, setting: Setting) -> Iterator[Reason]:
    """Shares a cell with somebody who is a high risk to a cell mate: the one at risk stands in no other list."""
    for mate in facts.cell_mates:
        if mate.sharing is None or not is_high(mate.sharing, setting):
            continue
        who = Text("reason.somebody_withheld") if mate.name is None else mate.name
        yield Reason(
            code="cell_mate_high",
            level=Level.ACT_NOW,
            headline=Text("reason.cell_mate_high.headline"),
            text=Text("reason.cell_mate_high.text", {"name": who, "place": _short(facts)}),
            when=said_when(mate.sharing.assessed),
            at=reliable_at(mate.sharing.assessed),
            on=reliable_on(mate.sharing.assessed),
            source=mate.sharing.source,
            next_action=NextAction(text=Text("reason.cell_mate_high.next")),
        )


def cell_sharing_unassessed(facts: PersonFacts, setting: Setting) -> Iterator[Reason]:
    """Shares a cell, or is newly received, and no approved rating of the risk to a cell mate is recorded.

    Act now when all three hold: newly received by a reliable date, sharing, and a night has passed like that.
    Who neither shares nor is new is not put before staff one by one; the completeness section counts them.
    """
    rating = facts.cell_sharing
    assessed = rating is not None and rating.is_approved and rating.level not in setting.meaning("cell_sharing_pending")
    is_new = is_newly_received(facts, setting)
    if assessed or not (facts.shares_a_cell or is_new):
        return
    night_passed = facts.begun.at is not None and facts.begun.at < setting.last_night_ended_at()
    urgent = is_new and facts.shares_a_cell and night_passed
    variant = "after_night" if urgent else "shared" if facts.shares_a_cell else "new"
    yield Reason(
        code="cell_sharing_unassessed",
        level=Level.ACT_NOW if urgent else Level.THIS_SHIFT,
        headline=Text("reason.cell_sharing_unassessed.headline"),
        text=Text(f"reason.cell_sharing_unassessed.{variant}", {"with": shared_with(facts)}),
        at=reliable_at(facts.begun) if is_new else None,
        source=rating.source if rating is not None else facts.custody_source,
        next_action=NextAction(text=Text("reason.cell_sharing_unassessed.next")),
    )


def first_days(facts: PersonFacts, setting: Setting) -> Iterator[Reason]:
    """Newly received, by a date that is a fact: the first night and days carry the highest risk.

    A date that is only the source's default never makes a first night.
    """
    if not is_newly_received(facts, setting):
        return
    yield Reason(
        code="first_days",
        level=Level.THIS_SHIFT,
        headline=Text("reason.first_days.headline"),
        text=Text("reason.first_days.text"),
        when=said_when(facts.begun),
        at=facts.begun.at,
        on=facts.begun.on,
        source=facts.custody_source,
        next_action=NextAction(text=Text("reason.first_days.next")),
    )


def cell_missing(facts: PersonFacts, setting: Setting) -> Iterator[Reason]:  # noqa: ARG001  every rule has this form
    """Not known to be out, but the source does not say in which cell: nobody may be hard to find."""
    if facts.absence is not None or (facts.place is not None and facts.place.is_cell):
        return
    place = facts.place
    text = Text("reason.cell_missing.none" if facts.is_in else "reason.cell_missing.unknown")
    if place is not None:
        text = Text("reason.cell_missing.not_a_cell", {"place": place.path})
    yield Reason(
        code="cell_missing",
        level=Level.THIS_SHIFT,
        headline=Text("reason.cell_missing.headline"),
        text=text,
        source=facts.custody_source,
        next_action=NextAction(text=Text("reason.cell_missing.next")),
    )


def out_now(facts: PersonFacts, setting: Setting) -> Iterator[Reason]:
    """Out of the establishment: in hospital he and an escort are this shift's concern, otherwise to be known.

    Nobody who is out stands among those without a listed item. Who has been out for very long is more likely to
    have been forgotten in the record than to be away: the page says for how long, and to check it.
    """
    away = facts.absence
    if away is None:
        return
    days = _days_out(facts, setting)
    variant = "long" if days is not None else "hospital" if away.is_in_hospital else "out"
    yield Reason(
        code="out_now",
        level=Level.THIS_SHIFT if variant == "hospital" else Level.WATCH,
        headline=Text(f"reason.out_now.headline_{variant}"),
        text=_why_out(away, setting) if days is None else _long_out(away, days=days, setting=setting),
        when=said_when(away.since) if days is None and away.reason is not None else None,
        at=reliable_at(away.since),
        on=reliable_on(away.since),
        source=away.source,
        next_action=NextAction(text=Text(f"reason.out_now.next_{variant}")),
    )


def release_soon(facts: PersonFacts, setting: Setting) -> Iterator[Reason]:
    """Released within a week: the confirmed day where there is one, else the earliest date that may apply.

    Dates that have passed are never told: a person still in custody was not released on them. Where nobody can tell
    which calculation is the latest, the earliest release of all of them counts, and the others are told with it.
    """
    possible = _next_releases(facts, setting)
    if not possible or possible[0].on > setting.today + setting.release_soon:
        return
    chosen = possible[0]
    days = (chosen.on - setting.today).days
    variant = "today" if days == 0 else "tomorrow" if days == 1 else "later"
    yield Reason(
        code="release_soon",
        level=Level.THIS_SHIFT if days <= 1 else Level.WATCH,
        headline=Text(f"reason.release_soon.headline_{variant}"),
        text=Text(f"reason.release_soon.{'confirmed' if chosen.is_confirmed else chosen.kind}", {"on": chosen.on}),
        when=_unordered(facts, possible),
        on=chosen.on,
        source=chosen.source,
        next_action=NextAction(
            text=Text(f"reason.release_soon.next_{'confirmed' if chosen.is_confirmed else 'unconfirmed'}")
        ),
    )


def is_newly_received(facts: PersonFacts, setting: Setting) -> bool:
    """Received within the first days, by an instant or a day that is reliable and not in the future."""
    begun: When = facts.begun
    if not begun.is_reliable:
        return False
    if begun.at is not None:
        return begun.at <= setting.now < begun.at + setting.first_days
    return begun.on is not None and begun.on <= setting.today < begun.on + setting.first_days


def is_high(rating: CellSharing, setting: Setting) -> bool:
    """The approved assessment says that the person is a high risk to a cell mate."""
    return rating.is_approved and rating.level in setting.meaning("cell_sharing_high")


def shared_with(facts: PersonFacts) -> Text:
    """The cell and who else is in it by the record; those whose details are withheld are counted."""
    names = [mate.name for mate in facts.cell_mates if mate.name is not None]
    hidden = (facts.cell_others or 0) - len(names)
    variant = "known" if hidden <= 0 else "some" if names else "withheld"
    params: dict[str, str | int] = {"place": _short(facts), "names": "; ".join(names), "count": hidden}
    return Text(f"reason.shared_with.{variant}", params)


def _short(facts: PersonFacts) -> str:
    return "" if facts.place is None else facts.place.short


def _days_out(facts: PersonFacts, setting: Setting) -> int | None:
    """For how many days somebody has been out, where that is very long by a reliable date; else None."""
    since = None if facts.absence is None else facts.absence.since
    if since is None or not since.is_reliable or since.at is None or setting.now - since.at < setting.long_absence:
        return None
    return (setting.today - since.at.astimezone(setting.zone).date()).days


def _long_out(away: Absence, *, days: int, setting: Setting) -> Text:
    params: dict[str, Param] = {"since": away.since.at, "count": days, "why": _why_out(away, setting)}
    return Text("reason.out_now.long", params)


def _why_out(away: Absence, setting: Setting) -> Text:
    if away.reason is not None and away.other_reason is not None:
        return Text("reason.out_now.either", {"why": away.reason, "other": away.other_reason})
    if away.reason is not None:
        return Text("reason.out_now.text", {"why": away.reason})
    is_hidden = setting.lacks("movement.moved_at", "movement.reason_code", "movement.direction_code")
    return Text("reason.out_now.not_seen" if is_hidden else "reason.out_now.unknown")


def _next_releases(facts: PersonFacts, setting: Setting) -> Sequence[ReleaseDate]:
    """The next release by each calculation that may be the latest, the earliest first."""
    to_come: dict[int, list[ReleaseDate]] = {}
    for one in facts.release_dates:
        if one.on >= setting.today:
            to_come.setdefault(one.calculation, []).append(one)
    # INVARIANT: a confirmed day that lies further off overrides an earlier one, but of its own calculation only.
    found = (min(dates, key=lambda one: (not one.is_confirmed, one.on, one.kind)) for dates in to_come.values())
    return sorted(found, key=lambda one: (one.on, one.kind, one.calculation))


def _unordered(facts: PersonFacts, possible: Sequence[ReleaseDate]) -> Text | None:
    """That another calculation may be the latest, and what it says; None: only one may be, or all agree."""
    others = list(dict.fromkeys((one.kind, one.on) for one in possible))[1:]
    told = [Text(f"reason.release_soon.{kind}", {"on": on}) for kind, on in others]
    if told:
        every = reduce(lambda first, second: Text("reason.both", {"first": first, "second": second}), told)
        return Text("reason.release_soon.unordered", {"other": every})
    is_only_one = len(possible) == len({one.calculation for one in facts.release_dates})
    return None if is_only_one else Text("reason.release_soon.unordered_none")
