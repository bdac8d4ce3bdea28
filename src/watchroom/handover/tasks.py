"""What is due on the unit, derived from the record. Who does it is not recorded there, and the page says so."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from watchroom.handover import rows
from watchroom.handover.briefing import Due
from watchroom.handover.observations import observation_tasks, review_tasks
from watchroom.handover.outbox.rules import LATE_AFTER
from watchroom.handover.unit import Unit, meaning
from watchroom.model.jurisdiction import Jurisdiction
from watchroom.model.text import Coded, Text
from watchroom.priority.attention import Attention
from watchroom.priority.reasons import Reason

# How far ahead a review is told.
_AHEAD = timedelta(days=7)
# What is overdue for longer is put together at the end: the record is more likely to be behind than the deed.
LONG_OVERDUE = timedelta(days=30)
# Reasons whose next action is itself a task of this shift.
_TO_DO = frozenset(
    {"cell_sharing_unassessed", "cell_missing", "release_soon", "court_today", "outside_appointment_today"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listings:
    """What is listed with a time of its own.

    Attributes:
        hearings: of disciplinary charges, of the day.
        observations: how those of the outgoing shift and to come stand, by person and kind.
        plans: of care, that are open.
        entries: of staff, that their legal record is not known to hold.
    """

    hearings: Sequence[rows.HearingRow] = ()
    observations: Sequence[rows.ObservationRow] = ()
    plans: Sequence[rows.PlanRow] = ()
    entries: Sequence[rows.PendingEntryRow] = ()


def tasks(
    unit: Unit,
    *,
    attention: Mapping[UUID, Attention],
    listed: Listings,
    pack: Jurisdiction,
    late: frozenset[str],
) -> list[Due]:
    """What is due on the unit, by the day on which it is due and then by time, so that what is overdue leads.

    Before all else stands whoever staff had to see by now and did not: that cannot wait for what has waited for days.
    What has been overdue for more than `LONG_OVERDUE` stands at the end, the longest first. The order is total.

    Args:
        attention: of those who need it, by person.
        listed: what has a time of its own.
        late: source systems that are late or silent.
    """
    found = [
        *_to_do(attention),
        *_cell_sharing_reviews(unit),
        *_post_closure_reviews(unit, pack),
        *hearings_due(listed.hearings, at=unit.at),
        *observation_tasks(listed.observations, at=unit.at),
        *review_tasks(listed.plans, at=unit.at, ahead=_AHEAD),
        *late_entries(listed.entries, at=unit.at, pack=pack),
    ]
    marked = [_marked(task, late, today=unit.today) for task in found]
    return sorted(marked, key=partial(_urgency, today=unit.today, pack=pack))


def _to_do(attention: Mapping[UUID, Attention]) -> Iterator[Due]:
    for person, found in attention.items():
        told: set[str] = set()
        for reason in found.reasons:
            if reason.code in _TO_DO and reason.code not in told and not _is_far(reason):
                told.add(reason.code)
                yield _task(
                    person,
                    text=Text("task.of_reason", {"reason": reason.headline, "action": reason.next_action.text}),
                    at=reason.next_action.due,
                    source=reason.source.system,
                )


def _is_far(reason: Reason) -> bool:
    return reason.code == "release_soon" and reason.level.value == "watch"


def _cell_sharing_reviews(unit: Unit) -> Iterator[Due]:
    for person, found in unit.cell_sharing.items():
        # INVARIANT: rows come latest first; only the assessment that holds has a review to come.
        row = next((row for row in found if row.is_approved), None)
        if row is None or person not in unit.people or row.next_review_on is None:
            continue
        if row.next_review_on <= unit.today + _AHEAD:
            yield Due(
                at=None,
                day=row.next_review_on,
                person_id=person,
                text=Text("task.cell_sharing_review", {"on": row.next_review_on}),
                status=Text("task.owner_unknown"),
                source=row.source_system,
                is_overdue=row.next_review_on < unit.today,
            )


def _post_closure_reviews(unit: Unit, pack: Jurisdiction) -> Iterator[Due]:
    # Where either is not known, no review can be told; that the plans are not judged here stands on the page.
    if not pack.knows("care_plan_post_closure") or not pack.knows("post_closure_review"):
        return
    codes, within = meaning(pack, "care_plan_post_closure"), pack.clock("post_closure_review")
    for person, alerts in unit.alerts.items():
        for row in alerts:
            if row.kind_code not in codes or row.active_from is None or row.from_is_default:
                continue
            by = row.active_from + within
            yield Due(
                at=None,
                day=by,
                person_id=person,
                text=Text("task.post_closure_review", {"on": by}),
                status=Text("task.owner_unknown"),
                source=row.source_system,
                is_overdue=by < unit.today,
            )


def late_entries(found: Iterable[rows.PendingEntryRow], *, at: datetime, pack: Jurisdiction) -> Iterator[Due]:
    """That what staff wrote is to be brought into its legal record, the day on which it was written being past."""
    for row in found:
        if row.typed_at > at - LATE_AFTER:
            continue
        system = Coded(code_list="legal_record", code=row.system_code)
        yield Due(
            at=None,
            day=pack.local_day(row.typed_at),
            person_id=row.person_id,
            text=Text("task.outbox_late", {"system": system, "at": row.typed_at}),
            status=Text("task.owner_unknown"),
            source=row.source_system,
            is_overdue=True,
        )


def hearings_due(found: Iterable[rows.HearingRow], *, at: datetime) -> Iterator[Due]:
    """Hearings of the day that are still to come."""
    for row in found:
        if row.hearing_at >= at:
            kind = Coded(code_list="hearing_type", code=row.type_code)
            yield _task(
                row.person_id,
                text=Text("task.hearing", {"kind": kind}),
                at=row.hearing_at,
                source=row.source_system,
            )


def _task(person: UUID, *, text: Text, at: datetime | None, source: str) -> Due:
    return Due(at=at, day=None, person_id=person, text=text, status=Text("task.owner_unknown"), source=source)


def _marked(task: Due, late: frozenset[str], *, today: date) -> Due:
    is_long = task.is_overdue and task.day is not None and today - task.day > LONG_OVERDUE
    return replace(task, is_late=task.source in late, is_long_overdue=is_long)


def _urgency(task: Due, *, today: date, pack: Jurisdiction) -> tuple[bool, bool, date, float, str, str]:
    day = pack.local_day(task.at) if task.at is not None else task.day or today
    moment = float("inf") if task.at is None else task.at.timestamp()
    return (
        task.text.id != "task.observation_late",
        task.is_long_overdue,
        day,
        moment,
        task.text.id,
        str(task.person_id),
    )
