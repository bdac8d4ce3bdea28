"""Which observation of a plan of care is late, which comes next, and when the plan is reviewed. Pure.

A plan says how often staff must see or speak with a person (ACCT form version 5: `observations per hour`,
`conversations` by day, evening and night); the source says of each time when it was due and when it was done. One
that was due before the last that was done cannot be made good: it is told as missed. One that was due after it, and
whose time has passed by the node's clock, is late, and by how long is said. The next one is told as the time by which
it must be done at the latest: observations must not be predictable. Nothing is worked out of a plan whose times the
source does not give.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from watchroom.handover import rows
from watchroom.handover.briefing import Due
from watchroom.model.text import Coded, Text

# From so late on it is told as late: whole minutes are told, and none is none.
LATE_FROM = timedelta(minutes=1)


def observation_tasks(found: Iterable[rows.ObservationRow], *, at: datetime) -> Iterator[Due]:
    """What is late, what was missed and what comes next, for each person and kind of observation.

    Args:
        at: instant of the handover, UTC.
    """
    for row in found:
        kind = Coded(code_list="observation_kind", code=row.kind_code, source_value=row.kind_source_value)
        if row.late_since is not None:
            late = at - row.late_since
            is_late = late >= LATE_FROM
            params = {"kind": kind, "late": span(late), "count": row.late_count, "last": _last(row)}
            text = Text("task.observation_late", params) if is_late else _latest_by(row, kind)
            yield _due(row, text=text, at=row.late_since, is_overdue=is_late)
        elif row.next_at is not None:
            yield _due(row, text=_latest_by(row, kind), at=row.next_at)
        if row.missed:
            missed = Text("task.observation_missed", {"kind": kind, "count": row.missed, "since": row.missed_since})
            yield _due(row, text=missed, at=row.missed_since, is_overdue=True)


def review_tasks(found: Iterable[rows.PlanRow], *, at: datetime, ahead: timedelta) -> Iterator[Due]:
    """The reviews of open plans that are due within a time from now, and those whose time has passed."""
    for row in found:
        if row.next_review_at is not None and row.next_review_at <= at + ahead:
            yield Due(
                at=row.next_review_at,
                day=None,
                person_id=row.person_id,
                text=Text("task.care_plan_review"),
                status=Text("task.owner_unknown"),
                source=row.source_system,
                is_overdue=row.next_review_at < at,
            )


def span(late: timedelta) -> Text:
    """How late something is, in whole minutes and hours; never rounded up."""
    hours, minutes = divmod(int(late.total_seconds()) // 60, 60)
    if not hours:
        return Text("age.minutes", {"minutes": minutes})
    return Text("age.hours_and_minutes", {"hours": hours, "minutes": minutes})


def _latest_by(row: rows.ObservationRow, kind: Coded) -> Text:
    return Text("task.observation", {"kind": kind, "last": _last(row)})


def _last(row: rows.ObservationRow) -> Text:
    if row.last_done_at is None:
        return Text("task.observation_none_done")
    return Text("task.observation_last_done", {"at": row.last_done_at})


def _due(row: rows.ObservationRow, *, text: Text, at: datetime | None, is_overdue: bool = False) -> Due:
    return Due(
        at=at,
        day=None,
        person_id=row.person_id,
        text=text,
        status=Text("task.owner_unknown"),
        source=row.source_system,
        is_overdue=is_overdue,
    )
