"""Rules on what takes a person somewhere today; *today* is the local day of the node."""

from collections.abc import Iterator

from watchroom.model.text import Text
from watchroom.priority.facts import Engagement, EngagementKind, PersonFacts, with_time
from watchroom.priority.markers import is_standing
from watchroom.priority.reasons import Level, NextAction, Reason
from watchroom.priority.setting import Setting


def court_today(facts: PersonFacts, setting: Setting) -> Iterator[Reason]:
    """At court today, until the day is over or the recorded end has passed."""
    yield from _today(facts, setting, kind=EngagementKind.COURT, level=Level.THIS_SHIFT)


def outside_appointment_today(facts: PersonFacts, setting: Setting) -> Iterator[Reason]:
    """Leaves the establishment today for an appointment and comes back: hospital, work, a funeral."""
    yield from _today(facts, setting, kind=EngagementKind.OUTSIDE_APPOINTMENT, level=Level.THIS_SHIFT)


def visit_today(facts: PersonFacts, setting: Setting) -> Iterator[Reason]:
    """Has a visit today: good news that a shift must not make him miss; watched, not urgent."""
    yield from _today(facts, setting, kind=EngagementKind.VISIT, level=Level.WATCH)


def is_over(engagement: Engagement, setting: Setting) -> bool:
    """The recorded end has passed. Without an end it is not over before the day is: rather told twice."""
    return engagement.ends_at is not None and has_time(engagement, setting) and engagement.ends_at <= setting.now


def has_time(engagement: Engagement, setting: Setting) -> bool:
    """A time is recorded."""
    return with_time(engagement.starts_at, setting.zone) is not None


def _today(facts: PersonFacts, setting: Setting, *, kind: EngagementKind, level: Level) -> Iterator[Reason]:
    for engagement in facts.engagements:
        if engagement.kind is not kind or engagement.day != setting.today:
            continue
        if is_standing(engagement, setting) and not is_over(engagement, setting):
            yield _reason(engagement, setting, level=level)


def _place_variant(engagement: Engagement, setting: Setting) -> str:
    if engagement.where is not None:
        return ""
    is_hidden = engagement.kind is EngagementKind.OUTSIDE_APPOINTMENT and setting.lacks(
        "scheduled_event.to_agency_code"
    )
    return "_unseen" if is_hidden else "_nowhere"


def _reason(engagement: Engagement, setting: Setting, *, level: Level) -> Reason:
    code = f"{engagement.kind}_today"
    timed = has_time(engagement, setting)
    variant = f"{'timed' if timed else 'untimed'}{_place_variant(engagement, setting)}"
    start = engagement.starts_at if timed else None
    said = {"what": engagement.what, "where": engagement.where, "at": start}
    return Reason(
        code=code,
        level=level,
        headline=Text(f"reason.{code}.headline"),
        text=Text(f"reason.{code}.{variant}", {name: value for name, value in said.items() if value is not None}),
        at=start,
        on=engagement.day,
        source=engagement.source,
        next_action=NextAction(text=Text(f"reason.{code}.next"), at=start),
    )
