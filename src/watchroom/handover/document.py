"""The handover as one JSON document: the names that others rely on, made from the page and nothing else."""

from collections.abc import Iterator

from watchroom.handover.show import BriefingPage, ChangeLine, IncidentLine, PersonRow, QualityPart, TimedLine
from watchroom.handover.show_wing import CapacityPart, Occupant

JsonObject = dict[str, object]


def as_json(page: BriefingPage) -> JsonObject:
    """The page as a document for `brief --format json`; its hash is that of the page."""
    return {
        "post": page.post,
        "at": page.at,
        "as_of": page.as_of,
        "hash": page.hash,
        "language": page.language,
        "title": page.title,
        "classification": page.classification,
        "purpose": page.purpose,
        "staleness": page.staleness,
        "people": [_person(row) for group in page.attention for row in group.rows],
        "not_evaluated": [
            {"rule": rule, "state": line.state, "text": line.text} for line in page.not_evaluated for rule in line.rules
        ],
        "cleared": [
            {"id": row.person_id, "place": row.place, "name": row.name, "text": row.text} for row in page.cleared
        ],
        "changes": [_change(line, group.category) for group in page.changes for line in group.lines],
        "movements": [_timed(line) for line in page.movements],
        "incidents": [_incident(line) for line in page.incidents],
        "incident_notes": list(page.sections["incidents"].notes),
        "tasks": [_timed(line) for line in (*page.tasks, *page.long_overdue)],
        "events": [_timed(line) for line in page.events],
        "resources": {
            "staff": {"present": None, "required": None, "state": "no_source"},
            "capacity": _capacity(page.roll.capacity),
        },
        "roll": _roll(page),
        "freshness": [
            {
                "source": line.source,
                "as_of": line.as_of_at,
                "age_seconds": line.age_seconds,
                "state": line.state,
                "is_judged": line.shown != "unjudged",
                "refused_at": line.refused_at,
                "loaded_at": line.loaded_at,
                "is_dated": line.is_dated,
                "ended_at": line.ended_at,
                "quality": _quality(line.quality),
            }
            for line in page.sources
        ],
        "completeness": _completeness(page),
    }


def _quality(part: QualityPart) -> JsonObject:
    return {
        "state": part.state,
        "checked_at": part.checked_at,
        "age_seconds": part.age_seconds,
        "text": part.text,
        "findings": [
            {
                "check": flaw.check,
                "severity": flaw.severity,
                "entity": flaw.entity,
                "fields": list(flaw.fields),
                "bad": flaw.bad,
                "of": flaw.of,
                "text": flaw.text,
            }
            for flaw in part.flaws
        ],
    }


def _person(row: PersonRow) -> JsonObject:
    return {
        "id": row.person_id,
        "place": row.place,
        "name": row.name,
        "prison_number": row.prison_number,
        "level": row.level,
        "change": row.change.kind,
        "change_detail": row.change.detail,
        "reasons": [
            {
                "code": reason.code,
                "level": reason.level,
                "headline": reason.headline,
                "text": reason.text,
                "source": reason.source,
                "at": reason.at,
                "known_at": reason.known_at,
                "is_late": reason.is_late,
            }
            for reason in row.reasons
        ],
        "next": {"text": row.next_action, "by": row.next_by, "at": row.next_at},
        "instructions": list(row.instructions),
        "adjustments": list(row.adjustments),
        "other_alerts": list(row.other_alerts),
        "situation": row.situation,
        "contingency": row.contingency,
        "withheld": list(row.withheld),
    }


def _change(line: ChangeLine, category: str) -> JsonObject:
    return {
        "at": line.at_instant,
        "basis": line.basis,
        "happened": line.happened,
        "recorded_at": line.recorded_at,
        "category": category,
        "text": line.text,
        "subject": line.person_id,
        "place": line.place,
        "name": line.name,
        "source": line.source,
    }


def _timed(line: TimedLine) -> JsonObject:
    return {
        "at": line.at_instant,
        "when": line.at,
        "place": line.place,
        "subject": line.person_id,
        "name": line.name,
        "text": line.text,
        "status": line.status,
        "state": line.tone.value,
        "owner": line.owner,
        "source": line.source,
        "is_late": line.is_late,
        "is_overdue": line.is_overdue,
        "is_long_overdue": line.is_long_overdue,
    }


def _incident(line: IncidentLine) -> JsonObject:
    return {
        "reference": line.reference,
        "title": line.title,
        "since": line.since_at,
        "status": line.status,
        "owner": line.owner,
        "people": list(line.people),
        "source": line.source,
    }


def _roll(page: BriefingPage) -> JsonObject:
    roll = page.roll

    def told(number: int) -> int | None:
        """The number; none where nobody tells who is on the unit: never a reassuring zero."""
        return number if roll.is_known else None

    return {
        "is_known": roll.is_known,
        "ground": roll.ground,
        "on_roll": told(roll.on_roll),
        "in": told(roll.in_now),
        "out": told(roll.out_now),
        "no_cell_recorded": told(roll.no_cell),
        "withheld": roll.withheld,
        "unlisted": roll.unlisted,
        "recorded_where": {line.key: line.count for line in roll.lines} if roll.is_known else {},
        "reception_date_unreliable": [occupant.person_id for occupant in _everyone(page) if occupant.since],
        "other_alerts": [
            {"id": occupant.person_id, "alerts": list(occupant.other_alerts)}
            for occupant in _everyone(page)
            if occupant.other_alerts
        ],
        "on_no_unit": {
            "count": roll.no_unit.count,
            "withheld": roll.no_unit.withheld,
            "people": [
                {"id": one.person_id, "name": one.name, "prison_number": one.prison_number, "text": one.text}
                for one in roll.no_unit.people
            ],
        },
        "over_capacity": list(roll.over),
        "cells": [
            {
                "place": cell.place,
                "occupants": cell.count,
                "people": [occupant.person_id for occupant in cell.occupants],
                "withheld": cell.withheld,
                "state": cell.tone.value,
            }
            for landing in roll.landings
            for cell in landing.cells
        ],
    }


def _everyone(page: BriefingPage) -> Iterator[Occupant]:
    """Everyone of the unit whom the asker may know, in a cell or elsewhere."""
    for landing in page.roll.landings:
        for cell in landing.cells:
            yield from cell.occupants
    for line in page.roll.lines:
        yield from line.people


def _capacity(part: CapacityPart) -> JsonObject:
    return {
        "cells_working": part.cells_working,
        "cells_maximum": part.cells_maximum,
        "unit_working": part.unit_working,
        "unit_maximum": part.unit_maximum,
        "contradictions": [
            {"place": place, "working": working, "maximum": maximum} for place, working, maximum in part.contradictions
        ],
        "notes": list(part.lines),
    }


def _completeness(page: BriefingPage) -> JsonObject:
    part = page.completeness
    return {
        "score": part.score,
        "present": part.present,
        "total": part.total,
        "missing": [item.key for item in part.items if not item.is_present],
        "in_part": [item.key for item in part.items if item.in_part],
        "notes": {item.key: item.note for item in part.items if item.note},
        "not_available": list(part.withheld),
        "issues": list(part.issues),
    }
