"""Rules that read the active alerts of a person."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from watchroom.model.text import Coded, Text
from watchroom.priority.facts import Engagement, EngagementKind, Marker, PersonFacts, with_time
from watchroom.priority.reasons import Level, NextAction, Reason, reliable_at, reliable_on, said_when
from watchroom.priority.setting import Setting

# What says whether somebody is to leave the establishment today.
LISTED_TO_LEAVE = (
    "court_appearance.appearance_date",
    "court_appearance.status_code",
    "scheduled_event.event_date",
    "scheduled_event.type_code",
    "scheduled_event.status_code",
)
# Whether a transfer leads to the establishment or away from it; where that is hidden, it counts as leading away.
DIRECTION = ("scheduled_event.from_agency_code", "scheduled_event.to_agency_code")
_LEAVING = frozenset({EngagementKind.COURT, EngagementKind.OUTSIDE_APPOINTMENT, EngagementKind.TRANSFER})


def care_plan_open(facts: PersonFacts, setting: Setting) -> Iterator[Reason]:
    """An open plan for a person at risk of self-harm or suicide: always act now, however old it is."""
    for marker in _marked(facts, setting, "care_plan_open"):
        yield _reason(marker, code="care_plan_open", level=Level.ACT_NOW)


def care_plan_post_closure(facts: PersonFacts, setting: Setting) -> Iterator[Reason]:
    """A plan that was closed and is still followed up: the days after closure are watched by this shift."""
    for marker in _marked(facts, setting, "care_plan_post_closure"):
        reason = _reason(marker, code="care_plan_post_closure", level=Level.THIS_SHIFT)
        undated = NextAction(text=Text("reason.care_plan_post_closure.next_undated"))
        # The latest day for the review is counted from the day of closure.
        yield reason if reason.on is not None else replace(reason, next_action=undated)


def controlled_unlock(facts: PersonFacts, setting: Setting) -> Iterator[Reason]:
    """A person unlocked only with a set number of staff: before anybody opens the door.

    The alert does not hold how many; the text says so instead of leaving it out.
    """
    for marker in _marked(facts, setting, "controlled_unlock"):
        yield _reason(marker, code="controlled_unlock", level=Level.ACT_NOW)


def arson(facts: PersonFacts, setting: Setting) -> Iterator[Reason]:
    """A person with a history of fire setting: cell checks and items in possession."""
    for marker in _marked(facts, setting, "arson"):
        yield _reason(marker, code="arson", level=Level.THIS_SHIFT)


def escape_marker(facts: PersonFacts, setting: Setting) -> Iterator[Reason]:
    """On the escape list or an escape risk.

    Act now on a day on which the person is to leave the establishment, because escort and reception have to
    know before; this shift on any other day, so that a standing marker does not cry wolf every morning.
    """
    level = Level.ACT_NOW if _leaves_today(facts, setting) else Level.THIS_SHIFT
    variant = "leaving" if level is Level.ACT_NOW else "not_seen" if setting.lacks(*LISTED_TO_LEAVE) else "text"
    for concept in ("escape_list", "escape_risk"):
        for marker in _marked(facts, setting, concept):
            yield _reason(marker, code="escape_marker", level=level, variant=variant)


def hold(facts: PersonFacts, setting: Setting) -> Iterator[Reason]:
    """A hold against transfer or release; this shift when the person is listed to be transferred today.

    A transfer to the person's own establishment contradicts no hold. Of several, the first that goes elsewhere is told.
    """
    listed = [
        engagement
        for engagement in facts.engagements
        if engagement.kind is EngagementKind.TRANSFER and engagement.day == setting.today
        if is_standing(engagement, setting) and not engagement.is_inward
    ]
    transfer = min(listed, key=partial(_soonest, zone=setting.zone), default=None)
    at = None if transfer is None else with_time(transfer.starts_at, setting.zone)
    for marker in _marked(facts, setting, "hold"):
        reason = _reason(marker, code="hold", level=Level.WATCH if transfer is None else Level.THIS_SHIFT)
        yield reason if transfer is None else replace(reason, text=_contradicted(marker, transfer, at))


def _soonest(transfer: Engagement, *, zone: ZoneInfo) -> tuple[bool, float, str]:
    start = with_time(transfer.starts_at, zone)
    moment = float("inf") if start is None else start.timestamp()
    return (not transfer.is_outward, moment, repr(transfer.where))


def _contradicted(marker: Marker, transfer: Engagement, at: datetime | None) -> Text:
    said = {"marker": Coded(code_list="alert_kind", code=marker.code), "where": transfer.where, "at": at}
    variant = f"{'' if transfer.where is None else '_to'}{'' if at is None else '_at'}"
    return Text(
        f"reason.hold.transfer_listed{variant}", {name: value for name, value in said.items() if value is not None}
    )


def conflict_on_wing(facts: PersonFacts, setting: Setting) -> Iterator[Reason]:
    """In conflict with other prisoners, with whom is not recorded: seen before unlock and association."""
    for marker in _marked(facts, setting, "conflict"):
        yield _reason(marker, code="conflict_on_wing", level=Level.THIS_SHIFT)


def is_standing(engagement: Engagement, setting: Setting) -> bool:
    """The engagement still stands: scheduled, not cancelled, done or expired; nor is one that has no known status."""
    concept = "visit_scheduled" if engagement.kind is EngagementKind.VISIT else "scheduled"
    standing = setting.meaning(concept)
    return bool(standing) and (not engagement.status or engagement.status in standing)


def _leaves_today(facts: PersonFacts, setting: Setting) -> bool:
    return any(
        engagement.kind in _LEAVING and engagement.day == setting.today and is_standing(engagement, setting)
        for engagement in facts.engagements
        if not engagement.is_inward
    )


def _marked(facts: PersonFacts, setting: Setting, concept: str) -> Iterator[Marker]:
    codes = setting.meaning(concept)
    for marker in facts.markers:
        if marker.code in codes and not _is_yet_to_come(marker, setting):
            yield marker


def _is_yet_to_come(marker: Marker, setting: Setting) -> bool:
    return marker.since.is_reliable and marker.since.on is not None and marker.since.on > setting.today


def _reason(marker: Marker, *, code: str, level: Level, variant: str = "text") -> Reason:
    named = {"marker": Coded(code_list="alert_kind", code=marker.code)}
    return Reason(
        code=code,
        level=level,
        headline=Text(f"reason.{code}.headline", named),
        text=Text(f"reason.{code}.{variant}", named),
        when=said_when(marker.since),
        at=reliable_at(marker.since),
        on=reliable_on(marker.since),
        source=marker.source,
        next_action=NextAction(text=Text(f"reason.{code}.next")),
    )
